package org.slurmctldj.proto.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * sd_notify(3) for units with {@code Type=notify}: a datagram to the AF_UNIX socket named by NOTIFY_SOCKET. The JDK has
 * no such datagrams. Without NOTIFY_SOCKET every call does nothing; a failed send is told by the return value and is
 * never an error of the daemon.
 */
public final class SystemdNotify {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM_CLOEXEC = 2 | 02000000;
  /** sockaddr_un: u16 family and 108 bytes of path. */
  private static final int PATH_MAX = 108;

  private final Optional<String> socket;
  private final Optional<Duration> watchdog;

  private SystemdNotify(Optional<String> socket, Optional<Duration> watchdog) {
    this.socket = socket;
    this.watchdog = watchdog;
  }

  public static SystemdNotify fromEnvironment() {
    return from(System.getenv(), ProcessHandle.current().pid());
  }

  static SystemdNotify from(Map<String, String> environment, long pid) {
    Optional<String> socket =
        Optional.ofNullable(environment.get("NOTIFY_SOCKET"))
            .filter(s -> (s.startsWith("/") || s.startsWith("@")) && s.length() > 1 && s.length() < PATH_MAX);
    Optional<Duration> watchdog = Optional.empty();
    String usec = environment.get("WATCHDOG_USEC");
    String forPid = environment.get("WATCHDOG_PID");
    if (usec != null && usec.matches("[1-9][0-9]{0,15}") && (forPid == null || forPid.equals(Long.toString(pid)))) {
      watchdog = Optional.of(Duration.ofNanos(Long.parseLong(usec) * 1000));
    }
    return new SystemdNotify(socket, socket.isEmpty() ? Optional.empty() : watchdog);
  }

  /** Started by systemd as a notifying unit. */
  public boolean active() {
    return socket.isPresent();
  }

  /** WatchdogSec: send {@link #watchdog()} at least twice in this time. Empty: none asked for. */
  public Optional<Duration> watchdogInterval() {
    return watchdog;
  }

  public boolean ready(String status) {
    return send("READY=1\nSTATUS=" + oneLine(status) + "\nMAINPID=" + ProcessHandle.current().pid());
  }

  /** Type=notify-reload wants the monotonic time; HotSpot's nanoTime is CLOCK_MONOTONIC on Linux. */
  public boolean reloading() {
    return send("RELOADING=1\nMONOTONIC_USEC=" + System.nanoTime() / 1000);
  }

  public boolean stopping(String status) {
    return send("STOPPING=1\nSTATUS=" + oneLine(status));
  }

  public boolean status(String status) {
    return send("STATUS=" + oneLine(status));
  }

  public boolean watchdog() {
    return send("WATCHDOG=1");
  }

  private static String oneLine(String text) {
    return text.replace('\n', ' ');
  }

  /** Sends assignments, one a line. False: not active, or nobody took it. */
  public boolean send(String assignments) {
    if (socket.isEmpty()) {
      return false;
    }
    byte[] name = socket.get().getBytes(StandardCharsets.UTF_8);
    byte[] text = assignments.getBytes(StandardCharsets.UTF_8);
    if (name.length >= PATH_MAX) {
      return false;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(2 + PATH_MAX, 2);
      address.set(JAVA_SHORT, 0, (short) AF_UNIX);
      MemorySegment.copy(name, 0, address, java.lang.foreign.ValueLayout.JAVA_BYTE, 2, name.length);
      int addressLength = 2 + name.length + 1;
      if (name[0] == '@') {
        // the abstract name space: a NUL in front, none behind
        address.set(java.lang.foreign.ValueLayout.JAVA_BYTE, 2, (byte) 0);
        addressLength = 2 + name.length;
      }
      MemorySegment data = arena.allocate(text.length);
      MemorySegment.copy(text, 0, data, java.lang.foreign.ValueLayout.JAVA_BYTE, 0, text.length);
      int fd = (int) Native.SOCKET.invokeExact(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
      if (fd < 0) {
        return false;
      }
      try {
        long sent =
            (long) Native.SENDTO.invokeExact(fd, data, (long) text.length, 0, address, addressLength);
        return sent == text.length;
      } finally {
        int _ = (int) Native.CLOSE.invokeExact(fd);
      }
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  private static final class Native {
    static final MethodHandle SOCKET =
        Libc.function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    static final MethodHandle SENDTO =
        Libc.function(
            "sendto",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    static final MethodHandle CLOSE = Libc.function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  }
}
