package org.slurmctldj.client.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Answers of node_state_string and its kin in libslurm 22.05.8. */
class NodeStatesTest {
  private static void is(long state, String name, String compact) {
    assertEquals(name, NodeStates.name(state));
    assertEquals(compact, NodeStates.compact(state));
  }

  @Test
  void markOfTheFlagThatMattersMost() {
    is(NodeStates.IDLE, "IDLE", "IDLE");
    is(NodeStates.IDLE | NodeStates.POWERED_DOWN | NodeStates.CLOUD, "IDLE~", "IDLE~");
    is(NodeStates.DOWN | NodeStates.NO_RESPOND, "DOWN*", "DOWN*");
    is(NodeStates.MIXED | NodeStates.PLANNED, "MIXED-", "MIX-");
    is(NodeStates.ALLOCATED | NodeStates.COMPLETING, "ALLOCATED+", "ALLOC+");
    is(NodeStates.ALLOCATED | NodeStates.REBOOT_REQUESTED, "ALLOCATED@", "ALLOC@");
  }

  @Test
  void flagsThatHideTheBaseState() {
    is(NodeStates.IDLE | NodeStates.DRAIN, "DRAINED", "DRAIN");
    is(NodeStates.MIXED | NodeStates.DRAIN, "DRAINING", "DRNG");
    is(NodeStates.ALLOCATED | NodeStates.FAIL, "FAILING", "FAILG");
    is(NodeStates.IDLE | NodeStates.MAINT | NodeStates.NO_RESPOND, "MAINT*", "MAINT*");
    is(NodeStates.IDLE | NodeStates.REBOOT_ISSUED, "REBOOT^", "BOOT^");
    is(NodeStates.IDLE | NodeStates.RESERVED, "RESERVED", "RESV");
    is(NodeStates.IDLE | NodeStates.INVALID_REG, "INVAL", "INVAL");
    is(NodeStates.UNKNOWN | NodeStates.POWERING_UP, "POWERING_UP", "UNK");
  }

  @Test
  void everyFlagByName() {
    assertEquals(
        "IDLE+CLOUD+POWERED_DOWN", NodeStates.complete(NodeStates.IDLE | NodeStates.POWERED_DOWN | NodeStates.CLOUD));
    assertEquals("DOWN+DRAIN+NOT_RESPONDING", NodeStates.complete(NodeStates.DOWN | NodeStates.DRAIN | NodeStates.NO_RESPOND));
  }
}
