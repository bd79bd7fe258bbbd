package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slurmctldj.core.Allocation.NodeShare;

/** The way of a job from running to over: told to end, confirmed by each node, done or requeued. */
final class JobEnd {
  /** Beyond KillWait, what a node is given to confirm that a job is gone. */
  private static final long CONFIRM_SECONDS = 60;

  private static final int MAX_HISTORY = 32;

  /** How long a requeued job waits in Slurm: until its credential has expired (observed on 22.05.8). */
  private static final long LAUNCH_AGAIN_SECONDS = 120;

  private JobEnd() {}

  /** A pending job, or the rest of an array, is over without having run. */
  static void pendingEnds(Change c, JobRecord j, Outcome outcome, int reason, long byUid) {
    int tasks = j.arrayPending == null ? 1 : j.arrayPending.size();
    AllocationLife.tellPendingOver(c, j);
    j.arrayDropped = j.arrayPending;
    j.arrayPending = null;
    j.phase = JobPhase.DONE;
    j.outcome = outcome;
    j.reason = reason;
    j.endedBy = byUid;
    j.startTime = c.nowSeconds();
    j.endTime = c.nowSeconds();
    c.touch(j);
    tellOver(c, j);
    JobArrays.ended(c, j, tasks);
    count(c, j);
    purgeLater(c, j);
    if (j.isHet()) {
      HetJobs.cannotBeginAgain(c, j);
    }
  }

  /**
   * A starting or running job gets its outcome; its nodes are told to end what is left of it.
   *
   * @param killWaitSeconds between SIGTERM and SIGKILL
   */
  static void begin(Change c, JobRecord j, Outcome outcome, int reason, long killWaitSeconds) {
    // Slurm: a job that is ended while it is suspended ended when it was suspended.
    long endTime = j.suspended ? j.suspendTime : c.nowSeconds();
    JobSuspend.endSuspension(c, j);
    j.phase = JobPhase.ENDING;
    j.outcome = outcome;
    if (j.priority != 0 || !j.requeueAfterEnd) {
      j.reason = reason;
      j.reasonText = null;
    }
    j.endTime = endTime;
    JobArrays.taskStopped(c, j);
    AllocationLife.tellOver(c, j);
    StepLife.jobEnds(c, j);
    List<Integer> ending = new ArrayList<>();
    for (NodeShare share : j.allocation.nodes()) {
      if (c.node(share.node()).phase == NodePhase.DOWN || j.configuring) {
        NodeShares.release(c, j, share, false);
        if (c.featureLevel < 3 || !j.configuring || !AllocationLife.hasScript(j)) {
          // Of a script that waits for its nodes nothing is anywhere; its launch id may be used yet.
          endOnDownNode(c, j, share.node(), outcome);
        }
        continue;
      }
      ending.add(share.node());
      NodeShares.ending(c, share.node());
      c.effect(new Effect.Terminate(j.jobId, j.restarts, share.node(), killWaitSeconds, outcome));
    }
    j.configuring = false;
    j.nodesEnding = ending.stream().mapToInt(Integer::intValue).toArray();
    armEnding(c, j, killWaitSeconds);
    c.touch(j);
    tellOver(c, j);
    if (j.isHetLeader() && !AllocationLife.hasScript(j)) {
      HetJobs.leaderOver(c, j, outcome, reason, j.exitCode, killWaitSeconds);
    }
    finishIfReleased(c, j);
  }

  /** For the log of finished jobs, which Slurm writes when a run ends and not when its nodes are clean. */
  private static void tellOver(Change c, JobRecord j) {
    if (c.config().limits().jobCompletions()) {
      c.effect(new Effect.JobOver(j.copyWithoutBulky(), c.config()));
    }
  }

  /** An admin's DOWN does not stop a node that answers: what runs there is ended, though nobody waits for it. */
  static void endOnDownNode(Change c, JobRecord j, int node, Outcome outcome) {
    if (c.node(node).linked) {
      Leftovers.add(c, c.node(node), j.jobId, j.restarts);
      c.effect(new Effect.Terminate(j.jobId, j.restarts, node, 0, outcome));
    }
  }

  static void armEnding(Change c, JobRecord j, long killWaitSeconds) {
    j.deadlineMillis = c.nowMillis + (killWaitSeconds + c.config().limits().epilogSeconds() + CONFIRM_SECONDS) * 1000;
  }

  /**
   * An Epilog of an expedited job failed on that node: a script that failed as well begins again elsewhere at once, since the
   * node may be why (observed on 26.05.5; without such an Epilog it is held).
   */
  static void epilogFailed(Change c, JobRecord j) {
    if (j.isExpedited() && j.requeueAfterEnd && j.outcome == Outcome.FAILED) {
      j.requeueHold = false;
      c.touch(j);
    }
  }

  /** Nothing of an ending job is left on that node: its share is free. */
  static void nodeReleased(Change c, JobRecord j, int node) {
    int at = Arrays.binarySearch(j.nodesEnding, node);
    if (at < 0) {
      return;
    }
    int[] left = new int[j.nodesEnding.length - 1];
    System.arraycopy(j.nodesEnding, 0, left, 0, at);
    System.arraycopy(j.nodesEnding, at + 1, left, at, left.length - at);
    j.nodesEnding = left;
    NodeShares.release(c, j, share(j, node), true);
    c.touch(j);
    c.replan("node released");
    finishIfReleased(c, j);
  }

