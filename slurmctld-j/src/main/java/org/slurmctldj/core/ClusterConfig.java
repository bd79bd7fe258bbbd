package org.slurmctldj.core;

import java.util.List;

/**
 * The part of the configuration that decides outcomes, normalised by the front door and journaled
 * by {@link Command.Reconfigure}. Immutable. Node and partition indexes belong to the epoch. Within
 * an epoch scontrol update makes new objects: partitions change or are added at the end, and of nodes
 * what no allocation counts by (features, weight, address). In a store partitions and reservations are
 * records of their own; a configuration that comes from there has lists of them as of one moment.
 */
public record ClusterConfig(
    long epoch,
    String clusterName,
    List<NodeDefinition> nodes,
    List<PartitionDefinition> partitions,
    Limits limits,
    PowerRules power,
    List<ReservationDefinition> reservations,
    PoolRules pools) {

  /** Without pools. */
  public ClusterConfig(
      long epoch,
      String clusterName,
      List<NodeDefinition> nodes,
      List<PartitionDefinition> partitions,
      Limits limits,
      PowerRules power,
      List<ReservationDefinition> reservations) {
    this(epoch, clusterName, nodes, partitions, limits, power, reservations, PoolRules.NONE);
  }

  /** Without reservations: as slurm.conf gives it. */
  public ClusterConfig(
      long epoch, String clusterName, List<NodeDefinition> nodes, List<PartitionDefinition> partitions, Limits limits, PowerRules power) {
    this(epoch, clusterName, nodes, partitions, limits, power, List.of());
  }

  /** Without power saving. */
  public ClusterConfig(long epoch, String clusterName, List<NodeDefinition> nodes, List<PartitionDefinition> partitions, Limits limits) {
    this(epoch, clusterName, nodes, partitions, limits, PowerRules.NONE);
  }

  /** What a controller has before its first {@link Command.Reconfigure}: no node, no partition. */
  public static final ClusterConfig EMPTY =
      new ClusterConfig(
          0,
          null,
          List.of(),
          List.of(),
          new Limits(10000, 1, 0x03ff0000 - 1, 1001, 300, 30, 1, 0, 0, true, 0, 0, 10, 0, 0, 0, null));

  public ClusterConfig {
    nodes = NodeTable.of(nodes);
    partitions = RecordList.of(partitions);
    reservations = RecordList.of(reservations);
  }

  /**
   * Numbers that apply enforces.
   *
   * @param maxJobCount records kept at most, finished ones included (MaxJobCount)
   * @param firstJobId FirstJobId
   * @param maxJobId MaxJobId; ids wrap past it
   * @param maxArraySize MaxArraySize; the highest task id is one less
   * @param minJobAgeSeconds a finished job is kept that long (MinJobAge); 0 for ever
   * @param killWaitSeconds between SIGTERM and SIGKILL at the time limit (KillWait)
   * @param selectTypeParameters Slurm's CR_ bits (CR_CPU bit0, CR_SOCKET bit1, CR_CORE bit2,
   *     CR_MEMORY bit4)
   * @param defMemory DefMemPerCPU (bit 63 set) or DefMemPerNode, MiB; 0 unlimited
   * @param maxMemory MaxMemPerCPU (bit 63 set) or MaxMemPerNode; 0 unlimited
   * @param jobRequeue JobRequeue: whether jobs may be requeued by default
   * @param enforcePartLimits EnforcePartLimits: 0 NO, 1 ALL, 2 ANY
   * @param completeWaitSeconds CompleteWait
   * @param batchStartTimeoutSeconds BatchStartTimeout
   * @param returnToService ReturnToService, 0 to 2
   * @param overTimeLimitMinutes OverTimeLimit
   * @param slurmUserId may do what root may
   * @param licenses Licenses= text, or null
   * @param maxStepCount MaxStepCount: steps that a job may start in its life
   * @param maxTasksPerNode MaxTasksPerNode, of one step
   * @param epilogSeconds what an Epilog may take beyond the end of a job's processes, 0 without one
   * @param registeredMemoryPercent so much of slurm.conf's memory a node must register (node_reg_mem_percent); 0 not set: all of it,
   *     90 of a cloud's node; -1: as before there was a choice, all of it
   * @param requeueDelaySeconds a requeued job waits for so long (requeue_delay); 0: it may start at once
   * @param requeueOnResumeFailure a batch job whose nodes did not resume is requeued, whatever it says of requeueing
   * @param expeditedRequeue jobs may ask for {@code --requeue=expedite} (enable_expedited_requeue)
   * @param cloudRegAddrs a State=CLOUD node that registers is from then on where it registered from (cloud_reg_addrs)
   * @param jobCompletions the end of each run of a job is told with all that is known of it (JobCompType)
   */
  public record Limits(
      int maxJobCount,
      long firstJobId,
      long maxJobId,
      int maxArraySize,
      long minJobAgeSeconds,
      long killWaitSeconds,
      int selectTypeParameters,
      long defMemory,
      long maxMemory,
      boolean jobRequeue,
      int enforcePartLimits,
      long completeWaitSeconds,
      long batchStartTimeoutSeconds,
      int returnToService,
      int overTimeLimitMinutes,
      long slurmUserId,
      String licenses,
      long maxStepCount,
      int maxTasksPerNode,
      long epilogSeconds,
      int registeredMemoryPercent,
      long requeueDelaySeconds,
      boolean requeueOnResumeFailure,
      boolean expeditedRequeue,
      boolean cloudRegAddrs,
      boolean jobCompletions) {
    /** Slurm's defaults of MaxStepCount and MaxTasksPerNode, which were in force before slurm.conf's counted. */
    static final long MAX_STEP_COUNT = 40_000;

    static final int MAX_TASKS_PER_NODE = 512;

    public Limits(
        int maxJobCount,
        long firstJobId,
        long maxJobId,
        int maxArraySize,
        long minJobAgeSeconds,
        long killWaitSeconds,
        int selectTypeParameters,
        long defMemory,
        long maxMemory,
        boolean jobRequeue,
        int enforcePartLimits,
        long completeWaitSeconds,
        long batchStartTimeoutSeconds,
        int returnToService,
        int overTimeLimitMinutes,
        long slurmUserId,
        String licenses) {
      this(
          maxJobCount, firstJobId, maxJobId, maxArraySize, minJobAgeSeconds, killWaitSeconds, selectTypeParameters, defMemory,
          maxMemory, jobRequeue, enforcePartLimits, completeWaitSeconds, batchStartTimeoutSeconds, returnToService,
          overTimeLimitMinutes, slurmUserId, licenses, MAX_STEP_COUNT, MAX_TASKS_PER_NODE, 0, -1, 0, false, false, false, false);
    }
  }

  ClusterConfig withNodes(List<NodeDefinition> changed) {
    return new ClusterConfig(
        epoch, clusterName, ((NodeTable) nodes).changedTo(changed), partitions, limits, power, reservations, pools);
  }

  ClusterConfig withPartitions(List<PartitionDefinition> changed) {
    return new ClusterConfig(epoch, clusterName, nodes, changed, limits, power, reservations, pools);
  }

  ClusterConfig withReservations(List<ReservationDefinition> changed) {
    return new ClusterConfig(epoch, clusterName, nodes, partitions, limits, power, changed, pools);
  }

  ClusterConfig withPower(PowerRules changed) {
    return new ClusterConfig(epoch, clusterName, nodes, partitions, limits, changed, reservations, pools);
  }

  /** For stores: the same with the records that are in force. */
  public ClusterConfig withRecords(List<PartitionDefinition> partitionRecords, List<ReservationDefinition> reservationRecords) {
    return new ClusterConfig(epoch, clusterName, nodes, partitionRecords, limits, power, reservationRecords, pools);
  }

  ClusterConfig withEpoch(long next) {
    return new ClusterConfig(next, clusterName, nodes, partitions, limits, power, reservations, pools);
  }

  public ClusterConfig withPools(PoolRules changed) {
    return new ClusterConfig(epoch, clusterName, nodes, partitions, limits, power, reservations, changed);
  }

  /** What power saving does with that node: its pool's rules, else slurm.conf's. */
  PowerRules.NodePower powerOf(int node) {
    PoolDefinition pool = pools.of(node);
    return pool == null ? power.of(node) : pool.power();
  }

  /** Whether that node is switched on and off at all. */
  boolean saves(int node) {
    return power.enabled() || pools.of(node) != null;
  }

  /** True where planners see no difference: only what clients are told of nodes changed (addresses, host names). */
  public boolean plansAs(ClusterConfig o) {
    if (epoch != o.epoch || partitions != o.partitions && !partitions.equals(o.partitions) || limits != o.limits
        || reservations != o.reservations && !reservations.equals(o.reservations) || nodes.size() != o.nodes.size()) {
      return false;
    }
    for (int i = 0; i < nodes.size(); i++) {
      NodeDefinition a = nodes.get(i);
      NodeDefinition b = o.nodes.get(i);
      if (a != b && !(a.fitsAs(b) && a.weight() == b.weight() && a.activeFeatures().equals(b.activeFeatures()))) {
        return false;
      }
    }
    return true;
  }

  /** The index of the default partition, or -1. */
  public int defaultPartition() {
    for (int i = 0; i < partitions.size(); i++) {
      if (partitions.get(i).isDefault()) {
        return i;
      }
    }
    return -1;
  }

  /** The index of that node, or -1; a look-up in a table. */
  public int nodeIndex(String name) {
    return ((NodeTable) nodes).indexOfName(name);
  }

  /** The index of that partition, or -1. */
  public int partitionIndex(String name) {
    if (partitions instanceof RecordList<PartitionDefinition> list) {
      return list.indexOfName(name);
    }
    for (int i = 0; i < partitions.size(); i++) {
      if (partitions.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }
}
