package org.slurmctldj.sched;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.slurmctldj.core.ReservationDefinition;
import org.slurmctldj.core.Reservations;
import org.slurmctldj.core.GresFree;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.Allocation.NodeShare;
import org.slurmctldj.core.Licenses;
import org.slurmctldj.core.NodeFit;

/**
 * What is free of nodes and licences over the time to come, in slots of bf_resolution from now up to bf_window: running jobs give
 * back at their time limits, planned jobs take. A slot stands for a moment: what ends within one is free from the next.
 * One thread, one pass.
 */
final class Profile {
  private static final BitSet NONE = new BitSet();
  private static final int MOST_RECURRENCES = 1_000;

  private final ClusterImage image;
  private final FreeNodes free;
  private final long now;
  private final int resolution;
  private final int slots;
  private final Timeline[] nodes;
  private final Map<String, Long> licensesThere;
  private final Map<String, long[]> licensesTaken = new HashMap<>();
  /** The latest known moment within the slot before at which something ends, or 0. */
  private final long[] exact;
  /** Slots from which on a reservation keeps nodes no more, or has them for its own jobs. */
  private final BitSet reservationTurns = new BitSet();
  private int moments = 1;

  // Of one search.
  private final int[] begin;
  private final int[] fitting;
  private final int[] wantedFitting;
  private final long[] cpus;

  /** As free as the nodes are now, for ever. */
  Profile(ClusterImage image, long nowSeconds, int resolution, int slots) {
    this.image = image;
    this.free = image.free();
    this.now = nowSeconds;
    this.resolution = resolution;
    this.slots = slots;
    this.nodes = new Timeline[image.config().nodes().size()];
    this.licensesThere = Licenses.configured(image.config());
    image.licenses().forEach((name, n) -> Arrays.fill(taken(name), n));
    reservationTurns();
    this.exact = new long[slots + 1];
    this.begin = new int[slots + 1];
    this.fitting = new int[slots + 1];
    this.wantedFitting = new int[slots + 1];
    this.cpus = new long[slots + 1];
  }

  private void reservationTurns() {
    long end = now + (long) slots * resolution;
    for (ReservationDefinition r : image.config().reservations()) {
      long at = now;
      for (int i = 0; i < MOST_RECURRENCES && at < end; i++) {
        ReservationDefinition then = r.at(at);
        if (then.end() <= at) {
          break;
        }
        reservationTurns.set(slotOf(then.start()));
        reservationTurns.set(slotOf(then.end()));
        at = then.end();
      }
    }
  }

  int slots() {
    return slots;
  }

  /** How many moments there are at which something changes. */
  int moments() {
    return moments;
  }

  /** The slot from which on something that ends then is free; at least 1: it is not free now. */
  int slotOf(long endSeconds) {
    long slot = (endSeconds - now + resolution - 1) / resolution;
    return (int) Math.max(1, Math.min(slots, slot));
  }

  /** The next slot at which something becomes free; {@link #slots} for none. */
  int nextTurn(int slot) {
    int next = slot + 1;
    while (next < slots && exact[next] == 0 && !reservationTurns.get(next)) {
      next++;
    }
    return next;
  }

  /** How many slots that many seconds take. */
  int length(long seconds) {
    return (int) Math.max(1, Math.min(slots, (seconds + resolution - 1) / resolution));
  }

  /** What to tell people of that slot. */
  long seconds(int slot) {
    return slot == 0 ? now : exact[slot] != 0 ? exact[slot] : now + (long) slot * resolution;
  }

  private void moment(int slot, long endSeconds) {
    if (slot < slots) {
      moments += exact[slot] == 0 ? 1 : 0;
      long latest = now + (long) slot * resolution;
      boolean within = endSeconds <= latest && endSeconds > latest - resolution;
      exact[slot] = Math.max(exact[slot], within ? endSeconds : latest);
    }
  }

  private Timeline node(int n) {
    if (nodes[n] == null) {
      nodes[n] = new Timeline(free.cores(n), free.memory(n), free.gres(n));
    }
    return nodes[n];
  }

  /** A running job's share of a node, given back when the job ends. */
  void ends(NodeShare share, long endSeconds) {
    int slot = slotOf(endSeconds);
    if (slot < slots && share.node() < nodes.length) {
      node(share.node()).give(slot, share);
      moment(slot, endSeconds);
    }
  }

