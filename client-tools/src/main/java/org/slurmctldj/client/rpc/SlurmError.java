package org.slurmctldj.client.rpc;

/** A request that failed with one of Slurm's error numbers: refused by the controller, or never answered. */
public final class SlurmError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int number;

  public SlurmError(int number) {
    super(ErrorText.of(number), null, false, false);
    this.number = number;
  }

  public int number() {
    return number;
  }
}
