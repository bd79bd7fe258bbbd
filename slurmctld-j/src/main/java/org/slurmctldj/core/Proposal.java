package org.slurmctldj.core;

import java.util.List;

/**
 * A planner's wish to start a job on nodes.
 *
 * @param jobId the job, or the array's pending rest (then its lowest pending task starts)
 * @param jobVersion {@link JobRecord#version} seen by the planner
 * @param epoch config epoch that the node indexes count in
 * @param partition partition index to run in
 * @param allocation nodes, cores, memory
 * @param nodeVersions {@link NodeRecord#version} seen, one per node of the allocation; apply starts
 *     the job anyway if the resources are still free, rejects otherwise
 * @param others of a heterogeneous job whose leader this is: its other components, in their order, none of which has
 *     others; all of them start together or none does
 */
public record Proposal(
    long jobId, long jobVersion, long epoch, int partition, Allocation allocation, long[] nodeVersions, List<Proposal> others) {
  public Proposal {
    others = List.copyOf(others);
  }

  public Proposal(long jobId, long jobVersion, long epoch, int partition, Allocation allocation, long[] nodeVersions) {
    this(jobId, jobVersion, epoch, partition, allocation, nodeVersions, List.of());
  }

  public Proposal with(List<Proposal> components) {
    return new Proposal(jobId, jobVersion, epoch, partition, allocation, nodeVersions, components);
  }
}
