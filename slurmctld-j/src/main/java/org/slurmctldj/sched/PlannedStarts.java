package org.slurmctldj.sched;

import java.util.Map;

/**
 * When and where pending jobs are going to start, as backfill planned it last: soft state, for {@code squeue --start} and
 * {@code scontrol show job}. Immutable.
 *
 * @param epoch the configuration whose nodes are meant
 */
public record PlannedStarts(long epoch, Map<Long, Start> byJob) {
  public static final PlannedStarts NONE = new PlannedStarts(0, Map.of());

  /**
   * @param seconds since the epoch
   * @param nodes what it will get, ascending
   */
  public record Start(long seconds, int partition, int[] nodes) {
    private boolean same(Start o) {
      return o != null && seconds == o.seconds && partition == o.partition && java.util.Arrays.equals(nodes, o.nodes);
    }
  }

  /** The one before, if it says the same. */
  PlannedStarts orSame(PlannedStarts before) {
    boolean same = before.epoch == epoch && before.byJob.size() == byJob.size()
        && byJob.entrySet().stream().allMatch(e -> e.getValue().same(before.byJob.get(e.getKey())));
    return same ? before : this;
  }
}
