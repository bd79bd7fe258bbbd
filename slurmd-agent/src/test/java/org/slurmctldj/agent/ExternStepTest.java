package org.slurmctldj.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slurmctldj.agent.TestNode.until;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
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
import org.slurmctldj.proto.agent.Prepare;
import org.slurmctldj.proto.agent.Share;
import org.slurmctldj.proto.agent.Terminate;

/** PrologFlags=Contain: JOB.extern on the node, by the requests that pam_slurm_adopt makes of it. */
class ExternStepTest {
  private static final int V22_05 = 38 << 8;
  private static final int V24_11 = 42 << 8;
  private static final int STEP_UID = 20;
  private static final int ADD_EXTERN_PID = 22;
  private static final int X11_DISPLAY = 23;
  private static final int NAMESPACE = 26;

  @TempDir Path directory;
  private FakeController controller;
  private TestNode node;
  private AgentProcess agent;

  @BeforeEach
  void start() throws Exception {
    node = new TestNode(directory, 1);
    controller = FakeController.anywhere(node.identity);
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

  private void allocate(int job) {
    controller.send(
        ControllerMessage.newBuilder()
            .setPrepare(Prepare.newBuilder().setJobId(job).setShare(Share.newBuilder().setUid((int) TestNode.JOB_UID))));
  }

  private void contain(int job) throws Exception {
    allocate(job);
    controller.awaitMessage("the step's start", m -> m.hasPrologDone() && m.getPrologDone().getJobId() == job);
  }

  private void end(int job) throws Exception {
    String launch = job + ".0.batch";
    controller.send(
        ControllerMessage.newBuilder()
            .setTerminate(Terminate.newBuilder().setLaunchId(launch).setJobId(job).setReason(Terminate.Reason.ENDED).setKillWaitSeconds(30)));
    controller.awaitMessage("the job to be gone", m -> m.hasLaunchGone() && m.getLaunchGone().getLaunchId().equals(launch));
  }

  private Path socket(int job) {
    return directory.resolve("spool").resolve("n1_" + job + ".4294967292");
  }

  private boolean hasCgroups() throws IOException {
    return agent.output().contains("tracking processes by cgroup");
  }

  private static long[] ask(SocketChannel door, int answers, int... words) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(4 * words.length).order(ByteOrder.nativeOrder());
    for (int w : words) {
      out.putInt(w);
    }
    door.write(out.flip());
    ByteBuffer in = ByteBuffer.allocate(4 * answers).order(ByteOrder.nativeOrder());
    while (in.hasRemaining() && door.read(in) >= 0) {}
    in.flip();
    long[] got = new long[in.remaining() / 4];
    for (int i = 0; i < got.length; i++) {
      got[i] = in.getInt();
    }
    return got;
  }

  private SocketChannel door(int job, int version) throws IOException {
    SocketChannel door = SocketChannel.open(UnixDomainSocketAddress.of(socket(job)));
    assertEquals(List.of((long) version), java.util.Arrays.stream(ask(door, 1, version)).boxed().toList());
    return door;
  }

  @Test
  void whatIsAdoptedEndsWithTheJob() throws Exception {
    run("PrologFlags=Contain");
    contain(70);
    Process login = new ProcessBuilder("sleep", "3600").start();
    try (SocketChannel door = door(70, V22_05)) {
      assertEquals(TestNode.JOB_UID, ask(door, 1, STEP_UID)[0]);
      assertEquals(0, ask(door, 2, X11_DISPLAY)[0]);
      assertEquals(0, ask(door, 1, NAMESPACE)[0]);
      assertEquals(hasCgroups() ? 0 : -1, ask(door, 1, ADD_EXTERN_PID, (int) login.pid())[0]);
    }
    assertTrue(login.isAlive());
    end(70);
    if (hasCgroups()) {
      until("the login's end", () -> !login.isAlive());
    }
    login.destroy();
    until("the socket's end", () -> !Files.exists(socket(70)));
    assertEquals(0, controller.count(AgentMessage::hasExitReport), "nobody hears of an extern step's end");
  }

  @Test
  void aBatchScriptsEndEndsItToo() throws Exception {
    run("PrologFlags=Contain");
    controller.launch(node.job(71, "#!/bin/sh\nls " + directory.resolve("spool") + " >'" + node.work + "/seen'\n").build());
    until("the launch's end", () -> controller.count(m -> m.hasExitReport() && m.getExitReport().getNodeClean()) == 1);
    assertTrue(node.output("seen").contains("n1_71.4294967292"), "before the script");
    until("the socket's end", () -> !Files.exists(socket(71)));
  }

  @Test
  void aRequeuedJobHasANewOne() throws Exception {
    run("PrologFlags=Contain");
    for (int run = 0; run < 3; run++) {
      int before = run;
      allocate(72);
      until("its step", () -> controller.count(AgentMessage::hasPrologDone) == before + 1 && Files.exists(socket(72)));
      controller.send(
          ControllerMessage.newBuilder()
              .setTerminate(Terminate.newBuilder().setLaunchId("72." + run + ".batch").setJobId(72).setReason(Terminate.Reason.REQUEUED)));
      String launch = "72." + run + ".batch";
      controller.awaitMessage("its end", m -> m.hasLaunchGone() && m.getLaunchGone().getLaunchId().equals(launch));
    }
  }

  /** Its Prolog ran on while the job was ended: nothing may be started any more. */
  @Test
  void aJobThatEndsDuringItsPrologHasNone() throws Exception {
    Path began = directory.resolve("began");
    Path go = directory.resolve("go");
    Path prolog = Files.writeString(directory.resolve("prolog"), "#!/bin/sh\n>" + began + "\nwhile [ ! -e " + go + " ]; do sleep 0.05; done\n");
    Files.setPosixFilePermissions(prolog, PosixFilePermissions.fromString("rwxr-xr-x"));
    run("PrologFlags=Contain", "Prolog=" + prolog);
    allocate(73);
    until("the prolog", () -> Files.exists(began));
    controller.send(
        ControllerMessage.newBuilder().setTerminate(Terminate.newBuilder().setLaunchId("73.0.batch").setJobId(73)));
    controller.launch(node.job(74, "").setLaunchId("../nothing").build());
    controller.awaitMessage("an answer to what came after that", AgentMessage::hasLaunchFailed);
    Files.writeString(go, "");
    controller.awaitMessage("the prolog's end", AgentMessage::hasPrologDone);
    assertFalse(Files.exists(socket(73)));
  }

  @Test
  void aNewAgentTakesItUp() throws Exception {
    run("PrologFlags=Contain");
    contain(74);
    agent.kill();
    agent = AgentProcess.start(directory, TestNode.NODE);
    controller.awaitRegistrations(2);
    try (SocketChannel door = door(74, V24_11)) {
      assertEquals(TestNode.JOB_UID, ask(door, 1, STEP_UID)[0]);
    }
    assertTrue(agent.output().contains("step 74.extern: taken up from the spool"), agent.output());
    end(74);
  }

  @Test
  void withoutContainThereIsNone() throws Exception {
    run("PrologFlags=Alloc");
    contain(75);
    assertFalse(Files.exists(socket(75)));
  }
}
