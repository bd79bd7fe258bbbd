package org.slurmctldj.rpc.handlers;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.AllocationEnd;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobRow;
import org.slurmctldj.core.Proposal;
import org.slurmctldj.core.Result;
import org.slurmctldj.core.SlurmNumbers;
import org.slurmctldj.proto.slurm.CompleteJobAllocation;
import org.slurmctldj.proto.slurm.JobAllocationInfoRequest;
import org.slurmctldj.proto.slurm.JobDescMsg;
import org.slurmctldj.proto.slurm.JobEndTimeRequest;
import org.slurmctldj.proto.slurm.JobNotifyMsg;
import org.slurmctldj.proto.slurm.JobReadyRequest;
import org.slurmctldj.proto.slurm.JobReadyResponse;
import org.slurmctldj.proto.slurm.ResourceAllocationResponse;
import org.slurmctldj.proto.slurm.SrunTimeout;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.wire.SlurmConstants;
import org.slurmctldj.rpc.Reply;
import org.slurmctldj.rpc.Request;
import org.slurmctldj.rpc.RpcTable;
import org.slurmctldj.rpc.Verdict;
import org.slurmctldj.rpc.render.AllocationWire;

/** salloc and srun: allocations without a batch script, from the request to their clients' last word. */
final class AllocationHandlers {
  private static final Logger LOG = LoggerFactory.getLogger(AllocationHandlers.class);
  private static final int RESPONSE_RESOURCE_ALLOCATION = 4002;
  /** Of these releases' answers the SLUID is filled in, which only the record has. */
  private static final int FIRST_WITH_SLUIDS = 44;

  private static final int PART_CONFIG_UNAVAILABLE = 2015;
  private static final int PART_NODE_LIMIT = 4;
  private static final int PART_TIME_LIMIT = 5;
  private static final int PART_CONFIG = 178;
  private static final int NODES_BUSY = 2016;
  private static final int DEPENDENCY = 2038;
  /** Reasons of a job that nobody tries to start: slurmctld calls all of them a dependency. */
  private static final Set<Integer> NOT_YET =
      Set.of(SlurmNumbers.WAIT_HELD, SlurmNumbers.WAIT_HELD_USER, SlurmNumbers.WAIT_DEPENDENCY, SlurmNumbers.WAIT_TIME);
  private static final int INVALID_JOB_ID = 2017;
  private static final int ALREADY_DONE = 2021;
  private static final int JOB_PENDING = 2024;
  private static final int PARTITION_DOWN = 2101;

  /** WAIT_PART_DOWN. */
  private static final int PART_DOWN = 6;
  private static final int ACCESS_DENIED = 2002;
  private static final int USER_ID_MISSING = 2010;
  private static final int NOT_SUPPORTED = 2036;
  private static final int READY_NODES_JOB_PROLOG = 7;
  private static final int READY_JOB = 2;
  private static final int READY_NODES_JOB = 3;
  private static final long YEAR_SECONDS = 365L * 24 * 60 * 60;

  private final Controller c;
  private final SubmitHandlers submissions;
  private final WaitingClients waiting;

  private AllocationHandlers(Controller c, SubmitHandlers submissions, WaitingClients waiting) {
    this.c = c;
    this.submissions = submissions;
    this.waiting = waiting;
  }

  static void register(RpcTable.Builder table, Controller c, SubmitHandlers submissions, WaitingClients waiting) {
    AllocationHandlers h = new AllocationHandlers(c, submissions, waiting);
    table
        .user(4001, "REQUEST_RESOURCE_ALLOCATION", h::allocate)
        .user(4014, "REQUEST_JOB_ALLOCATION_INFO", h::info)
        .user(4019, "REQUEST_JOB_READY", h::ready)
        .user(4021, "REQUEST_JOB_END_TIME", h::endTime)
        .user(4022, "REQUEST_JOB_NOTIFY", h::message)
        .user(5017, "REQUEST_COMPLETE_JOB_ALLOCATION", h::complete);
  }

  private Reply allocate(Request r) {
    JobDescMsg d = r.body(JobDescMsg.class);
    JobFields f = JobDescTable.fields(d);
    Optional<Reply> refusal = submissions.complete(r, d, f);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    if (f.text(JobField.ARRAY_SPEC) != null) {
      return new Reply.ReturnCodeMessage(NOT_SUPPORTED, "an allocation cannot be a job array");
    }
    boolean immediate = d.immediate() != 0;
    interactive(r, d, f);
    Controller.First first = c.waiting().first(r.actor(), f).orElse(null);
    Proposal place = first == null ? null : first.place();
    ClusterConfig config = c.view().config();
    long nextId = c.view().globals().nextJobId();
    CompletableFuture<Result> submitted = c.commands().submitHere(now -> new Command.SubmitJob(now, r.actor(), f, place));
    // Meanwhile the journal writes.
    Reply likely = first == null || r.version() >= FIRST_WITH_SLUIDS ? null : Reply.message(RESPONSE_RESOURCE_ALLOCATION, response(first.made().at(place, nextId)));
    return new Reply.Later(
        submitted.thenCompose(
            result ->
                likely != null && result.jobId() == nextId && hasItsFirstPlace(result, config)
                    ? done(granted(r, nextId, likely))
                    : placed(result)
                        .thenCompose(_ -> c.commands().away(result))
                        .thenCompose(_ -> result.isOk() ? looked(r, result.jobId(), immediate) : refused(r, f, result))),
        likely);
  }

