package org.slurmctldj.core;

import java.util.List;

/**
 * Everything that may change the cluster's state. A command is journaled, made durable and then
 * applied, once, in journal order. It carries every outside fact that apply needs: the wall clock,
 * the actor, resolved ids. Apply never asks anything outside.
 *
 * <p>{@link #nowMillis} is max(last applied, wall clock) as the journal stamps it: it never goes
 * back.
 */
public sealed interface Command {

  /** Milliseconds since the epoch. */
  long nowMillis();

  /** A new normalised configuration; starts a new epoch. Jobs are carried over by node and partition name. */
  record Reconfigure(long nowMillis, ClusterConfig config) implements Command {}

  /**
   * A submission. Its script and environment blobs are on disk already.
   *
   * @param place where a planner that has looked at it would start it at once, or null; its job's id and version say nothing.
   *     Trusted no more than any proposal: what cannot be had waits as if nobody had looked. Two commands, and two waits for the
   *     disk, become one
   */
  record SubmitJob(long nowMillis, Actor actor, JobFields request, Proposal place) implements Command {
    public SubmitJob(long nowMillis, Actor actor, JobFields request) {
      this(nowMillis, actor, request, null);
    }
  }

  /**
   * A heterogeneous job, component by component: all of it or nothing. The answer's id is the first component's; the
   * others have those behind it. Script and environment blobs are on disk already.
   */
  record SubmitHetJob(long nowMillis, Actor actor, List<JobFields> requests) implements Command {
    public SubmitHetJob {
      requests = List.copyOf(requests);
    }
  }

  /**
   * Changes of a job's request, {@code scontrol update/hold/release}. Only fields present in {@code
   * changes} change; PRIORITY 0 holds (as user or admin by {@code userHold}), INFINITE releases.
   */
  record UpdateJob(long nowMillis, Actor actor, JobSelector jobs, JobFields changes, boolean userHold)
      implements Command {}

  /**
   * scancel. Signal 9 without flags cancels: pending jobs end at once, running ones get SIGCONT,
   * SIGTERM, KillWait, SIGKILL. Other signals are passed on to running jobs.
   *
   * @param flags Slurm's KILL_ flags (semantics.md)
   * @param waits why the job waits as the planner saw it last, Slurm's number: what a pending one is cancelled with
   * @param waitsText state_desc to it, or null
   */
  record KillJob(long nowMillis, Actor actor, JobSelector jobs, int signal, int flags, int waits, String waitsText)
      implements Command {
    public KillJob(long nowMillis, Actor actor, JobSelector jobs, int signal, int flags) {
      this(nowMillis, actor, jobs, signal, flags, 0, null);
    }
  }

  /**
   * scontrol requeue[hold], or a node that could not start a job.
   *
   * @param launchFailed the job was given to a node and did not start there: it does not start again at once
   * @param incomplete only if it is not over yet
   * @param special it is shown SPECIAL_EXIT while it is held
   */
  record RequeueJob(
      long nowMillis, Actor actor, JobSelector jobs, boolean hold, boolean launchFailed, boolean incomplete, boolean special)
      implements Command {
    public RequeueJob(long nowMillis, Actor actor, JobSelector jobs, boolean hold, boolean launchFailed, boolean incomplete) {
      this(nowMillis, actor, jobs, hold, launchFailed, incomplete, false);
    }

    public RequeueJob(long nowMillis, Actor actor, JobSelector jobs, boolean hold, boolean launchFailed) {
      this(nowMillis, actor, jobs, hold, launchFailed, false);
    }

    public RequeueJob(long nowMillis, Actor actor, JobSelector jobs, boolean hold) {
      this(nowMillis, actor, jobs, hold, false);
    }
  }

  /** A planner's wish; started or rejected, never half. */
  record StartJob(long nowMillis, Proposal proposal) implements Command {}

