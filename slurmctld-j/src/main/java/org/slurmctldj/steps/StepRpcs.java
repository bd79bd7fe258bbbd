package org.slurmctldj.steps;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agents.NodeAliases;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.DryRun;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobRow;
import org.slurmctldj.core.Result;
import org.slurmctldj.core.StepRecord;
import org.slurmctldj.proto.cred.CredException;
import org.slurmctldj.proto.cred.CredSigner;
import org.slurmctldj.proto.os.UserDatabase;
import org.slurmctldj.proto.slurm.JobSbcastCredResponse;
import org.slurmctldj.proto.slurm.JobStepCreateRequest;
import org.slurmctldj.proto.slurm.JobStepCreateResponse;
import org.slurmctldj.proto.slurm.NodeAliasAddrsRequest;
import org.slurmctldj.proto.slurm.NodeAliasAddrsResponse;
import org.slurmctldj.proto.slurm.SelectedStep;
import org.slurmctldj.proto.slurm.SlurmStepLayout;
import org.slurmctldj.proto.slurm.StepComplete;
import org.slurmctldj.proto.slurm.StepIdMsg;
import org.slurmctldj.proto.slurm.StepLayoutResponse;
import org.slurmctldj.proto.slurm.SwitchStepInfo;
import org.slurmctldj.proto.slurm.UpdateJobStepRequest;
import org.slurmctldj.proto.wire.ProtocolVersion;
import org.slurmctldj.proto.wire.SlurmConstants;
import org.slurmctldj.rpc.Reply;
import org.slurmctldj.rpc.Request;
import org.slurmctldj.rpc.RpcTable;
import org.slurmctldj.rpc.Verdict;
import org.slurmctldj.rpc.handlers.Controller;
import org.slurmctldj.rpc.handlers.LongTexts;
import org.slurmctldj.rpc.render.ExternStep;
import org.slurmctldj.rpc.render.NodeNames;
import org.slurmctldj.rpc.render.StepLayoutWire;

/** Steps as srun, sattach, sbcast, scontrol and slurmstepd speak of them. On workers, like every request. */
public final class StepRpcs {
  private static final Logger LOG = LoggerFactory.getLogger(StepRpcs.class);
  private static final int RESPONSE_NODE_ALIAS_ADDRS = 3017;
  private static final int RESPONSE_JOB_STEP_CREATE = 5002;
  private static final int RESPONSE_STEP_LAYOUT = 5022;
  private static final int RESPONSE_JOB_SBCAST_CRED = 4024;
  private static final int ACCESS_DENIED = 2002;
  private static final int USER_ID_MISSING = 2010;
  private static final int NODES_BUSY = 2016;
  private static final int INVALID_JOB_ID = 2017;
  private static final int INVALID_GRES = 2072;
  private static final int INVALID_NODE_NAME = 2018;
  private static final int ALREADY_DONE = 2021;
  private static final int JOB_PENDING = 2024;
  private static final int STEP_RUNNING = 1;
  private static final int NOBODY = 99;
  private static final int PRIVATE_JOBS = 1;

  private final Controller c;
  private final StepCredentials credentials;
  private final WaitingSteps waiting;
  private final StepPatience patience;

  /** @param after runs a task so many milliseconds later, on a thread that may wait */
  public StepRpcs(
      Controller c, CredSigner signer, LongFunction<Optional<UserDatabase.User>> users, WaitingSteps waiting, LongFunction<Executor> after) {
    this.patience = new StepPatience(after);
    this.c = c;
    this.credentials = new StepCredentials(c.view(), signer, users);
    this.waiting = waiting;
  }

  public void register(RpcTable.Builder table) {
    table
        .user(5001, "REQUEST_JOB_STEP_CREATE", this::create)
        .user(5016, "REQUEST_STEP_COMPLETE", this::complete)
        .user(5021, "REQUEST_STEP_LAYOUT", this::layout)
        .user(5007, "REQUEST_UPDATE_JOB_STEP", this::update)
        .user(4023, "REQUEST_JOB_SBCAST_CRED", this::sbcast)
        .user(3016, "REQUEST_NODE_ALIAS_ADDRS", this::addresses);
  }

