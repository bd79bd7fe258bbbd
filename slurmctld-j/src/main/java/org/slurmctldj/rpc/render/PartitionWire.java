package org.slurmctldj.rpc.render;

import java.util.List;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.core.PartitionDefinition;
import org.slurmctldj.proto.slurm.PartitionInfo;
import org.slurmctldj.proto.wire.Bitmap;
import org.slurmctldj.proto.wire.SlurmConstants;

/** A partition as RESPONSE_PARTITION_INFO shows it. */
public final class PartitionWire {
  private static final int V24_11 = 42;

  public static PartitionInfo of(ClusterConfig config, PartitionDefinition p, int version) {
    long cpus = 0;
    long memory = 0;
    for (int n : p.nodes()) {
      NodeDefinition d = config.nodes().get(n);
      cpus += d.cpus();
      memory += d.realMemory();
    }
    return new PartitionInfo()
        .name(p.name())
        .graceTime(p.graceTime())
        .maxTime(p.maxTime())
        .defaultTime(p.defaultTime())
        .maxNodes(p.maxNodes())
        .minNodes(p.minNodes())
        .totalNodes(p.nodes().length)
        .totalCpus(cpus)
        .defMemPerCpu(p.defMemory())
        .maxCpusPerNode(p.maxCpusPerNode())
        .maxCpusPerSocket(SlurmConstants.INFINITE)
        .maxMemPerCpu(p.maxMemory())
        .flags(p.flags())
        .maxShare(p.maxShare())
        .overTimeLimit(p.overTimeLimit())
        .preemptMode(p.preemptMode())
        .priorityJobFactor(p.priorityJobFactor())
        .priorityTier(p.priorityTier())
        .stateUp(p.state())
        .resumeTimeout(SlurmConstants.NO_VAL16)
        .suspendTimeout(SlurmConstants.NO_VAL16)
        .suspendTime(SlurmConstants.NO_VAL)
        .allowAccounts(list(p.allowAccounts()))
        .allowGroups(list(p.allowGroups()))
        .allowAllocNodes(list(p.allowAllocNodes()))
        .allowQos(list(p.allowQos()))
        .qosChar(p.qos())
        .alternate(p.alternate())
        .denyAccounts(list(p.denyAccounts()))
        .denyQos(list(p.denyQos()))
        .nodes(p.nodes().length == 0 ? null : NodeNames.of(config, p.nodes()))
        .nodesets(version >= V24_11 ? nodeSets(config, p.nodesText()) : null)
        .nodeInx(Bitmap.ofBits(config.nodes().size(), p.nodes()))
        .tresFmtStr(TresText.configured(cpus, memory, p.nodes().length));
  }

  /** "ALL" or the sets' names; null where the line names plain nodes. */
  private static String nodeSets(ClusterConfig config, String text) {
    boolean plain = text == null || org.slurmctldj.core.NodeNames.indexes(text, config) != null;
    return plain ? null : text;
  }

  private static String list(List<String> names) {
    return names == null ? null : String.join(",", names);
  }

  private PartitionWire() {}
}
