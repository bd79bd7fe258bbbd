package org.slurmctldj.sched;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.Proposal;

/** --contiguous and --use-min-nodes on six nodes, of which the third is taken. */
class ContiguousTest {
  private final Cluster c = Cluster.of(6);

  ContiguousTest() {
    long one = c.submit(Cluster.request(Cluster.ALICE).number(JobField.SHARED, 0).text(JobField.REQ_NODES, "n3"));
    plan();
    assertEquals(JobPhase.STARTING, c.job(one).phase);
  }

  private void plan() {
    for (Proposal p : new Planner().plan(c.store, c.now).proposals()) {
      assertTrue(c.apply(new Command.StartJob(c.now, p)).isOk());
    }
  }

  private int[] nodes(long id) {
    plan();
    Allocation a = c.job(id).allocation;
    return a == null ? new int[0] : a.nodes().stream().mapToInt(Allocation.NodeShare::node).toArray();
  }

  private long submit(int nodes, boolean contiguous) {
    return c.submit(
        Cluster.request(Cluster.ALICE).number(JobField.SHARED, 0).number(JobField.MIN_NODES, nodes).number(JobField.MAX_NODES, nodes)
            .number(JobField.CONTIGUOUS, contiguous ? 1 : 0));
  }

  @Test
  void theNodesStandInARow() {
    assertArrayEquals(new int[] {3, 4, 5}, nodes(submit(3, true)));
  }

  @Test
  void withoutARowTheJobWaits() {
    assertArrayEquals(new int[0], nodes(submit(4, true)));
  }

  @Test
  void useMinNodesTakesAsFewAsAreEnough() {
    long few = c.submit(
        Cluster.request(Cluster.ALICE).number(JobField.MIN_NODES, 1).number(JobField.MAX_NODES, 2).number(JobField.NUM_TASKS, 2)
            .number(JobField.MIN_CPUS, 2).number(JobField.BITFLAGS, 1L << 9 | 1L << 14));
    assertEquals(1, nodes(few).length);
  }
}