  /**
   * The batch host's agent says that the launch runs.
   *
   * @param node see {@link NodeReleased}
   */
  record LaunchStarted(long nowMillis, long jobId, int restarts, int node, String nodeName) implements Command {
    public LaunchStarted {
      node = nodeName == null ? node : -1;
    }

    public LaunchStarted(long nowMillis, long jobId, int restarts, String nodeName) {
      this(nowMillis, jobId, restarts, -1, nodeName);
    }
  }

  /**
   * A launch is over on that node (the batch host): its true end.
   *
   * @param node see {@link NodeReleased}
   * @param waitStatus wait(2) status
   * @param outOfMemory the kernel killed for memory
   * @param failure null, or why it never ran or was lost ("shepherd died ..."): then waitStatus is
   *     not meaningful
   * @param failureCode Slurm's error number for {@code failure} (4020 ESLURMD_EXECVE_FAILED ...)
   *     or 0
   * @param userCpuMicros rusage of the whole launch
   */
  record LaunchEnded(
      long nowMillis,
      long jobId,
      int restarts,
      int node,
      String nodeName,
      int waitStatus,
      boolean outOfMemory,
      String failure,
      int failureCode,
      long userCpuMicros,
      long systemCpuMicros,
      long maxRssKib)
      implements Command {
    public LaunchEnded {
      node = nodeName == null ? node : -1;
    }

    public LaunchEnded(
        long nowMillis,
        long jobId,
        int restarts,
        String nodeName,
        int waitStatus,
        boolean outOfMemory,
        String failure,
        int failureCode,
        long userCpuMicros,
        long systemCpuMicros,
        long maxRssKib) {
      this(nowMillis, jobId, restarts, -1, nodeName, waitStatus, outOfMemory, failure, failureCode, userCpuMicros, systemCpuMicros, maxRssKib);
    }
  }

  /**
   * Nothing of that job incarnation is left on that node.
   *
   * @param node of journals before feature level 3: the index in the epoch in which the report was made, which need not be
   *     that in which it is applied; -1 where the name is given
   * @param nodeName who reports: a name keeps its meaning when nodes are numbered anew meanwhile. Null: by {@code node}
   * @param epilogFailed the job's Epilog failed there
   */
  record NodeReleased(long nowMillis, long jobId, int restarts, int node, String nodeName, boolean epilogFailed) implements Command {
    public NodeReleased {
      node = nodeName == null ? node : -1;
    }

    public NodeReleased(long nowMillis, long jobId, int restarts, int node, String nodeName) {
      this(nowMillis, jobId, restarts, node, nodeName, false);
    }

    public NodeReleased(long nowMillis, long jobId, int restarts, String nodeName) {
      this(nowMillis, jobId, restarts, nodeName, false);
    }

    public NodeReleased(long nowMillis, long jobId, int restarts, String nodeName, boolean epilogFailed) {
      this(nowMillis, jobId, restarts, -1, nodeName, epilogFailed);
    }
  }

  /**
   * An agent (or slurmd) registered.
   *
   * @param launches launch ids ("jobid.restarts") it has, running or ended and unacknowledged;
   *     launches of ours on that node which had started and are not among these are lost
   * @param lastResponse when it was last heard of, seconds; 0 not known
   * @param instance which cloud's instance it says to be, empty: none; null: it was not asked
   * @param address where it registered from, and its host's name, for cloud_reg_addrs; null where nobody asks
   */
  record RegisterNode(
      long nowMillis, String node, NodeRecord.Registration registration, List<String> launches, long lastResponse, String instance,
      String address, String hostName) implements Command {
    public RegisterNode {
      launches = List.copyOf(launches);
    }

    public RegisterNode(
        long nowMillis, String node, NodeRecord.Registration registration, List<String> launches, long lastResponse, String instance) {
      this(nowMillis, node, registration, launches, lastResponse, instance, null, null);
    }

    public RegisterNode(
        long nowMillis, String node, NodeRecord.Registration registration, List<String> launches, long lastResponse) {
      this(nowMillis, node, registration, launches, lastResponse, null);
    }

    /** Of a node that was not heard of before. */
    public RegisterNode(long nowMillis, String node, NodeRecord.Registration registration, List<String> launches) {
      this(nowMillis, node, registration, launches, 0);
    }
  }

