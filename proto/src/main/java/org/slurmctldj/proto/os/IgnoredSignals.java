package org.slurmctldj.proto.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Signals that this process was started with as ignored, as a shell does with SIGINT for what it runs by "&". The JVM leaves
 * those alone, whatever handler is set; a C program's handler counts.
 */
public final class IgnoredSignals {
  private static final long DEFAULT = 0;

  /** Lets handlers for these be set after all. */
  public static void heed(int... numbers) {
    long ignored = mask();
    for (int number : numbers) {
      if ((ignored & 1L << (number - 1)) != 0) {
        MethodHandle signal = Libc.function("signal", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG));
        try {
          long before = (long) signal.invokeExact(number, DEFAULT);
          assert before != -1;
        } catch (Throwable e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }

  private static long mask() {
    try {
      for (String line : Files.readString(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1).split("\n")) {
        if (line.startsWith("SigIgn:")) {
          return Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16);
        }
      }
    } catch (IOException e) {
      // then none are known to be
    }
    return 0;
  }

  private IgnoredSignals() {}
}
