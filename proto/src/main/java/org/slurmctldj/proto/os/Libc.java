package org.slurmctldj.proto.os;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;

/** The libc functions of this package, linked on first use of the class that needs them. */
final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  static final MemoryLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO_FIELD =
      CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  /** Longest C string that is read back: bounds a look-up in a broken name service. */
  private static final long MAX_STRING = 1 << 20;

  static MethodHandle function(String name, FunctionDescriptor descriptor, Linker.Option... options) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, options);
  }

  /** The handle takes a segment of {@link #CALL_STATE} first; read it with {@link #errno}. */
  static MethodHandle functionWithErrno(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, ERRNO);
  }

  static int errno(MemorySegment callState) {
    return (int) ERRNO_FIELD.get(callState, 0L);
  }

  /** A byte string carried as Latin-1, with its NUL. */
  static MemorySegment cString(Arena arena, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    MemorySegment segment = arena.allocate(bytes.length + 1L);
    MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return segment;
  }

  /** The bytes up to the NUL as Latin-1; NULL gives "". */
  static String string(MemorySegment pointer) {
    if (pointer.address() == 0) {
      return "";
    }
    MemorySegment text = pointer.reinterpret(MAX_STRING);
    long length = 0;
    while (length < MAX_STRING && text.get(ValueLayout.JAVA_BYTE, length) != 0) {
      length++;
    }
    return new String(text.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
  }

  /** A method handle's invocation declares Throwable; libc functions throw nothing. */
  static RuntimeException failed(Throwable e) {
    return e instanceof RuntimeException r ? r : new IllegalStateException("call into libc failed", e);
  }

  private Libc() {}
}
