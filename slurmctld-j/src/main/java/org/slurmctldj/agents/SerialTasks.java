package org.slurmctldj.agents;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs tasks one after the other, in the order given, on somebody else's threads. Never blocks the giver. */
final class SerialTasks {
  private final Executor executor;
  private final ConcurrentLinkedQueue<Runnable> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger pending = new AtomicInteger();

  SerialTasks(Executor executor) {
    this.executor = executor;
  }

  int pending() {
    return pending.get();
  }

  void execute(Runnable task) {
    queue.offer(task);
    if (pending.getAndIncrement() == 0) {
      executor.execute(this::drain);
    }
  }

  private void drain() {
    do {
      queue.poll().run();
    } while (pending.decrementAndGet() > 0);
  }
}