  /** Nobody waits any longer for that node's word that an ending job is gone. */
  static void givenUp(Change c, JobRecord j, int node) {
    if (Arrays.binarySearch(j.nodesEnding, node) >= 0) {
      Leftovers.add(c, c.node(node), j.jobId, j.restarts);
      nodeReleased(c, j, node);
    }
  }

  static NodeShare share(JobRecord j, int node) {
    for (NodeShare s : j.allocation.nodes()) {
      if (s.node() == node) {
        return s;
      }
    }
    throw new IllegalStateException("job " + j.jobId + " has no share of node " + node);
  }

  private static void finishIfReleased(Change c, JobRecord j) {
    if (j.nodesEnding.length > 0) {
      return;
    }
    if (j.requeueAfterEnd) {
      backToPending(c, j);
      return;
    }
    j.phase = JobPhase.DONE;
    HetJobs.leaderOver(c, j, j.outcome, j.reason, j.exitCode, c.config().limits().killWaitSeconds());
    j.steps = j.steps.ended();
    JobArrays.ended(c, j, 1);
    count(c, j);
    purgeLater(c, j);
    c.info("job " + JobArrays.name(j) + " is over: " + j.outcome + exit(j));
    c.replan("job over");
  }

  /** The exit status as Slurm's clients print it, where there is one to tell. */
  private static String exit(JobRecord j) {
    return j.exitCode == 0 ? "" : ", exit code " + (j.exitCode >> 8 & 0xff) + ":" + (j.exitCode & 0x7f);
  }

  private static void count(Change c, JobRecord j) {
    switch (j.outcome) {
      case COMPLETED -> c.completed++;
      case CANCELLED -> c.canceled++;
      case NONE, FAILED, TIMEOUT, NODE_FAIL, PREEMPTED, BOOT_FAIL, DEADLINE, OUT_OF_MEMORY -> c.failed++;
    }
  }

  static void purgeLater(Change c, JobRecord j) {
    long age = c.config().limits().minJobAgeSeconds();
    j.deadlineMillis = age == 0 ? 0 : c.nowMillis + age * 1000;
  }

  /** A new incarnation: everything of the last run is forgotten but its place in history. */
  static void backToPending(Change c, JobRecord j) {
    note(j, "requeued after " + j.outcome);
    boolean hold = j.requeueHold;
    boolean launchFailed = j.launchFailed;
    boolean wasWaiting = j.configuring;
    j.expediting = j.isExpedited() && !hold && j.priority != 0;
    boolean failedByItself = j.isExpedited() && j.outcome == Outcome.FAILED;
    j.phase = JobPhase.PENDING;
    j.restarts++;
    if (c.featureLevel >= 6) {
      // Submitted again: so Slurm counts, and so the run has a SLUID of its own.
      j.submitTime = c.nowSeconds();
    }
    j.outcome = Outcome.NONE;
    boolean byUser = j.reason == WAIT_HELD_USER;
    j.reason = WAIT_NO_REASON;
    j.reasonText = null;
    j.requeueAfterEnd = false;
    j.requeueHold = false;
    j.launchFailed = false;
    j.stopped = false;
    j.allocation = null;
    j.steps = j.steps.ended();
    j.nodesEnding = new int[0];
    j.batchNode = -1;
    j.startTime = 0;
    j.endTime = 0;
    j.suspendTime = 0;
    j.preSuspendedSeconds = 0;
    j.coresReleased = false;
    j.eligibleTime = 0;
    j.accrueTime = 0;
    j.exitCode = failedByItself ? j.exitCode : 0;
    j.derivedExitCode = 0;
    j.warned = false;
    j.configuring = false;
    j.failure = null;
    j.endedBy = NO_VAL;
    j.deadlineMillis = 0;
    if (hold || j.priority == 0) {
      // A job held while it ran stays held; whoever let it be requeued and held, its owner may release it (24.11.5).
      boolean owners = hold ? c.featureLevel >= 8 && !launchFailed : byUser;
      Priorities.hold(j, owners, c.nowSeconds());
    }
    if (j.expediting) {
      j.request.clear(JobField.BEGIN_TIME);
    } else if (launchFailed) {
      // Every requeued job of Slurm's waits for so long. Here one that no node could start does: else it would visit
      // node after node, and one node's trouble would become the cluster's.
      j.request.number(JobField.BEGIN_TIME, c.nowSeconds() + LAUNCH_AGAIN_SECONDS);
    } else if (c.config().limits().requeueDelaySeconds() > 0 && !wasWaiting) {
      // And a second, as 26.05 does.
      j.request.number(JobField.BEGIN_TIME, c.nowSeconds() + c.config().limits().requeueDelaySeconds() + 1);
    }
    Pending.becomeEligible(c, j);
    if (hold) {
      j.reasonText = launchFailed ? "launch failed requeued held" : "job requeued in held state";
    }
    c.touch(j);
    c.info("job " + JobArrays.name(j) + " is pending again, restart " + j.restarts);
    c.replan("job requeued");
  }

  static void note(JobRecord j, String line) {
    if (j.history.size() >= MAX_HISTORY) {
      j.history.remove(0);
    }
    j.history.add(line);
  }
}