  // ---- create

  private Reply create(Request r) {
    JobStepCreateRequest q = r.body(JobStepCreateRequest.class);
    long jobId = q.stepId().jobId();
    JobRecord job = find(q);
    if (job == null) {
      return failed(r, jobId, INVALID_JOB_ID);
    }
    boolean named = q.userId() != NOBODY && q.userId() != SlurmConstants.NO_VAL;
    long user = named ? q.userId() : r.uid();
    if (!r.privileged() && user != r.uid()) {
      LOG.error("Security violation, JOB_STEP_CREATE RPC from uid={} at {}", r.uid(), r.actor().from());
      return Reply.rc(USER_ID_MISSING);
    }
    Optional<String> unsupported = StepRequests.unsupported(q);
    if (unsupported.isPresent()) {
      LOG.info("step of job {} from uid {} refused: {}", jobId, r.uid(), unsupported.get());
      return new Reply.ReturnCodeMessage(StepRequests.NOT_SUPPORTED, unsupported.get());
    }
    JobFields f = StepRequests.fields(q, r).number(JobField.USER_ID, r.privileged() && !named ? owner(job) : user);
    Optional<String> longText = LongTexts.in(f);
    if (longText.isPresent()) {
      LOG.info("step of job {} from uid {} refused: {}", jobId, r.uid(), longText.get());
      return new Reply.ReturnCodeMessage(LongTexts.PATHNAME_TOO_LONG, longText.get());
    }
    long wanted = q.stepId().stepId() == SlurmConstants.NO_VAL ? SlurmConstants.NO_VAL : q.stepId().stepId();
    ClusterConfig config = c.view().config();
    CompletableFuture<Result> first = c.commands().submitHere(now -> new Command.CreateStep(now, r.actor(), job.jobId, wanted, f));
    // Meanwhile the journal writes. What is signed here for a step that is not made after all is never sent.
    Reply.Message likely = wanted == SlurmConstants.NO_VAL ? likely(r, config, job, f) : null;
    return new Reply.Later(
        first.thenCompose(result -> isAs(likely, result, config, job) ? made(r, likely, job, f, result) : otherwise(r, q, job, wanted, f, result)),
        likely);
  }

  /** The answer for the step that the job will most probably get; null if nothing can be said. */
  private Reply.Message likely(Request r, ClusterConfig config, JobRecord job, JobFields f) {
    StepRecord step = DryRun.step(c.view(), config, job, f, c.nowSeconds());
    try {
      return step == null ? null : answer(r, config, job, step);
    } catch (CredException e) {
      return null; // it is said when the step is there
    }
  }

  /** Whether the step that was just made is the one that was foreseen: nothing else has touched the job. The thread that applies. */
  private boolean isAs(Reply.Message likely, Result result, ClusterConfig config, JobRecord before) {
    JobRow row = new JobRow();
    return likely != null
        && result.isOk()
        && c.view().config() == config
        && c.view().jobRow(before.jobId, row)
        && row.version == before.version + 1;
  }

  private CompletionStage<Reply> made(Request r, Reply.Message likely, JobRecord job, JobFields f, Result result) {
    waiting.got(job.jobId, f);
    say(r, job.jobId, result.jobId(), likely);
    return CompletableFuture.completedFuture(likely);
  }

  private CompletionStage<Reply> otherwise(Request r, JobStepCreateRequest q, JobRecord job, long wanted, JobFields f, Result first) {
    return c.commands()
        .away(first)
        .thenCompose(result -> patience.of(result, () -> DryRun.stepFits(c.view(), job.jobId, f), () -> submit(r, job.jobId, wanted, f)))
        .thenCompose(result -> afterWaiting(r, q, job.jobId, wanted, f, result))
        .thenApply(result -> created(r, q, job.jobId, f, result));
  }

