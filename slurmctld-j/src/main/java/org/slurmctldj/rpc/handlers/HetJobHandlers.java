package org.slurmctldj.rpc.handlers;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.AllocationEnd;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.Result;
import org.slurmctldj.proto.slurm.HetJobAllocInfoRequest;
import org.slurmctldj.proto.slurm.HetJobAllocationResponse;
import org.slurmctldj.proto.slurm.JobDescListMsg;
import org.slurmctldj.proto.slurm.JobDescMsg;
import org.slurmctldj.proto.slurm.ResourceAllocationResponse;
import org.slurmctldj.proto.wire.SlurmConstants;
import org.slurmctldj.rpc.Reply;
import org.slurmctldj.rpc.Request;
import org.slurmctldj.rpc.RpcTable;
import org.slurmctldj.rpc.render.AllocationWire;

/** Heterogeneous jobs of sbatch, salloc and srun: several descriptions that become one command. */
final class HetJobHandlers {
  private static final Logger LOG = LoggerFactory.getLogger(HetJobHandlers.class);
  private static final int RESPONSE_HET_JOB_ALLOCATION = 4026;
  private static final int INVALID_JOB_ID = 2017;
  private static final int INVALID_ARRAY = 2081;
  private static final int INVALID_LICENSES = 2048;
  private static final int V24_11 = 42;
  private static final int NOT_HET_JOB_LEADER = 2107;
  private static final int CAN_NOT_START_IMMEDIATELY = 2078;
  private static final long PATIENCE_MILLIS = 3_000;

  private final Controller c;
  private final SubmitHandlers submissions;
  private final WaitingClients waiting;

  private HetJobHandlers(Controller c, SubmitHandlers submissions, WaitingClients waiting) {
    this.c = c;
    this.submissions = submissions;
    this.waiting = waiting;
  }

  static void register(RpcTable.Builder table, Controller c, SubmitHandlers submissions, WaitingClients waiting) {
    HetJobHandlers h = new HetJobHandlers(c, submissions, waiting);
    table
        .user(4028, "REQUEST_SUBMIT_BATCH_HET_JOB", h::submit)
        .user(4025, "REQUEST_HET_JOB_ALLOCATION", h::allocate)
        .user(4027, "REQUEST_HET_JOB_ALLOC_INFO", h::info);
  }

  // ---- sbatch

  private Reply submit(Request r) {
    List<JobDescMsg> descriptions = r.body(JobDescListMsg.class).jobs();
    List<JobFields> requests = new ArrayList<>();
    List<Controller.Content> blobs = new ArrayList<>();
    for (JobDescMsg d : descriptions) {
      JobFields f = JobDescTable.fields(d);
      Optional<Reply> refusal = submissions.batch(r, d, f, blobs, requests.isEmpty());
      if (refusal.isEmpty()) {
        refusal = licensesOfLeader(r, f, requests.size());
      }
      if (refusal.isPresent()) {
        return refusal.get();
      }
      requests.add(f);
    }
    if (requests.isEmpty()) {
      return Reply.rc(INVALID_JOB_ID);
    }
    return new Reply.Later(
        c.commands()
            .submit(now -> new Command.SubmitHetJob(now, r.actor(), requests), blobs)
            .thenApply(result -> submissions.submitted(r, requests.get(0), result)));
  }

  /** Observed: 24.11 takes licences of the leader alone, 22.05 of every component. */
  private static Optional<Reply> licensesOfLeader(Request r, JobFields f, int component) {
    return component > 0 && r.version() >= V24_11 && f.text(JobField.LICENSES) != null
        ? Optional.of(new Reply.ReturnCodeMessage(INVALID_LICENSES, component + ": license request allowed only on leader job"))
        : Optional.empty();
  }

  // ---- salloc, srun

