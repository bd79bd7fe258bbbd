package org.slurmctldj.client.scontrol;

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
record JobText(Client client, int release, long now, LocalTime clock, boolean oneLine) {
  private static final int TIME_SIZE = 256;
  private static final long BACKFILL_SCHED = 1L << 32;
  private static final long BACKFILL_LAST = 1L << 33;
  private static final long MEM_PER_CPU = 1L << 63;
  private static final int TASK_LIST = 64;

  private boolean old() {
    return release < ProtocolVersion.V23_02;
  }

  String of(JobInfo j) {
    Lines t = new Lines(oneLine);
    identity(j, t);
    t.add("UserId", client.names().user(j.userId()) + "(" + j.userId() + ")");
    t.add("GroupId", client.names().group(j.groupId()) + "(" + j.groupId() + ")").add("MCS_label", or(j.mcsLabel(), "N/A")).line();
    t.add("Priority", j.priority()).add("Nice", j.nice() - SlurmConstants.NICE_OFFSET).add("Account", j.account()).add("QOS", j.qos());
    if (j.wckey() != null) {
      t.add("WCKey", j.wckey());
    }
    t.line();
    t.add("JobState", JobStates.name(j.jobState())).add("Reason", reason(j)).add("Dependency", j.dependency()).line();
    t.add("Requeue", j.requeue()).add("Restarts", j.restartCnt()).add("BatchFlag", j.batchFlag()).add("Reboot", j.reboot());
    t.add("ExitCode", exit(j.exitCode())).line();
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
    optional(t, "Comment", j.comment());
    optional(t, "Extra", j.extra());
    if (j.batchFlag() != 0) {
      String output = or(j.stdOut(), defaultOutput(j));
      t.add("StdErr", or(j.stdErr(), output)).line();
      t.add("StdIn", or(j.stdIn(), "/dev/null")).line();
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

  private void identity(JobInfo j, Lines t) {
    t.add("JobId", j.jobId());
    if (j.arrayJobId() != 0) {
      t.add("ArrayJobId", j.arrayJobId());
      if (j.arrayTaskStr() != null) {
        t.add("ArrayTaskId", tasks(j));
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
    t.add("Scheduler", ((j.bitflags() & BACKFILL_LAST) != 0 ? "Backfill" : "Main") + ((j.bitflags() & BACKFILL_SCHED) != 0 ? ":*" : ""));
    t.line();
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
    optional(t, "CpusPerTres", j.cpusPerTres());
    optional(t, "MemPerTres", j.memPerTres());
    optional(t, "TresBind", j.tresBind());
    optional(t, "TresFreq", j.tresFreq());
    optional(t, "TresPerJob", j.tresPerJob());
    optional(t, "TresPerNode", j.tresPerNode());
    optional(t, "TresPerSocket", j.tresPerSocket());
    optional(t, "TresPerTask", j.tresPerTask());
    if (j.mailType() != 0) {
      t.add("MailUser", j.mailUser()).add("MailType", mailTypes(j.mailType())).line();
    }
    if ((j.bitflags() & 1) != 0) {
      t.add("KillOInInvalidDependent", "Yes").line();
    } else if ((j.bitflags() & 2) != 0) {
      t.add("KillOInInvalidDependent", "No").line();
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
    boolean plain = max == 0 || max == SlurmConstants.NO_VAL || old() && max == min;
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

  private static String defaultOutput(JobInfo j) {
    if (j.arrayJobId() != 0) {
      return j.workDir() + "/slurm-" + j.arrayJobId() + "_" + j.arrayTaskId() + ".out";
    }
    return j.workDir() + "/slurm-" + j.jobId() + ".out";
  }

  private static String or(String a, String b) {
    return a != null ? a : b;
  }
}
