package org.slurmctldj.config;

/** A sentence about the configuration for the log; it does not stop the start. */
public record ConfMessage(Level level, String text) {
  public enum Level {
    /** Slurm logs it as an error and goes on. */
    ERROR,
    /** Something the site asked for is not done. */
    WARN,
    /** A key has no effect here. */
    INFO
  }
}
