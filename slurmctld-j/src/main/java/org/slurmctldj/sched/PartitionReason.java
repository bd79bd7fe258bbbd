package org.slurmctldj.sched;

import static org.slurmctldj.core.SlurmNumbers.WAIT_ACCOUNT;
import static org.slurmctldj.core.SlurmNumbers.WAIT_PART_DOWN;
import static org.slurmctldj.core.SlurmNumbers.WAIT_PART_INACTIVE;
import static org.slurmctldj.core.SlurmNumbers.WAIT_QOS;

import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.PartitionChoice;
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
    String account = PartitionChoice.unknownAssociation(p);
    if (account != null) {
      return new Reason(WAIT_ACCOUNT, account);
    }
    String qos = PartitionChoice.unknownQos(p);
    if (qos != null) {
      return new Reason(WAIT_QOS, qos);
    }
    int limit = PartitionLimits.exceeded(config, job, p);
    return limit == 0 ? null : new Reason(limit, null);
  }
}
