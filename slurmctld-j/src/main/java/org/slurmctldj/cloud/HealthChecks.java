package org.slurmctldj.cloud;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.Actor;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.NodePhase;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.SlurmNumbers;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * Looks at what the cloud itself says of the health of machines that are up: one that stays impaired is set DOWN, and so
 * replaced, whatever its agent says; one that the cloud is going to stop, reboot or retire gets no more jobs and is given
 * back when it is idle. As ParallelCluster's health checks, which give an instance 180 s. Called by {@link Provisioner}, on
 * its thread.
 */
final class HealthChecks {
  /** Between two looks. */
  static final long LOOK_MILLIS = 60_000;

  /** So long it must have been impaired. */
  static final long PATIENCE_MILLIS = 180_000;

  private static final Logger LOG = LoggerFactory.getLogger(HealthChecks.class);

  /** As scontrol update state=power_down_asap. */
  private static final long POWER_DOWN_ASAP = SlurmNumbers.NODE_STATE_POWER_DOWN | SlurmNumbers.NODE_STATE_POWER_DRAIN;

  private final PoolNodes nodes;
  private final Consumer<LongFunction<Command>> journal;
  private final InstanceProvider provider;
  private final Consumer<Runnable> later;
  private final Map<String, Long> impairedSince = new HashMap<>();
  /** Of these it was said already that the cloud has something in store for them. */
  private final Set<String> announced = new HashSet<>();
  private int underWay;
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
    announced.retainAll(nodes.bound.keySet());
    if (underWay == 0 && lookAt <= now && nodes.bound.values().stream().anyMatch(HealthChecks::isUp)) {
      look();
    }
    return Math.max(lookAt, now + LOOK_MILLIS / 4);
  }

  private static boolean isUp(NodeRecord n) {
    return (n.phase == NodePhase.UP || n.phase == NodePhase.LOST) && n.reboot == NodeRecord.Reboot.NONE;
  }

  private void look() {
    lookAt = now + LOOK_MILLIS;
    ask(provider::impaired, "which instances are impaired", this::judge);
    ask(provider::scheduledEvents, "what is scheduled for instances", this::announce);
  }

  private <T> void ask(Supplier<CompletableFuture<T>> question, String what, Consumer<T> answer) {
    underWay++;
    CompletableFuture<T> ask;
    try {
      ask = question.get();
    } catch (RuntimeException e) {
      ask = CompletableFuture.failedFuture(e);
    }
    ask.whenComplete((said, e) -> later.accept(() -> {
      underWay--;
      if (e != null) {
        LOG.warn("the cloud does not say {}: {}", what, e.getMessage());
      } else {
        answer.accept(said);
      }
    }));
  }

  /** An event that was taken back and comes again is announced again. */
  private void announce(Map<String, String> events) {
    announced.retainAll(events.keySet());
    events.forEach((id, event) -> {
      NodeRecord n = nodes.bound.get(id);
      if (n == null || !isUp(n) || !announced.add(id)) {
        return;
      }
      String name = n.name;
      String reason = "Backing instance " + id + " has a scheduled event: " + event;
      LOG.info("node {}: {}: it is replaced when it is idle", name, reason);
      journal.accept(t -> new Command.UpdateNode(
          t, Actor.CONTROLLER, List.of(name), POWER_DOWN_ASAP, reason, null, null, SlurmConstants.NO_VAL));
    });
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
