package org.slurmctldj.core;

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
 */
public record Proposal(
    long jobId, long jobVersion, long epoch, int partition, Allocation allocation, long[] nodeVersions) {}
