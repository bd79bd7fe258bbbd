package org.slurmctldj.core;

import java.util.Arrays;

/**
 * A set of array task ids as sorted, disjoint, closed ranges: the 1,000,000 tasks of {@code
 * --array=0-999999} cost 16 bytes. Immutable.
 */
public final class TaskSet {
  public static final TaskSet EMPTY = new TaskSet(new int[0]);

  /** first0, last0, first1, last1, ... */
  private final int[] ranges;

  private TaskSet(int[] ranges) {
    this.ranges = ranges;
  }

  /** From pairs first0, last0, first1, last1, ... in ascending order with gaps between. */
  public static TaskSet ofRanges(int... pairs) {
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i] < 0 || pairs[i + 1] < pairs[i] || i > 0 && pairs[i] <= pairs[i - 1] + 1) {
        throw new IllegalArgumentException("ranges out of order: " + Arrays.toString(pairs));
      }
    }
    return new TaskSet(pairs.clone());
  }

  /** From task ids in any order, duplicates allowed. */
  public static TaskSet of(int... ids) {
    int[] sorted = ids.clone();
    Arrays.sort(sorted);
    int[] out = new int[sorted.length * 2];
    int n = 0;
    for (int id : sorted) {
      if (id < 0) {
        throw new IllegalArgumentException("task id " + id);
      }
      if (n > 0 && id <= out[n - 1] + 1) {
        out[n - 1] = Math.max(out[n - 1], id);
      } else {
        out[n++] = id;
        out[n++] = id;
      }
    }
    return new TaskSet(Arrays.copyOf(out, n));
  }

  public int[] ranges() {
    return ranges.clone();
  }

  public boolean isEmpty() {
    return ranges.length == 0;
  }

  public int size() {
    int n = 0;
    for (int i = 0; i < ranges.length; i += 2) {
      n += ranges[i + 1] - ranges[i] + 1;
    }
    return n;
  }

  /** The lowest id; throws on an empty set. */
  public int first() {
    return ranges[0];
  }

  public int last() {
    return ranges[ranges.length - 1];
  }

  public boolean contains(int id) {
    for (int i = 0; i < ranges.length; i += 2) {
      if (id >= ranges[i] && id <= ranges[i + 1]) {
        return true;
      }
    }
    return false;
  }

  public TaskSet without(int id) {
    int[] out = new int[ranges.length + 2];
    int n = 0;
    for (int i = 0; i < ranges.length; i += 2) {
      int first = ranges[i];
      int last = ranges[i + 1];
      if (id < first || id > last) {
        out[n++] = first;
        out[n++] = last;
        continue;
      }
      if (first < id) {
        out[n++] = first;
        out[n++] = id - 1;
      }
      if (last > id) {
        out[n++] = id + 1;
        out[n++] = last;
      }
    }
    return new TaskSet(Arrays.copyOf(out, n));
  }

  public TaskSet intersection(TaskSet other) {
    int[] a = ranges;
    int[] b = other.ranges;
    int[] out = new int[a.length + b.length];
    int n = 0;
    for (int i = 0, k = 0; i < a.length && k < b.length; ) {
      int from = Math.max(a[i], b[k]);
      int to = Math.min(a[i + 1], b[k + 1]);
      if (from <= to) {
        out[n++] = from;
        out[n++] = to;
      }
      if (a[i + 1] < b[k + 1]) {
        i += 2;
      } else {
        k += 2;
      }
    }
    return new TaskSet(Arrays.copyOf(out, n));
  }

  public TaskSet union(TaskSet other) {
    int[] a = ranges;
    int[] b = other.ranges;
    int[] out = new int[a.length + b.length];
    int n = 0;
    for (int i = 0, k = 0; i < a.length || k < b.length; ) {
      boolean mine = k >= b.length || i < a.length && a[i] <= b[k];
      int from = mine ? a[i] : b[k];
      int to = mine ? a[i + 1] : b[k + 1];
      if (mine) {
        i += 2;
      } else {
        k += 2;
      }
      if (n > 0 && from <= out[n - 1] + 1) {
        out[n - 1] = Math.max(out[n - 1], to);
      } else {
        out[n++] = from;
        out[n++] = to;
      }
    }
    return new TaskSet(Arrays.copyOf(out, n));
  }

  /** These without those. */
  public TaskSet without(TaskSet those) {
    int[] out = new int[ranges.length + those.ranges.length];
    int n = 0;
    int k = 0;
    for (int i = 0; i < ranges.length; i += 2) {
      int from = ranges[i];
      int last = ranges[i + 1];
      while (k < those.ranges.length && those.ranges[k + 1] < from) {
        k += 2;
      }
      for (int m = k; m < those.ranges.length && those.ranges[m] <= last; m += 2) {
        if (those.ranges[m] > from) {
          out[n++] = from;
          out[n++] = those.ranges[m] - 1;
        }
        from = those.ranges[m + 1] + 1;
      }
      if (from <= last) {
        out[n++] = from;
        out[n++] = last;
      }
    }
    return new TaskSet(Arrays.copyOf(out, n));
  }

  /** Slurm's text, "0-9" or "1,3,5-7". */
  @Override
  public String toString() {
    StringBuilder b = new StringBuilder();
    for (int i = 0; i < ranges.length; i += 2) {
      b.append(i > 0 ? "," : "").append(ranges[i]);
      if (ranges[i + 1] > ranges[i]) {
        b.append('-').append(ranges[i + 1]);
      }
    }
    return b.toString();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof TaskSet t && Arrays.equals(ranges, t.ranges);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ranges);
  }
}
