package org.slurmctldj.sched;

import org.slurmctldj.core.GresFree;
import java.util.Arrays;

/**
 * The nodes of a partition in the order in which jobs take them (weight, then slurm.conf), with a tree
 * over them that tells the next one with so much free without looking at each. Belongs to {@link FreeNodes}.
 */
final class NodeOrder implements Space {
  private final FreeNodes free;
  private final int[] nodes;
  private final int[] positions;
  private final int leaves;

  // Of each subtree: the most free cores and memory of a node in service, and the most cores of an idle one.
  private final int[] cores;
  private final int[] idleCores;
  private final long[] memory;
  private long freeCores;
  private int freeNodes;

  NodeOrder(FreeNodes free, int[] members) {
    this.free = free;
    this.nodes = sorted(members);
    this.positions = new int[Arrays.stream(members).max().orElse(-1) + 1];
    Arrays.fill(positions, -1);
    for (int i = 0; i < nodes.length; i++) {
      positions[nodes[i]] = i;
    }
    this.leaves = Math.max(1, Integer.highestOneBit(Math.max(1, nodes.length - 1)) * 2);
    cores = new int[2 * leaves];
    idleCores = new int[2 * leaves];
    memory = new long[2 * leaves];
    Arrays.fill(memory, Long.MIN_VALUE);
    for (int i = 0; i < nodes.length; i++) {
      leaf(i);
    }
    for (int i = leaves - 1; i > 0; i--) {
      join(i);
    }
  }

  /** Made anew whenever a node is switched on or off: without an object for each of them. */
  private int[] sorted(int[] members) {
    long[] keys = new long[members.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = (long) free.weight(members[i]) << 32 | members[i];
    }
    Arrays.sort(keys);
    int[] sorted = new int[keys.length];
    for (int i = 0; i < keys.length; i++) {
      sorted[i] = (int) keys[i];
    }
    return sorted;
  }

  private void leaf(int position) {
    int node = nodes[position];
    int at = leaves + position;
    boolean serves = free.inService(node);
    freeCores -= cores[at];
    freeNodes -= cores[at] > 0 ? 1 : 0;
    cores[at] = serves ? free.coreCount(node) : 0;
    freeCores += cores[at];
    freeNodes += cores[at] > 0 ? 1 : 0;
    idleCores[at] = serves && free.idle(node) ? free.coreCount(node) : 0;
    memory[at] = serves ? free.memory(node) : Long.MIN_VALUE;
  }

  private void join(int at) {
    cores[at] = Math.max(cores[2 * at], cores[2 * at + 1]);
    idleCores[at] = Math.max(idleCores[2 * at], idleCores[2 * at + 1]);
    memory[at] = Math.max(memory[2 * at], memory[2 * at + 1]);
  }

  /** The node's free resources changed. */
  void update(int node) {
    int position = node < positions.length ? positions[node] : -1;
    if (position < 0) {
      return;
    }
    leaf(position);
    for (int at = leaves + position >> 1; at > 0; at >>= 1) {
      join(at);
    }
  }

  static int count(long[] mask) {
    int n = 0;
    for (long w : mask) {
      n += Long.bitCount(w);
    }
    return n;
  }

  @Override
  public int weight(int node) {
    return free.weight(node);
  }

  @Override
  public boolean mayHold(int wantedNodes, int wantedCores) {
    return freeNodes >= wantedNodes && freeCores >= wantedCores;
  }

  @Override
  public long[] cores(int node) {
    return free.cores(node);
  }

  @Override
  public GresFree gres(int node) {
    return free.gres(node);
  }

  @Override
  public long memory(int node) {
    return free.memory(node);
  }

  @Override
  public int node(int position) {
    return nodes[position];
  }

  int size() {
    return nodes.length;
  }

  @Override
  public int next(int from, int leastCores, long leastMemory, boolean idle) {
    if (from >= nodes.length) {
      return -1;
    }
    int[] have = idle ? idleCores : cores;
    int at = leaves + from;
    // Up until a subtree to the right may have one, then down to its first.
    while (true) {
      if (have[at] >= leastCores && memory[at] >= leastMemory) {
        if (at >= leaves) {
          return at - leaves;
        }
        at = 2 * at;
        continue;
      }
      while ((at & 1) == 1) {
        at >>= 1;
        if (at == 0) {
          return -1;
        }
      }
      at++;
    }
  }
}
