package org.slurmctldj.sched;

import static org.slurmctldj.core.SlurmNumbers.WAIT_PRIORITY;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.function.Supplier;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobRow;
import org.slurmctldj.core.RequestShape;

/**
 * Why pending jobs wait, as the last plan saw it: soft state beside core's own reasons (held,
 * dependency, begin time). Queries read the newest one that {@link SchedulerThread} published. A plan
 * looks at few jobs; of the others it is known that they wait behind those.
 *
 * @param plannedAtMillis when the plan was made
 * @param byJob jobs that the plan looked at
 * @param behind partitions in which the plan stopped before the queue's end
 * @param byShape by {@link RequestShape}: what the partition's own limits keep back
 */
public record PendingReasons(
    long plannedAtMillis, Map<Long, Reason> byJob, BitSet behind, Map<Long, Reason> byShape, long limits) {
  public static final PendingReasons NONE = new PendingReasons(0, Map.of(), new BitSet(), Map.of(), 0);

  private static final Reason PRIORITY = new Reason(WAIT_PRIORITY, null);

  /**
   * @param number Slurm's state_reason
   * @param text state_desc, or null
   */
  public record Reason(int number, String text) {}

  /** The reason for that job (or array rest), or null if it has one of core's own, or no planner knew it. */
  public Reason of(JobRecord job) {
    if (job == null) {
      return null;
    }
    JobRow row = new JobRow();
    row.of(job);
    return of(row, () -> job);
  }

  /** As {@link #of(JobRecord)}; the record is asked for only where the row does not tell. */
  public Reason of(JobRow job, Supplier<JobRecord> record) {
    if (!job.startable()) {
      return null;
    }
    Reason r = byJob.get(job.jobId);
    if (r == null && !byShape.isEmpty()) {
      r = byShape.get(job.shape);
    }
    if (r != null || behind.isEmpty()) {
      return r;
    }
    return behind.get(job.partition) || another(record.get()) ? PRIORITY : null;
  }

  private boolean another(JobRecord job) {
    return job != null && job.partitions.length > 1 && Arrays.stream(job.partitions).anyMatch(behind::get);
  }

  /** The one before, if it says the same: whoever keeps answers made with it need not look again. */
  PendingReasons orSame(PendingReasons before) {
    boolean same = before.limits == limits && before.byShape == byShape && before.behind.equals(behind)
        && before.byJob.equals(byJob);
    return same ? before : this;
  }
}
