package org.slurmctldj.client.cli;

/**
 * A number at the start of a text, as strtol(3) of base 10 reads it.
 *
 * @param value 0 when there is none
 * @param end index behind the number; 0 when there is none
 */
public record Strtol(long value, int end) {
  public static Strtol parse(String text) {
    int i = 0;
    while (i < text.length() && (text.charAt(i) == ' ' || text.charAt(i) >= '\t' && text.charAt(i) <= '\r')) {
      i++;
    }
    boolean minus = i < text.length() && text.charAt(i) == '-';
    if (minus || i < text.length() && text.charAt(i) == '+') {
      i++;
    }
    int start = i;
    long n = 0;
    while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
      n = n > (Long.MAX_VALUE - 9) / 10 ? Long.MAX_VALUE : n * 10 + text.charAt(i) - '0';
      i++;
    }
    return i == start ? new Strtol(0, 0) : new Strtol(minus ? -n : n, i);
  }

  public static long value(String text) {
    return parse(text).value;
  }
}
