package org.slurmctldj.sched;

import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.NodePhase;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.PoolDefinition;

/** How long machines that have to be bought take to be there, learned from those that came before. */
final class BootTimes {
  private BootTimes() {}

  /**
   * Seconds from {@code at} until the last machine of that allocation is there; 0 where all are, or nothing is known of
   * their pools' machines yet.
   */
  static long seconds(ClusterView view, ClusterConfig config, Allocation a, long at) {
    long longest = 0;
    for (Allocation.NodeShare s : a.nodes()) {
      PoolDefinition pool = config.pools().of(s.node());
      NodeRecord n = pool == null ? null : view.node(s.node());
      if (n == null || !n.phase.saving()) {
        continue;
      }
      long whole = mean(view, pool);
      long since = n.phase == NodePhase.POWERING_UP ? Math.max(0, at - n.powerSince / 1000) : 0;
      longest = Math.max(longest, Math.max(0, whole - since));
    }
    return longest;
  }

  /** Of the last machine of each name, seconds, rounded up. */
  private static long mean(ClusterView view, PoolDefinition pool) {
    long sum = 0;
    long count = 0;
    for (int index : pool.nodes()) {
      NodeRecord n = view.node(index);
      if (n != null && n.bootMillis > 0) {
        sum += n.bootMillis;
        count++;
      }
    }
    return count == 0 ? 0 : (sum / count + 999) / 1000;
  }
}
