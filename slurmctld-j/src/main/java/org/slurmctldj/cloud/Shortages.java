package org.slurmctldj.cloud;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the cloud had none of, and until when it is not asked again: by type, zone and market, doubled with each failure in
 * a row. Lost at a restart, which costs one more question each. One thread.
 */
final class Shortages {
  /** How the cloud said no. */
  record Shortage(long untilMillis, long pauseMillis, CloudFailure failure) {}

  private static final long LONGEST_MILLIS = 600_000;
  private static final long CONFIGURATION_MILLIS = 300_000;

  private final long firstMillis;
  private final Map<String, Shortage> known = new HashMap<>();

  /** @param firstMillis the first pause after a lack of capacity */
  Shortages(long firstMillis) {
    this.firstMillis = firstMillis;
  }

  private static String place(CapacityOption o) {
    String where = o.zone() == null ? o.subnetId() : o.zone();
    return o.instanceType() + "/" + where + "/" + o.market() + (o.reservationId() == null ? "" : "/" + o.reservationId());
  }

  /** Limits and mistakes do not go by zone. */
  private static String anywhere(String group, CapacityOption o, CloudFailure.Kind kind) {
    return switch (kind) {
      case CAPACITY, UNAVAILABLE -> place(o);
      case LIMIT -> o.instanceType() + "/" + o.market();
      case CONFIGURATION -> group + " " + GroupSettings.key(o);
    };
  }

  void failed(String group, CapacityOption o, CloudFailure failure, long now) {
    String key = anywhere(group, o, failure.kind());
    Shortage before = known.get(key);
    long pause = failure.kind() == CloudFailure.Kind.CONFIGURATION
        ? CONFIGURATION_MILLIS
        : before == null ? firstMillis : Math.min(LONGEST_MILLIS, 2 * before.pauseMillis());
    known.put(key, new Shortage(now + pause, pause, failure));
  }

  void succeeded(String group, CapacityOption o) {
    for (CloudFailure.Kind kind : CloudFailure.Kind.values()) {
      known.remove(anywhere(group, o, kind));
    }
  }

  /** Why that option is not asked now, or null. */
  Shortage of(String group, CapacityOption o, long now) {
    Shortage worst = null;
    for (CloudFailure.Kind kind : CloudFailure.Kind.values()) {
      Shortage s = known.get(anywhere(group, o, kind));
      if (s != null && s.untilMillis() > now && (worst == null || s.untilMillis() > worst.untilMillis())) {
        worst = s;
      }
    }
    return worst;
  }

  /** The first of them that may be asked, or null. */
  CapacityOption best(String group, List<CapacityOption> options, long now) {
    for (CapacityOption o : options) {
      if (of(group, o, now) == null) {
        return o;
      }
    }
    return null;
  }

  /** Of options none of which may be asked: the one that may be first. */
  Shortage shortest(String group, List<CapacityOption> options, long now) {
    Shortage first = null;
    for (CapacityOption o : options) {
      Shortage s = of(group, o, now);
      if (s != null && (first == null || s.untilMillis() < first.untilMillis())) {
        first = s;
      }
    }
    return first;
  }

  /** What was remembered as a moment was that much earlier. */
  void clockWentBack(long millis) {
    known.replaceAll((key, s) -> new Shortage(s.untilMillis() - millis, s.pauseMillis(), s.failure()));
  }

  /** An admin has changed something: mistakes may be mended. */
  void reconfigured() {
    known.values().removeIf(s -> s.failure().kind() == CloudFailure.Kind.CONFIGURATION);
  }
}
