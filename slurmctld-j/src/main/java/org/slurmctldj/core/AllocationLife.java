package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;

import java.util.List;

/**
 * Jobs without a batch script: salloc's, and srun's own. Their end is what their client says, or what
 * becomes of the client. States and exit codes as observed on 22.05.8.
 */
final class AllocationLife {
  private static final int EXIT_1 = 1 << 8;
  private static final int SIGNAL_BITS = 0x7f;
  private static final int SIG_OOM = 253;

  private AllocationLife() {}

  static boolean hasScript(JobRecord j) {
    return j.request.number(JobField.BATCH_FLAG) != 0;
  }

  static Result end(Change c, Command.EndAllocation e) {
    JobRecord j = c.job(e.jobId());
    if (j == null) {
      return Result.error(ESLURM_INVALID_JOB_ID);
    }
    if (!Selection.mayChange(e.actor(), j)) {
      return Result.error(ESLURM_USER_ID_MISSING);
    }
    return switch (e.cause()) {
      case CLIENT -> {
        if (j.isHetLeader() && j.phase != JobPhase.PENDING) {
          // What the client says of its job it says of all components; the leader's own end counts for the answer.
          List<JobRecord> others = HetJobs.components(c, j);
          others.removeFirst();
          others.forEach(x -> clientEnds(c, x, e));
          c.keepOnError = true;
        }
        yield clientEnds(c, j, e);
      }
      case NOT_IMMEDIATE -> {
        if (j.phase == JobPhase.PENDING) {
          j.exitCode = 1;
          JobEnd.pendingEnds(c, j, Outcome.FAILED, FAIL_BAD_CONSTRAINTS, NO_VAL);
        }
        yield Result.ok(j.jobId);
      }
      case INACTIVE -> {
        if (hasScript(j) || j.phase != JobPhase.RUNNING) {
          yield Result.error(ESLURM_ALREADY_DONE);
        }
        c.info("job " + JobArrays.name(j) + ": nothing was heard of its client for InactiveLimit seconds");
        JobEnd.begin(c, j, Outcome.TIMEOUT, FAIL_INACTIVE_LIMIT, c.config().limits().killWaitSeconds());
        yield Result.ok(j.jobId);
      }
      case UNREACHABLE -> {
        if (hasScript(j) || j.phase != JobPhase.RUNNING) {
          yield Result.error(ESLURM_ALREADY_DONE);
        }
        c.info("killing interactive job " + JobArrays.name(j) + ": its client does not answer");
        j.exitCode = EXIT_1;
        JobEnd.begin(c, j, Outcome.FAILED, FAIL_EXIT_CODE, c.config().limits().killWaitSeconds());
        yield Result.ok(j.jobId);
      }
    };
  }

  private static Result clientEnds(Change c, JobRecord j, Command.EndAllocation e) {
    switch (j.phase) {
      case PENDING -> {
        if (j.arrayPending != null) {
          return Result.error(ESLURM_NOT_SUPPORTED, "the pending tasks of an array are not an allocation");
        }
        c.info("job " + JobArrays.name(j) + " cancelled by interactive user");
        JobEnd.pendingEnds(c, j, Outcome.CANCELLED, j.reason, e.actor().uid());
      }
      case STARTING, RUNNING -> running(c, j, e);
      case ENDING, DONE -> {
        return Result.error(ESLURM_ALREADY_DONE);
      }
    }
    return Result.ok(j.jobId);
  }

  private static void running(Change c, JobRecord j, Command.EndAllocation e) {
    long wait = c.config().limits().killWaitSeconds();
    int status = (int) e.jobRc();
    if (e.jobRc() != NO_VAL && e.jobRc() != INFINITE) {
      // The client is on its way out: told now, it would call its allocation revoked.
      j.request.clear(JobField.OTHER_PORT);
    }
    if (e.jobRc() == NO_VAL || e.jobRc() == INFINITE) {
      c.info("job " + JobArrays.name(j) + " cancelled by interactive user");
      j.endedBy = e.actor().uid();
      JobEnd.begin(c, j, Outcome.CANCELLED, WAIT_NO_REASON, wait);
    } else if ((status & 0xff) == SIG_OOM) {
      j.exitCode = status;
      JobEnd.begin(c, j, Outcome.OUT_OF_MEMORY, FAIL_OOM, wait);
    } else if ((status & SIGNAL_BITS) != 0) {
      j.exitCode = status;
      JobEnd.begin(c, j, Outcome.FAILED, FAIL_SIGNAL, wait);
    } else if (status != 0) {
      j.exitCode = status;
      JobEnd.begin(c, j, Outcome.FAILED, FAIL_EXIT_CODE, wait);
    } else {
      JobEnd.begin(c, j, Outcome.COMPLETED, WAIT_NO_REASON, wait);
    }
  }

  /** A client that waits for its allocation in vain: "Job allocation 12 has been revoked". */
  static void tellPendingOver(Change c, JobRecord j) {
    tell(c, j, JobField.ALLOC_RESP_PORT, Effect.Notice.COMPLETE);
    tell(c, j, JobField.OTHER_PORT, Effect.Notice.COMPLETE);
  }

  static void tellOver(Change c, JobRecord j) {
    boolean timeout = j.outcome == Outcome.TIMEOUT;
    if (timeout) {
      tell(c, j, JobField.OTHER_PORT, Effect.Notice.TIMEOUT);
    }
    tell(c, j, JobField.OTHER_PORT, Effect.Notice.COMPLETE);
  }

  private static void tell(Change c, JobRecord j, JobField port, Effect.Notice notice) {
    JobFields r = j.request;
    if (r.number(port) != 0 && r.text(JobField.RESP_HOST) != null) {
      c.effect(
          new Effect.TellClient(
              j.jobId, NO_VAL, r.number(JobField.USER_ID), r.text(JobField.RESP_HOST), (int) r.number(port),
              (int) r.number(JobField.START_PROTOCOL_VERSION) >> 8, notice, null));
    }
  }
}