  /** The node's link is gone. After SlurmdTimeout the timer service sends {@link NodeFailed}. */
  record NodeLost(long nowMillis, String node) implements Command {}

  /** SlurmdTimeout passed, or the node must not be used: its jobs fail or are requeued. */
  record NodeFailed(long nowMillis, String node, String reason) implements Command {}

  /**
   * scontrol update nodename=.
   *
   * @param state Slurm's node state word of the request (NODE_RESUME bit8, DRAIN bit9, DOWN 1,
   *     UNDRAIN bit6 ...) or NO_VAL
   * @param nodes in the order of the request: its addresses and host names go by it
   */
  record UpdateNode(
      long nowMillis,
      Actor actor,
      List<String> nodes,
      long state,
      String reason,
      String comment,
      String extra,
      long weight,
      NodeChanges more)
      implements Command {
    public UpdateNode {
      nodes = List.copyOf(nodes);
    }

    public UpdateNode(
        long nowMillis, Actor actor, List<String> nodes, long state, String reason, String comment, String extra, long weight) {
      this(nowMillis, actor, nodes, state, reason, comment, extra, weight, NodeChanges.NONE);
    }
  }

  /** scontrol suspend and resume. */
  record SuspendJob(long nowMillis, Actor actor, JobSelector jobs, boolean resume) implements Command {}

  /** scontrol top: those pending jobs of one user go before his others, in this order. */
  record TopJobs(long nowMillis, Actor actor, long[] jobs) implements Command {}

  /**
   * scontrol create and update reservation. Null and NO_VAL leave things as they are.
   *
   * @param name null: one is made for a new reservation; the result's message is the name
   * @param duration minutes
   * @param users names, "+a" and "-b" for changes; likewise accounts
   */
  record ChangeReservation(
      long nowMillis,
      Actor actor,
      boolean create,
      String name,
      long start,
      long end,
      long duration,
      long flagsOn,
      long flagsOff,
      String nodes,
      long nodeCount,
      String users,
      String accounts,
      String partition,
      String comment,
      int zoneSeconds)
      implements Command {
    public ChangeReservation(
        long nowMillis, Actor actor, boolean create, String name, long start, long end, long duration, long flagsOn, long flagsOff,
        String nodes, long nodeCount, String users, String accounts, String partition, String comment) {
      this(
          nowMillis, actor, create, name, start, end, duration, flagsOn, flagsOff, nodes, nodeCount, users, accounts, partition,
          comment, 0);
    }
  }

  /** scontrol delete reservation. */
  record DeleteReservation(long nowMillis, Actor actor, String name) implements Command {}

  /** scontrol create partition and update partition. */
  record UpdatePartition(long nowMillis, Actor actor, boolean create, PartitionChanges changes) implements Command {}

  /** scontrol delete partition. */
  record DeletePartition(long nowMillis, Actor actor, String partition) implements Command {}

  /** scontrol update SuspendExcNodes, SuspendExcParts and SuspendExcStates: all three as they are to be. */
  record UpdateSuspendExclusions(long nowMillis, Actor actor, SuspendExclusions exclusions) implements Command {}

  /** A program of power saving was called for these nodes, at {@code askedMillis}. */
  record PowerIssued(long nowMillis, List<String> nodes, PowerProgram what, long askedMillis) implements Command {
    public PowerIssued {
      nodes = List.copyOf(nodes);
    }
  }

  /** Slurm's three programs of power saving. */
  enum PowerProgram {
    RESUME,
    SUSPEND,
    RESUME_FAILED
  }

