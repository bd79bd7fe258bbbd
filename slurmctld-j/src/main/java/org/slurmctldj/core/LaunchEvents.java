package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;

/**
 * What agents report of launches. Reports come at least once, late, and twice: each is recognised
 * by job id and restart count, and one that concerns an earlier incarnation only gets its
 * acknowledgement.
 */
final class LaunchEvents {
  /** What Slurm stores for a job that the kernel killed for memory: shown as signal 125. */
  private static final int SIG_OOM = 253;

  private LaunchEvents() {}

  private static JobRecord current(Change c, long jobId, int restarts) {
    JobRecord j = c.job(jobId);
    return j != null && j.restarts == restarts && j.phase != JobPhase.PENDING ? j : null;
  }

  /** Who reports: by name, whatever its index was when it spoke; older journals only have that index. -1: no such node any more. */
  private static int node(Change c, int index, String name) {
    return name == null ? index : c.nodeIndex(name);
  }

  static Result started(Change c, Command.LaunchStarted l) {
    int node = node(c, l.node(), l.nodeName());
    JobRecord j = current(c, l.jobId(), l.restarts());
    if (j == null || node < 0 || j.batchNode != node) {
      return stale(l.jobId());
    }
    if (j.phase == JobPhase.STARTING) {
      j.phase = JobPhase.RUNNING;
      TimeLimits.arm(c, j);
      c.touch(j);
    }
    return Result.ok(j.jobId);
  }

  private static int failed(int waitStatus) {
    return (waitStatus & 0x7f) == 0 ? FAIL_EXIT_CODE : FAIL_SIGNAL;
  }

  private static Result stale(long jobId) {
    return new Result(0, jobId, "not a current launch", java.util.List.of());
  }

  static Result ended(Change c, Command.LaunchEnded l) {
    // Whatever becomes of the report: once this command is durable, the agent need not keep it.
    int node = node(c, l.node(), l.nodeName());
    c.effect(new Effect.ForgetLaunch(l.jobId(), l.restarts(), node));
    JobRecord j = current(c, l.jobId(), l.restarts());
    if (j == null || node < 0 || j.batchNode != node || j.phase == JobPhase.DONE) {
      return stale(l.jobId());
    }
    if (j.phase == JobPhase.ENDING) {
      if (j.exitCode == 0 && !j.requeueAfterEnd && l.failure() == null) {
        // How it died of what we did to it: Slurm shows 0:15 or 0:9 for a job at its time limit.
        j.exitCode = l.waitStatus();
        c.touch(j);
      }
      if (!j.requeueAfterEnd) {
        boolean well = j.exitCode == 0;
        HetJobs.leaderOver(c, j, well ? Outcome.COMPLETED : Outcome.FAILED, well ? WAIT_NO_REASON : failed(j.exitCode), j.exitCode, 0);
      }
      return Result.ok(j.jobId);
    }
    j.failure = l.failure();
    if (l.failure() != null) {
      j.exitCode = l.waitStatus() != 0 ? l.waitStatus() : 1 << 8;
      c.error("job " + JobArrays.name(j) + " on " + c.node(node).name + ": " + l.failure());
      JobEnd.begin(c, j, Outcome.FAILED, FAIL_LAUNCH, 0);
    } else if (l.outOfMemory()) {
      j.exitCode = SIG_OOM;
      JobEnd.begin(c, j, Outcome.OUT_OF_MEMORY, FAIL_OOM, 0);
    } else {
      j.exitCode = l.waitStatus();
      if (j.isExpedited() && l.waitStatus() >> 8 != 0 && j.request.number(JobField.REQUEUE) == 1 && !j.isHet()) {
        j.requeueAfterEnd = true;
        j.requeueHold = true;
      }
      JobEnd.begin(
          c, j, l.waitStatus() == 0 ? Outcome.COMPLETED : Outcome.FAILED,
          l.waitStatus() == 0 ? WAIT_NO_REASON : failed(l.waitStatus()), 0);
    }
    HetJobs.leaderOver(c, j, j.outcome, j.reason, j.exitCode, 0);
    return Result.ok(j.jobId);
  }

  static Result released(Change c, Command.NodeReleased l) {
    int node = node(c, l.node(), l.nodeName());
    NodeLife.answered(c, node);
    if (node >= 0 && node < c.config().nodes().size() && Leftovers.gone(c, c.node(node), l.jobId(), l.restarts())) {
      c.replan("node " + c.node(node).name + " has nothing left of former jobs");
    }
    JobRecord j = current(c, l.jobId(), l.restarts());
    if (j == null || j.phase != JobPhase.ENDING) {
      return stale(l.jobId());
    }
    if (l.epilogFailed()) {
      JobEnd.epilogFailed(c, j);
    }
    JobEnd.nodeReleased(c, j, node);
    return Result.ok(j.jobId);
  }
}
