package org.slurmctldj.cloud;

import java.util.List;

/**
 * How a compute node group's instances are had, as pools.yaml says it; soft, replaced as a whole by a reconfigure.
 *
 * @param options in the order in which they are tried
 */
public record GroupSettings(String name, List<CapacityOption> options, LaunchOrder.LaunchSettings settings) {
  public GroupSettings {
    options = List.copyOf(options);
  }

  /** The option of that {@link #key}, or null. */
  CapacityOption option(String key) {
    for (CapacityOption o : options) {
      if (key(o).equals(key)) {
        return o;
      }
    }
    return null;
  }

  /** "type/subnet/market", a reservation's id behind it: what is journaled of an order, and by what shortages are remembered. */
  public static String key(CapacityOption o) {
    String market = switch (o.market()) {
      case ON_DEMAND -> "on-demand";
      case SPOT -> "spot";
      case RESERVED -> "reserved";
    };
    return o.instanceType() + "/" + o.subnetId() + "/" + market + (o.reservationId() == null ? "" : "/" + o.reservationId());
  }
}
