package org.slurmctldj.client.squeue;

import org.slurmctldj.client.text.Durations;
import org.slurmctldj.client.text.HostNames;
import org.slurmctldj.client.text.JobReasons;
import org.slurmctldj.client.text.JobStates;
import org.slurmctldj.client.text.LocalTime;
import org.slurmctldj.client.text.Names;
import org.slurmctldj.client.text.SignalDescriptions;
import org.slurmctldj.client.text.Units;
import org.slurmctldj.proto.slurm.JobInfo;
import org.slurmctldj.proto.wire.ProtocolVersion;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * How one run of squeue sees jobs: the moment, the release whose output is wanted, units, user names. The derived values that
 * several columns, the sort order and the filter share are computed here.
 *
 * @param release protocol version of the controller, whose own squeue is the model
 * @param now seconds since the epoch
 * @param units how megabytes and counts are shortened
 * @param taskListLength SLURM_BITSTR_LEN: room for an array's task list, 0 for all of it
 * @param shortIds nobody asked for a length: ids end after 31 bytes
 */
record JobView(
    int release,
    long now,
    Units.Style units,
    int taskListLength,
    boolean shortIds,
    LocalTime clock,
    Names names,
    JobFiles files) {
  /** What squeue's buffer for an id holds as long as SLURM_BITSTR_LEN is not set. */
  private static final int SHORT_ID = 31;

  /** Squeue's buffer for a point in time. */
  private static final int TIME_SIZE = 32;

  private static final int NEW_TIME_SIZE = 256;

  private static final String[] PROFILES = {"Energy", "Lustre", "Network", "Task"};
  private static final int[] PROFILE_BITS = {2, 8, 16, 4};

  boolean old() {
    return release < ProtocolVersion.V23_02;
  }

  String time(long seconds) {
    return seconds == 0 ? "N/A" : clock.text(seconds, old() ? TIME_SIZE : NEW_TIME_SIZE);
  }

  String count(long n) {
    return n == SlurmConstants.NO_VAL16 ? "*" : Units.format(n, Units.NONE, units);
  }

  String megabytes(long n) {
    return Units.format(n, Units.MEGA, units);
  }

  String nodes(String nodeList) {
    return nodeList == null ? "" : HostNames.compressed(nodeList);
  }

  String userName(long uid) {
    return names.user(uid);
  }

  String groupName(long gid) {
    return names.group(gid);
  }

  /** 22.05 prints the wait status as a number, later ones {@code exit:signal}. */
  String exitStatus(long status) {
    if (old()) {
      return Long.toString(status);
    }
    long signal = status & 0x7f;
    return (signal == 0x7f || signal == 0 ? status >> 8 & 0xff : 0) + ":" + (signal == 0x7f ? 0 : signal);
  }

  // ---- identity

  String jobArrayId(JobInfo j) {
    if (j.arrayTaskStr() != null) {
      String id = j.arrayJobId() + "_[" + tasks(j) + "]";
      return shortIds && id.length() > SHORT_ID ? id.substring(0, SHORT_ID) : id;
    }
    if (j.arrayTaskId() != SlurmConstants.NO_VAL) {
      return j.arrayJobId() + "_" + j.arrayTaskId();
    }
    if (j.hetJobId() != 0) {
      return j.hetJobId() + "+" + j.hetJobOffset();
    }
    return Long.toString(j.jobId());
  }

  String arrayTaskId(JobInfo j) {
    if (j.arrayTaskStr() != null) {
      return tasks(j);
    }
    return j.arrayTaskId() != SlurmConstants.NO_VAL ? Long.toString(j.arrayTaskId()) : "N/A";
  }

  private String tasks(JobInfo j) {
    return TaskList.text(j.arrayTaskStr(), j.arrayMaxTasks(), taskListLength);
  }

  // ---- times

  String endTime(JobInfo j) {
    if (j.timeLimit() == SlurmConstants.INFINITE && j.endTime() > now) {
      return "NONE";
    }
    return time(j.endTime());
  }

  String timeLimit(JobInfo j) {
    if (j.timeLimit() == SlurmConstants.INFINITE) {
      return "UNLIMITED";
    }
    return j.timeLimit() == SlurmConstants.NO_VAL ? "NOT_SET" : Durations.seconds(j.timeLimit() * 60);
  }

  String timeLeft(JobInfo j) {
    if (j.timeLimit() == SlurmConstants.INFINITE || j.timeLimit() == SlurmConstants.NO_VAL) {
      return timeLimit(j);
    }
    return Durations.seconds(leftSeconds(j));
  }

  long leftSeconds(JobInfo j) {
    return j.timeLimit() * 60 - usedSeconds(j);
  }

  /** Seconds the job has run, without those in which it was suspended. */
  long usedSeconds(JobInfo j) {
    int base = JobStates.base(j.jobState());
    if (j.startTime() == 0 || base == JobStates.PENDING) {
      return 0;
    }
    if (base == JobStates.SUSPENDED) {
      return j.preSusTime();
    }
    long end = base == JobStates.RUNNING || j.endTime() == 0 ? now : j.endTime();
    if (j.suspendTime() != 0) {
      return end - j.suspendTime() + j.preSusTime();
    }
    return end - j.startTime();
  }

  long pendingSeconds(JobInfo j) {
    return (j.startTime() != 0 && j.startTime() < now ? j.startTime() : now) - j.submitTime();
  }

  // ---- sizes

  long nodeCount(JobInfo j) {
    if (JobStates.base(j.jobState()) == JobStates.PENDING) {
      long required = j.reqNodes() == null ? 0 : HostNames.count(j.reqNodes());
      return Math.max(required, j.numNodes());
    }
    return j.numNodes();
  }

  String oversubscribe(JobInfo j) {
    return switch (j.shared()) {
      case 0 -> "NO";
      case 1 -> "YES";
      case 2 -> "USER";
      case 3 -> "MCS";
      case 4 -> old() ? "OK" : "TOPO";
      default -> "OK";
    };
  }

  // ---- reasons

  String reason(JobInfo j) {
    if (j.stateDesc() != null) {
      return j.stateDesc();
    }
    String name = JobReasons.name(j.stateReason(), release);
    if (!old() && j.stateReason() == JobReasons.FAIL_SIGNAL) {
      return name + ":" + (j.exitCode() & 0x7f) + "(" + signal((int) (j.exitCode() & 0x7f)) + ")";
    }
    return name;
  }

  /** Nodes of a job that runs or ran well, else why not, in parentheses. */
  String reasonOrNodes(JobInfo j) {
    boolean unwell =
        switch (JobStates.base(j.jobState())) {
          case JobStates.PENDING, JobStates.TIMEOUT, JobStates.OUT_OF_MEMORY, JobStates.DEADLINE, JobStates.FAILED -> true;
          default -> false;
        };
    if (unwell && (j.jobState() & JobStates.COMPLETING) == 0) {
      return "(" + reason(j) + ")";
    }
    return nodes(j.nodes());
  }

  /** strsignal(3) of Linux, for signals that end a job. */
  private static String signal(int number) {
    return SignalDescriptions.of(number);
  }

  // ---- numbers

  /** A priority as part of the largest one: printf's {@code %16.14f}. */
  static String share(long priority) {
    return java.math.BigDecimal.valueOf(priority)
        .divide(java.math.BigDecimal.valueOf(SlurmConstants.INFINITE), 14, java.math.RoundingMode.HALF_EVEN)
        .toPlainString();
  }

  static String profile(long bits) {
    if (bits == 0) {
      return "NotSet";
    }
    StringBuilder b = new StringBuilder();
    for (int i = 0; i < PROFILES.length; i++) {
      if ((bits & PROFILE_BITS[i]) != 0) {
        b.append(b.isEmpty() ? "" : ",").append(PROFILES[i]);
      }
    }
    return b.isEmpty() ? "None" : b.toString();
  }
}
