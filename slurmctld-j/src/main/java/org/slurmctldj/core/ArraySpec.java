package org.slurmctldj.core;

/**
 * The text of {@code --array}: ids, ranges with steps and the limit, "1,3,5-9:2%4".
 *
 * @param maxRunning the number after %, 0 without
 * @param step of the last range that has one beyond 1, as SLURM_ARRAY_TASK_STEP shows it; else 1
 */
public record ArraySpec(TaskSet tasks, int maxRunning, int step) {

  /** Of a text that was accepted at submission, under whatever MaxArraySize was then. */
  public static ArraySpec accepted(String text) {
    return text == null ? new ArraySpec(TaskSet.EMPTY, 0, 1) : parse(text, Integer.MAX_VALUE);
  }

  /** Null if the text is none, or names a task at or beyond maxArraySize. */
  public static ArraySpec parse(String text, int maxArraySize) {
    int limit = 0;
    long by = 1;
    String list = text.trim();
    int percent = list.indexOf('%');
    if (percent >= 0) {
      limit = (int) number(list.substring(percent + 1));
      list = list.substring(0, percent);
      if (limit < 0) {
        return null;
      }
    }
    if (list.startsWith("[") && list.endsWith("]")) {
      list = list.substring(1, list.length() - 1);
    }
    java.util.BitSet ids = new java.util.BitSet();
    for (String part : list.split(",", -1)) {
      int colon = part.indexOf(':');
      long step = colon < 0 ? 1 : number(part.substring(colon + 1));
      String range = colon < 0 ? part : part.substring(0, colon);
      int dash = range.indexOf('-');
      long first = number(dash < 0 ? range : range.substring(0, dash));
      long last = dash < 0 ? first : number(range.substring(dash + 1));
      if (first < 0 || last < first || step < 1 || last >= maxArraySize) {
        return null;
      }
      by = step > 1 ? step : by;
      if (step == 1) {
        ids.set((int) first, (int) last + 1); // word by word: a text may name a range of millions thousands of times
      }
      for (long i = first; step > 1 && i <= last; i += step) {
        ids.set((int) i);
      }
    }
    return ids.isEmpty() ? null : new ArraySpec(TaskSet.of(ids.stream().toArray()), limit, (int) by);
  }

  private static long number(String s) {
    if (s.isEmpty() || s.length() > 9) {
      return -1;
    }
    long v = 0;
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      v = v * 10 + c - '0';
    }
    return v;
  }
}
