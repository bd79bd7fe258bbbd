package org.slurmctldj.core;

/** Why an allocation of salloc or srun ends ({@link Command.EndAllocation}). */
public enum AllocationEnd {
  /** Its client says so: done, or given up. */
  CLIENT(0),
  /** {@code --immediate} and it could not start at once. */
  NOT_IMMEDIATE(1),
  /** Nothing was heard of its client for InactiveLimit seconds. */
  INACTIVE(2),
  /** Its client could not be told that it has its nodes. */
  UNREACHABLE(3);

  private final int code;

  AllocationEnd(int code) {
    this.code = code;
  }

  /** Stable number for the journal. */
  public int code() {
    return code;
  }

  public static AllocationEnd byCode(int code) {
    for (AllocationEnd e : values()) {
      if (e.code == code) {
        return e;
      }
    }
    throw new TagReader.FormatException("end of an allocation " + code);
  }
}
