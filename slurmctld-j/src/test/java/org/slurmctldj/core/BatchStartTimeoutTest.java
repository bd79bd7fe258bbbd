package org.slurmctldj.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * BatchStartTimeout (10 s here): how long a node has to say that a batch script runs. Slurm looks only when the node
 * registers, and gives the job up then; here the order is given again first, which is harmless (launch ids), and the job is
 * given up after ten times that long.
 */
class BatchStartTimeoutTest {
  private final Cluster c = Cluster.of(2);

  private long launches(long id) {
    return c.takeEffects().stream().filter(e -> e instanceof Effect.Launch l && l.jobId() == id).count();
  }

  @Test
  void aLaunchThatNobodyConfirmsIsOrderedAgainAfterEachBatchStartTimeout() {
    long id = c.submit();
    c.start(id, 0);
    assertEquals(1, launches(id));
    c.pass(9);
    assertEquals(0, launches(id));
    c.pass(1);
    assertEquals(1, launches(id));
    c.pass(10);
    assertEquals(1, launches(id));
    c.started(id);
    c.pass(30);
    assertEquals(0, launches(id));
    assertEquals(JobPhase.RUNNING, c.job(id).phase);
  }

  @Test
  void afterTenTimesThatLongTheJobGoesBackToTheQueue() {
    long id = c.submit();
    c.start(id, 0);
    for (int i = 0; i < 10; i++) {
      assertEquals(JobPhase.STARTING, c.job(id).phase);
      c.pass(10);
    }
    c.released(id);
    assertEquals(JobPhase.PENDING, c.job(id).phase);
    assertEquals(1, c.job(id).restarts);
  }

  /** The node's daemon was started anew and has no such job: as slurmctld's "missing from batch node". */
  @Test
  void aNodeThatRegistersWithoutTheJobHasLostIt() {
    long id = c.running();
    c.register("n1", "boot1");
    c.released(id);
    assertEquals(JobPhase.PENDING, c.job(id).phase);
    assertEquals(1, c.job(id).restarts);
    c.start(id, 1);
    c.started(id);
    c.register("n2", "boot1", id + ".1");
    assertEquals(JobPhase.RUNNING, c.job(id).phase);
  }

  @Test
  void oneThatMayNotBeRequeuedFails() {
    long id = c.submit(Cluster.request(Cluster.ALICE).number(JobField.REQUEUE, 0));
    c.start(id, 0);
    c.started(id);
    c.register("n1", "boot1");
    assertEquals(Outcome.NODE_FAIL, c.job(id).outcome);
    assertTrue(List.of(JobPhase.DONE, JobPhase.ENDING).contains(c.job(id).phase));
  }
}
