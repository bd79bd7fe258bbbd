package org.slurmctldj.power;

import java.util.List;

/** ResumeRate, SuspendRate: so many nodes a minute, counted from the first call of a minute. One thread. */
final class PowerRate {
  private static final long MINUTE_MILLIS = 60_000;

  private long minuteFrom;
  private int taken;

  /**
   * The first of {@code wanted}, as many as there is room for now.
   *
   * @param perMinute 0: all of them
   * @param now milliseconds
   */
  <T> List<T> take(List<T> wanted, int perMinute, long now) {
    if (perMinute <= 0 || wanted.isEmpty()) {
      return wanted;
    }
    // a clock that was set back must not stop everything until it is where it was
    if (now - minuteFrom >= MINUTE_MILLIS || now < minuteFrom) {
      minuteFrom = now;
      taken = 0;
    }
    int n = Math.max(0, Math.min(wanted.size(), perMinute - taken));
    taken += n;
    return wanted.subList(0, n);
  }
}
