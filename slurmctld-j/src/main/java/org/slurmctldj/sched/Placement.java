package org.slurmctldj.sched;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.Allocation.NodeShare;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.Features;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobSize;
import org.slurmctldj.core.NodeFit;
import org.slurmctldj.core.NodeNames;

/** Where on given nodes a job would go: fewest nodes, lightest weight, first in slurm.conf. Pure. */
final class Placement {
  private final ClusterConfig config;
  private final FreeNodes free;
  private final JobSize size;
  private final int[] wanted;
  private final int[] refused;
  private final String features;

  private record Candidate(int node, NodeFit fit, int most, boolean wanted) {}

  Placement(ClusterConfig config, FreeNodes free, JobRecord job, JobSize size) {
    this.config = config;
    this.free = free;
    this.size = size;
    this.wanted = list(job, JobField.REQ_NODES);
    this.refused = list(job, JobField.EXC_NODES);
    this.features = job.request.text(JobField.FEATURES);
  }

  private int[] list(JobRecord job, JobField f) {
    String text = job.request.text(f);
    int[] indexes = text == null || text.isEmpty() ? new int[0] : NodeNames.indexes(text, config);
    return indexes == null ? new int[] {Integer.MAX_VALUE} : indexes;
  }

  /** True for nodes that the job may use at all, in or out of service. */
  boolean eligible(int node) {
    return Arrays.binarySearch(refused, node) < 0
        && Features.match(features, config.nodes().get(node).features())
        && fit(node).possible();
  }

  int[] wanted() {
    return wanted;
  }

  private NodeFit fit(int node) {
    return new NodeFit(config.nodes().get(node), size, config.limits().selectTypeParameters());
  }

  /**
   * An allocation on those nodes (in order of preference), or null if they cannot hold the job now.
   */
  Allocation find(int[] ordered) {
    List<Candidate> candidates = new ArrayList<>();
    int wantedSeen = 0;
    for (int n : ordered) {
      if (!eligible(n)) {
        continue;
      }
      NodeFit fit = fit(n);
      int most = fit.mostCpus(free.cores(n), free.memory(n));
      boolean want = Arrays.binarySearch(wanted, n) >= 0;
      if (most > 0) {
        candidates.add(new Candidate(n, fit, most, want));
        wantedSeen += want ? 1 : 0;
        if (wanted.length == 0 && size.minNodes() == 1 && most >= size.minCpus()) {
          return share(List.of(candidates.get(candidates.size() - 1)));
        }
      }
    }
    if (wantedSeen < wanted.length || candidates.size() < size.minNodes()) {
      return null;
    }
    List<Candidate> chosen = choose(candidates);
    return chosen == null ? null : share(chosen);
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
    picked.sort(Comparator.comparingInt(Candidate::node));
    return have < size.minCpus() ? null : picked;
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
      NodeShare s = x.fit().share(x.node(), free.cores(x.node()), (int) give);
      shares.add(s);
      left -= Math.max(give, x.fit().usable(s));
    }
    return new Allocation(shares);
  }
}
