package org.slurmctldj.core;

/** Where a node is in its life; Slurm's base state and flags are rendered from it and its load. */
public enum NodePhase {
  /** Configured, never registered in this epoch's life. Slurm: UNKNOWN (shown as UNK*). Next: UP, DOWN. */
  UNKNOWN(0),
  /** Registered with sufficient hardware and answering. Next: LOST, DOWN. */
  UP(1),
  /** Was up; its link is gone and SlurmdTimeout runs. Slurm: IDLE*|NO_RESPOND. Next: UP, DOWN. */
  LOST(2),
  /** Out of service: set by an admin, by SlurmdTimeout, or by a bad registration. Next: UP. */
  DOWN(3),
  /** Defined but not there (State=FUTURE). Next: UP. */
  FUTURE(4),
  /** Power saving: switched off, given to jobs like a node that is up. Slurm: IDLE+POWERED_DOWN. Next: POWERING_UP, UP, DOWN. */
  POWERED_DOWN(5),
  /** ResumeProgram was called for it. Deadline: ResumeTimeout. Slurm: POWERING_UP+NOT_RESPONDING. Next: UP, DOWN. */
  POWERING_UP(6),
  /** SuspendProgram was called for it. Deadline: SuspendTimeout. Slurm: POWERING_DOWN. Next: POWERED_DOWN. */
  POWERING_DOWN(7);

  private final int code;

  NodePhase(int code) {
    this.code = code;
  }

  /** Stable number for journals and columns. */
  public int code() {
    return code;
  }

  /** True where jobs may be given the node: it is there, or will be when they want it. */
  public boolean startable() {
    return this == UP || this == POWERED_DOWN || this == POWERING_UP;
  }

  /** True while power saving, not a link, says whether the node is there: silence means nothing. */
  public boolean saving() {
    return this == POWERED_DOWN || this == POWERING_UP || this == POWERING_DOWN;
  }

  public static NodePhase byCode(int code) {
    return switch (code) {
      case 0 -> UNKNOWN;
      case 1 -> UP;
      case 2 -> LOST;
      case 3 -> DOWN;
      case 4 -> FUTURE;
      case 5 -> POWERED_DOWN;
      case 6 -> POWERING_UP;
      case 7 -> POWERING_DOWN;
      default -> throw new IllegalArgumentException("node phase " + code);
    };
  }
}
