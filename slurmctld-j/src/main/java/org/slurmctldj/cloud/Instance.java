package org.slurmctldj.cloud;

/**
 * An instance as the cloud shows it.
 *
 * @param node the node it was started for, or null when its tags do not say (yet)
 * @param privateAddress null until the cloud gave it one
 * @param hostName private DNS name, or null
 * @param launchMillis when it was started
 * @param token of the order that started it, or null
 */
public record Instance(
    String id,
    String group,
    String node,
    String instanceType,
    String zone,
    CapacityOption.Market market,
    State state,
    String privateAddress,
    String hostName,
    long launchMillis,
    String token) {
  /** EC2's instance states. */
  public enum State {
    PENDING,
    RUNNING,
    STOPPING,
    STOPPED,
    SHUTTING_DOWN,
    TERMINATED
  }
}
