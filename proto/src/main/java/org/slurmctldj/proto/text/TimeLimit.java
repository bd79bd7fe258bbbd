package org.slurmctldj.proto.text;

import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * Spans of time as in {@code --time} and MaxTime: {@code minutes}, {@code minutes:seconds}, {@code
 * hours:minutes:seconds}, {@code days-hours}, {@code days-hours:minutes}, {@code
 * days-hours:minutes:seconds}, and UNLIMITED, INFINITE or -1. Values are u32 in a long: {@link
 * SlurmConstants#INFINITE} for no limit, {@link SlurmConstants#NO_VAL} for text that is wrong.
 */
public final class TimeLimit {
  /** Slurm counts in 32 bits; what it would wrap around is refused here. */
  private static final long MAX_SECONDS = Integer.MAX_VALUE;

  /** Seconds. */
  public static long seconds(String text) {
    if (text.equalsIgnoreCase("-1") || text.equalsIgnoreCase("INFINITE") || text.equalsIgnoreCase("UNLIMITED")) {
      return SlurmConstants.INFINITE;
    }
    int dash = text.indexOf('-');
    long days = 0;
    if (dash >= 0) {
      days = number(text, 0, dash);
      if (days < 0) {
        return SlurmConstants.NO_VAL;
      }
    }
    long[] parts = new long[3];
    int count = 0;
    int at = dash + 1;
    if (dash < 0 || at < text.length()) {
      while (true) {
        int colon = text.indexOf(':', at);
        int end = colon < 0 ? text.length() : colon;
        if (count == 3) {
          return SlurmConstants.NO_VAL;
        }
        parts[count] = number(text, at, end);
        if (parts[count++] < 0) {
          return SlurmConstants.NO_VAL;
        }
        if (colon < 0) {
          break;
        }
        at = colon + 1;
      }
    }
    long seconds;
    if (dash >= 0) {
      seconds = days * 86400 + parts[0] * 3600 + parts[1] * 60 + parts[2];
    } else if (count == 3) {
      seconds = parts[0] * 3600 + parts[1] * 60 + parts[2];
    } else {
      seconds = parts[0] * 60 + parts[1];
    }
    return seconds > MAX_SECONDS ? SlurmConstants.NO_VAL : seconds;
  }

  /** Minutes, begun ones counted. */
  public static long minutes(String text) {
    long seconds = seconds(text);
    return seconds == SlurmConstants.INFINITE || seconds == SlurmConstants.NO_VAL ? seconds : (seconds + 59) / 60;
  }

  /** Digits only, at most nine of them; -1 for anything else. */
  private static long number(String text, int from, int to) {
    if (from >= to) {
      return -1;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9' || value > MAX_SECONDS) {
        return -1;
      }
      value = value * 10 + c - '0';
    }
    return value > MAX_SECONDS ? -1 : value;
  }

  /** {@code 00:01:00}, {@code 1-02:03:04}, UNLIMITED; INVALID for negative numbers. */
  public static String ofSeconds(long seconds) {
    if (seconds == SlurmConstants.INFINITE) {
      return "UNLIMITED";
    }
    if (seconds < 0) {
      return "INVALID";
    }
    StringBuilder out = new StringBuilder(16);
    if (seconds >= 86400) {
      out.append(seconds / 86400).append('-');
    }
    two(out, seconds / 3600 % 24).append(':');
    two(out, seconds / 60 % 60).append(':');
    return two(out, seconds % 60).toString();
  }

  /** As {@link #ofSeconds} for a number of minutes. */
  public static String ofMinutes(long minutes) {
    return minutes == SlurmConstants.INFINITE ? "UNLIMITED" : ofSeconds(minutes * 60);
  }

  private static StringBuilder two(StringBuilder out, long n) {
    return n < 10 ? out.append('0').append(n) : out.append(n);
  }

  private TimeLimit() {}
}
