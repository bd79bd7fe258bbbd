package org.slurmctldj.core;

import java.util.List;

/**
 * What power saving does with each node (slurm.conf's Suspend… and Resume… keys), part of an epoch's configuration.
 *
 * @param enabled SuspendProgram, ResumeProgram and some SuspendTime are set; without them only pools' nodes go on and off
 * @param nodes one for each node, by index; empty when not enabled
 * @param kept nodes that stay on: SuspendExcNodes and SuspendExcParts
 * @param keptStates node state flags of SuspendExcStates; Slurm's node state numbers, base states as 1 << (16 + number)
 * @param idleOnSuspend a node that is switched off is idle afterwards, whatever it was (idle_on_node_suspend)
 * @param told the exclusions that scontrol update gave, which kept and keptStates come of; null: slurm.conf's are in force
 */
public record PowerRules(
    boolean enabled, List<NodePower> nodes, List<Kept> kept, long keptStates, boolean idleOnSuspend, SuspendExclusions told) {
  public static final PowerRules NONE = new PowerRules(false, List.of(), List.of(), 0);

  /** Without idle_on_node_suspend. */
  public PowerRules(boolean enabled, List<NodePower> nodes, List<Kept> kept, long keptStates) {
    this(enabled, nodes, kept, keptStates, false);
  }

  /** With slurm.conf's exclusions. */
  public PowerRules(boolean enabled, List<NodePower> nodes, List<Kept> kept, long keptStates, boolean idleOnSuspend) {
    this(enabled, nodes, kept, keptStates, idleOnSuspend, null);
  }

  public PowerRules {
    nodes = List.copyOf(nodes);
    kept = List.copyOf(kept);
  }

  /**
   * @param suspendSeconds idle so long, it is switched off (SuspendTime); -1 never
   * @param suspendTimeout seconds until a node that is being switched off may be used again (SuspendTimeout)
   * @param resumeTimeout seconds that a node has to come up (ResumeTimeout)
   * @param downOnIdle switched off as soon as a job has left it (PowerDownOnIdle)
   */
  public record NodePower(long suspendSeconds, long suspendTimeout, long resumeTimeout, boolean downOnIdle) {}

  /**
   * @param nodes indexes, ascending
   * @param count so many of them stay on (nodes[1-10]:4); all where it is their number
   */
  public record Kept(int[] nodes, int count) {}

  NodePower of(int node) {
    return enabled && node < nodes.size() ? nodes.get(node) : new NodePower(-1, 30, 60, false);
  }
}
