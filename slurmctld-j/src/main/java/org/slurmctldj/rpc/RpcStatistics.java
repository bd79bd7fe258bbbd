package org.slurmctldj.rpc;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts and times of requests by message number and by user, for sdiag. Any thread. */
public final class RpcStatistics {
  /** @param micros time spent in all of them together */
  public record Line(long id, long count, long micros) {}

  private static final class Count {
    final LongAdder number = new LongAdder();
    final LongAdder nanos = new LongAdder();
  }

  private final Map<Long, Count> byType = new ConcurrentHashMap<>();
  private final Map<Long, Count> byUser = new ConcurrentHashMap<>();

  public void served(int type, long uid, long nanos) {
    add(byType, type, nanos);
    add(byUser, uid, nanos);
  }

  private static void add(Map<Long, Count> counts, long key, long nanos) {
    Count c = counts.get(key);
    if (c == null) {
      c = counts.computeIfAbsent(key, _ -> new Count());
    }
    c.number.increment();
    c.nanos.add(nanos);
  }

  public java.util.List<Line> types() {
    return lines(byType);
  }

  public java.util.List<Line> users() {
    return lines(byUser);
  }

  public void reset() {
    byType.clear();
    byUser.clear();
  }

  private static java.util.List<Line> lines(Map<Long, Count> counts) {
    return new TreeMap<>(counts)
        .entrySet().stream()
            .map(e -> new Line(e.getKey(), e.getValue().number.sum(), e.getValue().nanos.sum() / 1000))
            .toList();
  }
}
