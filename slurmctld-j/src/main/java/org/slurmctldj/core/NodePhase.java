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
  FUTURE(4);

  private final int code;

  NodePhase(int code) {
    this.code = code;
  }

  /** Stable number for journals and columns. */
  public int code() {
    return code;
  }

  public static NodePhase byCode(int code) {
    return switch (code) {
      case 0 -> UNKNOWN;
      case 1 -> UP;
      case 2 -> LOST;
      case 3 -> DOWN;
      case 4 -> FUTURE;
      default -> throw new IllegalArgumentException("node phase " + code);
    };
  }
}
