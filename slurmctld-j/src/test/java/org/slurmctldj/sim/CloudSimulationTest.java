package org.slurmctldj.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Clusters whose nodes are bought, with every fault of the cloud and of everything else on. Repeat one with {@code
 * bin/simulate --cloud --seed N}; {@code -Dsim.seeds=500} for more.
 *
 * <p>Each promise was seen to be broken when the code was, on seeds 1 to 20: no machine without an owner (Inventory.compare
 * does not end orphans: 20 of 20 seeds, most within the first hour); a name is bound to one machine (Inventory says gone
 * without asking the cloud to end what no list shows, or PoolLife.end frees the name at once: "was bound to …, which
 * lives"); no more than the most (Provisioner asks again with another token: 2 seeds); the least is asked for
 * (PoolLife.keepUp does nothing: 5 seeds); no job is lost (PoolLife.gone does not tell the jobs of a missing machine).
 */
class CloudSimulationTest extends SimulatedPromises {
  @Test
  void noMachineWithoutAnOwnerAndNoJobLostHoweverTheCloudLies() {
    long orphans = freshSeeds("cloud simulation").map(CloudSimulationTest::holds).sum();
    assertTrue(SEEDS < 20 || orphans > 0, "no machine was ever without an owner: the promise about them was not tried");
  }

  /** 1412: a node set DOWN returned while a job's processes lived on it. 7172: a kept node that went off while drained stayed off. */
  @Test
  void seedsThatOnceFoundSomething() {
    LongStream.of(1412, 7172).forEach(CloudSimulationTest::holds);
  }

  /** How many machines had no owner for a while. */
  private static long holds(long seed) {
    World world = run(new Simulation(Simulation.Settings.cloud(seed, Fault.parse("all"))), "--cloud", seed, 60);
    return world.counts().getOrDefault("machines without an owner", 0L);
  }
}
