package org.slurmctldj.state;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Memory straight from the kernel: zero pages that count only once touched and go back at once. (What
 * malloc had given a snapshot's second core would stay with the process between longer-lived blocks.)
 */
public final class Pages {
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
  private static final MethodHandle MMAP;
  private static final MethodHandle MUNMAP;

  static {
    Linker linker = Linker.nativeLinker();
    MMAP = linker.downcallHandle(
        linker.defaultLookup().findOrThrow("mmap"),
        FunctionDescriptor.of(
            ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
    MUNMAP = linker.downcallHandle(
        linker.defaultLookup().findOrThrow("munmap"),
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
  }

  private Pages() {}

  /** Zeroed memory that lives as long as the arena. */
  static MemorySegment allocate(Arena arena, long bytes) {
    long address = map(bytes);
    if (address == -1) {
      throw new OutOfMemoryError("the kernel gives no " + bytes + " bytes of memory");
    }
    return MemorySegment.ofAddress(address).reinterpret(bytes, arena, segment -> unmap(address, bytes));
  }

  /** Zeroed memory until {@link #free}; nobody may read it after that. */
  public static MemorySegment allocate(long bytes) {
    long address = map(bytes);
    if (address == -1) {
      throw new OutOfMemoryError("the kernel gives no " + bytes + " bytes of memory");
    }
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  /** Gives back what {@link #allocate(long)} gave. */
  public static void free(MemorySegment segment) {
    unmap(segment.address(), segment.byteSize());
  }

  private static long map(long bytes) {
    try {
      return (long) MMAP.invokeExact(0L, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
  }

  private static void unmap(long address, long bytes) {
    try {
      int ignored = (int) MUNMAP.invokeExact(address, bytes);
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
  }
}