  private CompletableFuture<Result> submit(Request r, long jobId, long wanted, JobFields f) {
    return c.commands().submit(now -> new Command.CreateStep(now, r.actor(), jobId, wanted, f)).toCompletableFuture();
  }

  /**
   * What it waits for may have come between the refusal and its place among those who wait: srun would not hear of it.
   * Once it stands there the answer is looked at again.
   */
  private CompletionStage<Result> afterWaiting(Request r, JobStepCreateRequest q, long jobId, long wanted, JobFields f, Result result) {
    if (result.error() != NODES_BUSY || q.immediate() != 0) {
      return CompletableFuture.completedFuture(result);
    }
    waiting.waits(jobId, f, c.nowSeconds());
    return DryRun.stepFits(c.view(), jobId, f) ? submit(r, jobId, wanted, f) : CompletableFuture.completedFuture(result);
  }

  private static long owner(JobRecord job) {
    return job.request.number(JobField.USER_ID);
  }

  /** 24.11's srun may name an array's task. */
  private JobRecord find(JobStepCreateRequest q) {
    long id = q.stepId().jobId();
    if (q.arrayTaskId() == SlurmConstants.NO_VAL) {
      return c.view().job(id);
    }
    JobRecord[] found = new JobRecord[1];
    c.view()
        .forEachJob(
            j -> {
              if (j.arrayJobId == id && j.arrayTaskId == q.arrayTaskId()) {
                found[0] = j;
              }
            });
    return found[0];
  }

  private Reply failed(Request r, long jobId, int error) {
    LOG.info("_slurm_rpc_job_step_create for JobId={} of uid {} at {}{}", jobId, r.uid(), r.actor().from(), Verdict.of(error));
    return Reply.rc(error);
  }

  private Reply refused(Request r, long jobId, Result result) {
    LOG.info("_slurm_rpc_job_step_create for JobId={} of uid {} at {}: {}", jobId, r.uid(), r.actor().from(), result.message());
    return new Reply.ReturnCodeMessage(result.error(), result.message());
  }

  private Reply created(Request r, JobStepCreateRequest q, long jobId, JobFields f, Result result) {
    if (!result.isOk()) {
      if (result.error() == NODES_BUSY && q.immediate() == 0) {
        return Reply.rc(NODES_BUSY);
      }
      waiting.got(jobId, f);
      // 22.05's srun is told in words what is wrong with a step's gres, 24.11's is not (observed)
      boolean words = result.message() != null && (result.error() != INVALID_GRES || r.version() << 8 < ProtocolVersion.V23_02);
      return words ? refused(r, jobId, result) : failed(r, jobId, result.error());
    }
    waiting.got(jobId, f);
    ClusterConfig config = c.view().config();
    JobRecord job = c.view().job(jobId);
    StepRecord step = job == null ? null : job.steps.find(result.jobId(), f.number(JobField.STEP_HET_COMP));
    if (step == null || job.allocation == null || job.epoch != config.epoch()) {
      return failed(r, jobId, ALREADY_DONE);
    }
    try {
      Reply.Message answer = answer(r, config, job, step);
      say(r, jobId, step.stepId(), answer);
      return answer;
    } catch (CredException e) {
      LOG.error("step {}.{} gets no credential: {}", jobId, step.stepId(), e.getMessage());
      int last = step.nodes().size() - 1;
      c.commands().submit(now -> new Command.CompleteStep(now, r.actor(), jobId, step.stepId(), 0, last, 1 << 8, step.component()));
      return Reply.rc(e.slurmError());
    }
  }

  private static void say(Request r, long jobId, long stepId, Reply.Message answer) {
    String nodes = answer.body() instanceof JobStepCreateResponse w ? w.stepLayout().nodeList() : "";
    LOG.info("_slurm_rpc_job_step_create: StepId={}.{} {} uid {}", jobId, stepId, nodes, r.uid());
  }

