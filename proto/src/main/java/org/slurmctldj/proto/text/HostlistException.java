package org.slurmctldj.proto.text;

/** A hostlist expression is wrong; the message is Slurm's, such as {@code Invalid range: `2-1'}. */
public final class HostlistException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public HostlistException(String message) {
    super(message);
  }
}
