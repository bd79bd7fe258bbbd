package org.slurmctldj.daemon;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.proto.os.SystemdNotify;

/** Tells systemd that the controller lives, as often as the unit's WatchdogSec wants, with a word on what it does. */
final class Watchdog implements AutoCloseable {
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("watchdog").factory());

  Watchdog(SystemdNotify systemd, ClusterView view) {
    Optional<Duration> interval = systemd.watchdogInterval();
    if (interval.isPresent()) {
      long millis = Math.max(100, interval.get().toMillis() / 3);
      timer.scheduleAtFixedRate(systemd::watchdog, millis, millis, TimeUnit.MILLISECONDS);
    }
    if (systemd.active()) {
      timer.scheduleAtFixedRate(
          () -> systemd.status(view.jobCount() + " jobs, " + view.nodeCount() + " nodes"), 10, 10, TimeUnit.SECONDS);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
