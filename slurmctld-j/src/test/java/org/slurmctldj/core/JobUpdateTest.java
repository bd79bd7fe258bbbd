package org.slurmctldj.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slurmctldj.core.SlurmNumbers.INFINITE;
import static org.slurmctldj.core.SlurmNumbers.NICE_OFFSET;

import org.junit.jupiter.api.Test;

/** scontrol update, hold, release, requeue: numbers as slurmctld 22.05.8 answered. */
class JobUpdateTest {
  private final Cluster c = Cluster.of(2);

  private static JobFields set(JobField f, long v) {
    return new JobFields().number(f, v);
  }

  private static JobFields set(JobField f, String v) {
    return new JobFields().text(f, v);
  }

  private int alice(long id, JobFields f) {
    return c.update(Cluster.ALICE, id, f).error();
  }

  private int root(long id, JobFields f) {
    return c.update(Cluster.ROOT, id, f).error();
  }

  @Test
  void aPendingJobChangesByItsOwner() {
    long id = c.submit(Cluster.request(Cluster.ALICE).number(JobField.TIME_LIMIT, 10));
    assertEquals(0, alice(id, set(JobField.TIME_LIMIT, 20)));
    assertEquals(20, c.job(id).timeLimit);
    assertEquals(2095, alice(id, set(JobField.PRIORITY, 5)));
    assertEquals(5, c.job(id).priority);
    assertEquals(0, alice(id, set(JobField.NICE, NICE_OFFSET + 5)));
    assertEquals(0, alice(id, set(JobField.NICE, NICE_OFFSET)));
    assertEquals(2002, alice(id, set(JobField.NICE, NICE_OFFSET - 5)));
    assertEquals(2000, alice(id, set(JobField.PARTITION, "nope")));
    assertEquals(0, alice(id, set(JobField.PARTITION, "short").number(JobField.TIME_LIMIT, 100)));
    assertEquals(100, c.job(id).timeLimit);
    assertEquals(1, c.job(id).partition);
    assertEquals(0, alice(id, set(JobField.MIN_NODES, 9).number(JobField.MAX_NODES, 9)));
    assertEquals(9, c.job(id).request.number(JobField.MIN_CPUS));
    assertEquals(0, alice(id, set(JobField.NAME, "foo").text(JobField.COMMENT, "bar")));
    assertEquals("foo", c.job(id).request.text(JobField.NAME));
    assertEquals(2018, alice(id, set(JobField.REQ_NODES, "n9")));
    assertEquals(2017, alice(99, set(JobField.NAME, "x")));
    assertEquals(2010, c.update(Cluster.BOB, id, set(JobField.NAME, "x")).error());
  }

  /** What scontrol 22.05 sends along with every change. */
  @Test
  void theRestOfAnUpdateMessageMeansNoChange() {
    long id = c.submit(Cluster.request(Cluster.ALICE).number(JobField.MAIL_TYPE, 3).number(JobField.BITFLAGS, 1));
    JobFields sent = set(JobField.PRIORITY, 0).number(JobField.MAIL_TYPE, 65534).number(JobField.TASK_DIST, 4294967294L)
        .number(JobField.CPU_BIND_TYPE, 65534).number(JobField.MEM_BIND_TYPE, 65534).number(JobField.BITFLAGS, 503316480);
    assertEquals(0, alice(id, sent));
    assertEquals(3, c.job(id).request.number(JobField.MAIL_TYPE));
    assertEquals(1, c.job(id).request.number(JobField.BITFLAGS));
    long running = c.running();
    assertEquals(0, alice(running, sent.copy().clear(JobField.PRIORITY).text(JobField.NAME, "zz")));
  }

