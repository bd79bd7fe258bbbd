package org.slurmctldj.client.text;

import org.slurmctldj.proto.wire.SlurmConstants;

/** Spans of time as Slurm's tables print them: {@code 1-02:03:04}, {@code 2:03:04}, {@code 3:04}. */
public final class Durations {
  /** Seconds; squeue takes anything longer for a mistake. */
  private static final long YEAR = 365L * 24 * 3600;

  public static String seconds(long seconds) {
    if (seconds < 0 || seconds > YEAR) {
      return "INVALID";
    }
    long s = seconds % 60;
    long m = seconds / 60 % 60;
    long h = seconds / 3600 % 24;
    long d = seconds / 86400;
    StringBuilder b = new StringBuilder(16);
    if (d > 0) {
      b.append(d).append('-');
      two(b, h).append(':');
      two(b, m).append(':');
    } else if (h > 0) {
      b.append(h).append(':');
      two(b, m).append(':');
    } else {
      b.append(m).append(':');
    }
    return two(b, s).toString();
  }

  /** A u32 of minutes; the special values by name. */
  public static String minutes(long minutes) {
    if (minutes == SlurmConstants.INFINITE) {
      return "UNLIMITED";
    }
    return seconds(minutes * 60);
  }

  /** The longer form of scontrol and sinfo: {@code 00:03:04}, {@code 1-02:03:04}; a u32. */
  public static String clock(long seconds) {
    if (seconds == SlurmConstants.INFINITE) {
      return "UNLIMITED";
    }
    if (seconds < 0) {
      return "INVALID";
    }
    StringBuilder b = new StringBuilder(16);
    long d = seconds / 86400;
    if (d > 0) {
      b.append(d).append('-');
    }
    two(b, seconds / 3600 % 24).append(':');
    two(b, seconds / 60 % 60).append(':');
    return two(b, seconds % 60).toString();
  }

  private static StringBuilder two(StringBuilder b, long n) {
    return b.append((char) ('0' + n / 10)).append((char) ('0' + n % 10));
  }

  private Durations() {}
}