  /** Whether that job was started by the command that submitted it, and nothing has touched it since. */
  private boolean hasItsFirstPlace(Result result, ClusterConfig config) {
    JobRow row = new JobRow();
    return result.isOk()
        && c.view().config() == config
        && c.view().jobRow(result.jobId(), row)
        && row.version == 1
        && row.phase == JobPhase.RUNNING;
  }

  /** Where the client of an allocation listens. */
  static void interactive(Request r, JobDescMsg d, JobFields f) {
    // srun says what it will run, salloc does not.
    f.clear(JobField.COMMAND);
    if (d.argv().length > 0) {
      f.text(JobField.COMMAND, d.argv()[0]);
    }
    f.number(JobField.ALLOC_RESP_PORT, d.allocRespPort())
        .number(JobField.OTHER_PORT, d.otherPort())
        .number(JobField.IMMEDIATE, d.immediate() != 0 ? 1 : 0)
        .texts(JobField.SPANK_JOB_ENV, List.of(d.spankJobEnv()));
    if (f.text(JobField.RESP_HOST) == null) {
      f.text(JobField.RESP_HOST, r.peer().getAddress().getHostAddress());
    }
  }

  private CompletionStage<Reply> refused(Request r, JobFields f, Result result) {
    return done(submissions.refused(r, f, result, "_slurm_rpc_allocate_resources"));
  }

  private static CompletionStage<Reply> done(Reply reply) {
    return CompletableFuture.completedFuture(reply);
  }

  /** The scheduler looks at it at once, unless it runs already. */
  private CompletableFuture<Void> placed(Result result) {
    JobRow row = new JobRow();
    boolean waits = result.isOk() && !(c.view().jobRow(result.jobId(), row) && row.phase.holdsNodes());
    return waits ? c.waiting().placed(result.jobId()) : CompletableFuture.completedFuture(null);
  }

  /** What has no nodes now waits, or with --immediate is over. */
  private CompletionStage<Reply> looked(Request r, long jobId, boolean immediate) {
    return immediate ? nowOrNever(r, jobId) : done(nowOrLater(r, jobId));
  }

  private CompletionStage<Reply> nowOrNever(Request r, long jobId) {
    JobRecord asked = c.view().job(jobId);
    if (asked != null && asked.phase.holdsNodes() && asked.phase != JobPhase.ENDING) {
      return done(granted(r, asked));
    }
    boolean waits = asked != null && NOT_YET.contains(asked.reason);
    return c.commands()
        .submit(now -> new Command.EndAllocation(now, r.actor(), jobId, SlurmConstants.NO_VAL, AllocationEnd.NOT_IMMEDIATE))
        .thenApply(
            _ -> {
              JobRecord j = c.view().job(jobId);
              if (j != null && j.phase.holdsNodes() && j.phase != JobPhase.ENDING) {
                return granted(r, j);
              }
              int error = waits ? DEPENDENCY : NODES_BUSY;
              LOG.info("_slurm_rpc_allocate_resources: JobId={} with --immediate{}", jobId, Verdict.of(error));
              return Reply.rc(error);
            });
  }

  private Reply nowOrLater(Request r, long jobId) {
    JobRecord j = c.view().job(jobId);
    if (j != null && j.phase == JobPhase.PENDING) {
      waiting.waits(jobId);
      j = c.view().job(jobId);
      boolean stillPending = j != null && j.phase == JobPhase.PENDING;
      if (stillPending || !waiting.waitsNoMore(jobId)) {
        LOG.info("sched: _slurm_rpc_allocate_resources JobId={} NodeList=(null)", jobId);
        return Reply.message(RESPONSE_RESOURCE_ALLOCATION, new ResourceAllocationResponse().stepId(id(jobId)).errorCode(stillPending ? whyPending(j) : 0).environment(new String[0]));
      }
    }
    if (j == null || j.phase == JobPhase.DONE && j.allocation == null) {
      return Reply.rc(INVALID_JOB_ID);
    }
    return granted(r, j);
  }

