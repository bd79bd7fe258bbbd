package org.slurmctldj.client.srun;

import java.util.ArrayList;
import java.util.List;

/**
 * Which rank is on which node, as MPI programs read it: {@code (vector,(node,nodes,ranks),...)} gives, in the order of the ranks,
 * so many ranks to each of so many nodes from that one on.
 */
final class ProcessMapping {
  private record Block(int node, int nodes, int ranks) {}

  private ProcessMapping() {}

  /** @param ranks of each node's tasks, every rank from 0 on exactly once */
  static String of(List<long[]> ranks) {
    int count = 0;
    for (long[] ids : ranks) {
      count += ids.length;
    }
    int[] nodeOf = new int[count];
    for (int node = 0; node < ranks.size(); node++) {
      for (long rank : ranks.get(node)) {
        nodeOf[(int) rank] = node;
      }
    }
    List<Block> blocks = new ArrayList<>();
    for (int rank = 0; rank < count; ) {
      int end = rank + 1;
      while (end < count && nodeOf[end] == nodeOf[rank]) {
        end++;
      }
      add(blocks, nodeOf[rank], end - rank);
      rank = end;
    }
    StringBuilder text = new StringBuilder("(vector");
    for (Block b : blocks) {
      text.append(",(").append(b.node).append(',').append(b.nodes).append(',').append(b.ranks).append(')');
    }
    return text.append(')').toString();
  }

  private static void add(List<Block> blocks, int node, int ranks) {
    Block last = blocks.isEmpty() ? null : blocks.getLast();
    if (last != null && last.ranks == ranks && last.node + last.nodes == node) {
      blocks.set(blocks.size() - 1, new Block(last.node, last.nodes + 1, ranks));
    } else {
      blocks.add(new Block(node, 1, ranks));
    }
  }
}
