package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;

/** A partition's limits on the jobs in it: with EnforcePartLimits=NO a job beyond one waits. */
public final class PartitionLimits {
  private PartitionLimits() {}

  /** Slurm's reason number for the first limit that the job exceeds, or 0. */
  public static int exceeded(ClusterConfig config, JobRecord job, PartitionDefinition p) {
    long limit = RequestChecks.effectiveMinimum(
        job.request.number(JobField.TIME_LIMIT), job.request.number(JobField.TIME_MIN));
    if (limit != NO_VAL && limit > p.maxTime()) {
      return WAIT_PART_TIME_LIMIT;
    }
    JobSize size = JobSize.of(job, p, config);
    if (Possible.nodeLimit(size, job, p)) {
      return WAIT_PART_NODE_LIMIT;
    }
    if (Possible.memoryLimit(config, job, p)) {
      return WAIT_PN_MEM_LIMIT;
    }
    long mostCpus = 0;
    for (int n : p.nodes()) {
      NodeDefinition d = config.nodes().get(n);
      mostCpus += new NodeFit(d, size, config.limits().selectTypeParameters())
          .mostOfEmpty();
      if (mostCpus >= size.minCpus()) {
        return 0;
      }
    }
    return WAIT_PART_CONFIG;
  }
}
