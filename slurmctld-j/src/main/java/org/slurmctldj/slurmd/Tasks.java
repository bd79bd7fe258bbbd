package org.slurmctldj.slurmd;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs tasks one after the other, in the order given, on somebody else's threads; one that fails is logged. */
final class Tasks {
  private static final Logger LOG = LoggerFactory.getLogger(Tasks.class);

  private final Executor executor;
  private final ConcurrentLinkedQueue<Runnable> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger pending = new AtomicInteger();

  Tasks(Executor executor) {
    this.executor = executor;
  }

  void execute(Runnable task) {
    queue.offer(task);
    if (pending.getAndIncrement() == 0) {
      executor.execute(this::drain);
    }
  }

  private void drain() {
    do {
      try {
        queue.poll().run();
      } catch (RuntimeException e) {
        LOG.error("an order to a node failed", e);
      }
    } while (pending.decrementAndGet() > 0);
  }
}
