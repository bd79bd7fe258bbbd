package org.slurmctldj.sched;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who waits for a plan, or for a job's place in it. */
class PlanWatchersTest {
  private final PlanWatchers watchers = new PlanWatchers();

  @Test
  void aJobsStartIsHeardOfBeforeThePlanIsCarriedOut() {
    CompletableFuture<Void> seven = watchers.job(7);
    CompletableFuture<Void> eight = watchers.job(8);
    assertEquals(List.of(seven, eight), watchers.begin());
    watchers.started(7);
    assertTrue(seven.isDone());
    assertFalse(eight.isDone(), "eight did not start: its client hears of it when the plan is carried out");
  }

  @Test
  void theStartOfAJobThatNobodyWaitsForIsNoNews() {
    CompletableFuture<Void> seven = watchers.job(7);
    watchers.started(8);
    assertFalse(seven.isDone());
    watchers.started(7);
    watchers.started(7);
    assertTrue(seven.isDone());
  }

  @Test
  void whoComesWhileAPlanIsMadeWaitsForTheNextOne() {
    CompletableFuture<Void> early = watchers.plan();
    List<CompletableFuture<Void>> first = watchers.begin();
    CompletableFuture<Void> late = watchers.plan();
    first.forEach(w -> w.complete(null));
    assertTrue(early.isDone());
    assertFalse(late.isDone());
    assertEquals(List.of(late), watchers.begin());
  }

  /** The planner is busy with a long plan: nothing completes this one but the look at everybody's patience. */
  @Test
  void aClientIsToldToWaitThoughThePlanIsNotThrough() throws Exception {
    CompletableFuture<Void> seven = watchers.job(7);
    seven.get(60, TimeUnit.SECONDS);
  }

  /** As above, when the one before it has been answered: the look goes on as long as somebody waits. */
  @Test
  void theLookAtTheirPatienceGoesOnWhileSomebodyWaits() throws Exception {
    watchers.job(6).complete(null);
    CompletableFuture<Void> seven = watchers.job(7);
    seven.get(60, TimeUnit.SECONDS);
    CompletableFuture<Void> eight = watchers.job(8);
    eight.get(60, TimeUnit.SECONDS);
  }
}
