package org.slurmctldj.cloud;

/**
 * A cloud's refusal.
 *
 * @param code the cloud's own code, as InsufficientInstanceCapacity
 * @param kind what to do about it
 */
public record CloudFailure(String code, String message, Kind kind) {
  /** How a failure is met. */
  public enum Kind {
    /** No capacity there now: another option at once, this one after a cool-down. */
    CAPACITY,
    /** A limit of the account or too many requests: again, later. */
    LIMIT,
    /** What was asked for is wrong (unknown template, denied): an admin must act. */
    CONFIGURATION,
    /** The cloud itself failed or did not answer. */
    UNAVAILABLE
  }
}
