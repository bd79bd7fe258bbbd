package org.slurmctldj.engine;

import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.concurrent.CompletableFuture;
import org.slurmctldj.core.Result;
import org.slurmctldj.journal.IdleWait;

/**
 * Sends a Tick when core's next deadline is due. Thread "timer". Soft: a late tick fires everything
 * that is due by then.
 */
final class DeadlineTimer {
  /** Least time between two ticks, so that a deadline that does not move cannot make a busy loop. */
  private static final long PAUSE_MILLIS = 20;

  private static final long RETRY_MILLIS = 1_000;

  /** The wall clock may jump. */
  private static final long LONGEST_SLEEP_MILLIS = 1_000;

  private final LongSupplier clock;
  private final Supplier<CompletableFuture<Result>> tick;
  private final IdleWait idle = new IdleWait("timer, for the next deadline");
  private final Thread thread = Thread.ofPlatform().name("timer").daemon().unstarted(this::run);
  private volatile long dueMillis = Long.MAX_VALUE;
  private volatile boolean closing;
  private volatile boolean ticking;
  private volatile long notBefore;

  DeadlineTimer(LongSupplier clock, Supplier<CompletableFuture<Result>> tick) {
    this.clock = clock;
    this.tick = tick;
  }

  void start() {
    thread.start();
  }

  /** Apply thread: when the next deadline is, or Long.MAX_VALUE. Who sleeps until another one looks again in time by itself. */
  void due(long millis) {
    long before = dueMillis;
    dueMillis = millis;
    if (millis < before && (before == Long.MAX_VALUE || millis - clock.getAsLong() < LONGEST_SLEEP_MILLIS)) {
      idle.wake();
    }
  }

  private void run() {
    while (!closing) {
      long due = Math.max(dueMillis, notBefore);
      long left = due - clock.getAsLong();
      if (ticking || dueMillis == Long.MAX_VALUE) {
        idle.whileTrue(() -> !closing && (ticking || dueMillis == Long.MAX_VALUE));
      } else if (left > 0) {
        idle.whileTrue(() -> !closing && Math.max(dueMillis, notBefore) >= due, Math.min(left, LONGEST_SLEEP_MILLIS) * 1_000_000);
      } else {
        ticking = true;
        tick.get().whenComplete((result, failure) -> {
          boolean ok = failure == null && result.isOk();
          notBefore = clock.getAsLong() + (ok ? PAUSE_MILLIS : RETRY_MILLIS);
          ticking = false;
          idle.wake();
        });
      }
    }
  }

  void close() {
    closing = true;
    idle.wake();
    try {
      if (thread.isAlive()) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
