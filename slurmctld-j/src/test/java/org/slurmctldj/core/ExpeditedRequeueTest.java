package org.slurmctldj.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.slurmctldj.sched.Planner;

/** {@code sbatch --requeue=expedite} as the real slurmctld 26.05.5 did it: states, order, and when a failed script is held. */
class ExpeditedRequeueTest {
  private static final long EXPEDITE = 1L << 45;
  private static final long STATE_EXPEDITING = 1 << 24;
  private static final long STATE_REQUEUE_HOLD = 1 << 11;
  private static final int EXIT_3 = 3 << 8;

  private final Cluster c = new Cluster();

  ExpeditedRequeueTest() {
    c.apply(new Command.RaiseFeatureLevel(c.now, StateMachine.FEATURE_LEVEL));
    enabled(true, List.of(Cluster.partition("urgent", new int[] {0, 1}, 0, 10, 5)));
  }

  private void enabled(boolean expedite, List<PartitionDefinition> more) {
    ClusterConfig k = Cluster.config(c.store.config().epoch() + 1, List.of(Cluster.node("n1"), Cluster.node("n2")), more);
    ClusterConfig.Limits l = k.limits();
    ClusterConfig.Limits changed = new ClusterConfig.Limits(
        l.maxJobCount(), l.firstJobId(), l.maxJobId(), l.maxArraySize(), l.minJobAgeSeconds(), l.killWaitSeconds(),
        l.selectTypeParameters(), l.defMemory(), l.maxMemory(), l.jobRequeue(), l.enforcePartLimits(), l.completeWaitSeconds(),
        l.batchStartTimeoutSeconds(), l.returnToService(), l.overTimeLimitMinutes(), l.slurmUserId(), l.licenses(),
        l.maxStepCount(), l.maxTasksPerNode(), l.epilogSeconds(), l.registeredMemoryPercent(), 60, false, expedite, false, false);
    c.apply(new Command.Reconfigure(c.now, new ClusterConfig(k.epoch(), "test", k.nodes(), k.partitions(), changed)));
    c.register("n1", "a");
    c.register("n2", "a");
  }

  private static JobFields request() {
    return Cluster.request(Cluster.ALICE).number(JobField.BITFLAGS, EXPEDITE).number(JobField.REQUEUE, 1);
  }

  private long running() {
    long id = c.submit(request());
    c.start(id, 0);
    c.started(id);
    return id;
  }

  private void down(String node) {
    c.apply(new Command.UpdateNode(
        c.now, Cluster.ROOT, List.of(node), SlurmNumbers.NODE_STATE_DOWN, "test", null, null, SlurmNumbers.NO_VAL));
  }

  @Test
  void isRefusedWhereItIsNotEnabled() {
    enabled(false, List.of());
    assertEquals(SlurmNumbers.ESLURM_NOT_SUPPORTED, c.submit(Cluster.ALICE, request()).error());
  }

  @Test
  void afterANodeFailureItMayStartAtOnceAndBeforeEveryOtherJob() {
    long other = c.submit(Cluster.request(Cluster.ALICE).text(JobField.PARTITION, "urgent"));
    long id = running();
    down("n1");
    JobRecord j = c.job(id);
    assertEquals(JobPhase.PENDING, j.phase);
    assertEquals(STATE_EXPEDITING, j.slurmState());
    assertEquals(1, j.restarts);
    assertTrue(j.eligibleTime <= c.now / 1000, "requeue_delay is not for it");
    assertTrue(j.priority < c.job(other).priority + 10, "its priority is shown as it was");
    List<Proposal> order = new Planner(1000).plan(c.store, c.now).proposals();
    assertEquals(id, order.get(0).jobId());
    c.apply(new Command.StartJob(c.now, order.get(0)));
    assertFalse(c.job(id).expediting);
    assertEquals(JobPhase.STARTING, c.job(id).phase);
  }

  @Test
  void aPlainJobOfTheSameFailureWaits() {
    long id = c.submit(Cluster.request(Cluster.ALICE).number(JobField.REQUEUE, 1));
    c.start(id, 0);
    c.started(id);
    down("n1");
    assertEquals(0, c.job(id).slurmState());
    assertTrue(c.job(id).eligibleTime > c.now / 1000);
  }

  @Test
  void aScriptThatFailsIsHeldAndOneWhoseEpilogFailsTooBeginsAgain() {
    long held = running();
    c.ended(held, EXIT_3);
    c.released(held);
    assertEquals(STATE_REQUEUE_HOLD, c.job(held).slurmState());
    assertEquals(0, c.job(held).priority);
    assertEquals("job requeued in held state", c.job(held).reasonText);
    assertEquals(EXIT_3, c.job(held).exitCode);

    long again = running();
    c.ended(again, EXIT_3);
    c.apply(new Command.NodeReleased(c.now, again, 0, "n1", true));
    assertEquals(STATE_EXPEDITING, c.job(again).slurmState());
    assertEquals(EXIT_3, c.job(again).exitCode);
    assertEquals(1, c.job(again).restarts);
  }

  @Test
  void aScriptThatEndsWellOrByASignalIsOver() {
    long well = running();
    c.ended(well, 0);
    c.apply(new Command.NodeReleased(c.now, well, 0, "n1", true));
    assertEquals(Outcome.COMPLETED, c.job(well).outcome);
    assertEquals(JobPhase.DONE, c.job(well).phase);
    long killed = running();
    c.ended(killed, 9);
    c.apply(new Command.NodeReleased(c.now, killed, 0, "n1", true));
    assertEquals(Outcome.FAILED, c.job(killed).outcome);
    assertEquals(JobPhase.DONE, c.job(killed).phase);
  }

  @Test
  void cancelledItStaysSo() {
    long id = running();
    c.kill(Cluster.ALICE, id);
    c.ended(id, 15);
    c.apply(new Command.NodeReleased(c.now, id, 0, "n1", true));
    assertEquals(Outcome.CANCELLED, c.job(id).outcome);
    assertEquals(JobPhase.DONE, c.job(id).phase);
  }
}
