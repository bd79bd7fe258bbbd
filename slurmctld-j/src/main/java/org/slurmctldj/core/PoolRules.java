package org.slurmctldj.core;

import java.util.Arrays;
import java.util.List;

/**
 * The compute node groups and queues of pools.yaml, part of an epoch's configuration.
 *
 * @param queues names of the partitions that it defines: deleting one ends its jobs, as PCS does
 */
public record PoolRules(List<PoolDefinition> pools, List<String> queues, int[] poolOf) {
  public static final PoolRules NONE = new PoolRules(List.of(), List.of());

  public PoolRules(List<PoolDefinition> pools, List<String> queues) {
    this(List.copyOf(pools), List.copyOf(queues), index(pools));
  }

  private static int[] index(List<PoolDefinition> pools) {
    int last = pools.stream().flatMapToInt(p -> Arrays.stream(p.nodes())).max().orElse(-1);
    int[] of = new int[last + 1];
    Arrays.fill(of, -1);
    for (int p = 0; p < pools.size(); p++) {
      for (int n : pools.get(p).nodes()) {
        of[n] = p;
      }
    }
    return of;
  }

  /** The pool of that node, or null. */
  public PoolDefinition of(int node) {
    return node < 0 || node >= poolOf.length || poolOf[node] < 0 ? null : pools.get(poolOf[node]);
  }

  /** The pool of that name, or null. */
  public PoolDefinition named(String name) {
    for (PoolDefinition p : pools) {
      if (p.name().equals(name)) {
        return p;
      }
    }
    return null;
  }
}
