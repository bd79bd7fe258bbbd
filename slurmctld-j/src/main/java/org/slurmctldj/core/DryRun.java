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

  /**
   * The job as it will be if it gets that number and is started at once at that place: what its client is told of it, not all of
   * the record. It is that job if the record's version is the first and it holds nodes.
   */
  public JobRecord at(Proposal place, long jobId) {
    JobRecord j = job.copy();
    j.jobId = jobId;
    j.phase = JobPhase.RUNNING;
    j.partition = place.partition();
    j.epoch = place.epoch();
    j.allocation = place.allocation();
    j.batchNode = place.allocation().nodes().getFirst().node();
    return j;
  }

  /**
   * The step that core will make of such a request; null: that cannot be known, or it will refuse. It is the one if the command
   * succeeds, {@code config} is still the configuration then and the job has been changed by nothing else since: its version is
   * {@code job}'s and one then.
   */
  public static StepRecord step(ClusterView view, ClusterConfig config, JobRecord job, JobFields request, long nowSeconds) {
    return StepLife.likely(config, job, request, view.globals().featureLevel(), nowSeconds);
  }

  /** Whether a step that was told to wait would be made now. */
  public static boolean stepFits(ClusterView view, long jobId, JobFields request) {
    JobRecord job = view.job(jobId);
    if (job == null || job.allocation == null || job.epoch != view.config().epoch()) {
      return false;
    }
    return StepLife.place(view.config(), job, request.copy(), view.globals().featureLevel()).error() != SlurmNumbers.ESLURM_NODES_BUSY;
  }
}
