package org.slurmctldj.client.scontrol;

import java.util.Optional;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.text.Durations;
import org.slurmctldj.client.text.JobReasons;
import org.slurmctldj.client.text.JobStates;
import org.slurmctldj.client.text.LocalTime;
import org.slurmctldj.client.text.SignalDescriptions;
import org.slurmctldj.client.text.TaskMask;
import org.slurmctldj.client.text.Units;
import org.slurmctldj.proto.slurm.JobInfo;
import org.slurmctldj.proto.slurm.MultiCoreData;
import org.slurmctldj.proto.wire.ProtocolVersion;
import org.slurmctldj.proto.wire.SlurmConstants;

/** {@code scontrol show job}: one job. Observed on 22.05.8 and 24.11.5. */
record JobText(Client client, int release, long now, LocalTime clock, boolean oneLine, long lastBackfill, Optional<JobDetails> details) {
  private static final long KILL_INV_DEP = 1;
  private static final long NO_KILL_INV_DEP = 1 << 1;
  private static final long GRES_ENFORCE_BIND = 1 << 4;
  private static final long GRES_DISABLE_BIND = 1 << 19;
  private static final int TIME_SIZE = 256;
  private static final long EXPEDITED_REQUEUE = 1L << 45;
  private static final long BACKFILL_SCHED = 1L << 32;
  private static final long BACKFILL_LAST = 1L << 33;
  private static final long MEM_PER_CPU = 1L << 63;
  private static final int TASK_LIST = 64;

  private boolean old() {
    return release < ProtocolVersion.V23_02;
  }

  /**
   * @param task the task that was asked for, -1 for none
   */
  String of(JobInfo j, long task) {
    Lines t = new Lines(oneLine);
    identity(j, old() ? -1 : task, t);
    t.add("UserId", client.names().user(j.userId()) + "(" + j.userId() + ")");
    t.add("GroupId", client.names().group(j.groupId()) + "(" + j.groupId() + ")").add("MCS_label", or(j.mcsLabel(), "N/A")).line();
    t.add("Priority", j.priority()).add("Nice", j.nice() - SlurmConstants.NICE_OFFSET).add("Account", j.account()).add("QOS", j.qos());
    if (j.wckey() != null && client.conf().flag("TrackWCKey", false)) {
      t.add("WCKey", j.wckey());
    }
    t.line();
    t.add("JobState", JobStates.name(j.jobState())).add("Reason", reason(j)).add("Dependency", j.dependency()).line();
    t.add("Requeue", j.requeue()).add("Restarts", j.restartCnt()).add("BatchFlag", j.batchFlag()).add("Reboot", j.reboot());
    t.add("ExitCode", exit(j.exitCode())).line();
    if (details.isPresent()) {
      t.add("DerivedExitCode", exit(j.derivedEc())).line();
    }
    times(j, t);
    t.add("Partition", j.partition()).add("AllocNode:Sid", j.allocNode() + ":" + j.allocSid()).line();
    t.add("ReqNodeList", j.reqNodes()).add("ExcNodeList", j.excNodes()).line();
    t.add("NodeList", j.nodes() == null ? "" : j.nodes());
    if (j.schedNodes() != null) {
      t.add("SchedNodeList", j.schedNodes());
    }
    t.line();
    if (j.batchHost() != null) {
      t.add("BatchHost", j.batchHost()).line();
    }
    sizes(j, t);
    t.add("Command", j.command()).line();
    t.add("WorkDir", j.workDir()).line();
    optional(t, "AdminComment", j.adminComment());
    optional(t, "SystemComment", j.systemComment());
    optional(t, "Comment", j.comment() == null ? null : j.comment() + " ");
    optional(t, "Extra", j.extra());
    if (j.batchFlag() != 0) {
      String output = expanded(or(j.stdOut(), j.workDir() + (j.arrayJobId() != 0 ? "/slurm-%A_%a.out" : "/slurm-%j.out")), j);
      t.add("StdErr", j.stdErr() == null ? output : expanded(j.stdErr(), j)).line();
      t.add("StdIn", j.stdIn() == null ? "/dev/null" : expanded(j.stdIn(), j)).line();
      t.add("StdOut", output).line();
    }
    if (j.reqSwitch() != 0) {
      t.add("Switches", j.reqSwitch() + "@" + Durations.clock(j.wait4switch())).line();
    }
    if (old()) {
      t.add("Power", "").line();
    }
    requests(j, t);
    return t.end();
  }

