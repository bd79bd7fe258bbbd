package org.slurmctldj.sched;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.CommandSink;
import org.slurmctldj.core.Effect;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.core.Proposal;
import org.slurmctldj.core.Result;
import org.slurmctldj.core.SlurmNumbers;

class BackfillTest {
  private volatile SchedulingParameters knobs = SchedulingParameters.DEFAULT;
  private final Backfill backfill = new Backfill(() -> knobs, () -> 0);

  private static JobFields whole(long minutes) {
    return Cluster.request(Cluster.ALICE).number(JobField.SHARED, 0).number(JobField.TIME_LIMIT, minutes);
  }

  private static JobFields core(long minutes) {
    return Cluster.request(Cluster.ALICE).number(JobField.TIME_LIMIT, minutes);
  }

  private static void settle(Cluster c) {
    for (Proposal p : new Planner().plan(c.store, c.now).proposals()) {
      c.apply(new Command.StartJob(c.now, p));
    }
  }

  private List<Long> startsNow(Cluster c) {
    return backfill.plan(c.store, c.now).proposals().stream().map(Proposal::jobId).toList();
  }

  private long start(Cluster c, long id) {
    PlannedStarts.Start s = backfill.plan(c.store, c.now).starts().byJob().get(id);
    return s == null ? 0 : s.seconds() - c.now / 1000;
  }

  @Test
  void aShortJobFillsTheGapBeforeALargeOne() {
    Cluster c = Cluster.of(2);
    c.submit(whole(60)); // n1 for an hour
    settle(c);
    long large = c.submit(whole(60).number(JobField.MIN_NODES, 2));
    long longer = c.submit(core(61));
    long fits = c.submit(core(60));
    assertEquals(List.of(fits), startsNow(c));
    assertEquals(3600, start(c, large));
    assertArrayEquals(new int[] {0, 1}, backfill.plan(c.store, c.now).starts().byJob().get(large).nodes());
    assertEquals(7200, start(c, longer));
  }

  @Test
  void plannedStartsAreTheRunningJobsEndsToTheSecond() {
    Cluster c = Cluster.of(1);
    c.submit(whole(10));
    settle(c);
    c.now += 37_000;
    long next = c.submit(whole(5));
    long last = c.submit(whole(5));
    assertEquals(600 - 37, start(c, next));
    c.now += 1_000;
    assertEquals(600 - 38, start(c, next));
    // The grain of what comes behind is bf_resolution.
    assertEquals(900 - 38, start(c, last), 60);
  }

  /** The known bug of the estimates before: a job that was held, released and updated had none. */
  @Test
  void aJobThatWasHeldReleasedAndUpdatedHasAPlannedStart() {
    Cluster c = Cluster.of(1);
    c.submit(whole(10));
    settle(c);
    long id = c.submit(whole(5).number(JobField.PRIORITY, 0));
    assertEquals(0, start(c, id));
    assertEquals(0, c.update(Cluster.ROOT, id, new JobFields().number(JobField.PRIORITY, SlurmNumbers.INFINITE)).error());
    assertEquals(600, start(c, id));
    assertEquals(0, c.update(Cluster.ALICE, id, new JobFields().number(JobField.TIME_LIMIT, 4)).error());
    assertEquals(600, start(c, id));
  }

  @Test
  void licencesAreWaitedForAndNotTakenFromBetters() {
    Cluster c = Cluster.of(2);
    c.submit(core(10).text(JobField.LICENSES, "foo:3"));
    settle(c);
    long first = c.submit(core(10).text(JobField.LICENSES, "foo:4"));
    long tooLong = c.submit(core(11).text(JobField.LICENSES, "foo"));
    long fits = c.submit(core(10).text(JobField.LICENSES, "foo"));
    assertEquals(List.of(fits), startsNow(c));
    assertEquals(600, start(c, first));
    assertEquals(1200, start(c, tooLong));
  }

