package org.slurmctldj.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slurmctldj.agent.TestNode.bytes;
import static org.slurmctldj.agent.TestNode.until;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slurmctldj.proto.agent.AgentMessage;
import org.slurmctldj.proto.agent.ControllerMessage;
import org.slurmctldj.proto.agent.ExitReport;
import org.slurmctldj.proto.agent.Failure;
import org.slurmctldj.proto.agent.Launch;
import org.slurmctldj.proto.agent.Prepare;
import org.slurmctldj.proto.agent.Terminate;
import org.slurmctldj.proto.os.ProcessFacts;

/** slurm.conf's Prolog and Epilog around jobs; orders and log lines are those of slurmd 22.05.8 and 24.11.5 with the same scripts. */
class PrologTest {
  @TempDir Path directory;
  private FakeController controller;
  private TestNode node;
  private AgentProcess agent;
  private Path told;

  @BeforeEach
  void start() throws Exception {
    node = new TestNode(directory, 1);
    controller = FakeController.anywhere(node.identity);
    told = directory.resolve("told");
    Files.writeString(told, "");
  }

  @AfterEach
  void stop() throws Exception {
    agent.close();
    controller.close();
  }

  private void run(String... conf) throws Exception {
    node.configure(controller.port(), conf);
    agent = AgentProcess.start(directory, TestNode.NODE);
    controller.awaitRegistrations(1);
  }

