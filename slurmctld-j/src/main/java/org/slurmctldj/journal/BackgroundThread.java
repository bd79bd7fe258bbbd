package org.slurmctldj.journal;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Work that may wait: threads that yield the processors to everybody else. Java's own priorities mean
 * nothing to Linux by default, so the thread sets its nice value itself.
 */
public final class BackgroundThread {
  private static final int NICE = 5;
  private static final int PRIO_PROCESS = 0;
  private static final int THIS_THREAD = 0;

  private BackgroundThread() {}

  /** A daemon thread, not started. */
  public static Thread unstarted(String name, Runnable body) {
    return Thread.ofPlatform().name(name).daemon().priority(Thread.MIN_PRIORITY).unstarted(() -> {
      yieldToOthers();
      body.run();
    });
  }

  private static void yieldToOthers() {
    Linker linker = Linker.nativeLinker();
    MethodHandle setpriority = linker.downcallHandle(
        linker.defaultLookup().findOrThrow("setpriority"),
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    try {
      int ignored = (int) setpriority.invokeExact(PRIO_PROCESS, THIS_THREAD, NICE);
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
  }
}