  private void identity(JobInfo j, long task, Lines t) {
    t.add("JobId", j.jobId());
    if (j.arrayJobId() != 0) {
      t.add("ArrayJobId", j.arrayJobId());
      if (j.arrayTaskStr() != null) {
        t.add("ArrayTaskId", task >= 0 ? Long.toString(task) : tasks(j));
      } else {
        t.add("ArrayTaskId", j.arrayTaskId());
      }
      if (j.arrayMaxTasks() != 0) {
        t.add("ArrayTaskThrottle", j.arrayMaxTasks());
      }
    } else if (j.hetJobId() != 0) {
      t.add("HetJobId", j.hetJobId()).add("HetJobOffset", j.hetJobOffset());
    }
    t.add("JobName", j.name()).line();
    if (j.hetJobIdSet() != null) {
      t.add("HetJobIdSet", j.hetJobIdSet()).line();
    }
  }

  private static String tasks(JobInfo j) {
    String list = TaskMask.ranges(j.arrayTaskStr());
    if (list.length() >= TASK_LIST - 2) {
      list = list.substring(0, TASK_LIST - 4) + "...";
    }
    return j.arrayMaxTasks() == 0 ? list : list + "%" + j.arrayMaxTasks();
  }

  private String reason(JobInfo j) {
    if (j.stateDesc() != null) {
      return j.stateDesc().replace(' ', '_');
    }
    String name = JobReasons.name(j.stateReason(), release);
    if (!old() && j.stateReason() == JobReasons.FAIL_SIGNAL) {
      int signal = (int) j.exitCode() & 0x7f;
      return name + ":" + signal + "(" + SignalDescriptions.of(signal) + ")";
    }
    return name;
  }

  private static String exit(long status) {
    int signal = (int) status & 0x7f;
    return (status >> 8 & 0xff) + ":" + signal;
  }

  private void times(JobInfo j, Lines t) {
    t.add("RunTime", Durations.clock(runSeconds(j)));
    t.add("TimeLimit", j.timeLimit() == SlurmConstants.NO_VAL ? "Partition_Limit" : minutes(j.timeLimit()));
    t.add("TimeMin", j.timeMin() == 0 ? "N/A" : minutes(j.timeMin())).line();
    t.add("SubmitTime", time(j.submitTime())).add("EligibleTime", time(j.eligibleTime())).line();
    t.add("AccrueTime", time(j.accrueTime())).line();
    boolean endless = j.timeLimit() == SlurmConstants.INFINITE && j.endTime() > now;
    t.add("StartTime", time(j.startTime())).add("EndTime", endless ? "Unknown" : time(j.endTime()));
    t.add("Deadline", j.deadline() == 0 ? "N/A" : time(j.deadline())).line();
    if (j.preemptableTime() != 0) {
      t.add("PreemptEligibleTime", time(j.preemptableTime()));
      t.add("PreemptTime", j.preemptTime() == 0 ? "None" : time(j.preemptTime())).line();
    }
    t.add("SuspendTime", j.suspendTime() == 0 ? "None" : time(j.suspendTime())).add("SecsPreSuspend", j.preSusTime());
    t.add("LastSchedEval", time(j.lastSchedEval()));
    t.add("Scheduler", ((j.bitflags() & BACKFILL_SCHED) != 0 ? "Backfill" : "Main") + (scheduledLast(j) ? ":*" : ""));
    t.line();
  }

  /** Backfill looked at the job in its last round. */
  private boolean scheduledLast(JobInfo j) {
    return (j.bitflags() & BACKFILL_LAST) != 0
        || (j.bitflags() & BACKFILL_SCHED) != 0 && lastBackfill != 0 && j.lastSchedEval() >= lastBackfill;
  }

