package org.slurmctldj.client.squeue;

import org.slurmctldj.proto.slurm.JobInfo;

/**
 * One line to be printed: a job, or one of the partitions it is submitted to.
 *
 * @param partition the partition this line is about
 * @param priority the job's, or the one it has in that partition
 */
record JobRow(JobInfo job, String partition, long priority) {
  static JobRow of(JobInfo job) {
    return new JobRow(job, job.partition(), job.priority());
  }
}
