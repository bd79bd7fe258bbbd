package org.slurmctldj.sched;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.Allocation.NodeShare;
import org.slurmctldj.core.GresFree;
import org.slurmctldj.core.GresRequest;
import org.slurmctldj.core.GresText;
import org.slurmctldj.core.JobSize;
import org.slurmctldj.core.NodeFit;

/**
 * Where in a partition's free space a job would go, as select/cons_tres chooses (observed on 22.05.8): lighter nodes before
 * heavier ones, even if that makes more nodes; among runs of neighbours the one with the fewest CPUs that are enough, else
 * the one with the most; in it the smallest node that is enough alone, else one after the other. Pure.
 *
 * <p>Of many free nodes of one weight the first {@value #ENOUGH} and what it takes beyond that are looked at, no more.
 */
final class Placement {
  private static final int ENOUGH = 1024;

  private final Space space;
  private final Shape shape;
  private final Shape.Place place;
  private JobSize size;

  /** The last gathering left nodes out. */
  private boolean cut;

  /** Only nodes that have all gres of the job are gathered. */
  private boolean gresOnOne;

  private record Candidate(int node, NodeFit fit, int most, int weight, boolean wanted) {}

  /** Neighbours of one weight, by their places in the list of candidates. */
  private static final class Run {
    final int first;
    int last;
    long cpus;
    int free;
    /** The first node that the job insists on, or -1. */
    int wanted = -1;

    Run(int first) {
      this.first = first;
    }
  }

  Placement(Space space, Shape shape, Shape.Place place) {
    this.space = space;
    this.shape = shape;
    this.place = place;
    this.size = place.size;
  }

  /** An allocation, or null if the nodes cannot hold the job now. {@code closed}: nodes not to be used. */
  Allocation find(BitSet closed) {
    if (size.minNodes() == 1 && size.maxNodes() == 1 && next(0, place.wholeCores) < 0) {
      return null;
    }
    // What --gpus asks for over all nodes is looked for on one node before it is gathered from several.
    gresOnOne = !size.gres().perJob().isEmpty() && size.minNodes() == 1;
    Allocation a = search(closed);
    if (a == null && gresOnOne && size.maxNodes() > 1) {
      gresOnOne = false;
      a = search(closed);
    }
    return a != null || size.gres().perJob().isEmpty() ? a : onMore(closed);
  }

  /** What the job has over all its nodes may take more of them than its CPUs do. */
  private Allocation onMore(BitSet closed) {
    JobSize asked = size;
    long most = 0;
    for (GresText.Item i : asked.gres().perJob()) {
      most = Math.max(most, i.count());
    }
    Allocation a = null;
    for (int nodes = asked.minNodes() + 1; a == null && nodes <= Math.min(Math.min(asked.maxNodes(), most), ENOUGH); nodes++) {
      size = asked.onNodes(nodes);
      List<Candidate> all = gather(closed, true);
      a = all == null ? null : among(all);
      if (all == null) {
        break; // there are not so many nodes
      }
    }
    size = asked;
    return a;
  }

  private Allocation search(BitSet closed) {
    List<Candidate> some = gather(closed, true);
    Allocation a = some == null ? null : among(some);
    if (a == null && cut) {
      a = among(gather(closed, false));
    }
    return a;
  }

  private int next(int from, int cores) {
    return space.next(from, cores, place.leastMemory, size.wholeNodes());
  }

  /** What the job could have, lightest first; null if it is not enough. */
  private List<Candidate> gather(BitSet closed, boolean stopWhenEnough) {
    if (!space.mayHold(size.minNodes(), place.wholeCores)) {
      return null;
    }
    List<Candidate> found = new ArrayList<>();
    int wantedSeen = 0;
    long sum = 0;
    boolean stop = stopWhenEnough && shape.wanted.length == 0 && !shape.contiguous;
    cut = false;
    for (int at = next(0, place.leastCores); at >= 0; at = next(at + 1, place.leastCores)) {
      int n = space.node(at);
      NodeFit fit = closed.get(n) ? null : shape.onNode(place, n);
      int most = fit == null ? 0 : fit.mostCpus(space.cores(n), space.memory(n));
      if (most > 0 && !size.gres().isEmpty()) {
        most = fit.withGres(most, space.gres(n), space.memory(n), gresOnOne);
      }
      if (most == 0) {
        continue;
      }
      int weight = space.weight(n);
      boolean enough = stop && found.size() >= size.wishNodes() && sum >= size.minCpus();
      if (enough && (found.size() >= ENOUGH || weight != found.getLast().weight)) {
        cut = true;
        break;
      }
      boolean wanted = shape.wants(n);
      found.add(new Candidate(n, fit, most, weight, wanted));
      wantedSeen += wanted ? 1 : 0;
      sum += most;
    }
    return wantedSeen < shape.wanted.length || found.size() < size.minNodes() || sum < size.minCpus() ? null : found;
  }

