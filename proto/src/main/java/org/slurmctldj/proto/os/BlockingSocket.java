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
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/**
 * A connected stream socket, AF_UNIX or TCP, whose reads and writes end after a timeout. For daemons that ask munged or
 * node daemons thousands of times a second: the JDK's own have no timeout but by a selector (a thread to wake and three
 * times the system calls of a short exchange). Belongs to one platform thread, which it blocks: on a virtual one it would
 * hold the carrier.
 *
 * <p>TCP sockets have the timeout as an option. AF_UNIX ones do not block by themselves and wait in poll(2): one exchange with munged
 * takes a tenth less CPU than with the two calls that set the option.
 */
public final class BlockingSocket implements AutoCloseable {
  private static final int AF_UNIX = 1;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int SOCK_STREAM_CLOEXEC = 1 | 02000000;
  private static final int SOCK_NONBLOCK = 04000;
  private static final short POLLIN = 1;
  private static final short POLLOUT = 4;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVTIMEO = 20;
  private static final int SO_SNDTIMEO = 21;
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_NODELAY = 1;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int SUN_PATH = 108;
  private static final int EINTR = 4;
  private static final int EAGAIN = 11;
  private static final int EPIPE = 32;
  private static final int ECONNRESET = 104;
  private static final int ECONNREFUSED = 111;
  private static final int EHOSTUNREACH = 113;
  private static final int EINPROGRESS = 115;

  /** Up to so many bytes go through the thread's own native memory; more is allocated for the call. */
  private static final int OWN_BYTES = 16 << 10;

