package org.slurmctldj.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.LongConsumer;

/**
 * Which records changed lately, in order: apply adds, planners read at their own pace, nobody waits. A
 * reader that is a whole ring behind is told so and looks at everything again.
 *
 * <p>An entry is a job id, or {@code ~index} of a node. The record is stored before its entry is added,
 * so a reader that has the entry finds that state of the record or a later one.
 */
public final class ChangeRing {
  /** What {@link #read} returns to a reader that has missed entries. */
  public static final long LOST = -1;

  private static final VarHandle ENTRY = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int MOST_AT_ONCE = 512;

  private final long[] ring;
  private volatile long head;

  /** @param size a power of two */
  public ChangeRing(int size) {
    if (Integer.bitCount(size) != 1) {
      throw new IllegalArgumentException("ring of " + size);
    }
    ring = new long[size];
  }

  public static long ofNode(int index) {
    return ~(long) index;
  }

  /** The one writer. */
  public void add(long entry) {
    long h = head;
    // A reader that sees this entry in the place of an older one sees at least this head, too.
    VarHandle.storeStoreFence();
    ENTRY.setOpaque(ring, (int) h & ring.length - 1, entry);
    head = h + 1;
  }

  /** Where a reader begins that looks at everything afterwards. Any thread. */
  public long head() {
    return head;
  }

  /** Hands over every entry since; where to go on, or {@link #LOST}. Any thread. */
  public long read(long since, LongConsumer entries) {
    // never of length 0: the head may move on before the loop looks at it again
    long[] copy = new long[(int) Math.min(MOST_AT_ONCE, Math.max(1, head - since))];
    long at = since;
    for (long end = head; at < end; end = head) {
      int n = (int) Math.min(copy.length, end - at);
      for (int i = 0; i < n; i++) {
        copy[i] = (long) ENTRY.getOpaque(ring, (int) (at + i) & ring.length - 1);
      }
      VarHandle.loadLoadFence();
      if (head - at >= ring.length) {
        return LOST;
      }
      for (int i = 0; i < n; i++) {
        entries.accept(copy[i]);
      }
      at += n;
    }
    return at;
  }
}
