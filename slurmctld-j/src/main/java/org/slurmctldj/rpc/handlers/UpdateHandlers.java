package org.slurmctldj.rpc.handlers;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobSelector;
import org.slurmctldj.core.Result;
import org.slurmctldj.proto.slurm.JobArrayError;
import org.slurmctldj.proto.slurm.JobArrayErrors;
import org.slurmctldj.proto.slurm.JobDescMsg;
import org.slurmctldj.proto.slurm.RequeueMsg;
import org.slurmctldj.proto.slurm.SuspendMsg;
import org.slurmctldj.proto.slurm.TopJobMsg;
import org.slurmctldj.proto.wire.SlurmConstants;
import org.slurmctldj.rpc.Reply;
import org.slurmctldj.rpc.Request;
import org.slurmctldj.rpc.RpcTable;
import org.slurmctldj.rpc.Verdict;

/** scontrol update job, hold, release, requeue, and what of scontrol's job commands is not there yet. */
final class UpdateHandlers {
  private static final Logger LOG = LoggerFactory.getLogger(UpdateHandlers.class);
  /** "Unspecified error": what 22.05.8 answers to the clusters of a job without a federation. */
  private static final long SLURM_ERROR = 0xffffffffL;
  private static final int V24_11 = 42;
  private static final int V26_05 = 45;
  /** An account cannot be looked up where there is no accounting. */
  private static final int EAGAIN = 11;
  private static final String THROTTLE_OF_ARRAYS = "Update of ArrayTaskThrottle is only allowed on ArrayJobId";
  private static final int USER_ID_MISSING = 2010;
  private static final int INVALID_JOB_ID = 2017;
  private static final int NOT_SUPPORTED = 2036;
  private static final long ALLOC_SID_USER_HOLD = 2;
  /** Clients set these bits for account, partition, QOS and wckey that they leave alone. */
  private static final long USE_DEFAULTS = 0xfL << 25;
  /** "scontrol requeue Incomplete": as 22.05.8's client sends it. */
  private static final long REQUEUE_INCOMPLETE = 1;
  private static final long REQUEUE_HOLD = 1 << 11;
  private static final long LAUNCH_FAILED = 1 << 8;
  private static final long SPECIAL_EXIT = 1 << 12;

  private static final int OP_RESUME = 1;

  private final Controller c;

  private UpdateHandlers(Controller c) {
    this.c = c;
  }

  static void register(RpcTable.Builder table, Controller c) {
    UpdateHandlers h = new UpdateHandlers(c);
    table
        .user(3001, "REQUEST_UPDATE_JOB", h::update)
        .user(5023, "REQUEST_JOB_REQUEUE", h::requeue)
        .user(5014, "REQUEST_SUSPEND", h::suspend)
        .user(5038, "REQUEST_TOP_JOB", h::top);
  }


