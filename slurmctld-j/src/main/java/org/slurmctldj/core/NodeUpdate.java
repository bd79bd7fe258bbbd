package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;

import java.util.ArrayList;
import java.util.List;

/** {@link Command.UpdateNode}: scontrol update nodename=, for privileged users. */
final class NodeUpdate {
  private NodeUpdate() {}

  static Result apply(Change c, Command.UpdateNode u) {
    if (!u.actor().privileged()) {
      return Result.error(ESLURM_USER_ID_MISSING);
    }
    List<NodeRecord> nodes = new ArrayList<>();
    for (String name : u.nodes()) {
      int i = c.nodeIndex(name);
      if (i < 0) {
        return Result.error(ESLURM_INVALID_NODE_NAME, name);
      }
      nodes.add(c.node(i));
    }
    for (NodeRecord n : nodes) {
      int error = update(c, n, u);
      if (error != 0) {
        return Result.error(error);
      }
      c.touch(n);
    }
    c.replan("nodes updated");
    return Result.OK;
  }

  private static int update(Change c, NodeRecord n, Command.UpdateNode u) {
    if (u.comment() != null) {
      n.comment = emptyIsNull(u.comment());
    }
    if (u.extra() != null) {
      n.extra = emptyIsNull(u.extra());
    }
    if (u.weight() != NO_VAL) {
      n.weight = u.weight();
    }
    if (u.reason() != null) {
      NodeLife.setReason(c, n, u.reason(), u.actor().uid());
      if (u.reason().isEmpty()) {
        NodeLife.clearReason(n);
      }
    }
    if (u.state() == NO_VAL) {
      return 0;
    }
    c.info("node " + n.name + " state update " + u.state() + " by uid " + u.actor().uid()
        + (u.reason() == null ? "" : ": " + u.reason()));
    boolean clears = u.state() == NODE_RESUME || u.state() == NODE_STATE_IDLE || u.state() == NODE_STATE_UNDRAIN;
    boolean nothingToResume = u.state() == NODE_RESUME && !n.drain && n.phase != NodePhase.DOWN;
    if (clears && n.invalidRegistration || nothingToResume) {
      return ESLURM_INVALID_NODE_STATE;
    }
    if (u.state() == NODE_RESUME || u.state() == NODE_STATE_IDLE) {
      resume(n);
    } else if (u.state() == NODE_STATE_DRAIN) {
      n.drain = true;
    } else if (u.state() == NODE_STATE_UNDRAIN) {
      n.drain = false;
      if (n.phase != NodePhase.DOWN) {
        NodeLife.clearReason(n);
      }
    } else if (u.state() == NODE_STATE_DOWN) {
      String reason = n.reason;
      NodeLife.down(c, n, reason == null ? "" : reason, u.actor().uid());
    } else {
      return ESLURM_INVALID_NODE_STATE;
    }
    return 0;
  }

  private static void resume(NodeRecord n) {
    n.drain = false;
    if (n.phase == NodePhase.DOWN) {
      n.phase = n.linked ? NodePhase.UP : n.registration == null ? NodePhase.UNKNOWN : NodePhase.LOST;
    }
    NodeLife.clearReason(n);
  }

  private static String emptyIsNull(String s) {
    return s.isEmpty() ? null : s;
  }
}
