package org.slurmctldj.core;

import java.util.ArrayList;
import java.util.List;

/** What is free of a node's generic resources, as a planner or apply goes along. One thread's. */
public final class GresFree {
  /** Of a node that has none. */
  public static final GresFree NONE = new GresFree(GresLayout.NONE);

  private final GresLayout layout;
  private final long[] counts;
  private final long[][] devices;

  GresFree(GresLayout layout) {
    this.layout = layout;
    int n = layout.entries().size();
    counts = new long[n];
    devices = new long[n][];
    for (int i = 0; i < n; i++) {
      GresLayout.Entry e = layout.entries().get(i);
      counts[i] = e.count();
      devices[i] = new long[e.devices() ? (int) (e.count() + 63 >> 6) : 0];
      for (int d = 0; e.devices() && d < e.count(); d++) {
        devices[i][d >> 6] |= 1L << d;
      }
    }
  }

  /** Nothing free: for what a holder of shares puts in by {@link #give}. */
  static GresFree nothing(GresLayout layout) {
    GresFree f = new GresFree(layout);
    for (int i = 0; i < f.counts.length; i++) {
      f.counts[i] = 0;
      java.util.Arrays.fill(f.devices[i], 0);
    }
    return f;
  }

  private GresFree(GresFree of) {
    layout = of.layout;
    counts = of.counts.clone();
    devices = new long[of.devices.length][];
    for (int i = 0; i < devices.length; i++) {
      devices[i] = of.devices[i].clone();
    }
  }

  /** All that is free, as shares. */
  public List<GresShare> everything() {
    List<GresShare> out = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        out.add(new GresShare(i, counts[i], devices[i].clone()));
      }
    }
    return out;
  }

  public GresFree copy() {
    return new GresFree(this);
  }

  public GresLayout layout() {
    return layout;
  }

  /** What is free in both, of the same node. */
  public GresFree and(GresFree o) {
    GresFree both = copy();
    for (int i = 0; i < counts.length; i++) {
      both.counts[i] = Math.min(counts[i], o.counts[i]);
      int bits = 0;
      for (int w = 0; w < both.devices[i].length; w++) {
        both.devices[i][w] &= o.devices[i][w];
        bits += Long.bitCount(both.devices[i][w]);
      }
      if (layout.entries().get(i).devices()) {
        both.counts[i] = Math.min(both.counts[i], bits);
      }
    }
    return both;
  }

  /**
   * The same with no more than so many of a kind in an entry, the first ones; over all entries, where any type will do.
   */
  GresFree atMost(String name, long most, boolean anyType) {
    GresFree out = copy();
    long left = most;
    for (int i = 0; i < counts.length; i++) {
      if (!layout.entries().get(i).is(name, null)) {
        continue;
      }
      long keep = Math.max(0, Math.min(counts[i], anyType ? left : most));
      left -= keep;
      out.counts[i] = Math.min(counts[i], keep);
      long bits = keep;
      for (int d = 0; d < out.devices[i].length * 64; d++) {
        if ((out.devices[i][d >> 6] & 1L << d) != 0 && --bits < 0) {
          out.devices[i][d >> 6] &= ~(1L << d);
        }
      }
    }
    return out;
  }

  /** How many of that kind are free. */
  public long count(String name, String type) {
    long n = 0;
    for (int i = 0; i < counts.length; i++) {
      n += layout.entries().get(i).is(name, type) ? Math.max(0, counts[i]) : 0;
    }
    return n;
  }

  public void take(GresShare s) {
    if (s.entry() < counts.length) {
      counts[s.entry()] -= s.count();
      for (int i = 0; i < s.devices().length && i < devices[s.entry()].length; i++) {
        devices[s.entry()][i] &= ~s.devices()[i];
      }
    }
  }

  public void give(GresShare s) {
    if (s.entry() < counts.length) {
      counts[s.entry()] = Math.min(layout.entries().get(s.entry()).count(), counts[s.entry()] + s.count());
      for (int i = 0; i < s.devices().length && i < devices[s.entry()].length; i++) {
        devices[s.entry()][i] |= s.devices()[i];
      }
    }
  }

  /** Whether all of it is free. */
  boolean has(GresShare s) {
    if (s.entry() < 0 || s.entry() >= counts.length || s.count() < 0 || s.count() > counts[s.entry()]) {
      return false;
    }
    long[] free = devices[s.entry()];
    int bits = 0;
    for (int i = 0; i < s.devices().length; i++) {
      if (i >= free.length ? s.devices()[i] != 0 : (s.devices()[i] & ~free[i]) != 0) {
        return false;
      }
      bits += Long.bitCount(s.devices()[i]);
    }
    return !layout.entries().get(s.entry()).devices() || bits == s.count();
  }

  /** Takes that many of the kind, first entries and devices first, and adds them to the shares; false if there are not enough. */
  boolean pick(String name, String type, long wanted, List<GresShare> into) {
    if (count(name, type) < wanted) {
      return false;
    }
    long left = wanted;
    List<GresShare> picked = new ArrayList<>();
    for (int i = 0; i < counts.length && left > 0; i++) {
      if (!layout.entries().get(i).is(name, type) || counts[i] <= 0) {
        continue;
      }
      long n = Math.min(left, counts[i]);
      long[] bits = new long[devices[i].length];
      long need = n;
      for (int d = 0; d < bits.length * 64 && need > 0; d++) {
        if ((devices[i][d >> 6] & 1L << d) != 0) {
          bits[d >> 6] |= 1L << d;
          need--;
        }
      }
      picked.add(new GresShare(i, n, bits));
      left -= n;
    }
    picked.forEach(this::take);
    into.addAll(picked);
    return true;
  }
}
