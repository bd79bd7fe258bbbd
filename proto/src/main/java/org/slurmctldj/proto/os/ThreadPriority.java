package org.slurmctldj.proto.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/** The nice value of single threads: on Linux it is a thread's, not the process's, and anybody may raise his own. */
public final class ThreadPriority {
  private static final int PRIO_PROCESS = 0;
  private static final MethodHandle GETPRIORITY = Libc.function("getpriority", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle SETPRIORITY =
      Libc.function("setpriority", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));

  private ThreadPriority() {}

  /** The calling thread gives way: its nice value grows by that much, to 19 at most. Where that fails, nothing happens. */
  public static void giveWay(int by) {
    try {
      int now = (int) GETPRIORITY.invokeExact(PRIO_PROCESS, 0);
      int ignored = (int) SETPRIORITY.invokeExact(PRIO_PROCESS, 0, Math.min(19, now + by));
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }
}
