package org.slurmctldj.client.job;

/**
 * {@code --nodes}.
 *
 * @param max 0 when the text gave none
 * @param sizes the list of sizes (24.11 on); null for a plain count or range
 */
public record NodeCount(long min, long max, String sizes) {
  /** Null when the text is none. */
  public static NodeCount parse(String text, boolean lists) {
    if (lists && text.indexOf(',') >= 0) {
      return list(text);
    }
    int dash = text.indexOf('-');
    long min = number(dash < 0 ? text : text.substring(0, dash));
    long max = dash < 0 ? min : number(text.substring(dash + 1));
    return min < 0 || max < 0 ? null : new NodeCount(min, max, null);
  }

  private static NodeCount list(String text) {
    long least = Long.MAX_VALUE;
    long most = 0;
    for (String part : text.split(",", -1)) {
      NodeCount range = parse(part, false);
      if (range == null) {
        return null;
      }
      least = Math.min(least, range.min);
      most = Math.max(most, range.max);
    }
    return new NodeCount(least, most, text);
  }

  /** What is no number at its start, as messages quote it; null when all is well. */
  public static String wrongPart(String text) {
    int dash = text.indexOf('-');
    String first = dash < 0 ? text : text.substring(0, dash);
    return number(first) < 0 ? first : dash < 0 ? null : text.substring(dash + 1);
  }

  private static long number(String text) {
    long n = 0;
    int i = 0;
    while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9' && n < Integer.MAX_VALUE) {
      n = n * 10 + text.charAt(i++) - '0';
    }
    if (i == 0 || n > Integer.MAX_VALUE) {
      return -1;
    }
    if (i == text.length()) {
      return n;
    }
    if (i + 1 < text.length()) {
      return -1;
    }
    return switch (text.charAt(i)) {
      case 'k', 'K' -> n << 10;
      case 'm', 'M' -> n << 20;
      default -> -1;
    };
  }
}