  @Test
  void gpusAreWaitedForAndNotTakenFromBetters() {
    Cluster c = new Cluster();
    NodeDefinition d = Cluster.node("n1");
    c.apply(new Command.Reconfigure(c.now, Cluster.config(1, List.of(new NodeDefinition(
        d.name(), d.hostName(), d.address(), d.port(), d.cpus(), d.boards(), d.sockets(), d.coresPerSocket(),
        d.threadsPerCore(), d.realMemory(), d.tmpDisk(), 1, List.of(), "gpu:2", 0, 0, 0, null)), List.of())));
    c.register("n1", "boot1");
    c.submit(core(10).text(JobField.TRES_PER_NODE, "gres:gpu:1"));
    settle(c);
    long both = c.submit(core(10).text(JobField.TRES_PER_NODE, "gres:gpu:2"));
    long tooLong = c.submit(core(11).text(JobField.TRES_PER_NODE, "gres:gpu:1"));
    long fits = c.submit(core(10).text(JobField.TRES_PER_NODE, "gres:gpu:1"));
    assertEquals(List.of(fits), startsNow(c));
    assertEquals(600, start(c, both));
    assertEquals(1200, start(c, tooLong));
  }

  @Test
  void builtinTellsStartsAndStartsNothingOutOfOrder() {
    Cluster c = Cluster.of(2);
    c.submit(whole(60));
    settle(c);
    long large = c.submit(whole(60).number(JobField.MIN_NODES, 2));
    long fitsNow = c.submit(core(30));
    knobs = SchedulingParameters.BUILTIN;
    assertEquals(0, start(c, large));
    c.now += 30_000;
    assertEquals(3570, start(c, large));
    assertEquals(7170, start(c, fitsNow), "as slurmctld 22.05.8: when the one before it ends");
    assertEquals(List.of(), startsNow(c));
  }

  @Test
  void reservationsAreGoneRoundAndWaitedFor() {
    Cluster c = Cluster.of(1);
    assertTrue(c.apply(new Command.ChangeReservation(c.now, Cluster.ROOT, true, "r1", c.now / 1000 + 600, SlurmNumbers.NO_VAL,
        10, 0, 0, "n1", SlurmNumbers.NO_VAL, "alice", null, null, null)).isOk());
    long across = c.submit(whole(60)); // nothing runs, but the reservation is in the way
    long before = c.submit(core(10));
    long in = c.submit(core(5).text(JobField.USER_NAME, "alice").text(JobField.RESERVATION, "r1"));
    assertEquals(List.of(before), startsNow(c));
    assertEquals(1200, start(c, across));
    assertEquals(600, start(c, in));
  }

  @Test
  void nothingIsPlannedBeyondTheWindow() {
    Cluster c = Cluster.of(1);
    c.submit(whole(61));
    settle(c);
    long id = c.submit(whole(5));
    assertEquals(3660, start(c, id));
    knobs = SchedulingParameters.of("sched/backfill", "bf_window=60");
    assertEquals(0, start(c, id));
  }

  @Test
  void asManyJobsAreTestedAsTheLimitsSay() {
    Cluster c = Cluster.of(1);
    c.submit(whole(10));
    settle(c);
    for (int i = 0; i < 5; i++) {
      c.submit(whole(5));
    }
    c.submit(Cluster.BOB, Cluster.request(Cluster.BOB).number(JobField.SHARED, 0));
    assertEquals(6, planned(c, ""));
    assertEquals(2, planned(c, "bf_max_job_test=2"));
    assertEquals(3, planned(c, "bf_max_job_user=2"));
    assertEquals(3, planned(c, "bf_max_job_user_part=2"));
    assertEquals(4, planned(c, "bf_max_job_part=4"));
    assertEquals(0, planned(c, "bf_min_age_reserve=600"));
    assertEquals(6, planned(c, "bf_max_job_start=1"));
  }

  private int planned(Cluster c, String parameters) {
    knobs = SchedulingParameters.of("sched/backfill", parameters);
    return backfill.plan(c.store, c.now).starts().byJob().size();
  }

  @Test
  void anArrayHasSoManyTasksPlanned() {
    Cluster c = Cluster.of(1);
    c.submit(whole(10));
    settle(c);
    long array = c.submit(whole(5).text(JobField.ARRAY_SPEC, "0-99"));
    long behind = c.submit(whole(5));
    knobs = SchedulingParameters.of("sched/backfill", "bf_max_job_array_resv=3");
    assertEquals(600, start(c, array));
    assertEquals(600 + 3 * 300, start(c, behind));
  }

