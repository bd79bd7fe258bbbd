package org.slurmctldj.rpc.net;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.proto.os.AcceptedSocket;
import org.slurmctldj.proto.os.ListeningSocket;

/**
 * The threads of one listening socket. Nearly every connection brings one small request and is gone: the thread that takes
 * it reads it, serves it and mostly sends the answer, without an event loop and without waking another thread. Whatever is
 * not a whole small request within {@link #PATIENCE_MILLIS} (idle connections, agents, large or slow requests) goes to an
 * event loop, where deadlines and budgets are. One thread always stays free for that: when the others are busy (munged does
 * not answer), it passes requests on to the workers' queue, as event loops do.
 */
final class AcceptThreads {
  private static final Logger LOG = LoggerFactory.getLogger(AcceptThreads.class);

  /** A larger request comes in through an event loop. */
  private static final int LARGEST = 60 << 10;

  /** 22.05's clients send the length by itself. The rest is one round trip behind it. */
  private static final int PATIENCE_MILLIS = 4;

  private static final long OUT_OF_SOMETHING_NANOS = 20_000_000;
  private static final long SAY_AGAIN_NANOS = 10_000_000_000L;
  private static final long JOIN_MILLIS = 2_000;

  private final ListeningSocket listening;
  private final FrontPort.Settings settings;
  private final FrontPort.Shared shared;
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger busy = new AtomicInteger();
  private final int count;
  private volatile long saidNanos = System.nanoTime() - SAY_AGAIN_NANOS;

  AcceptThreads(ListeningSocket listening, int count, FrontPort.Settings settings, FrontPort.Shared shared) {
    this.listening = listening;
    this.count = count;
    this.settings = settings;
    this.shared = shared;
    for (int i = 0; i < count; i++) {
      threads.add(Thread.ofPlatform().daemon().name("accept-" + i).unstarted(this::run));
    }
  }

  void start() {
    threads.forEach(Thread::start);
  }

  private void run() {
    byte[] buffer = new byte[4 + LARGEST];
    while (true) {
      try {
        Optional<AcceptedSocket> taken = listening.accept();
        if (taken.isEmpty()) {
          return;
        }
        take(taken.get(), buffer);
      } catch (IOException e) {
        long now = System.nanoTime();
        if (now - saidNanos >= SAY_AGAIN_NANOS) {
          saidNanos = now;
          LOG.error("connections cannot be taken for now: {}", e.getMessage());
        }
        LockSupport.parkNanos(this, OUT_OF_SOMETHING_NANOS);
      } catch (RuntimeException | Error e) {
        LOG.error("a connection was lost: {}", e.toString(), e);
      }
    }
  }

  private void take(AcceptedSocket socket, byte[] buffer) {
    boolean mayStay = busy.incrementAndGet() < count;
    try {
      int got = 0;
      boolean waited = !mayStay;
      while (true) {
        int n = socket.receive(buffer, got, buffer.length - got);
        if (n == 0) {
          socket.close();
          return;
        }
        got += Math.max(n, 0);
        int wanted = got < 4 ? 4 : 4 + length(buffer);
        if (got == wanted && got > 4) {
          break;
        }
        if (wanted < 4 || wanted > buffer.length || got > wanted || n < 0 && waited) {
          handOver(socket, buffer, got);
          return;
        }
        if (n < 0) {
          socket.await(PATIENCE_MILLIS);
          waited = true;
        }
      }
      byte[] frame = Arrays.copyOfRange(buffer, 4, got);
      SocketExchange exchange = new SocketExchange(socket, shared);
      try {
        if (mayStay) {
          shared.sink.serve(frame, exchange);
        } else {
          shared.sink.received(frame, exchange);
        }
      } catch (RuntimeException | Error e) {
        exchange.drop(); // nobody else has it, so nobody else would close it
        throw e;
      }
    } catch (IOException e) {
      LOG.debug("connection from {}: {}", RequestReader.text(socket.peer()), e.getMessage());
      socket.close();
    } finally {
      busy.decrementAndGet();
    }
  }

  /** The announced length; what cannot be one of ours is more than fits. */
  private static int length(byte[] b) {
    int n = (b[0] & 0xff) << 24 | (b[1] & 0xff) << 16 | (b[2] & 0xff) << 8 | b[3] & 0xff;
    return n < FrontPort.SMALLEST_FRAME || n > LARGEST ? LARGEST + 1 : n;
  }

  private void handOver(AcceptedSocket socket, byte[] buffer, int got) {
    RequestReader reader = new RequestReader(settings, shared, Arrays.copyOf(buffer, got));
    shared.channels.adopt(socket, shared.channels.requests(), reader, _ -> {}, () -> {}, () -> {});
  }

  /** Takes no more connections; what is being served is served to its end. */
  void stop() {
    listening.shutdown();
    boolean left = false;
    for (Thread t : threads) {
      try {
        if (t != Thread.currentThread()) {
          t.join(JOIN_MILLIS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      left |= t.isAlive();
    }
    // a number that a thread may still use must not become another file's
    if (!left) {
      listening.close();
    }
  }
}
