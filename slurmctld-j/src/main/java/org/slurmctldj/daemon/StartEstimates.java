package org.slurmctldj.daemon;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.sched.Forecast;

/**
 * When jobs that wait for resources may start, for squeue --start and scontrol show job: soft state, worked out when
 * somebody asks, forgotten with the next plan. A long queue gets none: an answer must not cost a scan for each job.
 */
final class StartEstimates {
  /** slurmctld looks ahead every 30 s; until then a job shows no expected start. */
  private static final long FIRST_AFTER_SECONDS = 30;

  private static final int MOST_JOBS = 1000;
  private static final int MOST_PER_PLAN = 100;

  private final ClusterView view;
  private volatile OfPlan current = new OfPlan(-1);

  private static final class OfPlan {
    final long plannedAtMillis;
    final Map<Long, Long> starts = new ConcurrentHashMap<>();
    final AtomicInteger made = new AtomicInteger();

    OfPlan(long plannedAtMillis) {
      this.plannedAtMillis = plannedAtMillis;
    }
  }

  StartEstimates(ClusterView view) {
    this.view = view;
  }

  /** False: the queue is so long that every answer is 0. */
  boolean areMade() {
    return view.jobCount() <= MOST_JOBS;
  }

  /** Seconds since the epoch; 0 unknown. Any worker. */
  long of(JobRecord light, long plannedAtMillis, long nowMillis) {
    OfPlan plan = current;
    if (plan.plannedAtMillis != plannedAtMillis) {
      plan = new OfPlan(plannedAtMillis);
      current = plan;
    }
    if (nowMillis / 1000 - light.submitTime < FIRST_AFTER_SECONDS) {
      return 0;
    }
    Long known = plan.starts.get(light.jobId);
    if (known != null) {
      return known;
    }
    if (view.jobCount() > MOST_JOBS || plan.made.incrementAndGet() > MOST_PER_PLAN) {
      return 0;
    }
    Forecast.WillRun w = Forecast.of(view, light, nowMillis);
    long start = w.allocation() == null ? 0 : w.startSeconds();
    plan.starts.put(light.jobId, start);
    return start;
  }
}
