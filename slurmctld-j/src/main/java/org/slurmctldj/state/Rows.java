package org.slurmctldj.state;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * A table of fixed columns in off-heap chunks of {@value #CHUNK} rows, each row with a stamp. The
 * one writer makes a row's stamp odd, changes it, makes it even again; a reader takes the stamp,
 * reads, and looks whether the stamp is still the same ({@link #begin}, {@link #unchanged}). Chunks
 * are added, never moved.
 */
final class Rows {
  static final int CHUNK = 4096;
  private static final int SHIFT = 12;
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

  private final Arena arena;
  private final int longs;
  private final int ints;
  private volatile MemorySegment[] chunks = new MemorySegment[0];
  private volatile int limit;

  // The writer's own.
  private int[] free = new int[64];
  private int freeCount;

  /**
   * @param longs columns of 8 bytes; column 0 is the stamp
   * @param ints columns of 4 bytes
   */
  Rows(Arena arena, int longs, int ints) {
    this.arena = arena;
    this.longs = longs;
    this.ints = ints;
  }

  private long longAt(int column, int row) {
    return ((long) column * CHUNK + (row & CHUNK - 1)) * 8;
  }

  private long intAt(int column, int row) {
    return (long) longs * CHUNK * 8 + ((long) column * CHUNK + (row & CHUNK - 1)) * 4;
  }

  // ---- the writer ----

  /** A row nobody uses; its stamp goes on from where it was. */
  int allocate() {
    if (freeCount > 0) {
      return free[--freeCount];
    }
    int row = limit;
    ensure(row + 1);
    limit = row + 1;
    return row;
  }

  /** Makes room for that many rows. */
  void ensure(int rows) {
    int need = rows + CHUNK - 1 >>> SHIFT;
    if (need > chunks.length) {
      MemorySegment[] more = Arrays.copyOf(chunks, need);
      for (int i = chunks.length; i < need; i++) {
        more[i] = Pages.allocate(arena, (long) CHUNK * (8L * longs + 4L * ints));
      }
      chunks = more;
    }
  }

  void free(int row) {
    if (freeCount == free.length) {
      free = Arrays.copyOf(free, freeCount * 2);
    }
    free[freeCount++] = row;
  }

  /** From here on readers know that the row changes. */
  void beginWrite(int row) {
    MemorySegment c = chunks[row >>> SHIFT];
    long at = longAt(0, row);
    LONG.setOpaque(c, at, (long) LONG.get(c, at) + 1);
    VarHandle.fullFence(); // the odd stamp is visible before anything that follows
  }

  void endWrite(int row) {
    MemorySegment c = chunks[row >>> SHIFT];
    long at = longAt(0, row);
    LONG.setRelease(c, at, (long) LONG.get(c, at) + 1);
  }

  void setLong(int column, int row, long value) {
    LONG.setOpaque(chunks[row >>> SHIFT], longAt(column, row), value);
  }

  void setInt(int column, int row, int value) {
    INT.setOpaque(chunks[row >>> SHIFT], intAt(column, row), value);
  }

  // ---- any thread ----

  /** Rows in use are below this number. */
  int limit() {
    return limit;
  }

  /** The row's stamp, once nobody is in the middle of changing it (that takes a few stores). */
  long begin(int row) {
    MemorySegment c = chunks[row >>> SHIFT];
    long at = longAt(0, row);
    while (true) {
      long stamp = (long) LONG.getAcquire(c, at);
      if ((stamp & 1) == 0) {
        return stamp;
      }
      Thread.onSpinWait();
    }
  }

  /** True if everything read since {@link #begin} belongs together. */
  boolean unchanged(int row, long stamp) {
    VarHandle.acquireFence();
    return (long) LONG.getOpaque(chunks[row >>> SHIFT], longAt(0, row)) == stamp;
  }

  long getLong(int column, int row) {
    return (long) LONG.getOpaque(chunks[row >>> SHIFT], longAt(column, row));
  }

  int getInt(int column, int row) {
    return (int) INT.getOpaque(chunks[row >>> SHIFT], intAt(column, row));
  }

  long bytes() {
    return (long) chunks.length * CHUNK * (8L * longs + 4L * ints);
  }
}
