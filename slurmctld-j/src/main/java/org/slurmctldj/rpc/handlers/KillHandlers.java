package org.slurmctldj.rpc.handlers;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobSelector;
import org.slurmctldj.core.Result;
import org.slurmctldj.proto.slurm.KillJobMsg;
import org.slurmctldj.proto.slurm.KillJobsRecord;
import org.slurmctldj.proto.slurm.KillJobsRequest;
import org.slurmctldj.proto.slurm.KillJobsResponse;
import org.slurmctldj.proto.slurm.SelectedStep;
import org.slurmctldj.proto.slurm.SlurmError;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.wire.SlurmConstants;
import org.slurmctldj.rpc.Reply;
import org.slurmctldj.rpc.Request;
import org.slurmctldj.rpc.RpcTable;
import org.slurmctldj.rpc.Verdict;
import org.slurmctldj.rpc.render.JobWire;
import org.slurmctldj.rpc.render.NodeNames;
import org.slurmctldj.rpc.render.TaskBits;

/** scancel. */
final class KillHandlers {
  private static final Logger LOG = LoggerFactory.getLogger(KillHandlers.class);
  private static final int INVALID_JOB_ID = 2017;
  private static final int SIGNAL_JOBS_INVALID = 2173;
  private static final int SIGKILL = 9;
  private static final int MOST_SIGNAL = 64;
  /** SIG_TERM_KILL to SIG_FAILURE: what slurmstepd does in several steps. */
  private static final int FIRST_OF_SLURM = 991;

  private static final int LAST_OF_SLURM = 999;
  private static final int EINVAL = 22;
  private static final int KILL_JOB_BATCH = 1;
  private static final int KILL_JOBS_VERBOSE = 1 << 11;
  private static final long STATES = 12;
  private static final long BASE_STATE = 0xff;

  private final Controller c;

  private KillHandlers(Controller c) {
    this.c = c;
  }

  static void register(RpcTable.Builder table, Controller c) {
    KillHandlers h = new KillHandlers(c);
    table
        .user(5032, "REQUEST_KILL_JOB", h::kill)
        .user(5005, "REQUEST_CANCEL_JOB_STEP", h::cancelStep)
        .user(5041, "REQUEST_KILL_JOBS", h::killMany);
  }

  private Reply kill(Request r) {
    KillJobMsg m = r.body(KillJobMsg.class);
    return kill(r, JobIdText.of(c, m.sjobId(), m.stepId().jobId()), m.signal(), m.flags());
  }

  /** A step by its number, the batch script by Slurm's for it; without one the whole job. */
  private Reply cancelStep(Request r) {
    KillJobMsg m = r.body(KillJobMsg.class);
    long step = m.stepId().stepId();
    if (step != SlurmConstants.BATCH_STEP && step != SlurmConstants.NO_VAL) {
      return signalStep(r, m, step);
    }
    int flags = step == SlurmConstants.BATCH_STEP && m.signal() != 9 ? m.flags() | KILL_JOB_BATCH : m.flags();
    return kill(r, JobIdText.of(c, m.sjobId(), m.stepId().jobId()), m.signal(), flags);
  }

  private Reply signalStep(Request r, KillJobMsg m, long step) {
    boolean known = m.signal() <= MOST_SIGNAL || m.signal() >= FIRST_OF_SLURM && m.signal() <= LAST_OF_SLURM;
    if (!known) {
      return Reply.rc(EINVAL);
    }
    long jobId = m.stepId().jobId();
    LOG.info("REQUEST_CANCEL_JOB_STEP StepId={}.{} signal {} flags {} uid {} from {}", jobId, step, m.signal(), m.flags(), r.uid(), r.actor().from());
    return new Reply.Later(
        c.commands()
            .submit(now -> new Command.SignalStep(now, r.actor(), jobId, step, m.signal(), m.flags()))
            .thenApply(result -> Reply.rc(result.error())));
  }

