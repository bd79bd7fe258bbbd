package org.slurmctldj.sched;

import java.util.Arrays;
import org.slurmctldj.core.Allocation.NodeShare;
import org.slurmctldj.core.GresFree;

/** What is free of one node from slot to slot of a {@link Profile}. One thread. */
final class Timeline {
  private int count = 1;
  private int[] starts = new int[2];
  private long[][] cores = new long[2][];
  private long[] memory = new long[2];
  private GresFree[] gres = new GresFree[2];

  /** The same for ever, until something is given or taken. */
  Timeline(long[] freeCores, long freeMemory, GresFree freeGres) {
    gres[0] = freeGres == null ? null : freeGres.copy();
    cores[0] = freeCores.clone();
    memory[0] = freeMemory;
  }

  int count() {
    return count;
  }

  /** First slot of that segment. */
  int start(int segment) {
    return starts[segment];
  }

  long[] cores(int segment) {
    return cores[segment];
  }

  long memory(int segment) {
    return memory[segment];
  }

  /** Null where the node has none. */
  GresFree gres(int segment) {
    return gres[segment];
  }

  /** The segment that slot is in. */
  int segment(int slot) {
    int at = Arrays.binarySearch(starts, 0, count, slot);
    return at >= 0 ? at : -at - 2;
  }

  /** Makes a segment begin at that slot; which one it is. */
  private int cut(int slot) {
    int at = Arrays.binarySearch(starts, 0, count, slot);
    if (at >= 0) {
      return at;
    }
    at = -at - 1;
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, count * 2);
      cores = Arrays.copyOf(cores, count * 2);
      memory = Arrays.copyOf(memory, count * 2);
      gres = Arrays.copyOf(gres, count * 2);
    }
    System.arraycopy(starts, at, starts, at + 1, count - at);
    System.arraycopy(cores, at, cores, at + 1, count - at);
    System.arraycopy(memory, at, memory, at + 1, count - at);
    System.arraycopy(gres, at, gres, at + 1, count - at);
    starts[at] = slot;
    cores[at] = cores[at - 1].clone();
    memory[at] = memory[at - 1];
    gres[at] = gres[at - 1] == null ? null : gres[at - 1].copy();
    count++;
    return at;
  }

  /** Free from that slot on. */
  void give(int slot, NodeShare s) {
    long[] mask = s.cores();
    for (int i = cut(slot); i < count; i++) {
      for (int w = 0; w < mask.length && w < cores[i].length; w++) {
        cores[i][w] |= mask[w];
      }
      memory[i] += s.memory();
      if (gres[i] != null) {
        s.gres().forEach(gres[i]::give);
      }
    }
  }

  /** Free again from the one slot up to the other (exclusive): takes back what {@link #take} did. */
  void giveBack(int from, int to, NodeShare s) {
    long[] mask = s.cores();
    int first = cut(from);
    int last = cut(to);
    for (int i = first; i < last; i++) {
      for (int w = 0; w < mask.length && w < cores[i].length; w++) {
        cores[i][w] |= mask[w];
      }
      memory[i] += s.memory();
      if (gres[i] != null) {
        s.gres().forEach(gres[i]::give);
      }
    }
  }

  /** Not free from the one slot up to the other (exclusive). */
  void take(int from, int to, NodeShare s) {
    long[] mask = s.cores();
    int first = cut(from);
    int last = cut(to);
    for (int i = first; i < last; i++) {
      for (int w = 0; w < mask.length && w < cores[i].length; w++) {
        cores[i][w] &= ~mask[w];
      }
      memory[i] -= s.memory();
      if (gres[i] != null) {
        s.gres().forEach(gres[i]::take);
      }
    }
  }
}
