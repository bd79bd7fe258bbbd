package org.slurmctldj.client.sinfo;

import java.util.Objects;
import java.util.Set;
import org.slurmctldj.client.text.NodeStates;
import org.slurmctldj.proto.slurm.NodeInfo;
import org.slurmctldj.proto.slurm.PartitionInfo;

/**
 * Which nodes share a line. Two nodes are on different lines when a column that is printed tells them or their partitions apart;
 * sizes count only with {@code --exact}, otherwise the smallest is shown with a plus.
 *
 * @param fields the columns to be printed
 * @param exact {@code --exact}
 * @param byNode {@code --Node}: a line for each node and partition
 */
record Grouping(Set<NodeField> fields, boolean exact, boolean byNode) {
  boolean samePartition(PartitionInfo a, PartitionInfo b) {
    if (a == b || byNode) {
      return a == b;
    }
    for (NodeField f : fields) {
      boolean same =
          switch (f) {
            case AVAILABLE -> a.stateUp() == b.stateUp();
            case GROUPS -> Objects.equals(a.allowGroups(), b.allowGroups());
            case SIZE -> a.minNodes() == b.minNodes() && a.maxNodes() == b.maxNodes();
            case DEFAULT_TIME -> a.defaultTime() == b.defaultTime();
            case TIME -> a.maxTime() == b.maxTime();
            case PARTITION, PARTITION_NAME -> false;
            case ROOT -> PartitionTexts.rootOnly(a) == PartitionTexts.rootOnly(b);
            case OVERSUBSCRIBE -> a.maxShare() == b.maxShare();
            case PREEMPT_MODE -> a.preemptMode() == b.preemptMode();
            case PRIORITY_TIER -> a.priorityTier() == b.priorityTier();
            case PRIORITY_JOB_FACTOR -> a.priorityJobFactor() == b.priorityJobFactor();
            case MAX_CPUS_PER_NODE -> a.maxCpusPerNode() == b.maxCpusPerNode();
            case ALLOC_NODES -> Objects.equals(a.allowAllocNodes(), b.allowAllocNodes());
            default -> true;
          };
      if (!same) {
        return false;
      }
    }
    return true;
  }

  boolean sameNodes(Row row, NodeInfo b) {
    if (row.isEmpty()) {
      return true;
    }
    NodeInfo a = row.first();
    if (byNode) {
      return a == b;
    }
    for (NodeField f : fields) {
      if (!same(f, a, b) || exact && !sameSize(f, a, b)) {
        return false;
      }
    }
    return true;
  }

  private static boolean same(NodeField f, NodeInfo a, NodeInfo b) {
    return switch (f) {
      case HOSTNAMES -> Objects.equals(a.nodeHostname(), b.nodeHostname());
      case NODE_ADDR -> Objects.equals(a.nodeAddr(), b.nodeAddr());
      case COMMENT -> Objects.equals(a.comment(), b.comment());
      case EXTRA -> Objects.equals(a.extra(), b.extra());
      case FEATURES -> Objects.equals(a.features(), b.features());
      case FEATURES_ACTIVE -> Objects.equals(a.featuresAct(), b.featuresAct());
      case GRES -> Objects.equals(a.gres(), b.gres());
      case GRES_USED -> Objects.equals(a.gresUsed(), b.gresUsed());
      case REASON -> Objects.equals(a.reason(), b.reason());
      case RESERVATION -> Objects.equals(a.resvName(), b.resvName());
      case TIMESTAMP -> a.reasonTime() == b.reasonTime();
      case USER, USER_LONG -> a.reasonUid() == b.reasonUid();
      case STATE_COMPACT -> NodeStates.compact(a.nodeState()).equals(NodeStates.compact(b.nodeState()));
      case STATE_LONG -> NodeStates.name(a.nodeState()).equals(NodeStates.name(b.nodeState()));
      case STATE_COMPLETE -> NodeStates.complete(a.nodeState()).equals(NodeStates.complete(b.nodeState()));
      case ALLOC_MEM -> a.allocMemory() == b.allocMemory();
      default -> true;
    };
  }

  private static boolean sameSize(NodeField f, NodeInfo a, NodeInfo b) {
    return switch (f) {
      case CPUS, CPUS_STATE -> a.cpus() == b.cpus();
      case SOCKETS -> a.sockets() == b.sockets();
      case CORES -> a.cores() == b.cores();
      case THREADS -> a.threads() == b.threads();
      case SOCKETS_CORES_THREADS -> a.sockets() == b.sockets() && a.cores() == b.cores() && a.threads() == b.threads();
      case DISK -> a.tmpDisk() == b.tmpDisk();
      case MEMORY -> a.realMemory() == b.realMemory();
      case WEIGHT -> a.weight() == b.weight();
      case CPU_LOAD -> a.cpuLoad() == b.cpuLoad();
      case FREE_MEM -> a.freeMem() == b.freeMem();
      // real sinfo compares addresses of texts here: only missing ones are equal
      case VERSION -> a.version() == null && b.version() == null;
      default -> true;
    };
  }
}
