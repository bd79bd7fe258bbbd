package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.NO_VAL;

/**
 * Job arrays: one record stands for all pending tasks and splits only when a task diverges. A task
 * that leaves gets a job id of its own; the last one takes over the record that has the array's id,
 * as in Slurm.
 */
final class JobArrays {
  private JobArrays() {}

  /** The record that has the array's id and counters, or null once it is purged. */
  static JobRecord head(Change c, JobRecord member) {
    return member.arrayJobId == 0 ? null : c.job(member.arrayJobId);
  }

  /** True if no task of it will change any more. Heads know: a look at each of many members is dear. */
  static boolean allEnded(JobRecord head) {
    return head.arrayEnded >= head.arrayTasks;
  }

  /** Makes that pending task a record of its own and returns it; null if no job id is left. */
  static JobRecord split(Change c, JobRecord rest, int task) {
    if (rest.arrayPending.size() == 1) {
      rest.arrayPending = null;
      rest.arrayTaskId = task;
      c.touch(rest);
      return rest;
    }
    long id = c.takeJobId();
    if (id == 0) {
      return null;
    }
    JobRecord job = rest.copy();
    job.jobId = id;
    job.arrayTaskId = task;
    job.arrayPending = null;
    job.arrayRunning = 0;
    job.arrayEnded = 0;
    job.arrayFailed = 0;
    job.arrayTasks = 0;
    job.version = 0;
    rest.arrayPending = rest.arrayPending.without(task);
    c.touch(rest);
    c.touch(job);
    return job;
  }

  /** True if the array's limit on running tasks lets one more start. */
  static boolean mayStart(Change c, JobRecord job) {
    JobRecord head = head(c, job);
    int limit = head == null ? job.arrayMaxRunning : head.arrayMaxRunning;
    return limit == 0 || head == null || head.arrayRunning < limit;
  }

  static void taskStarted(Change c, JobRecord task) {
    JobRecord head = head(c, task);
    if (head != null) {
      head.arrayRunning++;
      c.touch(head);
    }
  }

  /** A task stopped running, whether it ended or goes back to pending. */
  static void taskStopped(Change c, JobRecord task) {
    JobRecord head = head(c, task);
    if (head != null) {
      head.arrayRunning = Math.max(0, head.arrayRunning - 1);
      c.touch(head);
    }
  }

  /** A task, or all that the record stands for, is over for good. */
  static void ended(Change c, JobRecord task, int tasks) {
    JobRecord head = head(c, task);
    if (head != null) {
      head.arrayEnded += tasks;
      if (task.outcome != Outcome.COMPLETED) {
        head.arrayFailed += tasks;
      }
      c.touch(head);
    }
  }

  /** A finished task is requeued. */
  static void revived(Change c, JobRecord task) {
    JobRecord head = head(c, task);
    if (head != null) {
      head.arrayEnded = Math.max(0, head.arrayEnded - 1);
      if (task.outcome != Outcome.COMPLETED) {
        head.arrayFailed = Math.max(0, head.arrayFailed - 1);
      }
      c.touch(head);
    }
  }

  /** How users name it: 12, 12_3 or 12_[4-9]. */
  static String name(JobRecord j) {
    if (j.arrayJobId == 0) {
      return Long.toString(j.jobId);
    }
    if (j.arrayPending != null) {
      return j.arrayJobId + "_[" + j.arrayPending + "]";
    }
    return j.arrayTaskId == NO_VAL ? Long.toString(j.jobId) : j.arrayJobId + "_" + j.arrayTaskId;
  }
}
