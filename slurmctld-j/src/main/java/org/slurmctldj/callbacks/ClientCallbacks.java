package org.slurmctldj.callbacks;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.Actor;
import org.slurmctldj.core.AllocationEnd;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.Effect;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.Result;
import org.slurmctldj.engine.EffectListener;
import org.slurmctldj.proto.slurm.SlurmBody;
import org.slurmctldj.proto.slurm.SrunNodeFail;
import org.slurmctldj.proto.slurm.SrunTimeout;
import org.slurmctldj.proto.slurm.SrunUserMsg;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.slurm.StepIdMsg;
import org.slurmctldj.proto.wire.SlurmConstants;
import org.slurmctldj.rpc.handlers.WaitingClients;
import org.slurmctldj.rpc.render.AllocationWire;

/**
 * Turns effects into messages to waiting srun and salloc. The listener's thread only hands over; each message has a virtual
 * thread of its own, for a client may be slow, gone, or behind an address where nothing answers: no other may wait for that. What is sent is a courtesy but for one: an allocation whose client
 * cannot be told of it is ended.
 */
public final class ClientCallbacks implements EffectListener, WaitingClients, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClientCallbacks.class);
  private static final int RESPONSE_RESOURCE_ALLOCATION = 4002;
  private static final int RESPONSE_HET_JOB_ALLOCATION = 4026;
  private static final int SRUN_TIMEOUT = 7002;
  private static final int SRUN_NODE_FAIL = 7003;
  private static final int SRUN_JOB_COMPLETE = 7004;
  private static final int SRUN_USER_MSG = 7005;
  /** Connections at once. */
  private static final int MOST_AT_ONCE = 512;
  private static final int MOST_QUEUED = 50_000;
  private static final int TRIES = 3;

  /** Where commands go; completes when the command is durable and applied. */
  public interface Commands {
    CompletableFuture<Result> submit(LongFunction<Command> command);
  }

  private final ClusterView view;
  private final Commands commands;
  private final Post post;
  private final LongFunction<String> groupName;
  private final Set<Long> waiting = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("callback-", 0).factory());
  private final Semaphore atOnce = new Semaphore(MOST_AT_ONCE);
  private final AtomicInteger queued = new AtomicInteger();

  /** @param groupName a gid's name or null, may block */
  public ClientCallbacks(ClusterView view, Commands commands, Post post, LongFunction<String> groupName) {
    this.view = view;
    this.commands = commands;
    this.post = post;
    this.groupName = groupName;
  }

  @Override
  public void waits(long jobId) {
    waiting.add(jobId);
  }

  @Override
  public boolean waitsNoMore(long jobId) {
    return waiting.remove(jobId);
  }

  @Override
  public void tell(long jobId) {
    hand(() -> allocated(jobId));
  }

  /** After a start every pending allocation's client is one that was told to wait; --immediate did not outlive it. */
  @Override
  public void resync() {
    view.forEachJob(
        j -> {
          // Of a heterogeneous job the leader stands for all components.
          if (j.phase == JobPhase.PENDING && j.request.number(JobField.BATCH_FLAG) == 0 && j.hetOffset() == 0) {
            if (j.request.number(JobField.IMMEDIATE) == 1) {
              end(j.jobId, AllocationEnd.NOT_IMMEDIATE);
            } else {
              waiting.add(j.jobId);
              // what starts from now on is not passed by, what has started meanwhile was
              JobRecord now = view.job(j.jobId);
              if (now != null && now.phase != JobPhase.PENDING && waiting.remove(j.jobId)) {
                hand(() -> allocated(j.jobId));
              }
            }
          }
        });
  }

  @Override
  public boolean wants(Effect effect) {
    return switch (effect) {
      // who is told to wait from now on looks at the job once more behind this
      case Effect.Allocated a -> waiting.contains(a.jobId());
      case Effect.TellClient t -> true;
      case Effect.JobPurged p -> waiting.contains(p.jobId());
      default -> false;
    };
  }

  @Override
  public void effect(Effect effect) {
    if (effect instanceof Effect.Allocated a && waiting.remove(a.jobId())) {
      hand(() -> allocated(a.jobId()));
    } else if (effect instanceof Effect.TellClient t) {
      hand(() -> tell(t));
    } else if (effect instanceof Effect.JobPurged p) {
      waiting.remove(p.jobId());
    }
  }

  private void hand(Runnable task) {
    if (queued.incrementAndGet() > MOST_QUEUED) {
      queued.decrementAndGet();
      LOG.warn("a message to a client was dropped: too many wait to be sent");
      return;
    }
    try {
      threads.execute(() -> send(task));
    } catch (RejectedExecutionException e) {
      LOG.debug("a message to a client is not sent: the controller stops");
    }
  }

  private void send(Runnable task) {
    try {
      atOnce.acquire();
      try {
        task.run();
      } finally {
        atOnce.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("a message to a client: {}", e.toString(), e);
    } finally {
      queued.decrementAndGet();
    }
  }

  private void tell(Effect.TellClient t) {
    Post.Address to = new Post.Address(t.host(), t.port(), t.version(), t.uid());
    StepId id = new StepId().jobId(t.jobId()).stepId(t.stepId()).stepHetComp(SlurmConstants.NO_VAL);
    boolean sent =
        switch (t.notice()) {
          case COMPLETE -> post.tell(to, SRUN_JOB_COMPLETE, new StepIdMsg().stepId(id));
          case NODE_FAIL -> post.tell(to, SRUN_NODE_FAIL, new SrunNodeFail().stepId(id).nodelist(t.nodes()));
          case TIMEOUT -> post.tell(to, SRUN_TIMEOUT, new SrunTimeout().stepId(id).timeout(view.globals().lastMillis() / 1000));
        };
    LOG.debug("job {} {} to {}:{}{}", t.jobId(), t.notice(), t.host(), t.port(), sent ? "" : ": nobody there");
  }

  /** The address for everything but the allocation itself; null: the job has none. */
  static Post.Address address(JobRecord j, JobField port) {
    int p = (int) j.request.number(port);
    String host = j.request.text(JobField.RESP_HOST);
    return p == 0 || host == null
        ? null
        : new Post.Address(
            host, p, (int) j.request.number(JobField.START_PROTOCOL_VERSION) >> 8, j.request.number(JobField.USER_ID));
  }

  private void allocated(long jobId) {
    JobRecord j = view.job(jobId);
    Post.Address to = j == null ? null : address(j, JobField.ALLOC_RESP_PORT);
    if (to == null || j.phase != JobPhase.RUNNING && j.phase != JobPhase.STARTING) {
      return;
    }
    SlurmBody message =
        j.isHet()
            ? AllocationWire.ofAll(view, j, groupName)
            : AllocationWire.of(view, j, 0, groupName.apply(j.request.number(JobField.GROUP_ID)));
    for (int i = 0; i < TRIES; i++) {
      if (post.ask(to, j.isHet() ? RESPONSE_HET_JOB_ALLOCATION : RESPONSE_RESOURCE_ALLOCATION, message)) {
        return;
      }
    }
    LOG.info("Killing interactive JobId={}: its client at {}:{} cannot be told", jobId, to.host(), to.port());
    end(jobId, AllocationEnd.UNREACHABLE);
  }

  private void end(long jobId, AllocationEnd cause) {
    Actor self = new Actor(0, 0, true, "slurmctld");
    commands.submit(now -> new Command.EndAllocation(now, self, jobId, SlurmConstants.NO_VAL, cause));
  }

  @Override
  public boolean message(JobRecord job, String text) {
    Post.Address to = address(job, JobField.OTHER_PORT);
    if (to == null || job.phase != JobPhase.RUNNING) {
      return false;
    }
    StepId id = new StepId().jobId(job.jobId).stepId(SlurmConstants.NO_VAL).stepHetComp(SlurmConstants.NO_VAL);
    hand(() -> post.tell(to, SRUN_USER_MSG, new SrunUserMsg().stepId(id).msg(text)));
    return true;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
