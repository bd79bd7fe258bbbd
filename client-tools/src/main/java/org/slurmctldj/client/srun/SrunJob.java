package org.slurmctldj.client.srun;

import org.slurmctldj.client.job.TaskCounts;
import org.slurmctldj.proto.slurm.ResourceAllocationResponse;

/**
 * The job in which a step runs.
 *
 * @param own srun got the allocation itself and gives it back
 * @param stepNodes nodes that the step wants
 * @param ntasksGiven the number of tasks was asked for
 */
record SrunJob(ResourceAllocationResponse allocation, boolean own, int stepNodes, int ntasks, boolean ntasksGiven) {
  long id() {
    return allocation.stepId().jobId();
  }

  int cpuCount() {
    int sum = 0;
    for (int c : TaskCounts.expand(allocation.cpusPerNode(), allocation.cpuCountReps())) {
      sum += c;
    }
    return sum;
  }
}