  /** Licences of a running job, given back when it ends. */
  void ends(Map<String, Long> licenses, long endSeconds) {
    int slot = slotOf(endSeconds);
    licenses.forEach((name, n) -> {
      long[] t = taken(name);
      for (int i = slot; i < slots; i++) {
        t[i] -= n;
      }
    });
  }

  private long[] taken(String license) {
    return licensesTaken.computeIfAbsent(license, k -> new long[slots]);
  }

  /** A planned job, or whatever else keeps those nodes for a while. */
  void take(Allocation a, Map<String, Long> licenses, int from, int length) {
    hold(a, licenses, from, length);
    moment(Math.min(slots, from + length), seconds(from) + (long) length * resolution);
  }

  /** As {@link #take}, of something that may be given back in this pass. */
  void hold(Allocation a, Map<String, Long> licenses, int from, int length) {
    int to = Math.min(slots, from + length);
    for (NodeShare s : a.nodes()) {
      node(s.node()).take(from, to, s);
    }
    licenses.forEach((name, n) -> {
      long[] t = taken(name);
      for (int i = from; i < to; i++) {
        t[i] += n;
      }
    });
  }

  /** Takes a {@link #hold} back. */
  void letGo(Allocation a, Map<String, Long> licenses, int from, int length) {
    int to = Math.min(slots, from + length);
    for (NodeShare s : a.nodes()) {
      node(s.node()).giveBack(from, to, s);
    }
    licenses.forEach((name, n) -> {
      long[] t = taken(name);
      for (int i = from; i < to; i++) {
        t[i] -= n;
      }
    });
  }

  /** Where a job would go, and from which slot on. */
  record Found(int slot, Allocation allocation) {}

  /**
   * The earliest slot from there on from which the job can have what it asks for all through its length, as far as the
   * window goes; null if there is none.
   */
  Found earliest(Shape shape, Shape.Place place, int length, int from) {
    return earliest(shape, place, length, from, slots, NONE);
  }

  /**
   * As the other.
   *
   * @param until slots from there on are not looked at
   * @param used nodes that are not to be had
   */
  Found earliest(Shape shape, Shape.Place place, int length, int from, int until, BitSet used) {
    Arrays.fill(begin, 0);
    Arrays.fill(fitting, 0);
    Arrays.fill(wantedFitting, 0);
    Arrays.fill(cpus, 0);
    NodeOrder order = free.order(place.partition);
    for (int i = 0; i < order.size(); i++) {
      int n = order.node(i);
      NodeFit fit = free.inService(n) ? shape.onNode(place, n) : null;
      if (fit != null) {
        windows(n, fit, !place.size.gres().isEmpty(), length, from, shape.wants(n) ? 1 : 0);
      }
    }
    int nodesFit = 0;
    int wantedFit = 0;
    long cpusFit = 0;
    int licensedFrom = -1;
    for (int t = from; t < until; t++) {
      nodesFit += fitting[t];
      wantedFit += wantedFitting[t];
      cpusFit += cpus[t];
      boolean possible = nodesFit >= place.size.minNodes() && cpusFit >= place.size.minCpus()
          && wantedFit >= shape.wanted.length;
      if (!possible) {
        continue;
      }
      boolean turn = t == from || begin[t] > 0 || reservationTurns.get(t);
      if (!shape.licenseCounts.isEmpty()) {
        if (licensedFrom < t) {
          licensedFrom = licensed(shape, t, length);
        }
        if (licensedFrom > t) {
          continue;
        }
        // Nodes may have come while licences were missing.
        turn = true;
      }
      // Between the moments at which a node comes free, nothing gets better.
      if (turn) {
        Allocation a = new Placement(new Span(order, t, length), shape, place).find(closed(shape, t, length, used));
        if (a != null) {
          return new Found(t, a);
        }
      }
    }
    return null;
  }

  /** Nodes that reservations keep from such a job then, and those used. */
  private BitSet closed(Shape shape, int slot, int length, BitSet used) {
    long start = now + (long) slot * resolution;
    BitSet closed = Reservations.closed(image.config(), shape.reservation, start, start + (long) length * resolution);
    if (used.isEmpty()) {
      return closed;
    }
    BitSet both = (BitSet) closed.clone();
    both.or(used);
    return both;
  }

