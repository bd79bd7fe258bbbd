package org.slurmctldj.sched;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slurmctldj.core.SlurmNumbers.NO_VAL;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.CommandCodec;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.Outcome;
import org.slurmctldj.core.PartitionChanges;
import org.slurmctldj.core.Proposal;
import org.slurmctldj.core.ReservationDefinition;
import org.slurmctldj.core.Reservations;
import org.slurmctldj.core.Result;
import org.slurmctldj.core.SlurmNumbers;
import org.slurmctldj.core.StateMachine;

/** Reservations; error numbers and reasons observed on 22.05.8. */
class ReservationTest {
  private final Cluster c = Cluster.of(2);

  private Result create(String name, long inSeconds, long minutes, String nodes, String users, long flags) {
    return c.apply(new Command.ChangeReservation(
        c.now, Cluster.ROOT, true, name, c.now / 1000 + inSeconds, NO_VAL, minutes, flags, 0, nodes, NO_VAL, users, null, null, null));
  }

  private static JobFields request(String user, String reservation, long minutes) {
    return Cluster.request(Cluster.ALICE).text(JobField.USER_NAME, user).text(JobField.RESERVATION, reservation)
        .number(JobField.TIME_LIMIT, minutes).text(JobField.REQ_NODES, "n1");
  }

  private Plan plan() {
    Plan plan = new Planner().plan(c.store, c.now);
    for (Proposal p : plan.proposals()) {
      assertTrue(c.apply(new Command.StartJob(c.now, p)).isOk());
    }
    return plan;
  }

  private long[] starts(long flags, int zoneSeconds, long start, int times) {
    ReservationDefinition r =
        new ReservationDefinition("r", start, start + 60, flags, new int[0], List.of(), List.of(), null, null, zoneSeconds);
    long[] out = new long[times];
    for (int i = 0; i < times; i++) {
      r = r.at(i == 0 ? start : r.end());
      out[i] = r.start();
    }
    return out;
  }

  private static long at(String time) {
    return java.time.Instant.parse(time).getEpochSecond();
  }

  /** The first time is as it was asked for, whatever the day (22.05.8: a WEEKEND one that begins on a Monday). */
  @Test
  void onWorkingDaysOrAtTheWeeksEnd() {
    long thursday = at("2026-11-26T12:00:00Z");
    assertArrayEquals(
        new long[] {thursday, at("2026-11-27T12:00:00Z"), at("2026-11-30T12:00:00Z")},
        starts(ReservationDefinition.WEEKDAY, 0, thursday, 3));
    assertArrayEquals(
        new long[] {thursday, at("2026-11-28T12:00:00Z"), at("2026-11-29T12:00:00Z"), at("2026-12-05T12:00:00Z")},
        starts(ReservationDefinition.WEEKEND, 0, thursday, 4));
    // At 23:30 UTC of Thursday it is Friday already an hour to the east: two days before Monday's.
    long late = at("2026-11-26T23:30:00Z");
    assertArrayEquals(new long[] {late, at("2026-11-29T23:30:00Z")}, starts(ReservationDefinition.WEEKDAY, 3600, late, 2));
  }

  /** Nodes=ALL of a partition: 22.05.8 and 24.11.5 change it with the partition. */
  @Test
  void oneOfAPartitionHasItsNodesWhicheverThoseAre() {
    c.apply(new Command.RaiseFeatureLevel(c.now, StateMachine.FEATURE_LEVEL));
    String partition = c.store.config().partitions().getFirst().name();
    assertEquals(2000, ofPartition("nosuch", "ALL").error());
    assertEquals(2018, ofPartition(partition, "n1").error());
    assertTrue(ofPartition(partition, "ALL").isOk());
    ReservationDefinition r = Reservations.find(c.store.config(), "r1", c.now / 1000);
    assertArrayEquals(new int[] {0, 1}, r.nodes());
    assertEquals(
        ReservationDefinition.PART_NODES | ReservationDefinition.SPEC_NODES | ReservationDefinition.DAILY, r.flags());
    assertTrue(c.apply(new Command.UpdatePartition(c.now, Cluster.ROOT, false, nodesOf(partition, "n2"))).isOk());
    assertArrayEquals(new int[] {1}, Reservations.find(c.store.config(), "r1", c.now / 1000).nodes());
  }

  private static PartitionChanges nodesOf(String partition, String nodes) {
    return new PartitionChanges(
        partition, nodes, null, null, null, null, null, null, null, null, null, 0, NO_VAL, NO_VAL, NO_VAL, NO_VAL, NO_VAL, NO_VAL,
        NO_VAL, NO_VAL, NO_VAL, NO_VAL, NO_VAL, NO_VAL, SlurmNumbers.NO_VAL64, SlurmNumbers.NO_VAL64);
  }

  private Result ofPartition(String partition, String nodes) {
    long flags = ReservationDefinition.PART_NODES | ReservationDefinition.DAILY;
    Command create = new Command.ChangeReservation(
        c.now, Cluster.ROOT, true, "r1", c.now / 1000 + 7200, NO_VAL, 30, flags, 0, nodes, NO_VAL, "alice", null, partition, null, 3600);
    assertEquals(create, CommandCodec.decode(CommandCodec.encode(create)));
    return c.apply(create);
  }