  @Test
  void sizesAreCountedAsSlurmCountsThem() {
    long id = c.submit(Cluster.request(Cluster.ALICE).number(JobField.PRIORITY, 0));
    assertEquals(0, alice(id, set(JobField.PN_MIN_CPUS, 2)));
    assertEquals(2, c.job(id).request.number(JobField.MIN_CPUS));
    assertEquals(0, alice(id, set(JobField.CPUS_PER_TASK, 4)));
    assertEquals(2, c.job(id).request.number(JobField.PN_MIN_CPUS));
    assertEquals(2015, alice(id, set(JobField.MIN_CPUS, 17)));
    assertEquals(2015, alice(id, set(JobField.PN_MIN_CPUS, 99)));
    assertEquals(2, c.job(id).request.number(JobField.MIN_CPUS));
    assertEquals(2018, alice(id, set(JobField.REQ_NODES, "n[")));
    assertEquals(2124, alice(id, set(JobField.TIME_MIN, INFINITE)));
    // scontrol update Deadline=2020-01-01: "Invalid time specified"; a time to come is an admin's to set
    assertEquals(2054, alice(id, set(JobField.DEADLINE, 1000)));
    assertEquals(2054, root(id, set(JobField.DEADLINE, 1000)));
    assertEquals(2002, alice(id, set(JobField.DEADLINE, c.now / 1000 + 3600)));
  }

  @Test
  void contiguousNodesAreAnAdminsToAskForAndTheOwnersToGiveUp() {
    long id = c.submit();
    assertEquals(2002, alice(id, set(JobField.CONTIGUOUS, 1)));
    assertEquals(2002, alice(id, set(JobField.CONTIGUOUS, 0)));
    assertEquals(0, root(id, set(JobField.CONTIGUOUS, 1)));
    assertEquals(0, alice(id, set(JobField.CONTIGUOUS, 0)));
    assertEquals(0, c.job(id).request.number(JobField.CONTIGUOUS));
  }

  @Test
  void aDeadlineBringsAShortestTimeAtSubmissionAlone() {
    long later = c.now / 1000 + 3600;
    assertEquals(1, c.job(c.submit(Cluster.request(Cluster.ALICE).number(JobField.DEADLINE, later))).request.number(JobField.TIME_MIN));
    long id = c.submit();
    assertEquals(0, root(id, set(JobField.DEADLINE, later)));
    assertEquals(SlurmNumbers.NO_VAL, c.job(id).request.number(JobField.TIME_MIN));
  }

  @Test
  void anEmptyNameOrCommentIsKept() {
    long id = c.submit();
    assertEquals(0, root(id, set(JobField.NAME, "").text(JobField.COMMENT, "").text(JobField.ADMIN_COMMENT, "")));
    assertEquals("", c.job(id).request.text(JobField.NAME));
    assertEquals("", c.job(id).request.text(JobField.COMMENT));
    assertEquals("", c.job(id).request.text(JobField.ADMIN_COMMENT));
  }

  @Test
  void aRefusedUpdateChangesNothing() {
    long id = c.submit();
    byte[] before = RecordCodec.encodeJob(c.job(id));
    assertEquals(2018, alice(id, set(JobField.NAME, "x").text(JobField.REQ_NODES, "n9")));
    org.junit.jupiter.api.Assertions.assertArrayEquals(before, RecordCodec.encodeJob(c.job(id)));
  }

  @Test
  void aRunningJobChangesLittle() {
    long id = c.submit(Cluster.request(Cluster.ALICE).number(JobField.TIME_LIMIT, 10));
    c.start(id, 0);
    c.started(id);
    assertEquals(0, root(id, set(JobField.TIME_LIMIT, 20)));
    assertEquals(2002, alice(id, set(JobField.TIME_LIMIT, 30)));
    assertEquals(0, alice(id, set(JobField.TIME_LIMIT, 5)));
    assertEquals(2073, root(id, set(JobField.PARTITION, "short")));
    assertEquals(2036, root(id, set(JobField.MIN_NODES, 2)));
    assertEquals(2073, root(id, set(JobField.MIN_CPUS, 3)));
    assertEquals(0, root(id, set(JobField.NAME, "zz")));
    assertEquals(2073, root(id, set(JobField.BEGIN_TIME, c.now / 1000 + 3600)));
    assertEquals(0, root(id, set(JobField.REQUEUE, 0)));
    assertEquals(2073, root(id, set(JobField.PN_MIN_MEMORY, 300)));
    assertEquals(2073, root(id, set(JobField.DEPENDENCY, "afterok:1")));
    assertEquals(2073, root(id, set(JobField.FEATURES, "x")));
    assertEquals(2073, root(id, set(JobField.EXC_NODES, "n1")));
    assertEquals(0, root(id, set(JobField.QOS, "foo")));
    assertEquals(2073, root(id, set(JobField.ACCOUNT, "foo")));
    assertEquals(2037, c.apply(new Command.RequeueJob(c.now, Cluster.ROOT, JobSelector.job(id), false)).error());
    assertEquals(2002, c.apply(new Command.RequeueJob(c.now, Cluster.BOB, JobSelector.job(id), false)).error());
    c.pass(300);
    assertEquals(Outcome.TIMEOUT, c.job(id).outcome);
  }

