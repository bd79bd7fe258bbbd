package org.slurmctldj.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slurmctldj.agent.TestNode.bytes;
import static org.slurmctldj.agent.TestNode.until;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slurmctldj.proto.agent.AgentMessage;
import org.slurmctldj.proto.agent.ControllerMessage;
import org.slurmctldj.proto.agent.ExitReport;
import org.slurmctldj.proto.agent.Failure;
import org.slurmctldj.proto.agent.Launch;
import org.slurmctldj.proto.agent.LaunchStatus;
import org.slurmctldj.proto.agent.Signal;
import org.slurmctldj.proto.agent.Terminate;
import org.slurmctldj.proto.os.ProcessFacts;

/** The agent in a process of its own, against a controller made of a real gRPC server. */
class AgentTest {
  private static final boolean ROOT = ProcessFacts.effectiveUid() == 0;
  private static final int ROUNDS = Integer.getInteger("agent.kill.rounds", 3);

  @TempDir Path directory;
  private FakeController controller;
  private TestNode node;
  private AgentProcess agent;
  private int port;

  @BeforeEach
  void start() throws Exception {
    // the key does not depend on the port
    node = new TestNode(directory, 1);
    controller = FakeController.anywhere(node.identity);
    port = controller.port();
    node.configure(port);
    agent = AgentProcess.start(directory, TestNode.NODE);
    controller.awaitRegistrations(1);
  }

  @AfterEach
  void stop() throws Exception {
    agent.close();
    controller.close();
    if (!ROOT) {
      System.err.println("SKIPPED in part: AgentTest does not run as root, jobs ran as the tester, no cgroup was used");
    }
  }

  @Test
  void registersWithWhatTheMachineHas() {
    var registration = controller.lastRegistration();
    assertEquals(Runtime.getRuntime().availableProcessors(), registration.getHardware().getCpus());
    assertTrue(registration.getHardware().getRealMemoryMb() > 0);
    assertTrue(registration.getBootTime() > 0);
    assertEquals(List.of(), registration.getLaunchesList());
  }

  @Test
  void aJobRunsAsItsUserAndLeavesItsOutput() throws Exception {
    Launch job =
        node.job(12, "#!/bin/bash\nid -u; pwd; echo \"$1|$X\"; ulimit -n; umask; echo err >&2; exit 3\n")
            .addArgv(bytes("a b\u00ff"))
            .addEnvironment(bytes("X=\u00e9\u0080"))
            .addEnvironment(bytes("SLURM_RLIMIT_NOFILE=123"))
            .addEnvironment(bytes("SLURM_UMASK=0027"))
            .setStdOut(bytes("%x-%5j_%u%%.out"))
            .setStdErr(bytes("sub dir/%j.err"))
            .setUserName(bytes("somebody"))
            .build();
    controller.launch(job);
    ExitReport end = controller.awaitEnd("12.0.batch");
    assertEquals(3 << 8, end.getWaitStatus());
    assertEquals(Failure.NONE, end.getFailure());
    assertEquals(
        TestNode.JOB_UID + "\n" + node.work + "\na b\u00ff|\u00e9\u0080\n123\n0027\n",
        node.output("job-00012_somebody%.out"));
    assertEquals("err\n", node.output("sub dir/12.err"));
    assertEquals(
        "rw-r-----",
        java.nio.file.attribute.PosixFilePermissions.toString(
            Files.getPosixFilePermissions(node.work.resolve("job-00012_somebody%.out"))));
    until("an empty spool", () -> !Files.exists(directory.resolve("spool/launches/12.0.batch")));
    assertFalse(Files.exists(directory.resolve("spool/job00012")), "the script is deleted");
  }

