package org.slurmctldj.core;

/** How a job ended; {@link #slurmState()} is Slurm's base state number. */
public enum Outcome {
  NONE(0),
  COMPLETED(3),
  CANCELLED(4),
  FAILED(5),
  TIMEOUT(6),
  NODE_FAIL(7),
  PREEMPTED(8),
  BOOT_FAIL(9),
  DEADLINE(10),
  OUT_OF_MEMORY(11);

  private final int slurmState;

  Outcome(int slurmState) {
    this.slurmState = slurmState;
  }

  public int slurmState() {
    return slurmState;
  }

  public static Outcome bySlurmState(int state) {
    for (Outcome o : values()) {
      if (o.slurmState == state) {
        return o;
      }
    }
    throw new IllegalArgumentException("job outcome " + state);
  }
}
