package org.slurmctldj.cloud;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.NodeRecord;

/**
 * Divides a pool's wanted nodes into orders: those of a job that needs several come together or not at all, the others are
 * ordered by the hundred and taken as they come.
 */
final class Batches {
  /** Nodes of one order that need not come together. */
  static final int MOST = 250;

  /** @param least with fewer instances none is to be started */
  record Batch(List<NodeRecord> nodes, int least) {}

  private Batches() {}

  static List<Batch> of(List<NodeRecord> wanted, ClusterView view) {
    Map<Integer, NodeRecord> left = new HashMap<>();
    wanted.forEach(n -> left.put(n.index, n));
    List<Batch> out = new ArrayList<>();
    for (JobRecord j : waiting(view)) {
      List<NodeRecord> its = new ArrayList<>();
      for (Allocation.NodeShare s : j.allocation.nodes()) {
        NodeRecord n = left.get(s.node());
        if (n != null) {
          its.add(n);
        }
      }
      if (its.size() > 1) {
        its.forEach(n -> left.remove(n.index));
        out.add(new Batch(its, its.size()));
      }
    }
    Set<NodeRecord> alone = new LinkedHashSet<>();
    wanted.stream().filter(n -> left.containsKey(n.index)).forEach(alone::add);
    List<NodeRecord> singles = List.copyOf(alone);
    for (int i = 0; i < singles.size(); i += MOST) {
      out.add(new Batch(singles.subList(i, Math.min(singles.size(), i + MOST)), 1));
    }
    return out;
  }

  /** Jobs that wait for machines, in the order of their ids. */
  private static List<JobRecord> waiting(ClusterView view) {
    List<Long> ids = new ArrayList<>();
    view.forEachJobRow(
        row -> {
          if (row.phase == JobPhase.STARTING) {
            ids.add(row.jobId);
          }
        });
    ids.sort(null);
    List<JobRecord> out = new ArrayList<>();
    for (long id : ids) {
      JobRecord j = view.lightJob(id);
      if (j != null && j.configuring && j.allocation != null && j.allocation.nodes().size() > 1) {
        out.add(j);
      }
    }
    return out;
  }
}
