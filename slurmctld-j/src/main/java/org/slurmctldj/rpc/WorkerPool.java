package org.slurmctldj.rpc;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
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
 *
 * <p>A pool whose tasks may wait long for others (nodes that do not answer) may grow: it does while tasks wait and none
 * has been taken for a while. More threads than that needs would only get in each other's way.
 */
public final class WorkerPool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);

  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger queued = new AtomicInteger();
  private final AtomicInteger sleeping = new AtomicInteger();
  /** True from the moment a worker is woken until it has looked for a task. */
  private final AtomicBoolean waking = new AtomicBoolean();
  private static final long STUCK_NANOS = 20_000_000;

  private final String name;
  private final int maxQueued;
  private final AtomicReferenceArray<Worker> workers;
  private final AtomicInteger started = new AtomicInteger();
  private volatile long takenNanos = System.nanoTime();
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
          if (grows()) {
            takenNanos = System.nanoTime();
          }
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
    this(name, size, size, maxQueued);
  }

  /** One that grows from {@code few} to {@code most} threads; {@link #relieve} is to be called now and then. */
  public WorkerPool(String name, int few, int most, int maxQueued) {
    this.name = name;
    this.maxQueued = maxQueued;
    workers = new AtomicReferenceArray<>(most);
    for (int i = 0; i < few; i++) {
      start();
    }
  }

  private void start() {
    int i = started.getAndIncrement();
    if (i >= workers.length()) {
      started.decrementAndGet();
      return;
    }
    Worker worker = new Worker(name + "-" + i);
    workers.set(i, worker);
    worker.thread.start();
  }

  private boolean grows() {
    return started.get() < workers.length();
  }

  /** Any thread: one more worker if tasks wait and the others are all stuck. */
  public void relieve() {
    long last = takenNanos;
    if (grows() && !tasks.isEmpty() && sleeping.get() == 0 && System.nanoTime() - last > STUCK_NANOS) {
      takenNanos = System.nanoTime();
      start();
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

  /** For what follows from work that was taken already: never refused. */
  public void follow(Runnable task) {
    queued.incrementAndGet();
    tasks.offer(task);
    wakeOne();
    relieve();
  }

  public int queued() {
    return queued.get();
  }

  private void wakeOne() {
    while (sleeping.get() > 0 && waking.compareAndSet(false, true)) {
      for (int i = 0; i < workers.length(); i++) {
        Worker w = workers.get(i);
        if (w == null) {
          continue;
        }
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
    for (int i = 0; i < workers.length(); i++) {
      Worker w = workers.get(i);
      if (w != null) {
        LockSupport.unpark(w.thread);
      }
    }
  }
}
