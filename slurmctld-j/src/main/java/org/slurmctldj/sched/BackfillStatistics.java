package org.slurmctldj.sched;

/**
 * What backfill has done since the controller started, as sdiag counts it. Immutable; times in microseconds.
 *
 * @param started jobs that backfill started
 * @param cycles passes
 */
public record BackfillStatistics(
    long started,
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
    long lastAtSeconds) {
  public static final BackfillStatistics NONE = new BackfillStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  BackfillStatistics with(BackfillPlan p, long atSeconds, long micros, int jobsStarted) {
    return new BackfillStatistics(
        started + jobsStarted, cycles + 1, micros, Math.max(mostMicros, micros), sumMicros + micros, p.tested(),
        depthSum + p.tested(), p.tried(), triedSum + p.tried(), p.queued(), queueSum + p.queued(), p.moments(),
        tableSum + p.moments(), atSeconds);
  }

  /** What came after that. */
  public BackfillStatistics since(BackfillStatistics z) {
    return new BackfillStatistics(
        started - z.started, cycles - z.cycles, lastMicros, mostMicros, sumMicros - z.sumMicros, lastDepth,
        depthSum - z.depthSum, lastTried, triedSum - z.triedSum, lastQueue, queueSum - z.queueSum, lastTable,
        tableSum - z.tableSum, lastAtSeconds);
  }
}
