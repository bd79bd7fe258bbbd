package org.slurmctldj.core;

/**
 * What core would make of a submission, without making it: for {@code sbatch --test-only}. Any
 * thread; reads only the view.
 *
 * @param refusal the error, or null
 * @param job the record with all defaults, without an id; of no use with a refusal
 */
public record DryRun(Result refusal, JobRecord job) {
  public static DryRun of(ClusterView view, Actor actor, JobFields request, long nowSeconds) {
    JobRecord job = new JobRecord();
    job.request = request.copy();
    job.submitTime = nowSeconds;
    Result refused = Submission.check(view.config(), job, actor, nowSeconds, view.jobCount(), view.globals().featureLevel());
    job.priority = 1;
    return new DryRun(refused, job);
  }
}