  private static final MethodHandle SOCKET =
      Libc.functionWithErrno("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle CONNECT =
      Libc.functionWithErrno("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle SETSOCKOPT =
      Libc.functionWithErrno("setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final FunctionDescriptor TRANSFER = FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle RECV = Libc.functionWithErrno("recv", TRANSFER);
  private static final MethodHandle SEND = Libc.functionWithErrno("send", TRANSFER);
  private static final MethodHandle POLL =
      Libc.functionWithErrno("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle CLOSE = Libc.function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  /** What calls need of native memory; freed with its thread. */
  private static final class Own {
    private final Arena arena = Arena.ofAuto();
    private final MemorySegment state = arena.allocate(Libc.CALL_STATE);
    private final MemorySegment value = arena.allocate(16, 8);
    private final MemorySegment address = arena.allocate(2 + SUN_PATH, 8);
    private final MemorySegment bytes = arena.allocate(OWN_BYTES);
  }

  private static final ThreadLocal<Own> OWN = ThreadLocal.withInitial(Own::new);

  private final Own own = OWN.get();
  private final int fd;
  private final boolean polled;
  private int timeoutSeconds;

  private BlockingSocket(int family, boolean polled, int timeoutSeconds) throws IOException {
    this.timeoutSeconds = timeoutSeconds;
    this.polled = polled;
    try {
      fd = (int) SOCKET.invokeExact(own.state, family, SOCK_STREAM_CLOEXEC | (polled ? SOCK_NONBLOCK : 0), 0);
      if (fd < 0) {
        throw new IOException("socket: errno " + Libc.errno(own.state));
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  /** @param timeoutSeconds for the connection to be taken and for each read and write */
  public static BlockingSocket connect(String path, int timeoutSeconds) throws IOException {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    if (name.length >= SUN_PATH) {
      throw new IOException("socket path longer than " + (SUN_PATH - 1) + " bytes: " + path);
    }
    BlockingSocket socket = new BlockingSocket(AF_UNIX, true, timeoutSeconds);
    MemorySegment address = socket.own.address;
    address.set(JAVA_SHORT, 0, (short) AF_UNIX);
    MemorySegment.copy(name, 0, address, JAVA_BYTE, 2, name.length);
    address.set(JAVA_BYTE, 2 + name.length, (byte) 0);
    int length = 2 + name.length + 1;
    if (socket.connectedAtOnce(length)) {
      return socket;
    }
    // The listener's backlog is full: only a call that blocks can wait for it.
    socket.close();
    return new BlockingSocket(AF_UNIX, false, timeoutSeconds).connected(length, false, timeoutSeconds);
  }

  /** AF_UNIX: there is nothing to wait for, or false. The address stays in this thread's memory. */
  private boolean connectedAtOnce(int addressLength) throws IOException {
    try {
      int r = (int) CONNECT.invokeExact(own.state, fd, own.address, addressLength);
      if (r < 0 && Libc.errno(own.state) == EAGAIN) {
        return false;
      }
      check(r, "connect");
      return true;
    } catch (IOException e) {
      close();
      throw e;
    } catch (Throwable e) {
      close();
      throw Libc.failed(e);
    }
  }

  /**
   * A TCP connection without Nagle's delay.
   *
   * @param connectSeconds for the connection to be made
   * @param timeoutSeconds for each read and write
   */
  public static BlockingSocket connect(InetSocketAddress to, int connectSeconds, int timeoutSeconds) throws IOException {
    if (to.isUnresolved()) {
      throw new IOException("unknown host " + to.getHostString());
    }
    InetAddress host = to.getAddress();
    byte[] ip = host.getAddress();
    boolean v6 = ip.length == 16;
    BlockingSocket socket = new BlockingSocket(v6 ? AF_INET6 : AF_INET, false, connectSeconds);
    MemorySegment address = socket.own.address;
    address.set(JAVA_SHORT, 0, (short) (v6 ? AF_INET6 : AF_INET));
    // the port is in network order, whatever the machine's is
    address.set(JAVA_BYTE, 2, (byte) (to.getPort() >> 8));
    address.set(JAVA_BYTE, 3, (byte) to.getPort());
    if (v6) {
      address.set(JAVA_INT, 4, 0);
      MemorySegment.copy(ip, 0, address, JAVA_BYTE, 8, 16);
      address.set(JAVA_INT, 24, ((Inet6Address) host).getScopeId());
      return socket.connected(28, true, timeoutSeconds);
    }
    MemorySegment.copy(ip, 0, address, JAVA_BYTE, 4, 4);
    address.set(JAVA_LONG, 8, 0L);
    return socket.connected(16, true, timeoutSeconds);
  }

  private BlockingSocket connected(int addressLength, boolean tcp, int seconds) throws IOException {
    try {
      option(SO_SNDTIMEO, timeoutSeconds);
      if (tcp) {
        own.value.set(JAVA_INT, 0, 1);
        check((int) SETSOCKOPT.invokeExact(own.state, fd, IPPROTO_TCP, TCP_NODELAY, own.value, 4), "setsockopt");
      }
      int r;
      do {
        r = (int) CONNECT.invokeExact(own.state, fd, own.address, addressLength);
      } while (r < 0 && Libc.errno(own.state) == EINTR);
      check(r, "connect");
      if (timeoutSeconds != seconds) {
        timeoutSeconds = seconds;
        option(SO_SNDTIMEO, seconds);
      }
      option(SO_RCVTIMEO, seconds);
      return this;
    } catch (IOException e) {
      close();
      throw e;
    } catch (Throwable e) {
      close();
      throw Libc.failed(e);
    }
  }

  private void await(short what, String call) throws Throwable {
    own.value.set(JAVA_INT, 0, fd);
    own.value.set(JAVA_SHORT, 4, what);
    own.value.set(JAVA_SHORT, 6, (short) 0);
    int r;
    do {
      r = (int) POLL.invokeExact(own.state, own.value, 1L, timeoutSeconds * 1000);
    } while (r < 0 && Libc.errno(own.state) == EINTR);
    if (check(r, "poll") == 0) {
      throw trouble(call, EAGAIN);
    }
  }

  private void option(int name, long seconds) throws Throwable {
    own.value.set(JAVA_LONG, 0, seconds);
    own.value.set(JAVA_LONG, 8, 0L);
    check((int) SETSOCKOPT.invokeExact(own.state, fd, SOL_SOCKET, name, own.value, 16), "setsockopt");
  }

  private long check(long result, String call) throws IOException {
    if (result < 0) {
      throw trouble(call, Libc.errno(own.state));
    }
    return result;
  }

  private IOException trouble(String call, int errno) {
    return switch (errno) {
      // a connect that its timeout ended is "in progress"
      case EAGAIN, EINPROGRESS -> new SocketTimeoutException(call + ": nothing within " + timeoutSeconds + " s");
      case ECONNREFUSED -> new ConnectException("Connection refused");
      case EHOSTUNREACH -> new ConnectException("No route to host");
      case EPIPE -> new SocketException("Broken pipe");
      case ECONNRESET -> new SocketException("Connection reset");
      default -> new IOException(call + ": errno " + errno);
    };
  }

  public void write(byte[] bytes, int offset, int length) throws IOException {
    int sent = 0;
    try {
      while (sent < length) {
        int most = Math.min(length - sent, OWN_BYTES);
        MemorySegment.copy(bytes, offset + sent, own.bytes, JAVA_BYTE, 0, most);
        long r = (long) SEND.invokeExact(own.state, fd, own.bytes, (long) most, MSG_NOSIGNAL);
        if (r < 0 && polled && Libc.errno(own.state) == EAGAIN) {
          await(POLLOUT, "send");
          continue;
        }
        sent += (int) (r < 0 && Libc.errno(own.state) == EINTR ? 0 : check(r, "send"));
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  /** How many bytes came, at most {@code most}; 0 at the end of the stream. */
  public int read(byte[] into, int offset, int most) throws IOException {
    try {
      long r;
      do {
        if (polled) {
          await(POLLIN, "recv");
        }
        r = (long) RECV.invokeExact(own.state, fd, own.bytes, (long) Math.min(most, OWN_BYTES), 0);
      } while (r < 0 && (Libc.errno(own.state) == EINTR || polled && Libc.errno(own.state) == EAGAIN));
      int n = (int) check(r, "recv");
      MemorySegment.copy(own.bytes, JAVA_BYTE, 0, into, offset, n);
      return n;
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  /** Some bytes, at most {@code most}; none at the end of the stream. */
  public byte[] read(int most) throws IOException {
    byte[] all = new byte[Math.min(most, OWN_BYTES)];
    int n = read(all, 0, all.length);
    return n == all.length ? all : java.util.Arrays.copyOf(all, n);
  }

  @Override
  public void close() {
    try {
      int ignored = (int) CLOSE.invokeExact(fd);
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }
}
