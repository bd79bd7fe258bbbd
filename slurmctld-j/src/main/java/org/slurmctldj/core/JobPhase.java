package org.slurmctldj.core;

/**
 * Where a job is in its life. Slurm's base state and flag set ({@code PENDING}, {@code
 * RUNNING|CONFIGURING}, {@code TIMEOUT|COMPLETING}) is rendered from this and {@link Outcome}, so
 * combinations that cannot be are not representable.
 */
public enum JobPhase {
  /** Waits for resources, a time, an event or a release. Owner: planner. Next: STARTING, DONE. */
  PENDING(0),
  /**
   * Holds an allocation; its launch has been handed to the batch host's agent and is not confirmed.
   * Owner: agents. Deadline: BatchStartTimeout. Next: RUNNING, ENDING.
   */
  STARTING(1),
  /** The batch host's agent reported the start. Deadline: time limit. Next: ENDING. */
  RUNNING(2),
  /**
   * Has an outcome, but nodes have not yet confirmed that nothing of it is left. Owner: agents.
   * Deadline per node: KillWait then node failure. Next: DONE, or PENDING when requeued.
   */
  ENDING(3),
  /** Over; kept MinJobAge seconds for queries. Deadline: purge. Next: gone. */
  DONE(4);

  private final int code;

  JobPhase(int code) {
    this.code = code;
  }

  /** Stable number for journals and columns. */
  public int code() {
    return code;
  }

  public static JobPhase byCode(int code) {
    return switch (code) {
      case 0 -> PENDING;
      case 1 -> STARTING;
      case 2 -> RUNNING;
      case 3 -> ENDING;
      case 4 -> DONE;
      default -> throw new IllegalArgumentException("job phase " + code);
    };
  }

  /** True while the job holds nodes. */
  public boolean holdsNodes() {
    return this == STARTING || this == RUNNING || this == ENDING;
  }
}
