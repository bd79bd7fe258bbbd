package org.slurmctldj.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.slurmctldj.agent.TestNode.bytes;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slurmctldj.proto.agent.ControllerMessage;
import org.slurmctldj.proto.agent.ExitReport;
import org.slurmctldj.proto.agent.Failure;
import org.slurmctldj.proto.agent.Launch;
import org.slurmctldj.proto.agent.Terminate;

/** TaskProlog and TaskEpilog of batch scripts; what is expected is what slurmd 22.05.8 did with the same scripts. */
class TaskScriptsTest {
  @TempDir Path directory;
  private FakeController controller;
  private TestNode node;
  private AgentProcess agent;

  @BeforeEach
  void start() throws Exception {
    Path prolog = script("prolog", "#!/bin/sh\necho export FOO=from prolog\necho unset BAR\necho print hello\necho ignored\n${HANG:-true}\nexit ${STATUS:-0}\n");
    Path epilog = script("epilog", "#!/bin/sh\necho \"$SLURM_SCRIPT_CONTEXT $SLURM_JOB_ID $(id -u)\" >epilog.out\n");
    node = new TestNode(directory, 1);
    controller = FakeController.anywhere(node.identity);
    node.configure(controller.port(), "TaskProlog=" + prolog, "TaskEpilog=" + epilog);
    agent = AgentProcess.start(directory, TestNode.NODE);
    controller.awaitRegistrations(1);
  }

  private Path script(String name, String text) throws Exception {
    Path file = Files.writeString(directory.resolve(name), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  @AfterEach
  void stop() throws Exception {
    agent.close();
    controller.close();
  }

  @Test
  void whatTheTaskPrologPrintsChangesTheScriptsEnvironment() throws Exception {
    Launch job =
        node.job(40, "#!/bin/sh\necho \"$FOO|${BAR-unset}\"\n")
            .addEnvironment(bytes("BAR=here"))
            .setStdOut(bytes("out"))
            .build();
    controller.launch(job);
    assertEquals(0, controller.awaitEnd("40.0.batch").getWaitStatus());
    assertEquals("hello\nfrom prolog|unset\n", node.output("out"));
  }

  @Test
  void aTaskPrologThatFailsIsTheScriptsEnd() throws Exception {
    controller.launch(
        node.job(41, "#!/bin/sh\necho ran\n").addEnvironment(bytes("STATUS=7")).setStdOut(bytes("out")).build());
    ExitReport end = controller.awaitEnd("41.0.batch");
    assertEquals(7 << 8, end.getWaitStatus());
    assertEquals("hello\nslurmstepd-n1: error: TaskProlog failed status=7\n", node.output("out"));
  }

  @Test
  void theTaskEpilogRunsAsTheUserBeforeTheJobsEndIsTold() throws Exception {
    controller.launch(node.job(42, "#!/bin/sh\nexit 3\n").addEnvironment(bytes("SLURM_JOB_ID=42")).build());
    assertEquals(3 << 8, controller.awaitEnd("42.0.batch").getWaitStatus());
    assertEquals("epilog_task 42 " + TestNode.JOB_UID + "\n", node.output("epilog.out"));
  }

  @Test
  void aJobWhoseTaskPrologHangsCanBeCancelled() throws Exception {
    String sleep = "sleep " + (200_000_000 + ProcessHandle.current().pid());
    controller.launch(node.job(43, "#!/bin/sh\necho ran\n").addEnvironment(bytes("HANG=" + sleep)).setStdOut(bytes("out")).build());
    TestNode.until("the prolog hangs", () -> !TestNode.processes(sleep).isEmpty());
    controller.send(
        ControllerMessage.newBuilder()
            .setTerminate(
                Terminate.newBuilder().setLaunchId("43.0.batch").setJobId(43).setReason(Terminate.Reason.CANCELLED).setKillWaitSeconds(1)));
    assertEquals(15, controller.awaitEnd("43.0.batch").getWaitStatus());
    TestNode.until("nothing is left of it", () -> TestNode.processes(sleep).isEmpty());
  }

  @Test
  void aScriptThatCannotBeExecutedAfterItsTaskPrologFails() throws Exception {
    controller.launch(node.job(44, "#!/no/such/shell\n").setStdOut(bytes("out")).build());
    ExitReport end = controller.awaitEnd("44.0.batch");
    assertEquals(2 << 8, end.getWaitStatus());
    assertEquals(Failure.EXEC, end.getFailure());
  }
}
