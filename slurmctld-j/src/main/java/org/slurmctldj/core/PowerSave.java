package org.slurmctldj.core;

import java.util.Arrays;
import java.util.List;

/**
 * Power saving, Slurm's way: nodes that nobody needs are switched off by SuspendProgram, and given to jobs all the
 * same; a job that gets one makes ResumeProgram switch it on and waits, configuring, until all its nodes are up. What
 * is to be done stands in the nodes' records ({@link NodeRecord#powerUp}, {@link NodeRecord#powerDown}); the room that
 * calls the programs reports each call by {@link Command.PowerIssued}, so a lost effect or a restart only delays.
 */
final class PowerSave {
  /** Between two looks at a node that an exclusion keeps on, and of a job that waits for its nodes. */
  private static final long RECHECK_MILLIS = 10_000;

  private PowerSave() {}

  /** What the node's next moment is; each change of a node ends with it. */
  static long deadline(ClusterConfig config, NodeRecord n) {
    PowerRules.NodePower p = config.powerOf(n.index);
    return switch (n.phase) {
      case POWERING_UP -> n.powerSince + p.resumeTimeout() * 1000;
      // A pool's node is off when its instance is gone, however long that takes.
      case POWERING_DOWN -> n.instanceId != null && config.pools().of(n.index) != null || n.order != null
          ? 0
          : n.powerSince + p.suspendTimeout() * 1000;
      case UP, DOWN, LOST -> config.saves(n.index) ? idleUntil(n, p) : 0;
      case POWERED_DOWN -> n.blockedUntil;
      case UNKNOWN, FUTURE -> 0;
    };
  }

  private static long idleUntil(NodeRecord n, PowerRules.NodePower p) {
    if (n.jobs > 0 || n.powerDown || n.poweredDown || n.powerUp || n.rebooting()) {
      return 0;
    }
    long last = n.lastBusy * 1000;
    boolean jobLeft = last > n.powerSince;
    if (p.downOnIdle() && jobLeft) {
      return Math.max(1, Math.max(last, n.powerKeepUntil));
    }
    if (p.suspendSeconds() < 0) {
      return 0;
    }
    long from = Math.max(last, n.powerSince);
    return from == 0 ? 0 : Math.max(from + p.suspendSeconds() * 1000, n.powerKeepUntil);
  }

  /** The node's moment has come. */
  static Result fire(Change c, int index) {
    NodeRecord n = c.node(index);
    if (n == null || n.powerDeadlineMillis == 0 || n.powerDeadlineMillis > c.nowMillis) {
      return Result.OK;
    }
    PoolDefinition pool = c.config().pools().of(index);
    switch (n.phase) {
      case POWERING_UP -> {
        if (pool != null) {
          PoolFailures.resumeTimeout(c, n, pool);
          break;
        }
        long timeout = c.config().power().of(index).resumeTimeout();
        c.error("node " + n.name + " not resumed by ResumeTimeout(" + timeout + ") - marking down and power_save");
        n.powerUp = false;
        n.poweredDown = true;
        n.resumeFailed = true;
        NodeLife.down(c, n, "ResumeTimeout reached", c.config().limits().slurmUserId());
        c.effect(new Effect.Power(index));
      }
      case POWERING_DOWN -> {
        if (pool != null) {
          PoolLife.off(c, n, pool);
        } else {
          off(c, n);
        }
        c.info("node " + n.name + " is powered down");
        c.replan("node " + n.name + " powered down");
        if (n.powerUp) {
          c.effect(new Effect.Power(index));
        }
      }
      case UP, DOWN, LOST -> {
        if (keptOn(c, n)) {
          n.powerKeepUntil = c.nowMillis + RECHECK_MILLIS;
        } else {
          n.powerDown = true;
          c.info("node " + n.name + " idle: to be powered down");
          c.effect(new Effect.Power(index));
          PoolLife.switchOff(c, n);
        }
      }
      case POWERED_DOWN -> PoolFailures.unblock(c, n);
      case UNKNOWN, FUTURE -> { }
    }
    c.touch(n);
    return Result.OK;
  }

  /** An exclusion holds it: by its state, or because too few others of its list would stay on. */
  private static boolean keptOn(Change c, NodeRecord n) {
    PowerRules rules = c.config().power();
    PoolDefinition pool = c.config().pools().of(n.index);
    if (pool != null && pool.keeps(n.index)) {
      return true;
    }
    if ((rules.keptStates() & stateBits(c, n)) != 0) {
      return true;
    }
    for (PowerRules.Kept k : rules.kept()) {
      if (Arrays.binarySearch(k.nodes(), n.index) < 0) {
        continue;
      }
      long on = Arrays.stream(k.nodes()).filter(i -> i != n.index).mapToObj(c::node)
          .filter(x -> x.phase == NodePhase.UP && !x.powerDown && !x.drain).count();
      if (on < k.count()) {
        return true;
      }
    }
    return false;
  }