  /** srun and salloc print Slurm's words for it: the partition would not take the job as it is. */
  private int whyPending(JobRecord j) {
    var seen = c.waiting().of(j);
    long reason = seen == null ? j.reason : seen.reason();
    boolean partition = reason == PART_NODE_LIMIT || reason == PART_TIME_LIMIT || reason == PART_CONFIG;
    return partition ? PART_CONFIG_UNAVAILABLE : reason == PART_DOWN ? PARTITION_DOWN : 0;
  }

  private Reply granted(Request r, JobRecord j) {
    return granted(r, j.jobId, Reply.message(RESPONSE_RESOURCE_ALLOCATION, response(j)));
  }

  private static Reply granted(Request r, long jobId, Reply answer) {
    String nodes = answer instanceof Reply.Message m && m.body() instanceof ResourceAllocationResponse w ? w.nodeList() : "";
    LOG.info("sched: _slurm_rpc_allocate_resources JobId={} NodeList={} uid={}", jobId, nodes, r.uid());
    return answer;
  }

  private ResourceAllocationResponse response(JobRecord j) {
    return AllocationWire.of(c.view(), j, 0, c.identities().groupName(j.request.number(JobField.GROUP_ID)));
  }

  static StepId id(long jobId) {
    return new StepId().jobId(jobId).stepId(SlurmConstants.NO_VAL).stepHetComp(SlurmConstants.NO_VAL);
  }

  // ---- questions

  /** @param refusal what is wrong with asking about that job, whatever its state */
  static Reply ofAllocation(
      Controller c, Request r, long jobId, Function<JobRecord, Optional<Reply>> refusal, Function<JobRecord, Reply> answer) {
    JobRecord j = c.view().job(jobId);
    if (j == null) {
      return Reply.rc(INVALID_JOB_ID);
    }
    // as for any look at a job; what may be done with the allocation is asked when it is done
    if (!new Privacy(c).job(r, j.request.number(JobField.USER_ID))) {
      return Reply.rc(ACCESS_DENIED);
    }
    return refusal
        .apply(j)
        .orElseGet(
            () ->
                switch (j.phase) {
                  case PENDING -> Reply.rc(JOB_PENDING);
                  case STARTING, RUNNING -> answer.apply(j);
                  case ENDING, DONE -> Reply.rc(ALREADY_DONE);
                });
  }

  private Reply info(Request r) {
    return ofAllocation(c, r, r.body(JobAllocationInfoRequest.class).stepId().jobId(), _ -> Optional.empty(), j -> Reply.message(4015, response(j)));
  }

  private Reply ready(Request r) {
    JobRecord j = c.view().job(r.body(JobReadyRequest.class).stepId().jobId());
    if (j == null) {
      return Reply.rc(INVALID_JOB_ID);
    }
    long bits =
        switch (j.phase) {
          case RUNNING -> c.operations().prologRuns(j) ? READY_NODES_JOB : READY_NODES_JOB_PROLOG;
          case STARTING -> j.configuring ? READY_JOB : READY_NODES_JOB;
          case PENDING, ENDING, DONE -> 0;
        };
    return Reply.message(4020, new JobReadyResponse().returnCode(bits));
  }

  private Reply endTime(Request r) {
    JobRecord j = c.view().job(r.body(JobEndTimeRequest.class).stepId().jobId());
    if (j == null) {
      return Reply.rc(INVALID_JOB_ID);
    }
    long end = j.endTime;
    if (end == 0 && j.startTime != 0) {
      boolean unlimited = j.timeLimit == SlurmConstants.INFINITE || j.timeLimit == SlurmConstants.NO_VAL;
      end = j.startTime + (unlimited ? YEAR_SECONDS : j.timeLimit * 60);
    }
    return Reply.message(7002, new SrunTimeout().stepId(id(j.jobId)).timeout(end));
  }

  /** scontrol notify. */
  private Reply message(Request r) {
    JobNotifyMsg m = r.body(JobNotifyMsg.class);
    JobRecord j = c.view().job(m.stepId().jobId());
    if (j == null) {
      return Reply.rc(INVALID_JOB_ID);
    }
    if (!r.privileged() && j.request.number(JobField.USER_ID) != r.uid()) {
      return Reply.rc(USER_ID_MISSING);
    }
    return waiting.message(j, m.message()) ? Reply.OK : Reply.rc(NOT_SUPPORTED);
  }

  // ---- the client's last word

  private Reply complete(Request r) {
    CompleteJobAllocation m = r.body(CompleteJobAllocation.class);
    long jobId = m.stepId().jobId();
    return new Reply.Later(
        c.commands()
            .submitHere(now -> new Command.EndAllocation(now, r.actor(), jobId, m.jobRc(), AllocationEnd.CLIENT))
            .thenApply(
                result -> {
                  LOG.info("_slurm_rpc_complete_job_allocation: JobId={} rc {} uid {}{}", jobId, m.jobRc(), r.uid(), Verdict.of(result));
                  return Reply.rc(result.error());
                }),
        Reply.OK);
  }
}
