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
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * A TCP socket that listens, for threads that block in {@link #accept}: the kernel wakes exactly one of them for a
 * connection, and with {@code TCP_DEFER_ACCEPT} only when its first bytes are there. Linux.
 */
public final class ListeningSocket implements AutoCloseable {
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int SOCK_STREAM_CLOEXEC = 1 | 02000000;
  private static final int NONBLOCK_CLOEXEC = 04000 | 02000000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_REUSEADDR = 2;
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_DEFER_ACCEPT = 9;
  private static final int IPPROTO_IPV6 = 41;
  private static final int IPV6_V6ONLY = 26;
  private static final int SHUT_RDWR = 2;
  private static final int ADDRESS_BYTES = 28;
  private static final int EINTR = 4;
  private static final int EADDRINUSE = 98;
  private static final int EACCES = 13;
  private static final int EADDRNOTAVAIL = 99;
  private static final int ECONNABORTED = 103;
  private static final int EINVAL = 22;

  private static final MethodHandle SOCKET =
      Libc.functionWithErrno("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle SETSOCKOPT =
      Libc.functionWithErrno("setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle BIND =
      Libc.functionWithErrno("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle LISTEN = Libc.functionWithErrno("listen", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle GETSOCKNAME =
      Libc.functionWithErrno("getsockname", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle ACCEPT4 =
      Libc.functionWithErrno("accept4", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
  private static final MethodHandle SHUTDOWN = Libc.function("shutdown", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle CLOSE = Libc.function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  /** A thread's memory for one call. */
  private static final class Own {
    private final Arena arena = Arena.ofAuto();
    private final MemorySegment state = arena.allocate(Libc.CALL_STATE);
    private final MemorySegment address = arena.allocate(ADDRESS_BYTES, 8);
    private final MemorySegment length = arena.allocate(JAVA_INT);
  }

  private static final ThreadLocal<Own> OWN = ThreadLocal.withInitial(Own::new);

  private final int fd;
  private volatile boolean closing;

  private ListeningSocket(int fd) {
    this.fd = fd;
  }

  /**
   * Binds and listens. The wildcard address takes IPv4 and IPv6 where the host has both.
   *
   * @param backlog connections that may wait to be taken
   * @param deferSeconds how long a connection without a byte may stay the kernel's; 0: it is taken at once
   * @throws IOException with the reason alone as its message
   */
  public static ListeningSocket open(InetSocketAddress at, int backlog, int deferSeconds) throws IOException {
    InetAddress host = at.getAddress();
    if (host.isAnyLocalAddress()) {
      int fd = socket(AF_INET6);
      if (fd >= 0) {
        try {
          return new ListeningSocket(fd).listen(at, true, backlog, deferSeconds);
        } catch (NoSuchAddress e) {
          // IPv6 is switched off: the socket exists, its addresses do not
        }
      }
    }
    boolean v6 = !host.isAnyLocalAddress() && !(host instanceof Inet4Address);
    int fd = socket(v6 ? AF_INET6 : AF_INET);
    if (fd < 0) {
      throw new IOException("socket: errno " + Libc.errno(OWN.get().state));
    }
    return new ListeningSocket(fd).listen(at, v6, backlog, deferSeconds);
  }

  private static final class NoSuchAddress extends IOException {
    private static final long serialVersionUID = 1L;

    NoSuchAddress() {
      super("Cannot assign requested address");
    }
  }

  private static int socket(int family) {
    try {
      return (int) SOCKET.invokeExact(OWN.get().state, family, SOCK_STREAM_CLOEXEC, 0);
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  private ListeningSocket listen(InetSocketAddress at, boolean v6, int backlog, int deferSeconds) throws IOException {
    Own own = OWN.get();
    try {
      option(own, SOL_SOCKET, SO_REUSEADDR, 1);
      if (v6) {
        option(own, IPPROTO_IPV6, IPV6_V6ONLY, at.getAddress().isAnyLocalAddress() ? 0 : 1);
      }
      if (deferSeconds > 0) {
        option(own, IPPROTO_TCP, TCP_DEFER_ACCEPT, deferSeconds);
      }
      own.address.fill((byte) 0);
      own.address.set(JAVA_SHORT, 0, (short) (v6 ? AF_INET6 : AF_INET));
      own.address.set(JAVA_BYTE, 2, (byte) (at.getPort() >> 8));
      own.address.set(JAVA_BYTE, 3, (byte) at.getPort());
      byte[] ip = at.getAddress().getAddress();
      if (!at.getAddress().isAnyLocalAddress()) {
        MemorySegment.copy(ip, 0, own.address, JAVA_BYTE, v6 ? 8 : 4, ip.length);
      }
      check(own, (int) BIND.invokeExact(own.state, fd, own.address, v6 ? 28 : 16), "bind");
      check(own, (int) LISTEN.invokeExact(own.state, fd, backlog), "listen");
      return this;
    } catch (IOException e) {
      close();
      throw e;
    } catch (Throwable e) {
      close();
      throw Libc.failed(e);
    }
  }

  private void option(Own own, int level, int name, int value) throws Throwable {
    own.length.set(JAVA_INT, 0, value);
    check(own, (int) SETSOCKOPT.invokeExact(own.state, fd, level, name, own.length, 4), "setsockopt");
  }

  private static void check(Own own, int result, String call) throws IOException {
    if (result < 0) {
      int errno = Libc.errno(own.state);
      throw switch (errno) {
        case EADDRINUSE -> new IOException("Address already in use");
        case EACCES -> new IOException("Permission denied");
        case EADDRNOTAVAIL -> new NoSuchAddress();
        default -> new IOException(call + ": errno " + errno);
      };
    }
  }

  /** Where it listens; the port that the kernel chose for 0. */
  public InetSocketAddress address() throws IOException {
    Own own = OWN.get();
    try {
      own.length.set(JAVA_INT, 0, ADDRESS_BYTES);
      check(own, (int) GETSOCKNAME.invokeExact(own.state, fd, own.address, own.length), "getsockname");
      return address(own);
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  private static InetSocketAddress address(Own own) throws IOException {
    boolean v6 = own.address.get(JAVA_SHORT, 0) == AF_INET6;
    byte[] ip = new byte[v6 ? 16 : 4];
    MemorySegment.copy(own.address, JAVA_BYTE, v6 ? 8 : 4, ip, 0, ip.length);
    int port = (own.address.get(JAVA_BYTE, 2) & 0xff) << 8 | own.address.get(JAVA_BYTE, 3) & 0xff;
    // an IPv4 address within IPv6 becomes one of IPv4
    return new InetSocketAddress(InetAddress.getByAddress(ip), port);
  }

  /**
   * Blocks until there is a connection; empty once {@link #shutdown} was called. Any number of threads.
   *
   * @throws IOException if the process or the kernel is out of something (file descriptors, memory): try again later
   */
  public Optional<AcceptedSocket> accept() throws IOException {
    Own own = OWN.get();
    try {
      while (true) {
        own.length.set(JAVA_INT, 0, ADDRESS_BYTES);
        int connection = (int) ACCEPT4.invokeExact(own.state, fd, own.address, own.length, NONBLOCK_CLOEXEC);
        if (connection >= 0) {
          return Optional.of(new AcceptedSocket(connection, address(own)));
        }
        int errno = Libc.errno(own.state);
        if (closing || errno == EINVAL) {
          return Optional.empty();
        }
        if (errno != EINTR && errno != ECONNABORTED) {
          throw new IOException("accept: errno " + errno);
        }
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  /** Ends listening and every {@link #accept}; the descriptor stays until {@link #close}. */
  public void shutdown() {
    closing = true;
    try {
      int ignored = (int) SHUTDOWN.invokeExact(fd, SHUT_RDWR);
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  /** Once; no thread may be in {@link #accept} any more. */
  @Override
  public void close() {
    try {
      int ignored = (int) CLOSE.invokeExact(fd);
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }
}
