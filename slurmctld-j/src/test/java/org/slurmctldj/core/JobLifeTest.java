package org.slurmctldj.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The way of one job. Expected numbers are those that slurmctld 22.05.8 showed for the same commands. */
class JobLifeTest {

  @Test
  void aJobRunsToItsEndAndIsForgottenAfterMinJobAge() {
    Cluster c = Cluster.of(2);
    long id = c.submit();
    assertEquals(1, id);
    assertEquals(4294901759L, c.job(id).priority);
    assertEquals(JobPhase.PENDING, c.job(id).phase);
    c.takeEffects();
    assertTrue(c.start(id, 0).isOk());
    assertTrue(c.takeEffects().contains(new Effect.Launch(id, 0, 0)));
    // A core has two threads: CR_Core charges both, as real Slurm shows NumCPUs=2.
    assertEquals(2, c.node(0).allocatedCpus);
    assertEquals(100, c.node(0).allocatedMemory);
    c.started(id);
    assertEquals(JobPhase.RUNNING, c.job(id).phase);
    c.ended(id, 3 << 8);
    assertEquals(JobPhase.ENDING, c.job(id).phase);
    assertTrue(c.takeEffects().contains(new Effect.ForgetLaunch(id, 0, 0)));
    c.released(id);
    JobRecord done = c.job(id);
    assertEquals(JobPhase.DONE, done.phase);
    assertEquals(Outcome.FAILED, done.outcome);
    assertEquals(24, done.reason);
    assertEquals(3 << 8, done.exitCode);
    assertEquals(0, c.node(0).allocatedCpus);
    c.pass(299);
    assertEquals(JobPhase.DONE, c.job(id).phase);
    c.pass(2);
    assertNull(c.job(id));
  }

  @Test
  void lateAndRepeatedReportsChangeNothing() {
    Cluster c = Cluster.of(1);
    long id = c.running();
    c.ended(id, 0);
    c.released(id);
    byte[] before = RecordCodec.encodeJob(c.job(id));
    c.apply(new Command.LaunchStarted(c.now, id, 0, "n1"));
    c.apply(new Command.LaunchEnded(c.now, id, 0, "n1", 9, false, null, 0, 0, 0, 0));
    c.apply(new Command.NodeReleased(c.now, id, 0, "n1"));
    c.apply(new Command.LaunchEnded(c.now, id, 5, "n1", 9, false, null, 0, 0, 0, 0));
    c.apply(new Command.LaunchEnded(c.now, 999, 0, "n1", 9, false, null, 0, 0, 0, 0));
    assertArrayEquals(before, RecordCodec.encodeJob(c.job(id)));
  }

  /** With a node that refuses every job, slurmd asked for requeues as fast as jobs could be given to it. */
  @Test
  void aJobThatNoNodeCouldStartDoesNotStartAgainAtOnce() {
    Cluster c = Cluster.of(2);
    long id = c.submit();
    c.start(id, 0);
    c.apply(new Command.RequeueJob(c.now, Cluster.ROOT, JobSelector.job(id), false, true));
    c.ended(id, 9);
    c.released(id);
    assertEquals(JobPhase.PENDING, c.job(id).phase);
    assertEquals(SlurmNumbers.WAIT_TIME, c.job(id).reason);
    assertEquals(c.now / 1000 + 120, c.job(id).eligibleTime);
    assertTrue(!c.start(id, 1).isOk(), "no planner may start it yet");
    c.pass(121);
    assertTrue(c.start(id, 1).isOk());
  }

  /** What slurmd asks for when its prolog fails. Reason and priority as slurmctld 22.05.8 shows them. */
  @Test
  void aJobWhosePrologFailedWaitsHeld() {
    Cluster c = Cluster.of(1);
    long id = c.submit();
    c.start(id, 0);
    c.apply(new Command.RequeueJob(c.now, Cluster.ROOT, JobSelector.job(id), true, true));
    c.ended(id, 9);
    c.released(id);
    assertEquals(0, c.job(id).priority);
    assertEquals("launch failed requeued held", c.job(id).reasonText);
    c.pass(300);
    assertEquals(JobPhase.PENDING, c.job(id).phase);
    assertEquals(0, c.job(id).priority);
  }

  @Test
  void theTimeLimitEndsAJob() {
    Cluster c = Cluster.of(1);
    long id = c.submit(Cluster.request(Cluster.ALICE).number(JobField.TIME_LIMIT, 1));
    c.start(id, 0);
    c.started(id);
    c.takeEffects();
    c.pass(59);
    assertEquals(JobPhase.RUNNING, c.job(id).phase);
    c.pass(1);
    assertEquals(JobPhase.ENDING, c.job(id).phase);
    assertEquals(Outcome.TIMEOUT, c.job(id).outcome);
    assertTrue(c.takeEffects().contains(new Effect.Terminate(id, 0, 0, 30, Outcome.TIMEOUT)));
    c.ended(id, 15);
    c.released(id);
    assertEquals(Outcome.TIMEOUT, c.job(id).outcome);
    assertEquals(25, c.job(id).reason);
    assertEquals(15, c.job(id).exitCode);
  }

