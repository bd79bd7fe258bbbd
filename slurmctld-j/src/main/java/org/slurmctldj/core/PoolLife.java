package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slurmctldj.core.NodeRecord.Registration;

/**
 * The life of a pool's node, where instances take the place of power saving's programs: wanted, ordered, bound to an
 * instance, up, given back. What is to be done stands in the nodes' records (a wish, an open order, an instance that is
 * to end); provisioning makes it so and reports facts, so that a lost effect or a restart only delays. A name has one
 * instance at a time: it is free again when its last one is gone.
 */
final class PoolLife {
  /** What a node says that is kept up for its group's least number, as PCS shows it. */
  static final String KEPT = "Maintain Minimum Number Of Instances";

  /** As Slurm's node_reg_mem_percent of cloud nodes: a machine may register that much of its memory and no less. */
  static final int REGISTERED_MEMORY_PERCENT = 90;

  static final long ROOT = 0;

  private PoolLife() {}

  static PoolDefinition pool(Change c, NodeRecord n) {
    return c.config().pools().of(n.index);
  }

  // ---- wishes

  /** A node that its pool keeps up is wanted as soon as it is off. */
  static void keepUp(Change c, NodeRecord n, PoolDefinition pool) {
    if (n.phase == NodePhase.POWERED_DOWN && !n.powerUp && !n.drain && pool.keeps(n.index)) {
      n.powerUp = true;
      c.effect(new Effect.Power(n.index));
      c.touch(n);
    }
  }

  /** A job has left the node: what was wanted for it alone is not any more, what waited for it goes off. */
  static void jobLeft(Change c, NodeRecord n) {
    PoolDefinition pool = pool(c, n);
    if (pool == null || n.jobs > 0) {
      return;
    }
    if (n.phase == NodePhase.POWERED_DOWN && n.powerUp && !pool.keeps(n.index)) {
      n.powerUp = false;
    }
    switchOff(c, n);
  }

  /** Ends the node's machine if that is wished and nothing runs on it. */
  static void switchOff(Change c, NodeRecord n) {
    if (pool(c, n) == null || !n.powerDown || n.jobs > 0) {
      return;
    }
    switch (n.phase) {
      case POWERED_DOWN, POWERING_DOWN, FUTURE -> n.powerDown = false;
      case UNKNOWN, UP, LOST, DOWN, POWERING_UP -> {
        c.info("node " + n.name + " powering down");
        end(c, n);
      }
    }
  }

  /** Its instance, or what is ordered for it, is to go. */
  static void end(Change c, NodeRecord n) {
    n.phase = NodePhase.POWERING_DOWN;
    n.powerSince = c.nowMillis;
    n.powerUp = false;
    n.powerDown = false;
    n.poweredDown = false;
    n.drain &= !n.powerDrain;
    n.powerDrain = false;
    c.effect(new Effect.Power(n.index));
    c.touch(n);
  }

  /** Set DOWN: a pool's node is not mended but replaced. One without a machine stays as an admin left it. */
  static void downed(Change c, NodeRecord n) {
    if (pool(c, n) != null && n.reboot == NodeRecord.Reboot.NONE && (n.instanceId != null || n.order != null)) {
      n.powerDown = true;
      c.effect(new Effect.Power(n.index));
      switchOff(c, n);
    }
  }

  /** Nothing is left of its machine. */
  static void off(Change c, NodeRecord n, PoolDefinition pool) {
    // Asked for again while it was going.
    n.powerUp &= n.phase == NodePhase.POWERING_DOWN;
    n.phase = NodePhase.POWERED_DOWN;
    n.powerSince = 0;
    n.powerDown = false;
    n.poweredDown = false;
    n.linked = false;
    n.order = null;
    n.orderLeast = 0;
    n.instanceId = null;
    n.instanceOrder = null;
    n.instanceType = null;
    n.capacityOption = null;
    n.requestedMillis = 0;
    n.runningMillis = 0;
    n.helloMillis = 0;
    n.readyMillis = 0;
    n.drain &= !n.invalidRegistration;
    n.invalidRegistration = false;
    readdress(c, List.of(new Command.BoundInstance(n.name, null, null, null, null)));
    c.touch(n);
    keepUp(c, n, pool);
  }

  // ---- orders and instances