  private Reply.Message answer(Request r, ClusterConfig config, JobRecord job, StepRecord step) {
    int[] nodes = step.nodes().stream().mapToInt(StepRecord.StepShare::node).toArray();
    int version = credentials.version(r.version(), nodes);
    JobStepCreateResponse w =
        new JobStepCreateResponse()
            .stepId(StepCredentials.id(job.jobId, step.stepId()).stepHetComp(step.component()))
            .stepLayout(StepLayoutWire.of(config, step, version).netCred(credentials.addresses(config, job, version)))
            .cred(credentials.of(config, job, step, version, c.nowSeconds()))
            .switchStep(SwitchStepInfo.NONE)
            // 26.05's srun takes 0 for a step that waits in a queue
            .state(STEP_RUNNING)
            .useProtocolVer(version << 8);
    return new Reply.Message(RESPONSE_JOB_STEP_CREATE, w, version);
  }

  // ---- end and changes

  private Reply complete(Request r) {
    StepComplete m = r.body(StepComplete.class);
    long jobId = m.stepId().jobId();
    long stepId = m.stepId().stepId();
    LOG.debug("REQUEST_STEP_COMPLETE for {}.{} nodes {}-{} rc={}", jobId, stepId, m.rangeFirst(), m.rangeLast(), m.stepRc());
    if (stepId == SlurmConstants.BATCH_STEP || stepId == SlurmConstants.EXTERN_STEP) {
      return Reply.OK;
    }
    return new Reply.Later(
        c.commands()
            .submitHere(
                now ->
                    new Command.CompleteStep(
                        now, r.actor(), jobId, stepId, bounded(m.rangeFirst()), bounded(m.rangeLast()), (int) m.stepRc(), m.stepId().stepHetComp()))
            .thenApply(result -> Reply.rc(result.error())),
        Reply.OK);
  }

  private static int bounded(long rank) {
    return (int) Math.min(rank, Integer.MAX_VALUE);
  }

  private Reply update(Request r) {
    UpdateJobStepRequest m = r.body(UpdateJobStepRequest.class);
    return new Reply.Later(
        c.commands()
            .submit(now -> new Command.UpdateStep(now, r.actor(), m.stepId().jobId(), m.stepId().stepId(), m.timeLimit()))
            .thenApply(result -> Reply.rc(result.error())));
  }

  // ---- questions

  private Reply layout(Request r) {
    StepIdMsg m = r.body(StepIdMsg.class);
    JobRecord job = c.view().job(m.stepId().jobId());
    if (job == null) {
      return Reply.rc(INVALID_JOB_ID);
    }
    // where steps run is no secret of their users, unless PrivateData=jobs; what they do is: nodes keep that
    boolean secret = (c.settings().privateData() & PRIVATE_JOBS) != 0;
    if (secret && !r.privileged() && owner(job) != r.uid()) {
      return Reply.rc(ACCESS_DENIED);
    }
    ClusterConfig config = c.view().config();
    StepRecord part = job.steps.find(m.stepId().stepId(), m.stepId().stepHetComp());
    StepRecord step = part != null ? part : job.steps.find(m.stepId().stepId());
    if (step != null) {
      int[] nodes = step.nodes().stream().mapToInt(StepRecord.StepShare::node).toArray();
      int version = credentials.version(r.version(), nodes);
      SlurmStepLayout w = StepLayoutWire.of(config, step, version).netCred(credentials.addresses(config, job, version));
      return Reply.message(RESPONSE_STEP_LAYOUT, new StepLayoutResponse().stepLayout(w));
    }
    if (m.stepId().stepId() == SlurmConstants.EXTERN_STEP && runs(job) && c.settings().externSteps()) {
      int[] nodes = ExternStep.nodes(c.view(), job);
      if (nodes.length > 0) {
        SlurmStepLayout w = ExternStep.layout(config, nodes, credentials.version(r.version(), nodes));
        return Reply.message(RESPONSE_STEP_LAYOUT, new StepLayoutResponse().stepLayout(w));
      }
    }
    if (m.stepId().stepId() == SlurmConstants.BATCH_STEP && job.batchNode >= 0 && runs(job) && job.hasLaunch()) {
      SlurmStepLayout w =
          new SlurmStepLayout()
              .nodeList(config.nodes().get(job.batchNode).name())
              .startProtocolVer(credentials.version(r.version(), new int[] {job.batchNode}) << 8)
              .taskCnt(1)
              .tids(java.util.List.of(new long[] {0}));
      return Reply.message(RESPONSE_STEP_LAYOUT, new StepLayoutResponse().stepLayout(w));
    }
    return Reply.rc(INVALID_JOB_ID);
  }

