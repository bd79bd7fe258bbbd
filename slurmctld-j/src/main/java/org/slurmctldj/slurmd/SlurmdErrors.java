package org.slurmctldj.slurmd;

import org.slurmctldj.core.Outcome;
import org.slurmctldj.proto.slurm.MessageType;
import org.slurmctldj.proto.slurm.SlurmError;

/** slurmd's return codes and what they mean here. */
final class SlurmdErrors {
  static final int DUPLICATE_JOB_ID = 2011;
  static final int INVALID_JOB_ID = 2017;
  static final int ALREADY_DONE = 2021;
  static final int USER_ID_MISSING = 2010;
  static final int KILL_JOB_ALREADY_COMPLETE = 4002;
  static final int INVALID_ACCT_FREQ = 4003;
  static final int UID_NOT_FOUND = 4005;
  static final int GID_NOT_FOUND = 4006;
  static final int CREDENTIAL_REVOKED = 4008;
  static final int SETUP_ENVIRONMENT = 4014;
  static final int PROLOG_FAILED = 4022;
  static final int STEP_NOTRUNNING = 4027;
  static final int SEND_ERROR = 1002;

  private SlurmdErrors() {}

  static String words(long code) {
    return SlurmError.of(code).map(SlurmError::text).orElse("error " + code);
  }

  /** Errors of a launch that do not mean that something is wrong with the node. */
  static boolean isNotTheNodes(long code) {
    return code == SEND_ERROR || code == USER_ID_MISSING || code == UID_NOT_FOUND || code == GID_NOT_FOUND || code == INVALID_ACCT_FREQ;
  }

  /** How slurmd is told to end a job: the messages differ in what they write to the job's stderr. */
  static MessageType killMessage(Outcome outcome) {
    return switch (outcome) {
      case TIMEOUT, DEADLINE -> MessageType.REQUEST_KILL_TIMELIMIT;
      case PREEMPTED -> MessageType.REQUEST_KILL_PREEMPTED;
      case NONE, COMPLETED, CANCELLED, FAILED, NODE_FAIL, BOOT_FAIL, OUT_OF_MEMORY -> MessageType.REQUEST_TERMINATE_JOB;
    };
  }
}
