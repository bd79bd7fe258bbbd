package org.slurmctldj.sched;

/**
 * What a planner has done, as sdiag counts it: main scheduler or backfill. Immutable; times in microseconds; sums are since
 * the last reset.
 *
 * @param started jobs that it started since the controller came up
 * @param startedSinceReset of these, since the last reset
 * @param cycles passes
 * @param depthSum jobs looked at
 * @param triedSum of these, those that were looked for a place for
 * @param queueSum jobs in the queue
 * @param tableSum moments in the profile (backfill)
 * @param lastAtSeconds when the last pass was
 * @param exits how often passes ended at the queue's end, at each limit: in the order of the wire
 */
public record PassStatistics(
    long started,
    long startedSinceReset,
    long cycles,
    long lastMicros,
    long mostMicros,
    long sumMicros,
    long lastDepth,
    long depthSum,
    long lastTried,
    long triedSum,
    long lastQueue,
    long queueSum,
    long lastTable,
    long tableSum,
    long lastAtSeconds,
    long[] exits) {
  /** Places of {@link #exits}: both planners. */
  public static final int END_OF_QUEUE = 0;

  /** Main scheduler. */
  public static final int QUEUE_DEPTH = 1;

  public static final int MOST_STARTS = 2;

  /** Backfill. */
  public static final int BF_MOST_STARTS = 1;

  public static final int BF_MOST_TESTS = 2;
  public static final int BF_TIMEOUT = 5;

  public static final PassStatistics NONE =
      new PassStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, new long[6]);

  /** What one pass came to. */
  record Pass(long atSeconds, long micros, int started, int depth, int tried, int queued, int table, int exit) {}

  PassStatistics with(Pass p) {
    long[] e = exits.clone();
    e[p.exit]++;
    return new PassStatistics(
        started + p.started, startedSinceReset + p.started, cycles + 1, p.micros, Math.max(mostMicros, p.micros),
        sumMicros + p.micros, p.depth, depthSum + p.depth, p.tried, triedSum + p.tried, p.queued, queueSum + p.queued,
        p.table, tableSum + p.table, p.atSeconds, e);
  }

  PassStatistics reset() {
    return new PassStatistics(started, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, new long[6]);
  }
}
