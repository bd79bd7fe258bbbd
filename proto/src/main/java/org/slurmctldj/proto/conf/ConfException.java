package org.slurmctldj.proto.conf;

/**
 * A configuration file cannot be used. The message is one sentence fit for the user, with file and
 * line where they are known; Slurm's own words where it has some.
 */
public final class ConfException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ConfException(String message) {
    super(message);
  }

  public ConfException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Slurm's sentence for text it cannot take: {@code Parse error in file F line N: "TEXT"}. */
  public static ConfException parse(String file, int line, String text) {
    return new ConfException("Parse error in file " + file + " line " + line + ": \"" + text + "\"");
  }

  /** A sentence of ours about one place. */
  public static ConfException at(String file, int line, String sentence) {
    return new ConfException(file + " line " + line + ": " + sentence);
  }
}
