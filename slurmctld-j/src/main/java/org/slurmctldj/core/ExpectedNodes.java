package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.NO_VAL;

/** How many nodes a pending job is shown with (NumNodes): observed on slurmctld 22.05.8 and 24.11.5. */
public final class ExpectedNodes {
  private ExpectedNodes() {}

  /** Once the scheduler has looked at it: -N1-3 is 3, -n9 on nodes of 8 CPUs is 2. */
  static int of(ClusterConfig config, JobRecord job, PartitionDefinition p) {
    long most = job.request.number(JobField.MAX_NODES);
    return most > 0 && most < NO_VAL ? (int) Math.min(most, Integer.MAX_VALUE) : fewest(config, job, p);
  }

  /** While it is held and nobody has looked: -N1-3 is 1, and more where it takes more for its CPUs. */
  public static int whileHeld(ClusterConfig config, JobRecord job) {
    return fewest(config, job, config.partitions().get(job.partition));
  }

  private static int fewest(ClusterConfig config, JobRecord job, PartitionDefinition p) {
    JobFields r = job.request;
    JobSize size = JobSize.of(job, p, config);
    long nodes = size.minNodes();
    if (size.tasksPerNode() > 0) {
      nodes = Math.max(nodes, (r.number(JobField.NUM_TASKS) + size.tasksPerNode() - 1) / size.tasksPerNode());
    }
    int widest = 0;
    for (int n : p.nodes()) {
      NodeFit fit = new NodeFit(config.nodes().get(n), size, config.limits().selectTypeParameters());
      widest = Math.max(widest, fit.mostOfEmpty());
      if (widest * nodes >= size.minCpus()) {
        break;
      }
    }
    return (int) Math.min(Integer.MAX_VALUE, widest == 0 ? nodes : Math.max(nodes, (size.minCpus() + widest - 1) / widest));
  }
}
