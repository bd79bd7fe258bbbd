package org.slurmctldj.rpc.render;

import java.util.List;
import java.util.OptionalLong;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobSluid;
import org.slurmctldj.proto.slurm.SlurmBody;
import org.slurmctldj.proto.slurm.SlurmStruct;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.text.Sluid;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * The ids of jobs in messages of 25.11 and later, which carry a job's SLUID beside its number: users may write it instead of
 * the number, slurmd names things after it. Looks at every step_id of a message, however deep.
 */
public final class JobSluids {
  /** The first generation that names jobs by step_id; 24.11, whose step_id has the field already, sends 0. */
  private static final int FIRST = 44;
  /** Larger than any MaxJobId: no job has that number. */
  private static final long NOBODY = 0x7fffffffL;

  private final ClusterView view;

  public JobSluids(ClusterView view) {
    this.view = view;
  }

  /** The id of a job's step for messages in that version: for what nobody fills, such as credentials and lists that are kept encoded. */
  public static StepId of(ClusterConfig config, JobRecord job, long stepId, int version) {
    long sluid = version < FIRST ? 0 : JobSluid.of(config.clusterName(), job);
    return new StepId().sluid(sluid).jobId(job.jobId).stepId(stepId).stepHetComp(SlurmConstants.NO_VAL);
  }

  /** Writes the SLUIDs of the jobs that an answer or an order of ours names by their numbers. */
  public void fill(SlurmBody body, int version) {
    if (version >= FIRST) {
      visit(body, false);
    }
  }

  /** Writes the numbers of the jobs that a request names by their SLUIDs alone; of those that do not exist a number nobody has. */
  public void resolve(SlurmBody body, int version) {
    if (version >= FIRST && body != null) {
      visit(body, true);
    }
  }

  /**
   * The job that a text names by its SLUID, by number as users write it; any other text as it is. What is left of an array
   * has a SLUID of its own: it stands for the tasks that have not begun, and for no others (observed on 26.05.5).
   */
  public String resolve(String text) {
    OptionalLong sluid = Sluid.parse(text);
    if (sluid.isEmpty()) {
      return text;
    }
    JobRecord job = JobSluid.find(view, sluid.getAsLong());
    if (job == null) {
      return Long.toString(NOBODY);
    }
    return job.isArrayRest() ? job.arrayJobId + "_[" + job.arrayPending + "]" : Long.toString(job.jobId);
  }

  private void visit(SlurmStruct struct, boolean incoming) {
    struct.fields((_, value) -> {
      switch (value) {
        case StepId id when incoming -> resolve(id);
        case StepId id -> fill(id);
        case SlurmStruct inner -> visit(inner, incoming);
        case List<?> list -> {
          for (Object one : list) {
            if (one instanceof SlurmStruct inner) {
              visit(inner, incoming);
            }
          }
        }
        case null, default -> {}
      }
    });
  }

  private void fill(StepId id) {
    JobRecord job = id.sluid() != 0 || unnamed(id) ? null : view.lightJob(id.jobId());
    if (job != null) {
      id.sluid(JobSluid.of(view.config().clusterName(), job));
    }
  }

  private void resolve(StepId id) {
    if (id.sluid() != 0 && unnamed(id)) {
      JobRecord job = JobSluid.find(view, id.sluid());
      id.jobId(job == null ? NOBODY : job.jobId);
    }
  }

  private static boolean unnamed(StepId id) {
    return id.jobId() == 0 || id.jobId() == SlurmConstants.NO_VAL;
  }
}
