package org.slurmctldj.core;

/**
 * What the world outside must be made to do because of an applied command. Effects are hints for
 * promptness: the truth is in the state, and after a restart or a reconnect the agents room derives
 * the same work from it (level-triggered), so a lost effect is only late, and a repeated one is
 * recognised by its launch id.
 */
public sealed interface Effect {

  /** Start the batch script of that job incarnation on that node. */
  record Launch(long jobId, int restarts, int node) implements Effect {}

  /** Deliver a signal. {@code flags} are Slurm's KILL_ flags: batch shell only, or all processes. */
  record Signal(long jobId, int restarts, int node, int signal, int flags) implements Effect {}

  /**
   * End that job incarnation on that node: SIGCONT, SIGTERM, after killWaitSeconds SIGKILL, then
   * confirm by {@link Command.NodeReleased}. {@code outcome} is for the job's last words on stderr.
   */
  record Terminate(long jobId, int restarts, int node, long killWaitSeconds, Outcome outcome) implements Effect {}

  /** An allocation of salloc or srun has its nodes: its client may be waiting. */
  record Allocated(long jobId) implements Effect {}

  /**
   * A waiting salloc or srun is told something. Holds all that is needed: the state may have moved on.
   *
   * @param stepId NO_VAL for the job as a whole
   * @param version protocol version (22.05 = 38) that the client speaks
   * @param nodes the node of a NODE_FAIL, else null
   */
  record TellClient(long jobId, long stepId, long uid, String host, int port, int version, Notice notice, String nodes)
      implements Effect {}

  /**
   * A step's tasks get a signal on those nodes.
   *
   * @param order how Slurm words it: a signal, or the end of its time
   * @param component {@link StepRecord#component}
   */
  record SignalStep(long jobId, long stepId, int[] nodes, int signal, int flags, Order order, long component) implements Effect {}

  /** REQUEST_SIGNAL_TASKS, REQUEST_KILL_TIMELIMIT. */
  enum Order {
    SIGNAL,
    TIMELIMIT
  }

  /** A step is over: others of its job that wait for resources may ask again. */
  record StepOver(long jobId, long stepId) implements Effect {}

  /** What a waiting client is told. */
  enum Notice {
    /** SRUN_JOB_COMPLETE: the job, or the step, is over. */
    COMPLETE,
    /** SRUN_NODE_FAIL: it goes on without a node. */
    NODE_FAIL,
    /** SRUN_TIMEOUT: it has reached its time limit. */
    TIMEOUT
  }

  /** The exit report of that launch is journaled: the agent may forget it. */
  record ForgetLaunch(long jobId, int restarts, int node) implements Effect {}

  /** Something a planner should look at: a job came, resources became free, limits changed. */
  record Replan(String cause) implements Effect {}

  /** One line for the log: what happened, with job, node and reason. {@code severity}: Slurm's words info, error. */
  record Log(boolean isError, String line) implements Effect {}

  /** A node's daemon is to reboot it: nothing runs there any more. */
  record Reboot(int node) implements Effect {}

  /** A node is to be powered up or down, or failed to come up: its record says what. */
  record Power(int node) implements Effect {}

  /**
   * A run of a job has ended, or a job without ever having run; only while somebody wants to know ({@link
   * ClusterConfig.Limits#jobCompletions}).
   *
   * @param run the job as it was then, without bulky fields: of one that goes back to the queue nothing else remembers
   * @param config what its numbers of nodes and partition count in
   */
  record JobOver(JobRecord run, ClusterConfig config) implements Effect {}

  /** Jobs whose scripts and environments nobody needs any more. */
  record JobPurged(long jobId) implements Effect {}
}
