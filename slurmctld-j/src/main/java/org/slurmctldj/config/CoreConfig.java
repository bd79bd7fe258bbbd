package org.slurmctldj.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.core.PartitionDefinition;
import org.slurmctldj.proto.wire.SlurmConstants;
import org.slurmctldj.proto.conf.DownNodesDef;
import org.slurmctldj.proto.conf.NodeDef;
import org.slurmctldj.proto.conf.OptionList;
import org.slurmctldj.proto.conf.PartitionDef;

/**
 * Turns a checked slurm.conf into what core journals with a Reconfigure command. Called by the
 * front door at start and on reconfigure; looks groups up, so never on the apply thread.
 */
public final class CoreConfig {
  private static final long LONGEST_EPILOG_SECONDS = 86_400;

  private static final int EXCLUSIVE_USER = 1 << 6;
  private static final int LLN = 1 << 5;
  private static final int REQ_RESV = 1 << 4;

  private CoreConfig() {}

  /**
   * @param uidsOfGroups the uids of all members of the groups of an AllowGroups list, sorted
   */
  public static ClusterConfig of(ControllerConf conf, long epoch, Function<List<String>, long[]> uidsOfGroups) {
    List<NodeDefinition> nodes = new ArrayList<>();
    Map<String, DownNodesDef> down = new HashMap<>();
    conf.layout().downNodes().forEach(def -> def.nodes().forEach(node -> down.put(node.name(), def)));
    for (NodeDef node : conf.layout().nodes()) {
      nodes.add(node(node, down.get(node.name())));
    }
    String defaultName = conf.layout().defaultPartition().map(PartitionDef::name).orElse("");
    List<PartitionDefinition> partitions = new ArrayList<>();
    for (PartitionDef partition : conf.layout().partitions()) {
      partitions.add(partition(partition, partition.name().equals(defaultName), conf, uidsOfGroups));
    }
    return new ClusterConfig(epoch, conf.slurm().clusterName(), nodes, partitions, limits(conf), PowerKeys.rules(conf, nodes, partitions))
        .withPools(conf.pools().rules(conf.slurm(), conf.layout()));
  }

  private static NodeDefinition node(NodeDef node, DownNodesDef down) {
    String state = down == null ? node.state() : down.state();
    Optional<String> reason = down == null ? node.reason() : down.reason();
    List<String> features = node.features().map(text -> new OptionList(text).items()).orElse(List.of());
    return new NodeDefinition(
        node.name(),
        node.hostName(),
        node.address(),
        node.port(),
        node.cpus().cpus(),
        node.cpus().boards(),
        node.cpus().sockets(),
        node.cpus().coresPerSocket(),
        node.cpus().threadsPerCore(),
        node.realMemory(),
        node.tmpDisk(),
        (int) Math.min(node.weight(), Integer.MAX_VALUE),
        features,
        node.gres().orElse(null),
        node.specialised().count(),
        node.memSpecLimit(),
        NodeStateText.of(state).orElse(NodeStateText.UNKNOWN),
        reason.orElse(null),
        features,
        node.specialised().cores());
  }

  private static PartitionDefinition partition(
      PartitionDef partition,
      boolean isDefault,
      ControllerConf conf,
      Function<List<String>, long[]> uidsOfGroups) {
    Optional<List<String>> groups = list(partition.allowGroups());
    return new PartitionDefinition(
        partition.name(),
        partition.nodes().stream().mapToInt(NodeDef::index).toArray(),
        partition.nodesText().orElse(null),
        flags(partition, isDefault, conf.disableRootJobs()),
        switch (partition.state()) {
          case UP -> PartitionDefinition.STATE_SUBMIT | PartitionDefinition.STATE_SCHED;
          case DOWN -> PartitionDefinition.STATE_SUBMIT;
          case DRAIN -> PartitionDefinition.STATE_SCHED;
          case INACTIVE -> 0;
        },
        partition.maxTime(),
        partition.defaultTime(),
        partition.minNodes(),
        partition.maxNodes(),
        partition.maxCpusPerNode(),
        partition.overSubscribe().maxShare(),
        partition.priorityTier(),
        partition.priorityJobFactor(),
        partition.overTimeLimit(),
        0,
        (int) Math.min(partition.graceTime(), Integer.MAX_VALUE),
        partition.defMemory(),
        partition.maxMemory(),
        partition.alternate().orElse(null),
        groups.orElse(null),
        groups.map(uidsOfGroups).orElse(null),
        list(partition.allowAccounts()).orElse(null),
        list(partition.denyAccounts()).orElse(null),
        list(partition.allowQos()).orElse(null),
        list(partition.denyQos()).orElse(null),
        list(partition.allocNodes()).orElse(null),
        partition.qos().orElse(null));
  }

  private static Optional<List<String>> list(Optional<String> text) {
    return text.map(value -> new OptionList(value).items());
  }

  private static long flags(PartitionDef partition, boolean isDefault, boolean disableRootJobs) {
    long flags = 0;
    flags |= isDefault ? PartitionDefinition.FLAG_DEFAULT : 0;
    flags |= partition.hidden() ? PartitionDefinition.FLAG_HIDDEN : 0;
    flags |= partition.disableRootJobs(disableRootJobs) ? PartitionDefinition.FLAG_NO_ROOT : 0;
    flags |= partition.rootOnly() ? PartitionDefinition.FLAG_ROOT_ONLY : 0;
    flags |= partition.reqResv() ? REQ_RESV : 0;
    flags |= partition.lln() ? LLN : 0;
    flags |= partition.exclusiveUser() ? EXCLUSIVE_USER : 0;
    return flags;
  }

  private static ClusterConfig.Limits limits(ControllerConf conf) {
    return new ClusterConfig.Limits(
        conf.maxJobCount(),
        conf.firstJobId(),
        conf.maxJobId(),
        conf.maxArraySize(),
        conf.minJobAge(),
        conf.killWait(),
        conf.select().bits(),
        conf.defMemory(),
        conf.maxMemory(),
        conf.jobRequeue(),
        conf.enforcePartLimits().code(),
        conf.completeWait(),
        conf.batchStartTimeout(),
        conf.returnToService(),
        conf.overTimeLimit(),
        conf.slurmUser().uid(),
        conf.slurm().text("Licenses").orElse(null),
        conf.slurm().number("MaxStepCount", 40_000),
        (int) conf.slurm().number("MaxTasksPerNode", 512),
        epilogSeconds(conf),
        (int) Math.max(0, Math.min(100, conf.options("SlurmctldParameters").number("node_reg_mem_percent", 0))),
        Math.max(0, conf.options("SchedulerParameters").number("requeue_delay", 0)),
        conf.options("SchedulerParameters").has("requeue_on_resume_failure"),
        conf.options("SlurmctldParameters").has("enable_expedited_requeue"),
        conf.options("SlurmctldParameters").has("cloud_reg_addrs"),
        conf.jobCompletionLog().isPresent());
  }

  /** As long as its Epilog runs a job is completing; without a timeout, and still with a deadline, for a day. */
  private static long epilogSeconds(ControllerConf conf) {
    if (conf.slurm().list("Epilog").isEmpty()) {
      return 0;
    }
    long both = conf.slurm().number("PrologEpilogTimeout", SlurmConstants.NO_VAL16);
    long seconds = conf.slurm().number("EpilogTimeout", both);
    return seconds == 0 || seconds >= SlurmConstants.NO_VAL16 ? LONGEST_EPILOG_SECONDS : seconds;
  }
}
