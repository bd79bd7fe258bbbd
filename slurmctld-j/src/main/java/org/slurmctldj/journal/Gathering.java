package org.slurmctldj.journal;

/**
 * When the writer looks a little longer for records before it makes a group durable, and when it sleeps with one eye open.
 * Knows only what it is told, times included; the writer thread's own.
 *
 * <p>Senders that wait for their answers send again once they have them. Those of the group just answered take a moment for
 * that, and a group without them means that two groups take turns, each with half of the senders and an fdatasync of its own.
 * So the writer looks a little longer for as many as there were; if they do not come (the senders are others, or slow) it
 * does not try again for some groups.
 */
final class Gathering {
  /** So long, at most, records that may wait do so. */
  static final long PATIENCE_NANOS = 2_000_000;

  /** So long after a group the writer of a busy journal looks by itself: records that may wait need not wake it. */
  static final long DOZE_NANOS = 6_000_000;

  /** So long, at most, a small group sleeps until those come that are known to be about to. */
  static final long COMPANY_NANOS = 1_000_000;

  /** With fewer in flight nothing is looked for: that would cost more CPU than their fdatasync. */
  static final int FEW_IN_FLIGHT = 16;

  /** So long, at most, the writer looks for the rest of a group; and never longer than half of an fdatasync. */
  static final long MAX_GATHER_NANOS = 200_000;

  /** After that many gathers in vain in a row the next is tried 2^that groups later. */
  static final int MAX_VAIN_GATHERS = 8;

  /** Of a quiet journal it matters only that it is quiet. */
  private static final long QUIET_NANOS = 10 * PATIENCE_NANOS;

  /** Records that waited when the last group had become durable, with it; 0 if few. */
  private int inFlight;

  private int vainGathers;
  private int skipGathers;

  private int vainAwaits;
  private int skipAwaits;

  /** What fdatasync took lately. */
  private long syncNanos = 100_000;

  /** From one group to the next, lately. */
  private long apartNanos = QUIET_NANOS;

  private long flushedNanos;

  Gathering(long nowNanos) {
    flushedNanos = nowNanos;
  }

  /** Whether a group of that many records, for one of which somebody waits, is looked for more of; called once for a group. */
  boolean looks(int records) {
    if (records >= inFlight) {
      return false;
    }
    if (skipGathers > 0) {
      skipGathers--;
      return false;
    }
    return true;
  }

  /** Whether a group that has so many records by now, {@code sinceNanos} after the look began, is still looked for more of. */
  boolean looksOn(int records, long sinceNanos) {
    return records < inFlight && sinceNanos <= Math.min(syncNanos / 2, MAX_GATHER_NANOS);
  }

  /** The look is over; {@code late}: its time was up before as many had come as there were. */
  void looked(boolean late) {
    vainGathers = late ? Math.min(vainGathers + 1, MAX_VAIN_GATHERS) : 0;
    skipGathers = (1 << vainGathers) - 1;
  }

  /**
   * Whether a group of few waits for the {@code arriving} ones: these are known to come, and a sleep of the writer costs less than an
   * fdatasync of their own. Called once for a group.
   */
  boolean awaits(int arriving) {
    if (arriving == 0 || inFlight > 0) {
      return false;
    }
    if (skipAwaits > 0) {
      skipAwaits--;
      return false;
    }
    return true;
  }

  /** The wait is over; {@code vain}: none came. */
  void awaited(boolean vain) {
    vainAwaits = vain ? Math.min(vainAwaits + 1, MAX_VAIN_GATHERS) : 0;
    skipAwaits = (1 << vainAwaits) - 1;
  }

  /** A group is durable; {@code waiting} records, with its own, are on their way. */
  void flushed(long writtenNanos, long syncedNanos, int waiting) {
    inFlight = waiting >= FEW_IN_FLIGHT ? waiting : 0;
    syncNanos += (syncedNanos - writtenNanos - syncNanos) / 8;
    apartNanos += (Math.min(syncedNanos - flushedNanos, QUIET_NANOS) - apartNanos) / 8;
    flushedNanos = syncedNanos;
  }

  /** What fdatasync took lately. */
  long syncNanos() {
    return syncNanos;
  }

  /**
   * Whether the writer looks again by itself when nothing waits. Only where groups follow each other fast enough that a wake-up
   * of its own is rare: in a quiet journal it would be woken by nothing but the clock, three times a group.
   */
  boolean dozes(long nowNanos) {
    return apartNanos < PATIENCE_NANOS && nowNanos - flushedNanos < DOZE_NANOS;
  }
}
