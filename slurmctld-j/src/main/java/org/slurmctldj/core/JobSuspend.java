package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;

import java.util.List;
import org.slurmctldj.core.Allocation.NodeShare;

/**
 * {@link Command.SuspendJob}: an admin stops a running job, and lets it go on. As in Slurm its cores are given
 * back and its memory is kept; if others have the cores by the time it goes on, it shares them.
 */
final class JobSuspend {
  private static final int SIGCONT = 18;
  private static final int SIGSTOP = 19;

  private JobSuspend() {}

  static Result apply(Change c, Command.SuspendJob s) {
    if (!s.actor().privileged()) {
      return Result.error(ESLURM_ACCESS_DENIED);
    }
    List<JobRecord> found = Selection.records(c, s.jobs());
    if (found.isEmpty()) {
      return Selection.none(s.jobs());
    }
    if (found.get(0).isHet()) {
      if (Selection.onePart(s.jobs(), found)) {
        return Result.error(ESLURM_NOT_WHOLE_HET_JOB);
      }
      c.replan(s.resume() ? "job resumed" : "job suspended");
      return Selection.whole(found, j -> s.resume() ? resume(c, j) : suspend(c, j));
    }
    c.replan(s.resume() ? "job resumed" : "job suspended");
    return Selection.answer(s.jobs(), found, j -> s.resume() ? resume(c, j) : suspend(c, j));
  }

  private static int suspend(Change c, JobRecord j) {
    return switch (j.phase) {
      case PENDING -> ESLURM_JOB_PENDING;
      case STARTING -> ESLURM_TRANSITION_STATE_NO_UPDATE;
      case ENDING, DONE -> ESLURM_ALREADY_DONE;
      case RUNNING -> {
        if (j.suspended) {
          yield 0;
        }
        j.preSuspendedSeconds += c.nowSeconds() - (j.suspendTime == 0 ? j.startTime : j.suspendTime);
        j.suspendTime = c.nowSeconds();
        j.suspended = true;
        j.stopped = false; // its resume continues it, whoever stopped it
        j.deadlineMillis = 0;
        for (NodeShare share : j.allocation.nodes()) {
          NodeShares.suspended(c, share.node(), 1);
          if (!j.coresReleased) {
            NodeShares.releaseCores(c, share);
          }
        }
        j.coresReleased = true;
        signal(c, j, SIGSTOP);
        c.touch(j);
        c.info("job " + JobArrays.name(j) + " suspended");
        yield 0;
      }
    };
  }

  private static int resume(Change c, JobRecord j) {
    return switch (j.phase) {
      case PENDING -> ESLURM_JOB_PENDING;
      case ENDING, DONE -> ESLURM_ALREADY_DONE;
      case STARTING -> ESLURM_JOB_NOT_SUSPENDED;
      case RUNNING -> {
        if (!j.suspended) {
          yield ESLURM_JOB_NOT_SUSPENDED;
        }
        endSuspension(c, j);
        j.suspendTime = c.nowSeconds();
        TimeLimits.arm(c, j);
        signal(c, j, SIGCONT);
        c.touch(j);
        c.info("job " + JobArrays.name(j) + " resumed");
        yield 0;
      }
    };
  }

  /** It counts as running again: resumed, or told to end. Takes its cores back where they are all free. */
  static void endSuspension(Change c, JobRecord j) {
    if (!j.suspended) {
      return;
    }
    j.suspended = false;
    boolean free = j.allocation.nodes().stream().allMatch(s -> NodeShares.coresFree(c, s));
    for (NodeShare share : j.allocation.nodes()) {
      NodeShares.suspended(c, share.node(), -1);
      if (free) {
        NodeShares.takeCores(c, share);
      }
    }
    j.coresReleased = !free;
  }

  private static void signal(Change c, JobRecord j, int signal) {
    for (NodeShare share : j.allocation.nodes()) {
      c.effect(new Effect.Signal(j.jobId, j.restarts, share.node(), signal, KILL_FULL_JOB));
    }
  }
}
