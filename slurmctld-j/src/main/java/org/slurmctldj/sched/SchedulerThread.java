package org.slurmctldj.sched;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.CommandSink;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.Proposal;
import org.slurmctldj.core.Result;

/**
 * The thread that plans: waits until an effect says that something changed, plans, hands in the
 * proposals and waits for their results. Nobody waits for it.
 */
public final class SchedulerThread implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SchedulerThread.class);

  /** What threads wait at when there is nothing to do; shows in thread dumps. */
  private static final Object IDLE_WAIT = new Object() {
    @Override
    public String toString() {
      return "scheduler: nothing to plan";
    }
  };

  /** About as long as the journal takes for a group of records. */
  private static final long OTHER_PLANNER_NANOS = 1_000_000;

  /** About as long as a look of {@link #first} takes. */
  private static final long SHORT_NANOS = 50_000;

  private final ClusterView view;
  private final CommandSink sink;
  private final LongSupplier clockMillis;
  private final Planner planner;
  private final Runnable afterPlan;
  private final NodeClaims claims;
  private final Thread thread;
  private final AtomicBoolean wanted = new AtomicBoolean(true);
  /** The planner is somebody's: this thread's, or that of a request which takes a look. */
  private final AtomicBoolean planning = new AtomicBoolean();
  private volatile boolean stopping;
  private volatile PendingReasons reasons = PendingReasons.NONE;
  private final PlanWatchers watchers = new PlanWatchers();
  /** The last plan left jobs in the queue. */
  private boolean jobsWaited = true;
  private long againAtMillis;
  private long lastBegin = System.nanoTime() - 1_000_000_000L;
  private final AtomicReference<PassStatistics> statistics = new AtomicReference<>(PassStatistics.NONE);

  public SchedulerThread(ClusterView view, CommandSink sink, LongSupplier clockMillis, Planner planner) {
    this(view, sink, clockMillis, planner, new NodeClaims(), () -> { });
  }

  /**
   * @param claims shared with the other planner
   * @param afterPlan run on this thread when a plan is carried out and nothing more can start in order, if jobs are left or were
   *     after the plan before
   */
  public SchedulerThread(
      ClusterView view, CommandSink sink, LongSupplier clockMillis, Planner planner, NodeClaims claims, Runnable afterPlan) {
    this.afterPlan = afterPlan;
    this.claims = claims;
    this.view = view;
    this.sink = sink;
    this.clockMillis = clockMillis;
    this.planner = planner;
    this.thread = Thread.ofPlatform().name("scheduler").daemon().unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /** Any thread: something changed that may let a job start. Cheap; many calls make one plan. */
  public void replan() {
    if (!wanted.getAndSet(true)) {
      LockSupport.unpark(thread);
    }
  }

  /** Any thread: completes, on the scheduler's, when a plan that begins after this call has been carried out. */
  public CompletableFuture<Void> planned() {
    CompletableFuture<Void> done = watchers.plan();
    replan();
    return done;
  }

  /** As {@link #planned}, but also when that job has started, on the thread that says so, and after three seconds at most. */
  public CompletableFuture<Void> placed(long jobId) {
    CompletableFuture<Void> done = watchers.job(jobId);
    replan();
    return done;
  }

  /** Any thread: that job holds its nodes. Cheap if nobody waits for it. */
  public void started(long jobId) {
    watchers.started(jobId);
  }

  public PendingReasons reasons() {
    return reasons;
  }

  public PassStatistics statistics() {
    return statistics.get();
  }

  /** Any thread. */
  public void resetStatistics() {
    statistics.updateAndGet(PassStatistics::reset);
  }

  private void run() {
    while (!stopping) {
      long again = againAtMillis;
      if (again != 0 && clockMillis.getAsLong() >= again) {
        wanted.set(true);
      }
      if (!wanted.getAndSet(false)) {
        if (again == 0) {
          LockSupport.park(IDLE_WAIT);
        } else {
          LockSupport.parkNanos(IDLE_WAIT, Math.max(1, again - clockMillis.getAsLong()) * 1_000_000);
        }
        continue;
      }
      try {
        round();
      } catch (RuntimeException | Error e) {
        LOG.error("planning failed; the next event starts a new plan", e);
        pause(1_000_000_000L);
      }
    }
  }

  private void round() {
    long least = planner.parameters().minIntervalMicros() * 1_000;
    long early = lastBegin + least - System.nanoTime();
    if (early > 0) {
      pause(early);
    }
    List<CompletableFuture<Void>> watching = watchers.begin();
    long took = 0;
    try {
      took = carryOut();
    } finally {
      watching.forEach(w -> w.complete(null));
    }
    // A long queue costs a long plan: never more than half of one processor.
    if (took > 1_000_000L) {
      pause(took);
    }
  }

  /** Nanoseconds that the plan itself took. */
  private long carryOut() {
    long started = System.nanoTime();
    lastBegin = started;
    long nowMillis = clockMillis.getAsLong();
    Plan plan = planned(nowMillis);
    long took = System.nanoTime() - started;
    reasons = plan.reasons().orSame(reasons);
    againAtMillis = plan.againAtMillis();
    List<CompletableFuture<Result>> results = new ArrayList<>();
    int claimed = 0;
    claims.begin(NodeClaims.Planner.MAIN, view.config().nodes().size());
    for (Proposal p : plan.proposals()) {
      if (claims.claim(NodeClaims.Planner.MAIN, p)) {
        results.add(sink.submit(now -> new Command.StartJob(now, p)));
      } else {
        claimed++;
      }
    }
    int rejected = 0;
    for (CompletableFuture<Result> f : results) {
      try {
        Result r = f.join();
        if (!r.isOk()) {
          rejected++;
          LOG.debug("proposal rejected: {}", r);
        }
      } catch (CompletionException e) {
        rejected++;
        LOG.warn("proposal not carried out", e.getCause());
        pause(1_000_000_000L);
      }
    }
    claims.end(NodeClaims.Planner.MAIN);
    if (claimed > 0) {
      LOG.debug("{} proposals want nodes that backfill is giving away: planned anew", claimed);
      pause(OTHER_PLANNER_NANOS);
    }
    int done = results.size() - rejected;
    statistics.updateAndGet(s -> s.with(new PassStatistics.Pass(
        nowMillis / 1000, took / 1000, done, plan.tried(), plan.tried(), plan.queued(), 0, plan.exit())));
    if (claimed > 0 || !plan.complete() || rejected > 0 && rejected < results.size()) {
      wanted.set(true);
    } else {
      boolean jobsWait = plan.left() > 0 || rejected > 0;
      if (jobsWait || jobsWaited) {
        afterPlan.run();
      }
      jobsWaited = jobsWait;
    }
    return took;
  }

  private Plan planned(long nowMillis) {
    while (!planning.compareAndSet(false, true)) {
      pause(SHORT_NANOS);
    }
    try {
      return planner.plan(view, nowMillis);
    } finally {
      planning.set(false);
    }
  }

  /**
   * Any thread, never waits: where a job that is about to be submitted could start at once, if nobody is before it and the planner
   * is not at work. Only a hint, for the command that submits it.
   */
  public Optional<Proposal> first(JobRecord job) {
    if (!planning.compareAndSet(false, true)) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(planner.first(view, job, clockMillis.getAsLong()));
    } catch (RuntimeException e) {
      LOG.error("looking for a first place failed; the job waits for a plan", e);
      return Optional.empty();
    } finally {
      planning.set(false);
    }
  }

  private void pause(long nanos) {
    long until = System.nanoTime() + nanos;
    while (!stopping && System.nanoTime() < until) {
      LockSupport.parkNanos(IDLE_WAIT, until - System.nanoTime());
    }
  }

  @Override
  public void close() {
    stopping = true;
    LockSupport.unpark(thread);
  }
}
