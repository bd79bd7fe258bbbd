package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;

/** What a pending job waits for that core itself decides: a hold, a dependency, a begin time, a deadline. */
final class Pending {
  private Pending() {}

  /**
   * Sets reason, eligible time and deadline of a pending job after anything about it changed. A job
   * with reason 0 is a planner's business.
   */
  static void becomeEligible(Change c, JobRecord job) {
    long begin = job.request.number(JobField.BEGIN_TIME);
    long latest = job.request.number(JobField.DEADLINE);
    job.deadlineMillis = latest == 0 ? 0 : Math.max(1, (latestStart(job) + 1) * 1000);
    if (job.priority == 0) {
      if (c.featureLevel >= 3 && begin > c.nowSeconds()) {
        job.eligibleTime = begin;
      }
      return;
    }
    if (job.request.text(JobField.DEPENDENCY) != null) {
      // From the text: a job that was held when its dependency failed has another reason.
      boolean hopeless = DependencyText.parse(job.request.text(JobField.DEPENDENCY)).isHopeless();
      job.reason = hopeless ? WAIT_DEP_INVALID : WAIT_DEPENDENCY;
      job.eligibleTime = 0;
      if (DependencyText.longestMinutes(job.request.text(JobField.DEPENDENCY)) > 0) {
        // after:12+5 comes true by time alone: looked at every minute.
        long due = c.nowMillis + 60_000;
        job.deadlineMillis = job.deadlineMillis == 0 ? due : Math.min(job.deadlineMillis, due);
      }
      return;
    }
    job.reasonText = null;
    if (begin > c.nowSeconds()) {
      job.reason = WAIT_TIME;
      job.eligibleTime = begin;
      long due = begin * 1000;
      job.deadlineMillis = job.deadlineMillis == 0 ? due : Math.min(job.deadlineMillis, due);
      return;
    }
    job.reason = WAIT_NO_REASON;
    if (job.eligibleTime == 0 || job.eligibleTime > c.nowSeconds()) {
      job.eligibleTime = c.nowSeconds();
    }
    if (job.accrueTime == 0) {
      job.accrueTime = c.nowSeconds();
    }
  }

  /** The last moment at which the job can still end before its --deadline, in seconds. */
  static long latestStart(JobRecord job) {
    JobFields r = job.request;
    long minutes = RequestChecks.effectiveMinimum(r.number(JobField.TIME_LIMIT), r.number(JobField.TIME_MIN));
    return r.number(JobField.DEADLINE) - (minutes >= NO_VAL ? 60 : minutes * 60);
  }

  /** Ends a job that cannot make its --deadline any more; true if it was one. */
  static boolean missedDeadline(Change c, JobRecord job) {
    if (job.request.number(JobField.DEADLINE) == 0 || latestStart(job) >= c.nowSeconds()) {
      return false;
    }
    c.info("job " + JobArrays.name(job) + " cannot end before its deadline");
    job.exitCode = 1;
    JobEnd.pendingEnds(c, job, Outcome.DEADLINE, FAIL_DEADLINE, NO_VAL);
    return true;
  }

  /** True if a planner may start it now. */
  static boolean startable(JobRecord job) {
    return job.phase == JobPhase.PENDING && job.priority != 0 && job.reason == WAIT_NO_REASON;
  }
}
