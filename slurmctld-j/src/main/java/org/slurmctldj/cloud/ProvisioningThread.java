package org.slurmctldj.cloud;

import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.journal.IdleWait;

/** Thread "cloud": calls {@link Provisioner#doWork} when something wakes it and when the next look is due. */
public final class ProvisioningThread implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProvisioningThread.class);

  /** Nodes that become wanted within that time are ordered together. */
  private static final long GATHER_MILLIS = 200;

  private final Function<Runnable, Provisioner> make;
  private final LongSupplier clock;
  private final IdleWait idle = new IdleWait("cloud, for nodes that are wanted and answers of the cloud");
  private final Thread thread = Thread.ofPlatform().name("cloud").daemon().unstarted(this::run);
  private volatile boolean look = true;
  private volatile boolean closing;

  /** @param make the provisioner, given what wakes this thread; called on it */
  public ProvisioningThread(Function<Runnable, Provisioner> make, LongSupplier clock) {
    this.make = make;
    this.clock = clock;
  }

  public void start() {
    thread.start();
  }

  /** Any thread. */
  public void wake() {
    look = true;
    idle.wake();
  }

  private void run() {
    Provisioner provisioner;
    try {
      provisioner = make.apply(this::wake);
    } catch (RuntimeException e) {
      LOG.error("the cloud of pools.yaml cannot be used: {}", e.getMessage());
      return;
    }
    while (!closing) {
      look = false;
      long next;
      try {
        next = provisioner.doWork(clock.getAsLong());
      } catch (RuntimeException e) {
        LOG.error("provisioning", e);
        next = clock.getAsLong() + 1000;
      }
      long wait = Math.max(1, next - clock.getAsLong());
      idle.whileTrue(() -> !closing && !look, wait * 1_000_000);
      if (look && !closing) {
        idle.whileTrue(() -> !closing, GATHER_MILLIS * 1_000_000);
      }
    }
  }

  @Override
  public void close() {
    closing = true;
    idle.wake();
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
