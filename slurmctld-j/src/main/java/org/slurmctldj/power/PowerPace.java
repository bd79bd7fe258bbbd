package org.slurmctldj.power;

/**
 * How long the programs are not called: a moment in which nodes that become wanted gather, and power_save_min_interval
 * from the last round of calls on. After a quiet time a job's nodes are asked for at once. One thread.
 */
final class PowerPace {
  /** Calls for nodes that become wanted within that time are made together. */
  static final long GATHER_MILLIS = 200;

  private long calledMillis;

  /** From {@code now} on; both in milliseconds, the clock may jump. */
  long waitMillis(long now, long minIntervalMillis) {
    long left = calledMillis == 0 ? 0 : calledMillis + minIntervalMillis - now;
    return Math.max(GATHER_MILLIS, Math.min(left, minIntervalMillis));
  }

  void called(long now) {
    calledMillis = now;
  }
}
