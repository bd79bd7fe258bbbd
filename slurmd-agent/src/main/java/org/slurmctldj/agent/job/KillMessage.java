package org.slurmctldj.agent.job;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import org.slurmctldj.proto.agent.Terminate;

/** slurmstepd's line in a job's error file when it is ended from outside. Pure. */
public final class KillMessage {
  private static final DateTimeFormatter SECONDS = DateTimeFormatter.ISO_LOCAL_DATE_TIME;

  /** Without "slurmstepd: error: ". Empty when Slurm says nothing. */
  public static String of(long jobId, String nodeName, Terminate.Reason reason, long atMillis, ZoneId zone) {
    String due =
        switch (reason) {
          case CANCELLED, UNSPECIFIED, UNRECOGNIZED -> "";
          case TIME_LIMIT -> " DUE TO TIME LIMIT";
          case PREEMPTED -> " DUE TO PREEMPTION";
          case NODE_FAILURE -> " DUE TO NODE FAILURE, SEE SLURMCTLD LOG FOR DETAILS";
          case REQUEUED -> " DUE TO JOB REQUEUE";
          case OUT_OF_MEMORY -> " DUE TO OUT OF MEMORY";
          case ENDED -> null;
        };
    if (due == null) {
      return "";
    }
    String at = SECONDS.format(Instant.ofEpochMilli(atMillis).atZone(zone).truncatedTo(ChronoUnit.SECONDS));
    return "*** JOB " + jobId + " ON " + nodeName + " CANCELLED AT " + at + due + " ***";
  }

  private KillMessage() {}
}
