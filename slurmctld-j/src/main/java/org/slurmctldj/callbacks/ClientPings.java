package org.slurmctldj.callbacks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.Actor;
import org.slurmctldj.core.AllocationEnd;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.proto.slurm.EmptyBody;
import org.slurmctldj.proto.slurm.SrunTimeout;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * Looks after the clients of running allocations: warns of the time limit in its last minute, and with InactiveLimit asks
 * each client whether it is still there. The round is on a thread of its own; each client that is spoken to has a virtual
 * one, for one that is gone may take long to be found so. What it knows is soft: after a restart everybody counts as just
 * heard of.
 */
public final class ClientPings implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClientPings.class);
  private static final int SRUN_PING = 7001;
  private static final int SRUN_TIMEOUT = 7002;
  private static final int PERIOD_SECONDS = 30;
  private static final int WARN_SECONDS = 60;
  /** Connections at once. */
  private static final int MOST_AT_ONCE = 256;

  private final ClusterView view;
  private final ClientCallbacks.Commands commands;
  private final Post post;
  private final IntSupplier inactiveLimit;
  private final LongSupplier clockMillis;
  private final Map<Long, Long> heard = new ConcurrentHashMap<>();
  /** Those whom the round before is still speaking to. */
  private final Set<Long> spokenTo = ConcurrentHashMap.newKeySet();
  private final ExecutorService speaking = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("client-ping-", 0).factory());
  private final Semaphore atOnce = new Semaphore(MOST_AT_ONCE);
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("client-pings").daemon().factory());

  /** @param inactiveLimit InactiveLimit of slurm.conf, seconds; 0 none */
  public ClientPings(ClusterView view, ClientCallbacks.Commands commands, Post post, IntSupplier inactiveLimit, LongSupplier clockMillis) {
    this.view = view;
    this.commands = commands;
    this.post = post;
    this.inactiveLimit = inactiveLimit;
    this.clockMillis = clockMillis;
  }

  public void start() {
    next(period());
  }

  private void next(int seconds) {
    thread.schedule(
        () -> {
          try {
            round(clockMillis.getAsLong() / 1000);
          } catch (RuntimeException e) {
            LOG.error("looking after clients of allocations: {}", e.toString(), e);
          }
          next(period());
        },
        seconds,
        TimeUnit.SECONDS);
  }

  private int period() {
    int limit = inactiveLimit.getAsInt();
    return limit == 0 ? PERIOD_SECONDS : Math.max(1, Math.min(PERIOD_SECONDS, limit / 3));
  }

  private record Client(long jobId, Post.Address address, long endsAt) {}

  void round(long now) {
    List<Client> clients = new ArrayList<>();
    view.forEachJobOnNodes(
        j -> {
          Post.Address to = j.phase == JobPhase.RUNNING ? ClientCallbacks.address(j, JobField.OTHER_PORT) : null;
          if (to != null) {
            clients.add(new Client(j.jobId, to, endsAt(j)));
          }
        });
    heard.keySet().retainAll(clients.stream().map(Client::jobId).collect(java.util.stream.Collectors.toSet()));
    int limit = inactiveLimit.getAsInt();
    for (Client c : clients) {
      boolean warned = c.endsAt() - now <= WARN_SECONDS;
      if ((warned || limit > 0) && spokenTo.add(c.jobId())) {
        speaking.execute(() -> speak(c, warned, limit));
      }
    }
  }

  private void speak(Client c, boolean warned, int limit) {
    atOnce.acquireUninterruptibly();
    try {
      if (warned) {
        StepId id = new StepId().jobId(c.jobId()).stepId(SlurmConstants.NO_VAL).stepHetComp(SlurmConstants.NO_VAL);
        post.tell(c.address(), SRUN_TIMEOUT, new SrunTimeout().stepId(id).timeout(c.endsAt()));
      }
      if (limit > 0) {
        ping(c, limit);
      }
    } catch (RuntimeException e) {
      LOG.error("looking after the client of JobId={}: {}", c.jobId(), e.toString(), e);
    } finally {
      atOnce.release();
      spokenTo.remove(c.jobId());
    }
  }

  private static long endsAt(JobRecord j) {
    boolean unlimited = j.timeLimit == SlurmConstants.INFINITE || j.timeLimit == SlurmConstants.NO_VAL;
    return unlimited ? Long.MAX_VALUE : j.startTime + j.timeLimit * 60;
  }

  private void ping(Client c, int limit) {
    long asked = clockMillis.getAsLong() / 1000;
    long last = heard.computeIfAbsent(c.jobId(), _ -> asked);
    if (post.ask(c.address(), SRUN_PING, EmptyBody.INSTANCE)) {
      heard.put(c.jobId(), asked);
    } else if (asked - last >= limit) {
      Actor self = new Actor(0, 0, true, "slurmctld");
      LOG.info("Inactivity time limit reached for JobId={}", c.jobId());
      commands.submit(at -> new Command.EndAllocation(at, self, c.jobId(), SlurmConstants.NO_VAL, AllocationEnd.INACTIVE));
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    speaking.shutdownNow();
  }
}
