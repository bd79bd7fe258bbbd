package org.slurmctldj.daemon;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import org.slurmctldj.core.Actor;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.DryRun;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobRow;
import org.slurmctldj.rpc.handlers.Controller;
import org.slurmctldj.rpc.render.JobWire;
import org.slurmctldj.rpc.render.NodeNames;
import org.slurmctldj.sched.BackfillThread;
import org.slurmctldj.sched.Forecast;
import org.slurmctldj.sched.PendingReasons;
import org.slurmctldj.sched.PlannedStarts;
import org.slurmctldj.sched.SchedulerThread;

/**
 * Why pending jobs wait and when they may start, as the planners' last words have it, and which running ones wait for their
 * Prologs: soft state, for answers alone. Any thread.
 */
final class WaitingReasons implements Controller.Waiting {
  private final ClusterView view;
  private final SchedulerThread scheduler;
  private final BackfillThread backfill;
  private final Executor follow;
  private final LongPredicate prologs;

  WaitingReasons(ClusterView view, SchedulerThread scheduler, BackfillThread backfill, Executor follow, LongPredicate prologs) {
    this.view = view;
    this.scheduler = scheduler;
    this.backfill = backfill;
    this.follow = follow;
    this.prologs = prologs;
  }

    private static final int WAIT_PRIORITY = 1;
    private static final int WAIT_RESOURCES = 3;

    private record Moment(PendingReasons reasons, PlannedStarts starts) {}

    private volatile Moment moment = new Moment(PendingReasons.NONE, PlannedStarts.NONE);

    @Override
    public JobWire.Waiting of(JobRecord job) {
      if (job.phase == JobPhase.STARTING || job.phase == JobPhase.RUNNING) {
        return prologs.test(job.jobId) ? JobWire.Waiting.PROLOG : null;
      }
      return job.phase != JobPhase.PENDING || job.reason != 0 ? null : of(job.jobId, () -> job);
    }

    @Override
    public boolean prologRuns(long jobId) {
      return prologs.test(jobId);
    }

    @Override
    public Object moment() {
      Moment m = moment;
      if (m.reasons() != scheduler.reasons() || m.starts() != backfill.starts()) {
        m = new Moment(scheduler.reasons(), backfill.starts());
        moment = m;
      }
      return m;
    }

    @Override
    public JobWire.Waiting of(long jobId, Supplier<JobRecord> job) {
      JobRow row = new JobRow();
      PendingReasons.Reason r = view.jobRow(jobId, row) ? scheduler.reasons().of(row, job) : null;
      if (r == null) {
        return null;
      }
      PlannedStarts starts = backfill.starts();
      PlannedStarts.Start s = starts.byJob().get(jobId);
      if (s == null || r.number() != WAIT_RESOURCES && r.number() != WAIT_PRIORITY) {
        return new JobWire.Waiting(r.number(), r.text(), 0);
      }
      ClusterConfig config = view.config();
      String nodes = config.epoch() == starts.epoch() && s.nodes().length > 0 ? NodeNames.of(config, s.nodes()) : null;
      return new JobWire.Waiting(r.number(), r.text(), s.seconds(), nodes);
    }

    @Override
    public Controller.Planning planning() {
      return new Controller.Planning(scheduler.statistics(), backfill.statistics(), backfill.active());
    }

    @Override
    public void resetStatistics() {
      scheduler.resetStatistics();
      backfill.resetStatistics();
    }

    @Override
    public Optional<Controller.First> first(Actor actor, JobFields request) {
      boolean waits = request.text(JobField.DEPENDENCY) != null || request.number(JobField.BEGIN_TIME) != 0;
      if (waits || request.isSet(JobField.PRIORITY) && request.number(JobField.PRIORITY) == 0) {
        return Optional.empty();
      }
      DryRun made = DryRun.of(view, actor, request, System.currentTimeMillis() / 1000);
      boolean plain = made.refusal() == null && made.job().arrayPending == null;
      return plain ? scheduler.first(made.job()).map(place -> new Controller.First(made, place)) : Optional.empty();
    }

    @Override
    public CompletableFuture<Void> planned() {
      return scheduler.planned().thenApplyAsync(r -> r, follow);
    }

    @Override
    public CompletableFuture<Void> placed(long jobId) {
      return scheduler.placed(jobId);
    }

    @Override
    public Forecast.WillRun willRun(JobRecord job) {
      return Forecast.of(view, job, System.currentTimeMillis());
    }
}