  private long runSeconds(JobInfo j) {
    int base = JobStates.base(j.jobState());
    if (base == JobStates.PENDING || j.startTime() == 0) {
      return 0;
    }
    if (base == JobStates.SUSPENDED) {
      return j.preSusTime();
    }
    long end = base == JobStates.RUNNING || j.endTime() == 0 ? now : j.endTime();
    return j.suspendTime() != 0 ? end - j.suspendTime() + j.preSusTime() : end - j.startTime();
  }

  private void sizes(JobInfo j, Lines t) {
    MultiCoreData m = j.mcPtr();
    boolean pending = JobStates.base(j.jobState()) == JobStates.PENDING;
    t.add("NumNodes", pending ? range(j.numNodes(), j.maxNodes()) : count(j.numNodes()));
    t.add("NumCPUs", count(j.numCpus()));
    t.add("NumTasks", j.numTasks() == SlurmConstants.NO_VAL ? "N/A" : j.numTasks());
    t.add("CPUs/Task", j.cpusPerTask() == SlurmConstants.NO_VAL16 ? "N/A" : j.cpusPerTask());
    t.add(
        "ReqB:S:C:T",
        m == null
            ? "*:*:*:*"
            : asked(m.boardsPerNode()) + ":" + asked(m.socketsPerBoard()) + ":" + asked(m.coresPerSocket()) + ":" + asked(m.threadsPerCore()));
    t.line();
    if (old()) {
      t.add("TRES", or(j.tresAllocStr(), j.tresReqStr())).line();
    } else {
      t.add("ReqTRES", j.tresReqStr()).line();
      t.add("AllocTRES", j.tresAllocStr()).line();
    }
    t.add("Socks/Node", m == null ? "*" : asked(m.socketsPerNode()));
    t.add(
        "NtasksPerN:B:S:C",
        asked(j.ntasksPerNode()) + ":" + (m == null ? "*:*:*" : asked(m.ntasksPerBoard()) + ":" + asked(m.ntasksPerSocket()) + ":" + asked(m.ntasksPerCore())));
    t.add("CoreSpec", coreSpec(j.coreSpec())).line();
    if (details.isPresent() && j.jobResrcs() != null) {
      t.add("JOB_GRES", j.gresTotal()).line();
      for (String line : details.get().lines(j)) {
        t.add(line).line();
      }
    }
    boolean perCpu = (j.pnMinMemory() & MEM_PER_CPU) != 0;
    t.add("MinCPUsNode", count(j.pnMinCpus()));
    t.add(perCpu ? "MinMemoryCPU" : "MinMemoryNode", megabytes(j.pnMinMemory() & ~MEM_PER_CPU));
    t.add("MinTmpDiskNode", megabytes(j.pnMinTmpDisk())).line();
    t.add("Features", j.features()).add("DelayBoot", Durations.clock(j.delayBoot())).line();
    if (j.clusterFeatures() != null) {
      t.add("ClusterFeatures", j.clusterFeatures()).line();
    }
    if (j.prefer() != null) {
      t.add("Prefer", j.prefer()).line();
    }
    if (j.resvName() != null) {
      t.add("Reservation", j.resvName()).line();
    }
    t.add("OverSubscribe", oversubscribe(j.shared())).add("Contiguous", j.contiguous());
    t.add("Licenses", j.licenses()).add("Network", j.network()).line();
  }

  private void requests(JobInfo j, Lines t) {
    String bound = (j.bitflags() & GRES_ENFORCE_BIND) != 0 ? "Yes" : (j.bitflags() & GRES_DISABLE_BIND) != 0 ? "No" : null;
    String kill = (j.bitflags() & KILL_INV_DEP) != 0 ? "Yes" : (j.bitflags() & NO_KILL_INV_DEP) != 0 ? "No" : null;
    if (bound != null) {
      // Slurm's own scontrol puts nothing between the two.
      t.add("GresEnforceBind", kill == null ? bound : bound + "KillOInInvalidDependent=" + kill).line();
    } else if (kill != null) {
      t.add("KillOInInvalidDependent", kill).line();
    }
    optional(t, "CpusPerTres", j.cpusPerTres());
    optional(t, "MemPerTres", j.memPerTres());
    optional(t, "TresBind", j.tresBind());
    optional(t, "TresFreq", j.tresFreq());
    optional(t, "TresPerJob", j.tresPerJob());
    optional(t, "TresPerNode", j.tresPerNode());
    optional(t, "TresPerSocket", j.tresPerSocket());
    optional(t, "TresPerTask", j.tresPerTask());
    if ((j.bitflags() & EXPEDITED_REQUEUE) != 0) {
      t.add("ExpeditedRequeue", "Yes").line();
    }
    if (j.mailType() != 0) {
      t.add("MailUser", j.mailUser()).add("MailType", mailTypes(j.mailType())).line();
    }
  }

