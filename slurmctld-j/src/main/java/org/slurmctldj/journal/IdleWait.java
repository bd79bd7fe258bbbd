package org.slurmctldj.journal;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A named place where one thread sleeps while it has nothing to do. Whoever gives it work publishes
 * the work by a volatile store first and calls {@link #wake} after. Profiles show threads parked
 * here and nowhere else.
 */
public final class IdleWait {
  private final String name;
  private volatile Thread sleeper;

  public IdleWait(String name) {
    this.name = name;
  }

  /** The one consumer: sleeps while the condition holds. */
  public void whileTrue(BooleanSupplier idle) {
    sleeper = Thread.currentThread();
    try {
      while (idle.getAsBoolean()) {
        LockSupport.park(this);
      }
    } finally {
      sleeper = null;
    }
  }

  /** The one consumer: sleeps while the condition holds, at most that long. */
  public void whileTrue(BooleanSupplier idle, long nanos) {
    long until = System.nanoTime() + nanos;
    sleeper = Thread.currentThread();
    try {
      long left = nanos;
      while (left > 0 && idle.getAsBoolean()) {
        LockSupport.parkNanos(this, left);
        left = until - System.nanoTime();
      }
    } finally {
      sleeper = null;
    }
  }

  /** Any thread. */
  public void wake() {
    Thread t = sleeper;
    if (t != null) {
      LockSupport.unpark(t);
    }
  }

  @Override
  public String toString() {
    return "idle: " + name;
  }
}
