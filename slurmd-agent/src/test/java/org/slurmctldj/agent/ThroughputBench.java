package org.slurmctldj.agent;

import java.nio.file.Files;
import java.nio.file.Path;
import org.slurmctldj.proto.agent.AgentMessage;

/** By hand: java -cp ... ThroughputBench JOBS. How many empty jobs a second one agent runs. */
final class ThroughputBench {
  private static final int SINGLE = 41;

  public static void main(String[] args) throws Exception {
    int jobs = Integer.parseInt(args[0]);
    Path directory = Files.createTempDirectory("agent-bench");
    TestNode node = new TestNode(directory, 1);
    try (FakeController controller = FakeController.anywhere(node.identity)) {
      node.configure(controller.port());
      try (AgentProcess agent = AgentProcess.start(directory, TestNode.NODE)) {
        controller.awaitRegistrations(1);
        for (int pass = 0; pass < 3; pass++) {
          long start = System.nanoTime();
          for (int i = 1; i <= jobs; i++) {
            controller.launch(node.job(pass * jobs + i, "#!/bin/sh\n").setStdOut(TestNode.bytes("/dev/null")).build());
          }
          for (int i = 1; i <= jobs; i++) {
            controller.awaitEnd(pass * jobs + i + ".0.batch");
          }
          double seconds = (System.nanoTime() - start) / 1e9;
          System.out.printf("%d jobs in %.2f s: %.0f jobs/s%n", jobs, seconds, jobs / seconds);
        }
        double[] started = new double[SINGLE];
        double[] ended = new double[SINGLE];
        for (int i = 0; i < SINGLE; i++) {
          String one = 3 * jobs + 1 + i + ".0.batch";
          long start = System.nanoTime();
          controller.launch(
              node.job(3 * jobs + 1 + i, "#!/bin/sh\n").setStdOut(TestNode.bytes("/dev/null")).build());
          controller.awaitMessage(
              "start", (AgentMessage m) -> m.hasLaunchStarted() && m.getLaunchStarted().getLaunchId().equals(one));
          started[i] = (System.nanoTime() - start) / 1e6;
          controller.awaitEnd(one);
          ended[i] = (System.nanoTime() - start) / 1e6;
        }
        java.util.Arrays.sort(started);
        java.util.Arrays.sort(ended);
        System.out.printf("one job, median: runs after %.1f ms, node clean after %.1f ms%n", started[SINGLE / 2], ended[SINGLE / 2]);
      }
    }
  }

  private ThroughputBench() {}
}
