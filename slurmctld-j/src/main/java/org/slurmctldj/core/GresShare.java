package org.slurmctldj.core;

import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * What a job holds of one kind of generic resource of one node.
 *
 * @param entry which entry of the node's {@link GresLayout}
 * @param count how many
 * @param devices which of the entry's devices, bit i of word i/64; empty where they are only counted
 */
public record GresShare(int entry, long count, long[] devices) {
  /** Both together, one for each entry, ascending. */
  static List<GresShare> sum(List<GresShare> a, List<GresShare> b) {
    if (b.isEmpty()) {
      return a;
    }
    TreeMap<Integer, GresShare> out = new TreeMap<>();
    a.forEach(s -> out.put(s.entry, s));
    for (GresShare s : b) {
      out.merge(s.entry, s, (x, y) -> x.changed(y, 1));
    }
    return List.copyOf(out.values());
  }

  /** {@code a} without {@code b}, which is part of it. */
  static List<GresShare> difference(List<GresShare> a, List<GresShare> b) {
    if (b.isEmpty()) {
      return a;
    }
    TreeMap<Integer, GresShare> out = new TreeMap<>();
    a.forEach(s -> out.put(s.entry, s));
    for (GresShare s : b) {
      out.computeIfPresent(s.entry, (_, x) -> x.count == s.count ? null : x.changed(s, -1));
    }
    return List.copyOf(out.values());
  }

  private GresShare changed(GresShare by, int sign) {
    long[] bits = Arrays.copyOf(devices, Math.max(devices.length, by.devices.length));
    for (int i = 0; i < by.devices.length; i++) {
      bits[i] = sign > 0 ? bits[i] | by.devices[i] : bits[i] & ~by.devices[i];
    }
    return new GresShare(entry, count + sign * by.count, bits);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof GresShare g && entry == g.entry && count == g.count && Arrays.equals(devices, g.devices);
  }

  @Override
  public int hashCode() {
    return entry * 31 + Long.hashCode(count);
  }

  @Override
  public String toString() {
    return "gres " + entry + ": " + count + Arrays.toString(devices);
  }
}