  @Test
  void aDrainedNodeIsNotPlannedOn() {
    Cluster c = Cluster.of(2);
    c.apply(new Command.UpdateNode(c.now, Cluster.ROOT, List.of("n1"), SlurmNumbers.NODE_STATE_DRAIN, "x", null, null,
        SlurmNumbers.NO_VAL));
    long id = c.submit(whole(5).number(JobField.MIN_NODES, 2));
    assertEquals(0, start(c, id));
    assertEquals(List.of(), startsNow(c));
  }

  @Test
  void aPlanThatSaysTheSameIsTheSame() {
    Cluster c = Cluster.of(1);
    c.submit(whole(10));
    settle(c);
    c.submit(whole(5));
    PlannedStarts before = backfill.plan(c.store, c.now).starts();
    assertSame(before, backfill.plan(c.store, c.now + 1_000).starts().orSame(before));
    c.submit(whole(5));
    assertNotEquals(before, backfill.plan(c.store, c.now).starts().orSame(before));
  }

  /** Jobs that run exactly as long as they may: a better job never starts later than it was once promised. */
  @Test
  void promisesAreKeptWhileTheScheduleIsCarriedOut() {
    Cluster c = Cluster.of(2);
    c.submit(whole(7));
    c.submit(core(13));
    settle(c);
    long large = c.submit(whole(10).number(JobField.MIN_NODES, 2));
    for (int i = 0; i < 12; i++) {
      c.submit(core(3 + 2 * i));
    }
    long promised = c.now / 1000 + start(c, large);
    for (int minute = 0; c.job(large).phase == JobPhase.PENDING; minute++) {
      assertTrue(minute < 60);
      for (Proposal p : backfill.plan(c.store, c.now).proposals()) {
        assertTrue(c.apply(new Command.StartJob(c.now, p)).isOk());
      }
      c.now += 60_000;
      c.store.copy().forEachJob(j -> {
        if (j.phase == JobPhase.STARTING && j.startTime + j.timeLimit * 60 <= c.now / 1000) {
          c.started(j.jobId);
          c.ended(j.jobId, 0);
          c.released(j.jobId);
        }
      });
    }
    assertEquals(promised, c.job(large).startTime);
  }

  @Test
  void theThreadStartsWhatFitsAndPublishesTheRest() throws Exception {
    Cluster c = Cluster.of(2);
    c.submit(whole(60));
    settle(c);
    ExecutorService apply = Executors.newSingleThreadExecutor();
    AtomicReference<SchedulerThread> main = new AtomicReference<>();
    CommandSink sink = at -> CompletableFuture.supplyAsync(() -> {
      int before = c.effects.size();
      Result r = c.apply(at.apply(c.now));
      if (c.effects.subList(before, c.effects.size()).stream().anyMatch(e -> e instanceof Effect.Replan)) {
        main.get().replan();
      }
      return r;
    }, apply);
    NodeClaims claims = new NodeClaims();
    try (BackfillThread b = new BackfillThread(c.store, sink, () -> c.now, () -> knobs, claims);
        SchedulerThread s = new SchedulerThread(c.store, sink, () -> c.now, new Planner(), claims, b::replan)) {
      main.set(s);
      s.start();
      b.start();
      long large = sink.submit(now -> new Command.SubmitJob(now, Cluster.ALICE, whole(60).number(JobField.MIN_NODES, 2))).get().jobId();
      long small = sink.submit(now -> new Command.SubmitJob(now, Cluster.ALICE, core(30))).get().jobId();
      await(() -> c.job(small).phase == JobPhase.STARTING);
      await(() -> b.starts().byJob().containsKey(large));
      assertEquals(c.now / 1000 + 3600, b.starts().byJob().get(large).seconds());
      await(() -> b.statistics().started() == 1);
      assertNull(s.reasons().of(c.job(small)));
      await(() -> !b.active());
      knobs = SchedulingParameters.BUILTIN;
      long never = sink.submit(now -> new Command.SubmitJob(now, Cluster.ALICE, core(30))).get().jobId();
      await(() -> b.starts().byJob().isEmpty());
      assertEquals(SlurmNumbers.WAIT_PRIORITY, s.reasons().of(c.job(never)).number());
      assertEquals(JobPhase.PENDING, c.job(never).phase);
      assertFalse(b.active());
    } finally {
      apply.shutdown();
      assertTrue(apply.awaitTermination(10, TimeUnit.SECONDS));
    }
  }

  private static void await(BooleanSupplier condition) {
    long until = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < until, "waited in vain");
      Thread.onSpinWait();
    }
  }
}