  private Reply update(Request r) {
    JobDescMsg d = r.body(JobDescMsg.class);
    Optional<JobSelector> jobs = JobIdText.of(c, d.jobIdStr(), d.jobId());
    if (jobs.isEmpty()) {
      return answer(r, INVALID_JOB_ID, null);
    }
    Optional<JobDescTable.Refused> refused = JobDescTable.refused(d);
    if (refused.isPresent()) {
      JobRecord job = c.view().job(jobs.get().jobId());
      if (job != null && !r.privileged() && job.request.number(JobField.USER_ID) != r.uid()) {
        return answer(r, USER_ID_MISSING, null);
      }
      if (d.coreSpec() != SlurmConstants.NO_VAL16) {
        // AllowSpecResourcesUsage=no, which is the only one there is here: said so at an update.
        return answer(r, Privacy.ERROR_ACCESS_DENIED, null);
      }
      LOG.info("update of JobId={} by uid {} refused: {}", jobs.get().jobId(), r.uid(), refused.get().message());
      return answer(r, refused.get().error(), refused.get().message());
    }
    JobFields changes = JobDescTable.fields(d);
    Optional<String> longText = LongTexts.in(changes);
    if (longText.isPresent()) {
      LOG.info("update of JobId={} by uid {} refused: {}", jobs.get().jobId(), r.uid(), longText.get());
      return answer(r, LongTexts.PATHNAME_TOO_LONG, longText.get());
    }
    Optional<String> mail = MailAddress.refused(changes);
    if (mail.isPresent()) {
      LOG.info("update of JobId={} by uid {} refused: {}", jobs.get().jobId(), r.uid(), mail.get());
      return answer(r, NOT_SUPPORTED, mail.get());
    }
    if (r.version() >= V24_11 && jobs.get().tasks() != null && changes.text(JobField.ARRAY_SPEC) != null && c.view().job(jobs.get().jobId()) != null) {
      String tasks = jobs.get().jobId() + "_" + jobs.get().tasks();
      return errors(r, new Result(0, jobs.get().jobId(), null, List.of(new Result.TaskError(NOT_SUPPORTED, tasks, THROTTLE_OF_ARRAYS))));
    }
    JobRecord named = c.view().job(jobs.get().jobId());
    if (d.clusters() != null && named != null && named.phase != JobPhase.DONE && (r.privileged() || named.request.number(JobField.USER_ID) == r.uid())) {
      return answer(r, SLURM_ERROR, null); // the clusters of a federation, which there is none of here
    }
    boolean strangers = named != null && !r.privileged() && named.request.number(JobField.USER_ID) != r.uid();
    if (r.version() >= V24_11 && strangers) {
      // From 24.11 on whose job it is comes before who may write an admin's comment; apply refuses the rest of the update.
      changes.clear(JobField.ADMIN_COMMENT);
    }
    int ofRelease = ofRelease(r, jobs.get(), changes);
    if (ofRelease != 0) {
      return answer(r, ofRelease, ofRelease == NOT_SUPPORTED ? THROTTLE_OF_ARRAYS : null);
    }
    if (changes.text(JobField.MAIL_USER) != null && changes.text(JobField.MAIL_USER).isEmpty()) {
      JobRecord job = c.view().job(jobs.get().jobId());
      changes.text(JobField.MAIL_USER, job == null ? "" : MailAddress.ofUser(c, job.request.text(JobField.USER_NAME)));
    }
    if (d.contiguous() == 0) {
      changes.number(JobField.CONTIGUOUS, 0);
    }
    if (d.priority() != SlurmConstants.NO_VAL) {
      changes.number(JobField.PRIORITY, d.priority());
    }
    long flags = changes.number(JobField.BITFLAGS) & ~USE_DEFAULTS;
    changes.number(JobField.BITFLAGS, flags);
    if (flags == 0) {
      changes.clear(JobField.BITFLAGS);
    }
    boolean userHold = d.allocSid() == ALLOC_SID_USER_HOLD || !r.privileged();
    LongFunction<Command> command = now -> new Command.UpdateJob(now, r.actor(), jobs.get(), changes, userHold);
    return new Reply.Later(
        c.commands()
            .submit(command)
            .thenApply(
                result -> {
                  LOG.info(
                      "_slurm_rpc_update_job: JobId={}{} {} by uid {} from {}{}",
                      jobs.get().jobId(),
                      tasks(jobs.get()),
                      changes,
                      r.uid(),
                      r.actor().from(),
                      Verdict.of(result));
                  return result.taskErrors().isEmpty() ? answer(r, result.error(), result.message()) : errors(r, result);
                }));
  }

  /**
   * What newer releases answer and core, which is 22.05's, does not: observed on 24.11.5 and 26.05.5.
   *
   * @return Slurm's error number, or 0
   */
  private int ofRelease(Request r, JobSelector jobs, JobFields changes) {
    JobRecord job = r.version() < V24_11 || jobs.tasks() != null || jobs.isComponent() ? null : c.view().job(jobs.jobId());
    if (job == null) {
      return 0; // core's to say
    }
    if (changes.text(JobField.ARRAY_SPEC) != null && job.arrayJobId != jobs.jobId()) {
      return NOT_SUPPORTED;
    }
    boolean stranger = !r.privileged() && job.request.number(JobField.USER_ID) != r.uid();
    if (stranger && job.arrayJobId == 0) {
      return USER_ID_MISSING;
    }
    return changes.text(JobField.ACCOUNT) != null && !stranger && job.phase != JobPhase.DONE ? EAGAIN : 0;
  }

  private static String tasks(JobSelector s) {
    return s.tasks() == null ? "" : "_[" + s.tasks() + "]";
  }

  /** 22.05 wants the plain return code, 24.11 answers with a text that may be absent. */
  private static Reply answer(Request r, long error, String message) {
    return r.version() >= V24_11 || message != null && error != 0 && r.version() > 38
        ? new Reply.ReturnCodeMessage(error, message)
        : Reply.rc(error);
  }

