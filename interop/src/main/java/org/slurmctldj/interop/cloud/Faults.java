package org.slurmctldj.interop.cloud;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is to go wrong, as the control interface ordered it. The oldest order that fits counts. Guarded by itself. */
final class Faults {
  /** How an order is told from the others. */
  enum What {
    /** Answers with an error. */
    ERROR,
    /** Does what was asked and closes the connection instead of answering. */
    LOSE,
    /** Does what was asked twice, as a proxy that repeats requests. */
    TWICE,
    /** Answers so many milliseconds late. */
    DELAY,
    /** Instances become visible to descriptions so many milliseconds late. */
    HIDE,
    /** Instances stay pending so many milliseconds. */
    BOOT,
    /** Instances run, but nothing is ever started on them. */
    SILENT,
    /** Instances die so many milliseconds after they run. */
    DIE,
    /** At most so many instances are started by a request. */
    ONLY
  }

  private record Order(What what, Map<String, String> of, int[] left) {
    boolean fits(What w, String action, String type, String zone, String market) {
      return what == w && left[0] != 0 && fits("action", action) && fits("type", type) && fits("zone", zone) && fits("market", market);
    }

    private boolean fits(String name, String value) {
      String wanted = of.get(name);
      return wanted == null || wanted.equals(value);
    }
  }

  private final List<Order> orders = new ArrayList<>();

  /** {@code of}: action, type, zone, market narrow it; code, message, ms, count say what; times how often (default: always). */
  synchronized void add(What what, Map<String, String> of) {
    if (what == What.ERROR && !of.containsKey("code")) {
      throw new IllegalArgumentException("an error needs a code");
    }
    orders.add(new Order(what, Map.copyOf(of), new int[] {Integer.parseInt(of.getOrDefault("times", "-1"))}));
  }

  synchronized void clear() {
    orders.clear();
  }

  /** Parameters of the order that is met now, or null. */
  private synchronized Map<String, String> take(What what, String action, String type, String zone, String market) {
    for (Order order : orders) {
      if (order.fits(what, action, type, zone, market)) {
        if (order.left()[0] > 0) {
          order.left()[0]--;
        }
        return order.of();
      }
    }
    return null;
  }

  void fail(String action, String type, String zone, String market) {
    Map<String, String> of = take(What.ERROR, action, type, zone, market);
    if (of != null) {
      throw new Ec2Fault(of.get("code"), of.getOrDefault("message", "The fake was told to fail with " + of.get("code")));
    }
  }

  boolean happens(What what, String action, String type, String zone) {
    return take(what, action, type, zone, null) != null;
  }

  long millis(What what, String action, String type, String zone, long otherwise) {
    Map<String, String> of = take(what, action, type, zone, null);
    return of == null ? otherwise : Long.parseLong(of.getOrDefault("ms", "0"));
  }

  int most(String type, String zone, int otherwise) {
    Map<String, String> of = take(What.ONLY, "RunInstances", type, zone, null);
    return of == null ? otherwise : Math.min(otherwise, Integer.parseInt(of.getOrDefault("count", "0")));
  }
}
