package org.slurmctldj.client.sinfo;

import java.util.ArrayList;
import java.util.List;
import org.slurmctldj.client.text.LocalTime;
import org.slurmctldj.client.text.Names;
import org.slurmctldj.client.text.NodeStates;
import org.slurmctldj.client.text.Units;
import org.slurmctldj.proto.slurm.NodeInfo;
import org.slurmctldj.proto.slurm.PartitionInfo;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.text.HostlistException;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * The text of each column of a line.
 *
 * @param units whether numbers may get a unit
 * @param preemptMode the cluster's, for partitions without one of their own
 */
record RowTexts(Units.Style units, LocalTime clock, Names names, int preemptMode) {
  /** Null prints as "(null)". */
  String of(NodeField field, Row r) {
    PartitionInfo p = r.partition;
    return switch (field) {
      case ALLOC_MEM -> r.isEmpty() ? "0" : Long.toString(r.first().allocMemory());
      case ALLOC_NODES -> p.allowAllocNodes() == null ? "all" : p.allowAllocNodes();
      case AVAILABLE -> PartitionTexts.available(p);
      case CLUSTER -> "N/A";
      case COMMENT -> r.isEmpty() ? null : r.first().comment();
      case CORES -> range(r.cores);
      case CPUS -> range(r.cpus);
      case CPU_LOAD -> load(r);
      case CPUS_STATE ->
          counts(r.cpusAllocated) + "/" + counts(r.cpusIdle) + "/" + counts(r.cpusOther) + "/" + counts(r.cpusTotal);
      case DEFAULT_TIME -> PartitionTexts.time(p.defaultTime());
      case DISK -> range(r.disk);
      case EXTRA -> r.isEmpty() ? null : r.first().extra();
      case FEATURES -> r.isEmpty() ? null : r.first().features();
      case FEATURES_ACTIVE -> r.isEmpty() ? null : r.first().featuresAct();
      case FREE_MEM -> freeMemory(r);
      case GRES -> r.isEmpty() ? null : r.first().gres();
      case GRES_USED -> r.isEmpty() ? null : r.first().gresUsed();
      case GROUPS -> p.allowGroups() == null ? "all" : p.allowGroups();
      case MAX_CPUS_PER_NODE ->
          p.maxCpusPerNode() == SlurmConstants.INFINITE ? "UNLIMITED" : Long.toString(p.maxCpusPerNode());
      case MEMORY -> range(r.memory);
      case NODE_ADDR -> list(r, NodeField.NODE_ADDR);
      case NODES_AI -> counts(r.nodesAllocated) + "/" + counts(r.nodesIdle);
      case NODES_AIOT ->
          counts(r.nodesAllocated) + "/" + counts(r.nodesIdle) + "/" + counts(r.nodesOther) + "/" + counts(r.nodes.size());
      case HOSTNAMES -> list(r, NodeField.HOSTNAMES);
      case NODELIST -> list(r, NodeField.NODELIST);
      case NODES -> counts(r.nodes.size());
      case OVERSUBSCRIBE -> PartitionTexts.oversubscribe(p);
      case PARTITION -> p.name() + (PartitionTexts.isDefault(p) ? "*" : "");
      case PARTITION_NAME -> p.name();
      case PORT -> r.isEmpty() ? "0" : Integer.toString(r.first().port());
      case PREEMPT_MODE ->
          PartitionTexts.preemptMode(p.preemptMode() == SlurmConstants.NO_VAL16 ? preemptMode : p.preemptMode());
      case PRIORITY_JOB_FACTOR -> Integer.toString(p.priorityJobFactor());
      case PRIORITY_TIER -> Integer.toString(p.priorityTier());
      case REASON -> r.isEmpty() || r.first().reason() == null ? "none" : r.first().reason();
      case RESERVATION -> r.isEmpty() || r.first().resvName() == null ? "" : r.first().resvName();
      case ROOT -> PartitionTexts.rootOnly(p) ? "yes" : "no";
      case SIZE -> PartitionTexts.jobSize(p);
      case SOCKETS_CORES_THREADS -> range(r.sockets) + ":" + range(r.cores) + ":" + range(r.threads);
      case SOCKETS -> range(r.sockets);
      case STATE_COMPACT -> r.isEmpty() ? "n/a" : NodeStates.lower(NodeStates.compact(r.state()));
      case STATE_COMPLETE -> r.isEmpty() ? "n/a" : NodeStates.lower(NodeStates.complete(r.state()));
      case STATE_LONG -> r.isEmpty() ? "n/a" : NodeStates.lower(NodeStates.name(r.state()));
      case THREADS -> range(r.threads);
      case TIME -> PartitionTexts.time(p.maxTime());
      case TIMESTAMP -> r.isEmpty() || r.first().reasonTime() == 0 ? "Unknown" : clock.text(r.first().reasonTime(), 32);
      case USER -> uid(r) == SlurmConstants.NO_VAL ? "Unknown" : names.user(uid(r));
      case USER_LONG -> uid(r) == SlurmConstants.NO_VAL ? "Unknown" : names.user(uid(r)) + "(" + uid(r) + ")";
      case VERSION -> r.version == null ? "N/A" : r.version;
      case WEIGHT -> range(r.weight);
    };
  }

  /** Who gave the reason; a line without nodes counts as root's. */
  private static long uid(Row r) {
    return r.isEmpty() ? 0 : r.first().reasonUid();
  }

  private String counts(long n) {
    return Units.format(n, Units.NONE, units);
  }

  private static String range(Row.Range r) {
    return r.min == r.max ? Long.toString(r.min) : r.min + "+";
  }

  private static String load(Row r) {
    String min = load(r.load.min);
    String max = load(r.load.max);
    return min.equals(max) ? min : min + "-" + max;
  }

  private static String load(long hundredths) {
    if (hundredths == SlurmConstants.NO_VAL) {
      return "N/A";
    }
    return hundredths / 100 + "." + (hundredths % 100 < 10 ? "0" : "") + hundredths % 100;
  }

  private static String freeMemory(Row r) {
    String min = r.freeMemory.min == Long.MAX_VALUE ? "N/A" : Long.toString(r.freeMemory.min);
    String max = r.freeMemory.max == Long.MAX_VALUE ? "N/A" : Long.toString(r.freeMemory.max);
    return min.equals(max) ? min : min + "-" + max;
  }

  static String list(Row r, NodeField which) {
    List<String> hosts = new ArrayList<>(r.nodes.size());
    for (NodeInfo n : r.nodes) {
      String host =
          switch (which) {
            case NODE_ADDR -> n.nodeAddr();
            case HOSTNAMES -> n.nodeHostname();
            default -> n.name();
          };
      if (host != null) {
        hosts.add(host);
      }
    }
    try {
      return Hostlist.of(hosts).sorted().unique().toString();
    } catch (HostlistException e) {
      return String.join(",", hosts);
    }
  }
}
