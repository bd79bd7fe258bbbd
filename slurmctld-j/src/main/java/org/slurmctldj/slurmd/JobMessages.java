package org.slurmctldj.slurmd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.slurmctldj.agents.HetEnvironment;
import org.slurmctldj.agents.LaunchBuilder;
import org.slurmctldj.core.ArraySpec;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.proto.cred.CredSigner;
import org.slurmctldj.proto.os.UserDatabase;
import org.slurmctldj.proto.slurm.BatchJobLaunch;
import org.slurmctldj.proto.slurm.Identity;
import org.slurmctldj.proto.slurm.KillJobNodeMsg;
import org.slurmctldj.proto.slurm.LaunchProlog;
import org.slurmctldj.proto.slurm.SignalTasks;
import org.slurmctldj.proto.slurm.SlurmCredArg;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.wire.Bitmap;
import org.slurmctldj.proto.wire.SlurmConstants;
import org.slurmctldj.rpc.render.JobSluids;

/** What slurmd is told of a job. Reads the disk, asks munged and the user database: worker threads only. */
final class JobMessages {
  private static final int KILL_JOB_BATCH = 1;
  private static final int KILL_FULL_JOB = 1 << 3;

  private final LaunchBuilder.Blobs blobs;
  private final CredSigner signer;
  private final LongFunction<Optional<UserDatabase.User>> users;
  private final LongSupplier nowSeconds;
  private final LongFunction<JobRecord> jobs;

  /** @param jobs the record of a job id, or null: other components of heterogeneous jobs */
  JobMessages(
      LaunchBuilder.Blobs blobs,
      CredSigner signer,
      LongFunction<Optional<UserDatabase.User>> users,
      LongSupplier nowSeconds,
      LongFunction<JobRecord> jobs) {
    this.jobs = jobs;
    this.blobs = blobs;
    this.signer = signer;
    this.users = users;
    this.nowSeconds = nowSeconds;
  }

  /** REQUEST_BATCH_JOB_LAUNCH. {@code version}: the node's, in which the credential is packed, too. */
  BatchJobLaunch batch(ClusterConfig config, JobRecord job, int version) throws IOException {
    JobFields r = job.request;
    List<String> names = names(config, job);
    RunLengths cpus = new RunLengths();
    job.allocation.nodes().forEach(s -> cpus.add(s.cpus()));
    long memory = r.isSet(JobField.PN_MIN_MEMORY) ? r.number(JobField.PN_MIN_MEMORY) : 0;
    Bitmap cores = JobCredential.stepCores(config, job.allocation, job.allocation);
    SlurmCredArg arg =
        credential(config, job, version)
            .stepId(JobSluids.of(config, job, SlurmConstants.BATCH_STEP, version))
            .stepHostlist(config.nodes().get(job.batchNode).name())
            .stepCoreBitmap(cores);
    boolean task = job.arrayJobId != 0 && job.arrayTaskId != SlurmConstants.NO_VAL;
    return new BatchJobLaunch()
        .jobId(job.jobId)
        .uid(arg.id().uid())
        .gid(arg.id().gid())
        .partition(config.partitions().get(job.partition).name())
        .ntasks(JobCredential.tasks(r))
        .pnMinMemory(memory)
        .openMode((int) r.number(JobField.OPEN_MODE))
        .overcommit(r.isSet(JobField.OVERCOMMIT) ? (int) r.number(JobField.OVERCOMMIT) : 0)
        .arrayJobId(task ? job.arrayJobId : 0)
        .arrayTaskId(task ? job.arrayTaskId : SlurmConstants.NO_VAL)
        .acctgFreq(r.text(JobField.ACCTG_FREQ))
        .container(r.text(JobField.CONTAINER))
        .cpuBindType(JobCredential.given(r, JobField.CPU_BIND_TYPE))
        .cpuBind(r.text(JobField.CPU_BIND))
        .cpusPerTask(r.isSet(JobField.CPUS_PER_TASK) ? (int) r.number(JobField.CPUS_PER_TASK) : 1)
        .restartCnt(job.restarts)
        .cpusPerNode(cpus.values().stream().mapToInt(v -> (int) (long) v).toArray())
        .cpuCountReps(cpus.counts())
        .aliasList(arg.jobAliasList())
        .nodes(Hostlist.of(names).toString())
        .script(latin1(blobs.read(r.text(JobField.SCRIPT_HASH))))
        .workDir(r.text(JobField.WORK_DIR))
        .stdErr(r.text(JobField.STD_ERR))
        .stdIn(r.text(JobField.STD_IN))
        .stdOut(r.text(JobField.STD_OUT))
        .argv(r.texts(JobField.ARGV).toArray(String[]::new))
        .spankJobEnv(r.texts(JobField.SPANK_JOB_ENV).toArray(String[]::new))
        .environment(environment(config, job))
        .jobMem(memory)
        .cred(signer.sign(arg, version))
        .account(r.text(JobField.ACCOUNT))
        .resvName(r.text(JobField.RESERVATION))
        .profile(r.number(JobField.PROFILE))
        .tresBind(r.text(JobField.TRES_BIND))
        .tresFreq(r.text(JobField.TRES_FREQ))
        .tresPerTask(r.text(JobField.TRES_PER_TASK))
        .cpuFreqMin(r.number(JobField.CPU_FREQ_MIN))
        .cpuFreqMax(r.number(JobField.CPU_FREQ_MAX))
        .cpuFreqGov(r.number(JobField.CPU_FREQ_GOV));
  }