  private static String mailTypes(int type) {
    String[] names = {
      "BEGIN", "END", "FAIL", "REQUEUE", "TIME_LIMIT", "TIME_LIMIT_90", "TIME_LIMIT_80", "TIME_LIMIT_50", "STAGE_OUT", "ARRAY_TASKS",
      "INVALID_DEPEND"
    };
    int[] order = {9, 10, 0, 1, 2, 3, 8, 7, 6, 5, 4};
    StringBuilder b = new StringBuilder();
    for (int i : order) {
      if ((type & 1 << i) != 0) {
        b.append(b.isEmpty() ? "" : ",").append(names[i]);
      }
    }
    return b.toString();
  }

  private static void optional(Lines t, String key, String value) {
    if (value != null) {
      t.add(key, value).line();
    }
  }

  private static String asked(int n) {
    return n == SlurmConstants.NO_VAL16 || n == SlurmConstants.INFINITE16 ? "*" : Integer.toString(n);
  }

  private static String coreSpec(int spec) {
    return spec == SlurmConstants.NO_VAL16 ? "*" : (spec & 0x8000) != 0 ? (spec & 0x7fff) + "T" : Integer.toString(spec);
  }

  private String range(long min, long max) {
    boolean plain = max == 0 || max == SlurmConstants.NO_VAL;
    return plain ? count(min) : count(min) + "-" + count(max);
  }

  private static String oversubscribe(int shared) {
    return switch (shared) {
      case 0 -> "NO";
      case 1 -> "YES";
      case 2 -> "USER";
      case 3 -> "MCS";
      default -> "OK";
    };
  }

  private static String count(long n) {
    return Units.format(n, Units.NONE, Units.Style.EXACT);
  }

  private static String megabytes(long n) {
    return Units.format(n, Units.MEGA, Units.Style.EXACT);
  }

  private static String minutes(long m) {
    return m == SlurmConstants.INFINITE ? "UNLIMITED" : Durations.clock(m * 60);
  }

  private String time(long t) {
    return clock.text(t, TIME_SIZE);
  }

  /** The patterns of file names, as far as they are known before the job runs; a backslash in the name leaves them all alone. */
  private String expanded(String name, JobInfo j) {
    if (name.indexOf('%') < 0 || name.indexOf('\\') >= 0) {
      return name;
    }
    StringBuilder b = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) != '%') {
        b.append(name.charAt(i));
        continue;
      }
      int start = i++;
      int width = 0;
      while (i < name.length() && Character.isDigit(name.charAt(i))) {
        width = Math.min(10, width * 10 + name.charAt(i++) - '0');
      }
      String value = i < name.length() ? pattern(name.charAt(i), j) : null;
      if (value == null) {
        b.append(name, start, Math.min(i + 1, name.length()));
      } else {
        b.repeat('0', Math.max(0, Character.isDigit(value.charAt(0)) ? width - value.length() : 0)).append(value);
      }
    }
    return b.toString();
  }

  private String pattern(char letter, JobInfo j) {
    return switch (letter) {
      case '%' -> "%";
      case 'A' -> Long.toString(j.arrayJobId() != 0 ? j.arrayJobId() : j.jobId());
      case 'a' -> Long.toString(j.arrayTaskId());
      case 'j', 'J' -> Long.toString(j.jobId());
      case 'u' -> client.names().user(j.userId());
      case 'x' -> j.name() == null || j.name().isEmpty() ? null : j.name();
      case 'N' -> j.batchHost();
      case 'n', 't' -> "0";
      case 's' -> "batch";
      default -> null;
    };
  }

  private static String or(String a, String b) {
    return a != null ? a : b;
  }
}
