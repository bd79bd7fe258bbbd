package org.slurmctldj.core;

/**
 * A compute node group: nodes {@code <name>-1..max} whose machines are bought in a cloud when they are wanted and given
 * back when they are not. Part of an epoch's configuration.
 *
 * @param nodes indexes, in the order of their numbers
 * @param least so many of the first of them are kept up (static nodes); 0 none
 * @param power when an idle one is given back and how long one has to come up
 * @param bootFailures so many instances that failed to come up, none that did in between, make the pool INVALID; 0 never
 * @param probeSeconds how long an INVALID pool rests before another is tried
 */
public record PoolDefinition(
    String name, int[] nodes, int least, PowerRules.NodePower power, int bootFailures, long probeSeconds) {

  /** Whether that node, by its place in the pool, is kept up. */
  boolean keeps(int node) {
    for (int i = 0; i < least && i < nodes.length; i++) {
      if (nodes[i] == node) {
        return true;
      }
    }
    return false;
  }
}
