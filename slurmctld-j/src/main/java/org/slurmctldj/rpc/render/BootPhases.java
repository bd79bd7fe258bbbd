package org.slurmctldj.rpc.render;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.slurmctldj.core.NodeRecord;

/**
 * How far a pool's node is on its way, for {@code scontrol show node}: Extra= is the one free text of a node that clients
 * of every release print and that nothing of theirs depends on. An admin's own Extra= goes before it.
 */
final class BootPhases {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss").withZone(ZoneId.systemDefault());

  private BootPhases() {}

  /** Null for a node that was not ordered. */
  static String text(NodeRecord n) {
    if (n.requestedMillis == 0) {
      return null;
    }
    StringBuilder b = new StringBuilder("option=").append(n.capacityOption);
    phase(b, "requested", n.requestedMillis);
    phase(b, "running", n.runningMillis);
    phase(b, "hello", n.helloMillis);
    phase(b, "ready", n.readyMillis);
    return b.toString();
  }

  private static void phase(StringBuilder b, String name, long millis) {
    if (millis != 0) {
      b.append(',').append(name).append('=').append(TIME.format(Instant.ofEpochMilli(millis)));
    }
  }
}
