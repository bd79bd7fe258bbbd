package org.slurmctldj.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reservations with REPLACE or REPLACE_DOWN, which give up nodes that are of no use to them and take idle ones of their
 * partition instead. Looked at with every command that changes a node. As long as there is no idle one they keep what they
 * have. Observed on 22.05.8: a job that starts in a reservation with REPLACE leaves it with another node at once.
 */
final class ReservedNodes {
  private static final long EITHER = ReservationDefinition.REPLACE | ReservationDefinition.REPLACE_DOWN;

  private ReservedNodes() {}

  static void replace(Change c) {
    ClusterConfig config = c.config();
    if (!c.changesNodes() || config.reservations().stream().noneMatch(r -> (r.flags() & EITHER) != 0)) {
      return;
    }
    List<ReservationDefinition> all = new ArrayList<>(config.reservations());
    boolean changed = false;
    for (int i = 0; i < all.size(); i++) {
      ReservationDefinition r = all.get(i);
      if ((r.flags() & EITHER) == 0 || r.isOver(c.nowSeconds())) {
        continue;
      }
      all.remove(i);
      int[] nodes = others(c, all, r.at(c.nowSeconds()));
      all.add(i, nodes == null ? r : r.onNodes(nodes));
      changed |= nodes != null;
      if (nodes != null) {
        c.putReservation(all.get(i));
        c.info("reservation " + r.name() + " now has other nodes");
      }
    }
    if (changed) {
      c.replan("nodes of a reservation");
    }
  }

  /** Null where none can or need be replaced. */
  private static int[] others(Change c, List<ReservationDefinition> besides, ReservationDefinition r) {
    int[] nodes = r.nodes().clone();
    boolean changed = false;
    for (int i = 0; i < nodes.length; i++) {
      boolean taken = (r.flags() & ReservationDefinition.REPLACE) != 0 && r.start() <= c.nowSeconds() && held(c, nodes[i]);
      if (taken || !Reservations.serves(c, nodes[i])) {
        int other = idle(c, besides, r, nodes);
        if (other < 0) {
          break;
        }
        nodes[i] = other;
        changed = true;
      }
    }
    Arrays.sort(nodes);
    return changed ? nodes : null;
  }

  private static int idle(Change c, List<ReservationDefinition> besides, ReservationDefinition r, int[] has) {
    ClusterConfig config = c.config();
    int p = r.partition() == null ? config.defaultPartition() : config.partitionIndex(r.partition());
    for (int n : p < 0 ? new int[0] : config.partitions().get(p).nodes()) {
      boolean own = Arrays.stream(has).anyMatch(h -> h == n);
      if (!own && Reservations.serves(c, n) && !held(c, n) && !Reservations.overlaps(besides, r, new int[] {n})) {
        return n;
      }
    }
    return -1;
  }

  private static boolean held(Change c, int node) {
    return c.node(node).allocatedCpus > 0;
  }
}
