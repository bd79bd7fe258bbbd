package org.slurmctldj.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Small clusters with every fault on, from fresh seeds and from those that once found something (sim-seeds.txt). A
 * failure is repeated event by event with {@code bin/simulate --small --seed N}. {@code -Dsim.seeds=500} for more.
 */
class SimulationTest extends SimulatedPromises {
  @Test
  void promisesHoldForFreshSeeds() {
    freshSeeds("simulation").forEach(SimulationTest::holds);
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
    run(new Simulation(Simulation.Settings.small(seed, Fault.parse("all"))), "--small", seed, 40);
  }
}
