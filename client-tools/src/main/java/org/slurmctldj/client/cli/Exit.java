package org.slurmctldj.client.cli;

/** Ends the command with this status; whatever was to be said has been said. */
public final class Exit extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  public Exit(int status) {
    super(null, null, false, false);
    this.status = status;
  }

  public int status() {
    return status;
  }
}
