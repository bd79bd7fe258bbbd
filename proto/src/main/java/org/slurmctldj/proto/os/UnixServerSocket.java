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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A listening AF_UNIX stream socket whose connections know the peer's numeric uid and gid
 * (SO_PEERCRED). The JDK's own sockets give names only, and a uid may have none. Blocking; one
 * thread accepts, each connection belongs to one thread.
 */
public final class UnixServerSocket implements AutoCloseable {
  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM_CLOEXEC = 1 | 02000000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_PEERCRED = 17;
  private static final int SO_RCVTIMEO = 20;
  private static final int SO_SNDTIMEO = 21;
  private static final int SHUT_RDWR = 2;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int CLOEXEC = 02000000;
  private static final int SUN_PATH = 108;
  private static final int EINTR = 4;
  private static final int ECONNABORTED = 103;
  private static final int EMFILE = 24;
  private static final int ENFILE = 23;

  private static final FunctionDescriptor FD_ADDRESS_LENGTH = FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle SOCKET =
      Libc.functionWithErrno("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle BIND = Libc.functionWithErrno("bind", FD_ADDRESS_LENGTH);
  private static final MethodHandle LISTEN = Libc.functionWithErrno("listen", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle ACCEPT4 =
      Libc.functionWithErrno("accept4", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
  private static final FunctionDescriptor OPTION = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle GETSOCKOPT = Libc.functionWithErrno("getsockopt", OPTION);
  private static final MethodHandle SETSOCKOPT =
      Libc.functionWithErrno("setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final FunctionDescriptor TRANSFER = FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle RECV = Libc.functionWithErrno("recv", TRANSFER);
  private static final MethodHandle SEND = Libc.functionWithErrno("send", TRANSFER);
  private static final MethodHandle SHUTDOWN = Libc.functionWithErrno("shutdown", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle CLOSE = Libc.functionWithErrno("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  /** An accepted connection. Ids are u32 in a long. */
  public static final class Connection implements AutoCloseable {
    private final int fd;
    private final long peerPid;
    private final long peerUid;
    private final long peerGid;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Connection(int fd, long peerPid, long peerUid, long peerGid) {
      this.fd = fd;
      this.peerPid = peerPid;
      this.peerUid = peerUid;
      this.peerGid = peerGid;
    }

    public long peerPid() {
      return peerPid;
    }

    /** Effective uid the peer had when it connected. */
    public long peerUid() {
      return peerUid;
    }

    public long peerGid() {
      return peerGid;
    }

    /** Exactly {@code n} bytes; fails at the end of the stream or after the timeout. */
    public byte[] read(int n) throws IOException {
      byte[] out = new byte[n];
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment state = arena.allocate(Libc.CALL_STATE);
        MemorySegment buffer = arena.allocate(Math.max(n, 1));
        int got = 0;
        while (got < n) {
          long r = (long) RECV.invokeExact(state, fd, buffer.asSlice(got), (long) (n - got), 0);
          if (r == 0) {
            throw new IOException("connection closed after " + got + " of " + n + " bytes");
          }
          if (r < 0 && Libc.errno(state) != EINTR) {
            throw new IOException("recv: errno " + Libc.errno(state));
          }
          got += (int) Math.max(r, 0);
        }
        MemorySegment.copy(buffer, JAVA_BYTE, 0, out, 0, n);
        return out;
      } catch (IOException e) {
        throw e;
      } catch (Throwable e) {
        throw Libc.failed(e);
      }
    }

    public void write(byte[] bytes) throws IOException {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment state = arena.allocate(Libc.CALL_STATE);
        MemorySegment buffer = arena.allocate(Math.max(bytes.length, 1));
        MemorySegment.copy(bytes, 0, buffer, JAVA_BYTE, 0, bytes.length);
        int sent = 0;
        while (sent < bytes.length) {
          long r = (long) SEND.invokeExact(state, fd, buffer.asSlice(sent), (long) (bytes.length - sent), MSG_NOSIGNAL);
          if (r < 0 && Libc.errno(state) != EINTR) {
            throw new IOException("send: errno " + Libc.errno(state));
          }
          sent += (int) Math.max(r, 0);
        }
      } catch (IOException e) {
        throw e;
      } catch (Throwable e) {
        throw Libc.failed(e);
      }
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        closeFd(fd);
      }
    }
  }

  private final int fd;
  private final Path path;
  private final AtomicBoolean closed = new AtomicBoolean();
  /** This socket itself and each waiting accept: the last one closes the descriptor, so that no accept meets a reused one. */
  private final AtomicInteger users = new AtomicInteger(1);

  private UnixServerSocket(int fd, Path path) {
    this.fd = fd;
    this.path = path;
  }

  /**
   * Listens at {@code path}, replacing a socket left there by a process that is gone.
   *
   * @param permissions of the socket file, such as {@code rwxrwxrwx}
   */
  public static UnixServerSocket bind(Path path, String permissions, int backlog) throws IOException {
    byte[] name = path.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    if (name.length >= SUN_PATH) {
      throw new IOException("socket path longer than " + (SUN_PATH - 1) + " bytes: " + path);
    }
    Files.deleteIfExists(path);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Libc.CALL_STATE);
      int fd = (int) SOCKET.invokeExact(state, AF_UNIX, SOCK_STREAM_CLOEXEC, 0);
      check(fd, "socket", state);
      try {
        MemorySegment address = arena.allocate(2 + SUN_PATH, 2);
        address.set(JAVA_SHORT, 0, (short) AF_UNIX);
        MemorySegment.copy(name, 0, address, JAVA_BYTE, 2, name.length);
        check((int) BIND.invokeExact(state, fd, address, 2 + name.length + 1), "bind " + path, state);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        check((int) LISTEN.invokeExact(state, fd, backlog), "listen " + path, state);
      } catch (Throwable e) {
        closeFd(fd);
        throw e;
      }
      return new UnixServerSocket(fd, path);
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  /**
   * Waits for a connection.
   *
   * @param timeoutSeconds for each later read and write on it
   * @throws IOException when this socket has been closed, or the process has no descriptor left (the caller pauses and goes on)
   */
  public Connection accept(int timeoutSeconds) throws IOException {
    if (users.getAndUpdate(n -> n == 0 ? 0 : n + 1) == 0) {
      throw new IOException("closed");
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Libc.CALL_STATE);
      while (true) {
        int peer = (int) ACCEPT4.invokeExact(state, fd, MemorySegment.NULL, MemorySegment.NULL, CLOEXEC);
        if (closed.get()) {
          if (peer >= 0) {
            closeFd(peer);
          }
          throw new IOException("closed");
        }
        if (peer >= 0) {
          try {
            return connection(arena, state, peer, timeoutSeconds);
          } catch (Throwable e) {
            closeFd(peer);
            throw e;
          }
        }
        int errno = Libc.errno(state);
        if (errno == EMFILE || errno == ENFILE) {
          throw new IOException("accept: no file descriptor left");
        }
        if (errno != EINTR && errno != ECONNABORTED) {
          throw new IOException("accept: errno " + errno);
        }
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw Libc.failed(e);
    } finally {
      release();
    }
  }

  private void release() {
    if (users.decrementAndGet() == 0) {
      closeFd(fd);
    }
  }

  public boolean isClosed() {
    return closed.get();
  }

  private static Connection connection(Arena arena, MemorySegment state, int peer, int timeoutSeconds) throws Throwable {
    MemorySegment ucred = arena.allocate(12, 4);
    MemorySegment length = arena.allocate(JAVA_INT);
    length.set(JAVA_INT, 0, 12);
    check((int) GETSOCKOPT.invokeExact(state, peer, SOL_SOCKET, SO_PEERCRED, ucred, length), "SO_PEERCRED", state);
    MemorySegment timeval = arena.allocate(16, 8);
    timeval.set(JAVA_LONG, 0, timeoutSeconds);
    check((int) SETSOCKOPT.invokeExact(state, peer, SOL_SOCKET, SO_RCVTIMEO, timeval, 16), "SO_RCVTIMEO", state);
    check((int) SETSOCKOPT.invokeExact(state, peer, SOL_SOCKET, SO_SNDTIMEO, timeval, 16), "SO_SNDTIMEO", state);
    return new Connection(
        peer, ucred.get(JAVA_INT, 0), ucred.get(JAVA_INT, 4) & 0xffffffffL, ucred.get(JAVA_INT, 8) & 0xffffffffL);
  }

  private static void check(int result, String what, MemorySegment state) throws IOException {
    if (result < 0) {
      throw new IOException(what + ": errno " + Libc.errno(state));
    }
  }

  private static void closeFd(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      int ignored = (int) CLOSE.invokeExact(arena.allocate(Libc.CALL_STATE), fd);
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  /** Stops a waiting {@link #accept}; removes the socket file. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      int ignored = (int) SHUTDOWN.invokeExact(arena.allocate(Libc.CALL_STATE), fd, SHUT_RDWR);
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // the file is of no use to anybody; the next bind removes it
    } catch (Throwable e) {
      throw Libc.failed(e);
    } finally {
      release();
    }
  }
}
