package org.slurmctldj.sched;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.Allocation.NodeShare;
import org.slurmctldj.core.JobSize;
import org.slurmctldj.core.NodeFit;

/** Where in a partition's free space a job would go: fewest nodes, lightest weight, first in slurm.conf. Pure. */
final class Placement {
  private final Space space;
  private final Shape shape;
  private final Shape.Place place;
  private final JobSize size;

  private record Candidate(int node, NodeFit fit, int most, boolean wanted) {}

  Placement(Space space, Shape shape, Shape.Place place) {
    this.space = space;
    this.shape = shape;
    this.place = place;
    this.size = place.size;
  }

  /** An allocation, or null if the nodes cannot hold the job now. {@code closed}: nodes not to be used. */
  Allocation find(BitSet closed) {
    if (shape.wanted.length == 0 && size.minNodes() == 1) {
      Candidate one = onOneNode(closed);
      if (one != null || size.maxNodes() == 1) {
        return one == null ? null : share(List.of(one));
      }
    }
    List<Candidate> candidates = new ArrayList<>();
    int wantedSeen = 0;
    long sum = 0;
    boolean largest = true;
    for (int at = next(0, place.leastCores); at >= 0; at = next(at + 1, place.leastCores)) {
      Candidate c = candidate(space.node(at), closed);
      if (c == null) {
        continue;
      }
      candidates.add(c);
      wantedSeen += c.wanted ? 1 : 0;
      sum += c.most;
      largest &= c.most == place.mostCpus;
      boolean enough = candidates.size() >= size.minNodes() && sum >= size.minCpus();
      if (enough && shape.wanted.length == 0 && (largest || candidates.size() == size.minNodes())) {
        // None of the others could make it fewer nodes.
        return candidates.size() > size.maxNodes() ? null : share(inPlace(candidates));
      }
    }
    if (wantedSeen < shape.wanted.length || candidates.size() < size.minNodes()) {
      return null;
    }
    List<Candidate> chosen = choose(candidates);
    return chosen == null ? null : share(chosen);
  }

  private int next(int from, int cores) {
    return space.next(from, cores, place.leastMemory, size.wholeNodes());
  }

  private Candidate candidate(int node, BitSet closed) {
    NodeFit fit = closed.get(node) ? null : shape.onNode(place, node);
    int most = fit == null ? 0 : fit.mostCpus(space.cores(node), space.memory(node));
    return most == 0 ? null : new Candidate(node, fit, most, shape.wants(node));
  }

  private Candidate onOneNode(BitSet closed) {
    for (int at = next(0, place.wholeCores); at >= 0; at = next(at + 1, place.wholeCores)) {
      Candidate c = candidate(space.node(at), closed);
      if (c != null && c.most >= size.minCpus()) {
        return c;
      }
    }
    return null;
  }

  private static List<Candidate> inPlace(List<Candidate> chosen) {
    chosen.sort(Comparator.comparingInt(Candidate::node));
    return chosen;
  }

  /** As few nodes as will do; the first in order unless larger ones are needed. */
  private List<Candidate> choose(List<Candidate> candidates) {
    List<Candidate> must = candidates.stream().filter(Candidate::wanted).toList();
    List<Candidate> others = candidates.stream().filter(x -> !x.wanted()).toList();
    List<Candidate> largest = others.stream().sorted(Comparator.comparingInt(Candidate::most).reversed()).toList();
    long sum = must.stream().mapToLong(Candidate::most).sum();
    int k = 0;
    while (must.size() + k < size.minNodes() || sum < size.minCpus()) {
      if (k == largest.size()) {
        return null;
      }
      sum += largest.get(k++).most();
    }
    if (must.size() + k > size.maxNodes()) {
      return null;
    }
    List<Candidate> picked = new ArrayList<>(others.subList(0, k));
    long have = must.stream().mapToLong(Candidate::most).sum() + picked.stream().mapToLong(Candidate::most).sum();
    for (int next = k; have < size.minCpus() && next < others.size(); next++) {
      Candidate smallest = picked.stream().min(Comparator.comparingInt(Candidate::most)).orElseThrow();
      if (others.get(next).most() > smallest.most()) {
        picked.remove(smallest);
        picked.add(others.get(next));
        have += others.get(next).most() - smallest.most();
      }
    }
    picked.addAll(must);
    return have < size.minCpus() ? null : inPlace(picked);
  }

  /** The first node as much as it can hold, the others at least their least (observed on 22.05.8). */
  private Allocation share(List<Candidate> chosen) {
    List<NodeShare> shares = new ArrayList<>();
    long left = size.minCpus();
    long leastLater = chosen.stream().mapToLong(x -> x.fit().leastCharged()).sum();
    for (Candidate x : chosen) {
      leastLater -= x.fit().leastCharged();
      long give = Math.min(x.most(), Math.max(left - leastLater, size.minCpusPerNode()));
      long rest = give % size.cpusPerTask();
      if (rest != 0) {
        give = Math.min(x.most(), give + size.cpusPerTask() - rest);
      }
      NodeShare s = x.fit().share(x.node(), space.cores(x.node()), (int) give);
      shares.add(s);
      left -= Math.max(give, x.fit().usable(s));
    }
    return new Allocation(shares);
  }
}
