package org.slurmctldj.slurmd;

import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.NodePhase;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.proto.client.RpcException;
import org.slurmctldj.proto.slurm.EmptyBody;
import org.slurmctldj.proto.slurm.MessageType;

/** REQUEST_HEALTH_CHECK every HealthCheckInterval to nodes in HealthCheckNodeState: slurmd runs HealthCheckProgram. Looked at by the pinger's timer. */
final class SlurmdHealth {
  private final SlurmdNodes nodes;

  SlurmdHealth(SlurmdNodes nodes) {
    this.nodes = nodes;
  }

  void look(SlurmdNode node, long nowNanos) {
    SlurmdSettings.Health health = nodes.settings().health();
    if (health.intervalSeconds() == 0) {
      return;
    }
    long next = nowNanos + health.intervalSeconds() * 1_000_000_000L;
    if (node.healthNanos == 0) {
      // slurmd itself runs it once at its start.
      node.healthNanos = next;
    } else if (nowNanos - node.healthNanos >= 0) {
      node.healthNanos = next;
      if (node.responding && wanted(node, health)) {
        nodes.calls().threads().execute(() -> check(node));
      }
    }
  }

  private boolean wanted(SlurmdNode node, SlurmdSettings.Health health) {
    int index = nodes.nodeIndex(node.name);
    NodeRecord n = index < 0 ? null : nodes.view().node(index);
    if (n == null || n.phase == NodePhase.LOST || n.phase == NodePhase.FUTURE) {
      return false;
    }
    ClusterConfig config = nodes.view().config();
    if (n.allocatedCpus == 0) {
      return health.idle() && !(health.notDrained() && n.drain);
    }
    return n.allocatedCpus < config.nodes().get(index).cpus() ? health.mixed() : health.allocated();
  }

  private void check(SlurmdNode node) {
    try {
      nodes.calls().call(node, MessageType.REQUEST_HEALTH_CHECK, EmptyBody.INSTANCE);
    } catch (RpcException e) {
      nodes.silent(node, "health check", e);
    }
  }
}