  @Test
  void aJobThatCannotMakeItsDeadlineIsOverAtOnce() {
    Cluster c = Cluster.of(1);
    long now = c.now / 1000;
    // sbatch -t10 --deadline=now+70: JobState=DEADLINE Reason=DeadLine ExitCode=0:1
    long late = c.submit(Cluster.request(Cluster.ALICE).number(JobField.TIME_LIMIT, 10).number(JobField.DEADLINE, now + 70));
    assertEquals(Outcome.DEADLINE, c.job(late).outcome);
    assertEquals(167, c.job(late).reason);
    assertEquals(1, c.job(late).exitCode);
    // Without a time limit Slurm shows TimeMin=00:01:00.
    long id = c.submit(Cluster.request(Cluster.ALICE).number(JobField.DEADLINE, now + 100));
    assertEquals(1, c.job(id).request.number(JobField.TIME_MIN));
    c.pass(40);
    assertEquals(JobPhase.PENDING, c.job(id).phase);
    long runs = c.submit(Cluster.request(Cluster.ALICE).number(JobField.DEADLINE, now + 110));
    c.start(runs, 0);
    c.started(runs);
    c.pass(1);
    assertEquals(Outcome.DEADLINE, c.job(id).outcome);
    c.pass(80);
    assertEquals(Outcome.DEADLINE, c.job(runs).outcome);
  }

  @Test
  void aJobThatWillNotDieDrainsItsNode() {
    Cluster c = Cluster.of(1);
    long id = c.running();
    c.kill(Cluster.ALICE, id);
    c.pass(31);
    assertEquals(JobPhase.ENDING, c.job(id).phase);
    c.pass(60);
    assertEquals(JobPhase.DONE, c.job(id).phase);
    assertTrue(c.node(0).drain);
    assertEquals("Kill task failed", c.node(0).reason);
  }

  @Test
  void onlyTheOwnerAndRootCancel() {
    Cluster c = Cluster.of(1);
    long id = c.running();
    assertEquals(2002, c.kill(Cluster.BOB, id).error());
    assertTrue(c.kill(Cluster.ALICE, id).isOk());
    assertEquals(Outcome.CANCELLED, c.job(id).outcome);
    assertEquals(1001, c.job(id).endedBy);
    assertEquals(2021, c.kill(Cluster.ALICE, id).error());
    assertEquals(2017, c.kill(Cluster.ALICE, 77).error());
  }

  @Test
  void aRequeuedJobIsANewIncarnation() {
    Cluster c = Cluster.of(1);
    long id = c.running();
    assertTrue(c.apply(new Command.RequeueJob(c.now, Cluster.ALICE, JobSelector.job(id), false)).isOk());
    assertEquals(1 << 15, c.job(id).slurmState());
    c.ended(id, 15);
    c.released(id);
    JobRecord j = c.job(id);
    assertEquals(JobPhase.PENDING, j.phase);
    assertEquals(1, j.restarts);
    assertEquals(0, j.exitCode);
    // The first incarnation's report comes once more: it must not end the second.
    c.start(id, 0);
    c.apply(new Command.LaunchEnded(c.now, id, 0, "n1", 0, false, null, 0, 0, 0, 0));
    assertEquals(JobPhase.STARTING, c.job(id).phase);
  }

  @Test
  void aFailedNodeRequeuesItsJobs() {
    Cluster c = Cluster.of(2);
    long again = c.running();
    long not = c.submit(Cluster.request(Cluster.ALICE).number(JobField.REQUEUE, 0));
    c.start(not, 0);
    c.apply(new Command.NodeLost(c.now, "n1"));
    assertEquals(NodePhase.LOST, c.node(0).phase);
    c.apply(new Command.NodeFailed(c.now, "n1", "Not responding"));
    assertEquals(JobPhase.PENDING, c.job(again).phase);
    assertEquals(1, c.job(again).restarts);
    assertEquals(JobPhase.DONE, c.job(not).phase);
    assertEquals(Outcome.NODE_FAIL, c.job(not).outcome);
    assertEquals(0, c.node(0).jobs);
  }

  @Test
  void aRebootedNodeLosesItsLaunches() {
    Cluster c = Cluster.of(1);
    long id = c.running();
    c.register("n1", "boot1", id + ".0");
    assertEquals(JobPhase.RUNNING, c.job(id).phase);
    c.register("n1", "boot2");
    assertEquals(1, c.job(id).restarts + (c.job(id).phase == JobPhase.ENDING ? 1 : 0));
  }

  @Test
  void anUnconfirmedLaunchIsAskedForAgain() {
    Cluster c = Cluster.of(1);
    long id = c.submit();
    c.start(id, 0);
    c.takeEffects();
    c.pass(10);
    assertTrue(c.takeEffects().contains(new Effect.Launch(id, 0, 0)));
    c.register("n1", "boot1");
    assertTrue(c.takeEffects().contains(new Effect.Launch(id, 0, 0)));
  }

  @Test
  void holdAndRelease() {
    Cluster c = Cluster.of(1);
    long id = c.submit();
    JobFields hold = new JobFields().number(JobField.PRIORITY, 0);
    JobFields release = new JobFields().number(JobField.PRIORITY, SlurmNumbers.INFINITE);
    assertTrue(c.update(Cluster.ROOT, id, hold).isOk());
    assertEquals(8, c.job(id).reason);
    assertEquals(2002, c.update(Cluster.ALICE, id, release).error());
    assertEquals(2010, c.update(Cluster.BOB, id, release).error());
    assertEquals(2042, c.update(Cluster.ROOT, id, new JobFields().number(JobField.PRIORITY, 77)).error());
    assertTrue(c.update(Cluster.ROOT, id, release).isOk());
    assertEquals(0, c.job(id).reason);
    // Released: the next priority below all given so far.
    assertEquals(4294901758L, c.job(id).priority);
    assertTrue(c.update(Cluster.ALICE, id, hold).isOk());
    assertEquals(16, c.job(id).reason);
    assertTrue(c.update(Cluster.ALICE, id, release).isOk());
  }
}
