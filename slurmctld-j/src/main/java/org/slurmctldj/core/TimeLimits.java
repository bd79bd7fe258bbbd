package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.INFINITE;

/** The deadlines of starting and running jobs: launch confirmed, warning signal, time limit, --deadline. */
final class TimeLimits {
  private TimeLimits() {}

  /** When the job's time is over, in seconds; Long.MAX_VALUE for never. */
  static long endsAt(Change c, JobRecord j) {
    long end = Long.MAX_VALUE;
    if (j.timeLimit != INFINITE) {
      int over = c.config().partitions().isEmpty() ? 0 : overTime(c, j);
      end = countsFrom(j) + (j.timeLimit + over) * 60;
      if (over == 0xffff) {
        end = Long.MAX_VALUE;
      }
    }
    String reservation = j.request.text(JobField.RESERVATION);
    if (reservation != null) {
      for (ReservationDefinition r : c.config().reservations()) {
        if (r.name().equals(reservation)) {
          // A job of a reservation ends with it.
          end = Math.min(end, r.at(j.startTime).end());
        }
      }
    }
    long latest = j.request.number(JobField.DEADLINE);
    return latest == 0 ? end : Math.min(end, latest);
  }

  /** A job that may run shorter than its time limit (--time-min) gets what is left until its --deadline, whole minutes. */
  static void fitDeadline(Change c, JobRecord j) {
    long deadline = j.request.number(JobField.DEADLINE);
    long min = j.request.number(JobField.TIME_MIN);
    if (deadline != 0 && min != 0 && min < SlurmNumbers.NO_VAL) {
      j.timeLimit = Math.max(min, Math.min(j.timeLimit, (deadline - c.nowSeconds()) / 60));
    }
  }

  /** When it started, moved by as long as it was suspended, in seconds. */
  private static long countsFrom(JobRecord j) {
    return j.suspendTime == 0 ? j.startTime : j.suspendTime - j.preSuspendedSeconds;
  }

  private static int overTime(Change c, JobRecord j) {
    int own = j.partition < c.config().partitions().size()
        ? c.config().partitions().get(j.partition).overTimeLimit()
        : SlurmNumbers.NO_VAL16;
    return own == SlurmNumbers.NO_VAL16 ? c.config().limits().overTimeLimitMinutes() : own;
  }

  /** When the warning signal is due, in seconds; Long.MAX_VALUE for never. */
  static long warnsAt(JobRecord j) {
    if (j.warned || j.request.number(JobField.WARN_SIGNAL) == 0 || j.timeLimit == INFINITE) {
      return Long.MAX_VALUE;
    }
    return countsFrom(j) + j.timeLimit * 60 - j.request.number(JobField.WARN_TIME);
  }

  /** Sets the next deadline of a starting or running job. */
  static void arm(Change c, JobRecord j) {
    if (j.suspended) {
      j.deadlineMillis = 0;
      return;
    }
    long at = Math.min(endsAt(c, j), warnsAt(j));
    for (StepRecord s : j.steps.live()) {
      at = Math.min(at, s.endsAt());
    }
    if (j.phase == JobPhase.STARTING) {
      at = Math.min(at, c.nowSeconds() + launchTimeout(c));
    }
    j.deadlineMillis = at == Long.MAX_VALUE ? 0 : Math.max(at * 1000, 1);
  }

  static long launchTimeout(Change c) {
    return Math.max(1, c.config().limits().batchStartTimeoutSeconds());
  }
}
