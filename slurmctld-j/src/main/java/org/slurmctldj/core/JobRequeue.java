package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;

import java.util.List;

/** {@link Command.RequeueJob}: a running or finished batch job goes back to the queue. */
final class JobRequeue {
  private JobRequeue() {}

  static Result apply(Change c, Command.RequeueJob r) {
    List<JobRecord> found = Selection.records(c, r.jobs());
    if (found.isEmpty()) {
      return Selection.none(r.jobs());
    }
    if (!found.get(0).isHet()) {
      return Selection.answer(r.jobs(), found, j -> requeue(c, j, r));
    }
    if (r.jobs().isComponent()) {
      return Result.error(ESLURM_INVALID_JOB_ID);
    }
    if (Selection.onePart(r.jobs(), found)) {
      return Result.error(ESLURM_NOT_HET_JOB_LEADER);
    }
    // All or none; the leader comes last, for its end would be the others' otherwise.
    for (JobRecord j : found.reversed()) {
      int error = requeue(c, j, r);
      if (error != 0 && !(error == ESLURM_TRANSITION_STATE_NO_UPDATE && j != found.get(0))) {
        return Result.error(error);
      }
    }
    return Result.ok(found.get(0).jobId);
  }

  private static int requeue(Change c, JobRecord j, Command.RequeueJob r) {
    if (!Selection.mayChange(r.actor(), j)) {
      return ESLURM_ACCESS_DENIED;
    }
    if (!AllocationLife.hasScript(j)) {
      return ESLURM_BATCH_ONLY;
    }
    if (j.request.number(JobField.REQUEUE) == 0) {
      return ESLURM_DISABLED;
    }
    boolean over = j.phase == JobPhase.DONE || j.phase == JobPhase.ENDING;
    if (r.incomplete() && (over || j.phase == JobPhase.PENDING && c.featureLevel >= 8)) {
      return 0; // nothing to do, and nothing to complain about (observed on 22.05.8, 26.05.5)
    }
    return switch (j.phase) {
      case PENDING -> ESLURM_JOB_PENDING;
      case STARTING, RUNNING -> {
        if (j.suspended) {
          // As Slurm's: requeued while it was suspended, it waits for an admin.
          j.priority = 0;
        }
        j.requeueAfterEnd = true;
        j.requeueHold = r.hold();
        j.specialExit = r.special();
        j.launchFailed = r.launchFailed();
        j.endedBy = r.actor().uid();
        JobEnd.begin(c, j, Outcome.CANCELLED, WAIT_NO_REASON, c.config().limits().killWaitSeconds());
        yield 0;
      }
      case ENDING -> {
        if (j.requeueAfterEnd) {
          // To Slurm it is pending already (22.05.8, 26.05.5).
          yield c.featureLevel >= 8 && !j.isHet() ? ESLURM_JOB_PENDING : ESLURM_TRANSITION_STATE_NO_UPDATE;
        }
        j.requeueAfterEnd = true;
        j.requeueHold = r.hold();
        j.specialExit = r.special();
        j.launchFailed = r.launchFailed();
        c.touch(j);
        yield 0;
      }
      case DONE -> {
        if (j.allocation == null && j.arrayJobId != 0 && j.arrayTaskId == NO_VAL) {
          // The cancelled rest of an array: its tasks are forgotten.
          yield ESLURM_ALREADY_DONE;
        }
        if (j.partition >= c.config().partitions().size() || j.partitions.length == 0) {
          // Its partition was deleted since.
          yield ESLURM_INVALID_PARTITION_NAME;
        }
        JobArrays.revived(c, j);
        j.requeueHold = r.hold();
        j.specialExit = r.special();
        int exitCode = j.exitCode;
        JobEnd.backToPending(c, j);
        if (r.hold() && c.featureLevel >= 8) {
          // Slurm forgets how it ended when it is released (22.05.8, 24.11.5, 26.05.5).
          j.exitCode = exitCode;
        }
        yield 0;
      }
    };
  }
}
