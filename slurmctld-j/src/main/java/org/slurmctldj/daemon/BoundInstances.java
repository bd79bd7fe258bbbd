package org.slurmctldj.daemon;

import java.util.Optional;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.PoolDefinition;

/** Which node an instance was started for, by the applied state. Any thread. */
final class BoundInstances {
  private BoundInstances() {}

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