  @Test
  void endsAreThoseOfTheScript() {
    controller.launch(node.job(20, "#!/bin/sh\nkill -SEGV $$\n").build());
    controller.launch(node.job(21, "#!/no/such/interpreter\n").build());
    controller.launch(node.job(22, "#!/bin/sh\ntrue\n").setStdOut(bytes("/proc/none/out")).build());
    controller.launch(node.job(23, "#!/bin/sh\npwd\n").setWorkDir(bytes(node.work + "/gone")).setStdOut(bytes(node.work + "/23")).build());
    assertEquals(11, controller.awaitEnd("20.0.batch").getWaitStatus() & 0x7f);
    ExitReport noInterpreter = controller.awaitEnd("21.0.batch");
    assertEquals(2 << 8, noInterpreter.getWaitStatus());
    assertEquals(Failure.EXEC, noInterpreter.getFailure());
    ExitReport noOutput = controller.awaitEnd("22.0.batch");
    assertEquals(53, noOutput.getWaitStatus());
    assertEquals(Failure.STDIO, noOutput.getFailure());
    assertEquals("Could not open stdout file /proc/none/out: No such file or directory", noOutput.getText());
    assertEquals(0, controller.awaitEnd("23.0.batch").getWaitStatus());
    try {
      String line = "slurmstepd-n1: error: couldn't chdir to `" + node.work + "/gone': No such file or directory: going to /tmp instead\n";
      assertEquals(line + line + "/tmp\n", node.output("23"));
      assertEquals(
          "slurmstepd-n1: error: execve(): bad interpreter(/no/such/interpreter): No such file or directory\n",
          node.output("slurm-21.out"));
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aSecondLaunchMessageRunsNothingTwice() throws Exception {
    Launch job = node.job(30, "#!/bin/sh\necho run\n").setOpenMode(Launch.OpenMode.APPEND).build();
    controller.acknowledge(false);
    controller.launch(job);
    controller.launch(job);
    controller.awaitEnd("30.0.batch");
    controller.launch(job);
    agent.kill();
    agent = AgentProcess.start(directory, TestNode.NODE);
    controller.awaitRegistrations(2);
    controller.launch(job);
    controller.awaitMessage("the known launch", m -> m.hasLaunchAccepted() && m.getLaunchAccepted().getKnown());
    controller.acknowledge(true);
    controller.send(ControllerMessage.newBuilder().setExitAck(org.slurmctldj.proto.agent.ExitAck.newBuilder().setLaunchId("30.0.batch").setNodeClean(true)));
    until("the spool to be empty", () -> !Files.exists(directory.resolve("spool/launches/30.0.batch")));
    controller.launch(job);
    controller.awaitMessage("gone", AgentMessage::hasLaunchGone);
    assertEquals("run\n", node.output("slurm-30.out"));
  }

  @Test
  void cancelSendsTermThenKillAndSaysSoInTheErrorFile() throws Exception {
    String script = "#!/bin/bash\ntrap 'echo got TERM' TERM\necho up\nwhile :; do sleep 0.1; done\n";
    controller.launch(node.job(40, script).build());
    until("the job's first line", () -> Files.exists(node.work.resolve("slurm-40.out")) && node.output("slurm-40.out").startsWith("up"));
    controller.send(
        ControllerMessage.newBuilder()
            .setTerminate(
                Terminate.newBuilder()
                    .setLaunchId("40.0.batch")
                    .setJobId(40)
                    .setReason(Terminate.Reason.TIME_LIMIT)
                    .setAtMillis(1_000_000_000_000L)
                    .setKillWaitSeconds(1)));
    assertEquals(9, controller.awaitEnd("40.0.batch").getWaitStatus());
    String output = node.output("slurm-40.out");
    assertTrue(output.contains("got TERM"), output);
    assertTrue(
        output.matches(
            "(?s).*slurmstepd-n1: error: \\*\\*\\* JOB 40 ON n1 CANCELLED AT 2001-09-0[89]T..:46:40 DUE TO TIME LIMIT \\*\\*\\*\n.*"),
        output);
  }

  /** A requeued job that came back at once failed: the end of its last run took the new run's script away. */
  @Test
  void aJobsNextRunWaitsForWhatIsLeftOfItsLastOne() throws Exception {
    controller.launch(node.job(42, "#!/bin/bash\ntrap '' TERM\necho up\nwhile :; do sleep 0.1; done\n").build());
    until("the first run", () -> Files.exists(node.work.resolve("slurm-42.out")) && node.output("slurm-42.out").startsWith("up"));
    controller.send(
        ControllerMessage.newBuilder()
            .setTerminate(Terminate.newBuilder().setLaunchId("42.0.batch").setJobId(42).setReason(Terminate.Reason.REQUEUED).setKillWaitSeconds(1)));
    controller.launch(node.job(42, "#!/bin/bash\necho again\nexit 3\n").setLaunchId("42.1.batch").setRestartCount(1).build());
    assertEquals(9, controller.awaitEnd("42.0.batch").getWaitStatus());
    assertEquals(3 << 8, controller.awaitEnd("42.1.batch").getWaitStatus());
    assertEquals(Failure.NONE, controller.awaitEnd("42.1.batch").getFailure());
    assertTrue(node.output("slurm-42.out").endsWith("again\n"), node.output("slurm-42.out"));
  }

  @Test
  void aSignalReachesTheScriptAloneOrEverything() throws Exception {
    String script =
        "#!/bin/bash\ntrap 'echo script' USR1\nbash -c 'trap \"echo child\" USR1; echo up; while :; do sleep 0.1; done' &\n"
            + "while :; do wait; done\n";
    controller.launch(node.job(41, script).build());
    until("the job", () -> Files.exists(node.work.resolve("slurm-41.out")) && node.output("slurm-41.out").contains("up"));
    Signal signal = Signal.newBuilder().setLaunchId("41.0.batch").setSignal(10).build();
    controller.send(ControllerMessage.newBuilder().setSignal(signal.toBuilder().setToken(1).setBatchOnly(true)));
    until("the script's trap", () -> node.output("slurm-41.out").contains("script"));
    assertFalse(node.output("slurm-41.out").contains("child"));
    controller.send(ControllerMessage.newBuilder().setSignal(signal.toBuilder().setToken(2).setFull(true)));
    until("the child's trap", () -> node.output("slurm-41.out").contains("child"));
    controller.send(
        ControllerMessage.newBuilder().setTerminate(Terminate.newBuilder().setLaunchId("41.0.batch").setAtOnce(true)));
    controller.awaitEnd("41.0.batch");
  }

  @Test
  void daemonsOfAJobDieWithIt() throws Exception {
    String script =
        "#!/bin/bash\nsetsid sleep 31415.50 &\n(setsid bash -c 'trap \"\" TERM HUP; sleep 31415.51; sleep 31415.52' >/dev/null 2>&1 &)\n"
            + "nohup sleep 31415.53 >/dev/null 2>&1 &\nsleep 0.3; exit 5\n";
    controller.launch(node.job(50, script).build());
    assertEquals(5 << 8, controller.awaitEnd("50.0.batch").getWaitStatus());
    assertEquals(List.of(), TestNode.processes("31415.5"));
  }

  @Test
  void whenTheShepherdIsKilledTheJobEndsWithANamedReason() throws Exception {
    controller.launch(node.job(60, "#!/bin/bash\nsetsid sleep 31415.60 &\nsleep 31415.61\n").build());
    until("the job's processes", () -> TestNode.processes("sleep 31415.6").size() >= 2);
    TestNode.processes(directory + "/spool/launches/60.0.batch").forEach(ProcessHandle::destroyForcibly);
    ExitReport end = controller.awaitEnd("60.0.batch");
    assertEquals(Failure.SHEPHERD_DIED, end.getFailure());
    assertTrue(end.getWaitStatus() != 0);
    until("no leftovers", () -> TestNode.processes("sleep 31415.6").isEmpty());
  }

  @Test
  void aShepherdKilledAtAnyMomentGivesTheTrueExitCodeOrANamedReason() throws Exception {
    long seed = Long.getLong("agent.seed", System.nanoTime());
    Random random = new Random(seed);
    System.out.println("AgentTest seed " + seed + " (repeat with -Dagent.seed=" + seed + ")");
    for (int round = 0; round < ROUNDS; round++) {
      int id = 2000 + round;
      String launch = id + ".0.batch";
      String script = "#!/bin/bash\necho run\nsetsid sleep 31415.9" + id + " &\nsleep 0.2\nexit 6\n";
      controller.launch(node.job(id, script).setOpenMode(Launch.OpenMode.APPEND).build());
      until("the shepherd", () -> Files.exists(directory.resolve("spool/launches/" + launch + "/lock")));
      Thread.sleep(random.nextInt(400)); // the random moment
      TestNode.processes(directory + "/spool/launches/" + launch).forEach(ProcessHandle::destroyForcibly);
      ExitReport end = controller.awaitEnd(launch);
      assertTrue(
          end.getFailure() == Failure.SHEPHERD_DIED ? end.getWaitStatus() != 0 : end.getWaitStatus() == 6 << 8,
          end.toString());
      until("no leftovers", () -> TestNode.processes("sleep 31415.9" + id).isEmpty());
      if (Files.exists(node.work.resolve("slurm-" + id + ".out"))) {
        String output = node.output("slurm-" + id + ".out");
        assertTrue(output.isEmpty() || output.equals("run\n"), "ran once at most: " + output);
      }
    }
  }

  @Test
  void aShepherdWhoseSpoolWasDeletedDoesNotStayForEver() throws Exception {
    controller.launch(node.job(130, "#!/bin/sh\nwhile [ ! -e go ]; do sleep 0.1; done\n").build());
    String shepherd = directory + "/spool/launches/130.0.batch";
    until("the shepherd", () -> !TestNode.processes(shepherd).isEmpty() && Files.exists(node.work.resolve("slurm-130.out")));
    agent.kill();
    new ProcessBuilder("rm", "-rf", directory.resolve("spool").toString()).start().waitFor();
    Files.createFile(node.work.resolve("go"));
    until("the shepherd's end", () -> TestNode.processes(shepherd).isEmpty());
    agent = AgentProcess.start(directory, TestNode.NODE);
  }

  @Test
  void jobsSurviveKillsOfTheAgentWithTheirTrueExitCode() throws Exception {
    long seed = Long.getLong("agent.seed", System.nanoTime());
    Random random = new Random(seed);
    System.out.println("AgentTest seed " + seed + " (repeat with -Dagent.seed=" + seed + ")");
    int id = 1000;
    for (int round = 1; round <= ROUNDS; round++) {
      int first = id;
      for (int i = 0; i < 6; i++, id++) {
        String script = "#!/bin/sh\necho run\nsleep 0." + random.nextInt(10) + "\nexit " + id % 7 + "\n";
        controller.launch(node.job(id, script).setOpenMode(Launch.OpenMode.APPEND).build());
      }
      Thread.sleep(random.nextInt(1200)); // the random moment
      agent.kill();
      agent = AgentProcess.start(directory, TestNode.NODE);
      controller.awaitRegistrations(round + 1);
      List<String> held =
          controller.lastRegistration().getLaunchesList().stream().map(LaunchStatus::getLaunchId).toList();
      for (int job = first; job < id; job++) {
        String launch = job + ".0.batch";
        boolean over = controller.count(m -> m.hasExitReport() && m.getExitReport().getLaunchId().equals(launch) && m.getExitReport().getNodeClean()) > 0;
        if (!held.contains(launch) && !over) {
          // the agent died before it had accepted it: the controller sends it again
          String script = "#!/bin/sh\necho run\nexit " + job % 7 + "\n";
          controller.launch(node.job(job, script).setOpenMode(Launch.OpenMode.APPEND).build());
        }
      }
      for (int job = first; job < id; job++) {
        ExitReport end = controller.awaitEnd(job + ".0.batch");
        assertEquals(job % 7 << 8, end.getWaitStatus(), "job " + job + ", " + end);
        assertEquals("run\n", node.output("slurm-" + job + ".out"), "job " + job + " ran once");
      }
    }
  }

  @Test
  void aRebootEndsWhatRanWithANamedReason() throws Exception {
    controller.launch(node.job(65, "#!/bin/sh\nsleep 31415.65\n").build());
    until("the job", () -> !TestNode.processes("sleep 31415.65").isEmpty());
    agent.kill();
    // what a reboot does: all processes gone, another boot id
    TestNode.processes(directory + "/spool/launches/65.0.batch").forEach(ProcessHandle::destroyForcibly);
    TestNode.processes("sleep 31415.65").forEach(ProcessHandle::destroyForcibly);
    Files.writeString(directory.resolve("spool/launches/65.0.batch/boot_id"), "00000000-0000-0000-0000-000000000000");
    agent = AgentProcess.start(directory, TestNode.NODE);
    ExitReport end = controller.awaitEnd("65.0.batch");
    assertEquals(Failure.NODE_REBOOTED, end.getFailure());
    assertTrue(end.getWaitStatus() != 0);
  }

  @Test
  void theControllersDeathLosesNoEnd() throws Exception {
    controller.launch(node.job(70, "#!/bin/sh\necho hello\nsleep 1\nexit 4\n").build());
    until("the job", () -> Files.exists(node.work.resolve("slurm-70.out")));
    controller.close();
    until("the job's end", () -> Files.exists(directory.resolve("spool/launches/70.0.batch/exit")));
    controller = FakeController.again(node.identity, port);
    assertEquals(4 << 8, controller.awaitEnd("70.0.batch").getWaitStatus());
    assertTrue(agent.output().contains("trying on"), "the log names the cause: " + agent.output());
  }

  @Test
  void anImpostorIsNotObeyed() throws Exception {
    controller.close();
    byte[] other = new byte[64];
    java.util.Arrays.fill(other, (byte) 1);
    try (FakeController impostor =
        FakeController.again(
            new org.slurmctldj.proto.nodelink.TokenIdentity(org.slurmctldj.proto.auth.SlurmKey.of(other), "test"), port)) {
      impostor.awaitMessage("a hello", AgentMessage::hasHello);
      until("the agent's complaint", () -> agent.output().contains("did not prove itself"));
      assertEquals(0, impostor.count(AgentMessage::hasRegistration));
    }
    controller = FakeController.again(node.identity, port);
    controller.awaitRegistrations(1);
  }

  @Test
  void badLaunchesAreRefusedByName() {
    controller.launch(node.job(80, "#!/bin/sh\n").setLaunchId("../../etc").build());
    assertEquals(
        Failure.BAD_LAUNCH,
        controller.awaitMessage("the refusal", AgentMessage::hasLaunchFailed).getLaunchFailed().getFailure());
    controller.launch(node.job(81, "#!/bin/sh\n").addEnvironment(bytes("A=\0B")).build());
    controller.awaitMessage("the refusal of a NUL", m -> m.hasLaunchFailed() && m.getLaunchFailed().getLaunchId().equals("81.0.batch"));
    controller.launch(node.job(82, "#!/bin/sh\nexit 1\n").build());
    assertEquals(1 << 8, controller.awaitEnd("82.0.batch").getWaitStatus());
    controller.send(ControllerMessage.newBuilder().setTerminate(Terminate.newBuilder().setLaunchId("99.0.batch")));
    controller.awaitMessage("gone", m -> m.hasLaunchGone() && m.getLaunchGone().getLaunchId().equals("99.0.batch"));
  }

  @Test
  void reconfigureIsHeeded() throws Exception {
    node.configure(port, "JobFileAppend=1");
    controller.send(ControllerMessage.newBuilder().setReconfigure(org.slurmctldj.proto.agent.Reconfigure.getDefaultInstance()));
    until("the agent's word", () -> agent.output().contains("reconfigured"));
    agent.hangUp();
    until("the agent's second word", () -> agent.output().split("reconfigured,", -1).length == 3);
    for (int job = 110; job < 112; job++) {
      controller.launch(node.job(job, "#!/bin/sh\necho " + job + "\n").setStdOut(bytes("both")).build());
      controller.awaitEnd(job + ".0.batch");
    }
    assertEquals("110\n111\n", node.output("both"));
  }

  @Test
  void memoryLimitEndsTheJob() throws Exception {
    Assumptions.assumeTrue(ROOT, "SKIPPED: memory limits need root");
    agent.close();
    Files.writeString(directory.resolve("cgroup.conf"), "ConstrainRAMSpace=yes\n");
    node.configure(port, "TaskPlugin=task/cgroup");
    agent = AgentProcess.start(directory, TestNode.NODE);
    controller.awaitRegistrations(2);
    Assumptions.assumeTrue(
        controller.lastRegistration().getEnforcesMemory(), "SKIPPED: no memory cgroup on this machine");
    controller.launch(
        node.job(90, "#!/bin/bash\nhead -c 200000000 /dev/zero | tail -n 1 | wc -c\nexit 0\n").setMemoryMb(40).build());
    ExitReport end = controller.awaitEnd("90.0.batch");
    assertTrue(end.getOutOfMemory(), end.toString());
    assertTrue(node.output("slurm-90.out").contains("oom_kill event"), node.output("slurm-90.out"));
  }

  @Test
  void aJobStaysOnItsCores() throws Exception {
    Assumptions.assumeTrue(ROOT, "SKIPPED: binding to cores needs root");
    agent.close();
    Files.writeString(directory.resolve("cgroup.conf"), "ConstrainCores=yes\n");
    node.configure(port, "TaskPlugin=task/cgroup");
    agent = AgentProcess.start(directory, TestNode.NODE);
    controller.awaitRegistrations(2);
    Assumptions.assumeTrue(
        agent.output().contains("kept to their own cores"), "SKIPPED: no cpuset hierarchy on this machine");
    controller.launch(node.job(95, "#!/bin/sh\nnproc\n").setCoreBitmap("0").build());
    assertEquals(0, controller.awaitEnd("95.0.batch").getWaitStatus());
    int threads = controller.lastRegistration().getHardware().getThreadsPerCore();
    assertEquals(threads + "\n", node.output("slurm-95.out"));
    // a core that this machine does not have (SlurmdParameters=config_overrides) is not bound to
    controller.launch(node.job(96, "#!/bin/sh\necho runs\n").setCoreBitmap("60").build());
    controller.awaitEnd("96.0.batch");
    assertEquals("runs\n", node.output("slurm-96.out"));
  }

  @Test
  void aFullSpoolRefusesLaunchesAndLosesNoEnd() throws Exception {
    Assumptions.assumeTrue(ROOT, "SKIPPED: a small file system of its own needs root");
    agent.close();
    Path spool = directory.resolve("spool");
    Process mount =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=512k,mode=755", "tmpfs", spool.toString()).start();
    Assumptions.assumeTrue(mount.waitFor() == 0, "SKIPPED: no tmpfs can be mounted here");
    try {
      agent = AgentProcess.start(directory, TestNode.NODE);
      controller.awaitRegistrations(2);
      String script = "#!/bin/sh\nwhile [ ! -e go ]; do sleep 0.1; done\nexit 7\n";
      controller.launch(node.job(120, script).build());
      controller.awaitMessage("the start", m -> m.hasLaunchStarted() && m.getLaunchStarted().getLaunchId().equals("120.0.batch"));
      Path filler = spool.resolve("filler");
      try (var out = Files.newOutputStream(filler)) {
        out.write(new byte[1 << 20]);
      } catch (java.io.IOException e) {
        // full, as it should be
      }
      controller.launch(node.job(121, "#!/bin/sh\n").build());
      var refused =
          controller.awaitMessage("the refusal", m -> m.hasLaunchFailed() && m.getLaunchFailed().getLaunchId().equals("121.0.batch"));
      assertEquals(Failure.SPOOL, refused.getLaunchFailed().getFailure());
      assertTrue(refused.getLaunchFailed().getText().contains("No space left"), refused.toString());
      assertFalse(Files.exists(spool.resolve("job00121")), "what was begun is taken away");
      Files.createFile(node.work.resolve("go"));
      until("the script's end", () -> !Files.exists(Path.of("/proc/" + pidOf("120.0.batch"))));
      assertEquals(0, controller.count(AgentMessage::hasExitReport), "an end is not told before it is on disk");
      Files.delete(filler);
      assertEquals(7 << 8, controller.awaitEnd("120.0.batch").getWaitStatus());
      controller.launch(node.job(122, "#!/bin/sh\nexit 2\n").build());
      assertEquals(2 << 8, controller.awaitEnd("122.0.batch").getWaitStatus());
    } finally {
      agent.close();
      new ProcessBuilder("umount", "-l", spool.toString()).start().waitFor();
    }
  }

  private int pidOf(String launch) {
    return controller
        .awaitMessage("the start", m -> m.hasLaunchStarted() && m.getLaunchStarted().getLaunchId().equals(launch))
        .getLaunchStarted()
        .getPid();
  }

  @Test
  void stdinIsTheFileAsked() throws Exception {
    Files.write(node.work.resolve("in 100"), "from the file\n".getBytes(StandardCharsets.US_ASCII));
    controller.launch(node.job(100, "#!/bin/sh\ncat\n").setStdIn(bytes("in %j")).build());
    controller.awaitEnd("100.0.batch");
    assertEquals("from the file\n", node.output("slurm-100.out"));
  }
}
