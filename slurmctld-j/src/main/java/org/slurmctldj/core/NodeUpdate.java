package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
    Map<Integer, NodeDefinition> redefined = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      NodeRecord n = nodes.get(i);
      int error = define(c, n, u, i, nodes.size(), redefined);
      if (error == 0) {
        error = update(c, n, u);
      }
      if (error != 0) {
        return Result.error(error);
      }
      c.touch(n);
    }
    if (!redefined.isEmpty()) {
      List<NodeDefinition> all = new ArrayList<>(c.config().nodes());
      redefined.forEach(all::set);
      c.amendConfig(c.config().withNodes(all));
    }
    c.replan("nodes updated");
    return Result.OK;
  }

  /** Features, gres, address and the like: what a NodeName line says, changed until slurm.conf is read again. */
  private static int define(
      Change c, NodeRecord n, Command.UpdateNode u, int at, int of, Map<Integer, NodeDefinition> redefined) {
    NodeChanges ch = u.more();
    NodeDefinition d = c.config().nodes().get(n.index);
    if (!ch.addresses().isEmpty() && ch.addresses().size() != of || !ch.hostNames().isEmpty() && ch.hostNames().size() != of) {
      return ESLURM_INVALID_NODE_NAME;
    }
    List<String> available = ch.features() == null ? d.features() : list(ch.features());
    List<String> active = ch.activeFeatures() == null ? d.activeFeatures() : list(ch.activeFeatures());
    if (ch.gres() != null && (!n.gres.isEmpty() || GresText.parse(ch.gres()) == null)) {
      return ESLURM_INVALID_GRES;
    }
    if (!available.containsAll(active)) {
      return ESLURM_ACTIVE_FEATURE_NOT_SUBSET;
    }
    n.address = ch.addresses().isEmpty() ? n.address : ch.addresses().get(at);
    n.hostName = ch.hostNames().isEmpty() ? n.hostName : ch.hostNames().get(at);
    n.cpuBind = ch.cpuBind() == 0 ? n.cpuBind : ch.cpuBind();
    n.instanceId = ch.instanceId() == null ? n.instanceId : emptyIsNull(ch.instanceId());
    n.instanceType = ch.instanceType() == null ? n.instanceType : emptyIsNull(ch.instanceType());
    if (ch.equals(NodeChanges.NONE)) {
      return 0;
    }
    NodeDefinition now = d.with(
        n.hostName == null ? d.hostName() : n.hostName, n.address == null ? d.address() : n.address, d.weight(), available,
        active, ch.gres() == null ? d.gres() : emptyIsNull(ch.gres()));
    if (!now.equals(d)) {
      redefined.put(n.index, now);
    }
    return 0;
  }

  private static List<String> list(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(","));
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
      // Slurm keeps a reason only for what it explains: of a node in service it forgets it at once (observed on 22.05.8).
      boolean nothingToExplain = c.featureLevel >= 5 && u.state() == NO_VAL && n.phase == NodePhase.UP
          && !n.drain && !n.powerDown && n.reboot == NodeRecord.Reboot.NONE;
      if (u.reason().isEmpty() || nothingToExplain) {
        NodeLife.clearReason(n);
      }
    }
    if (u.state() == NO_VAL) {
      return 0;
    }
    c.info("node " + n.name + " state update " + u.state() + " by uid " + u.actor().uid()
        + (u.reason() == null ? "" : ": " + u.reason()));
    if (c.featureLevel >= 8 && (u.state() & (NODE_STATE_POWER_UP | NODE_STATE_POWER_DOWN)) != 0 && !c.config().saves(n.index)) {
      return ESLURM_INVALID_NODE_STATE; // nobody would switch it (22.05.8, 24.11.5)
    }
    if (PowerSave.update(c, n, u.state())) {
      return 0;
    }
    if ((u.state() & NodeReboot.REQUESTED) != 0) {
      NodeReboot.request(c, n, u.state(), u.reason(), u.actor().uid());
      return 0;
    }
    if (u.state() == NodeReboot.CANCEL) {
      return NodeReboot.cancel(n) ? 0 : ESLURM_INVALID_NODE_STATE;
    }
    boolean clears = u.state() == NODE_RESUME || u.state() == NODE_STATE_IDLE || u.state() == NODE_STATE_UNDRAIN;
    boolean nothingToResume = u.state() == NODE_RESUME && !n.drain && !n.powerDown && n.phase != NodePhase.DOWN;
    if (clears && n.invalidRegistration || nothingToResume) {
      return ESLURM_INVALID_NODE_STATE;
    }
    if (u.state() == NODE_RESUME || u.state() == NODE_STATE_IDLE) {
      resume(c, n);
    } else if (u.state() == NODE_STATE_DRAIN) {
      n.drain = true;
      n.failing = false;
    } else if (u.state() == NODE_STATE_FAIL && c.featureLevel >= 8) {
      // Each takes the other's place; both may be beside DOWN (22.05.8, 24.11.5, 26.05.5).
      n.drain = true;
      n.failing = true;
    } else if (u.state() == NODE_STATE_UNDRAIN) {
      // From 24.11 on what fails is not drained; 22.05 takes FAIL off, too.
      n.drain = n.failing;
      if (n.phase != NodePhase.DOWN && !n.failing) {
        NodeLife.clearReason(n);
      }
    } else if (u.state() == NODE_STATE_DOWN) {
      String reason = n.reason;
      NodeLife.down(c, n, reason == null ? "" : reason, u.actor().uid());
    } else {
      return ESLURM_INVALID_NODE_STATE;
    }
    PoolDefinition pool = PoolLife.pool(c, n);
    if (clears && pool != null && c.featureLevel >= 4) {
      // It went off while it was drained: nobody else would ask for it again.
      PoolLife.keepUp(c, n, pool);
    }
    return 0;
  }

  private static void resume(Change c, NodeRecord n) {
    n.drain = false;
    if (n.phase == NodePhase.DOWN) {
      // Slurm shows one that never registered as IDLE*, too.
      boolean unknown = n.registration == null && c.featureLevel < 2;
      n.phase = n.poweredDown ? NodePhase.POWERED_DOWN : n.linked ? NodePhase.UP : unknown ? NodePhase.UNKNOWN : NodePhase.LOST;
    }
    n.poweredDown = false;
    n.powerDown = false;
    NodeLife.clearReason(n);
  }

  private static String emptyIsNull(String s) {
    return s.isEmpty() ? null : s;
  }
}
