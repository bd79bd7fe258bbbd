package org.slurmctldj.core;

import java.util.Arrays;
import org.slurmctldj.core.Allocation.NodeShare;

/** The only place that adds jobs' shares to nodes and takes them off again. */
final class NodeShares {
  private NodeShares() {}

  static void take(Change c, NodeShare share, boolean whole) {
    NodeRecord n = c.node(share.node());
    int words = Math.max(n.allocatedCores.length, share.cores().length);
    long[] cores = Arrays.copyOf(n.allocatedCores, words);
    for (int i = 0; i < share.cores().length; i++) {
      cores[i] |= share.cores()[i];
    }
    n.allocatedCores = cores;
    n.allocatedCpus += share.cpus();
    n.allocatedMemory += share.memory();
    n.jobs++;
    n.exclusive = whole;
    c.touch(n);
  }

  /** Gives back a share; {@code wasEnding} if the job had been counted as ending there. */
  static void release(Change c, NodeShare share, boolean wasEnding) {
    NodeRecord n = c.node(share.node());
    long[] cores = n.allocatedCores.clone();
    for (int i = 0; i < share.cores().length && i < cores.length; i++) {
      cores[i] &= ~share.cores()[i];
    }
    n.jobs--;
    n.allocatedCores = n.jobs == 0 ? new long[0] : cores;
    n.allocatedCpus -= share.cpus();
    n.allocatedMemory -= share.memory();
    if (wasEnding) {
      n.jobsEnding--;
    }
    n.exclusive = false;
    n.lastBusy = c.nowSeconds();
    c.touch(n);
  }

  static void ending(Change c, int node) {
    NodeRecord n = c.node(node);
    n.jobsEnding++;
    c.touch(n);
  }
}
