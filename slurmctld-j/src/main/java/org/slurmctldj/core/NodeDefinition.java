package org.slurmctldj.core;

import java.util.List;

/**
 * One node as slurm.conf defines it. Its index in {@link ClusterConfig#nodes()} is the node's
 * number for the whole epoch: every bitmap and column counts nodes by it.
 *
 * @param address NodeAddr, defaults to hostName
 * @param port slurmd's port
 * @param cpus logical CPUs that may be allocated
 * @param realMemory MiB
 * @param tmpDisk MiB
 * @param state the state flags of the line's State= (0 UNKNOWN: wait for registration); Slurm's
 *     node state numbers
 * @param gres the line's Gres= text, or null
 * @param reason the line's Reason= or DownNodes' text, or null
 * @param features all that the node can have (available features)
 * @param coreSpecCount cores that no job gets: CoreSpecCount, or as many as specialisedCores
 * @param activeFeatures those of them that it has now: what jobs are placed by
 * @param specialisedCores which those are, ascending (CpuSpecList); empty: the last ones
 */
public record NodeDefinition(
    String name,
    String hostName,
    String address,
    int port,
    int cpus,
    int boards,
    int sockets,
    int coresPerSocket,
    int threadsPerCore,
    long realMemory,
    long tmpDisk,
    int weight,
    List<String> features,
    String gres,
    int coreSpecCount,
    long memSpecLimit,
    long state,
    String reason,
    List<String> activeFeatures,
    List<Integer> specialisedCores) {
  public NodeDefinition {
    features = List.copyOf(features);
    activeFeatures = List.copyOf(activeFeatures);
    specialisedCores = List.copyOf(specialisedCores);
  }

  /** A node without CpuSpecList. */
  public NodeDefinition(
      String name,
      String hostName,
      String address,
      int port,
      int cpus,
      int boards,
      int sockets,
      int coresPerSocket,
      int threadsPerCore,
      long realMemory,
      long tmpDisk,
      int weight,
      List<String> features,
      String gres,
      int coreSpecCount,
      long memSpecLimit,
      long state,
      String reason,
      List<String> activeFeatures) {
    this(
        name, hostName, address, port, cpus, boards, sockets, coresPerSocket, threadsPerCore, realMemory, tmpDisk, weight,
        features, gres, coreSpecCount, memSpecLimit, state, reason, activeFeatures, List.of());
  }

  /** A node whose features are all active. */
  public NodeDefinition(
      String name,
      String hostName,
      String address,
      int port,
      int cpus,
      int boards,
      int sockets,
      int coresPerSocket,
      int threadsPerCore,
      long realMemory,
      long tmpDisk,
      int weight,
      List<String> features,
      String gres,
      int coreSpecCount,
      long memSpecLimit,
      long state,
      String reason) {
    this(
        name, hostName, address, port, cpus, boards, sockets, coresPerSocket, threadsPerCore, realMemory, tmpDisk, weight,
        features, gres, coreSpecCount, memSpecLimit, state, reason, features);
  }

  /** As an admin's scontrol update leaves it, until slurm.conf is read again. */
  NodeDefinition with(
      String newHostName, String newAddress, long newWeight, List<String> available, List<String> active, String newGres) {
    return new NodeDefinition(
        name, newHostName, newAddress, port, cpus, boards, sockets, coresPerSocket, threadsPerCore, realMemory, tmpDisk,
        (int) Math.min(newWeight, Integer.MAX_VALUE), available, newGres, coreSpecCount, memSpecLimit, state, reason, active,
        specialisedCores);
  }

  /** With another RealMemory, MiB. */
  NodeDefinition withMemory(long memory) {
    return new NodeDefinition(
        name, hostName, address, port, cpus, boards, sockets, coresPerSocket, threadsPerCore, memory, tmpDisk, weight, features,
        gres, coreSpecCount, memSpecLimit, state, reason, activeFeatures, specialisedCores);
  }

  /** True if whatever fits on the one node, empty, fits on the other. */
  public boolean fitsAs(NodeDefinition o) {
    return cpus == o.cpus
        && boards == o.boards
        && sockets == o.sockets
        && coresPerSocket == o.coresPerSocket
        && threadsPerCore == o.threadsPerCore
        && realMemory == o.realMemory
        && tmpDisk == o.tmpDisk
        && coreSpecCount == o.coreSpecCount
        && memSpecLimit == o.memSpecLimit
        && specialisedCores.equals(o.specialisedCores)
        && features.equals(o.features)
        && java.util.Objects.equals(gres, o.gres);
  }

  /** Cores that a job can be given, before core specialisation. */
  public int cores() {
    return sockets * coresPerSocket;
  }
}
