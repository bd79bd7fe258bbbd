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
    n.gres = GresShare.sum(n.gres, share.gres());
    c.touch(n);
  }

  /** Gives back a share; {@code wasEnding} if the job had been counted as ending there. */
  static void release(Change c, JobRecord job, NodeShare share, boolean wasEnding) {
    NodeRecord n = c.node(share.node());
    if (job.suspended) {
      n.jobsSuspended--;
    }
    if (job.coresReleased) {
      releaseRest(c, n, share, wasEnding);
      return;
    }
    long[] cores = n.allocatedCores.clone();
    for (int i = 0; i < share.cores().length && i < cores.length; i++) {
      cores[i] &= ~share.cores()[i];
    }
    n.jobs--;
    n.allocatedCores = n.jobs == 0 ? new long[0] : cores;
    n.allocatedCpus -= share.cpus();
    n.allocatedMemory -= share.memory();
    n.gres = GresShare.difference(n.gres, share.gres());
    if (wasEnding) {
      n.jobsEnding--;
    }
    n.exclusive = false;
    n.lastBusy = c.nowSeconds();
    c.touch(n);
    NodeReboot.whenIdle(c, n);
    PoolLife.jobLeft(c, n);
  }

  /** What is left to give back of a job whose cores do not count any more. */
  private static void releaseRest(Change c, NodeRecord n, NodeShare share, boolean wasEnding) {
    n.jobs--;
    n.allocatedMemory -= share.memory();
    n.gres = GresShare.difference(n.gres, share.gres());
    if (wasEnding) {
      n.jobsEnding--;
    }
    n.exclusive = false;
    n.lastBusy = c.nowSeconds();
    c.touch(n);
    NodeReboot.whenIdle(c, n);
    PoolLife.jobLeft(c, n);
  }

  /** A suspended job's cores are for others; its memory stays. */
  static void releaseCores(Change c, NodeShare share) {
    NodeRecord n = c.node(share.node());
    long[] cores = n.allocatedCores.clone();
    for (int i = 0; i < share.cores().length && i < cores.length; i++) {
      cores[i] &= ~share.cores()[i];
    }
    n.allocatedCores = cores;
    n.allocatedCpus -= share.cpus();
    c.touch(n);
  }

  static boolean coresFree(Change c, NodeShare share) {
    NodeRecord n = c.node(share.node());
    for (int i = 0; i < share.cores().length && i < n.allocatedCores.length; i++) {
      if ((n.allocatedCores[i] & share.cores()[i]) != 0) {
        return false;
      }
    }
    return true;
  }

  static void takeCores(Change c, NodeShare share) {
    NodeRecord n = c.node(share.node());
    long[] cores = Arrays.copyOf(n.allocatedCores, Math.max(n.allocatedCores.length, share.cores().length));
    for (int i = 0; i < share.cores().length; i++) {
      cores[i] |= share.cores()[i];
    }
    n.allocatedCores = cores;
    n.allocatedCpus += share.cpus();
    c.touch(n);
  }

  static void suspended(Change c, int node, int by) {
    NodeRecord n = c.node(node);
    n.jobsSuspended += by;
    c.touch(n);
  }

  static void ending(Change c, int node) {
    NodeRecord n = c.node(node);
    n.jobsEnding++;
    c.touch(n);
  }
}
