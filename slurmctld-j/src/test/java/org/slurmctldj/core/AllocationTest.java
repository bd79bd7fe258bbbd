package org.slurmctldj.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slurmctldj.core.SlurmNumbers.*;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Jobs without a script. States, reasons and exit codes are those of salloc and srun on a real slurmctld 22.05.8. */
class AllocationTest {
  private final Cluster c = Cluster.of(2);

  private static JobFields salloc() {
    return Cluster.request(Cluster.ALICE)
        .number(JobField.BATCH_FLAG, 0)
        .number(JobField.REQUEUE, 1)
        .number(JobField.START_PROTOCOL_VERSION, 38 << 8)
        .text(JobField.RESP_HOST, "127.0.0.1")
        .number(JobField.ALLOC_RESP_PORT, 40001)
        .number(JobField.OTHER_PORT, 40002);
  }

  private long granted() {
    long id = c.submit(salloc());
    c.start(id, 0);
    return id;
  }

  private Result end(long id, Actor by, long rc) {
    return c.apply(new Command.EndAllocation(c.now, by, id, rc, AllocationEnd.CLIENT));
  }

  private List<Effect.TellClient> told() {
    return c.effects.stream().filter(Effect.TellClient.class::isInstance).map(Effect.TellClient.class::cast).toList();
  }

  @Test
  void anAllocationRunsAtOnceAndNothingIsLaunched() {
    long id = granted();
    assertEquals(JobPhase.RUNNING, c.job(id).phase);
    assertTrue(c.effects.contains(new Effect.Allocated(id)));
    assertTrue(c.effects.stream().noneMatch(e -> e instanceof Effect.Launch));
  }

  @Test
  void itsClientsExitStatusIsTheJobs() {
    long done = granted();
    assertTrue(end(done, Cluster.ALICE, 0).isOk());
    assertEquals(Outcome.COMPLETED, c.job(done).outcome);
    long failed = granted();
    end(failed, Cluster.ALICE, 3 << 8);
    assertEquals(Outcome.FAILED, c.job(failed).outcome);
    assertEquals(FAIL_EXIT_CODE, c.job(failed).reason);
    assertEquals(3 << 8, c.job(failed).exitCode);
    long killed = granted();
    end(killed, Cluster.ALICE, 9);
    assertEquals(Outcome.FAILED, c.job(killed).outcome);
    assertEquals(9, c.job(killed).exitCode);
    long interrupted = granted();
    end(interrupted, Cluster.ALICE, NO_VAL);
    assertEquals(Outcome.CANCELLED, c.job(interrupted).outcome);
    assertEquals(0, c.job(interrupted).exitCode);
    assertEquals(ESLURM_ALREADY_DONE, end(interrupted, Cluster.ALICE, 0).error());
  }

  @Test
  void onlyItsOwnerEndsIt() {
    long id = granted();
    assertEquals(ESLURM_USER_ID_MISSING, end(id, Cluster.BOB, 0).error());
    assertEquals(ESLURM_INVALID_JOB_ID, end(999, Cluster.ALICE, 0).error());
    assertTrue(end(id, Cluster.ROOT, 0).isOk());
  }

  @Test
  void theClientIsToldWhenTheAllocationIsCancelled() {
    long id = granted();
    c.apply(new Command.KillJob(c.now, Cluster.ALICE, JobSelector.job(id), 9, 0));
    Effect.TellClient t = told().get(0);
    assertEquals(new Effect.TellClient(id, NO_VAL, 1001, "127.0.0.1", 40002, 38, Effect.Notice.COMPLETE, null), t);
  }

  @Test
  void aPendingClientIsToldOnThePortWhereItWaits() {
    long id = c.submit(salloc());
    c.apply(new Command.KillJob(c.now, Cluster.ALICE, JobSelector.job(id), 9, 0));
    assertEquals(40001, told().get(0).port());
    assertEquals(Outcome.CANCELLED, c.job(id).outcome);
  }

  @Test
  void immediateThatCouldNotStartIsFailedWithBadConstraints() {
    long id = c.submit(salloc());
    c.apply(new Command.EndAllocation(c.now, Cluster.ALICE, id, NO_VAL, AllocationEnd.NOT_IMMEDIATE));
    assertEquals(Outcome.FAILED, c.job(id).outcome);
    assertEquals(FAIL_BAD_CONSTRAINTS, c.job(id).reason);
    assertEquals(1, c.job(id).exitCode);
  }

  @Test
  void immediateThatStartedMeanwhileRunsOn() {
    long id = granted();
    c.apply(new Command.EndAllocation(c.now, Cluster.ALICE, id, NO_VAL, AllocationEnd.NOT_IMMEDIATE));
    assertEquals(JobPhase.RUNNING, c.job(id).phase);
  }

  @Test
  void itOutlivesItsNodesDaemonButNotItsNode() {
    long id = granted();
    c.apply(new Command.NodeLost(c.now, "n1"));
    c.register("n1", "boot1");
    assertEquals(JobPhase.RUNNING, c.job(id).phase);
    c.apply(new Command.NodeFailed(c.now, "n1", "Not responding"));
    assertEquals(Outcome.NODE_FAIL, c.job(id).outcome);
    assertEquals(JobPhase.DONE, c.job(id).phase);
  }

  @Test
  void itCannotBeRequeued() {
    long id = granted();
    assertEquals(ESLURM_BATCH_ONLY, c.apply(new Command.RequeueJob(c.now, Cluster.ALICE, JobSelector.job(id), false)).error());
  }

  @Test
  void withoutAWordOfItsClientItEndsAsTimedOut() {
    long id = granted();
    c.apply(new Command.EndAllocation(c.now, Cluster.ROOT, id, NO_VAL, AllocationEnd.INACTIVE));
    assertEquals(Outcome.TIMEOUT, c.job(id).outcome);
    assertEquals(FAIL_INACTIVE_LIMIT, c.job(id).reason);
  }
}