  private static long stateBits(Change c, NodeRecord n) {
    long bits = (n.failing ? SlurmNumbers.NODE_STATE_FAIL : n.drain ? SlurmNumbers.NODE_STATE_DRAIN : 0) | c.config().nodes().get(n.index).state() & SlurmNumbers.NODE_STATE_CLOUD;
    bits |= n.phase == NodePhase.LOST || !n.linked ? SuspendExclusions.NOT_RESPONDING : 0;
    bits |= n.invalidRegistration ? SuspendExclusions.INVALID_REGISTRATION : 0;
    for (ReservationDefinition r : c.config().reservations()) {
      ReservationDefinition now = r.at(c.nowSeconds());
      boolean inForce = now.start() <= c.nowSeconds() && now.end() > c.nowSeconds() && Arrays.binarySearch(r.nodes(), n.index) >= 0;
      bits |= !inForce ? 0 : (r.flags() & ReservationDefinition.MAINT) != 0 ? SuspendExclusions.MAINTENANCE : SuspendExclusions.RESERVED;
    }
    return bits | (n.phase == NodePhase.DOWN ? SuspendExclusions.DOWN : SuspendExclusions.IDLE);
  }

  /** cloud_reg_addrs: a cloud's node is where it registered from, until it is switched off. */
  static void registeredFrom(Change c, NodeRecord n, Command.RegisterNode r) {
    if (addressesByRegistration(c, n) && r.address() != null) {
      PoolLife.readdress(c, List.of(new Command.BoundInstance(n.name, null, null, r.address(), r.hostName())));
    }
  }

  private static boolean addressesByRegistration(Change c, NodeRecord n) {
    return c.config().limits().cloudRegAddrs() && c.config().pools().of(n.index) == null
        && (c.config().nodes().get(n.index).state() & SlurmNumbers.NODE_STATE_CLOUD) != 0;
  }

  private static void off(Change c, NodeRecord n) {
    if (addressesByRegistration(c, n)) {
      PoolLife.readdress(c, List.of(new Command.BoundInstance(n.name, null, null, null, null)));
    }
    n.phase = n.phase == NodePhase.DOWN ? NodePhase.DOWN : NodePhase.POWERED_DOWN;
    n.poweredDown = n.phase == NodePhase.DOWN;
    n.powerSince = 0;
    n.powerDown = false;
  }

  /** A job that was just given nodes: those that are off are wanted. */
  static void startOn(Change c, JobRecord j) {
    for (Allocation.NodeShare s : j.allocation.nodes()) {
      NodeRecord n = c.node(s.node());
      if (n.phase != NodePhase.UP) {
        j.configuring = true;
        j.phase = JobPhase.STARTING;
        want(c, n);
      }
    }
    if (j.configuring) {
      j.deadlineMillis = c.nowMillis + RECHECK_MILLIS;
    }
  }

  private static void want(Change c, NodeRecord n) {
    if (n.phase == NodePhase.POWERED_DOWN && !n.powerUp) {
      n.powerUp = true;
      c.effect(new Effect.Power(n.index));
      c.touch(n);
    }
  }

  /** Told while the job waits: nothing to do but to look again. */
  static void stillConfiguring(Change c, JobRecord j) {
    // The last of them came up while another was silent.
    if (c.featureLevel >= 3 && readyIfUp(c, j)) {
      return;
    }
    j.deadlineMillis = c.nowMillis + RECHECK_MILLIS;
    c.touch(j);
  }

  /** ResumeProgram or SuspendProgram was called, ResumeFailProgram too. */
  static Result issued(Change c, Command.PowerIssued p) {
    for (String name : p.nodes()) {
      int index = c.nodeIndex(name);
      if (index < 0 || c.config().pools().of(index) != null) {
        continue;
      }
      NodeRecord n = c.node(index);
      switch (p.what()) {
        case RESUME -> {
          if (n.phase == NodePhase.POWERED_DOWN && n.powerUp) {
            n.phase = NodePhase.POWERING_UP;
            n.powerUp = false;
            n.powerSince = p.askedMillis();
            c.info("node " + name + " powering up");
          }
        }
        case SUSPEND -> {
          if (n.powerDown && n.jobs == 0) {
            n.powerDown = false;
            n.drain &= !n.powerDrain;
            n.powerDrain = false;
            if (c.config().power().idleOnSuspend()) {
              n.drain = false;
              n.phase = NodePhase.POWERING_DOWN;
            }
            n.phase = n.phase == NodePhase.DOWN ? NodePhase.DOWN : NodePhase.POWERING_DOWN;
            n.poweredDown = n.phase == NodePhase.DOWN;
            n.powerSince = p.askedMillis();
            c.info("node " + name + " powering down");
          }
        }
        case RESUME_FAILED -> n.resumeFailed = false;
      }
      c.touch(n);
    }
    return Result.OK;
  }

