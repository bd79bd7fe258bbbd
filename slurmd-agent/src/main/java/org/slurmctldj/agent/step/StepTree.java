package org.slurmctldj.agent.step;

import java.util.Optional;

/**
 * A node's place in the tree by which a step's end goes up to the controller. It must be slurmd's tree, for a step may have
 * nodes of both kinds. That is 7 wide whatever TreeWidth says (observed on 22.05.8, 24.11.5 and 26.05 with TreeWidth=2): of
 * all trees in which each node has 7 nodes below it the lowest one that holds all nodes, numbered depth first; the numbers
 * from the count on are missing. Rank 0 has the controller above it. Pure.
 *
 * @param parent absent: the controller
 * @param below how many nodes are below this one at any depth; they are the ranks that follow its own
 * @param height levels below it
 */
record StepTree(Optional<Integer> parent, int below, int height) {
  private static final int WIDTH = 7;

  /** @param rank 0 to nodes - 1 */
  static StepTree of(int rank, int nodes) {
    int height = 0;
    // nodes of a full tree of that height
    int size = 1;
    while (size < nodes) {
      size = 1 + WIDTH * size;
      height++;
    }
    int at = 0;
    Optional<Integer> parent = Optional.empty();
    while (at != rank) {
      size = (size - 1) / WIDTH;
      height--;
      parent = Optional.of(at);
      at += 1 + (rank - at - 1) / size * size;
    }
    return new StepTree(parent, Math.min(size, nodes - rank) - 1, height);
  }
}