  private Reply kill(Request r, Optional<JobSelector> jobs, int signal, int flags) {
    if (jobs.isEmpty()) {
      return Reply.rc(INVALID_JOB_ID);
    }
    if (signal > MOST_SIGNAL) {
      JobRecord job = c.view().job(jobs.get().jobId());
      return Reply.rc(job != null && !r.privileged() && owner(job) != r.uid() ? Privacy.ERROR_ACCESS_DENIED : EINVAL);
    }
    return new Reply.Later(
        c.commands()
            .submit(killed(r, jobs.get(), signal, flags))
            .thenApply(
                result -> {
                  log(r, jobs.get(), signal, result);
                  return Reply.rc(firstError(result));
                }));
  }

  /** The command, with what a planner says the job waits for: that stays to be seen of a cancelled one. */
  private LongFunction<Command> killed(Request r, JobSelector jobs, int signal, int flags) {
    JobRecord job = signal == SIGKILL ? c.view().job(jobs.jobId() + Math.max(0, jobs.component())) : null;
    JobWire.Waiting waits = job == null || job.phase != JobPhase.PENDING ? null : c.waiting().of(job);
    int reason = waits == null ? 0 : (int) waits.reason();
    String text = waits == null ? null : waits.text();
    return now -> new Command.KillJob(now, r.actor(), jobs, signal, flags, reason, text);
  }

  private static long firstError(Result result) {
    if (!result.isOk() || result.taskErrors().isEmpty()) {
      return result.error();
    }
    return result.taskErrors().stream().mapToInt(Result.TaskError::error).filter(e -> e != 0).findFirst().orElse(0);
  }

  private static void log(Request r, JobSelector jobs, int signal, Result result) {
    LOG.info(
        "REQUEST_KILL_JOB JobId={} signal {} uid {} from {}{}",
        jobs,
        signal,
        r.uid(),
        r.actor().from(),
        Verdict.of(result));
  }

  // ---- scancel --ctld

  private Reply killMany(Request r) {
    KillJobsRequest q = r.body(KillJobsRequest.class);
    String[] ids = q.jobsArray();
    boolean filtered =
        q.account() != null || q.jobName() != null || q.partition() != null || q.qos() != null || q.reservation() != null
            || q.nodelist() != null || q.wckey() != null || q.userName() != null || stateGiven(q);
    if (ids.length == 0 && !filtered) {
      return Reply.rc(SIGNAL_JOBS_INVALID);
    }
    List<JobSelector> targets = new ArrayList<>();
    List<KillJobsRecord> answers = new ArrayList<>();
    if (ids.length > 0) {
      // one look at all jobs, however many are named
      Set<Long> arrays = arrays();
      Set<Long> matching = filtered ? matching(q) : Set.of();
      for (String id : ids) {
        Optional<JobSelector> s = JobIdText.parse(c.sluids().resolve(id));
        if (s.isEmpty() || !exists(s.get(), arrays)) {
          answers.add(record(r.version(), s.map(JobSelector::jobId).orElse(0L), INVALID_JOB_ID, s.orElse(null)));
        } else if (!filtered || matching.contains(s.get().jobId())) {
          targets.add(s.get());
        }
      }
    } else {
      c.view()
          .forEachJob(
              j -> {
                // Of a heterogeneous job the leader stands for all that are with it.
                boolean led = j.isHet() && !j.isHetLeader() && c.view().job(j.hetJobId).phase != JobPhase.DONE;
                if (!led && j.phase != JobPhase.DONE && matches(q, j) && (r.privileged() || owner(j) == r.uid())) {
                  targets.add(
                      j.arrayJobId != 0 && !j.isArrayRest()
                          ? new JobSelector(j.arrayJobId, org.slurmctldj.core.TaskSet.of((int) j.arrayTaskId))
                          : j.isArrayRest() ? new JobSelector(j.arrayJobId, j.arrayPending) : JobSelector.job(j.jobId));
                }
              });
    }
    List<CompletableFuture<Void>> all = new ArrayList<>();
    KillJobsRecord[] done = new KillJobsRecord[targets.size()];
    for (int i = 0; i < targets.size(); i++) {
      JobSelector s = targets.get(i);
      int at = i;
      all.add(
          c.commands()
              .submit(killed(r, s, q.signal(), q.flags() & 0x3ff))
              .thenAccept(
                  result -> {
                    log(r, s, q.signal(), result);
                    done[at] = record(r.version(), s.jobId(), (int) firstError(result), s);
                  }));
    }
    boolean verbose = (q.flags() & KILL_JOBS_VERBOSE) != 0;
    return new Reply.Later(
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
            .thenApply(
                _ -> {
                  for (KillJobsRecord k : done) {
                    if (verbose || k.errorCode() != 0) {
                      answers.add(k);
                    }
                  }
                  return Reply.message(5042, new KillJobsResponse().jobs(answers));
                }));
  }

