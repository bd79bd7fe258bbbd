package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;

/** priority/basic as Slurm's default does it: first come, first served, moved by nice. */
final class Priorities {
  private Priorities() {}

  static void onSubmit(Change c, JobRecord job, Actor actor) {
    JobFields r = job.request;
    if (r.isSet(JobField.PRIORITY)) {
      long wanted = r.number(JobField.PRIORITY);
      if (wanted == 0) {
        hold(job, true, c.nowSeconds());
        return;
      }
      if (wanted < NO_VAL) {
        job.priority = wanted;
        job.prioritySet = true;
        return;
      }
    }
    assign(c, job);
  }

  /** The next lower priority of all, and nice taken off. */
  static void assign(Change c, JobRecord job) {
    job.priority = withNice(c.takePriority(), job);
    job.prioritySet = false;
  }

  static long withNice(long base, JobRecord job) {
    return Math.clamp(base - nice(job), 1, NO_VAL - 1);
  }

  static long nice(JobRecord job) {
    return job.request.isSet(JobField.NICE) ? job.request.number(JobField.NICE) - NICE_OFFSET : 0;
  }

  /** A held job has no priority, and no eligible time but a begin time to come. */
  static void hold(JobRecord job, boolean byUser, long nowSeconds) {
    job.priority = 0;
    job.prioritySet = false;
    job.reason = byUser ? WAIT_HELD_USER : WAIT_HELD;
    job.reasonText = null;
    if (job.eligibleTime <= nowSeconds) {
      job.eligibleTime = 0;
    }
    job.accrueTime = 0;
  }
}
