package org.slurmctldj.cloud;

/**
 * One way to get a group's capacity; a group has an ordered list of them.
 *
 * @param subnetId where; the subnet decides the zone
 * @param zone availability zone, or null while the cloud has not said it
 * @param reservationId of a capacity reservation, for {@link Market#RESERVED}, else null
 */
public record CapacityOption(String instanceType, String subnetId, String zone, Market market, String reservationId) {
  /** How it is paid. */
  public enum Market {
    ON_DEMAND,
    SPOT,
    RESERVED
  }
}