  private String sizes(long id) {
    JobFields r = c.job(id).request;
    return r.number(JobField.MIN_NODES) + " " + r.number(JobField.MIN_CPUS) + " " + r.number(JobField.NUM_TASKS);
  }

  private static JobFields nodes(long n) {
    return set(JobField.MIN_NODES, n).number(JobField.MAX_NODES, n);
  }

  /** {@code scontrol update NumNodes=}: nodes, CPUs and tasks that 22.05.8 showed afterwards. */
  @Test
  void tasksFollowNodesWhereNobodyAskedForThem() {
    long id = c.submit(Cluster.request(Cluster.ALICE).number(JobField.PRIORITY, 0));
    assertEquals(0, alice(id, nodes(5)));
    assertEquals("5 5 5", sizes(id));
    assertEquals(0, alice(id, nodes(1)));
    assertEquals("1 5 1", sizes(id));
    assertEquals(0, alice(id, set(JobField.NUM_TASKS, 2)));
    assertEquals(0, alice(id, nodes(1)));
    assertEquals("1 5 2", sizes(id));
    assertEquals(JobSize.NTASKS_SET, c.job(id).request.number(JobField.BITFLAGS) & JobSize.NTASKS_SET);
  }

  /** The same on 24.11.5 and 26.05.5: {@code -n3}, NumNodes=5, 2; {@code -N2 --ntasks-per-node=2}, NumNodes=1; NumTasks=2. */
  @Test
  void newerReleasesCountThemOtherwise() {
    JobFields newer = Cluster.request(Cluster.ALICE).number(JobField.PRIORITY, 0).number(JobField.START_PROTOCOL_VERSION, 42 << 8);
    long three = c.submit(newer.copy().number(JobField.NUM_TASKS, 3).number(JobField.BITFLAGS, JobSize.NTASKS_SET));
    assertEquals(0, alice(three, nodes(5)));
    assertEquals("5 5 3", sizes(three));
    assertEquals(0, alice(three, nodes(2)));
    assertEquals("2 5 3", sizes(three));
    long four = c.submit(newer.copy().number(JobField.NTASKS_PER_NODE, 2).number(JobField.MIN_NODES, 2).number(JobField.MAX_NODES, 2));
    assertEquals(0, alice(four, nodes(1)));
    assertEquals("1 2 2", sizes(four));
    long one = c.submit(newer);
    assertEquals(0, alice(one, set(JobField.NUM_TASKS, 2)));
    assertEquals(2, c.job(one).request.number(JobField.MIN_CPUS));
  }

  /** {@code scontrol update TimeLimit=0}: 22.05.8 and 26.05.5 show 00:00:00, and a running job is a TIMEOUT soon after. */
  @Test
  void noTimeAtAllEndsARunningJob() {
    long waits = c.submit(Cluster.request(Cluster.ALICE).number(JobField.TIME_LIMIT, 10));
    assertEquals(0, alice(waits, set(JobField.TIME_LIMIT, 0)));
    assertEquals(0, c.job(waits).timeLimit);
    long runs = c.running();
    assertEquals(0, alice(runs, set(JobField.TIME_LIMIT, 0)));
    c.pass(1);
    assertEquals(Outcome.TIMEOUT, c.job(runs).outcome);
  }

  /** 22.05.8: {@code scontrol update AdminComment=} by a user is "Access/permission denied", of another's job too. */
  @Test
  void anAdminsCommentIsNobodyElses() {
    long id = c.submit();
    assertEquals(2002, alice(id, set(JobField.ADMIN_COMMENT, "x")));
    assertEquals(2002, c.update(Cluster.BOB, id, set(JobField.ADMIN_COMMENT, "x")).error());
    assertEquals(2017, alice(99, set(JobField.ADMIN_COMMENT, "x")));
    c.kill(Cluster.ALICE, id);
    assertEquals(2084, alice(id, set(JobField.ADMIN_COMMENT, "x")));
  }

