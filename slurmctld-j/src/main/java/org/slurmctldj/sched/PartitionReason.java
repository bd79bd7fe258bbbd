package org.slurmctldj.sched;

import static org.slurmctldj.core.SlurmNumbers.WAIT_PART_DOWN;
import static org.slurmctldj.core.SlurmNumbers.WAIT_PART_INACTIVE;

import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.PartitionDefinition;
import org.slurmctldj.core.PartitionLimits;
import org.slurmctldj.sched.PendingReasons.Reason;

/** What about the partition itself keeps a job from starting; such a job holds back no other. */
final class PartitionReason {
  private PartitionReason() {}

  /** Null if nothing does. */
  static Reason of(ClusterConfig config, JobRecord job, PartitionDefinition p) {
    if ((p.state() & PartitionDefinition.STATE_SCHED) == 0) {
      return new Reason(p.state() == 0 ? WAIT_PART_INACTIVE : WAIT_PART_DOWN, null);
    }
    int limit = PartitionLimits.exceeded(config, job, p);
    return limit == 0 ? null : new Reason(limit, null);
  }
}
