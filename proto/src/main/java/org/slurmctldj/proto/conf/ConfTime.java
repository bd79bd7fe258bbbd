package org.slurmctldj.proto.conf;

import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * The durations of slurm.conf: {@code minutes}, {@code m:s}, {@code h:m:s}, {@code d-h}, {@code
 * d-h:m}, {@code d-h:m:s}, INFINITE, UNLIMITED and -1.
 */
public final class ConfTime {
  private ConfTime() {}

  /** Minutes, seconds rounded up; INFINITE; or -1 if the text is no duration. */
  public static long minutes(String text) {
    long seconds = seconds(text);
    return seconds == SlurmConstants.INFINITE || seconds < 0 ? seconds : (seconds + 59) / 60;
  }

  /** Seconds; INFINITE; or -1 if the text is no duration. */
  public static long seconds(String text) {
    if (text.equalsIgnoreCase("INFINITE") || text.equalsIgnoreCase("UNLIMITED") || text.equals("-1")) {
      return SlurmConstants.INFINITE;
    }
    int dash = text.indexOf('-');
    long days = dash < 0 ? 0 : number(text, 0, dash);
    String clock = text.substring(dash + 1);
    int firstColon = clock.indexOf(':');
    int secondColon = firstColon < 0 ? -1 : clock.indexOf(':', firstColon + 1);
    int end = clock.length();
    long a = number(clock, 0, firstColon < 0 ? end : firstColon);
    long b = firstColon < 0 ? 0 : number(clock, firstColon + 1, secondColon < 0 ? end : secondColon);
    long c = secondColon < 0 ? 0 : number(clock, secondColon + 1, end);
    if (days < 0 || a < 0 || b < 0 || c < 0) {
      return -1;
    }
    long seconds;
    if (dash >= 0 || secondColon >= 0) {
      seconds = days * 86400 + a * 3600 + b * 60 + c;
    } else {
      seconds = a * 60 + b;
    }
    return seconds >= SlurmConstants.NO_VAL ? -1 : seconds;
  }

  private static long number(String text, int from, int to) {
    if (from >= to || to - from > 10) {
      return -1;
    }
    long number = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      number = number * 10 + c - '0';
    }
    return number;
  }
}
