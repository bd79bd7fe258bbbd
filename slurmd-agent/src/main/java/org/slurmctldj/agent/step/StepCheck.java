package org.slurmctldj.agent.step;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.slurmctldj.agent.door.NodeRequest;
import org.slurmctldj.agent.door.NodeTrust;
import org.slurmctldj.proto.cred.CredException;
import org.slurmctldj.proto.slurm.LaunchTasks;
import org.slurmctldj.proto.slurm.SlurmCredArg;
import org.slurmctldj.proto.slurm.SlurmError;

/**
 * Whether a launch may be carried out here: its sender, the controller's credential and what both say of job, step, user
 * and node. Remembers which credentials were used and which jobs are over. Any thread; blocks on munged.
 */
final class StepCheck {
  private static final int NOT_IN_LAUNCH = 40;
  /** As many as slurm.conf's MaxTasksPerNode may say. */
  private static final int MOST_TASKS = 65_533;

  private final String node;
  private final boolean privileged;
  private final long ownUid;
  private final UsedCredentials credentials;

  StepCheck(String node, boolean privileged, long ownUid, UsedCredentials credentials) {
    this.credentials = credentials;
    this.node = node;
    this.privileged = privileged;
    this.ownUid = ownUid;
  }

  StepOrder check(NodeRequest request, LaunchTasks launch, NodeTrust trust) throws StepRefusal {
    StepKey key = StepKey.of(launch.stepId());
    boolean operator = trust.isOperator(request.uid());
    Optional<String> wish = StepWishes.unsupported(launch);
    if (wish.isPresent()) {
      throw unsupported(wish.get());
    }
    if (Mpi.of(launch.mpiPluginId()).isEmpty()) {
      throw new StepRefusal(
          SlurmError.ESLURM_NOT_SUPPORTED.number(),
          "mpi plugin " + launch.mpiPluginId(),
          "of --mpi slurmd-agent supports none and pmi2");
    }
    int index = StepAllocation.indexOf(launch.completeNodelist(), node);
    if (index < 0 || index >= launch.nodes().size()) {
      throw new StepRefusal(SlurmError.ESLURM_INVALID_NODE_NAME, node + " is not in " + launch.completeNodelist());
    }
    int tasks = launch.nodes().get(index).globalTaskIds().length;
    if (tasks == 0 || tasks > MOST_TASKS) {
      throw new StepRefusal(SlurmError.ESLURM_BAD_TASK_COUNT, tasks + " tasks on one node");
    }
    SlurmCredArg arg;
    try {
      arg = trust.credentials().verify(launch.cred());
    } catch (CredException e) {
      throw new StepRefusal(e.slurmError(), e.getMessage(), "");
    }
    if (!key.equals(StepKey.of(arg.stepId()))) {
      throw invalid("it is for step " + StepKey.of(arg.stepId()) + ", expected " + key);
    }
    long uid = arg.id().uid();
    if (!operator && request.uid() != uid) {
      throw new StepRefusal(SlurmError.ESLURM_USER_ID_MISSING, "uid " + request.uid() + " launches with uid " + uid + "'s credential");
    }
    if (request.version() < NOT_IN_LAUNCH && (launch.uid() != uid || launch.gid() != arg.id().gid())) {
      throw invalid("it is for uid " + uid + " gid " + arg.id().gid() + ", expected " + launch.uid() + " and " + launch.gid());
    }
    if (!privileged && uid != ownUid) {
      throw new StepRefusal(SlurmError.ESLURM_ACCESS_DENIED, "the agent does not run as root: it runs only steps of uid " + ownUid);
    }
    StepAllocation allocation = StepAllocation.of(arg, node);
    remember(launch.cred().signature(), key.jobId(), arg.ctime());
    StepUser user = StepUser.of(arg.id());
    launch.env(Arrays.stream(launch.env()).filter(Objects::nonNull).toArray(String[]::new));
    return new StepOrder(key, request.version(), index, request.origin(), launch, arg, user, allocation);
  }

  private static StepRefusal unsupported(String option) {
    return new StepRefusal(SlurmError.ESLURM_NOT_SUPPORTED.number(), option, "srun " + option + " is not supported by slurmd-agent");
  }

  private static StepRefusal invalid(String why) {
    return new StepRefusal(SlurmError.ESLURMD_INVALID_JOB_CREDENTIAL, why);
  }

  private void remember(String signature, long job, long made) throws StepRefusal {
    stillGood(job, made);
    if (!credentials.use(signature, now())) {
      throw new StepRefusal(SlurmError.ESLURMD_CREDENTIAL_REPLAYED, "it was used before");
    }
  }

  /** Once more, after something that may have taken long. */
  void stillGood(long job, long made) throws StepRefusal {
    if (credentials.isOver(job, made)) {
      throw new StepRefusal(SlurmError.ESLURMD_CREDENTIAL_REVOKED, "job " + job + " is over");
    }
  }

  /** Its launch came to nothing, and srun may try again. */
  void rewind(String signature) {
    credentials.unuse(signature);
  }

  /** Credentials of the job that were made until now count no more. */
  void revoke(long job) {
    credentials.jobOver(job, now());
  }

  private static long now() {
    return System.currentTimeMillis() / 1000;
  }
}
