package org.slurmctldj.core;

/**
 * Which jobs an operation means.
 *
 * @param jobId a job, an array's id, or a heterogeneous job's: all of its components
 * @param tasks the tasks of that array, or null for the job itself and all tasks
 * @param component the one component of that heterogeneous job, by its place ("12+1"), or {@link #WHOLE}
 */
public record JobSelector(long jobId, TaskSet tasks, int component) {
  public static final int WHOLE = -1;

  public JobSelector(long jobId, TaskSet tasks) {
    this(jobId, tasks, WHOLE);
  }

  public static JobSelector job(long jobId) {
    return new JobSelector(jobId, null);
  }

  public static JobSelector component(long hetJobId, int component) {
    return new JobSelector(hetJobId, null, component);
  }

  public boolean isComponent() {
    return component != WHOLE;
  }

  /** As users write it: "12", "12_[1-3]", "12+1". */
  @Override
  public String toString() {
    return jobId + (tasks == null ? "" : "_[" + tasks + "]") + (isComponent() ? "+" + component : "");
  }
}
