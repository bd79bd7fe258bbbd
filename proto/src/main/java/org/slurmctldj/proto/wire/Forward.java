package org.slurmctldj.proto.wire;

/**
 * The header's wish that the receiver passes the message on to further nodes.
 *
 * @param count how many nodes; 0: none of the other fields travels
 * @param nodeList hostlist expression
 * @param timeout milliseconds per hop
 * @param treeWidth fan-out
 * @param aliasAddresses a "net" token with the nodes' addresses, from version 40 on; null if none
 * @param treeDepth from version 42 on
 */
public record Forward(int count, String nodeList, long timeout, int treeWidth, String aliasAddresses, int treeDepth) {
  public static final Forward NONE = new Forward(0, null, 0, 0, null, 0);
}
