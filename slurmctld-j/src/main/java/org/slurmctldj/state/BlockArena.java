package org.slurmctldj.state;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Off-heap memory in blocks of size classes, with a free list for each class. Only the apply thread
 * allocates, writes and frees. Readers copy from an address they found in a row; a block may be
 * reused while they do, which they notice by the row's stamp afterwards; its memory is never given
 * back before the store is closed.
 */
final class BlockArena {
  private static final int SLAB = 4 << 20;
  private static final int LARGEST_SHARED = SLAB / 8;
  private static final int FINE = 32;
  private static final int FINE_LIMIT = 1024;

  private final Arena arena;
  private volatile MemorySegment[] slabs = new MemorySegment[0];

  // The writer's own.
  private int current = -1;
  private long currentUsed;
  private long[][] free = new long[160][];
  private int[] freeCount = new int[160];
  private long allocatedBytes;
  private long usedBytes;

  BlockArena(Arena arena) {
    this.arena = arena;
  }

  /** The class of that length: steps of 32 bytes up to 1 KiB, then four steps per doubling. */
  static int classOf(int length) {
    if (length <= FINE_LIMIT) {
      return Math.max(0, (length - 1) / FINE);
    }
    int log = 31 - Integer.numberOfLeadingZeros(length - 1); // 10 and above
    int quarter = length - 1 >>> log - 2 & 3;
    return FINE_LIMIT / FINE + (log - 10) * 4 + quarter;
  }

  static int capacityOf(int sizeClass) {
    if (sizeClass < FINE_LIMIT / FINE) {
      return (sizeClass + 1) * FINE;
    }
    int step = sizeClass - FINE_LIMIT / FINE;
    int log = step / 4 + 10;
    return (1 << log) + (step % 4 + 1) * (1 << log - 2);
  }

  /** Copies the bytes into a block; returns its address, never 0. */
  long store(byte[] bytes) {
    int sizeClass = classOf(bytes.length);
    long address = freeCount[sizeClass] > 0 ? free[sizeClass][--freeCount[sizeClass]] : carve(capacityOf(sizeClass));
    usedBytes += capacityOf(sizeClass);
    MemorySegment.copy(bytes, 0, slabs[slab(address)], ValueLayout.JAVA_BYTE, offset(address), bytes.length);
    return address;
  }

  private long carve(int capacity) {
    if (capacity > LARGEST_SHARED) {
      addSlab(capacity);
      return address(slabs.length - 1, 0);
    }
    if (current < 0 || currentUsed + capacity > SLAB) {
      addSlab(SLAB);
      current = slabs.length - 1;
      currentUsed = 0;
    }
    long at = currentUsed;
    currentUsed += capacity;
    return address(current, at);
  }

  private void addSlab(long bytes) {
    MemorySegment[] more = Arrays.copyOf(slabs, slabs.length + 1);
    more[slabs.length] = Pages.allocate(arena, bytes);
    allocatedBytes += bytes;
    slabs = more;
  }

  /** Slab number + 1 in the upper half, so that no address is 0 or negative. */
  private static long address(int slab, long offset) {
    return (long) (slab + 1) << 32 | offset;
  }

  private static int slab(long address) {
    return (int) (address >>> 32) - 1;
  }

  private static long offset(long address) {
    return address & 0xffffffffL;
  }

  void free(long address, int length) {
    int sizeClass = classOf(length);
    if (free[sizeClass] == null) {
      free[sizeClass] = new long[64];
    } else if (freeCount[sizeClass] == free[sizeClass].length) {
      free[sizeClass] = Arrays.copyOf(free[sizeClass], freeCount[sizeClass] * 2);
    }
    free[sizeClass][freeCount[sizeClass]++] = address;
    usedBytes -= capacityOf(sizeClass);
  }

  /** Any thread: copies a block's bytes; what they mean the caller learns from the row's stamp. */
  void copy(long address, int length, byte[] to, int at) {
    MemorySegment.copy(slabs[slab(address)], ValueLayout.JAVA_BYTE, offset(address), to, at, length);
  }

  /** Bytes taken from the system. Writer, or approximately. */
  long allocatedBytes() {
    return allocatedBytes;
  }

  /** Bytes in blocks that are in use. Writer, or approximately. */
  long usedBytes() {
    return usedBytes;
  }
}
