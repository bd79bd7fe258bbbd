package org.slurmctldj.client.text;

import java.util.ArrayList;
import java.util.List;

/**
 * glibc's qsort: a merge sort that cuts in the middle. Slurm's tools sort with it and hand it comparisons that are no order (two
 * missing values are "greater" than each other); only the same algorithm gives the same lines.
 */
public final class MergeSort {
  public interface Comparison<T> {
    int compare(T a, T b);
  }

  public static <T> void sort(List<T> list, Comparison<T> comparison) {
    sort(list, 0, list.size(), new ArrayList<>(list), comparison);
  }

  private static <T> void sort(List<T> list, int from, int to, List<T> room, Comparison<T> comparison) {
    if (to - from < 2) {
      return;
    }
    int middle = from + (to - from) / 2;
    sort(list, from, middle, room, comparison);
    sort(list, middle, to, room, comparison);
    int a = from;
    int b = middle;
    for (int i = from; i < to; i++) {
      boolean first = a < middle && (b >= to || comparison.compare(list.get(a), list.get(b)) <= 0);
      room.set(i, first ? list.get(a++) : list.get(b++));
    }
    for (int i = from; i < to; i++) {
      list.set(i, room.get(i));
    }
  }

  private MergeSort() {}
}
