package org.slurmctldj.proto.os;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/** The system's words for its own error numbers ({@code errno}), which Slurm's daemons answer beside Slurm's numbers. */
public final class ErrorText {
  private static final long MOST_BYTES = 256;

  /** "No such file or directory" for 2; any thread. */
  public static String of(int errno) {
    MethodHandle strerror = Libc.function("strerror", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    try {
      MemorySegment text = (MemorySegment) strerror.invokeExact(errno);
      return text.reinterpret(MOST_BYTES).getString(0, StandardCharsets.ISO_8859_1);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private ErrorText() {}
}
