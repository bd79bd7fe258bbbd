package org.slurmctldj.core;

/**
 * Which jobs an operation means.
 *
 * @param jobId a job, or an array's id
 * @param tasks the tasks of that array, or null for the job itself and all tasks
 */
public record JobSelector(long jobId, TaskSet tasks) {
  public static JobSelector job(long jobId) {
    return new JobSelector(jobId, null);
  }
}
