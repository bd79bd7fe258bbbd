package org.slurmctldj.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** scontrol suspend, resume and top; error numbers and outcomes observed on 22.05.8. */
class SuspendTest {
  private final Cluster c = Cluster.of(1);

  private Result suspend(long id, boolean resume) {
    return c.apply(new Command.SuspendJob(c.now, Cluster.ROOT, JobSelector.job(id), resume));
  }

  @Test
  void aSuspendedJobsTimeStandsStill() {
    long id = c.submit(Cluster.request(Cluster.ALICE).number(JobField.TIME_LIMIT, 5));
    c.start(id, 0);
    c.started(id);
    c.pass(60);
    assertTrue(suspend(id, false).isOk());
    assertEquals(2, c.job(id).slurmState());
    assertEquals(60, c.job(id).preSuspendedSeconds);
    assertEquals(0, c.node(0).allocatedCpus);
    assertEquals(100, c.node(0).allocatedMemory);
    assertTrue(c.effects.contains(new Effect.Signal(id, 0, 0, 19, SlurmNumbers.KILL_FULL_JOB)));
    assertTrue(suspend(id, false).isOk());
    c.pass(1000);
    assertEquals(JobPhase.RUNNING, c.job(id).phase);
    assertTrue(suspend(id, true).isOk());
    assertEquals(2087, suspend(id, true).error());
    assertEquals(2, c.node(0).allocatedCpus);
    c.pass(239);
    assertEquals(JobPhase.RUNNING, c.job(id).phase);
    c.pass(1);
    assertEquals(Outcome.TIMEOUT, c.job(id).outcome);
  }

  @Test
  void itsCoresAreForOthersMeanwhile() {
    long id = c.submit(Cluster.request(Cluster.ALICE).number(JobField.MIN_CPUS, 8));
    c.start(id, 0);
    c.started(id);
    long next = c.submit(Cluster.request(Cluster.ALICE).number(JobField.MIN_CPUS, 8));
    assertFalse(c.start(next, 0).isOk());
    suspend(id, false);
    assertTrue(c.start(next, 0).isOk());
    c.started(next);
    suspend(id, true);
    assertEquals(1, c.job(id).slurmState());
    c.ended(id, 0);
    c.released(id);
    assertEquals(8, c.node(0).allocatedCpus);
    c.ended(next, 0);
    c.released(next);
    assertEquals(0, c.node(0).allocatedCpus);
  }

  @Test
  void whatDoesNotRunIsNotSuspended() {
    long id = c.submit();
    assertEquals(2024, suspend(id, false).error());
    assertEquals(2017, suspend(99, false).error());
    assertEquals(2002, c.apply(new Command.SuspendJob(c.now, Cluster.ALICE, JobSelector.job(id), false)).error());
    long runs = c.running();
    assertEquals(2087, suspend(runs, true).error());
    suspend(runs, false);
    c.kill(Cluster.ALICE, runs);
    assertEquals(2021, suspend(runs, false).error());
  }

  @Test
  void requeuedWhileSuspendedItIsHeld() {
    long id = c.running();
    suspend(id, false);
    assertTrue(c.apply(new Command.RequeueJob(c.now, Cluster.ROOT, JobSelector.job(id), false)).isOk());
    c.released(id);
    assertEquals(JobPhase.PENDING, c.job(id).phase);
    assertEquals(SlurmNumbers.WAIT_HELD, c.job(id).reason);
    assertEquals(0, c.job(id).suspendTime);
  }

  /** scontrol top 24, then 23,22 of three jobs: the priorities and nice values that 22.05.8 shows. */
  @Test
  void topGivesTheQueuesPrioritiesAnew() {
    long[] id = {c.submit(), c.submit(), c.submit()};
    long highest = c.job(id[0]).priority;
    assertTrue(c.apply(new Command.TopJobs(c.now, Cluster.ROOT, new long[] {id[2]})).isOk());
    assertNice(id, highest, new int[] {1, 2, 0}, new int[] {1, 1, -2});
    assertTrue(c.apply(new Command.TopJobs(c.now, Cluster.ROOT, new long[] {id[1], id[0]})).isOk());
    assertNice(id, highest, new int[] {1, 0, 2}, new int[] {1, -1, 0});
    c.update(Cluster.ROOT, id[0], new JobFields().number(JobField.PRIORITY, 0));
    assertEquals(2042, c.apply(new Command.TopJobs(c.now, Cluster.ROOT, new long[] {id[0]})).error());
    assertEquals(2002, c.apply(new Command.TopJobs(c.now, Cluster.ALICE, new long[] {id[1]})).error());
    assertEquals(2017, c.apply(new Command.TopJobs(c.now, Cluster.ROOT, new long[] {99})).error());
  }

  private void assertNice(long[] id, long highest, int[] below, int[] nice) {
    for (int i = 0; i < id.length; i++) {
      assertEquals(highest - below[i], c.job(id[i]).priority);
      assertEquals(nice[i], Priorities.nice(c.job(id[i])));
    }
  }
}
