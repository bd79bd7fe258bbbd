package org.slurmctldj.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Small clusters with every fault on, from fresh seeds and from those that once found something (sim-seeds.txt). A
 * failure is repeated event by event with {@code bin/simulate --small --seed N}. {@code -Dsim.seeds=500} for more.
 */
class SimulationTest {
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
  void promisesHoldForFreshSeeds() {
    long first = Long.getLong("sim.seed", new Random().nextInt(1_000_000_000));
    System.out.println("simulation seeds " + first + " to " + (first + SEEDS - 1));
    LongStream.range(first, first + SEEDS).forEach(SimulationTest::holds);
  }

  @Test
  void promisesHoldForSeedsThatOnceFoundSomething() throws IOException {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(SimulationTest.class.getResourceAsStream("sim-seeds.txt"), StandardCharsets.UTF_8))) {
      List<String> lines = in.lines().map(l -> l.replaceAll("#.*", "").strip()).filter(l -> !l.isEmpty()).toList();
      lines.forEach(l -> holds(Long.parseLong(l)));
    }
  }

  @Test
  void theSameSeedGivesTheSameHistory() {
    assertEquals(history(4711), history(4711));
    assertTrue(history(4711).size() > 100);
  }

  private static List<String> history(long seed) {
    Simulation s = new Simulation(new Simulation.Settings(seed, 5, 1, Fault.parse("all"), 20, 10));
    s.run();
    return s.world().story();
  }

  private static void holds(long seed) {
    Simulation s = new Simulation(Simulation.Settings.small(seed, Fault.parse("all")));
    try {
      s.run();
    } catch (World.Violation v) {
      List<String> story = s.world().story();
      String last = String.join("\n", story.subList(Math.max(0, story.size() - 40), story.size()));
      throw new AssertionError("repeat with bin/simulate --small --seed " + seed + ": " + v.getMessage() + "\n" + last, v);
    }
  }
}
