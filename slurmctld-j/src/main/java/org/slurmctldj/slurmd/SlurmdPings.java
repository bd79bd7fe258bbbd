package org.slurmctldj.slurmd;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.NodePhase;
import org.slurmctldj.core.NodeReboot;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.proto.client.RpcException;
import org.slurmctldj.proto.slurm.EmptyBody;
import org.slurmctldj.proto.slurm.MessageType;
import org.slurmctldj.proto.slurm.PingSlurmdResponse;

/**
 * Asks each slurmd every SlurmdTimeout/3 whether it is there, and now and then for its registration. One that does not
 * answer is lost at once and failed after SlurmdTimeout; one that answers again registers again. One timer thread that
 * never blocks; the asking is done on virtual threads.
 */
public final class SlurmdPings implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SlurmdPings.class);
  private static final long SECOND = 1_000_000_000L;

  /** Every that many pings a registration is asked for: a node's jobs and ours are compared. */
  private static final int PINGS_PER_REGISTRATION = 20;

  private final SlurmdNodes nodes;
  private final SlurmdHealth health;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("slurmd-pings").factory());

  public SlurmdPings(SlurmdNodes nodes) {
    this.nodes = nodes;
    this.health = new SlurmdHealth(nodes);
  }

  public void start() {
    timer.scheduleWithFixedDelay(this::tick, 0, 250, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    try {
      nodes.calls().relieve();
      long now = System.nanoTime();
      for (SlurmdNode node : nodes.all()) {
        if (!node.pinging && node.dueNanos - now <= 0) {
          node.pinging = true;
          nodes.calls().threads().execute(() -> ping(node));
        }
        health.look(node, now);
      }
    } catch (RuntimeException e) {
      LOG.error("pings of nodes", e);
    }
  }

  private void ping(SlurmdNode node) {
    long interval = nodes.settings().pingSeconds() * SECOND;
    try {
      int index = nodes.nodeIndex(node.name);
      if (index < 0 || nodes.surroundings().agentConnected().test(node.name)) {
        nodes.left(node);
        return;
      }
      NodeRecord record = nodes.view().node(index);
      if (record != null && record.phase.saving()) {
        // Switched off, or about to be: it registers when it is there again.
        nodes.left(node);
        return;
      }
      if (record != null
          && record.reboot == NodeRecord.Reboot.ISSUED
          && record.rebootTime + nodes.settings().resumeSeconds() < nodes.nowSeconds()) {
        nodes.submit(now -> new Command.NodeFailed(now, node.name, NodeReboot.TIMED_OUT));
      }
      boolean register = record == null || record.phase != NodePhase.UP || node.pings % PINGS_PER_REGISTRATION == 0;
      node.dueNanos = System.nanoTime() + interval;
      answered(node, nodes.calls().call(node, register ? MessageType.REQUEST_NODE_REGISTRATION_STATUS : MessageType.REQUEST_PING, EmptyBody.INSTANCE));
    } catch (RpcException e) {
      unanswered(node, e.getMessage());
      node.dueNanos = System.nanoTime() + Math.max(SECOND, interval / 4);
    } catch (RuntimeException e) {
      LOG.error("ping of node {}", node.name, e);
    } finally {
      node.pings++;
      node.pinging = false;
    }
  }

  private void answered(SlurmdNode node, SlurmdCalls.Answer answer) {
    if (answer.code() != 0) {
      LOG.error("node {} answers a ping with: {}", node.name, SlurmdErrors.words(answer.code()));
      return;
    }
    node.heard();
    if (answer.body() instanceof PingSlurmdResponse p) {
      nodes.surroundings().loads().heard(node.name, p.cpuLoad(), p.freeMem(), nodes.nowSeconds());
    }
    nodes.redrive(node);
  }

  private void unanswered(SlurmdNode node, String why) {
    int index = nodes.nodeIndex(node.name);
    NodeRecord record = index < 0 ? null : nodes.view().node(index);
    if (record == null) {
      return;
    }
    if (node.responding) {
      node.responding = false;
      LOG.error("Nodes {} not responding: {}", node.name, why);
    }
    if (record.phase == NodePhase.UP) {
      nodes.submit(now -> new Command.NodeLost(now, node.name));
    }
    long timeout = nodes.settings().timeoutSeconds();
    boolean silent = System.nanoTime() - node.heardNanos > timeout * SECOND;
    if (timeout > 0 && silent && record.phase != NodePhase.DOWN && record.phase != NodePhase.FUTURE && !record.phase.saving()) {
      nodes.submit(now -> new Command.NodeFailed(now, node.name, "Not responding"));
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