  static Result ordered(Change c, Command.LaunchOrdered o) {
    List<NodeRecord> nodes = new ArrayList<>();
    for (String name : o.nodes()) {
      int index = c.nodeIndex(name);
      NodeRecord n = index < 0 ? null : c.node(index);
      if (n == null || pool(c, n) == null || n.phase != NodePhase.POWERED_DOWN || !n.powerUp) {
        return Result.error(ESLURM_INVALID_NODE_STATE, "node " + name + " is not wanted any more");
      }
      nodes.add(n);
    }
    for (NodeRecord n : nodes) {
      n.phase = NodePhase.POWERING_UP;
      n.powerUp = false;
      n.powerSince = c.nowMillis;
      n.order = o.token();
      n.orderLeast = o.least();
      n.capacityOption = o.option();
      n.requestedMillis = c.nowMillis;
      n.runningMillis = 0;
      n.helloMillis = 0;
      n.readyMillis = 0;
      n.blockedUntil = 0;
      if (pool(c, n).keeps(n.index) && !n.drain) {
        NodeLife.setReason(c, n, KEPT, ROOT);
      }
      c.touch(n);
    }
    c.info("order " + o.token() + ": " + nodes.size() + " of " + o.option() + " for " + first(o.nodes()));
    return Result.OK;
  }

  private static String first(List<String> nodes) {
    return nodes.get(0) + (nodes.size() > 1 ? " and " + (nodes.size() - 1) + " more" : "");
  }

  static Result answered(Change c, Command.LaunchAnswered a) {
    Map<String, Command.BoundInstance> started = new HashMap<>();
    a.started().forEach(b -> started.put(b.node(), b));
    boolean any = false;
    List<Command.BoundInstance> bound = new ArrayList<>();
    int without = 0;
    for (PoolDefinition pool : c.config().pools().pools()) {
      for (int index : pool.nodes()) {
        NodeRecord n = c.node(index);
        if (n == null || !a.token().equals(n.order)) {
          continue;
        }
        any = true;
        n.order = null;
        n.orderLeast = 0;
        Command.BoundInstance b = started.get(n.name);
        if (b != null) {
          n.instanceId = b.instance();
          n.instanceOrder = a.token();
          n.instanceType = b.type();
          bound.add(b);
        } else {
          without++;
          withoutInstance(c, n, pool, a.code());
        }
        c.effect(new Effect.Power(index));
        c.touch(n);
      }
    }
    if (!any) {
      return Result.error(ESLURM_INVALID_NODE_STATE, "no order " + a.token() + " is open");
    }
    readdress(c, bound);
    if (without > 0) {
      c.error("order " + a.token() + ": " + without + " instances were not started (" + a.code() + "): " + a.message());
    }
    return Result.OK;
  }

  /** Wanted as before, if it still is. */
  private static void withoutInstance(Change c, NodeRecord n, PoolDefinition pool, String code) {
    if (n.phase == NodePhase.UP || n.phase == NodePhase.LOST || n.phase == NodePhase.DOWN) {
      // It came up before its order was answered and the cloud knows nothing of it: whoever that is, it is not ours.
      n.powerDown = true;
      switchOff(c, n);
      return;
    }
    boolean wanted = n.phase == NodePhase.POWERING_UP && (n.jobs > 0 || pool.keeps(n.index)) && !n.powerDown;
    off(c, n, pool);
    n.powerUp |= wanted;
    PoolFailures.reason(c, n, code);
    c.replan("node " + n.name + " got no instance");
  }

  static Result seen(Change c, Command.InstanceSeen s) {
    NodeRecord n = holder(c, s.node(), s.instance());
    if (n == null) {
      return Result.error(ESLURM_INVALID_NODE_NAME, "node " + s.node() + " has no instance " + s.instance());
    }
    switch (s.phase()) {
      case RUNNING -> n.runningMillis = n.runningMillis == 0 ? c.nowMillis : n.runningMillis;
      case HELLO -> {
        n.helloMillis = n.helloMillis == 0 ? c.nowMillis : n.helloMillis;
        n.runningMillis = n.runningMillis == 0 ? c.nowMillis : n.runningMillis;
      }
    }
    if (s.address() != null) {
      readdress(c, List.of(new Command.BoundInstance(n.name, s.instance(), null, s.address(), s.hostName())));
    }
    c.touch(n);
    return Result.OK;
  }

  static Result gone(Change c, Command.InstanceGone g) {
    NodeRecord n = holder(c, g.node(), g.instance());
    if (n == null) {
      return Result.error(ESLURM_INVALID_NODE_NAME, "node " + g.node() + " has no instance " + g.instance());
    }
    PoolDefinition pool = pool(c, n);
    boolean wished = n.phase == NodePhase.POWERING_DOWN;
    boolean booting = n.phase == NodePhase.POWERING_UP;
    if (!wished) {
      String why = g.why() == null ? "instance " + g.instance() + " is gone" : g.why();
      c.error("node " + n.name + ": " + why);
      n.instanceId = null;
      n.linked = false;
      NodeLife.down(c, n, why, ROOT);
      if (booting) {
        PoolFailures.bootFailed(c, n, pool, why);
      }
    }
    off(c, n, pool);
    c.info("node " + n.name + " is powered down");
    c.replan("node " + n.name + " powered down");
    return Result.OK;
  }

