package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;

/**
 * {@link Command.SubmitJob}: checks a request as slurmctld 22.05 does where core has the facts,
 * fills in the defaults that Slurm's job record shows, and makes the record. A refused submission
 * leaves nothing behind, not even a used-up job id (Slurm keeps a FAILED record of some).
 */
final class Submission {
  private Submission() {}

  static Result apply(Change c, Command.SubmitJob s) {
    JobRecord job = new JobRecord();
    job.request = s.request().copy();
    Result refused = check(c.config(), job, s.actor(), c.nowSeconds(), c.jobsAgainstLimit(), c.featureLevel);
    if (refused != null) {
      return refused;
    }
    long id = c.takeJobId();
    if (id == 0) {
      return Result.error(EAGAIN, "every job id up to MaxJobId is in use");
    }
    job.jobId = id;
    if (job.arrayPending != null) {
      job.arrayJobId = id;
      job.arrayTasks = job.arrayPending.size();
    }
    Result dependency = enter(c, job, s.actor());
    if (dependency != null) {
      return dependency;
    }
    Pending.missedDeadline(c, job);
    // What no planner would look at (held, waiting for a dependency or its begin time) starts no plan.
    if (Pending.startable(job) && !(s.place() != null && JobStart.atOnce(c, job, s.place()))) {
      c.replan("job " + id + " submitted");
    }
    return Result.ok(id);
  }

  /** A job that was found good joins the queue; null, or why its dependency does not let it. */
  static Result enter(Change c, JobRecord job, Actor actor) {
    job.epoch = c.config().epoch();
    job.submitTime = c.nowSeconds();
    Result dependency = Dependencies.onSubmit(c, job);
    if (dependency != null) {
      return dependency;
    }
    Priorities.onSubmit(c, job, actor);
    Pending.becomeEligible(c, job);
    c.submitted++;
    c.touch(job);
    return null;
  }

  /** Null if the request is good; job has its defaults then. */
  static Result check(ClusterConfig config, JobRecord job, Actor actor, long nowSeconds, long jobsAgainstLimit, int featureLevel) {
    JobFields r = job.request;
    if (!actor.privileged()) {
      if (r.number(JobField.USER_ID) != actor.uid()) {
        return Result.error(ESLURM_USER_ID_MISSING);
      }
      if (r.isSet(JobField.NICE) && r.number(JobField.NICE) < NICE_OFFSET) {
        return Result.error(ESLURM_INVALID_NICE);
      }
      if (r.isSet(JobField.PRIORITY) && r.number(JobField.PRIORITY) != 0) {
        // As slurmctld: only an operator's --priority counts, anybody else's is dropped.
        r.clear(JobField.PRIORITY);
      }
    }
    Result early = RequestChecks.texts(config, job, featureLevel);
    if (early == null) {
      early = array(config, job);
    }
    if (early == null) {
      early = RequestChecks.wantedNodes(config, r, featureLevel);
    }
    if (early == null) {
      early = PartitionChoice.resolve(config, job, actor, featureLevel);
    }
    if (early != null) {
      return early;
    }
    if (jobsAgainstLimit + (job.arrayPending == null ? 1 : job.arrayPending.size()) > config.limits().maxJobCount()) {
      return Result.error(EAGAIN, Result.JOBS_FULL);
    }
    Result size = RequestChecks.check(config, job, nowSeconds, featureLevel);
    if (size != null) {
      return size;
    }
    if (job.isExpedited() && !config.limits().expeditedRequeue()) {
      return Result.error(ESLURM_NOT_SUPPORTED, "Expedited requeue requested but not enabled");
    }
    if (!r.isSet(JobField.REQUEUE)) {
      r.number(JobField.REQUEUE, config.limits().jobRequeue() ? 1 : 0);
    }
    return null;
  }

  private static Result array(ClusterConfig config, JobRecord job) {
    String text = job.request.text(JobField.ARRAY_SPEC);
    if (text == null) {
      return null;
    }
    ArraySpec spec = ArraySpec.parse(text, config.limits().maxArraySize());
    if (spec == null) {
      return Result.error(ESLURM_INVALID_ARRAY);
    }
    job.arrayPending = spec.tasks();
    job.arrayMaxRunning = spec.maxRunning();
    return null;
  }
}
