package org.slurmctldj.proto.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** The terminal behind a file descriptor: its size, its foreground process group, raw mode. Any thread. */
public final class Terminal {
  /** struct termios of Linux is 60 bytes. */
  private static final int TERMIOS = 64;

  private static final int NOW = 0;
  private static final long GET_WINDOW_SIZE = 0x5413;

  public record Size(int rows, int columns) {}

  /** Whether the descriptor is a terminal. */
  public static boolean isTerminal(int descriptor) {
    try {
      return (int) Native.ISATTY.invokeExact(descriptor) == 1;
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  /** The process group in the foreground, -1 for no terminal. */
  public static int foregroundGroup(int descriptor) {
    try {
      return (int) Native.TCGETPGRP.invokeExact(descriptor);
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  public static void setForegroundGroup(int descriptor, int group) {
    try {
      int ignored = (int) Native.TCSETPGRP.invokeExact(descriptor, group);
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  /** This process's group. */
  public static int ownGroup() {
    try {
      return (int) Native.GETPGRP.invokeExact();
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  /** Leaves a signal to nobody: the kernel drops it, and children start with the default. */
  public static void ignoreSignal(int number) {
    try {
      MemorySegment ignored = (MemorySegment) Native.SIGNAL.invokeExact(number, MemorySegment.ofAddress(1));
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  /** Empty when the descriptor is no terminal. */
  public static Optional<Size> size(int descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment window = arena.allocate(8, 2);
      if ((int) Native.IOCTL.invokeExact(descriptor, GET_WINDOW_SIZE, window) != 0) {
        return Optional.empty();
      }
      return Optional.of(new Size(window.get(JAVA_SHORT, 0) & 0xffff, window.get(JAVA_SHORT, 2) & 0xffff));
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  /** The terminal's settings, to be given back to {@link #restore}; empty when the descriptor is none. */
  public static Optional<byte[]> settings(int descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment termios = arena.allocate(TERMIOS, 4);
      return (int) Native.TCGETATTR.invokeExact(descriptor, termios) == 0
          ? Optional.of(termios.toArray(JAVA_BYTE))
          : Optional.empty();
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  public static void restore(int descriptor, byte[] settings) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment termios = arena.allocate(TERMIOS, 4);
      MemorySegment.copy(settings, 0, termios, JAVA_BYTE, 0, Math.min(settings.length, TERMIOS));
      int ignored = (int) Native.TCSETATTR.invokeExact(descriptor, NOW, termios);
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  /** Bytes go through as they are, no echo, no signals from keys: cfmakeraw(3). */
  public static void raw(int descriptor, byte[] settings) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment termios = arena.allocate(TERMIOS, 4);
      MemorySegment.copy(settings, 0, termios, JAVA_BYTE, 0, Math.min(settings.length, TERMIOS));
      Native.CFMAKERAW.invokeExact(termios);
      int ignored = (int) Native.TCSETATTR.invokeExact(descriptor, NOW, termios);
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  private static final class Native {
    static final MethodHandle ISATTY = Libc.function("isatty", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    static final MethodHandle TCGETPGRP = Libc.function("tcgetpgrp", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    static final MethodHandle TCSETPGRP = Libc.function("tcsetpgrp", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    static final MethodHandle GETPGRP = Libc.function("getpgrp", FunctionDescriptor.of(JAVA_INT));
    static final MethodHandle SIGNAL = Libc.function("signal", FunctionDescriptor.of(ADDRESS, JAVA_INT, ADDRESS));
    static final MethodHandle IOCTL =
        Libc.function("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), Linker.Option.firstVariadicArg(2));
    static final MethodHandle TCGETATTR = Libc.function("tcgetattr", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    static final MethodHandle TCSETATTR = Libc.function("tcsetattr", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    static final MethodHandle CFMAKERAW = Libc.function("cfmakeraw", FunctionDescriptor.ofVoid(ADDRESS));
  }

  private Terminal() {}
}
