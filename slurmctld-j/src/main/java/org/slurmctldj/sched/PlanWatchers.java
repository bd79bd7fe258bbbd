package org.slurmctldj.sched;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Who waits for a plan, or for what the plan says of one job. One that waits for a job hears of its start as soon as that is
 * applied, of anything else when the plan is carried out, and has waited long enough after {@link #PATIENCE_NANOS}. Any thread.
 */
final class PlanWatchers {
  /** A client is told to wait if a long plan has not been through by then. */
  private static final long PATIENCE_NANOS = 3_000_000_000L;

  /** The patience of all is looked at together: a timer for each would be a thread to wake, twice. */
  private static final long LOOK_MILLIS = 500;

  private record OfJob(CompletableFuture<Void> done, long sinceNanos) {}

  private final ConcurrentLinkedQueue<CompletableFuture<Void>> next = new ConcurrentLinkedQueue<>();
  private final Map<Long, OfJob> byJob = new ConcurrentHashMap<>();
  private final AtomicBoolean looking = new AtomicBoolean();

  /** Completes when a plan that begins after this call has been carried out. */
  CompletableFuture<Void> plan() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    next.add(done);
    return done;
  }

  /** As {@link #plan}, or when that job starts, or when its client has waited long enough. One for a job at a time. */
  CompletableFuture<Void> job(long jobId) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    OfJob mine = new OfJob(done, System.nanoTime());
    done.whenComplete((_, _) -> byJob.remove(jobId, mine));
    byJob.put(jobId, mine);
    next.add(done);
    look();
    return done;
  }

  /** That job has started. */
  void started(long jobId) {
    OfJob w = byJob.isEmpty() ? null : byJob.get(jobId);
    if (w != null) {
      w.done.complete(null);
    }
  }

  /** The planner's: a plan begins; these are to be completed when it is carried out. */
  List<CompletableFuture<Void>> begin() {
    List<CompletableFuture<Void>> watching = new ArrayList<>();
    for (CompletableFuture<Void> w = next.poll(); w != null; w = next.poll()) {
      watching.add(w);
    }
    return watching;
  }

  private void look() {
    if (!looking.get() && looking.compareAndSet(false, true)) {
      CompletableFuture.delayedExecutor(LOOK_MILLIS, TimeUnit.MILLISECONDS).execute(() -> {
        looking.set(false);
        long now = System.nanoTime();
        for (OfJob w : byJob.values()) {
          if (now - w.sinceNanos > PATIENCE_NANOS) {
            w.done.complete(null);
          }
        }
        if (!byJob.isEmpty()) {
          look();
        }
      });
    }
  }
}
