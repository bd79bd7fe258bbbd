package org.slurmctldj.sched;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.CommandSink;
import org.slurmctldj.core.Proposal;
import org.slurmctldj.core.Result;

/**
 * The thread that looks ahead: woken by {@link SchedulerThread} when jobs wait, plans, publishes the planned starts, hands
 * in what can start now. With bf_interval set it plans that often; else soon after something changed, for at most a tenth
 * of its time. Nobody waits for it.
 */
public final class BackfillThread implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BackfillThread.class);

  /** What the thread waits at when there is nothing to plan; shows in thread dumps. */
  private static final Object IDLE_WAIT = new Object() {
    @Override
    public String toString() {
      return "backfill: nothing to plan";
    }
  };

  /** While jobs wait, planned starts are looked at again even if nothing happens: running jobs overrun, limits come nearer. */
  private static final long AGAIN_NANOS = 30_000_000_000L;

  /** sched/builtin starts nothing out of order: so often is enough to tell people when jobs will start. */
  private static final long BUILTIN_PAUSE_NANOS = 5_000_000_000L;

  private static final long LEAST_PAUSE_NANOS = 200_000_000L;

  private final ClusterView view;
  private final CommandSink sink;
  private final LongSupplier clockMillis;
  private final Supplier<SchedulingParameters> parameters;
  private final Backfill backfill;
  private final NodeClaims claims;
  private final Thread thread;
  private final AtomicBoolean wanted = new AtomicBoolean();
  private volatile boolean stopping;
  private volatile PlannedStarts starts = PlannedStarts.NONE;
  private final AtomicReference<PassStatistics> statistics = new AtomicReference<>(PassStatistics.NONE);
  private volatile boolean active;
  private long lastEnd = System.nanoTime() - AGAIN_NANOS;
  private long lastTook;
  private boolean jobsWait;

  /** @param claims shared with the other planner */
  public BackfillThread(
      ClusterView view, CommandSink sink, LongSupplier clockMillis, Supplier<SchedulingParameters> parameters, NodeClaims claims) {
    this.view = view;
    this.claims = claims;
    this.sink = sink;
    this.clockMillis = clockMillis;
    this.parameters = parameters;
    this.backfill = new Backfill(parameters, System::nanoTime);
    this.thread = Thread.ofPlatform().name("backfill").daemon().unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /** Any thread: the main pass is through and jobs wait, or none wait any more. Cheap. */
  public void replan() {
    if (!wanted.getAndSet(true)) {
      LockSupport.unpark(thread);
    }
  }

  /** When pending jobs will start. */
  public PlannedStarts starts() {
    return starts;
  }

  public PassStatistics statistics() {
    return statistics.get();
  }

  /** Any thread. */
  public void resetStatistics() {
    statistics.updateAndGet(PassStatistics::reset);
  }

  /** A pass is on its way. */
  public boolean active() {
    return active;
  }

  private void run() {
    while (!stopping) {
      if (!wanted.get() && !(jobsWait && System.nanoTime() - lastEnd > againNanos())) {
        if (jobsWait) {
          LockSupport.parkNanos(IDLE_WAIT, againNanos());
        } else {
          LockSupport.park(IDLE_WAIT);
        }
        continue;
      }
      pause(lastEnd + pauseNanos() - System.nanoTime());
      if (stopping) {
        return;
      }
      wanted.set(false);
      try {
        round();
      } catch (RuntimeException | Error e) {
        LOG.error("backfill failed; the next event starts a new plan", e);
        jobsWait = false;
        pause(1_000_000_000L);
      }
    }
  }

  private long againNanos() {
    return parameters.get().backfill() ? AGAIN_NANOS : BUILTIN_PAUSE_NANOS;
  }

  private long pauseNanos() {
    int interval = parameters.get().bfIntervalSeconds();
    if (!parameters.get().backfill()) {
      return Math.max(BUILTIN_PAUSE_NANOS, 9 * lastTook);
    }
    return interval > 0 ? interval * 1_000_000_000L : Math.max(LEAST_PAUSE_NANOS, 9 * lastTook);
  }

  private void round() {
    active = true;
    long began = System.nanoTime();
    long nowMillis = clockMillis.getAsLong();
    BackfillPlan plan = backfill.plan(view, nowMillis);
    starts = plan.starts().orSame(starts);
    jobsWait = plan.queued() > 0;
    int started = carryOut(plan.proposals());
    lastEnd = System.nanoTime();
    lastTook = lastEnd - began;
    if (plan.queued() > 0 && parameters.get().backfill()) {
      PassStatistics.Pass pass = new PassStatistics.Pass(
          nowMillis / 1000, lastTook / 1000, started, plan.tested(), plan.tried(), plan.queued(), plan.moments(), plan.exit());
      statistics.updateAndGet(s -> s.with(pass));
    }
    active = false;
  }

  /** How many of them started. */
  private int carryOut(List<Proposal> proposals) {
    List<CompletableFuture<Result>> results = new ArrayList<>();
    claims.begin(NodeClaims.Planner.BACKFILL, view.config().nodes().size());
    for (Proposal p : proposals) {
      // What the main pass is giving away is looked at again in the next plan.
      if (claims.claim(NodeClaims.Planner.BACKFILL, p)) {
        results.add(sink.submit(now -> new Command.StartJob(now, p)));
      }
    }
    int started = 0;
    for (CompletableFuture<Result> f : results) {
      try {
        Result r = f.join();
        started += r.isOk() ? 1 : 0;
        if (!r.isOk()) {
          LOG.debug("proposal rejected: {}", r);
        }
      } catch (CompletionException e) {
        LOG.warn("proposal not carried out", e.getCause());
        pause(1_000_000_000L);
      }
    }
    claims.end(NodeClaims.Planner.BACKFILL);
    if (started < proposals.size()) {
      wanted.set(true);
    }
    return started;
  }

  private void pause(long nanos) {
    long until = System.nanoTime() + nanos;
    while (!stopping && until - System.nanoTime() > 0) {
      LockSupport.parkNanos(IDLE_WAIT, until - System.nanoTime());
    }
  }

  @Override
  public void close() {
    stopping = true;
    LockSupport.unpark(thread);
  }
}
