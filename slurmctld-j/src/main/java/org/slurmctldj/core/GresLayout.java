package org.slurmctldj.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The generic resources of a node as its definition names them, in order: what {@link GresShare#entry} counts in. Small
 * ones are told apart by device, large ones only counted. Immutable.
 */
public final class GresLayout {
  static final GresLayout NONE = new GresLayout(List.of());
  private static final int MOST_DEVICES = 1024;

  /**
   * @param first number of its first device among those of its name, as IDX and CUDA_VISIBLE_DEVICES count
   * @param devices whether each of them is told apart
   */
  public record Entry(String name, String type, long count, int first, boolean devices) {
    boolean is(String wantedName, String wantedType) {
      return name.equals(wantedName) && (wantedType == null || wantedType.equals(type));
    }
  }

  private final List<Entry> entries;

  private GresLayout(List<Entry> entries) {
    this.entries = List.copyOf(entries);
  }

  public static GresLayout of(NodeDefinition d) {
    if (d.gres() == null || d.gres().isEmpty()) {
      return NONE;
    }
    List<GresText.Item> items = GresText.parse(d.gres());
    if (items == null) {
      return NONE;
    }
    List<Entry> out = new ArrayList<>();
    Map<String, Long> next = new HashMap<>();
    for (GresText.Item i : items) {
      long first = next.getOrDefault(i.name(), 0L);
      boolean devices = first + i.count() <= MOST_DEVICES;
      out.add(new Entry(i.name(), i.type(), i.count(), (int) Math.min(first, MOST_DEVICES), devices));
      next.put(i.name(), Math.min(first + i.count(), Long.MAX_VALUE / 2));
    }
    return new GresLayout(out);
  }

  public List<Entry> entries() {
    return entries;
  }

  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /** Everything free. */
  public GresFree all() {
    return new GresFree(this);
  }

  /** What that node's jobs leave. */
  public GresFree free(NodeRecord n) {
    GresFree f = all();
    for (GresShare s : n.gres) {
      f.take(s);
    }
    return f;
  }
}
