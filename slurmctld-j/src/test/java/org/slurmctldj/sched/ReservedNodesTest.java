package org.slurmctldj.sched;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slurmctldj.core.SlurmNumbers.NO_VAL;

import org.junit.jupiter.api.Test;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.Proposal;
import org.slurmctldj.core.ReservationDefinition;

/** Reservations that replace nodes, as Slurm's test3.14 wants them. */
class ReservedNodesTest {
  private final Cluster c = Cluster.of(4);

  private void create(long flags, int nodes) {
    assertTrue(c.apply(new Command.ChangeReservation(
        c.now, Cluster.ROOT, true, "r", c.now / 1000, NO_VAL, 60, flags, 0, null, nodes, "alice", null, null, null)).isOk());
  }

  private int[] nodes() {
    return c.store.config().reservations().get(0).nodes();
  }

  private long startInIt() {
    long id = c.submit(Cluster.request(Cluster.ALICE).text(JobField.USER_NAME, "alice").text(JobField.RESERVATION, "r")
        .number(JobField.TIME_LIMIT, 5));
    for (Proposal p : new Planner().plan(c.store, c.now).proposals()) {
      assertTrue(c.apply(new Command.StartJob(c.now, p)).isOk());
    }
    assertEquals(JobPhase.STARTING, c.job(id).phase);
    return id;
  }

  private void fail(String node) {
    assertTrue(c.apply(new Command.NodeFailed(c.now, node, "gone")).isOk());
  }

  @Test
  void aNodeThatAJobTakesMakesPlaceForAnIdleOne() {
    create(ReservationDefinition.REPLACE, 2);
    assertArrayEquals(new int[] {0, 1}, nodes());
    startInIt();
    assertArrayEquals(new int[] {1, 2}, nodes());
  }

  @Test
  void aNodeThatFailsMakesPlaceWhereThereIsOneLeft() {
    create(ReservationDefinition.REPLACE_DOWN, 3);
    startInIt();
    assertArrayEquals(new int[] {0, 1, 2}, nodes());
    fail("n2");
    assertArrayEquals(new int[] {0, 2, 3}, nodes());
    fail("n3");
    assertArrayEquals(new int[] {0, 2, 3}, nodes());
  }

  @Test
  void withoutTheFlagItKeepsItsNodes() {
    create(0, 2);
    startInIt();
    fail("n2");
    assertArrayEquals(new int[] {0, 1}, nodes());
  }
}
