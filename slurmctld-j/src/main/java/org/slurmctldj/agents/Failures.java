package org.slurmctldj.agents;

import org.slurmctldj.core.Outcome;
import org.slurmctldj.proto.agent.Failure;
import org.slurmctldj.proto.agent.Terminate;

/** Words of the stream to Slurm's numbers and back. */
final class Failures {

  /** Slurm's error for a launch that failed in that way; 0 where it has none. */
  static int slurmError(Failure failure) {
    return switch (failure) {
      case NONE, SHEPHERD_DIED, NODE_REBOOTED, CANCELLED_BEFORE_START, UNRECOGNIZED -> 0;
      case UNKNOWN_USER -> 4005;
      case NOT_ROOT -> 4016;
      case SPOOL -> 4010;
      case STDIO -> 4021;
      case EXEC -> 4020;
      case SETUP, BAD_LAUNCH -> 4014;
      case PROLOG -> 4022;
    };
  }

  static Terminate.Reason terminateReason(Outcome outcome, boolean requeued) {
    if (requeued) {
      return Terminate.Reason.REQUEUED;
    }
    return switch (outcome) {
      case CANCELLED -> Terminate.Reason.CANCELLED;
      case TIMEOUT, DEADLINE -> Terminate.Reason.TIME_LIMIT;
      case PREEMPTED -> Terminate.Reason.PREEMPTED;
      case NODE_FAIL, BOOT_FAIL -> Terminate.Reason.NODE_FAILURE;
      case OUT_OF_MEMORY -> Terminate.Reason.OUT_OF_MEMORY;
      case NONE, COMPLETED, FAILED -> Terminate.Reason.ENDED;
    };
  }

  private Failures() {}
}
