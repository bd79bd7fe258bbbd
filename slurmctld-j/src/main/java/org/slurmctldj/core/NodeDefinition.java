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
    String reason) {
  public NodeDefinition {
    features = List.copyOf(features);
  }

  /** Cores that a job can be given, before core specialisation. */
  public int cores() {
    return sockets * coresPerSocket;
  }
}
