package org.slurmctldj.proto.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Counts per node with repetitions, as in SLURM_TASKS_PER_NODE: {@code 2(x3),1} = 2, 2, 2, 1. */
public final class CompressedCounts {
  private static final int MAX = 1 << 20;

  /** Joins equal neighbours. */
  public static String print(List<Long> counts) {
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < counts.size()) {
      int end = i + 1;
      while (end < counts.size() && counts.get(end).equals(counts.get(i))) {
        end++;
      }
      print(out, counts.get(i), end - i);
      i = end;
    }
    return out.toString();
  }

  /** Of values and how often each stands, as the wire carries them. */
  public static String print(long[] values, long[] repetitions) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < Math.min(values.length, repetitions.length); i++) {
      print(out, values[i], repetitions[i]);
    }
    return out.toString();
  }

  private static void print(StringBuilder out, long value, long times) {
    out.append(out.isEmpty() ? "" : ",").append(value);
    if (times > 1) {
      out.append("(x").append(times).append(')');
    }
  }

  /** The counts, one per node; empty for wrong text. */
  public static Optional<List<Long>> parse(String text) {
    List<Long> out = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int comma = text.indexOf(',', at);
      int end = comma < 0 ? text.length() : comma;
      int open = text.indexOf("(x", at);
      boolean repeated = open >= 0 && open < end;
      if (repeated && text.charAt(end - 1) != ')') {
        return Optional.empty();
      }
      long value = number(text, at, repeated ? open : end);
      long times = repeated ? number(text, open + 2, end - 1) : 1;
      if (value < 0 || times < 1 || out.size() + times > MAX) {
        return Optional.empty();
      }
      for (long i = 0; i < times; i++) {
        out.add(value);
      }
      at = end + 1;
    }
    return out.isEmpty() ? Optional.empty() : Optional.of(out);
  }

  private static long number(String text, int from, int to) {
    long value = from < to ? 0 : -1;
    for (int i = from; i < to && value >= 0; i++) {
      char c = text.charAt(i);
      value = c < '0' || c > '9' || value > Integer.MAX_VALUE ? -1 : value * 10 + c - '0';
    }
    return value;
  }

  private CompressedCounts() {}
}