  @Test
  void onlyItsUsersJobsRunOnItsNodes() {
    assertTrue(create("r1", 0, 10, "n1", "alice", 0).isOk());
    assertEquals(2053, c.submit(Cluster.ALICE, request("alice", "nosuch", 5)).error());
    assertEquals(2052, c.submit(Cluster.ALICE, request("bob", "r1", 5)).error());
    long without = c.submit(request("alice", null, 5));
    Plan plan = plan();
    assertTrue(plan.proposals().isEmpty());
    assertEquals(15, plan.reasons().of(c.job(without)).number());
    assertEquals("ReqNodeNotAvail, May be reserved for other job", plan.reasons().of(c.job(without)).text());
    long with = c.submit(request("alice", "r1", 60));
    plan();
    assertEquals(JobPhase.STARTING, c.job(with).phase);
    assertEquals(2055, c.apply(new Command.DeleteReservation(c.now, Cluster.ROOT, "r1")).error());
    c.started(with);
    c.pass(599);
    assertEquals(JobPhase.RUNNING, c.job(with).phase);
    c.pass(1);
    assertEquals(Outcome.TIMEOUT, c.job(with).outcome);
    c.ended(with, 9);
    c.released(with);
    plan();
    assertEquals(JobPhase.STARTING, c.job(without).phase);
  }

  @Test
  void aJobThatWouldRunIntoItWaits() {
    assertTrue(create("r1", 600, 10, "n1", "alice", 0).isOk());
    long longer = c.submit(request("alice", null, 11));
    long shorter = c.submit(request("alice", null, 10));
    plan();
    assertEquals(JobPhase.PENDING, c.job(longer).phase);
    assertEquals(JobPhase.STARTING, c.job(shorter).phase);
    long early = c.submit(request("alice", "r1", 1));
    assertEquals(14, plan().reasons().of(c.job(early)).number());
    assertEquals(JobPhase.PENDING, c.job(early).phase);
  }

  @Test
  void whatCannotBeReservedIsRefused() {
    assertEquals(2080, create("r1", 0, 10, "n1", null, 0).error());
    assertEquals(2018, create("r1", 0, 10, "n9", "alice", 0).error());
    assertTrue(create("r1", 0, 10, "n1", "alice", 0).isOk());
    assertEquals(2058, create("r2", 60, 10, "n1", "alice", 0).error());
    assertEquals(2082, create("r1", 0, 10, "n2", "alice", 0).error());
    assertTrue(create("maint", 60, 10, "n1", "alice", ReservationDefinition.MAINT).isOk());
    long runs = c.submit(request("alice", "r1", 5));
    c.start(runs, 0);
    assertEquals(2053, c.apply(new Command.DeleteReservation(c.now, Cluster.ROOT, "nosuch")).error());
    assertEquals(2010, c.apply(new Command.DeleteReservation(c.now, Cluster.ALICE, "r1")).error());
    long other = c.submit(Cluster.request(Cluster.ALICE).text(JobField.REQ_NODES, "n2"));
    c.start(other, 1);
    assertEquals(2016, create("r3", 0, 10, "n2", "alice", 0).error());
    assertTrue(create("r3", 0, 10, "n2", "alice", ReservationDefinition.IGNORE_JOBS).isOk());
    assertEquals("alice_4", create(null, 3600, 10, "n2", "alice", ReservationDefinition.IGNORE_JOBS).message());
  }

  @Test
  void recurringOnesComeBackAndOthersAreGone() {
    long day = 86_400;
    assertTrue(create("daily", 0, 10, "n1", "alice", ReservationDefinition.DAILY).isOk());
    assertTrue(create("once", 0, 10, "n2", "alice", 0).isOk());
    c.pass(day / 2);
    long now = c.now / 1000;
    assertNull(Reservations.find(c.store.config(), "once", now));
    ReservationDefinition next = Reservations.find(c.store.config(), "daily", now).at(now);
    assertEquals(Cluster.START / 1000 + day, next.start());
    assertFalse(next.meets(now, now + 600));
    assertTrue(next.meets(now, now + day));
  }

  @Test
  void anUpdateKeepsWhatItDoesNotName() {
    create("r1", 0, 10, "n1", "alice", 0);
    assertTrue(c.apply(new Command.ChangeReservation(
        c.now, Cluster.ROOT, false, "r1", NO_VAL, NO_VAL, 20, 0, 0, null, NO_VAL, "+bob", null, null, null)).isOk());
    ReservationDefinition r = Reservations.find(c.store.config(), "r1", c.now / 1000);
    assertEquals(List.of("alice", "bob"), r.users());
    assertEquals(1200, r.end() - r.start());
    assertEquals(0, r.nodes()[0]);
    assertEquals(2053, c.apply(new Command.ChangeReservation(
        c.now, Cluster.ROOT, false, "no", NO_VAL, NO_VAL, 20, 0, 0, null, NO_VAL, null, null, null, null)).error());
    // A new configuration has it, too.
    c.apply(new Command.Reconfigure(c.now, Cluster.config(2, 1)));
    assertEquals(1, c.store.config().reservations().size());
  }
}