  /** {@code scontrol top} of a job that runs or is over: "Job is no longer pending execution" (22.05.8, 26.05.5); beside one that waits it is passed over. */
  @Test
  void onlyAJobThatWaitsIsPutOnTop() {
    long runs = c.running();
    long waits = c.submit();
    assertEquals(2073, c.apply(new Command.TopJobs(c.now, Cluster.ROOT, new long[] {runs})).error());
    assertEquals(0, c.apply(new Command.TopJobs(c.now, Cluster.ROOT, new long[] {runs, waits})).error());
  }

  @Test
  void aRunningJobCanBeHeldForItsRequeue() {
    long id = c.running();
    assertEquals(0, root(id, set(JobField.PRIORITY, 0)));
    assertEquals(8, c.job(id).reason);
    assertTrue(c.apply(new Command.RequeueJob(c.now, Cluster.ALICE, JobSelector.job(id), false)).isOk());
    c.ended(id, 15);
    c.released(id);
    assertEquals(JobPhase.PENDING, c.job(id).phase);
    assertEquals(0, c.job(id).priority);
    assertEquals(8, c.job(id).reason);
    assertEquals(2024, c.apply(new Command.RequeueJob(c.now, Cluster.ALICE, JobSelector.job(id), false)).error());
    assertEquals(0, root(id, set(JobField.PRIORITY, INFINITE)));
    assertEquals(0, c.job(id).reason);
  }

  @Test
  void aFinishedJobIsOnlyRequeued() {
    long id = c.running();
    c.ended(id, 0);
    c.released(id);
    assertEquals(2084, root(id, set(JobField.PRIORITY, 0)));
    Command usr1 = new Command.KillJob(c.now, Cluster.ALICE, JobSelector.job(id), 10, 0);
    assertEquals(2017, c.apply(usr1).error());
    assertTrue(c.apply(new Command.RequeueJob(c.now, Cluster.ALICE, JobSelector.job(id), true)).isOk());
    assertEquals(JobPhase.PENDING, c.job(id).phase);
    assertEquals(1, c.job(id).restarts);
    assertEquals(0, c.job(id).priority);
    assertEquals(2020, c.apply(usr1).error());
  }

  /** {@code scontrol requeuehold State=SpecialExit} as 22.05.8, 24.11.5 and 26.05.5 answer it. */
  @Test
  void aSpecialExitIsShownUntilTheJobIsReleased() {
    c.apply(new Command.RaiseFeatureLevel(c.now, StateMachine.FEATURE_LEVEL));
    long id = c.running();
    Command special = new Command.RequeueJob(c.now, Cluster.ALICE, JobSelector.job(id), true, false, false, true);
    assertEquals(special, CommandCodec.decode(CommandCodec.encode(special)));
    assertTrue(c.apply(special).isOk());
    assertEquals(1 << 15 | 1 << 12, c.job(id).slurmState());
    assertEquals(2024, c.apply(special).error());
    c.ended(id, 15);
    c.released(id);
    assertEquals(1 << 12, c.job(id).slurmState());
    assertEquals(0, c.job(id).priority);
    assertEquals("job requeued in held state", c.job(id).reasonText);
    assertEquals(2024, c.apply(special).error());
    assertEquals(0, root(id, set(JobField.PRIORITY, 0)));
    assertEquals("job requeued in held state", c.job(id).reasonText);
    assertEquals(0, root(id, set(JobField.PRIORITY, INFINITE)));
    assertEquals(0, c.job(id).slurmState());
  }