  /** False: what registered is the machine as it was before it was switched off. */
  static boolean bootedSince(NodeRecord n) {
    return n.registration.bootTime() >= n.powerSince / 1000;
  }

  /** The node is up: jobs that waited for it alone begin. */
  static void cameUp(Change c, NodeRecord n) {
    n.phase = NodePhase.UP;
    n.powerSince = c.nowMillis;
    n.powerUp = false;
    n.poweredDown = false;
    PoolLife.cameUp(c, n);
    c.touch(n);
    for (long id : c.indexes().onNode(n.index)) {
      JobRecord j = c.job(id);
      if (j.phase == JobPhase.STARTING && j.configuring) {
        readyIfUp(c, j);
      }
    }
  }

  /** True if all its nodes are up, and it begins; the components of a heterogeneous job wait for one another. */
  private static boolean readyIfUp(Change c, JobRecord j) {
    List<JobRecord> together = j.isHet() ? HetJobs.components(c, j) : List.of(j);
    boolean up = together.stream().allMatch(x -> !x.configuring || allUp(c, x));
    if (up) {
      together.stream().filter(x -> x.configuring).forEach(x -> ready(c, x));
    }
    return up;
  }

  /** One component of a heterogeneous job waits for its nodes: so do the others. */
  static void waitTogether(Change c, List<JobRecord> components) {
    if (components.stream().anyMatch(j -> j.configuring)) {
      for (JobRecord j : components) {
        j.configuring = true;
        j.phase = JobPhase.STARTING;
        j.deadlineMillis = c.nowMillis + RECHECK_MILLIS;
        c.touch(j);
      }
    }
  }

  private static boolean allUp(Change c, JobRecord j) {
    return j.allocation.nodes().stream().allMatch(s -> c.node(s.node()).phase == NodePhase.UP);
  }

  /** As slurmctld: its time counts from when its nodes are there. */
  private static void ready(Change c, JobRecord j) {
    j.configuring = false;
    j.startTime = c.nowSeconds();
    boolean batch = j.hasLaunch();
    j.phase = batch ? JobPhase.STARTING : JobPhase.RUNNING;
    TimeLimits.arm(c, j);
    c.touch(j);
    c.info("job " + JobArrays.name(j) + ": configuration complete, its time counts from now");
    if (batch) {
      JobStart.launch(c, j);
    }
  }

  /** scontrol update nodename= state=power_up|power_down|power_down_asap|power_down_force; false: not one of these. */
  static boolean update(Change c, NodeRecord n, long state) {
    if ((state & SlurmNumbers.NODE_STATE_POWER_UP) != 0) {
      n.powerDown = false;
      if (n.phase == NodePhase.POWERED_DOWN || n.phase == NodePhase.POWERING_DOWN) {
        n.powerUp = true;
      }
    } else if ((state & SlurmNumbers.NODE_STATE_POWER_DOWN) != 0) {
      boolean force = (state & SlurmNumbers.NODE_STATE_POWERED_DOWN) != 0;
      if (n.phase == NodePhase.POWERED_DOWN && !n.powerUp || n.poweredDown) {
        return true;
      }
      n.powerUp = false;
      if (c.config().pools().of(n.index) != null && n.phase == NodePhase.POWERED_DOWN) {
        return true; // only wanted: there is nothing to end
      }
      n.powerDown = true;
      if (!n.drain && (state & SlurmNumbers.NODE_STATE_POWER_DRAIN) != 0) {
        n.drain = true;
        n.powerDrain = true;
      }
      if (force) {
        endJobs(c, n);
      }
      PoolLife.switchOff(c, n);
    } else {
      return false;
    }
    c.effect(new Effect.Power(n.index));
    return true;
  }

  private static void endJobs(Change c, NodeRecord n) {
    for (long id : c.indexes().onNode(n.index)) {
      JobRecord j = c.job(id);
      if (j.phase == JobPhase.STARTING || j.phase == JobPhase.RUNNING) {
        NodeLife.lose(c, j, "node " + n.name + " powered down by force", SlurmNumbers.FAIL_DOWN_NODE);
      }
    }
  }
}
