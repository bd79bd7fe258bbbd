package org.slurmctldj.proto.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Who and where this process is. Byte strings come as Latin-1, unmangled by the JVM's locale. */
public final class ProcessFacts {
  private static final int HOST_NAME_MAX = 256;

  public static long effectiveUid() {
    return statusId("Uid:", 2);
  }

  public static long uid() {
    return statusId("Uid:", 1);
  }

  public static long effectiveGid() {
    return statusId("Gid:", 2);
  }

  public static long gid() {
    return statusId("Gid:", 1);
  }

  /** This process's file mode creation mask, read without changing it. */
  public static int umask() {
    return Integer.parseInt(status("Umask:").strip(), 8);
  }

  /** gethostname(2), whole. */
  public static String hostName() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(HOST_NAME_MAX + 1L);
      int answer = (int) Native.GETHOSTNAME.invokeExact(buffer, (long) HOST_NAME_MAX);
      if (answer != 0) {
        throw new IllegalStateException("gethostname failed");
      }
      return Libc.string(buffer.asSlice(0, HOST_NAME_MAX + 1L));
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  /** Up to the first dot: what Slurm compares with NodeHostname and SlurmctldHost. */
  public static String shortHostName() {
    String name = hostName();
    int dot = name.indexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  /** /proc/self/cmdline: the JVM's whole command line, byte for byte. */
  public static List<String> commandLine() {
    return nulSeparated(Path.of("/proc/self/cmdline"));
  }

  /** /proc/self/environ: the environment as the process got it, "K=V", byte for byte and in order. */
  public static List<String> environment() {
    return nulSeparated(Path.of("/proc/self/environ"));
  }

  /** The kernel's random id of this boot. */
  public static String bootId() {
    return read(Path.of("/proc/sys/kernel/random/boot_id")).strip();
  }

  private static List<String> nulSeparated(Path file) {
    String all = read(file);
    List<String> list = new ArrayList<>();
    int start = 0;
    for (int end = all.indexOf('\0'); end >= 0; end = all.indexOf('\0', start)) {
      list.add(all.substring(start, end));
      start = end + 1;
    }
    if (start < all.length()) {
      list.add(all.substring(start));
    }
    return List.copyOf(list);
  }

  private static long statusId(String key, int column) {
    return Long.parseLong(status(key).split("\\s+")[column]);
  }

  private static String status(String key) {
    for (String line : read(Path.of("/proc/self/status")).split("\n")) {
      if (line.startsWith(key)) {
        return line.substring(key.length());
      }
    }
    throw new IllegalStateException("/proc/self/status has no " + key);
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Native {
    static final MethodHandle GETHOSTNAME =
        Libc.function("gethostname", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
  }

  private ProcessFacts() {}
}
