package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;


/** {@link Command.Tick}: every deadline that has come. Bounded per tick; what is left fires at the next one. */
final class Deadlines {
  static final int MOST_PER_TICK = 10_000;

  private Deadlines() {}

  static Result fire(Change c, long id) {
    JobRecord j = c.job(id);
    if (j == null || j.deadlineMillis == 0 || j.deadlineMillis > c.nowMillis) {
      return Result.OK;
    }
    switch (j.phase) {
      case PENDING -> pending(c, j);
      case STARTING, RUNNING -> running(c, j);
      case ENDING -> ending(c, j);
      case DONE -> purge(c, j);
    }
    return Result.OK;
  }

  /** A deadline that cannot be carried out is tried again in an hour. */
  static Result putOff(Change c, long id) {
    JobRecord j = c.job(id);
    if (j != null) {
      j.deadlineMillis = c.nowMillis + 3_600_000;
      c.touch(j);
    }
    return Result.OK;
  }

  private static void pending(Change c, JobRecord j) {
    if (Pending.missedDeadline(c, j)) {
      return;
    }
    if (j.request.text(JobField.DEPENDENCY) != null) {
      Dependencies.look(c, j.jobId);
      if (j.phase != JobPhase.PENDING) {
        return;
      }
    }
    Pending.becomeEligible(c, j);
    c.touch(j);
    c.replan("begin time of job " + j.jobId);
  }

  private static void running(Change c, JobRecord j) {
    if (j.configuring) {
      PowerSave.stillConfiguring(c, j);
      return;
    }
    long now = c.nowSeconds();
    if (TimeLimits.endsAt(c, j) <= now) {
      boolean deadline = j.request.number(JobField.DEADLINE) != 0 && j.request.number(JobField.DEADLINE) <= now;
      c.info("job " + JobArrays.name(j) + (deadline ? " reached its deadline" : " reached its time limit"));
      JobEnd.begin(
          c, j, deadline ? Outcome.DEADLINE : Outcome.TIMEOUT, deadline ? FAIL_DEADLINE : FAIL_TIMEOUT,
          c.config().limits().killWaitSeconds());
      return;
    }
    StepLife.timeOver(c, j, now);
    if (TimeLimits.warnsAt(j) <= now) {
      j.warned = true;
      int flags = (int) j.request.number(JobField.WARN_FLAGS);
      int signal = (int) j.request.number(JobField.WARN_SIGNAL);
      boolean batchOnly = (flags & KILL_JOB_BATCH) != 0;
      for (Allocation.NodeShare s : j.allocation.nodes()) {
        if (!batchOnly || s.node() == j.batchNode) {
          c.effect(new Effect.Signal(j.jobId, j.restarts, s.node(), signal, flags));
        }
      }
    }
    if (j.phase == JobPhase.STARTING && j.startTime + TimeLimits.launchTimeout(c) <= now) {
      launchUnconfirmed(c, j);
      if (j.phase != JobPhase.STARTING) {
        return;
      }
    }
    TimeLimits.arm(c, j);
    if (j.deadlineMillis != 0 && j.deadlineMillis <= c.nowMillis) {
      j.deadlineMillis = c.nowMillis + TimeLimits.launchTimeout(c) * 1000;
    }
    c.touch(j);
  }

  /** The batch host has not said that the job runs: ask again, and after ten times give up. */
  private static void launchUnconfirmed(Change c, JobRecord j) {
    NodeRecord n = c.node(j.batchNode);
    if (n.phase != NodePhase.UP) {
      return;
    }
    if (j.startTime + 10 * TimeLimits.launchTimeout(c) <= c.nowSeconds()) {
      NodeLife.lose(c, j, "node " + n.name + " did not confirm the launch", FAIL_LAUNCH);
      return;
    }
    c.effect(new Effect.Launch(j.jobId, j.restarts, j.batchNode));
  }

  /** KillWait and more have passed without a word: such a node gets no new jobs, as Slurm's "Kill task failed". */
  private static void ending(Change c, JobRecord j) {
    for (int node : j.nodesEnding.clone()) {
      NodeRecord n = c.node(node);
      if (n.phase == NodePhase.LOST || n.phase == NodePhase.UNKNOWN) {
        // Its jobs end when it comes back or when SlurmdTimeout calls it down.
        continue;
      }
      if (n.phase == NodePhase.UP && !n.drain) {
        n.drain = true;
        NodeLife.setReason(c, n, "Kill task failed", c.config().limits().slurmUserId());
        c.error("node " + n.name + " drained: job " + JobArrays.name(j) + " would not end");
        c.touch(n);
      }
      JobEnd.givenUp(c, j, node);
    }
    if (j.phase == JobPhase.ENDING) {
      JobEnd.armEnding(c, j, 0);
      c.touch(j);
    }
  }

  private static void purge(Change c, JobRecord j) {
    if (j.arrayJobId == j.jobId && !JobArrays.allEnded(j)) {
      // The record that has the array's id and counters outlives its tasks.
      JobEnd.purgeLater(c, j);
      c.touch(j);
      return;
    }
    if (j.isHet()) {
      HetJobs.purge(c, j);
      return;
    }
    c.remove(j);
  }

}
