package org.slurmctldj.cloud;

/** A cloud's refusal where an answer was expected: how the futures of this room fail. */
public final class CloudException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient CloudFailure failure;

  public CloudException(CloudFailure failure) {
    super(failure.code() + ": " + failure.message());
    this.failure = failure;
  }

  public CloudFailure failure() {
    return failure;
  }
}
