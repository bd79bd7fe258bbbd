package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** A node's life: registered, lost, failed; and what that does to the jobs it has. */
final class NodeLife {
  private NodeLife() {}

  static Result register(Change c, Command.RegisterNode r) {
    int index = r.node() == null ? -1 : c.nodeIndex(r.node());
    if (index < 0) {
      return Result.error(ESLURM_INVALID_NODE_NAME);
    }
    NodeRecord n = c.node(index);
    String stranger = PoolLife.stranger(c, n, r.instance());
    if (stranger != null) {
      return Result.error(ESLURM_ACCESS_DENIED, stranger);
    }
    NodeDefinition d = c.config().nodes().get(index);
    boolean rebooted = n.registration != null && !Objects.equals(n.registration.bootId(), r.registration().bootId());
    boolean wasUp = n.phase == NodePhase.UP || n.phase == NodePhase.LOST;
    // One that comes up for the jobs that wait for it has no launches to lose.
    boolean lostAll = rebooted && !(c.featureLevel >= 3 && n.phase.saving());
    n.registration = r.registration();
    n.linked = true;
    PowerSave.registeredFrom(c, n, r);
    boolean pooled = c.config().pools().of(index) != null;
    String bad = pooled ? PoolLife.shortfall(d, r.registration()) : shortfall(d, r.registration(), memoryPercent(c, d));
    if (bad != null) {
      if (!n.drain || !bad.equals(n.reason)) {
        c.error("node " + n.name + " drained: " + bad);
      }
      n.invalidRegistration = true;
      n.drain = true;
      setReason(c, n, bad, c.config().limits().slurmUserId());
    } else if (n.invalidRegistration) {
      n.invalidRegistration = false;
      n.drain = n.failing;
      clearReason(n);
    }
    if (!NodeReboot.isAwaited(c, n)) {
      if (rebooted && wasUp && c.featureLevel >= 3) {
        c.info("validate_node_specs: Node " + n.name + " unexpectedly rebooted boot_time=" + r.registration().bootTime()
            + " last_response=" + r.lastResponse());
      }
      comeUp(c, n, rebooted && wasUp);
    }
    PoolLife.learnMemory(c, n, r.registration());
    c.touch(n);
    Leftovers.registered(c, n, r.launches(), rebooted);
    reconcile(c, n, r.launches(), lostAll);
    c.replan("node " + n.name + " registered");
    return Result.OK;
  }

  private static void comeUp(Change c, NodeRecord n, boolean unexpectedReboot) {
    int returnToService = c.config().limits().returnToService();
    switch (n.phase) {
      case POWERED_DOWN, POWERING_UP -> {
        boolean stranger = c.config().pools().of(n.index) != null && n.phase == NodePhase.POWERED_DOWN;
        if (stranger) {
          c.error("node " + n.name + " registered, and nothing was ordered for it: ignored");
        } else if (!n.invalidRegistration && (PoolLife.isItsMachine(c, n) || PowerSave.bootedSince(n))) {
          PowerSave.cameUp(c, n);
        } else {
          c.info("node " + n.name + " registered as it was before it was powered up");
        }
      }
      case POWERING_DOWN -> c.info("node " + n.name + " registered while it is being powered down");
      case UNKNOWN, FUTURE -> {
        // As slurmctld: a node whose first registration is too small stays UNKNOWN+DRAIN+INVALID_REG.
        if (!n.invalidRegistration) {
          n.phase = NodePhase.UP;
          n.powerSince = c.nowMillis;
        }
      }
      case UP, LOST -> {
        n.phase = NodePhase.UP;
        if (unexpectedReboot && c.config().pools().of(n.index) != null) {
          down(c, n, "Node unexpectedly rebooted", c.config().limits().slurmUserId());
        } else if (unexpectedReboot && returnToService != 2) {
          n.phase = NodePhase.DOWN;
          setReason(c, n, "Node unexpectedly rebooted", c.config().limits().slurmUserId());
          c.error("node " + n.name + " unexpectedly rebooted, set DOWN");
        }
      }
      case DOWN -> {
        if (n.poweredDown && PowerSave.bootedSince(n)) {
          n.poweredDown = false;
          n.powerSince = c.nowMillis;
        }
        boolean silent = "Not responding".equals(n.reason);
        if (!n.invalidRegistration && (returnToService == 2 || returnToService == 1 && silent)) {
          n.phase = NodePhase.UP;
          if (!n.drain) {
            clearReason(n);
          }
          c.info("node " + n.name + " returned to service");
        }
      }
    }
  }

