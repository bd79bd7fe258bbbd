package org.slurmctldj.daemon;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slurmctldj.agents.InstanceJoins;
import org.slurmctldj.cloud.Provisioner;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.PoolDefinition;

/** Which node an instance was started for, by the applied state. Any thread. */
final class BoundInstances {
  private BoundInstances() {}

  /** What the door for instances asks and tells. */
  static InstanceJoins joins(ClusterView view, Provisioner.Commands commands) {
    return new InstanceJoins() {
      @Override
      public Optional<String> nodeOf(String orderToken, String instanceId) {
        return of(view, orderToken, instanceId).map(n -> n.name);
      }

      @Override
      public CompletableFuture<Optional<String>> joined(String node, String instanceId, String instanceType) {
        return commands
            .submit(now -> new Command.InstanceSeen(now, node, instanceId, Command.InstancePhase.HELLO, null, null))
            .thenApply(r -> r.isOk() ? Optional.empty() : Optional.of(r.message() == null ? "error " + r.error() : r.message()));
      }
    };
  }

  /** The node that this instance of this order is bound to; empty: none, or not yet. */
  static Optional<NodeRecord> of(ClusterView view, String orderToken, String instanceId) {
    ClusterConfig config = view.config();
    for (PoolDefinition pool : config.pools().pools()) {
      for (int index : pool.nodes()) {
        NodeRecord n = view.node(index);
        if (n != null && instanceId.equals(n.instanceId) && orderToken.equals(n.instanceOrder)) {
          return Optional.of(n);
        }
      }
    }
    return Optional.empty();
  }
}
