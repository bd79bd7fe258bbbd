package org.slurmctldj.sched;

import java.util.Map;

/**
 * Why pending jobs wait, as the last plan saw it: soft state beside core's own reasons (held,
 * dependency, begin time). Immutable; queries read the newest one that {@link SchedulerThread}
 * published.
 *
 * @param plannedAtMillis when the plan was made
 */
public record PendingReasons(long plannedAtMillis, Map<Long, Reason> byJob) {
  public static final PendingReasons NONE = new PendingReasons(0, Map.of());

  /**
   * @param number Slurm's state_reason
   * @param text state_desc, or null
   */
  public record Reason(int number, String text) {}

  /** The reason for that job (or array rest), or null if the plan did not look at it. */
  public Reason of(long jobId) {
    return byJob.get(jobId);
  }
}
