package org.slurmctldj.sched;

import java.util.Arrays;

/** Job id to priority and shape, without objects: 20 bytes a place. One thread. */
final class QueuedJobs {
  private int[] ids = new int[1024];
  private int[] priorities = new int[1024];
  private Shape[] shapes = new Shape[1024];
  private int count;

  int count() {
    return count;
  }

  void clear() {
    Arrays.fill(ids, 0);
    Arrays.fill(shapes, null);
    count = 0;
  }

  private int slot(int id) {
    return id * 0x9e3779b9 >>> 8 & ids.length - 1;
  }

  private int find(long jobId) {
    int id = (int) jobId;
    int at = slot(id);
    while (ids[at] != id) {
      if (ids[at] == 0) {
        return -1 - at;
      }
      at = at + 1 & ids.length - 1;
    }
    return at;
  }

  /** Null if the job is not there. */
  Shape shape(long jobId) {
    int at = find(jobId);
    return at < 0 ? null : shapes[at];
  }

  /** 0 if the job is not there. */
  long priority(long jobId) {
    int at = find(jobId);
    return at < 0 ? 0 : Integer.toUnsignedLong(priorities[at]);
  }

  void put(long jobId, long priority, Shape shape) {
    int at = find(jobId);
    if (at < 0) {
      if (++count * 10L > ids.length * 6L) {
        grow();
        at = find(jobId);
      }
      at = -1 - at;
      ids[at] = (int) jobId;
    }
    priorities[at] = (int) priority;
    shapes[at] = shape;
  }

  private void grow() {
    int[] oldIds = ids;
    int[] oldPriorities = priorities;
    Shape[] oldShapes = shapes;
    ids = new int[oldIds.length * 2];
    priorities = new int[ids.length];
    shapes = new Shape[ids.length];
    for (int i = 0; i < oldIds.length; i++) {
      if (oldIds[i] != 0) {
        int at = -1 - find(Integer.toUnsignedLong(oldIds[i]));
        ids[at] = oldIds[i];
        priorities[at] = oldPriorities[i];
        shapes[at] = oldShapes[i];
      }
    }
  }

  void remove(long jobId) {
    int hole = find(jobId);
    if (hole < 0) {
      return;
    }
    count--;
    // Those behind it move up, unless that would put them before their own slot.
    int mask = ids.length - 1;
    for (int at = hole + 1 & mask; ids[at] != 0; at = at + 1 & mask) {
      int home = slot(ids[at]);
      if ((at - home & mask) >= (at - hole & mask)) {
        ids[hole] = ids[at];
        priorities[hole] = priorities[at];
        shapes[hole] = shapes[at];
        hole = at;
      }
    }
    ids[hole] = 0;
    shapes[hole] = null;
  }
}
