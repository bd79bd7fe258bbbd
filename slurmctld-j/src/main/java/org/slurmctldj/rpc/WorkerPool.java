package org.slurmctldj.rpc;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that serve requests: they may block on munged and on the name service, event loops may not. Tasks are
 * handed over without locks; a worker without work parks at the one place below. Fixed in number, so that a flood of
 * requests queues here and not in memory-hungry threads.
 */
public final class WorkerPool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);

  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Thread> idle = new ConcurrentLinkedQueue<>();
  private final AtomicInteger queued = new AtomicInteger();
  private final int maxQueued;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean closed;

  public WorkerPool(String name, int size, int maxQueued) {
    this.maxQueued = maxQueued;
    for (int i = 0; i < size; i++) {
      threads.add(Thread.ofPlatform().daemon().name(name + "-" + i).start(this::work));
    }
  }

  /** False: the queue is full and the task was not taken. */
  public boolean execute(Runnable task) {
    if (closed || queued.incrementAndGet() > maxQueued) {
      queued.decrementAndGet();
      return false;
    }
    tasks.offer(task);
    wakeOne();
    return true;
  }

  private void wakeOne() {
    Thread worker = idle.poll();
    if (worker != null) {
      LockSupport.unpark(worker);
    }
  }

  /** For what follows from work that was taken already: never refused. */
  public void follow(Runnable task) {
    queued.incrementAndGet();
    tasks.offer(task);
    wakeOne();
  }

  public int queued() {
    return queued.get();
  }

  private void work() {
    while (!closed) {
      Runnable task = tasks.poll();
      if (task == null) {
        idle.offer(Thread.currentThread());
        // A task may have come between the poll and the offer.
        task = tasks.poll();
        if (task == null) {
          awaitTask();
          continue;
        }
        if (!idle.remove(Thread.currentThread())) {
          // Somebody counts on this thread for a second task: let another one have it.
          wakeOne();
        }
      }
      queued.decrementAndGet();
      try {
        task.run();
      } catch (Throwable e) {
        LOG.error("a request failed: {}", e.toString(), e);
      }
    }
  }

  /** Idle wait: nothing to serve. Wakes spuriously at times; the caller looks again. */
  private void awaitTask() {
    LockSupport.park(this);
    idle.remove(Thread.currentThread());
  }

  @Override
  public void close() {
    closed = true;
    threads.forEach(LockSupport::unpark);
  }
}
