package org.slurmctldj.proto.cred;

/** A credential is not to be trusted, or could not be signed. The message is for the log, the number for the peer. */
public final class CredException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int slurmError;

  CredException(int slurmError, String why, Throwable cause) {
    super(why, cause);
    this.slurmError = slurmError;
  }

  /** Slurm's: 4004 Invalid job credential, 4007 Job credential expired. */
  public int slurmError() {
    return slurmError;
  }
}
