package org.slurmctldj.proto.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The resource limits that Slurm propagates, in its order; the constant's name is the NAME of {@code SLURM_RLIMIT_NAME} and of
 * PropagateResourceLimits.
 */
public enum ResourceLimit {
  CPU(0),
  FSIZE(1),
  DATA(2),
  STACK(3),
  CORE(4),
  RSS(5),
  NPROC(6),
  NOFILE(7),
  MEMLOCK(8),
  AS(9);

  /** RLIM_INFINITY as a signed long. */
  public static final long INFINITY = -1;

  /** Soft and hard limit, u64 in a long; {@link #INFINITY}. */
  public record Value(long soft, long hard) {}

  private final int number;

  ResourceLimit(int number) {
    this.number = number;
  }

  /** Linux's number of the resource (x86_64, aarch64). */
  public int number() {
    return number;
  }

  /**
   * This process's limit. The JVM raises its own soft NOFILE unless started with {@code -XX:-MaxFDLimit}.
   */
  public Value get() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limit = arena.allocate(16, 8);
      int answer = (int) Native.GETRLIMIT.invokeExact(number, limit);
      if (answer != 0) {
        throw new IllegalStateException("getrlimit " + name() + " failed");
      }
      return new Value(limit.get(JAVA_LONG, 0), limit.get(JAVA_LONG, 8));
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  /** Linked on first use: parsing names alone must not cost a client the linker. */
  private static final class Native {
    static final MethodHandle GETRLIMIT =
        Libc.function("getrlimit", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
  }
}
