package org.slurmctldj.steps;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.slurmctldj.agents.NodeAliases;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.StepRecord;
import org.slurmctldj.proto.cred.CredSigner;
import org.slurmctldj.proto.os.UserDatabase;
import org.slurmctldj.proto.slurm.Identity;
import org.slurmctldj.proto.slurm.NodeAliasAddrsRequest;
import org.slurmctldj.proto.slurm.SbcastCred;
import org.slurmctldj.proto.slurm.SbcastCredArg;
import org.slurmctldj.proto.slurm.SlurmCred;
import org.slurmctldj.proto.slurm.SlurmCredArg;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.wire.SlurmConstants;
import org.slurmctldj.rpc.render.JobSluids;
import org.slurmctldj.rpc.render.NodeNames;
import org.slurmctldj.rpc.render.SpokenVersion;
import org.slurmctldj.slurmd.JobCredential;
import org.slurmctldj.slurmd.JobGres;

/** Signs what a step may do on its nodes, and who may broadcast files to them. Blocks on munged; workers only. */
final class StepCredentials {
  private static final long SBCAST_SECONDS = 86_400;

  private static final int FIRST_WITH_ADDRESSES = 40;

  private final ClusterView view;
  private final CredSigner signer;
  private final LongFunction<Optional<UserDatabase.User>> users;

  StepCredentials(ClusterView view, CredSigner signer, LongFunction<Optional<UserDatabase.User>> users) {
    this.view = view;
    this.signer = signer;
    this.users = users;
  }

  static StepId id(long jobId, long stepId) {
    return new StepId().jobId(jobId).stepId(stepId).stepHetComp(SlurmConstants.NO_VAL);
  }

  /** The version that a step is launched in: its client's, or that of its oldest slurmd. */
  int version(int client, int[] nodes) {
    return SpokenVersion.of(view, client, Arrays.stream(nodes));
  }

  SlurmCred of(ClusterConfig config, JobRecord job, StepRecord step, int version, long now) {
    List<Allocation.NodeShare> part = new ArrayList<>();
    List<Long> memory = new ArrayList<>();
    List<Long> counts = new ArrayList<>();
    int[] nodes = new int[step.nodes().size()];
    for (int i = 0; i < nodes.length; i++) {
      StepRecord.StepShare s = step.nodes().get(i);
      nodes[i] = s.node();
      part.add(new Allocation.NodeShare(s.node(), s.cpus(), s.cores(), s.memory()));
      int last = memory.size() - 1;
      if (last >= 0 && memory.get(last) == s.memory()) {
        counts.set(last, counts.get(last) + 1);
      } else {
        memory.add(s.memory());
        counts.add(1L);
      }
    }
    Identity who = JobCredential.identity(job.request, users);
    SlurmCredArg arg =
        JobCredential.of(config, job, who, now)
            .stepId(JobSluids.of(config, job, step.stepId(), version).stepHetComp(step.component()))
            .stepHostlist(NodeNames.of(config, nodes))
            .stepGresList(JobGres.ofStep(config, job.allocation, step))
            .stepCoreBitmap(JobCredential.stepCores(config, job.allocation, new Allocation(part)))
            .stepMemAlloc(memory.stream().mapToLong(Long::longValue).toArray())
            .stepMemAllocRepCount(counts.stream().mapToLong(Long::longValue).toArray());
    return signer.sign(arg, version);
  }

  /** Where the job's nodes are, signed, if a client cannot know it: null otherwise and before 23.11. */
  String addresses(ClusterConfig config, JobRecord job, int version) {
    return version < FIRST_WITH_ADDRESSES ? null : addresses(NodeAliases.addresses(config, job), version);
  }

  String addresses(Optional<NodeAliasAddrsRequest> of, int version) {
    return of.map(a -> signer.addresses(a, version)).orElse(null);
  }

  SbcastCred sbcast(JobRecord job, long stepId, String nodes, int version, long now) {
    SbcastCredArg arg =
        new SbcastCredArg()
            .stepId(JobSluids.of(view.config(), job, stepId, version))
            .id(JobCredential.identity(job.request, users))
            .ctime(now)
            .expiration(Math.max(now + SBCAST_SECONDS, job.endTime))
            .hetJobId(job.hetJobId)
            .nodes(nodes);
    return signer.sign(arg, version);
  }
}