  private static boolean runs(JobRecord job) {
    return job.phase == JobPhase.RUNNING || job.phase == JobPhase.STARTING;
  }

  /** Where nodes are: sbcast of 23.11 and later asks for it. */
  private Reply addresses(Request r) {
    NodeAliasAddrsRequest m = r.body(NodeAliasAddrsRequest.class);
    ClusterConfig config = c.view().config();
    List<String> names = org.slurmctldj.core.NodeNames.expand(m.nodeList() == null ? "" : m.nodeList());
    int[] nodes = names == null ? new int[0] : names.stream().mapToInt(config::nodeIndex).toArray();
    if (nodes.length == 0 || Arrays.stream(nodes).anyMatch(n -> n < 0)) {
      return Reply.rc(INVALID_NODE_NAME);
    }
    try {
      String signed = credentials.addresses(NodeAliases.addresses(config, nodes), r.version());
      return signed == null
          ? Reply.rc(INVALID_NODE_NAME)
          : Reply.message(RESPONSE_NODE_ALIAS_ADDRS, new NodeAliasAddrsResponse().netCred(signed));
    } catch (CredException e) {
      LOG.error("no credential for the addresses of {}: {}", m.nodeList(), e.getMessage());
      return Reply.rc(e.slurmError());
    }
  }

  private Reply sbcast(Request r) {
    SelectedStep m = r.body(SelectedStep.class);
    JobRecord job = c.view().job(m.stepId().jobId());
    if (job == null) {
      return Reply.rc(INVALID_JOB_ID);
    }
    if (!r.privileged() && owner(job) != r.uid()) {
      LOG.error("Security violation, REQUEST_JOB_SBCAST_CRED for job {} from uid {} at {}", job.jobId, r.uid(), r.actor().from());
      return Reply.rc(USER_ID_MISSING);
    }
    if (!runs(job) || job.allocation == null) {
      return Reply.rc(job.phase == JobPhase.PENDING ? JOB_PENDING : ALREADY_DONE);
    }
    ClusterConfig config = c.view().config();
    long stepId = m.stepId().stepId();
    int[] nodes = job.allocation.nodes().stream().mapToInt(org.slurmctldj.core.Allocation.NodeShare::node).toArray();
    if (stepId != SlurmConstants.NO_VAL && stepId != SlurmConstants.BATCH_STEP) {
      StepRecord step = job.steps.find(stepId);
      if (step == null) {
        return Reply.rc(INVALID_JOB_ID);
      }
      nodes = step.nodes().stream().mapToInt(StepRecord.StepShare::node).toArray();
    }
    String list = NodeNames.of(config, nodes);
    int version = credentials.version(r.version(), nodes);
    // a file for the whole job is for its next step: that one finds the libraries that came with it
    long meant = stepId == SlurmConstants.NO_VAL ? job.steps.next() : stepId;
    try {
      return Reply.message(
          RESPONSE_JOB_SBCAST_CRED,
          new JobSbcastCredResponse()
              .jobId(job.jobId)
              .nodeList(list)
              .sbcastCred(credentials.sbcast(job, meant, list, version, c.nowSeconds())),
          version);
    } catch (CredException e) {
      LOG.error("no broadcast credential for job {}: {}", job.jobId, e.getMessage());
      return Reply.rc(e.slurmError());
    }
  }
}