  /** REQUEST_LAUNCH_PROLOG. */
  LaunchProlog prolog(ClusterConfig config, JobRecord job, int version) {
    JobFields r = job.request;
    String nodes = Hostlist.of(names(config, job)).toString();
    SlurmCredArg arg =
        credential(config, job, version)
            .stepId(JobSluids.of(config, job, SlurmConstants.EXTERN_STEP, version))
            .stepHostlist(nodes)
            .stepCoreBitmap(JobCredential.stepCores(config, job.allocation, job.allocation));
    return new LaunchProlog()
        .jobId(job.jobId)
        .uid(r.number(JobField.USER_ID))
        .gid(r.number(JobField.GROUP_ID))
        .userName(arg.id().pwName())
        .aliasList(arg.jobAliasList())
        .nodes(nodes)
        .stdErr(r.text(JobField.STD_ERR))
        .stdOut(r.text(JobField.STD_OUT))
        .workDir(r.text(JobField.WORK_DIR))
        .spankJobEnv(r.texts(JobField.SPANK_JOB_ENV).toArray(String[]::new))
        .cred(signer.sign(arg, version));
  }

  /** The body of REQUEST_TERMINATE_JOB and its kin. {@code state}: Slurm's job state word. */
  KillJobNodeMsg kill(ClusterConfig config, JobRecord job, long state, int version) {
    JobFields r = job.request;
    KillJobNodeMsg m =
        stranger(job.jobId, job)
            .jobState(state)
            .exitCode(job.exitCode)
            .derivedEc(job.derivedExitCode)
            .spankJobEnv(r.texts(JobField.SPANK_JOB_ENV).toArray(String[]::new))
            .startTime(job.startTime)
            .workDir(r.text(JobField.WORK_DIR));
    if (job.allocation != null) {
      m.nodes(Hostlist.of(names(config, job)).toString());
      m.cred(signer.mention(credential(config, job, version).jobMemAlloc(new long[0]).jobMemAllocRepCount(new long[0]), version));
    }
    return m;
  }

  /** The same for a job that should not be there; {@code job}: what we know by that number, or null. */
  KillJobNodeMsg stranger(long jobId, JobRecord job) {
    KillJobNodeMsg m = new KillJobNodeMsg().stepId(new StepId().jobId(jobId)).spankJobEnv(new String[0]).time(nowSeconds.getAsLong());
    return job == null ? m : m.jobUid(job.request.number(JobField.USER_ID)).jobGid(job.request.number(JobField.GROUP_ID));
  }