  /** ReturnToService=2: a node that was set DOWN is used again as soon as it answers, as in Slurm. */
  static void answered(Change c, int index) {
    NodeRecord n = c.featureLevel < 2 || index < 0 || index >= c.config().nodes().size() ? null : c.node(index);
    boolean returns = n != null && n.phase == NodePhase.DOWN && n.linked && !n.invalidRegistration && n.jobs == 0;
    if (returns && c.config().limits().returnToService() == 2) {
      n.phase = NodePhase.UP;
      if (!n.drain) {
        clearReason(n);
      }
      c.touch(n);
      c.info("node " + n.name + " returned to service");
      c.replan("node " + n.name + " returned to service");
    }
  }

  /** Null if the node has what slurm.conf promises, else Slurm's words for what is short. */
  static String shortfall(NodeDefinition d, NodeRecord.Registration g, int memoryPercent) {
    List<String> words = new ArrayList<>();
    if (g.realMemory() * 100 < d.realMemory() * memoryPercent) {
      words.add("Low RealMemory (reported:" + g.realMemory() + " < " + memoryPercent + ".00% of configured:" + d.realMemory() + ")");
    }
    if (g.sockets() * g.coresPerSocket() * g.threadsPerCore() < d.sockets() * d.coresPerSocket() * d.threadsPerCore()) {
      words.add("Low socket*core*thread count");
    }
    if (g.cpus() < d.cpus()) {
      words.add("Low CPUs");
    }
    if (g.tmpDisk() < d.tmpDisk()) {
      words.add("Low TmpDisk");
    }
    if (g.gres() != null) {
      gres(words, GresText.parse(d.gres()), GresText.parse(g.gres()));
    }
    return words.isEmpty() ? null : String.join(", ", words);
  }

  /** Slurm's rule: all of it, of State=CLOUD nodes 90 %, unless node_reg_mem_percent says otherwise. */
  private static int memoryPercent(Change c, NodeDefinition d) {
    int percent = c.config().limits().registeredMemoryPercent();
    boolean cloud = (d.state() & NODE_STATE_CLOUD) != 0;
    return percent < 0 ? 100 : percent > 0 ? percent : cloud ? PoolLife.REGISTERED_MEMORY_PERCENT : 100;
  }

  /** Kinds that slurm.conf has more of than the node says it has (words of 22.05.8). */
  private static void gres(List<String> words, List<GresText.Item> configured, List<GresText.Item> reported) {
    Set<String> told = new HashSet<>();
    for (GresText.Item i : configured == null ? List.<GresText.Item>of() : configured) {
      long want = configured.stream().filter(k -> k.name().equals(i.name())).mapToLong(GresText.Item::count).sum();
      long has = reported == null ? 0 : reported.stream().filter(k -> k.name().equals(i.name())).mapToLong(GresText.Item::count).sum();
      if (has < want && told.add(i.name())) {
        words.add("gres/" + i.name() + " count reported lower than configured (" + has + " < " + want + ")");
      }
    }
  }

  static void setReason(Change c, NodeRecord n, String reason, long uid) {
    n.reason = reason;
    n.reasonUid = uid;
    n.reasonTime = c.nowSeconds();
  }

  static void clearReason(NodeRecord n) {
    n.reason = null;
    n.reasonUid = NO_VAL;
    n.reasonTime = 0;
  }

  /** Makes both sides agree on what runs: the node's word counts for what it has, ours for what it should have. */
  private static void reconcile(Change c, NodeRecord n, List<String> launches, boolean rebooted) {
    Set<String> has = new HashSet<>(launches);
    Set<String> known = new HashSet<>();
    for (long id : c.indexes().onNode(n.index)) {
      JobRecord j = c.job(id);
      boolean there = has.contains(j.launchId());
      known.add(j.launchId());
      switch (j.phase) {
        case STARTING, RUNNING -> {
          if (j.configuring || j.allocation.nodes().stream().noneMatch(s -> s.node() == n.index)) {
            break; // waits for its nodes, or has just given this one up
          }
          if (there) {
            // Of a node that rebooted: a launch that ended before, whose report follows.
            break;
          }
          if (j.batchNode != n.index || !j.hasLaunch()) {
            if (rebooted) {
              partFailed(c, j, n);
            }
            break;
          }
          if (j.phase == JobPhase.STARTING && !rebooted) {
            c.effect(new Effect.Launch(j.jobId, j.restarts, n.index));
          } else {
            lose(c, j, "launch lost on node " + n.name, FAIL_DOWN_NODE);
          }
        }
        case ENDING -> {
          if (there) {
            if (Arrays.binarySearch(j.nodesEnding, n.index) < 0) {
              Leftovers.add(c, n, j.jobId, j.restarts);
            }
            c.effect(new Effect.Terminate(j.jobId, j.restarts, n.index, 0, j.outcome));
          } else {
            JobEnd.nodeReleased(c, j, n.index);
          }
        }
        case PENDING, DONE -> { }
      }
    }
    for (String launch : launches) {
      if (!known.contains(launch)) {
        endStranger(c, n, launch);
      }
    }
  }

