package org.slurmctldj.slurmd;

import java.util.ArrayList;
import java.util.List;

/** Values of nodes in order, equal neighbours counted: how credentials and launches carry them. */
final class RunLengths {
  private final List<Long> values = new ArrayList<>();
  private final List<Long> counts = new ArrayList<>();

  void add(long value) {
    int last = values.size() - 1;
    if (last >= 0 && values.get(last) == value) {
      counts.set(last, counts.get(last) + 1);
    } else {
      values.add(value);
      counts.add(1L);
    }
  }

  List<Long> values() {
    return values;
  }

  long[] counts() {
    return counts.stream().mapToLong(Long::longValue).toArray();
  }
}