  /**
   * REQUEST_SIGNAL_TASKS for that node; {@code flags} are Slurm's KILL_ flags. Without --batch and --full it is for the
   * steps, each by its name: slurmd finds none by the job's.
   */
  static List<SignalTasks> signals(JobRecord job, int node, int signal, int flags) {
    if ((flags & (KILL_JOB_BATCH | KILL_FULL_JOB)) != 0 && node == job.batchNode || job.steps.live().isEmpty()) {
      return List.of(signal(job, node, signal, flags));
    }
    return job.steps.live().stream()
        .filter(s -> s.nodes().stream().anyMatch(h -> h.node() == node))
        .map(s -> new SignalTasks().stepId(step(job, s.stepId())).flags(flags).signal(signal))
        .toList();
  }

  private static SignalTasks signal(JobRecord job, int node, int signal, int flags) {
    boolean batch = (flags & (KILL_JOB_BATCH | KILL_FULL_JOB)) != 0 && node == job.batchNode;
    return new SignalTasks().stepId(batch ? step(job, SlurmConstants.BATCH_STEP) : new StepId().jobId(job.jobId)).flags(flags).signal(signal);
  }

  private SlurmCredArg credential(ClusterConfig config, JobRecord job, int version) {
    Identity who = JobCredential.identity(job.request, users);
    SlurmCredArg arg = JobCredential.of(config, job, who, nowSeconds.getAsLong());
    return arg.stepId(JobSluids.of(config, job, SlurmConstants.NO_VAL, version));
  }

  private static StepId step(JobRecord job, long id) {
    return new StepId().jobId(job.jobId).stepId(id);
  }

  private static List<String> names(ClusterConfig config, JobRecord job) {
    List<String> names = new ArrayList<>();
    for (Allocation.NodeShare s : job.allocation.nodes()) {
      names.add(config.nodes().get(s.node()).name());
    }
    return names;
  }

  private String[] environment(ClusterConfig config, JobRecord job) throws IOException {
    JobFields r = job.request;
    String hash = r.text(JobField.ENVIRONMENT_HASH);
    if (hash == null) {
      return new String[0];
    }
    byte[] all = blobs.read(hash);
    List<String> list = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= all.length; i++) {
      if (i == all.length ? start < i : all[i] == 0) {
        list.add(new String(all, start, i - start, StandardCharsets.ISO_8859_1));
        start = i + 1;
      }
    }
    if (r.text(JobField.NAME) != null && list.stream().noneMatch(e -> e.startsWith("SLURM_JOB_NAME="))) {
      // a name that only the script gives: from 23.11 on neither sbatch nor slurmd puts it there
      list.add("SLURM_JOB_NAME=" + r.text(JobField.NAME));
    }
    array(job, list);
    list.addAll(HetEnvironment.of(config, job, jobs));
    return list.toArray(String[]::new);
  }

  /** slurmd itself sets the array's id and the task's; what the whole array is comes in the environment. */
  private static void array(JobRecord job, List<String> environment) {
    if (job.arrayJobId != 0 && job.arrayTaskId != SlurmConstants.NO_VAL) {
      ArraySpec spec = ArraySpec.accepted(job.request.text(JobField.ARRAY_SPEC));
      environment.removeIf(e -> e.startsWith("SLURM_ARRAY_TASK_"));
      environment.add("SLURM_ARRAY_TASK_COUNT=" + spec.tasks().size());
      environment.add("SLURM_ARRAY_TASK_MAX=" + spec.tasks().last());
      environment.add("SLURM_ARRAY_TASK_MIN=" + spec.tasks().first());
      environment.add("SLURM_ARRAY_TASK_STEP=" + spec.step());
    }
  }

  private static String latin1(byte[] script) {
    return new String(script, StandardCharsets.ISO_8859_1);
  }
}