  /**
   * Instances are about to be ordered for nodes of a pool that are wanted. Journaled before the cloud is called: whatever
   * happens then, the same token is asked about again until {@link LaunchAnswered}.
   *
   * @param token the order's idempotency token
   * @param option what is ordered, "type/where/market"
   * @param least with fewer instances none is to be started
   */
  record LaunchOrdered(long nowMillis, String token, String option, List<String> nodes, int least) implements Command {
    public LaunchOrdered {
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * What came of an order. Nodes of it that got no instance are wanted as before.
   *
   * @param code the cloud's error code, or null when each node got one
   */
  record LaunchAnswered(long nowMillis, String token, List<BoundInstance> started, String code, String message)
      implements Command {
    public LaunchAnswered {
      started = List.copyOf(started);
    }
  }

  /** A node's instance. Texts may be null but for node and instance: the cloud may say them later. */
  record BoundInstance(String node, String instance, String type, String address, String hostName) {}

  /**
   * A node's instance was seen running, or heard of.
   *
   * @param address its private address, or null where it is not known
   */
  record InstanceSeen(long nowMillis, String node, String instance, InstancePhase phase, String address, String hostName)
      implements Command {}

  /** How far an instance is on its way to be a node. */
  enum InstancePhase {
    /** The cloud says that it runs. */
    RUNNING,
    /** It has spoken to the controller. */
    HELLO
  }

  /**
   * A node's instance is no more.
   *
   * @param why for people, where nobody wished it; else null
   */
  record InstanceGone(long nowMillis, String node, String instance, String why) implements Command {}

  /**
   * Nothing can be had for a pool before {@code untilMillis}: jobs that wait for machines of it go elsewhere or wait in
   * the queue.
   *
   * @param code the cloud's last error code
   */
  record PoolBlocked(long nowMillis, String pool, long untilMillis, String code, String message) implements Command {}

  /** Every deadline up to nowMillis fires: time limits, KillWait, begin times, purges. */
  record Tick(long nowMillis) implements Command {}

  /**
   * An allocation of salloc or srun is over without a word of its nodes.
   *
   * @param actor who ends it; the daemon itself for all causes but CLIENT
   * @param jobRc wait(2) status of the client's command, or NO_VAL: given up by its user
   */
  record EndAllocation(long nowMillis, Actor actor, long jobId, long jobRc, AllocationEnd cause) implements Command {}

  /**
   * srun asks for a step. The answer's id is the step's.
   *
   * @param stepId the number wanted, or NO_VAL
   * @param request what for: see {@link StepRecord#request}
   */
  record CreateStep(long nowMillis, Actor actor, long jobId, long stepId, JobFields request) implements Command {}

  /**
   * Nothing is left of a step on some of its nodes.
   *
   * @param first rank within the step's nodes
   * @param last the last rank of that range
   * @param exitCode wait(2) status, the highest of their tasks
   * @param component of a heterogeneous step of a job without components: which; else NO_VAL
   */
  record CompleteStep(
      long nowMillis, Actor actor, long jobId, long stepId, int first, int last, int exitCode, long component)
      implements Command {
    public CompleteStep(long nowMillis, Actor actor, long jobId, long stepId, int first, int last, int exitCode) {
      this(nowMillis, actor, jobId, stepId, first, last, exitCode, SlurmNumbers.NO_VAL);
    }
  }

  /** scancel of a step, or srun's own abort. */
  record SignalStep(long nowMillis, Actor actor, long jobId, long stepId, int signal, int flags) implements Command {}

  /** scontrol update stepid=: another time limit, minutes; stepId NO_VAL for all steps of the job. */
  record UpdateStep(long nowMillis, Actor actor, long jobId, long stepId, long timeLimit) implements Command {}

  /** Raises the feature level: from here on apply behaves as that release does. */
  record RaiseFeatureLevel(long nowMillis, int level) implements Command {}
}