  /** The first slot from there on with the licences for the whole length. */
  private int licensed(Shape shape, int from, int length) {
    int start = from;
    for (int t = from; t < slots && t < start + length; t++) {
      for (Map.Entry<String, Long> e : shape.licenseCounts.entrySet()) {
        long there = licensesThere.getOrDefault(e.getKey(), 0L);
        if (taken(e.getKey())[t] + e.getValue() > there) {
          start = t + 1;
        }
      }
    }
    return start;
  }

  /** Notes from when to when the job may begin on that node, as far as the node goes. */
  private void windows(int node, NodeFit fit, boolean withGres, int length, int from, int wanted) {
    Timeline line = nodes[node];
    if (line == null) {
      int most = fit.withGres(fit.mostCpus(free.cores(node), free.memory(node)), free.gres(node), free.memory(node), false);
      if (most > 0) {
        window(from, slots, most, wanted);
      }
      return;
    }
    long[] mask = new long[line.cores(0).length];
    for (int i = line.segment(from); i < line.count(); i++) {
      int start = Math.max(line.start(i), from);
      if (start >= slots) {
        break;
      }
      int next = i + 1 < line.count() ? line.start(i + 1) : slots;
      System.arraycopy(line.cores(i), 0, mask, 0, mask.length);
      long memory = line.memory(i);
      GresFree gres = withGres ? line.gres(i) : null;
      int most = fit.withGres(fit.mostCpus(mask, memory), gres, memory, false);
      int k = i + 1;
      for (; most > 0 && k < line.count() && line.start(k) < start + length; k++) {
        and(mask, line.cores(k));
        memory = Math.min(memory, line.memory(k));
        gres = gres == null ? null : gres.and(line.gres(k));
        most = fit.withGres(fit.mostCpus(mask, memory), gres, memory, false);
      }
      if (most == 0) {
        continue;
      }
      int end = next;
      for (; k < line.count() && line.start(k) < next - 1 + length; k++) {
        and(mask, line.cores(k));
        memory = Math.min(memory, line.memory(k));
        gres = gres == null ? null : gres.and(line.gres(k));
        if (fit.withGres(fit.mostCpus(mask, memory), gres, memory, false) == 0) {
          end = line.start(k) - length + 1;
          break;
        }
      }
      window(start, end, most, wanted);
    }
  }

  private static void and(long[] mask, long[] with) {
    for (int w = 0; w < mask.length; w++) {
      mask[w] &= with[w];
    }
  }

  private void window(int from, int to, int most, int wanted) {
    begin[from]++;
    fitting[from]++;
    fitting[to]--;
    wantedFitting[from] += wanted;
    wantedFitting[to] -= wanted;
    cpus[from] += most;
    cpus[to] -= most;
  }

  /** What is free all through a span of slots. */
  private final class Span implements Space {
    private final NodeOrder order;
    private final int from;
    private final int to;
    private int shown = -1;
    private long[] cores;
    private long memory;

    Span(NodeOrder order, int from, int length) {
      this.order = order;
      this.from = from;
      this.to = Math.min(slots, from + length);
    }

    @Override
    public int node(int position) {
      return order.node(position);
    }

    @Override
    public int next(int position, int leastCores, long leastMemory, boolean idle) {
      for (int i = position; i < order.size(); i++) {
        int n = order.node(i);
        if (free.inService(n)) {
          look(n);
          if (memory >= leastMemory && NodeOrder.count(cores) >= leastCores) {
            return i;
          }
        }
      }
      return -1;
    }

    private void look(int node) {
      if (node == shown) {
        return;
      }
      shown = node;
      Timeline line = nodes[node];
      if (line == null) {
        cores = free.cores(node);
        memory = free.memory(node);
        return;
      }
      int i = line.segment(from);
      cores = line.cores(i).clone();
      memory = line.memory(i);
      for (i++; i < line.count() && line.start(i) < to; i++) {
        and(cores, line.cores(i));
        memory = Math.min(memory, line.memory(i));
      }
    }

    @Override
    public int weight(int node) {
      return free.weight(node);
    }

    @Override
    public long[] cores(int node) {
      look(node);
      return cores;
    }

    @Override
    public GresFree gres(int node) {
      Timeline line = nodes[node];
      if (line == null || line.gres(0) == null) {
        return free.gres(node);
      }
      int i = line.segment(from);
      GresFree both = line.gres(i);
      for (i++; i < line.count() && line.start(i) < to; i++) {
        both = both.and(line.gres(i));
      }
      return both;
    }

    @Override
    public long memory(int node) {
      look(node);
      return memory;
    }
  }
}
