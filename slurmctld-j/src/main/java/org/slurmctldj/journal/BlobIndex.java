package org.slurmctldj.journal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Where each blob lies: an off-heap hash table of 24 bytes a slot, keyed by the first eight bytes of
 * the content's SHA-256 (who looks up compares the whole hash on disk). One writer (the journal's),
 * any number of readers without locks: a slot's key is published after its content, a growing table
 * is built beside the old one.
 */
final class BlobIndex {
  static final long NOWHERE = -1;

  private static final long SLOT = 24;
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  /** The table in use: key, location, touched in each slot. */
  private volatile MemorySegment table = newTable(1 << 10);

  // The writer's own: slots with a key, dropped ones included, and those that are alive.
  private long used;
  private long alive;

  /** What a visit shows. */
  interface Visitor {
    void entry(long key, long location, long touched);
  }

  private static MemorySegment newTable(long slots) {
    return Arena.ofAuto().allocate(slots * SLOT, 8);
  }

  /** The table's key of that hash; never 0, which marks a free slot. */
  static long key(byte[] hash) {
    long k = 0;
    for (int i = 0; i < 8; i++) {
      k = k << 8 | hash[i] & 0xff;
    }
    return k == 0 ? 1 : k;
  }

  /** A walk over the slots of one key; any thread. */
  final class Probe {
    private final MemorySegment t = table;
    private final long slots = t.byteSize() / SLOT;
    private final long key;
    private long slot;
    private long steps;

    Probe(long key) {
      this.key = key;
      this.slot = Math.floorMod(key * 0x9e3779b97f4a7c15L >>> 20, slots) - 1;
    }

    /** The location of the next blob with that key, or NOWHERE. */
    long next() {
      while (steps++ < slots) {
        slot = slot + 1 == slots ? 0 : slot + 1;
        long k = (long) LONG.getAcquire(t, slot * SLOT);
        if (k == 0) {
          return NOWHERE;
        }
        if (k == key) {
          long location = (long) LONG.getAcquire(t, slot * SLOT + 8);
          if (location != NOWHERE) {
            return location;
          }
        }
      }
      return NOWHERE;
    }

    /** Writer only, after {@link #next} found it. */
    void touch(long sequence) {
      LONG.setRelease(t, slot * SLOT + 16, sequence);
    }

    long touched() {
      return (long) LONG.getAcquire(t, slot * SLOT + 16);
    }

    /** Writer only: the blob lies elsewhere now, or nowhere. */
    void move(long location) {
      if (location == NOWHERE) {
        alive--;
      }
      LONG.setRelease(t, slot * SLOT + 8, location);
    }
  }

  /** Writer only: adds a blob that is not in the table. */
  void add(long key, long location, long touched) {
    if (used * 10 >= table.byteSize() / SLOT * 6) {
      rebuild();
    }
    insert(table, key, location, touched);
    used++;
    alive++;
  }

  private static void insert(MemorySegment t, long key, long location, long touched) {
    long slots = t.byteSize() / SLOT;
    long slot = Math.floorMod(key * 0x9e3779b97f4a7c15L >>> 20, slots);
    while ((long) LONG.get(t, slot * SLOT) != 0) {
      slot = slot + 1 == slots ? 0 : slot + 1;
    }
    LONG.set(t, slot * SLOT + 8, location);
    LONG.set(t, slot * SLOT + 16, touched);
    LONG.setRelease(t, slot * SLOT, key);
  }

  private void rebuild() {
    MemorySegment bigger = newTable(Math.max(1 << 10, Long.highestOneBit(alive * 2) * 2));
    forEach((key, location, touched) -> insert(bigger, key, location, touched));
    used = alive;
    table = bigger;
  }

  /** Every blob; any thread; what changes meanwhile may be seen or not. */
  void forEach(Visitor visitor) {
    MemorySegment t = table;
    for (long at = 0; at < t.byteSize(); at += SLOT) {
      long key = (long) LONG.getAcquire(t, at);
      long location = (long) LONG.getAcquire(t, at + 8);
      if (key != 0 && location != NOWHERE) {
        visitor.entry(key, location, (long) LONG.getAcquire(t, at + 16));
      }
    }
  }

  long alive() {
    return alive;
  }
}
