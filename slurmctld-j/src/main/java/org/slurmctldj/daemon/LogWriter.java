package org.slurmctldj.daemon;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slurmctldj.journal.IdleWait;
import org.slurmctldj.journal.MpscQueue;

/**
 * Writes log lines in batches, on a thread of its own: who logs formats its line and goes on, waits for no lock and for
 * no disk. A line is in the file 50 ms later at most; warnings and errors at once, written by who says them, because
 * the process may end right behind them. Bounded: while the disk does not keep up, lines are dropped and counted.
 */
final class LogWriter extends UnsynchronizedAppenderBase<ILoggingEvent> {
  private static final long LAZY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long MOST_WAITING_BYTES = 8L << 20;
  private static final int BATCH_BYTES = 1 << 16;
  private static final long ERROR_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final OutputStream out;
  private final PatternLayout layout;
  private final MpscQueue<Line> lines = new MpscQueue<>();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  /** Whoever holds it is the queue's one consumer and the stream's one writer. */
  private final AtomicBoolean writing = new AtomicBoolean();
  private final IdleWait idle = new IdleWait("log, for lines");
  private final Thread thread;
  private volatile boolean closing;

  private static final class Line extends MpscQueue.Link {
    private final byte[] bytes;
    private final boolean urgent;
    /** Of urgent ones. */
    private volatile boolean written;

    private Line(byte[] bytes, boolean urgent) {
      this.bytes = bytes;
      this.urgent = urgent;
    }
  }

  LogWriter(String name, OutputStream out, PatternLayout layout) {
    this.out = out;
    this.layout = layout;
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  @Override
  public void start() {
    super.start();
    thread.start();
  }

  @Override
  protected void append(ILoggingEvent event) {
    boolean urgent = event.getLevel().isGreaterOrEqual(Level.WARN);
    Line line = new Line(layout.doLayout(event).getBytes(StandardCharsets.UTF_8), urgent);
    if (waitingBytes.addAndGet(line.bytes.length) > MOST_WAITING_BYTES && !urgent) {
      waitingBytes.addAndGet(-line.bytes.length);
      dropped.incrementAndGet();
      return;
    }
    lines.add(line);
    if (urgent) {
      writeNow(line);
    } else {
      idle.wake();
    }
  }

  /** Returns when that line has left, or when the disk takes too long. */
  private void writeNow(Line line) {
    long until = System.nanoTime() + ERROR_WAIT_NANOS;
    while (!line.written && System.nanoTime() < until) {
      if (!writeWaiting()) {
        LockSupport.parkNanos(this, TimeUnit.MICROSECONDS.toNanos(100));
      }
    }
  }

  private void run() {
    while (!closing) {
      idle.whileTrue(() -> lines.isEmpty() && !closing);
      // Not woken again for each further line of a busy time.
      LockSupport.parkNanos(this, LAZY_NANOS);
      writeWaiting();
    }
  }

  /** Writes what waits; false: another thread is at it. */
  private boolean writeWaiting() {
    if (!writing.compareAndSet(false, true)) {
      return false;
    }
    try {
      ByteArrayOutputStream batch = new ByteArrayOutputStream();
      for (Line line = lines.poll(); line != null; line = lines.poll()) {
        batch.writeBytes(line.bytes);
        waitingBytes.addAndGet(-line.bytes.length);
        if (line.urgent || batch.size() >= BATCH_BYTES) {
          write(batch);
          line.written = true;
        }
      }
      long lost = dropped.getAndSet(0);
      if (lost > 0) {
        batch.writeBytes((lost + " log lines were dropped: the log's disk is too slow\n").getBytes(StandardCharsets.US_ASCII));
      }
      write(batch);
    } finally {
      writing.set(false);
    }
    return true;
  }

  private void write(ByteArrayOutputStream batch) {
    if (batch.size() == 0) {
      return;
    }
    try {
      out.write(batch.toByteArray());
      out.flush();
    } catch (IOException e) {
      addError("log cannot be written", e); // a full disk must not end a controller
    }
    batch.reset();
  }

  /** What was said before is written. */
  @Override
  public void stop() {
    if (!isStarted()) {
      return;
    }
    super.stop();
    closing = true;
    idle.wake();
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    writeWaiting();
    if (out != System.err) {
      try {
        out.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
