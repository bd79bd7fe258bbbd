package org.slurmctldj.rpc;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that serve requests: they may block on munged and on the name service, event loops may not. Tasks are
 * handed over without locks; a worker without work parks at the one place below. Fixed in number, so that a flood of
 * requests queues here and not in memory-hungry threads.
 *
 * <p>Waking a thread costs more than most requests do, so at most one worker at a time is on its way out of its sleep:
 * it wakes the next one when it has taken a task and others are left. A busy worker takes its next task without any
 * wake-up.
 */
public final class WorkerPool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);

  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger queued = new AtomicInteger();
  private final AtomicInteger sleeping = new AtomicInteger();
  /** True from the moment a worker is woken until it has looked for a task. */
  private final AtomicBoolean waking = new AtomicBoolean();
  private final int maxQueued;
  private final Worker[] workers;
  private volatile boolean closed;

  /** One thread; {@code asleep} is taken back by who wakes it, or by itself when a task came first. */
  private final class Worker implements Runnable {
    private final AtomicBoolean asleep = new AtomicBoolean();
    private final Thread thread;

    Worker(String name) {
      thread = Thread.ofPlatform().daemon().name(name).unstarted(this);
    }

    @Override
    public void run() {
      boolean woken = false;
      while (!closed) {
        Runnable task = tasks.poll();
        if (woken) {
          // Who came while this one was waking did not wake another: that is looked after here.
          woken = false;
          waking.set(false);
          if (!tasks.isEmpty()) {
            wakeOne();
          }
        }
        if (task == null) {
          woken = sleep();
        } else {
          queued.decrementAndGet();
          serve(task);
        }
      }
    }

    /** False: it never slept, or woke itself. */
    private boolean sleep() {
      asleep.set(true);
      sleeping.incrementAndGet();
      // A task may have come between the look and the announcement.
      if (!tasks.isEmpty() && asleep.compareAndSet(true, false)) {
        sleeping.decrementAndGet();
        return false;
      }
      awaitTask();
      return true;
    }

    /** Idle wait: nothing to serve. */
    private void awaitTask() {
      while (asleep.get() && !closed) {
        LockSupport.park(WorkerPool.this);
      }
    }
  }

  public WorkerPool(String name, int size, int maxQueued) {
    this.maxQueued = maxQueued;
    List<Worker> all = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      all.add(new Worker(name + "-" + i));
    }
    workers = all.toArray(Worker[]::new);
    all.forEach(w -> w.thread.start());
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

  /** For what follows from work that was taken already: never refused. */
  public void follow(Runnable task) {
    queued.incrementAndGet();
    tasks.offer(task);
    wakeOne();
  }

  public int queued() {
    return queued.get();
  }

  private void wakeOne() {
    while (sleeping.get() > 0 && waking.compareAndSet(false, true)) {
      for (Worker w : workers) {
        if (w.asleep.get() && w.asleep.compareAndSet(true, false)) {
          sleeping.decrementAndGet();
          LockSupport.unpark(w.thread);
          return;
        }
      }
      // They woke themselves. Who added a task meanwhile left it to this thread to wake somebody.
      waking.set(false);
      if (tasks.isEmpty()) {
        return;
      }
    }
  }

  private static void serve(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      LOG.error("a request failed: {}", e.toString(), e);
    }
  }

  @Override
  public void close() {
    closed = true;
    for (Worker w : workers) {
      LockSupport.unpark(w.thread);
    }
  }
}
