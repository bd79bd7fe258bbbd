package org.slurmctldj.rpc.handlers;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.DryRun;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.Result;
import org.slurmctldj.proto.os.UserDatabase;
import org.slurmctldj.proto.slurm.JobDescMsg;
import org.slurmctldj.proto.slurm.JobWillRunResponse;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.slurm.SubmitBatchJobResponse;
import org.slurmctldj.proto.wire.SlurmConstants;
import org.slurmctldj.rpc.Reply;
import org.slurmctldj.rpc.Request;
import org.slurmctldj.rpc.RpcTable;
import org.slurmctldj.rpc.Verdict;
import org.slurmctldj.rpc.render.NodeNames;
import org.slurmctldj.sched.Forecast;

/** sbatch: from a job description to a SubmitJob command. Resolves what apply must not ask: user, groups, blobs. */
final class SubmitHandlers {
  private static final Logger LOG = LoggerFactory.getLogger(SubmitHandlers.class);
  private static final int NODE_CONFIG_UNAVAILABLE = 2014;
  private static final int NOT_SUPPORTED = 2036;
  private static final int EAGAIN = 11;
  private static final int NOBODY = 99;
  private static final int V24_11 = 42;
  private static final int JOB_SCRIPT_MISSING = 2009;
  private static final int USER_ID_MISSING = 2010;
  private static final int PATHNAME_TOO_LONG = LongTexts.PATHNAME_TOO_LONG;
  private static final int JOB_HELD = 2042;
  private static final int ENVIRONMENT_MISSING = 2127;
  private static final int MOST_SCRIPT_BYTES = 4 << 20;

  private final Controller c;

  private SubmitHandlers(Controller c) {
    this.c = c;
  }

  static void register(RpcTable.Builder table, Controller c, WaitingClients waiting) {
    SubmitHandlers h = new SubmitHandlers(c);
    table
        .user(4003, "REQUEST_SUBMIT_BATCH_JOB", h::submit)
        .user(4012, "REQUEST_JOB_WILL_RUN", h::willRun);
    AllocationHandlers.register(table, c, h, waiting);
    HetJobHandlers.register(table, c, h, waiting);
  }

  /** Clients print the sentence before Slurm's own for the number. */
  private static Reply refuse(Request r, int error, String message) {
    LOG.info("{} from uid {} at {} refused: {}", r.type(), r.uid(), r.actor().from(), message);
    return new Reply.ReturnCodeMessage(error, message);
  }

  private Reply submit(Request r) {
    JobDescMsg d = r.body(JobDescMsg.class);
    JobFields f = JobDescTable.fields(d);
    List<Controller.Content> blobs = new ArrayList<>();
    Optional<Reply> refusal = batch(r, d, f, blobs, true);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    LongFunction<Command> command = now -> new Command.SubmitJob(now, r.actor(), f);
    return new Reply.Later(c.commands().submit(command, blobs).thenApply(result -> submitted(r, f, result)));
  }

  /**
   * Checks and fills in a batch job's request; a refusal, or empty.
   *
   * @param blobs takes its script and environment
   * @param runs false: the script is not one that is run (a component that does not lead), and may be missing
   */
  Optional<Reply> batch(Request r, JobDescMsg d, JobFields f, List<Controller.Content> blobs, boolean runs) {
    boolean scripted = d.script() != null && !d.script().isEmpty();
    if (!scripted && runs) {
      return Optional.of(Reply.rc(JOB_SCRIPT_MISSING));
    }
    if (scripted && d.script().length() > MOST_SCRIPT_BYTES) {
      return Optional.of(refuse(r, PATHNAME_TOO_LONG, "Job script size exceeds " + MOST_SCRIPT_BYTES + " bytes"));
    }
    if (d.environment().length == 0 && runs) {
      return Optional.of(Reply.rc(ENVIRONMENT_MISSING));
    }
    ClusterConfig config = c.view().config();
    if (d.waitAllNodes() == 0 && (config.power().enabled() || !config.pools().pools().isEmpty())) {
      // A script starts when all its nodes are up; where they always are, 0 and 1 are the same.
      return Optional.of(
          refuse(r, NOT_SUPPORTED, "--wait-all-nodes=0 is not supported where nodes are powered up for their jobs"));
    }
    Optional<Reply> refusal = complete(r, d, f);
    if (refusal.isPresent()) {
      return refusal;
    }
    f.number(JobField.BATCH_FLAG, 1)
        .texts(JobField.ARGV, List.of(d.argv()))
        .texts(JobField.SPANK_JOB_ENV, List.of(d.spankJobEnv()));
    if (scripted) {
      Controller.Content script = c.blobs().of(d.script().getBytes(StandardCharsets.ISO_8859_1));
      f.text(JobField.SCRIPT_HASH, script.hex());
      blobs.add(script);
    }
    if (d.environment().length > 0) {
      Controller.Content environment = c.blobs().of(environment(d.environment()));
      f.number(JobField.ENVIRONMENT_COUNT, d.environment().length).text(JobField.ENVIRONMENT_HASH, environment.hex());
      blobs.add(environment);
    }
    if (d.argv().length > 0) {
      f.text(JobField.COMMAND, d.argv()[0]);
    }
    return Optional.empty();
  }

