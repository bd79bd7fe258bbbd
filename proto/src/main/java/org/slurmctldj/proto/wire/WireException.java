package org.slurmctldj.proto.wire;

/**
 * A message does not have the layout its header promises: truncated, a string without its NUL, a
 * count beyond the frame, a protocol version nobody here speaks. The peer sent garbage; only its
 * connection suffers.
 */
public final class WireException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int slurmError;

  public WireException(String message) {
    this(SlurmConstants.SLURM_COMMUNICATIONS_RECEIVE_ERROR, message);
  }

  public WireException(String message, Throwable cause) {
    super(message, cause);
    this.slurmError = SlurmConstants.SLURM_COMMUNICATIONS_RECEIVE_ERROR;
  }

  public WireException(int slurmError, String message) {
    super(message);
    this.slurmError = slurmError;
  }

  /** Slurm's number for it: 1003 (receive failure) unless something more exact is known. */
  public int slurmError() {
    return slurmError;
  }
}
