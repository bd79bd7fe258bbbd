package org.slurmctldj.client.scontrol;

import java.util.List;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.text.LocalTime;
import org.slurmctldj.client.text.NodeStates;
import org.slurmctldj.proto.slurm.NodeInfo;
import org.slurmctldj.proto.slurm.PartitionInfo;
import org.slurmctldj.proto.wire.ProtocolVersion;
import org.slurmctldj.proto.wire.SlurmConstants;

/** {@code scontrol show node}: one node. Observed on 22.05.8 and 24.11.5. */
record NodeText(Client client, int release, LocalTime clock, boolean oneLine, int slurmdPort, List<PartitionInfo> partitions) {
  private static final int TIME_SIZE = 32;

  String of(NodeInfo n, int index) {
    boolean old = release < ProtocolVersion.V23_02;
    Lines t = new Lines(oneLine);
    t.add("NodeName", n.name()).add(" ");
    if (n.arch() != null) {
      t.add("Arch", n.arch()).add(" ");
    }
    t.add("CoresPerSocket", n.cores()).add(" ").line();
    t.add("CPUAlloc", n.allocCpus()).add("CPUEfctv", n.cpusEfctv()).add("CPUTot", n.cpus()).add("CPULoad", load(n.cpuLoad())).line();
    t.add("AvailableFeatures", n.features()).line();
    t.add("ActiveFeatures", n.featuresAct()).line();
    t.add("Gres", n.gres()).line();
    if (n.nodeHostname() != null || n.nodeAddr() != null) {
      t.add("NodeAddr", n.nodeAddr()).add("NodeHostName", n.nodeHostname()).add(" ");
      if (n.port() != slurmdPort) {
        t.add("Port", n.port()).add(" ");
      }
      if (n.version() != null) {
        t.add("Version", n.version());
      }
      t.line();
    }
    if (n.os() != null) {
      t.add("OS", n.os()).add(" ").line();
    }
    t.add("RealMemory", Long.toUnsignedString(n.realMemory())).add("AllocMem", n.allocMemory());
    t.add("FreeMem", n.freeMem() == SlurmConstants.NO_VAL64 ? "N/A" : n.freeMem());
    t.add("Sockets", n.sockets()).add("Boards", n.boards());
    if (n.coreSpecCnt() != 0) {
      t.line().add("CoreSpecCount", n.coreSpecCnt());
      if (n.cpuSpecList() != null && !n.cpuSpecList().isEmpty()) {
        t.add("CPUSpecList", n.cpuSpecList());
      }
    }
    if (n.memSpecLimit() != 0) {
      t.line().add("MemSpecLimit", n.memSpecLimit());
    }
    t.line();
    t.add("State", NodeStates.complete(n.nodeState())).add("ThreadsPerCore", n.threads()).add("TmpDisk", n.tmpDisk());
    t.add("Weight", n.weight());
    t.add("Owner", n.owner() == SlurmConstants.NO_VAL ? "N/A" : client.names().user(n.owner()) + "(" + n.owner() + ")");
    t.add("MCS_label", n.mcsLabel() == null ? "N/A" : n.mcsLabel()).line();
    String inPartitions = partitionsOf(index);
    if (!inPartitions.isEmpty()) {
      t.add("Partitions", inPartitions + " ").line();
    }
    t.add("BootTime", time(n.bootTime())).add("SlurmdStartTime", time(n.slurmdStartTime())).line();
    t.add("LastBusyTime", clock.text(n.lastBusy(), TIME_SIZE));
    if (!old) {
      t.add("ResumeAfterTime", n.resumeAfter() == 0 ? "None" : time(n.resumeAfter()));
    }
    t.line();
    t.add("CfgTRES", n.tresFmtStr()).line();
    t.add("AllocTRES", n.allocTresFmtStr() == null ? "" : n.allocTresFmtStr()).line();
    if (old) {
      t.add("CapWatts", "n/a").line();
      t.add("CurrentWatts", 0).add("AveWatts", 0).line();
      t.add("ExtSensorsJoules", "n/s").add("ExtSensorsWatts", 0).add("ExtSensorsTemp", "n/s");
    } else {
      t.add("CurrentWatts", 0).add("AveWatts", 0).line();
    }
    if (n.reason() != null) {
      t.line();
      reason(n, t);
    }
    optional(t, "Comment", n.comment());
    optional(t, "Extra", n.extra());
    optional(t, "InstanceId", n.instanceId());
    optional(t, "InstanceType", n.instanceType());
    if (!old) {
      optional(t, "ReservationName", n.resvName());
    }
    return t.end();
  }

  private void reason(NodeInfo n, Lines t) {
    t.add("Reason", n.reason());
    if (n.reasonTime() != 0) {
      t.add(" [" + client.names().user(n.reasonUid()) + "@" + time(n.reasonTime()) + "]");
    }
  }

  private static void optional(Lines t, String key, String value) {
    if (value != null) {
      t.line().add(key, value);
    }
  }

  private String partitionsOf(int index) {
    StringBuilder b = new StringBuilder();
    for (PartitionInfo p : partitions) {
      if (p.nodeInx() != null && index < p.nodeInx().size() && p.nodeInx().get(index)) {
        b.append(b.isEmpty() ? "" : ",").append(p.name());
      }
    }
    return b.toString();
  }

  private static String load(long hundredths) {
    return hundredths == SlurmConstants.NO_VAL
        ? "N/A"
        : hundredths / 100 + "." + (hundredths % 100 < 10 ? "0" : "") + hundredths % 100;
  }

  private String time(long t) {
    return t == 0 ? "None" : clock.text(t, TIME_SIZE);
  }
}
