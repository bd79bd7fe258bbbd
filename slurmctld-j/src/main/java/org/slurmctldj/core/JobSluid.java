package org.slurmctldj.core;

/**
 * The id of one run of a job that is unique for ever and everywhere: clients from 25.11 on show it and take it for a job id,
 * slurmd from 26.05 on names the job's cgroup after it. Here it follows from what a job is anyway (its cluster, when it was
 * submitted or requeued, its number), so that nothing more is kept and every state directory has it.
 *
 * <p>Form: see {@link org.slurmctldj.proto.text.Sluid}. A second has 1000 * 1024 places, and a job's number says which one is
 * its own: two jobs share one only if they were submitted within a second and their numbers are 1,024,000 apart.
 */
public final class JobSluid {
  private static final int PLACES = 1000 << 10;
  private static final int CLUSTER_SHIFT = 52;
  private static final int MOST_CLUSTERS = (1 << 12) - 1;

  /** @param cluster ClusterName: 12 bits of its hash are the id's first; never 0 */
  public static long of(String cluster, JobRecord job) {
    long clusterId = 1 + Math.floorMod(cluster.hashCode(), MOST_CLUSTERS);
    long place = job.jobId % PLACES;
    return clusterId << CLUSTER_SHIFT | (job.submitTime * 1000 + (place >>> 10)) << 10 | place & 1023;
  }

  /** The job that has it now; null if none has. */
  public static JobRecord find(ClusterView view, long sluid) {
    String cluster = view.config().clusterName();
    long place = (sluid >>> 10 & (1L << 42) - 1) % 1000 << 10 | sluid & 1023;
    long last = view.config().limits().maxJobId();
    for (long id = place; id <= last; id += PLACES) {
      JobRecord job = id == 0 ? null : view.job(id);
      if (job != null && of(cluster, job) == sluid) {
        return job;
      }
    }
    return null;
  }

  private JobSluid() {}
}
