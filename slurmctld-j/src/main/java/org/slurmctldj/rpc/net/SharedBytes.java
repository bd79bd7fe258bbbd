package org.slurmctldj.rpc.net;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slurmctldj.state.Pages;

/**
 * Bytes outside the heap that do not change and that many answers send at once without copying them. Whoever keeps them has
 * a share; with the last one the memory goes back to the kernel. Any thread.
 */
public final class SharedBytes {

  /** Counts what a group of them holds, so that it can be bounded. */
  public static final class Account {
    private final AtomicLong bytes = new AtomicLong();
    private final long limit;

    /** @param limit above it, whoever takes long to be done with its share has to go */
    public Account(long limit) {
      this.limit = limit;
    }

    public long bytes() {
      return bytes.get();
    }

    boolean isOver() {
      return bytes.get() > limit;
    }
  }

  private final MemorySegment memory;
  private final int length;
  private final Account account;
  private final AtomicInteger shares = new AtomicInteger(1);

  private SharedBytes(MemorySegment memory, int length, Account account) {
    this.memory = memory;
    this.length = length;
    this.account = account;
  }

  /** A copy of those bytes; the caller has a share of it. */
  public static SharedBytes copyOf(byte[] bytes, int length, Account account) {
    MemorySegment memory = Pages.allocate(Math.max(1, length));
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, length);
    account.bytes.addAndGet(length);
    return new SharedBytes(memory, length, account);
  }

  public int length() {
    return length;
  }

  /** Takes one more share; false if the bytes are gone. */
  public boolean share() {
    int n;
    do {
      n = shares.get();
      if (n == 0) {
        return false;
      }
    } while (!shares.compareAndSet(n, n + 1));
    return true;
  }

  /** Gives one share back. */
  public void release() {
    int left = shares.decrementAndGet();
    if (left == 0) {
      account.bytes.addAndGet(-length);
      Pages.free(memory);
    } else if (left < 0) {
      throw new IllegalStateException("released more often than shared");
    }
  }

  /** True if those who keep shares of the like of these keep too much. */
  boolean pressed() {
    return account.isOver();
  }

  /** For whoever has a share: copies some of the bytes. */
  public void copy(int from, int count, byte[] to, int at) {
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, from, to, at, count);
  }

  /** For whoever has a share, for as long as that: a view of some of the bytes. */
  ByteBuffer view(int from, int count) {
    return memory.asSlice(from, count).asByteBuffer();
  }
}
