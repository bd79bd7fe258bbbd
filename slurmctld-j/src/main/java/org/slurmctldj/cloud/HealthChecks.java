package org.slurmctldj.cloud;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.NodePhase;
import org.slurmctldj.core.NodeRecord;

/**
 * Looks at what the cloud itself says of the health of machines that are up: one that stays impaired is set DOWN, and so
 * replaced, whatever its agent says. As ParallelCluster's health checks, which give an instance 180 s. Called by {@link
 * Provisioner}, on its thread.
 */
final class HealthChecks {
  /** Between two looks. */
  static final long LOOK_MILLIS = 60_000;

  /** So long it must have been impaired. */
  static final long PATIENCE_MILLIS = 180_000;

  private static final Logger LOG = LoggerFactory.getLogger(HealthChecks.class);

  private final PoolNodes nodes;
  private final Consumer<LongFunction<Command>> journal;
  private final InstanceProvider provider;
  private final Consumer<Runnable> later;
  private final Map<String, Long> impairedSince = new HashMap<>();
  private boolean underWay;
  private long lookAt;
  private long now;

  HealthChecks(PoolNodes nodes, Consumer<LongFunction<Command>> journal, InstanceProvider provider, Consumer<Runnable> later) {
    this.nodes = nodes;
    this.journal = journal;
    this.provider = provider;
    this.later = later;
  }

  /** What was remembered as a moment was that much earlier. */
  void clockWentBack(long millis) {
    lookAt -= millis;
    impairedSince.replaceAll((id, since) -> since - millis);
  }

  /** When the next look is due. */
  long doWork(long nowMillis) {
    now = nowMillis;
    impairedSince.keySet().retainAll(nodes.bound.keySet());
    if (!underWay && lookAt <= now && nodes.bound.values().stream().anyMatch(HealthChecks::isUp)) {
      look();
    }
    return Math.max(lookAt, now + LOOK_MILLIS / 4);
  }

  private static boolean isUp(NodeRecord n) {
    return (n.phase == NodePhase.UP || n.phase == NodePhase.LOST) && n.reboot == NodeRecord.Reboot.NONE;
  }

  private void look() {
    underWay = true;
    lookAt = now + LOOK_MILLIS;
    CompletableFuture<Set<String>> ask;
    try {
      ask = provider.impaired();
    } catch (RuntimeException e) {
      ask = CompletableFuture.failedFuture(e);
    }
    ask.whenComplete((ids, e) -> later.accept(() -> {
      underWay = false;
      if (e != null) {
        LOG.warn("the cloud does not say which instances are impaired: {}", e.getMessage());
      } else {
        judge(ids);
      }
    }));
  }

  private void judge(Set<String> impaired) {
    impairedSince.keySet().retainAll(impaired);
    for (String id : impaired) {
      NodeRecord n = nodes.bound.get(id);
      if (n == null) {
        continue;
      }
      long since = impairedSince.computeIfAbsent(id, x -> now);
      if (now - since >= PATIENCE_MILLIS && isUp(n)) {
        String name = n.name;
        journal.accept(t -> new Command.NodeFailed(t, name, "Backing instance " + id + " is impaired (EC2 status checks)"));
      }
    }
  }
}
