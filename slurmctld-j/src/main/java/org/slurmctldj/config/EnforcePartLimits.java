package org.slurmctldj.config;

import java.util.Locale;
import java.util.Optional;

/** Whether a job that a partition's limits do not allow is refused at submission. */
public enum EnforcePartLimits {
  NO(0),
  ALL(1),
  ANY(2);

  private final int code;

  EnforcePartLimits(int code) {
    this.code = code;
  }

  /** Slurm's number on the wire. */
  public int code() {
    return code;
  }

  static Optional<EnforcePartLimits> of(String text) {
    return switch (text.toUpperCase(Locale.ROOT)) {
      case "NO", "0" -> Optional.of(NO);
      case "ALL" -> Optional.of(ALL);
      case "ANY", "YES", "1" -> Optional.of(ANY);
      default -> Optional.empty();
    };
  }
}
