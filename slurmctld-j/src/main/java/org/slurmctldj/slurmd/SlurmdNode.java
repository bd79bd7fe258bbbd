package org.slurmctldj.slurmd;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slurmctldj.core.Outcome;

/**
 * One node whose daemon is a real slurmd: soft state, made anew from the node's registration after a restart. Orders for
 * it run one after the other; the pinger and handlers look at it from other threads.
 */
final class SlurmdNode {
  /** What the node has been, or is to be, told of a job. */
  sealed interface Order {
    int restarts();

    /** Its batch script was sent at {@code nanos}; until BatchStartTimeout has passed slurmd may not list it yet. */
    record Launched(int restarts, long nanos) implements Order {}

    /**
     * The job is to end there. {@code answered}: slurmd has taken it and will say when its epilog is over.
     *
     * @param nanos when it was last sent, 0 not yet
     */
    record Ending(int restarts, Outcome outcome, boolean answered, long nanos) implements Order {}
  }

  final String name;
  final int version;
  final InetSocketAddress address;
  final Map<Long, Order> orders = new ConcurrentHashMap<>();
  private final Tasks tasks;

  /** By System.nanoTime: last sign of life, and when to ping next. */
  volatile long heardNanos = System.nanoTime();
  volatile long dueNanos = System.nanoTime();

  /** When its HealthCheckProgram is due; 0 not begun. */
  volatile long healthNanos;

  /** The time of the reboot that it was last told of, as its record has it. */
  volatile long rebootSent;

  volatile boolean responding = true;
  volatile boolean pinging;
  volatile int pings;

  SlurmdNode(String name, int version, InetSocketAddress address, Executor executor) {
    this.name = name;
    this.version = version;
    this.address = address;
    this.tasks = new Tasks(executor);
  }

  void run(Runnable order) {
    tasks.execute(order);
  }

  void heard() {
    heardNanos = System.nanoTime();
    responding = true;
  }

  void pingSoon() {
    dueNanos = System.nanoTime();
  }
}
