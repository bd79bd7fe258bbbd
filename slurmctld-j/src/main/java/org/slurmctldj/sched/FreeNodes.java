package org.slurmctldj.sched;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.Allocation.NodeShare;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.core.NodeFit;
import org.slurmctldj.core.NodePhase;
import org.slurmctldj.core.NodeRecord;

/** What is free of each node, as one plan goes along: its own proposals are taken off as they are made. */
final class FreeNodes {
  private final ClusterConfig config;
  private final long[][] cores;
  private final long[] memory;
  private final long[] versions;
  private final long[] weight;
  private final boolean[] inService;
  private final boolean[] reserved;

  FreeNodes(ClusterView view, ClusterConfig config) {
    this.config = config;
    int n = config.nodes().size();
    cores = new long[n][];
    memory = new long[n];
    versions = new long[n];
    weight = new long[n];
    inService = new boolean[n];
    reserved = new boolean[n];
    for (int i = 0; i < n; i++) {
      NodeDefinition d = config.nodes().get(i);
      NodeRecord r = view.node(i);
      if (r == null) {
        // The epoch changed under us: apply refuses whatever comes of this plan.
        cores[i] = new long[NodeFit.allCores(d).length];
        continue;
      }
      cores[i] = NodeFit.freeCores(d, r);
      memory[i] = NodeFit.allMemory(d) - r.allocatedMemory;
      versions[i] = r.version;
      weight[i] = r.weight >= 0 ? r.weight : d.weight();
      inService[i] = r.phase == NodePhase.UP && !r.drain;
    }
  }

  /** As if every job of that node had ended. */
  void empty(int node) {
    NodeDefinition d = config.nodes().get(node);
    cores[node] = NodeFit.allCores(d);
    memory[node] = NodeFit.allMemory(d);
  }

  void give(NodeShare s) {
    for (int i = 0; i < s.cores().length && i < cores[s.node()].length; i++) {
      cores[s.node()][i] |= s.cores()[i];
    }
    memory[s.node()] += s.memory();
  }

  void take(Allocation a) {
    for (NodeShare s : a.nodes()) {
      for (int i = 0; i < s.cores().length; i++) {
        cores[s.node()][i] &= ~s.cores()[i];
      }
      memory[s.node()] -= s.memory();
    }
  }

  long[] cores(int node) {
    return cores[node];
  }

  long memory(int node) {
    return memory[node];
  }

  boolean inService(int node) {
    return inService[node];
  }

  void putInService(int node) {
    inService[node] = true;
  }

  /** Kept for a job of higher priority that could not start. */
  boolean reserved(int node) {
    return reserved[node];
  }

  void reserve(int[] nodes) {
    for (int n : nodes) {
      reserved[n] = true;
    }
  }

  long[] versionsOf(Allocation a) {
    return a.nodes().stream().mapToLong(s -> versions[s.node()]).toArray();
  }

  /** Those nodes by weight, then by their place in slurm.conf. */
  int[] inOrder(int[] nodes) {
    List<Integer> list = new ArrayList<>(nodes.length);
    Arrays.stream(nodes).forEach(list::add);
    list.sort(Comparator.<Integer>comparingLong(n -> weight[n]).thenComparingInt(n -> n));
    return list.stream().mapToInt(Integer::intValue).toArray();
  }
}