  @Test
  void howAHeldJobEndedIsShownUntilItIsReleased() {
    c.apply(new Command.RaiseFeatureLevel(c.now, StateMachine.FEATURE_LEVEL));
    long id = c.running();
    c.ended(id, 3 << 8);
    c.released(id);
    assertTrue(c.apply(new Command.RequeueJob(c.now, Cluster.ROOT, JobSelector.job(id), true, false, false, true)).isOk());
    assertEquals(3 << 8, c.job(id).exitCode);
    assertEquals(1 << 12, c.job(id).slurmState());
    Command release = new Command.UpdateJob(c.now, Cluster.ALICE, JobSelector.job(id), set(JobField.PRIORITY, INFINITE), true);
    assertEquals(0, c.apply(release).error());
    assertEquals(0, c.job(id).exitCode);
    c.apply(new Command.KillJob(c.now, Cluster.ALICE, JobSelector.job(id), 9, 0));
    assertEquals(4, c.job(id).slurmState());
  }

  /** {@code scontrol requeue Incomplete}: 22.05.8 says "done" of a job that is over and leaves it. */
  @Test
  void anIncompleteRequeueLeavesWhatIsOver() {
    long id = c.running();
    c.ended(id, 7 << 8);
    c.released(id);
    assertEquals(0, c.apply(new Command.RequeueJob(c.now, Cluster.ALICE, JobSelector.job(id), true, false, true)).error());
    assertEquals(JobPhase.DONE, c.job(id).phase);
    long runs = c.running();
    assertEquals(0, c.apply(new Command.RequeueJob(c.now, Cluster.ALICE, JobSelector.job(runs), true, false, true)).error());
    assertEquals(JobPhase.ENDING, c.job(runs).phase);
    Command k = new Command.RequeueJob(c.now, Cluster.ALICE, JobSelector.job(id), false, false, true);
    assertEquals(k, CommandCodec.decode(CommandCodec.encode(k)));
  }

  @Test
  void signalsGoToTheNodesOfTheJob() {
    long id = c.running();
    c.takeEffects();
    c.apply(new Command.KillJob(c.now, Cluster.ALICE, JobSelector.job(id), 10, SlurmNumbers.KILL_JOB_BATCH));
    assertTrue(c.takeEffects().contains(new Effect.Signal(id, 0, 0, 10, 1)));
    assertEquals(JobPhase.RUNNING, c.job(id).phase);
  }

  /** {@code scancel -s STOP}, with or without -b: 22.05.8 shows STOPPED (state RUNNING, bit 16) until SIGCONT, scontrol suspend or the end. */
  @Test
  void aStoppedJobIsShownSo() {
    long id = c.running();
    assertEquals(1, c.job(id).slurmState());
    for (int flags : new int[] {0, SlurmNumbers.KILL_JOB_BATCH}) {
      c.apply(new Command.KillJob(c.now, Cluster.ALICE, JobSelector.job(id), 19, flags));
      assertEquals(1 | 1 << 16, c.job(id).slurmState());
      assertEquals(1 | 1 << 16, RecordCodec.decodeJob(RecordCodec.encodeJob(c.job(id))).slurmState());
      c.apply(new Command.KillJob(c.now, Cluster.ALICE, JobSelector.job(id), 10, flags));
      assertEquals(1 | 1 << 16, c.job(id).slurmState());
      c.apply(new Command.KillJob(c.now, Cluster.ALICE, JobSelector.job(id), 18, flags));
      assertEquals(1, c.job(id).slurmState());
    }
    c.apply(new Command.KillJob(c.now, Cluster.ALICE, JobSelector.job(id), 19, 0));
    c.apply(new Command.SuspendJob(c.now, Cluster.ROOT, JobSelector.job(id), false));
    assertEquals(2, c.job(id).slurmState());
    c.apply(new Command.SuspendJob(c.now, Cluster.ROOT, JobSelector.job(id), true));
    assertEquals(1, c.job(id).slurmState());
  }

  @Test
  void theWarningSignalComesOnce() {
    long id = c.submit(Cluster.request(Cluster.ALICE).number(JobField.TIME_LIMIT, 2)
        .number(JobField.WARN_SIGNAL, 12).number(JobField.WARN_TIME, 60).number(JobField.WARN_FLAGS, 1));
    c.start(id, 0);
    c.started(id);
    c.takeEffects();
    c.pass(59);
    assertEquals(0, signals());
    c.pass(1);
    assertEquals(1, signals());
    c.pass(20);
    assertEquals(0, signals());
  }

  private long signals() {
    return c.takeEffects().stream().filter(e -> e instanceof Effect.Signal).count();
  }
}
