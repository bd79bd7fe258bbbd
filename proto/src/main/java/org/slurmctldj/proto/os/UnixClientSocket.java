package org.slurmctldj.proto.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/**
 * A connected AF_UNIX stream socket whose reads and writes end after a timeout. For daemons that ask munged thousands of
 * times a second: the JDK's own channels have no timeout but by a selector, which triples the system calls of a short
 * exchange. Belongs to one thread.
 */
public final class UnixClientSocket implements AutoCloseable {
  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM_CLOEXEC = 1 | 02000000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVTIMEO = 20;
  private static final int SO_SNDTIMEO = 21;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int SUN_PATH = 108;
  private static final int EINTR = 4;
  private static final int EAGAIN = 11;

  private static final MethodHandle SOCKET =
      Libc.functionWithErrno("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle CONNECT =
      Libc.functionWithErrno("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle SETSOCKOPT =
      Libc.functionWithErrno("setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final FunctionDescriptor TRANSFER = FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle RECV = Libc.functionWithErrno("recv", TRANSFER);
  private static final MethodHandle SEND = Libc.functionWithErrno("send", TRANSFER);
  private static final MethodHandle CLOSE = Libc.function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment state = arena.allocate(Libc.CALL_STATE);
  private final int fd;
  private final int timeoutSeconds;

  private UnixClientSocket(int fd, int timeoutSeconds) {
    this.fd = fd;
    this.timeoutSeconds = timeoutSeconds;
  }

  /** @param timeoutSeconds for the connection to be taken and for each read and write */
  public static UnixClientSocket connect(String path, int timeoutSeconds) throws IOException {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    if (name.length >= SUN_PATH) {
      throw new IOException("socket path longer than " + (SUN_PATH - 1) + " bytes: " + path);
    }
    UnixClientSocket socket;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Libc.CALL_STATE);
      int fd = (int) SOCKET.invokeExact(state, AF_UNIX, SOCK_STREAM_CLOEXEC, 0);
      if (fd < 0) {
        throw new IOException("socket: errno " + Libc.errno(state));
      }
      socket = new UnixClientSocket(fd, timeoutSeconds);
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
    try {
      socket.connect(name);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private void connect(byte[] name) throws IOException {
    try {
      MemorySegment time = arena.allocate(JAVA_LONG, 2);
      time.set(JAVA_LONG, 0, timeoutSeconds);
      check((int) SETSOCKOPT.invokeExact(state, fd, SOL_SOCKET, SO_SNDTIMEO, time, 16), "setsockopt");
      check((int) SETSOCKOPT.invokeExact(state, fd, SOL_SOCKET, SO_RCVTIMEO, time, 16), "setsockopt");
      MemorySegment address = arena.allocate(2 + SUN_PATH, 2);
      address.set(JAVA_SHORT, 0, (short) AF_UNIX);
      MemorySegment.copy(name, 0, address, JAVA_BYTE, 2, name.length);
      int r;
      do {
        r = (int) CONNECT.invokeExact(state, fd, address, 2 + name.length + 1);
      } while (r < 0 && Libc.errno(state) == EINTR);
      check(r, "connect");
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  private long check(long result, String call) throws IOException {
    if (result < 0) {
      int errno = Libc.errno(state);
      throw new IOException(errno == EAGAIN ? call + ": nothing within " + timeoutSeconds + " s" : call + ": errno " + errno);
    }
    return result;
  }

  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      MemorySegment buffer = arena.allocate(Math.max(length, 1));
      MemorySegment.copy(bytes, offset, buffer, JAVA_BYTE, 0, length);
      int sent = 0;
      while (sent < length) {
        long r = (long) SEND.invokeExact(state, fd, buffer.asSlice(sent), (long) (length - sent), MSG_NOSIGNAL);
        sent += (int) (r < 0 && Libc.errno(state) == EINTR ? 0 : check(r, "send"));
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  /** Some bytes, at most {@code most}; none at the end of the stream. */
  public byte[] read(int most) throws IOException {
    try {
      MemorySegment buffer = arena.allocate(Math.max(most, 1));
      long r;
      do {
        r = (long) RECV.invokeExact(state, fd, buffer, (long) most, 0);
      } while (r < 0 && Libc.errno(state) == EINTR);
      return buffer.asSlice(0, check(r, "recv")).toArray(JAVA_BYTE);
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  @Override
  public void close() {
    arena.close();
    try {
      int ignored = (int) CLOSE.invokeExact(fd);
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }
}
