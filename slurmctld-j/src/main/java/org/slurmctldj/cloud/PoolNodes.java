package org.slurmctldj.cloud;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.NodePhase;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.PoolDefinition;

/** The pools' nodes as they stand, and what provisioning has to do with them; decodes only records that changed. One thread. */
final class PoolNodes {
  private final ClusterView view;
  private long epoch = -1;
  private NodeRecord[] records = {};
  private long[] stamps = {};

  /** Nodes that are wanted and not ordered yet, by pool. */
  final Map<PoolDefinition, List<NodeRecord>> wanted = new LinkedHashMap<>();

  /** Nodes of open orders, by token, in the order of their indexes. */
  final Map<String, List<NodeRecord>> open = new LinkedHashMap<>();

  /** Nodes that have an instance, by its id. */
  final Map<String, NodeRecord> bound = new HashMap<>();

  /** Nodes whose instance is to end. */
  final List<NodeRecord> ending = new ArrayList<>();

  PoolNodes(ClusterView view) {
    this.view = view;
  }

  void refresh() {
    ClusterConfig config = view.config();
    if (config.epoch() != epoch) {
      epoch = config.epoch();
      records = new NodeRecord[config.nodes().size()];
      stamps = new long[records.length];
    }
    wanted.clear();
    open.clear();
    bound.clear();
    ending.clear();
    for (PoolDefinition pool : config.pools().pools()) {
      for (int index : pool.nodes()) {
        NodeRecord n = record(index);
        if (n != null) {
          sort(pool, n);
        }
      }
    }
  }

  private NodeRecord record(int index) {
    long stamp = view.nodeStamp(index);
    if (records[index] == null || stamps[index] != stamp) {
      records[index] = view.node(index);
      stamps[index] = stamp;
    }
    return records[index];
  }

  private void sort(PoolDefinition pool, NodeRecord n) {
    if (n.powerUp && n.phase == NodePhase.POWERED_DOWN) {
      wanted.computeIfAbsent(pool, p -> new ArrayList<>()).add(n);
    }
    if (n.order != null) {
      open.computeIfAbsent(n.order, t -> new ArrayList<>()).add(n);
    }
    if (n.instanceId != null) {
      bound.put(n.instanceId, n);
      if (n.phase == NodePhase.POWERING_DOWN) {
        ending.add(n);
      }
    }
  }

  /** The pool has failed so often that one attempt at a time is enough. */
  boolean onProbation(PoolDefinition pool) {
    int failures = 0;
    for (int index : pool.nodes()) {
      failures += records[index] == null ? 0 : records[index].bootFailures;
    }
    return pool.bootFailures() > 0 && failures >= pool.bootFailures();
  }

  boolean boots(PoolDefinition pool) {
    for (int index : pool.nodes()) {
      if (records[index] != null && records[index].phase == NodePhase.POWERING_UP) {
        return true;
      }
    }
    return false;
  }

  PoolDefinition pool(NodeRecord n) {
    return view.config().pools().of(n.index);
  }
}
