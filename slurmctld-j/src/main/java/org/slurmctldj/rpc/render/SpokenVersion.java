package org.slurmctldj.rpc.render;

import java.util.stream.IntStream;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.NodeRecord;

/**
 * In which protocol version a client can be understood by nodes: it would speak its own, but a slurmd that is older closes
 * the connection. What clients are told (layouts, credentials, allocations, steps) is the lower of the two, so that srun,
 * sattach, sstat and {@code scancel -s} of 26.05 reach a slurmd of 24.11. Real slurmctld (26.05 with slurmd 24.11: observed)
 * lowers it for a step that srun makes for itself alone. sbcast speaks its own version whatever it is told.
 */
public final class SpokenVersion {

  /**
   * @param client protocol version (22.05 = 38) of the client
   * @param nodes indexes of the nodes it will speak to; one that never registered does not count
   */
  public static int of(ClusterView view, int client, IntStream nodes) {
    return nodes
        .map(
            node -> {
              NodeRecord n = view.node(node);
              int registered = n == null || n.registration == null ? 0 : n.registration.protocolVersion();
              return registered == 0 ? client : registered;
            })
        .reduce(client, Math::min);
  }

  private SpokenVersion() {}
}