  private Path script(String name, String text) throws Exception {
    Path file = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  /** A script that says what it sees. */
  private Path speaking(String name, String then) throws Exception {
    return script(name, "echo \"$SLURM_SCRIPT_CONTEXT $SLURM_JOB_ID $SLURMD_NODENAME $COMMENT $(id -u)\" >>" + told + "\n" + then);
  }

  private List<String> told() throws Exception {
    return Files.readAllLines(told, StandardCharsets.ISO_8859_1);
  }

  private Launch.Builder job(int id, String script) {
    return node.job(id, script).addScriptEnvironment(bytes("SLURM_JOB_ID=" + id)).addScriptEnvironment(bytes("COMMENT=\u00e9\u0080"));
  }

  private void terminate(int id, String... environment) {
    Terminate.Builder end = Terminate.newBuilder().setLaunchId(id + ".0.batch").setJobId(id).setReason(Terminate.Reason.ENDED);
    for (String entry : environment) {
      end.addScriptEnvironment(bytes(entry));
    }
    controller.send(ControllerMessage.newBuilder().setTerminate(end));
  }

  private ExitReport firstEnd(String launchId) {
    return controller
        .awaitMessage("the end of " + launchId, m -> m.hasExitReport() && m.getExitReport().getLaunchId().equals(launchId))
        .getExitReport();
  }

  @Test
  void theyRunAsTheAgentBeforeAndAfterTheScript() throws Exception {
    run("Prolog=" + speaking("prolog", ""), "Epilog=" + speaking("epilog", "echo $SLURM_JOB_EXIT_CODE2 >>" + told));
    controller.launch(job(50, "#!/bin/sh\ncat " + told + " >out\nexit 3\n").build());
    assertFalse(firstEnd("50.0.batch").getNodeClean(), "the epilog has not run");
    assertEquals(List.of("prolog_slurmd 50 n1 \u00e9\u0080 " + ProcessFacts.effectiveUid()), told());
    assertEquals(told().get(0) + "\n", node.output("out"));
    terminate(50, "SLURM_JOB_ID=50", "COMMENT=x", "SLURM_JOB_EXIT_CODE2=3:0");
    assertEquals(3 << 8, controller.awaitEnd("50.0.batch").getWaitStatus());
    assertEquals(List.of("epilog_slurmd 50 n1 x " + ProcessFacts.effectiveUid(), "3:0"), told().subList(1, 3));
  }

  @Test
  void aPrologThatFailsKeepsTheScriptFromRunning() throws Exception {
    run("Prolog=" + speaking("prolog", "echo words; exit 7"), "Epilog=" + speaking("epilog", ""));
    controller.launch(job(51, "#!/bin/sh\ntouch ran\n").build());
    controller.awaitMessage("the failure", m -> m.hasPrologFailed() && m.getPrologFailed().getJobId() == 51);
    assertEquals(Failure.PROLOG, firstEnd("51.0.batch").getFailure());
    terminate(51);
    controller.awaitEnd("51.0.batch");
    assertFalse(Files.exists(node.work.resolve("ran")));
    assertEquals(2, told().size(), "its epilog ran all the same");
    assertTrue(agent.output().contains("prolog failed: rc:7 output:words"), agent.output());
    assertTrue(agent.output().contains("[job 51] prolog failed status=7:0"), agent.output());
  }

  @Test
  void anEpilogThatFailsIsTold() throws Exception {
    run("Epilog=" + speaking("epilog", "exit 1"));
    controller.launch(job(52, "#!/bin/sh\ntrue\n").build());
    firstEnd("52.0.batch");
    terminate(52);
    assertTrue(controller.awaitEnd("52.0.batch").getEpilogFailed());
  }

  @Test
  void aScriptThatTakesTooLongIsEnded() throws Exception {
    run("PrologEpilogTimeout=1", "Prolog=" + speaking("prolog", "echo begun; sleep 31415"));
    controller.launch(job(53, "#!/bin/sh\ntouch ran\n").build());
    assertEquals(Failure.PROLOG, controller.awaitEnd("53.0.batch").getFailure());
    assertTrue(agent.output().contains("run_command: prolog poll timeout @ 1000 msec"), agent.output());
    assertTrue(agent.output().contains("prolog killed by signal 15 output:begun"), agent.output());
    assertTrue(agent.output().contains("[job 53] prolog failed status=0:15"), agent.output());
    assertFalse(Files.exists(node.work.resolve("ran")));
  }

  @Test
  void thoseOfAPatternRunInReverseOrderToTheFirstThatFails() throws Exception {
    Files.createDirectories(directory.resolve("d"));
    speaking("d/1", "echo 1 >>" + told);
    speaking("d/2", "echo 2 >>" + told + "; exit 1");
    speaking("d/3", "echo 3 >>" + told);
    run("Prolog=" + directory + "/d/*");
    controller.launch(job(54, "#!/bin/sh\ntrue\n").build());
    assertEquals(Failure.PROLOG, controller.awaitEnd("54.0.batch").getFailure());
    assertEquals(List.of("3", "2"), told().stream().filter(line -> line.length() == 1).toList());
  }

  @Test
  void aFileThatIsNotThereIsAFailure() throws Exception {
    run("Prolog=" + directory.resolve("nosuch"));
    controller.launch(job(55, "#!/bin/sh\ntrue\n").build());
    assertEquals(Failure.PROLOG, controller.awaitEnd("55.0.batch").getFailure());
    assertTrue(agent.output().contains("prolog: Unable to create list of paths [" + directory.resolve("nosuch") + "]"), agent.output());
  }

  @Test
  void atAllocationItRunsOnceAndTheLaunchFindsItDone() throws Exception {
    run("Prolog=" + speaking("prolog", ""));
    controller.send(
        ControllerMessage.newBuilder().setPrepare(Prepare.newBuilder().setJobId(56).addScriptEnvironment(bytes("SLURM_JOB_ID=56"))));
    controller.awaitMessage("the prolog's end", m -> m.hasPrologDone() && m.getPrologDone().getJobId() == 56);
    controller.launch(job(56, "#!/bin/sh\ntrue\n").build());
    controller.awaitEnd("56.0.batch");
    assertEquals(1, told().size());
  }

  /** salloc does not wait for a node whose Prolog failed: its job is ended. */
  @Test
  void atAllocationOneThatFailsIsNotDone() throws Exception {
    run("Prolog=" + speaking("prolog", "exit 1"));
    controller.send(
        ControllerMessage.newBuilder().setPrepare(Prepare.newBuilder().setJobId(62).addScriptEnvironment(bytes("SLURM_JOB_ID=62"))));
    controller.awaitMessage("the failure", m -> m.hasPrologFailed() && m.getPrologFailed().getJobId() == 62);
    controller.launch(job(62, "#!/bin/sh\ntrue\n").build());
    firstEnd("62.0.batch");
    assertEquals(0, controller.count(AgentMessage::hasPrologDone));
  }

  @Test
  void withSerialOnePrologWaitsForTheOther() throws Exception {
    Path go = directory.resolve("go");
    run(
        "Prolog=" + script("prolog", "echo begin >>" + told + "; while [ ! -e " + go + " ]; do sleep 0.05; done; echo end >>" + told),
        "PrologFlags=Alloc,Serial");
    for (int id : new int[] {60, 61}) {
      controller.send(
          ControllerMessage.newBuilder().setPrepare(Prepare.newBuilder().setJobId(id).addScriptEnvironment(bytes("SLURM_JOB_ID=" + id))));
    }
    until("one to run", () -> !told().isEmpty());
    Files.writeString(go, "");
    until("both to end", () -> controller.count(AgentMessage::hasPrologDone) == 2);
    assertEquals(List.of("begin", "end", "begin", "end"), told());
  }

  @Test
  void flagsThatAreNotThereAreRefusedByName() throws Exception {
    for (String flag : List.of("RunInJob", "DeferBatch", "X11", "Alloc,DeferBatch")) {
      node.configure(controller.port(), "Prolog=/bin/true", "PrologFlags=" + flag);
      try (AgentProcess refused = AgentProcess.start(directory, TestNode.NODE)) {
        assertNotEquals(0, refused.awaitExit(), flag);
        String name = flag.substring(flag.indexOf(',') + 1);
        assertTrue(refused.output().contains("PrologFlags=" + name + " is not supported by slurmd-agent yet: real slurmd does it"), refused.output());
      }
    }
    run("PrologFlags=Contain");
  }

  @Test
  void aNodeWithoutTheScriptRunsItsEpilogOnceHoweverOftenItIsTold() throws Exception {
    run("Epilog=" + speaking("epilog", ""));
    terminate(57, "SLURM_JOB_ID=57");
    controller.awaitMessage("gone", AgentMessage::hasLaunchGone);
    terminate(57, "SLURM_JOB_ID=57");
    until("gone again", () -> controller.count(AgentMessage::hasLaunchGone) == 2);
    assertEquals(1, told().size());
  }

  @Test
  void anAgentStartedAgainNeitherRunsAPrologTwiceNorForgetsThatOneFailed() throws Exception {
    run("Prolog=" + speaking("prolog", "[ $SLURM_JOB_ID != 59 ]"), "Epilog=" + speaking("epilog", ""));
    controller.launch(job(58, "#!/bin/sh\nwhile [ ! -e go ]; do sleep 0.1; done\n").build());
    controller.awaitMessage("58 to run", m -> m.hasLaunchStarted());
    controller.launch(job(59, "#!/bin/sh\ntouch ran\n").build());
    firstEnd("59.0.batch");
    agent.kill();
    agent = AgentProcess.start(directory, TestNode.NODE);
    controller.awaitRegistrations(2);
    until("59 to be told again", () -> controller.count(m -> m.hasPrologFailed() && m.getPrologFailed().getJobId() == 59) == 2);
    Files.writeString(node.work.resolve("go"), "");
    until("58 to end", () -> controller.count(m -> m.hasExitReport() && m.getExitReport().getJobId() == 58) > 0);
    terminate(58);
    terminate(59);
    controller.awaitEnd("58.0.batch");
    controller.awaitEnd("59.0.batch");
    assertEquals(2, told().stream().filter(line -> line.startsWith("prolog")).count());
    assertEquals(2, told().stream().filter(line -> line.startsWith("epilog")).count());
  }
}
