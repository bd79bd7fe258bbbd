package org.slurmctldj.proto.auth;

/** An auth/slurm token is not valid here; the message says why, for the log and never for the peer. */
public final class TokenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TokenException(String message) {
    super(message);
  }
}