  private static KillJobsRecord record(int version, long jobId, int error, JobSelector s) {
    SelectedStep id = new SelectedStep().stepId(new StepId().jobId(jobId));
    if (s != null && s.isComponent()) {
      id.hetJobOffset(s.component());
    }
    if (s != null && s.tasks() != null) {
      if (s.tasks().size() == 1) {
        id.arrayTaskId(s.tasks().first());
      } else {
        id.arrayBitmap(TaskBits.of(s.tasks()));
      }
    }
    String message = error == 0 ? null : SlurmError.of(error, version).map(SlurmError::text).orElse("error " + error);
    return new KillJobsRecord().errorCode(error).errorMsg(message).id(id).realJobId(jobId);
  }

  private Set<Long> arrays() {
    Set<Long> arrays = new HashSet<>();
    c.view()
        .scan(
            (_, _, array) -> {
              arrays.add(array);
              return false;
            });
    return arrays;
  }

  /** Ids by which users may name a job that matches. */
  private Set<Long> matching(KillJobsRequest q) {
    Set<Long> ids = new HashSet<>();
    c.view()
        .forEachJob(
            j -> {
              if (matches(q, j)) {
                ids.addAll(List.of(j.jobId, j.arrayJobId, j.hetJobId));
              }
            });
    return ids;
  }

  /** @param arrays all ids of job arrays */
  private boolean exists(JobSelector s, Set<Long> arrays) {
    JobRecord job = c.view().job(s.jobId() + Math.max(0, s.component()));
    if (s.isComponent()) {
      return job != null && job.hetJobId == s.jobId();
    }
    return job != null || s.jobId() != 0 && arrays.contains(s.jobId());
  }

  private static long owner(JobRecord j) {
    return j.request.number(JobField.USER_ID);
  }

  private boolean matches(KillJobsRequest q, JobRecord j) {
    ClusterConfig config = c.view().config();
    boolean state = !stateGiven(q) || (j.slurmState() & BASE_STATE) == q.state();
    // user_id is 0 where no user was asked for: the name decides.
    boolean user =
        q.userName() == null
            || q.userName().equals(j.request.text(JobField.USER_NAME))
            || q.userName().equals(Long.toString(owner(j)));
    boolean partition = q.partition() == null || List.of(String.valueOf(j.request.text(JobField.PARTITION)).split(",")).contains(q.partition());
    return state
        && user
        && partition
        && equal(q.account(), j.request.text(JobField.ACCOUNT))
        && equal(q.jobName(), j.request.text(JobField.NAME))
        && equal(q.qos(), j.request.text(JobField.QOS))
        && equal(q.reservation(), j.request.text(JobField.RESERVATION))
        && equal(q.wckey(), j.request.text(JobField.WCKEY))
        && (q.nodelist() == null || onNodes(config, j, q.nodelist()));
  }

  /** 12, one beyond the last state, stands for any. */
  private static boolean stateGiven(KillJobsRequest q) {
    return q.state() < STATES;
  }

  private static boolean equal(String wanted, String has) {
    return wanted == null || wanted.equals(has);
  }

  private static boolean onNodes(ClusterConfig config, JobRecord j, String list) {
    var bits = NodeNames.bitmap(config, list);
    return bits != null
        && j.allocation != null
        && j.epoch == config.epoch()
        && j.allocation.nodes().stream().anyMatch(n -> bits.get(n.node()));
  }
}
