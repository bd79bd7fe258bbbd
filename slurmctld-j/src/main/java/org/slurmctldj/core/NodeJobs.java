package org.slurmctldj.core;

import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which jobs hold a node, or have not yet confirmed their end there. Derived from the records and never stored. Apply
 * alone changes it, after the records; any thread reads it without waiting. During a {@link Command.Reconfigure} a reader
 * may still see the places of the epoch before: who must be sure compares {@link JobRecord#epoch}.
 */
public final class NodeJobs {
  private static final long[] NONE = {};

  private final ConcurrentHashMap<Integer, long[]> byNode = new ConcurrentHashMap<>();

  /** Ids in ascending order. The array is nobody's to change. */
  public long[] on(int node) {
    return byNode.getOrDefault(node, NONE);
  }

  void clear() {
    byNode.clear();
  }

  void add(int node, long jobId) {
    long[] before = on(node);
    int at = Arrays.binarySearch(before, jobId);
    if (at >= 0) {
      return;
    }
    int place = -at - 1;
    long[] after = new long[before.length + 1];
    System.arraycopy(before, 0, after, 0, place);
    after[place] = jobId;
    System.arraycopy(before, place, after, place + 1, before.length - place);
    byNode.put(node, after);
  }

  void remove(int node, long jobId) {
    long[] before = on(node);
    int at = Arrays.binarySearch(before, jobId);
    if (at < 0) {
      return;
    }
    if (before.length == 1) {
      byNode.remove(node);
      return;
    }
    long[] after = new long[before.length - 1];
    System.arraycopy(before, 0, after, 0, at);
    System.arraycopy(before, at + 1, after, at, after.length - at);
    byNode.put(node, after);
  }
}
