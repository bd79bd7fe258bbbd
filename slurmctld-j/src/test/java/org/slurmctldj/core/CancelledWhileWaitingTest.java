package org.slurmctldj.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** scancel of pending jobs: what slurmctld 22.05.8, 24.11.5 and 26.05.5 showed of them afterwards. */
class CancelledWhileWaitingTest {
  private static final int WAIT_PART_DOWN = 4;

  private final Cluster c = Cluster.of(2);

  private Result cancel(Cluster c, long id, int flags, int waits, String text) {
    return c.apply(new Command.KillJob(c.now, Cluster.ALICE, JobSelector.job(id), 9, flags, waits, text));
  }

  /** {@code sbatch -p off; scancel}: JobState=CANCELLED Reason=PartitionDown. */
  @Test
  void itKeepsThePlannersReason() {
    long id = c.submit();
    assertEquals(0, cancel(c, id, 0, WAIT_PART_DOWN, "for a test").error());
    assertEquals(Outcome.CANCELLED, c.job(id).outcome);
    assertEquals(WAIT_PART_DOWN, c.job(id).reason);
    assertEquals("for a test", c.job(id).reasonText);
  }

  /** {@code sbatch -H; scancel}: Reason=JobHeldUser. */
  @Test
  void coresOwnReasonComesFirst() {
    long id = c.submit(Cluster.request(Cluster.ALICE).number(JobField.PRIORITY, 0));
    assertEquals(0, cancel(c, id, 0, WAIT_PART_DOWN, null).error());
    assertEquals(SlurmNumbers.WAIT_HELD_USER, c.job(id).reason);
  }

  /** {@code scancel -b} of a pending job or array: all three releases cancel it; ours said 2020, and scancel tried for ever. */
  @Test
  void aSignalToTheScriptThatWouldKillItCancelsIt() {
    long id = c.submit();
    assertEquals(0, cancel(c, id, SlurmNumbers.KILL_JOB_BATCH, 0, null).error());
    assertEquals(Outcome.CANCELLED, c.job(id).outcome);
    long array = c.submit(Cluster.request(Cluster.ALICE).text(JobField.ARRAY_SPEC, "1-3"));
    assertEquals(0, cancel(c, array, SlurmNumbers.KILL_JOB_BATCH, 0, null).error());
    assertEquals(JobPhase.DONE, c.job(array).phase);
    long other = c.submit();
    assertEquals(2020, c.apply(new Command.KillJob(c.now, Cluster.ALICE, JobSelector.job(other), 10, SlurmNumbers.KILL_JOB_BATCH)).error());
    assertEquals(JobPhase.PENDING, c.job(other).phase);
  }

  @Test
  void beforeFeatureLevel7NeitherWasSo() {
    Cluster old = new Cluster();
    old.apply(new Command.RaiseFeatureLevel(old.now, 6));
    old.apply(new Command.Reconfigure(old.now, Cluster.config(1, 1)));
    long id = old.submit();
    assertEquals(2020, cancel(old, id, SlurmNumbers.KILL_JOB_BATCH, 0, null).error());
    assertEquals(0, cancel(old, id, 0, WAIT_PART_DOWN, null).error());
    assertEquals(0, old.job(id).reason);
  }

  @Test
  void theReasonSurvivesTheJournal() {
    Command k = new Command.KillJob(c.now, Cluster.ALICE, JobSelector.job(7), 9, 0, WAIT_PART_DOWN, "why");
    assertEquals(k, CommandCodec.decode(CommandCodec.encode(k)));
    Command without = new Command.KillJob(c.now, Cluster.ALICE, JobSelector.job(7), 9, 0);
    assertEquals(without, CommandCodec.decode(CommandCodec.encode(without)));
  }
}