  /** Checks and fills in what a submission and a mere question have in common; a refusal, or empty. */
  Optional<Reply> complete(Request r, JobDescMsg d, JobFields f) {
    Optional<JobDescTable.Refused> refused = JobDescTable.refused(d);
    if (refused.isPresent()) {
      return Optional.of(refuse(r, refused.get().error(), refused.get().message()));
    }
    Optional<String> longText = LongTexts.in(f);
    if (longText.isPresent()) {
      return Optional.of(refuse(r, PATHNAME_TOO_LONG, longText.get()));
    }
    Optional<String> mail = MailAddress.refused(f);
    if (mail.isPresent()) {
      return Optional.of(refuse(r, NOT_SUPPORTED, mail.get()));
    }
    int bad = identity(r, d, f);
    if (bad == 0) {
      bad = ReleaseChecks.check(c.view(), r.version(), f);
    }
    if (bad != 0) {
      LOG.info("job of uid {} at {} refused{}", r.uid(), r.actor().from(), Verdict.of(bad));
      return Optional.of(Reply.rc(bad));
    }
    if (c.settings().mailDomain() != null && f.text(JobField.MAIL_USER) == null) {
      f.text(JobField.MAIL_USER, MailAddress.ofUser(c, f.text(JobField.USER_NAME)));
    }
    if (f.text(JobField.ADMIN_COMMENT) != null && !r.privileged()) {
      return Optional.of(Reply.rc(Privacy.ERROR_ACCESS_DENIED));
    }
    if (d.priority() != SlurmConstants.NO_VAL) {
      f.number(JobField.PRIORITY, d.priority());
    }
    if (f.text(JobField.ALLOC_NODE) == null || f.text(JobField.ALLOC_NODE).isEmpty()) {
      f.text(JobField.ALLOC_NODE, r.host() != null ? r.host() : c.identities().hostName(r.peer().getAddress()));
    }
    f.number(JobField.ALLOC_SID, d.allocSid()).number(JobField.START_PROTOCOL_VERSION, r.version() << 8);
    return Optional.empty();
  }

  /** sbatch --test-only: nothing changes, no job id is used up. */
  private Reply willRun(Request r) {
    JobDescMsg d = r.body(JobDescMsg.class);
    JobFields f = JobDescTable.fields(d);
    Optional<Reply> refusal = complete(r, d, f);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    DryRun dry = DryRun.of(c.view(), r.actor(), f, c.nowSeconds());
    if (dry.refusal() != null) {
      Result no = dry.refusal();
      return no.message() == null ? Reply.rc(no.error()) : new Reply.ReturnCodeMessage(no.error(), no.message());
    }
    Forecast.WillRun w = c.waiting().willRun(dry.job());
    if (w.allocation() == null) {
      return Reply.rc(NODE_CONFIG_UNAVAILABLE);
    }
    ClusterConfig config = c.view().config();
    int[] nodes = w.allocation().nodes().stream().mapToInt(Allocation.NodeShare::node).toArray();
    return Reply.message(
        4013,
        new JobWillRunResponse()
            .stepId(new StepId().jobId(c.view().globals().nextJobId()).stepId(SlurmConstants.NO_VAL))
            .nodeList(NodeNames.of(config, nodes))
            .partName(config.partitions().get(w.partition()).name())
            .procCnt(w.allocation().totalCpus())
            .startTime(w.startSeconds()));
  }

