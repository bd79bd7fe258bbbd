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
import java.net.InetSocketAddress;

/**
 * A connection that a {@link ListeningSocket} took, as plain system calls: nothing here waits but {@link #await}. One
 * thread at a time; whoever has it calls {@link #close} once, or {@link #detach} to give the descriptor to somebody else.
 */
public final class AcceptedSocket {
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MSG_MORE = 0x8000;
  private static final short POLLIN = 1;
  private static final int EINTR = 4;
  private static final int EAGAIN = 11;

  /** What goes through a thread's own native memory at a time. */
  private static final int OWN_BYTES = 64 << 10;

  private static final FunctionDescriptor TRANSFER = FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle RECV = Libc.functionWithErrno("recv", TRANSFER);
  private static final MethodHandle SEND = Libc.functionWithErrno("send", TRANSFER);
  private static final MethodHandle POLL = Libc.function("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle CLOSE = Libc.function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private static final class Own {
    private final Arena arena = Arena.ofAuto();
    private final MemorySegment state = arena.allocate(Libc.CALL_STATE);
    private final MemorySegment poll = arena.allocate(8, 4);
    private final MemorySegment bytes = arena.allocate(OWN_BYTES);
  }

  private static final ThreadLocal<Own> OWN = ThreadLocal.withInitial(Own::new);

  private final int fd;
  private final InetSocketAddress peer;

  AcceptedSocket(int fd, InetSocketAddress peer) {
    this.fd = fd;
    this.peer = peer;
  }

  public InetSocketAddress peer() {
    return peer;
  }

  /** How many bytes came, at most {@code most} and 64 KiB; 0: the peer sends no more; -1: nothing yet. */
  public int receive(byte[] into, int at, int most) throws IOException {
    Own own = OWN.get();
    try {
      while (true) {
        long n = (long) RECV.invokeExact(own.state, fd, own.bytes, (long) Math.min(most, OWN_BYTES), 0);
        if (n >= 0) {
          MemorySegment.copy(own.bytes, JAVA_BYTE, 0, into, at, (int) n);
          return (int) n;
        }
        int errno = Libc.errno(own.state);
        if (errno == EAGAIN) {
          return -1;
        }
        if (errno != EINTR) {
          throw new IOException("recv: errno " + errno);
        }
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  /** Waits until something can be received, or that many milliseconds. */
  public void await(int millis) {
    Own own = OWN.get();
    own.poll.set(JAVA_INT, 0, fd);
    own.poll.set(JAVA_SHORT, 4, POLLIN);
    own.poll.set(JAVA_SHORT, 6, (short) 0);
    try {
      int ignored = (int) POLL.invokeExact(own.poll, 1L, millis);
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  /** How many of these bytes the kernel took without waiting. */
  public int send(byte[] bytes, int offset, int length) throws IOException {
    return send(bytes, offset, length, MSG_NOSIGNAL);
  }

  /** As {@link #send}, with {@link #close} right behind it: the last bytes and the end of the stream go in one packet. */
  public int sendLast(byte[] bytes, int offset, int length) throws IOException {
    return send(bytes, offset, length, MSG_NOSIGNAL | MSG_MORE);
  }

  private int send(byte[] bytes, int offset, int length, int flags) throws IOException {
    Own own = OWN.get();
    int sent = 0;
    try {
      while (sent < length) {
        int most = Math.min(length - sent, OWN_BYTES);
        MemorySegment.copy(bytes, offset + sent, own.bytes, JAVA_BYTE, 0, most);
        long n = (long) SEND.invokeExact(own.state, fd, own.bytes, (long) most, flags);
        if (n < 0) {
          int errno = Libc.errno(own.state);
          if (errno == EAGAIN) {
            break;
          }
          if (errno != EINTR) {
            throw new IOException("send: errno " + errno);
          }
          n = 0;
        }
        sent += (int) n;
      }
      return sent;
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }

  /** The descriptor, which is the caller's from now on. */
  public int detach() {
    return fd;
  }

  public void close() {
    try {
      int ignored = (int) CLOSE.invokeExact(fd);
    } catch (Throwable e) {
      throw Libc.failed(e);
    }
  }
}