  private static NodeRecord holder(Change c, String node, String instance) {
    int index = node == null ? -1 : c.nodeIndex(node);
    NodeRecord n = index < 0 ? null : c.node(index);
    return n == null || pool(c, n) == null || instance == null || !instance.equals(n.instanceId) ? null : n;
  }

  /** Where the instances are reached; without an address a node has its own name again. */
  static void readdress(Change c, List<Command.BoundInstance> bound) {
    List<NodeDefinition> all = null;
    for (Command.BoundInstance b : bound) {
      int index = c.nodeIndex(b.node());
      NodeRecord n = c.node(index);
      NodeDefinition d = c.config().nodes().get(index);
      n.address = b.address();
      n.hostName = b.address() == null ? null : b.hostName();
      String host = n.hostName == null ? n.name : n.hostName;
      String address = n.address == null ? n.name : n.address;
      if (!d.hostName().equals(host) || !d.address().equals(address)) {
        all = all != null ? all : new ArrayList<>(c.config().nodes());
        all.set(index, d.with(host, address, d.weight(), d.features(), d.activeFeatures(), d.gres()));
      }
    }
    if (all != null) {
      c.amendConfig(c.config().withNodes(all));
    }
  }

  // ---- registrations

  /** Its instance has proven who it is: no need to compare two machines' clocks. */
  static boolean isItsMachine(Change c, NodeRecord n) {
    return pool(c, n) != null && n.helloMillis != 0;
  }

  /**
   * Null where a machine may register as that node; else why not. A pool's node is the instance that is bound to it: not one
   * that was before and lives on, not one of another cluster, and no machine that is none.
   */
  static String stranger(Change c, NodeRecord n, String instance) {
    if (instance == null || pool(c, n) == null || instance.equals(n.instanceId)) {
      return null;
    }
    String who = instance.isEmpty() ? "a machine that is no instance" : "instance " + instance;
    String whose = n.instanceId == null ? "has no instance" : "is instance " + n.instanceId;
    return who + " may not register as node " + n.name + ", which " + whose;
  }

  /** Null if a pool's node has what it should, else Slurm's words for what is short. */
  static String shortfall(NodeDefinition d, Registration g) {
    return NodeLife.shortfall(mayHave(d, g.realMemory()) ? d.withMemory(g.realMemory()) : d, g, 100);
  }

  /** True for an amount that is less than promised, and near enough to be the same machine. */
  static boolean mayHave(NodeDefinition d, long memory) {
    return memory < d.realMemory() && memory >= d.realMemory() * REGISTERED_MEMORY_PERCENT / 100;
  }

  /** The least that a machine of that pool registered, MiB; Long.MAX_VALUE: none has. */
  static long learnedMemory(Change c, PoolDefinition pool) {
    long least = Long.MAX_VALUE;
    for (int index : pool.nodes()) {
      NodeRecord n = c.node(index);
      if (n.registration != null && n.registration.realMemory() > 0) {
        least = Math.min(least, n.registration.realMemory());
      }
    }
    return least;
  }

  /**
   * What its machines really have of memory is known from the first that registers (an 8 GiB type has 7,985 MiB): from
   * then on a job that would never fit is told so when it is submitted. Nodes whose jobs were given more keep theirs.
   */
  static void learnMemory(Change c, NodeRecord n, Registration g) {
    PoolDefinition pool = pool(c, n);
    if (pool == null || n.invalidRegistration || g.realMemory() <= 0) {
      return;
    }
    List<NodeDefinition> all = null;
    for (int index : pool.nodes()) {
      NodeDefinition d = c.config().nodes().get(index);
      if (d.realMemory() > g.realMemory()) {
        NodeDefinition less = d.withMemory(g.realMemory());
        if (c.node(index).allocatedMemory <= NodeFit.allMemory(less)) {
          all = all != null ? all : new ArrayList<>(c.config().nodes());
          all.set(index, less);
        }
      }
    }
    if (all != null) {
      c.amendConfig(c.config().withNodes(all));
      c.info("pool " + pool.name() + ": its machines have " + g.realMemory() + " MiB of memory");
    }
  }

  /** It is up: what was wrong with its pool is over. */
  static void cameUp(Change c, NodeRecord n) {
    PoolDefinition pool = pool(c, n);
    if (pool == null) {
      return;
    }
    n.readyMillis = c.nowMillis;
    n.bootMillis = n.requestedMillis == 0 ? 0 : c.nowMillis - n.requestedMillis;
    n.helloMillis = n.helloMillis == 0 ? c.nowMillis : n.helloMillis;
    n.runningMillis = n.runningMillis == 0 ? n.helloMillis : n.runningMillis;
    if (!n.drain && !KEPT.equals(n.reason)) {
      NodeLife.clearReason(n);
    }
    PoolFailures.booted(c, pool);
  }
}
