package org.slurmctldj.agents;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.NodePhase;
import org.slurmctldj.core.NodeRecord;

/**
 * SlurmdTimeout: a node without a link for that long is failed by a command. Also notices at start which nodes do not
 * come back. One thread of its own; soft state, begun anew by each controller process.
 */
public final class SlurmdTimer implements Agents.NodeWatch, AutoCloseable {
  /** Nodes that were up get that long to come back after the controller's start before they count as lost. */
  private static final long RETURN_SECONDS = 20;

  /** When the journal did not take it. */
  private static final long RETRY_SECONDS = 5;

  private final Agents agents;
  private final ClusterView view;
  private final Agents.Commands commands;
  private final LongSupplier timeoutSeconds;
  private final LongSupplier wallMillis;
  private final Map<String, ScheduledFuture<?>> running = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer;

  /** {@code timeoutSeconds} 0: nodes are never failed for silence. */
  public SlurmdTimer(
      Agents agents, ClusterView view, Agents.Commands commands, LongSupplier timeoutSeconds, LongSupplier wallMillis) {
    this(
        agents, view, commands, timeoutSeconds, wallMillis,
        Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("slurmd-timer").factory()));
  }

  /** On that timer, which is closed with this: simulations bring their own time. */
  public SlurmdTimer(
      Agents agents,
      ClusterView view,
      Agents.Commands commands,
      LongSupplier timeoutSeconds,
      LongSupplier wallMillis,
      ScheduledExecutorService timer) {
    this.timer = timer;
    this.agents = agents;
    this.view = view;
    this.commands = commands;
    this.timeoutSeconds = timeoutSeconds;
    this.wallMillis = wallMillis;
    agents.watch(this);
  }

  /** Once the state is there and the port is open. */
  public void start() {
    timer.schedule(this::afterReturn, RETURN_SECONDS, TimeUnit.SECONDS);
  }

  private void afterReturn() {
    for (int i = 0; i < view.nodeCount(); i++) {
      NodeRecord node = view.node(i);
      if (node == null || agents.isConnected(node.name) || isRealSlurmd(node)) {
        continue;
      }
      if (node.phase == NodePhase.UP) {
        agents.unlessLinked(node.name, () -> commands.submit(now -> new Command.NodeLost(now, node.name)));
      }
      if (node.phase != NodePhase.DOWN && node.phase != NodePhase.FUTURE && !node.phase.saving()) {
        arm(node.name, Math.max(1, timeoutSeconds.getAsLong() - RETURN_SECONDS));
      }
    }
  }

  @Override
  public void connected(String node) {
    ScheduledFuture<?> t = running.remove(node);
    if (t != null) {
      t.cancel(false);
    }
  }

  @Override
  public void disconnected(String node) {
    arm(node, timeoutSeconds.getAsLong());
  }

  private void arm(String node, long seconds) {
    if (timeoutSeconds.getAsLong() <= 0) {
      return;
    }
    ScheduledFuture<?> before = running.put(node, timer.schedule(() -> fire(node), seconds, TimeUnit.SECONDS));
    if (before != null) {
      before.cancel(false);
    }
  }

  /** Those are asked, and failed, by a room of their own. */
  private static boolean isRealSlurmd(NodeRecord node) {
    return node.registration != null && node.registration.protocolVersion() != 0;
  }

  private void fire(String node) {
    running.remove(node);
    int index = view.config().nodeIndex(node);
    if (index < 0 || isRealSlurmd(view.node(index))) {
      return;
    }
    // A node whose registration is on its way to the journal is not silent.
    agents.unlessLinked(
        node,
        () ->
            commands
                .submit(now -> new Command.NodeFailed(now, node, "Not responding"))
                .thenAccept(
                    result -> {
                      if (!Agents.Commands.isTaken(result)) {
                        arm(node, RETRY_SECONDS);
                      }
                    }));
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
