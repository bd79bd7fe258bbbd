package org.slurmctldj.engine;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.Effect;
import org.slurmctldj.journal.IdleWait;
import org.slurmctldj.journal.MpscQueue;

/** One listener's effects on their way from apply to its thread. Bounded: a hopelessly late listener starts over. */
final class Outbox {
  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
  private static final int MOST = 1 << 18;

  private final String name;
  private final EffectListener listener;
  private final MpscQueue<Item> queue = new MpscQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final IdleWait idle;
  private final Thread thread;
  private final long gatherNanos;
  private volatile boolean dropped = true;
  private volatile boolean closing;

  /** The apply thread's own: something was handed over since the last wake. */
  private boolean handed;

  private static final class Item extends MpscQueue.Link {
    private final Effect effect;

    private Item(Effect effect) {
      this.effect = effect;
    }
  }

  Outbox(String name, EffectListener listener) {
    this.name = name;
    this.listener = listener;
    this.gatherNanos = listener.gatherMillis() * 1_000_000L;
    this.idle = new IdleWait(name + ", for effects");
    this.thread = Thread.ofPlatform().name("effects-" + name).daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Apply thread. */
  void hand(Effect effect) {
    if (!listener.wants(effect)) {
      return;
    }
    handed = true;
    if (waiting.get() >= MOST) {
      dropped = true;
      return;
    }
    waiting.incrementAndGet();
    queue.add(new Item(effect));
  }

  /** Apply thread, after a group. */
  void wake() {
    if (handed) {
      handed = false;
      idle.wake();
    }
  }

  private void run() {
    while (!closing || !queue.isEmpty()) {
      if (dropped) {
        startOver();
        continue;
      }
      Item item = queue.poll();
      if (item == null) {
        gather();
        idle.whileTrue(() -> queue.isEmpty() && !dropped && !closing);
        continue;
      }
      waiting.decrementAndGet();
      try {
        listener.effect(item.effect);
      } catch (RuntimeException | Error e) {
        LOG.error("{} failed to act on {}; it derives its work from the state again", name, item.effect, e);
        dropped = true;
      }
    }
  }

  /** Nobody wakes this thread meanwhile. */
  private void gather() {
    if (gatherNanos > 0) {
      long until = System.nanoTime() + gatherNanos;
      for (long left = gatherNanos; left > 0 && !closing; left = until - System.nanoTime()) {
        LockSupport.parkNanos(this, left);
      }
    }
  }

  /** What is queued before the listener looks at the state is in the state already. */
  private void startOver() {
    dropped = false;
    for (int n = waiting.get(); n > 0 && queue.poll() != null; n--) {
      waiting.decrementAndGet();
    }
    try {
      listener.resync();
    } catch (RuntimeException | Error e) {
      LOG.error("{} failed to derive its work from the state; it tries again in a second", name, e);
      idle.whileTrue(() -> !closing, 1_000_000_000L);
      dropped = !closing;
    }
  }

  void close() {
    closing = true;
    idle.wake();
    try {
      if (thread.isAlive() && thread != Thread.currentThread()) {
        thread.join(2_000);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
