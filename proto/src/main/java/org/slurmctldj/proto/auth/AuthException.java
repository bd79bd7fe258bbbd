package org.slurmctldj.proto.auth;

import org.slurmctldj.proto.wire.SlurmConstants;

/** A message's credential does not convince, or none could be made. The message says why, for the log. */
public final class AuthException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public AuthException(String why) {
    super(why);
  }

  public AuthException(String why, Throwable cause) {
    super(why, cause);
  }

  /** What the peer is told: 1007, Protocol authentication error. */
  public int slurmError() {
    return SlurmConstants.SLURM_PROTOCOL_AUTHENTICATION_ERROR;
  }
}
