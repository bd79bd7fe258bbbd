package org.slurmctldj.state;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Job id to row, off-heap: an open hash table whose entry is one long (id above, row below), so that
 * a reader without locks sees a whole entry or none. One writer. A fuller table is built beside the
 * old one and published; a reader still in the old one sees the state of a moment ago.
 */
final class IdIndex {
  private static final long DROPPED = -1;
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  private volatile MemorySegment table;
  private long used;
  private long alive;

  IdIndex() {
    table = newTable(1 << 12);
  }

  /** Tables are the garbage collector's: a reader may still be in an old one. */
  private static MemorySegment newTable(long entries) {
    return Pages.allocate(Arena.ofAuto(), entries * 8);
  }

  private static long slot(long id, long slots) {
    return (id * 0x9e3779b97f4a7c15L >>> 32) & slots - 1;
  }

  /** Any thread: the row of that id, or -1. */
  int row(long id) {
    MemorySegment t = table;
    long slots = t.byteSize() >>> 3;
    long slot = slot(id, slots);
    for (long steps = 0; steps < slots; steps++) {
      long entry = (long) LONG.getAcquire(t, slot << 3);
      if (entry == 0) {
        return -1;
      }
      if (entry >>> 32 == id && entry != DROPPED) {
        return (int) entry - 1;
      }
      slot = slot + 1 & slots - 1;
    }
    return -1;
  }

  /** Writer: adds an id that is not there. */
  void put(long id, int row) {
    if (id <= 0 || id >= 0xffffffffL) {
      throw new IllegalArgumentException("job id " + id);
    }
    if ((used + 1) * 10 > (table.byteSize() >>> 3) * 6) {
      rebuild(alive + 1);
    }
    insert(table, id << 32 | row + 1);
    used++;
    alive++;
  }

  private static void insert(MemorySegment t, long entry) {
    long slots = t.byteSize() >>> 3;
    long slot = slot(entry >>> 32, slots);
    while ((long) LONG.get(t, slot << 3) != 0) {
      slot = slot + 1 & slots - 1;
    }
    LONG.setRelease(t, slot << 3, entry);
  }

  private void rebuild(long forIds) {
    MemorySegment fresh = newTable(Math.max(1 << 12, Long.highestOneBit(forIds) * 4));
    MemorySegment t = table;
    for (long at = 0; at < t.byteSize(); at += 8) {
      long entry = (long) LONG.get(t, at);
      if (entry != 0 && entry != DROPPED) {
        insert(fresh, entry);
      }
    }
    used = alive;
    table = fresh;
  }

  /** Writer: makes room for that many ids. */
  void reserve(long ids) {
    if (ids * 10 > (table.byteSize() >>> 3) * 6) {
      rebuild(Math.max(ids, alive + 1));
    }
  }

  /** Writer: drops an id that is there. */
  void remove(long id) {
    MemorySegment t = table;
    long slots = t.byteSize() >>> 3;
    long slot = slot(id, slots);
    while (true) {
      long entry = (long) LONG.get(t, slot << 3);
      if (entry == 0) {
        return;
      }
      if (entry >>> 32 == id && entry != DROPPED) {
        LONG.setRelease(t, slot << 3, DROPPED);
        alive--;
        return;
      }
      slot = slot + 1 & slots - 1;
    }
  }

  long bytes() {
    return table.byteSize();
  }
}
