package org.slurmctldj.sched;

import org.slurmctldj.core.GresFree;

/** Nodes in the order in which jobs take them, and what is free of each: now, or all through a span of time. */
interface Space {
  int node(int position);

  /**
   * The first position from there on whose node serves and has so many cores (1 at least) and so much memory free; -1 if
   * there is none. May show one that has less.
   *
   * @param idle only nodes of which nothing is given to anybody
   */
  int next(int from, int leastCores, long leastMemory, boolean idle);

  /** Free cores; look, do not change. */
  long[] cores(int node);

  /** Free generic resources; look, do not change. Null where the node has none. */
  GresFree gres(int node);

  /** Free MiB. */
  long memory(int node);

  /** Lighter nodes are taken before heavier ones. */
  int weight(int node);

  /** False if so many nodes, or so many cores in all, are certainly not free. */
  default boolean mayHold(int nodes, int cores) {
    return true;
  }
}