  private Allocation among(List<Candidate> candidates) {
    if (candidates == null) {
      return null;
    }
    if (shape.contiguous) {
      List<Candidate> chosen = inARow(candidates);
      return chosen == null ? null : share(chosen);
    }
    // Too many nodes: without the smallest ones, then without the next, fewer may be enough.
    for (List<Candidate> left = candidates; left.size() >= size.minNodes(); left = withoutSmallest(left)) {
      List<Candidate> chosen = pick(left);
      if (chosen != null) {
        return share(chosen);
      }
    }
    List<Candidate> chosen = largest(candidates);
    return chosen == null ? null : share(chosen);
  }

  /**
   * The first nodes that stand one after the other and are enough, as many as the job would like if there are so many in
   * a row; with all that it insists on.
   */
  private List<Candidate> inARow(List<Candidate> candidates) {
    List<Candidate> order = new ArrayList<>(candidates);
    order.sort(Comparator.comparingInt(Candidate::node));
    long wanted = order.stream().filter(Candidate::wanted).count();
    for (int nodes = size.wishNodes(); nodes >= size.minNodes(); nodes = nodes == size.minNodes() ? 0 : size.minNodes()) {
      for (int from = 0; from < order.size(); from++) {
        long cpus = 0;
        long seen = 0;
        for (int to = from; to < order.size() && to - from < size.maxNodes(); to++) {
          if (to > from && order.get(to).node != order.get(to - 1).node + 1) {
            break;
          }
          cpus += order.get(to).most;
          seen += order.get(to).wanted ? 1 : 0;
          if (to - from + 1 >= nodes && cpus >= size.minCpus() && seen == wanted) {
            return order.subList(from, to + 1);
          }
        }
      }
    }
    return null;
  }

  private static List<Candidate> withoutSmallest(List<Candidate> candidates) {
    int least = candidates.stream().filter(x -> !x.wanted).mapToInt(Candidate::most).min().orElse(0);
    return least == 0 ? List.of() : candidates.stream().filter(x -> x.wanted || x.most > least).toList();
  }

  private static List<Run> runs(List<Candidate> candidates) {
    List<Run> runs = new ArrayList<>();
    Run run = null;
    for (int i = 0; i < candidates.size(); i++) {
      Candidate c = candidates.get(i);
      boolean neighbour = i > 0 && candidates.get(i - 1).node == c.node - 1 && candidates.get(i - 1).weight == c.weight;
      if (!neighbour) {
        run = new Run(i);
        runs.add(run);
      }
      run.last = i;
      if (c.wanted) {
        run.wanted = run.wanted < 0 ? i : run.wanted;
      } else {
        run.cpus += c.most;
        run.free++;
      }
    }
    return runs;
  }

  /** Null if it would take more nodes than the job may have. */
  private List<Candidate> pick(List<Candidate> candidates) {
    List<Candidate> chosen = new ArrayList<>();
    long cpus = size.minCpus();
    for (Candidate c : candidates) {
      if (c.wanted) {
        chosen.add(c);
        cpus -= c.most;
      }
    }
    List<Run> runs = cpus > 0 || chosen.size() < size.wishNodes() ? runs(candidates) : List.of();
    while (cpus > 0 || chosen.size() < size.wishNodes()) {
      Run best = best(runs, candidates, cpus, size.wishNodes() - chosen.size());
      if (best == null && cpus <= 0 && chosen.size() >= size.minNodes()) {
        break;
      }
      if (best == null) {
        return null;
      }
      runs.remove(best);
      cpus = take(best, candidates, chosen, cpus);
      if (chosen.size() > size.maxNodes()) {
        return null;
      }
    }
    chosen.sort(Comparator.comparingInt(Candidate::node));
    return chosen.size() > size.maxNodes() ? null : chosen;
  }

  private static Run best(List<Run> runs, List<Candidate> candidates, long cpus, int nodes) {
    Run best = null;
    boolean bestEnough = false;
    for (Run r : runs) {
      if (r.free == 0) {
        continue;
      }
      boolean enough = r.cpus >= cpus && r.free >= nodes;
      if (best == null || better(r, enough, best, bestEnough, candidates)) {
        best = r;
        bestEnough = enough;
      }
    }
    return best;
  }

  private static boolean better(Run r, boolean enough, Run best, boolean bestEnough, List<Candidate> candidates) {
    if (r.wanted >= 0 != best.wanted >= 0) {
      return r.wanted >= 0;
    }
    int byWeight = Integer.compare(candidates.get(r.first).weight, candidates.get(best.first).weight);
    if (byWeight != 0) {
      return byWeight < 0;
    }
    if (enough != bestEnough) {
      return enough;
    }
    return enough ? r.cpus < best.cpus : r.cpus > best.cpus;
  }

