package org.slurmctldj.core;

import java.util.Arrays;

/** Whether a job could run on an empty cluster with every node in service. */
final class Possible {
  private Possible() {}

  /**
   * True too where only the partition's own limits stand in the way: Slurm lets such a job wait
   * (PartitionNodeLimit, PartitionTimeLimit) unless EnforcePartLimits is set.
   */
  static boolean in(ClusterConfig config, JobRecord job, int partition, int[] wanted, int[] refused, int featureLevel) {
    PartitionDefinition p = config.partitions().get(partition);
    JobSize size = JobSize.of(job, p, config);
    boolean enforced = config.limits().enforcePartLimits() != 0;
    // Observed: 24.11 refuses what an open partition has not enough nodes or CPUs for, 22.05 and 26.05 let it wait.
    boolean patient = job.submittedBefore(JobRecord.V24_11) || featureLevel >= 6 && !job.submittedBefore(JobRecord.V26_05);
    boolean down = (p.state() & PartitionDefinition.STATE_SCHED) == 0;
    boolean sinceLevel7 = featureLevel >= 7;
    if (sinceLevel7 && down && !enforced && !job.submittedBefore(JobRecord.V24_11)) {
      // Nobody looks for nodes there until it is up.
      return true;
    }
    // Observed on 22.05.8: of a partition that is down it refuses what it would let wait in one that is up.
    boolean tooBigWaits = !enforced && (sinceLevel7 ? patient && !down : patient || p.state() != PartitionDefinition.STATE_UP);
    if (configuredLimits(config, size, job, p)) {
      return !enforced;
    }
    if (size.minNodes() > p.nodes().length) {
      return tooBigWaits;
    }
    if (featureLevel >= 5 && wanted.length + refused.length == 0 && moreCpusThanIn(config, size.minCpus(), p)) {
      // Looked at first: how much of it one node would have to bear does not matter then (observed on 22.05.8).
      return tooBigWaits;
    }
    String features = job.request.text(JobField.FEATURES);
    int nodes = 0;
    long cpus = 0;
    int wantedSeen = 0;
    int[] best = new int[p.nodes().length];
    NodeDefinition like = null;
    int most = 0;
    boolean same = true;
    for (int n : p.nodes()) {
      if (Arrays.binarySearch(refused, n) >= 0) {
        continue;
      }
      NodeDefinition d = config.nodes().get(n);
      // Partitions are long rows of like nodes: what fits one fits the next.
      if (like == null || !d.fitsAs(like)) {
        NodeFit fit = new NodeFit(d, size, config.limits().selectTypeParameters());
        boolean fits = fit.possible() && Features.match(features, d.features());
        most = fits ? fit.mostOfEmpty() : -1;
        like = d;
      }
      if (most < 0) {
        continue;
      }
      if (Arrays.binarySearch(wanted, n) >= 0) {
        wantedSeen++;
      }
      same &= nodes == 0 || best[nodes - 1] == most;
      best[nodes++] = most;
    }
    if (wantedSeen < wanted.length || nodes < size.minNodes()) {
      return false;
    }
    if (!same) {
      Arrays.sort(best, 0, nodes);
    }
    for (int i = nodes - 1; i >= 0 && nodes - i <= size.maxNodes(); i--) {
      cpus += best[i];
    }
    // So many nodes as it may have at most cannot do it: no partition of like nodes, however long, could (observed on 22.05.8).
    boolean tooFew = featureLevel >= 3 && size.maxNodes() < nodes;
    // Likewise where it is the sockets that cannot hold its tasks: what its nodes have would be enough.
    tooFew |= size.tasksPerSocket() > 0;
    if (cpus < size.minCpus() && wanted.length + refused.length == 0 && nodes == best.length && !tooFew) {
      // It takes more nodes than the partition has: a limit like another (PartitionNodeLimit).
      return tooBigWaits;
    }
    return cpus >= size.minCpus();
  }

  /** True if a partition has not so many CPUs, all nodes counted. */
  static boolean moreCpusThanIn(ClusterConfig config, long cpus, PartitionDefinition p) {
    long left = cpus;
    for (int i = 0; left > 0 && i < p.nodes().length; i++) {
      left -= config.nodes().get(p.nodes()[i]).cpus();
    }
    return left > 0;
  }

  /** MinNodes, MaxNodes and the limits of memory. */
  private static boolean configuredLimits(ClusterConfig config, JobSize size, JobRecord job, PartitionDefinition p) {
    return configuredNodes(size, job, p) || memoryLimit(config, job, p);
  }

  private static boolean configuredNodes(JobSize size, JobRecord job, PartitionDefinition p) {
    long most = job.request.number(JobField.MAX_NODES);
    return size.minNodes() > p.maxNodes() && p.maxNodes() > 0 || most > 0 && most < p.minNodes();
  }

  /** The partition's own limits on nodes: MinNodes and MaxNodes, or more nodes than it has. */
  static boolean nodeLimit(JobSize size, JobRecord job, PartitionDefinition p) {
    return configuredNodes(size, job, p) || size.minNodes() > p.nodes().length;
  }

  static boolean memoryLimit(ClusterConfig config, JobRecord job, PartitionDefinition p) {
    long max = p.maxMemory() != 0 ? p.maxMemory() : config.limits().maxMemory();
    long asked = job.request.number(JobField.PN_MIN_MEMORY);
    if (max <= 0 || asked == SlurmNumbers.NO_VAL64) {
      return false;
    }
    return asked >= 0 ? asked > max : (asked & ~SlurmNumbers.MEM_PER_CPU) * job.request.number(JobField.PN_MIN_CPUS) > max;
  }
}