  /** A launch that should not be: of an earlier incarnation, or of a job that is over here. */
  private static void endStranger(Change c, NodeRecord n, String launch) {
    int dot = launch.indexOf('.');
    try {
      long id = Long.parseLong(launch.substring(0, Math.max(0, dot)));
      int restarts = Integer.parseInt(launch.substring(dot + 1));
      Leftovers.add(c, n, id, restarts);
      c.effect(new Effect.Terminate(id, restarts, n.index, 0, Outcome.CANCELLED));
    } catch (NumberFormatException e) {
      c.error("node " + n.name + " registered a launch named " + launch);
    }
  }

  /** The job's processes are gone, by no wish of its own: again from the start, or NODE_FAIL. */
  static void lose(Change c, JobRecord j, String why, int reason) {
    if (PoolFailures.waitsForPool(c, j)) {
      PoolFailures.giveBack(c, j, why);
      return;
    }
    if (j.isHet() && HetJobs.loses(c, j, why, reason)) {
      return;
    }
    boolean notResumed = j.configuring && c.config().limits().requeueOnResumeFailure();
    boolean again = !j.isHet() && AllocationLife.hasScript(j) && (j.request.number(JobField.REQUEUE) == 1 || notResumed);
    c.error("job " + JobArrays.name(j) + ": " + why + (again ? "; requeued" : ""));
    j.failure = why;
    j.requeueAfterEnd = again;
    j.launchFailed = again && reason == FAIL_LAUNCH && c.featureLevel >= 3;
    JobEnd.begin(c, j, Outcome.NODE_FAIL, reason, 0);
  }

  static Result lost(Change c, Command.NodeLost l) {
    int index = l.node() == null ? -1 : c.nodeIndex(l.node());
    if (index < 0) {
      return Result.error(ESLURM_INVALID_NODE_NAME);
    }
    NodeRecord n = c.node(index);
    if (!n.linked && n.phase != NodePhase.UP || n.phase.saving()) {
      n.linked = false;
      c.touch(n);
      return Result.OK;
    }
    n.linked = false;
    if (n.phase == NodePhase.UP) {
      n.phase = NodePhase.LOST;
      c.info("node " + n.name + " lost");
    } else if (n.phase == NodePhase.DOWN) {
      // Rebooted by surprise and gone again: the reports that were to come do not.
      down(c, n, n.reason, c.config().limits().slurmUserId());
    }
    c.touch(n);
    return Result.OK;
  }

  static Result failed(Change c, Command.NodeFailed f) {
    int index = f.node() == null ? -1 : c.nodeIndex(f.node());
    if (index < 0) {
      return Result.error(ESLURM_INVALID_NODE_NAME);
    }
    NodeRecord n = c.node(index);
    if (n.phase == NodePhase.FUTURE || n.phase.saving()) {
      return Result.OK;
    }
    if (NodeReboot.TIMED_OUT.equals(f.reason())) {
      NodeReboot.timedOut(c, n);
      return Result.OK;
    }
    down(c, n, f.reason() == null ? "Not responding" : f.reason(), c.config().limits().slurmUserId());
    return Result.OK;
  }

  /** Out of service: every job that has something of it ends or is requeued. */
  static void down(Change c, NodeRecord n, String reason, long uid) {
    if (n.phase != NodePhase.DOWN) {
      c.error("node " + n.name + " set DOWN: " + reason);
      n.poweredDown |= n.phase == NodePhase.POWERED_DOWN;
      n.phase = NodePhase.DOWN;
      n.powerUp = false;
      if (n.reason == null || !n.drain) {
        setReason(c, n, reason, uid);
      }
      c.touch(n);
    }
    for (long id : c.indexes().onNode(n.index)) {
      JobRecord j = c.job(id);
      switch (j.phase) {
        case STARTING, RUNNING -> {
          partFailed(c, j, n);
        }
        case ENDING -> JobEnd.givenUp(c, j, n.index);
        case PENDING, DONE -> { }
      }
    }
    PoolLife.downed(c, n);
    c.replan("node " + n.name + " down");
  }

  private static void partFailed(Change c, JobRecord j, NodeRecord n) {
    if (j.request.number(JobField.KILL_ON_NODE_FAIL) == 0 && j.batchNode != n.index) {
      giveUp(c, j, n.index);
    } else {
      lose(c, j, "node " + n.name + " failed", FAIL_DOWN_NODE);
    }
  }

  /** --no-kill: the job goes on without that node. */
  private static void giveUp(Change c, JobRecord j, int node) {
    NodeShares.release(c, j, JobEnd.share(j, node), false);
    JobEnd.endOnDownNode(c, j, node, Outcome.NODE_FAIL);
    j.allocation = new Allocation(j.allocation.nodes().stream().filter(s -> s.node() != node).toList());
    StepLife.nodeFailed(c, j, node);
    c.info("job " + JobArrays.name(j) + " goes on without node " + node);
    c.touch(j);
  }

}
