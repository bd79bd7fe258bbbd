package org.slurmctldj.sim;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Clusters whose nodes are bought, with every fault of the cloud and of everything else on. Repeat one with {@code
 * bin/simulate --cloud --seed N}; {@code -Dsim.seeds=500} for more.
 */
class CloudSimulationTest {
  private static final int SEEDS = Integer.getInteger("sim.seeds", 20);
  private static final Logger PRODUCT = (Logger) LoggerFactory.getLogger("org.slurmctldj");

  @BeforeAll
  static void quiet() {
    Simulate.quiet();
  }

  @AfterAll
  static void loud() {
    PRODUCT.setLevel((Level) null);
  }

  @Test
  void noMachineWithoutAnOwnerAndNoJobLostHoweverTheCloudLies() {
    long first = Long.getLong("sim.seed", new Random().nextInt(1_000_000_000));
    System.out.println("cloud simulation seeds " + first + " to " + (first + SEEDS - 1));
    LongStream.range(first, first + SEEDS).forEach(CloudSimulationTest::holds);
  }

  /** 1412: a node set DOWN returned while a job's processes lived on it. 7172: a kept node that went off while drained stayed off. */
  @Test
  void seedsThatOnceFoundSomething() {
    LongStream.of(1412, 7172).forEach(CloudSimulationTest::holds);
  }

  private static void holds(long seed) {
    Simulation s = new Simulation(Simulation.Settings.cloud(seed, Fault.parse("all")));
    try {
      s.run();
    } catch (World.Violation v) {
      List<String> story = s.world().story();
      String last = String.join("\n", story.subList(Math.max(0, story.size() - 60), story.size()));
      throw new AssertionError("repeat with bin/simulate --cloud --seed " + seed + ": " + v.getMessage() + "\n" + last, v);
    }
  }
}
