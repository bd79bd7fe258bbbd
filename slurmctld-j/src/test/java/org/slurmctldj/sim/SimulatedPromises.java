package org.slurmctldj.sim;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.slf4j.LoggerFactory;

/** What tests of promises by seeds have in common: which seeds, and what is said of one that breaks a promise. */
abstract class SimulatedPromises {
  static final int SEEDS = Integer.getInteger("sim.seeds", 20);
  private static final Logger PRODUCT = (Logger) LoggerFactory.getLogger("org.slurmctldj");

  @BeforeAll
  static void quiet() {
    Simulate.quiet();
  }

  @AfterAll
  static void loud() {
    PRODUCT.setLevel((Level) null);
  }

  /** Others with each run, unless {@code -Dsim.seed} says where they begin. */
  static LongStream freshSeeds(String what) {
    long first = Long.getLong("sim.seed", new Random().nextInt(1_000_000_000));
    System.out.println(what + " seeds " + first + " to " + (first + SEEDS - 1));
    return LongStream.range(first, first + SEEDS);
  }

  /**
   * The world at the end of a run in which every promise held.
   *
   * @param option of bin/simulate that repeats it
   * @param lines of the story's end that are shown if one did not
   */
  static World run(Simulation s, String option, long seed, int lines) {
    try {
      s.run();
    } catch (World.Violation v) {
      List<String> story = s.world().story();
      String last = String.join("\n", story.subList(Math.max(0, story.size() - lines), story.size()));
      throw new AssertionError("repeat with bin/simulate " + option + " --seed " + seed + ": " + v.getMessage() + "\n" + last, v);
    }
    return s.world();
  }
}