  /** Takes of that run what is needed; how many CPUs are missing still. */
  private long take(Run run, List<Candidate> candidates, List<Candidate> chosen, long missing) {
    long cpus = missing;
    if (run.wanted < 0 && size.wishNodes() - chosen.size() <= 1) {
      Candidate alone = null;
      for (int i = run.first; i <= run.last; i++) {
        Candidate c = candidates.get(i);
        if (c.most >= cpus && (alone == null || c.most < alone.most)) {
          alone = c;
        }
      }
      if (alone != null) {
        chosen.add(alone);
        return cpus - alone.most;
      }
    }
    // From the node that is insisted on upwards, then down from it.
    int from = Math.max(run.first, run.wanted);
    for (int i = from; i <= run.last && (cpus > 0 || chosen.size() < size.wishNodes()); i++) {
      cpus = one(candidates.get(i), chosen, cpus);
    }
    for (int i = from - 1; i >= run.first && (cpus > 0 || chosen.size() < size.wishNodes()); i--) {
      cpus = one(candidates.get(i), chosen, cpus);
    }
    return cpus;
  }

  private static long one(Candidate c, List<Candidate> chosen, long cpus) {
    if (c.wanted) {
      return cpus;
    }
    chosen.add(c);
    return cpus - c.most;
  }

  /** The way that finds nodes if there are any: the largest ones. */
  private List<Candidate> largest(List<Candidate> candidates) {
    List<Candidate> order = new ArrayList<>(candidates);
    order.sort(Comparator.comparing((Candidate c) -> !c.wanted).thenComparingInt(c -> -c.most));
    List<Candidate> chosen = new ArrayList<>();
    long cpus = size.minCpus();
    for (Candidate c : order) {
      if (!c.wanted && cpus <= 0 && chosen.size() >= size.minNodes()) {
        break;
      }
      chosen.add(c);
      cpus -= c.most;
    }
    chosen.sort(Comparator.comparingInt(Candidate::node));
    return cpus > 0 || chosen.size() > size.maxNodes() ? null : chosen;
  }

  /** The first node as much as it can hold, the others at least their least (observed on 22.05.8). */
  private Allocation share(List<Candidate> chosen) {
    NodeShare[] shares = new NodeShare[chosen.size()];
    long left = size.minCpus();
    long leastLater = chosen.stream().mapToLong(x -> x.fit().leastCharged()).sum();
    for (int i = 0; i < shares.length; i++) {
      Candidate x = chosen.get(i);
      leastLater -= x.fit().leastCharged();
      long give = Math.min(x.most(), Math.max(left - leastLater, size.minCpusPerNode()));
      long rest = give % size.cpusPerTask();
      if (rest != 0) {
        give = Math.min(x.most(), give + size.cpusPerTask() - rest);
      }
      shares[i] = x.fit().share(x.node(), space.cores(x.node()), (int) give);
      left -= Math.max(give, x.fit().usable(shares[i]));
    }
    Allocation a = new Allocation(Arrays.asList(shares));
    if (size.gres().isEmpty()) {
      return size.wholeNodes() ? withAllGres(a) : a;
    }
    int[] usable = new int[shares.length];
    List<GresFree> gres = new ArrayList<>();
    for (int i = 0; i < usable.length; i++) {
      Candidate x = chosen.get(i);
      usable[i] = x.fit().usable(shares[i]);
      gres.add(x.fit().withMemory(space.gres(x.node()), space.memory(x.node())));
    }
    Allocation complete = GresRequest.complete(a, size, usable, gres);
    complete = complete == null || !size.wholeNodes() ? complete : withAllGres(complete);
    return complete == null || size.gres().memoryPer().isEmpty() ? complete : charged(complete, chosen);
  }

  /** Each node is charged the memory of the gres it gives; null where one has not so much. */
  private Allocation charged(Allocation a, List<Candidate> chosen) {
    List<NodeShare> out = new ArrayList<>();
    for (int i = 0; i < chosen.size(); i++) {
      NodeShare s = chosen.get(i).fit().charged(a.nodes().get(i));
      if (s.memory() > space.memory(s.node())) {
        return null;
      }
      out.add(s);
    }
    return new Allocation(out);
  }

  /** A job that has its nodes alone holds all that they have, whatever it asked for (observed on 22.05.8). */
  private Allocation withAllGres(Allocation a) {
    List<NodeShare> out = new ArrayList<>();
    for (NodeShare s : a.nodes()) {
      GresFree free = space.gres(s.node());
      out.add(free == null ? s : s.with(free.everything()));
    }
    return new Allocation(out);
  }
}
