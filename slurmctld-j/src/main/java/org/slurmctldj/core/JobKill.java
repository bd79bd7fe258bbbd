package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;

import java.util.List;

/** {@link Command.KillJob}: scancel, by the owner or a privileged user. */
final class JobKill {
  private static final int SIGKILL = 9;
  private static final int SIGCONT = 18;
  private static final int SIGSTOP = 19;

  private JobKill() {}

  static Result apply(Change c, Command.KillJob k) {
    List<JobRecord> found = Selection.records(c, k.jobs());
    if (found.isEmpty()) {
      return Result.error(ESLURM_INVALID_JOB_ID);
    }
    for (JobRecord j : found) {
      if (!Selection.mayChange(k.actor(), j)) {
        return Result.error(ESLURM_ACCESS_DENIED);
      }
    }
    boolean cancels = cancels(k);
    if (found.get(0).isHet()) {
      return ofHet(c, found, k, cancels);
    }
    return Selection.combine(found, j -> cancels || endsWaiting(c, j, k) ? cancel(c, j, k) : signal(c, j, k));
  }

  private static Result ofHet(Change c, List<JobRecord> found, Command.KillJob k, boolean cancels) {
    JobRecord one = found.get(0);
    boolean waits = one.phase == JobPhase.PENDING || one.phase == JobPhase.ENDING && one.requeueAfterEnd;
    if (cancels && waits && one.hetSize > 1 && Selection.onePart(k.jobs(), found)) {
      return Result.error(ESLURM_NOT_WHOLE_HET_JOB);
    }
    // The leader comes last: its end would be the others' otherwise.
    return Selection.whole(found.reversed(), j -> cancels ? cancel(c, j, k) : signal(c, j, k));
  }

  /** SIGKILL to everything ends the job; SIGKILL to the batch shell or to steps alone is a signal. */
  private static boolean cancels(Command.KillJob k) {
    return k.signal() == SIGKILL && (k.flags() & (KILL_JOB_BATCH | KILL_STEPS_ONLY)) == 0;
  }

  /** SIGKILL to the batch script of a job that waits: there is nothing else to end (observed on 22.05.8, 24.11.5, 26.05.5). */
  private static boolean endsWaiting(Change c, JobRecord j, Command.KillJob k) {
    return c.featureLevel >= 7 && j.phase == JobPhase.PENDING && k.signal() == SIGKILL;
  }

  private static int cancel(Change c, JobRecord j, Command.KillJob k) {
    return switch (j.phase) {
      case PENDING -> {
        if (j.arrayPending != null && k.jobs().tasks() != null) {
          TaskSet left = j.arrayPending.without(k.jobs().tasks());
          if (!left.isEmpty()) {
            dropTasks(c, j, left, k);
            yield 0;
          }
        }
        c.info("job " + JobArrays.name(j) + " cancelled while pending by uid " + k.actor().uid());
        // What it waited for stays to be seen: core's own reason, else the planner's (observed on 22.05.8).
        boolean planners = c.featureLevel >= 7 && j.reason == WAIT_NO_REASON && k.waits() != 0;
        j.reasonText = planners ? k.waitsText() : j.reasonText;
        JobEnd.pendingEnds(c, j, Outcome.CANCELLED, planners ? k.waits() : j.reason, k.actor().uid());
        if (k.jobs().tasks() != null) {
          // Cancelled task by task, the array shows without its tasks, as Slurm's does.
          j.arrayDropped = null;
          c.touch(j);
        }
        yield 0;
      }
      case STARTING, RUNNING -> {
        c.info("job " + JobArrays.name(j) + " cancelled by uid " + k.actor().uid());
        j.endedBy = k.actor().uid();
        JobEnd.begin(c, j, Outcome.CANCELLED, WAIT_NO_REASON, c.config().limits().killWaitSeconds());
        yield 0;
      }
      case ENDING -> {
        if (!j.requeueAfterEnd) {
          yield ESLURM_ALREADY_DONE;
        }
        // Requeued and still cleaning up: the wish to run again is withdrawn.
        j.requeueAfterEnd = false;
        j.requeueHold = false;
        j.outcome = Outcome.CANCELLED;
        j.endedBy = k.actor().uid();
        c.touch(j);
        yield 0;
      }
      case DONE -> ESLURM_ALREADY_DONE;
    };
  }

  /** Cancelled tasks of the pending rest leave no record, as in Slurm. */
  private static void dropTasks(Change c, JobRecord rest, TaskSet left, Command.KillJob k) {
    int dropped = rest.arrayPending.size() - left.size();
    rest.arrayPending = left;
    rest.arrayEnded += dropped;
    rest.arrayFailed += dropped;
    c.canceled += dropped;
    c.touch(rest);
    c.info(dropped + " pending tasks of array " + rest.jobId + " cancelled by uid " + k.actor().uid());
  }

  /** Whoever of the job it is sent to: observed on 22.05.8 with and without -b and -f. */
  private static void stopped(Change c, JobRecord j, int signal) {
    boolean now = signal == SIGSTOP || signal != SIGCONT && j.stopped;
    if (c.featureLevel >= 7 && now != j.stopped) {
      j.stopped = now;
      c.touch(j);
    }
  }

  private static int signal(Change c, JobRecord j, Command.KillJob k) {
    return switch (j.phase) {
      case PENDING -> ESLURM_TRANSITION_STATE_NO_UPDATE;
      case STARTING, RUNNING -> {
        if (j.suspended) {
          yield ESLURM_TRANSITION_STATE_NO_UPDATE;
        }
        stopped(c, j, k.signal());
        boolean batchOnly = (k.flags() & KILL_JOB_BATCH) != 0;
        for (Allocation.NodeShare s : j.allocation.nodes()) {
          if (!batchOnly || s.node() == j.batchNode) {
            c.effect(new Effect.Signal(j.jobId, j.restarts, s.node(), k.signal(), k.flags()));
          }
        }
        yield 0;
      }
      case ENDING -> ESLURM_ALREADY_DONE;
      case DONE -> ESLURM_INVALID_JOB_ID;
    };
  }
}