  private Reply allocate(Request r) {
    List<JobFields> requests = new ArrayList<>();
    boolean immediate = false;
    for (JobDescMsg d : r.body(JobDescListMsg.class).jobs()) {
      JobFields f = JobDescTable.fields(d);
      Optional<Reply> refusal = submissions.complete(r, d, f);
      if (refusal.isEmpty()) {
        refusal = licensesOfLeader(r, f, requests.size());
      }
      if (refusal.isPresent()) {
        return refusal.get();
      }
      if (f.text(JobField.ARRAY_SPEC) != null) {
        return Reply.rc(INVALID_ARRAY);
      }
      immediate |= d.immediate() != 0;
      AllocationHandlers.interactive(r, d, f);
      requests.add(f);
    }
    if (requests.isEmpty()) {
      return Reply.rc(INVALID_JOB_ID);
    }
    boolean nowOrNever = immediate;
    return new Reply.Later(
        c.commands()
            .submit(now -> new Command.SubmitHetJob(now, r.actor(), requests))
            .thenCompose(result -> result.isOk() ? placed(r, result.jobId(), nowOrNever) : refused(r, requests.get(0), result)));
  }

  private CompletionStage<Reply> refused(Request r, JobFields f, Result result) {
    return CompletableFuture.completedFuture(submissions.refused(r, f, result, "_slurm_rpc_allocate_het_job"));
  }

  /** With --immediate the scheduler looks at it at once, and then it is over. */
  private CompletionStage<Reply> placed(Request r, long leader, boolean immediate) {
    if (!immediate) {
      return CompletableFuture.completedFuture(later(leader));
    }
    return c.waiting()
        .planned()
        .completeOnTimeout(null, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
        .thenCompose(_ -> nowOrNever(r, leader));
  }

  private CompletionStage<Reply> nowOrNever(Request r, long leader) {
    return c.commands()
        .submit(now -> new Command.EndAllocation(now, r.actor(), leader, SlurmConstants.NO_VAL, AllocationEnd.NOT_IMMEDIATE))
        .thenApply(
            _ -> {
              JobRecord j = c.view().job(leader);
              return j != null && j.phase == JobPhase.RUNNING ? answer(r, j) : Reply.rc(CAN_NOT_START_IMMEDIATELY);
            });
  }

  /**
   * As slurmctld's the answer never has nodes: clients, and scripts that read what clients say, know a heterogeneous job as
   * one that waits first. Its nodes are pushed to the client's port, which listens already.
   */
  private Reply later(long leader) {
    waiting.waits(leader);
    JobRecord j = c.view().job(leader);
    if (j == null) {
      waiting.waitsNoMore(leader);
      return Reply.rc(INVALID_JOB_ID);
    }
    if (j.phase != JobPhase.PENDING && waiting.waitsNoMore(leader)) {
      waiting.tell(leader);
    }
    LOG.info("sched: _slurm_rpc_allocate_het_job JobId={} NodeList=(null)", leader);
    return Reply.message(RESPONSE_HET_JOB_ALLOCATION, withoutNodes(j));
  }

  private Reply answer(Request r, JobRecord leader) {
    LOG.info("sched: _slurm_rpc_allocate_het_job JobId={} of {} components uid={}", leader.jobId, leader.hetSize, r.uid());
    return Reply.message(RESPONSE_HET_JOB_ALLOCATION, AllocationWire.ofAll(c.view(), leader, c.identities()::groupName));
  }

  private static HetJobAllocationResponse withoutNodes(JobRecord leader) {
    List<ResourceAllocationResponse> all = new ArrayList<>();
    for (long id = leader.jobId; id < leader.jobId + leader.hetSize; id++) {
      all.add(new ResourceAllocationResponse().stepId(AllocationHandlers.id(id)).environment(new String[0]));
    }
    return new HetJobAllocationResponse().allocations(all);
  }

  // ---- srun within

  /** Asked for every job: one without components stands alone. A component that is not the leader does not speak for the job. */
  private Reply info(Request r) {
    return AllocationHandlers.ofAllocation(
        c,
        r,
        r.body(HetJobAllocInfoRequest.class).stepId().jobId(),
        j -> j.isHet() && !j.isHetLeader() ? Optional.of(Reply.rc(NOT_HET_JOB_LEADER)) : Optional.empty(),
        j -> Reply.message(RESPONSE_HET_JOB_ALLOCATION, AllocationWire.ofAll(c.view(), j, c.identities()::groupName)));
  }
}
