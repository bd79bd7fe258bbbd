package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;

/**
 * scontrol reboot: asked for, issued once nothing runs on the node, over when it registers after a boot. While a node
 * reboots it is DOWN and neither ReturnToService nor a registration of before the boot brings it back.
 */
public final class NodeReboot {
  /** Bits of an update's state word; without DRAIN the node takes jobs until it is idle. */
  public static final long REQUESTED = 1 << 16;

  public static final long CANCEL = 1 << 17;

  /** What the reason says of a node that did not come back. */
  public static final String TIMED_OUT = "reboot timed out";

  private NodeReboot() {}

  /** {@code state}: REQUESTED, perhaps DRAIN (ASAP), perhaps RESUME or DOWN: what the node shall be afterwards. */
  static void request(Change c, NodeRecord n, long state, String reason, long uid) {
    if (n.reboot != NodeRecord.Reboot.NONE) {
      c.info("node " + n.name + " is to reboot already");
      return;
    }
    boolean asap = (state & NODE_STATE_DRAIN) != 0;
    n.reboot = NodeRecord.Reboot.REQUESTED;
    n.rebootNext = (state & NODE_RESUME) != 0 || asap && (state & NODE_STATE_DOWN) == 0 ? NODE_RESUME : (state & NODE_STATE_DOWN) != 0 ? NODE_STATE_DOWN : 0;
    n.rebootDrain = asap && !n.drain;
    n.drain |= asap;
    if (reason == null) {
      NodeLife.setReason(c, n, asap ? "Reboot ASAP" : "reboot requested", uid);
    }
    c.info("reboot request queued for node " + n.name);
    whenIdle(c, n);
  }

  /** False: there is none that could be taken back. */
  static boolean cancel(NodeRecord n) {
    if (n.reboot != NodeRecord.Reboot.REQUESTED) {
      return false;
    }
    if (n.rebootDrain) {
      n.drain = false;
    }
    forget(n);
    NodeLife.clearReason(n);
    return true;
  }

  private static void forget(NodeRecord n) {
    n.reboot = NodeRecord.Reboot.NONE;
    n.rebootNext = 0;
    n.rebootDrain = false;
    n.rebootTime = 0;
  }

  /** A job has left the node, or a reboot was asked for. */
  static void whenIdle(Change c, NodeRecord n) {
    if (n.reboot != NodeRecord.Reboot.REQUESTED || n.jobs > 0) {
      return;
    }
    n.reboot = NodeRecord.Reboot.ISSUED;
    n.rebootTime = c.nowSeconds();
    n.phase = NodePhase.DOWN;
    n.reason = n.reason + " : reboot issued";
    c.info("node " + n.name + " reboots");
    c.effect(new Effect.Reboot(n.index));
    c.touch(n);
  }

  /** The node registers; true if it is still the one that has to reboot, and nothing may come of it. */
  static boolean isAwaited(Change c, NodeRecord n) {
    if (n.reboot != NodeRecord.Reboot.ISSUED) {
      return false;
    }
    if (n.registration.bootTime() < n.rebootTime) {
      return true;
    }
    long next = n.rebootNext;
    if (n.rebootDrain || next == NODE_RESUME) {
      n.drain = n.invalidRegistration;
    }
    forget(n);
    c.info("node " + n.name + " has rebooted");
    if (next == NODE_STATE_DOWN) {
      n.reason = n.reason + " : reboot complete";
      PoolLife.downed(c, n);
      return true;
    }
    n.phase = NodePhase.UP;
    if (!n.drain) {
      NodeLife.clearReason(n);
    }
    return false;
  }

  /** ResumeTimeout has passed: it is just down. */
  static void timedOut(Change c, NodeRecord n) {
    if (n.reboot == NodeRecord.Reboot.ISSUED) {
      forget(n);
      n.reason = n.reason + " : " + TIMED_OUT;
      c.error("node " + n.name + " did not come back from its reboot");
      c.touch(n);
      PoolLife.downed(c, n);
    }
  }
}
