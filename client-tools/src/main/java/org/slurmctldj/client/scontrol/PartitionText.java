package org.slurmctldj.client.scontrol;

import org.slurmctldj.client.text.Durations;
import org.slurmctldj.proto.slurm.PartitionInfo;
import org.slurmctldj.proto.wire.ProtocolVersion;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * {@code scontrol show partition}: one partition. Observed on 22.05.8 and 24.11.5.
 *
 * @param preemptMode the cluster's
 */
record PartitionText(int release, boolean oneLine, String preemptMode) {
  private static final long MEM_PER_CPU = 1L << 63;

  String of(PartitionInfo p) {
    boolean old = release < ProtocolVersion.V23_02;
    Lines t = new Lines(oneLine);
    t.add("PartitionName", p.name()).line();
    t.add("AllowGroups", all(p.allowGroups()));
    access(t, "Accounts", p.allowAccounts(), p.denyAccounts());
    access(t, "Qos", p.allowQos(), p.denyQos());
    t.line();
    t.add("AllocNodes", all(p.allowAllocNodes()));
    if (p.alternate() != null) {
      t.add("Alternate", p.alternate());
    }
    t.add("Default", yes(p, 0)).add("QoS", p.qosChar() == null ? "N/A" : p.qosChar()).line();
    t.add("DefaultTime", p.defaultTime() == SlurmConstants.NO_VAL ? "NONE" : minutes(p.defaultTime()));
    t.add("DisableRootJobs", yes(p, 2)).add("ExclusiveUser", yes(p, 6));
    if (!old) {
      t.add("ExclusiveTopo", yes(p, 16));
    }
    t.add("GraceTime", p.graceTime()).add("Hidden", yes(p, 1)).line();
    t.add("MaxNodes", unlimited(p.maxNodes())).add("MaxTime", minutes(p.maxTime())).add("MinNodes", p.minNodes()).add("LLN", yes(p, 5));
    t.add("MaxCPUsPerNode", unlimited(p.maxCpusPerNode()));
    if (!old) {
      t.add("MaxCPUsPerSocket", unlimited(p.maxCpusPerSocket()));
    }
    t.line();
    if (!old && p.nodesets() != null) {
      t.add("NodeSets", p.nodesets()).line();
    }
    t.add("Nodes", p.nodes()).line();
    t.add("PriorityJobFactor", p.priorityJobFactor()).add("PriorityTier", p.priorityTier()).add("RootOnly", yes(p, 3));
    t.add("ReqResv", yes(p, 4)).add("OverSubscribe", oversubscribe(p.maxShare())).line();
    t.add("OverTimeLimit", p.overTimeLimit() == SlurmConstants.NO_VAL16 ? "NONE" : overTime(p.overTimeLimit()));
    t.add("PreemptMode", p.preemptMode() == SlurmConstants.NO_VAL16 ? preemptMode : preempt(p.preemptMode())).line();
    t.add("State", state(p.stateUp())).add("TotalCPUs", p.totalCpus()).add("TotalNodes", p.totalNodes());
    t.add("SelectTypeParameters", selectType(p.crType())).line();
    t.add("JobDefaults", p.jobDefaultsList() == null || p.jobDefaultsList().isEmpty() ? null : p.jobDefaultsList()).line();
    t.add(memory("Def", p.defMemPerCpu()) + " " + memory("Max", p.maxMemPerCpu())).line();
    t.add("TRES", p.tresFmtStr());
    if (p.billingWeightsStr() != null) {
      t.line().add("TRESBillingWeights", p.billingWeightsStr());
    }
    boolean everywhere =
        p.resumeTimeout() == SlurmConstants.NO_VAL16
            && p.suspendTimeout() == SlurmConstants.NO_VAL16
            && p.suspendTime() == SlurmConstants.NO_VAL;
    if (!old && !everywhere) {
      t.line().add("ResumeTimeout", global(p.resumeTimeout())).add("SuspendTimeout", global(p.suspendTimeout()));
      long suspend = p.suspendTime();
      t.add("SuspendTime", suspend == SlurmConstants.NO_VAL ? "GLOBAL" : suspend == SlurmConstants.INFINITE ? "INFINITE" : suspend);
      t.add("PowerDownOnIdle", yes(p, 7));
    }
    return t.end();
  }

  private static void access(Lines t, String what, String allowed, String denied) {
    if (allowed == null && denied != null) {
      t.add("Deny" + what, denied);
    } else {
      t.add("Allow" + what, all(allowed));
    }
  }

  private static String all(String list) {
    return list == null ? "ALL" : list;
  }

  private static String yes(PartitionInfo p, int bit) {
    return (p.flags() & 1L << bit) != 0 ? "YES" : "NO";
  }

  private static String minutes(long m) {
    return m == SlurmConstants.INFINITE ? "UNLIMITED" : Durations.clock(m * 60);
  }

  private static Object unlimited(long n) {
    return n == SlurmConstants.INFINITE ? "UNLIMITED" : n;
  }

  private static Object overTime(int minutes) {
    return minutes == SlurmConstants.INFINITE16 ? "UNLIMITED" : minutes;
  }

  private static String oversubscribe(int share) {
    int count = share & 0x7fff;
    if (share == SlurmConstants.NO_VAL16 || share == 1) {
      return "NO";
    }
    return share == 0 ? "EXCLUSIVE" : ((share & 0x8000) != 0 ? "FORCE:" : "YES:") + count;
  }

  private static String preempt(int mode) {
    StringBuilder b = new StringBuilder();
    String[] names = {"SUSPEND", "REQUEUE", null, "CANCEL"};
    if ((mode & 1 << 15) != 0) {
      b.append("GANG");
    }
    for (int i = 0; i < names.length; i++) {
      if (names[i] != null && (mode & 1 << i) != 0) {
        b.append(b.isEmpty() ? "" : ",").append(names[i]);
      }
    }
    return b.isEmpty() ? "OFF" : b.toString();
  }

  private static String state(int up) {
    return switch (up) {
      case 3 -> "UP";
      case 1 -> "DOWN";
      case 0 -> "INACTIVE";
      case 2 -> "DRAIN";
      default -> "UNKNOWN";
    };
  }

  private static String selectType(int type) {
    StringBuilder b = new StringBuilder();
    String[] names = {"CR_CPU", "CR_SOCKET", "CR_CORE", "CR_BOARD", "CR_MEMORY"};
    for (int i = 0; i < 4; i++) {
      if ((type & 1 << i) != 0) {
        b.append(names[i]);
      }
    }
    if ((type & 1 << 4) != 0) {
      b.append(b.isEmpty() ? "CR_MEMORY" : "_MEMORY");
    }
    return b.isEmpty() ? "NONE" : b.toString();
  }

  private static String memory(String which, long value) {
    boolean perCpu = (value & MEM_PER_CPU) != 0;
    long n = value & ~MEM_PER_CPU;
    String key = which + (perCpu ? "MemPerCPU=" : "MemPerNode=");
    return key + (n == 0 || value == SlurmConstants.INFINITE64 ? "UNLIMITED" : n);
  }

  private static Object global(int seconds) {
    return seconds == SlurmConstants.NO_VAL16 ? "GLOBAL" : seconds == SlurmConstants.INFINITE16 ? "INFINITE" : seconds;
  }
}
