package org.slurmctldj.proto.os;

/**
 * Work that may wait: threads that yield the processors to everybody else. Java's own priorities mean
 * nothing to Linux by default, so a thread sets its nice value itself.
 */
public final class BackgroundThread {
  private static final int NICE = 5;

  private BackgroundThread() {}

  /** A daemon thread, not started. */
  public static Thread unstarted(String name, Runnable body) {
    return Thread.ofPlatform().name(name).daemon().priority(Thread.MIN_PRIORITY).unstarted(() -> {
      ThreadPriority.giveWay(NICE);
      body.run();
    });
  }
}
