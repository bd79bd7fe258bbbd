package org.slurmctldj.sched;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.Allocation.NodeShare;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.GresFree;
import org.slurmctldj.core.GresLayout;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.core.NodeFit;
import org.slurmctldj.core.NodePhase;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.NodeRow;

/**
 * What is free of each node of one configuration epoch, as a planner sees it: read once, then kept up
 * by the nodes that changed; a plan's own proposals are taken off as they are made, and looked up again
 * before the next plan. One thread.
 */
final class FreeNodes {
  private static final int SWITCHED_OFF = 1 << 30;

  private final ClusterConfig config;
  private final long[][] cores;
  private final int[] coreCount;
  private final int[] allCores;
  private final long[] memory;
  private final GresLayout[] layouts;
  private final GresFree[] gres;
  private final long[] versions;
  private final int[] weight;
  private final boolean[] inService;
  private final BitSet outOfService = new BitSet();
  private final BitSet touched = new BitSet();
  private final NodeOrder[] orders;
  private final List<NodeOrder> distinct = new ArrayList<>();
  private final NodeRow row = new NodeRow();

  FreeNodes(ClusterView view, ClusterConfig config) {
    this.config = config;
    int n = config.nodes().size();
    cores = new long[n][];
    coreCount = new int[n];
    allCores = new int[n];
    memory = new long[n];
    versions = new long[n];
    weight = new int[n];
    inService = new boolean[n];
    orders = new NodeOrder[config.partitions().size()];
    layouts = new GresLayout[n];
    gres = new GresFree[n];
    for (int i = 0; i < n; i++) {
      GresLayout layout = GresLayout.of(config.nodes().get(i));
      layouts[i] = layout.isEmpty() ? null : layout;
      gres[i] = layouts[i] == null ? null : layouts[i].all();
      cores[i] = NodeFit.allCores(config.nodes().get(i));
      allCores[i] = NodeOrder.count(cores[i]);
      read(view, i);
    }
  }

  /** Takes that node's state anew; without a row (the epoch changed under us) it serves nobody. */
  void read(ClusterView view, int node) {
    NodeDefinition d = config.nodes().get(node);
    boolean there = view.nodeRow(node, row);
    if (there) {
      long[] all = NodeFit.allCores(d);
      for (int i = 0; i < all.length && i < row.allocatedCores.length; i++) {
        all[i] &= ~row.allocatedCores[i];
      }
      cores[node] = all;
      memory[node] = NodeFit.allMemory(d) - row.allocatedMemory;
      readGres(view, node);
      versions[node] = row.version;
      // What has to be switched on first comes last, whatever it weighs.
      int w = (row.weight >= 0 ? row.weight : d.weight()) | (row.phase == NodePhase.UP ? 0 : SWITCHED_OFF);
      if (w != weight[node]) {
        weight[node] = w;
        Arrays.fill(orders, null);
        distinct.clear();
      }
    }
    inService[node] = there && row.phase.startable() && !row.drain;
    outOfService.set(node, !inService[node]);
    changed(node);
  }

  private void readGres(ClusterView view, int node) {
    if (layouts[node] != null) {
      NodeRecord n = view.node(node);
      gres[node] = n == null ? layouts[node].all() : layouts[node].free(n);
    }
  }

  /** Null where the node has none. Look, do not change. */
  GresFree gres(int node) {
    return gres[node];
  }

  /** Forgets what plans took: those nodes are read anew. */
  void settle(ClusterView view) {
    touched.stream().forEach(n -> read(view, n));
    touched.clear();
  }

  private void changed(int node) {
    coreCount[node] = NodeOrder.count(cores[node]);
    for (NodeOrder o : distinct) {
      o.update(node);
    }
  }

  void give(NodeShare s) {
    for (int i = 0; i < s.cores().length && i < cores[s.node()].length; i++) {
      cores[s.node()][i] |= s.cores()[i];
    }
    memory[s.node()] += s.memory();
    s.gres().forEach(g -> gres[s.node()].give(g));
    changed(s.node());
  }

  void take(Allocation a) {
    for (NodeShare s : a.nodes()) {
      for (int i = 0; i < s.cores().length; i++) {
        cores[s.node()][i] &= ~s.cores()[i];
      }
      memory[s.node()] -= s.memory();
      s.gres().forEach(g -> gres[s.node()].take(g));
      touched.set(s.node());
      changed(s.node());
    }
  }

  /** The mask itself: look, do not change. */
  long[] cores(int node) {
    return cores[node];
  }

  int coreCount(int node) {
    return coreCount[node];
  }

  boolean idle(int node) {
    return coreCount[node] == allCores[node];
  }

  long memory(int node) {
    return memory[node];
  }

  int weight(int node) {
    return weight[node];
  }

  boolean inService(int node) {
    return inService[node];
  }

  BitSet outOfService() {
    return outOfService;
  }

  long[] versionsOf(Allocation a) {
    return a.nodes().stream().mapToLong(s -> versions[s.node()]).toArray();
  }

  /** The partition's nodes by weight, then by their place in slurm.conf, to search in. */
  NodeOrder order(int partition) {
    if (orders[partition] == null) {
      int[] nodes = config.partitions().get(partition).nodes();
      for (int p = 0; p < orders.length && orders[partition] == null; p++) {
        if (orders[p] != null && Arrays.equals(nodes, config.partitions().get(p).nodes())) {
          orders[partition] = orders[p];
        }
      }
      if (orders[partition] == null) {
        orders[partition] = new NodeOrder(this, nodes);
        distinct.add(orders[partition]);
      }
    }
    return orders[partition];
  }
}