  private static Reply errors(Request r, Result result) {
    List<JobArrayError> list = new ArrayList<>();
    for (Result.TaskError e : result.taskErrors()) {
      list.add(new JobArrayError().errorCode(e.error()).jobArrayId(named(e.tasks(), r.version())).errMsg(e.message()));
    }
    return Reply.message(5034, new JobArrayErrors().errors(list));
  }

  /** "7_1-3", from 26.05 on "7_[1-3]". */
  private static String named(String tasks, int version) {
    int bar = tasks.indexOf('_');
    return version < V26_05 || bar < 0 ? tasks : tasks.substring(0, bar + 1) + '[' + tasks.substring(bar + 1) + ']';
  }

  private Reply suspend(Request r) {
    SuspendMsg m = r.body(SuspendMsg.class);
    Optional<JobSelector> jobs = JobIdText.of(c, m.jobIdStr(), m.stepId().jobId());
    if (jobs.isEmpty()) {
      return Reply.rc(INVALID_JOB_ID);
    }
    if (m.op() > OP_RESUME) {
      return Reply.rc(NOT_SUPPORTED);
    }
    boolean resume = m.op() == OP_RESUME;
    return new Reply.Later(
        c.commands()
            .submit(now -> new Command.SuspendJob(now, r.actor(), jobs.get(), resume))
            .thenApply(
                result -> {
                  LOG.info(
                      "_slurm_rpc_suspend({}) for {}{} by uid {} from {}{}",
                      resume ? "resume" : "suspend",
                      jobs.get().jobId(),
                      tasks(jobs.get()),
                      r.uid(),
                      r.actor().from(),
                      Verdict.of(result));
                  return result.taskErrors().isEmpty() ? Reply.rc(result.error()) : errors(r, result);
                }));
  }

  private Reply top(Request r) {
    TopJobMsg m = r.body(TopJobMsg.class);
    if (!r.privileged()) {
      return Reply.rc(Privacy.ERROR_ACCESS_DENIED);
    }
    if (m.jobIdStr() == null) {
      return Reply.rc(INVALID_JOB_ID);
    }
    List<Long> ids = new ArrayList<>();
    for (String id : m.jobIdStr().split(",")) {
      Optional<JobSelector> job = JobIdText.parse(c.sluids().resolve(id));
      if (job.isEmpty() || job.get().tasks() != null || job.get().isComponent()) {
        return Reply.rc(INVALID_JOB_ID);
      }
      ids.add(job.get().jobId());
    }
    long[] jobs = ids.stream().mapToLong(Long::longValue).toArray();
    return new Reply.Later(
        c.commands()
            .submit(now -> new Command.TopJobs(now, r.actor(), jobs))
            .thenApply(
                result -> {
                  LOG.info("_slurm_rpc_top_job for {} by uid {} from {}{}", ids, r.uid(), r.actor().from(), Verdict.of(result));
                  return Reply.rc(result.error());
                }));
  }

  private Reply requeue(Request r) {
    RequeueMsg m = r.body(RequeueMsg.class);
    Optional<JobSelector> jobs = JobIdText.of(c, m.jobIdStr(), m.jobId());
    if (jobs.isEmpty()) {
      return Reply.rc(INVALID_JOB_ID);
    }
    boolean special = (m.flags() & SPECIAL_EXIT) != 0;
    boolean hold = special || (m.flags() & REQUEUE_HOLD) != 0;
    boolean incomplete = (m.flags() & REQUEUE_INCOMPLETE) != 0;
    // slurmd's own word for a job that its prolog did not let start
    boolean launchFailed = (m.flags() & LAUNCH_FAILED) != 0;
    return new Reply.Later(
        c.commands()
            .submit(now -> new Command.RequeueJob(now, r.actor(), jobs.get(), hold, launchFailed, incomplete, special))
            .thenApply(
                result -> {
                  LOG.info(
                      "_slurm_rpc_requeue: JobId={}{} hold={} by uid {} from {}{}",
                      jobs.get().jobId(),
                      tasks(jobs.get()),
                      hold,
                      r.uid(),
                      r.actor().from(),
                      Verdict.of(result));
                  return result.taskErrors().isEmpty() ? Reply.rc(result.error()) : errors(r, result);
                }));
  }
}