  /** Who the job is to run as; Slurm's error number or 0. */
  private int identity(Request r, JobDescMsg d, JobFields f) {
    boolean uidGiven = d.userId() != NOBODY && d.userId() != SlurmConstants.NO_VAL;
    boolean gidGiven = d.groupId() != NOBODY && d.groupId() != SlurmConstants.NO_VAL;
    long uid = uidGiven ? d.userId() : r.uid();
    if (!r.privileged() && uid != r.uid()) {
      LOG.error("Security violation, REQUEST_SUBMIT_BATCH_JOB for uid {} from uid={} at {}", uid, r.uid(), r.actor().from());
      return USER_ID_MISSING;
    }
    Optional<UserDatabase.User> user = c.identities().user(uid);
    if (user.isEmpty()) {
      LOG.error("job of uid {} from {} refused: no such user on this host", uid, r.actor().from());
      return USER_ID_MISSING;
    }
    long gid = r.privileged() ? (gidGiven ? d.groupId() : user.get().gid()) : r.actor().gid();
    f.number(JobField.USER_ID, uid)
        .number(JobField.GROUP_ID, gid)
        .text(JobField.USER_NAME, user.get().name())
        .numbers(JobField.GROUP_IDS, c.identities().groups(user.get().name(), gid));
    return 0;
  }

  /** "K=V" entries with a NUL after each. */
  private static byte[] environment(String[] entries) {
    int length = 0;
    for (String e : entries) {
      length += e == null ? 0 : e.length() + 1;
    }
    byte[] out = new byte[length];
    int at = 0;
    for (String e : entries) {
      if (e == null) {
        continue;
      }
      byte[] b = e.getBytes(StandardCharsets.ISO_8859_1);
      System.arraycopy(b, 0, out, at, b.length);
      at += b.length + 1;
    }
    return out;
  }

  /** Slurm says it in words when no node at all has that much memory. */
  private String words(JobFields f, Result result) {
    if (result.error() == EAGAIN) {
      // Clients sleep and try again; a sentence would be printed each time.
      return null;
    }
    if (result.message() != null || result.error() != NODE_CONFIG_UNAVAILABLE || !f.isSet(JobField.PN_MIN_MEMORY)) {
      return result.message();
    }
    long wanted = f.number(JobField.PN_MIN_MEMORY) & ~SlurmConstants.MEM_PER_CPU;
    boolean fits = c.view().config().nodes().stream().anyMatch(n -> n.realMemory() >= wanted);
    return fits ? null : "Memory specification can not be satisfied";
  }

  /** What apply refused, told as the asker's release knows it; {@code rpc}: slurmctld's name of the request, for the log. */
  Reply refused(Request r, JobFields f, Result result, String rpc) {
    String message = words(f, result);
    LOG.info("{}: uid {} at {}{}", rpc, r.uid(), r.actor().from(), Verdict.of(result.error(), message));
    int error = ReleaseChecks.error(r.version(), result);
    return message == null ? Reply.rc(error) : new Reply.ReturnCodeMessage(error, message);
  }

  Reply submitted(Request r, JobFields f, Result result) {
    if (!result.isOk()) {
      return refused(r, f, result, "_slurm_rpc_submit_batch_job");
    }
    LOG.info("_slurm_rpc_submit_batch_job: JobId={} uid={} from {}", result.jobId(), r.uid(), r.actor().from());
    boolean held = f.has(JobField.PRIORITY) && f.number(JobField.PRIORITY) == 0;
    return Reply.message(
        4004,
        new SubmitBatchJobResponse()
            .stepId(new StepId().jobId(result.jobId()).stepId(SlurmConstants.BATCH_STEP))
            .errorCode(held && r.version() >= V24_11 ? JOB_HELD : 0));
  }

}
