package org.slurmctldj.journal;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Applies what the writer has made durable, in journal order, and answers whoever
 * waits. While this thread ("apply") applies one batch the writer makes the next one durable; at most
 * {@link #AHEAD} batches lie between them. A few records with nothing behind them gain nothing from that
 * and would only wait for a thread to wake; nor does a batch that is applied much faster than the disk syncs: its
 * senders' next records would come too late for the next group. The writer applies it itself while this thread has nothing to do. So at any moment one
 * thread applies, and each sees what the other did.
 */
final class ApplyThread {
  private static final int AHEAD = 8;
  private static final int FEW = 8;

  private final MpscQueue<Batch> batches = new MpscQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final IdleWait idle = new IdleWait("apply, for durable records");
  private final IdleWait room = new IdleWait("journal writer, for apply to catch up");
  private final Runnable afterBatch;
  private final Consumer<Throwable> fatal;
  private final Thread thread = Thread.ofPlatform().name("apply").daemon().unstarted(this::run);
  private volatile boolean closing;
  /** What applying a record took lately, nanoseconds; of whoever applies. */
  private long nanosPerRecord = 10_000;

  private static final class Batch extends MpscQueue.Link {
    private final List<PendingRecord> records;

    private Batch(List<PendingRecord> records) {
      this.records = records;
    }
  }

  ApplyThread(Runnable afterBatch, Consumer<Throwable> fatal) {
    this.afterBatch = afterBatch;
    this.fatal = fatal;
  }

  void start() {
    thread.start();
  }

  /** Writer thread: hands over durable records. */
  void hand(List<PendingRecord> records) {
    room.whileTrue(() -> waiting.get() >= AHEAD);
    waiting.incrementAndGet();
    batches.add(new Batch(records));
    idle.wake();
  }

  /**
   * Writer thread: applies those records here and now if the apply thread has done all that it was
   * given, and they are few with none {@code behind} them or take no longer than {@code worth}, nanoseconds; else false.
   */
  boolean applyHere(List<PendingRecord> records, boolean behind, long worth) {
    boolean few = records.size() <= FEW && !behind;
    if (waiting.get() != 0 || !few && records.size() * nanosPerRecord > worth) {
      return false;
    }
    applyAll(records);
    return true;
  }

  private void run() {
    try {
      while (true) {
        Batch batch = batches.poll();
        if (batch == null) {
          if (closing) {
            return;
          }
          idle.whileTrue(() -> batches.isEmpty() && !closing);
          continue;
        }
        applyAll(batch.records);
        waiting.decrementAndGet();
        room.wake();
      }
    } catch (Throwable t) {
      fatal.accept(t);
    }
  }

  private void applyAll(List<PendingRecord> records) {
    long begun = System.nanoTime();
    for (PendingRecord record : records) {
      apply(record);
    }
    afterBatch.run();
    long each = (System.nanoTime() - begun) / records.size();
    nanosPerRecord += (each - nanosPerRecord) / 8;
  }

  private static void apply(PendingRecord record) {
    try {
      record.durable();
    } catch (RuntimeException | Error e) {
      // Apply is total; if it fails nevertheless, half a change may be in the state: only a replay is safe.
      throw new IllegalStateException("applying journal record " + record.sequence() + " failed", e);
    }
  }

  /** After the writer has handed its last batch: applies what is left and ends. */
  void close() {
    closing = true;
    idle.wake();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
