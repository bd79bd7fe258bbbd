package org.slurmctldj.core;

import java.util.List;

/** What a job holds or shall hold: one entry per node, ascending node index. */
public record Allocation(List<NodeShare> nodes) {
  public Allocation {
    nodes = List.copyOf(nodes);
  }

  /**
   * A job's share of one node.
   *
   * @param node node index of the current epoch
   * @param cpus logical CPUs charged to the job
   * @param cores the cores given, bit i of word i/64 = core i of the node
   * @param memory MiB charged; 0 where memory is not a consumable resource
   * @param gres generic resources, by ascending entry of the node's {@link GresLayout}
   */
  public record NodeShare(int node, int cpus, long[] cores, long memory, List<GresShare> gres) {
    public NodeShare {
      gres = List.copyOf(gres);
    }

    public NodeShare(int node, int cpus, long[] cores, long memory) {
      this(node, cpus, cores, memory, List.of());
    }

    public NodeShare with(List<GresShare> given) {
      return new NodeShare(node, cpus, cores, memory, given);
    }

    NodeShare onNode(int other) {
      return new NodeShare(other, cpus, cores, memory, gres);
    }
  }

  public int totalCpus() {
    int n = 0;
    for (NodeShare s : nodes) {
      n += s.cpus();
    }
    return n;
  }
}
