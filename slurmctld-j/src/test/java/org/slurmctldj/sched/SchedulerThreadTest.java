package org.slurmctldj.sched;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.CommandSink;
import org.slurmctldj.core.Effect;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.Result;

class SchedulerThreadTest {

  @Test
  void aSubmittedJobStartsAtOnceAndAnIdleClusterIsNotPlanned() throws Exception {
    Cluster c = Cluster.of(2);
    ExecutorService apply = Executors.newSingleThreadExecutor();
    CountDownLatch launched = new CountDownLatch(6);
    SchedulerThread[] holder = new SchedulerThread[1];
    CommandSink sink = at -> CompletableFuture.supplyAsync(() -> {
      int before = c.effects.size();
      Result r = c.apply(at.apply(c.now));
      for (Effect e : c.effects.subList(before, c.effects.size())) {
        switch (e) {
          case Effect.Launch l -> launched.countDown();
          case Effect.Replan p -> holder[0].replan();
          default -> { }
        }
      }
      return r;
    }, apply);
    try (SchedulerThread s = new SchedulerThread(c.store, sink, () -> c.now, new Planner())) {
      holder[0] = s;
      s.start();
      for (int i = 0; i < 5; i++) {
        assertTrue(sink.submit(now -> new org.slurmctldj.core.Command.SubmitJob(
            now, Cluster.ALICE, Cluster.request(Cluster.ALICE))).get().isOk());
      }
      sink.submit(now -> new org.slurmctldj.core.Command.SubmitJob(
          now, Cluster.ALICE, Cluster.request(Cluster.ALICE).number(JobField.PN_MIN_MEMORY, 1)));
      assertTrue(launched.await(10, TimeUnit.SECONDS));
      long id = sink.submit(now -> new org.slurmctldj.core.Command.SubmitJob(
          now, Cluster.ALICE, Cluster.request(Cluster.ALICE).number(JobField.SHARED, 0))).get().jobId();
      while (s.reasons().of(c.job(id)) == null) {
        Thread.onSpinWait();
      }
      assertEquals(3, s.reasons().of(c.job(id)).number());
    } finally {
      apply.shutdown();
    }
  }

  /** What backfill is giving away at this moment the main pass does not ask for; when backfill is through, it does. */
  @Test
  void aNodeThatBackfillHasClaimedIsAskedForWhenItIsThrough() throws Exception {
    Cluster c = Cluster.of(1);
    c.submit();
    NodeClaims claims = new NodeClaims();
    claims.begin(NodeClaims.Planner.BACKFILL, 1);
    assertTrue(claims.claim(NodeClaims.Planner.BACKFILL, 0));
    CountDownLatch asked = new CountDownLatch(1);
    CommandSink sink = _ -> {
      asked.countDown();
      return CompletableFuture.completedFuture(Result.OK);
    };
    try (SchedulerThread s = new SchedulerThread(c.store, sink, () -> c.now, new Planner(), claims, () -> { })) {
      s.start();
      s.planned().get(10, TimeUnit.SECONDS);
      s.planned().get(10, TimeUnit.SECONDS);
      assertEquals(1, asked.getCount(), "nothing is handed in");
      claims.end(NodeClaims.Planner.BACKFILL);
      assertTrue(asked.await(10, TimeUnit.SECONDS));
    }
  }
}
