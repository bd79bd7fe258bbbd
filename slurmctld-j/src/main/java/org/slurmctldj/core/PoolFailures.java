package org.slurmctldj.core;

import java.util.ArrayList;
import java.util.List;

/**
 * What becomes of a pool, and of the jobs that wait for its machines, when the cloud has none or what it gave does not
 * come up. Never DOWN for that: the nodes rest, the jobs keep their place in the queue and go where there is something.
 */
final class PoolFailures {
  private static final String LAUNCH = "Failed to launch backing instance (Error Code: ";

  private PoolFailures() {}

  /** PCS's words; an admin's drain keeps its own reason. */
  static void reason(Change c, NodeRecord n, String code) {
    if (!n.drain) {
      NodeLife.setReason(c, n, LAUNCH + (code == null ? "unknown" : code) + ")", PoolLife.ROOT);
    }
  }

  /** {@link Command.PoolBlocked}. */
  static Result blocked(Change c, Command.PoolBlocked b) {
    PoolDefinition pool = b.pool() == null ? null : c.config().pools().named(b.pool());
    if (pool == null) {
      return Result.error(SlurmNumbers.ESLURM_INVALID_NODE_NAME, "no pool " + b.pool());
    }
    c.error("pool " + pool.name() + ": nothing to be had (" + b.code() + "): " + b.message());
    block(c, pool, b.untilMillis(), LAUNCH + (b.code() == null ? "unknown" : b.code()) + ")");
    return Result.OK;
  }

  /** Its machines that are off are not to be had for a while; who waits for one does not wait here. */
  private static void block(Change c, PoolDefinition pool, long until, String reason) {
    List<NodeRecord> wanted = new ArrayList<>();
    for (int index : pool.nodes()) {
      NodeRecord n = c.node(index);
      // Counts once it is off: those that are on, or going, too.
      n.blockedUntil = until;
      c.touch(n);
      if (n.phase == NodePhase.POWERED_DOWN && n.powerUp) {
        wanted.add(n);
      }
    }
    for (NodeRecord n : wanted) {
      if (!n.drain) {
        NodeLife.setReason(c, n, reason, PoolLife.ROOT);
      }
      giveBack(c, n);
      if (n.jobs == 0 && !pool.keeps(n.index)) {
        // As PCS shows one that could not be started, for SuspendTimeout.
        n.powerUp = false;
        n.phase = NodePhase.POWERING_DOWN;
        n.powerSince = c.nowMillis;
      }
    }
    c.replan("pool " + pool.name() + " blocked");
  }

  /** Batch jobs that wait for that node wait in the queue again. Others' clients have been told of their nodes: they stay. */
  private static void giveBack(Change c, NodeRecord n) {
    for (long id : c.indexes().onNode(n.index)) {
      JobRecord j = c.job(id);
      if (j.configuring && j.phase == JobPhase.STARTING && AllocationLife.hasScript(j)) {
        giveBack(c, j, "node " + n.name + " is not to be had");
      }
    }
  }

  /**
   * Back to where it was: it never ran, so this is no restart, and neither --no-requeue nor a requeue's wait is meant for
   * it. Its launch id is free: nobody was told of it.
   */
  static void giveBack(Change c, JobRecord j, String why) {
    c.info("job " + JobArrays.name(j) + " waits again: " + why);
    // The components of a heterogeneous job wait for one another: all of them, also one that was cancelled meanwhile.
    List<JobRecord> all = j.isHet() ? HetJobs.components(c, j).reversed() : List.of(j);
    // What was over and comes back is a restart, which all count alike.
    boolean restarted = c.featureLevel >= 4 && all.stream().anyMatch(one -> one.phase == JobPhase.DONE);
    for (JobRecord one : all) {
      if (one.phase == JobPhase.STARTING) {
        one.requeueAfterEnd = true;
        JobEnd.begin(c, one, Outcome.NODE_FAIL, SlurmNumbers.FAIL_DOWN_NODE, 0);
      } else if (one.phase == JobPhase.DONE) {
        JobEnd.backToPending(c, one);
      } else {
        continue;
      }
      one.restarts -= restarted ? 0 : 1;
      c.touch(one);
    }
  }

  /** True for a job that may be given back: it waits for a pool's machine and nothing of it runs. */
  static boolean waitsForPool(Change c, JobRecord j) {
    return j.configuring && AllocationLife.hasScript(j)
        && j.allocation.nodes().stream().anyMatch(s -> c.config().pools().of(s.node()) != null);
  }

  /** ResumeTimeout: whatever it is that was started, it is replaced. */
  static void resumeTimeout(Change c, NodeRecord n, PoolDefinition pool) {
    String why = "ResumeTimeout reached";
    c.error("node " + n.name + " not resumed by ResumeTimeout(" + pool.power().resumeTimeout() + "): its instance is replaced");
    if (!n.drain) {
      NodeLife.setReason(c, n, why, PoolLife.ROOT);
    }
    for (long id : c.indexes().onNode(n.index)) {
      JobRecord j = c.job(id);
      if (j.phase == JobPhase.STARTING || j.phase == JobPhase.RUNNING) {
        NodeLife.lose(c, j, "node " + n.name + " did not come up", SlurmNumbers.FAIL_DOWN_NODE);
      }
    }
    PoolLife.end(c, n);
    bootFailed(c, n, pool, why);
  }

  /** Counts; so many without one that came up, and the pool is INVALID until one does. */
  static void bootFailed(Change c, NodeRecord n, PoolDefinition pool, String why) {
    n.bootFailures++;
    c.touch(n);
    int failures = 0;
    for (int index : pool.nodes()) {
      failures += c.node(index).bootFailures;
    }
    if (pool.bootFailures() > 0 && failures >= pool.bootFailures()) {
      c.error("pool " + pool.name() + " is INVALID: " + failures + " instances did not come up and none did, the last: " + why
          + "; another is tried in " + pool.probeSeconds() + " s");
      block(c, pool, c.nowMillis + pool.probeSeconds() * 1000, "INVALID: " + failures + " boot failures, last: " + why);
    }
  }

  /** One came up: the pool is well. */
  static void booted(Change c, PoolDefinition pool) {
    for (int index : pool.nodes()) {
      NodeRecord n = c.node(index);
      if (n.bootFailures == 0 && n.blockedUntil == 0) {
        continue;
      }
      n.bootFailures = 0;
      n.blockedUntil = 0;
      if (n.phase == NodePhase.POWERED_DOWN && !n.drain && n.reason != null && !n.powerUp) {
        NodeLife.clearReason(n);
      }
      c.touch(n);
    }
  }

  /** A time of waiting is over: the next job may try. */
  static void unblock(Change c, NodeRecord n) {
    n.blockedUntil = 0;
    c.effect(new Effect.Power(n.index));
    c.replan("node " + n.name + " may be had again");
  }
}
