package org.slurmctldj.core;

import java.util.List;

/**
 * What {@code scontrol update nodename=} can change of nodes beside state, reason and comment. Null
 * leaves a text alone, "" clears it; NO_VAL leaves a number alone.
 *
 * @param features AvailableFeatures, comma separated
 * @param activeFeatures ActiveFeatures, comma separated
 * @param gres as a NodeName line has it
 * @param addresses NodeAddr, one for each node of the request or one for all; empty for no change
 * @param hostNames NodeHostName, likewise
 * @param cpuBind Slurm's cpu_bind bits; 0 for no change
 */
public record NodeChanges(
    String features,
    String activeFeatures,
    String gres,
    List<String> addresses,
    List<String> hostNames,
    long cpuBind,
    String instanceId,
    String instanceType) {
  public static final NodeChanges NONE = new NodeChanges(null, null, null, List.of(), List.of(), 0, null, null);

  public NodeChanges {
    addresses = List.copyOf(addresses);
    hostNames = List.copyOf(hostNames);
  }
}
