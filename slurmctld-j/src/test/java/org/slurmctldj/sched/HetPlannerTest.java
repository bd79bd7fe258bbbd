package org.slurmctldj.sched;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.Allocation.NodeShare;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobSelector;
import org.slurmctldj.core.Proposal;
import org.slurmctldj.core.SlurmNumbers;

/** Where and when the components of heterogeneous jobs go: at once, or not at all. Nodes have 4 cores, 8 CPUs, 8000 MiB. */
class HetPlannerTest {
  private final Planner planner = new Planner();
  private final Backfill backfill = new Backfill(() -> SchedulingParameters.DEFAULT, () -> 0);

  private static JobFields core() {
    return Cluster.request(Cluster.ALICE);
  }

  private static JobFields core(long minutes) {
    return core().number(JobField.TIME_LIMIT, minutes);
  }

  private static JobFields whole(long minutes) {
    return core(minutes).number(JobField.SHARED, 0);
  }

  private static long submit(Cluster c, JobFields... components) {
    return c.apply(new Command.SubmitHetJob(c.now, Cluster.ALICE, List.of(components))).jobId();
  }

  /** Starts what the main pass would; how many jobs, a heterogeneous one being one. */
  private int settle(Cluster c) {
    List<Proposal> plan = planner.plan(c.store, c.now).proposals();
    plan.forEach(p -> assertTrue(c.apply(new Command.StartJob(c.now, p)).isOk(), p.toString()));
    return plan.size();
  }

  private static String nodes(Cluster c, long id) {
    return c.job(id).allocation == null
        ? "-"
        : c.job(id).allocation.nodes().stream().map(NodeShare::node).map(n -> "n" + (n + 1)).collect(Collectors.joining(" "));
  }

  private int reason(Cluster c, long id) {
    PendingReasons.Reason r = planner.plan(c.store, c.now).reasons().of(c.job(id));
    return r == null ? 0 : r.number();
  }

  private long plannedIn(Cluster c, long id) {
    PlannedStarts.Start s = backfill.plan(c.store, c.now).starts().byJob().get(id);
    return s == null ? -1 : s.seconds() - c.now / 1000;
  }

  /** As 22.05.8 with 4 CPUs a node: one CPU for the leader, two nodes for the other. */
  @Test
  void eachComponentGetsNodesOfItsOwnWhereThereAreEnough() {
    Cluster c = Cluster.of(4);
    long id = submit(c, core(), core().number(JobField.MIN_NODES, 2));
    assertEquals(1, settle(c));
    assertEquals("n1", nodes(c, id));
    assertEquals("n2 n3", nodes(c, id + 1));
  }

  @Test
  void componentsShareNodesWhereThereAreNot() {
    Cluster c = Cluster.of(3);
    long id = submit(c, core().number(JobField.MIN_NODES, 2), core().number(JobField.MIN_NODES, 2));
    assertEquals(1, settle(c));
    assertEquals("n1 n2", nodes(c, id));
    assertEquals("n1 n2", nodes(c, id + 1));
  }

  @Test
  void aComponentThatCanGoAnywhereLeavesTheOnlyNodeOfAnother() {
    Cluster c = Cluster.of(2);
    long id = submit(c, whole(10), whole(10).text(JobField.REQ_NODES, "n1"));
    assertEquals(1, settle(c));
    assertEquals("n2", nodes(c, id));
    assertEquals("n1", nodes(c, id + 1));
  }

  @Test
  void noneStartsWhereOneCannotAndTheirPartitionWaitsForThem() {
    Cluster c = Cluster.of(2);
    c.submit(whole(60));
    settle(c);
    long id = submit(c, core(), whole(60).number(JobField.MIN_NODES, 2));
    long behind = c.submit(core());
    assertEquals(0, settle(c));
    assertEquals(SlurmNumbers.WAIT_RESOURCES, reason(c, id));
    assertEquals(SlurmNumbers.WAIT_RESOURCES, reason(c, id + 1));
    assertEquals(SlurmNumbers.WAIT_PRIORITY, reason(c, behind));
    assertEquals(0, c.node(1).jobs);
  }

  @Test
  void aHeldComponentKeepsItsJobFromStartingButNobodyElse() {
    Cluster c = Cluster.of(2);
    long id = submit(c, core(), core());
    JobFields hold = new JobFields().number(JobField.PRIORITY, 0);
    c.apply(new Command.UpdateJob(c.now, Cluster.ALICE, JobSelector.component(id, 1), hold, true));
    long plain = c.submit();
    assertEquals(1, settle(c));
    assertEquals(JobPhase.STARTING, c.job(plain).phase);
    assertEquals(SlurmNumbers.WAIT_RESOURCES, reason(c, id));
    c.update(Cluster.ALICE, id, new JobFields().number(JobField.PRIORITY, SlurmNumbers.INFINITE));
    assertEquals(1, settle(c));
  }

  @Test
  void licencesCountForAllComponentsTogether() {
    Cluster c = Cluster.of(4);
    long id = submit(c, core().text(JobField.LICENSES, "foo:3"), core().text(JobField.LICENSES, "foo:3"));
    assertEquals(0, settle(c));
    long other = submit(c, core().text(JobField.LICENSES, "foo:2"), core().text(JobField.LICENSES, "foo:2"));
    c.apply(new Command.KillJob(c.now, Cluster.ALICE, JobSelector.job(id), 9, 0));
    assertEquals(1, settle(c));
    assertEquals(JobPhase.RUNNING, c.job(other + 1).phase);
  }

  @Test
  void componentsOfDifferentPartitionsStartTogether() {
    Cluster c = Cluster.of(3);
    long id = submit(c, core(), core(5).text(JobField.PARTITION, "short"), core(5).text(JobField.PARTITION, "short,debug"));
    assertEquals(1, settle(c));
    assertEquals(List.of(JobPhase.STARTING, JobPhase.RUNNING, JobPhase.RUNNING), List.of(c.job(id).phase, c.job(id + 1).phase, c.job(id + 2).phase));
    assertEquals("n1 n2 n3", String.join(" ", nodes(c, id), nodes(c, id + 1), nodes(c, id + 2)));
  }

  @Test
  void theSamePlanTwiceAndNothingTakenByAnAttemptInVain() {
    Cluster c = Cluster.of(2);
    c.submit(whole(60));
    settle(c);
    long never = submit(c, core(), whole(60).number(JobField.MIN_NODES, 2));
    long free = c.submit(core().text(JobField.PARTITION, "short").number(JobField.TIME_LIMIT, 5));
    assertNotNull(c.job(never));
    List<Proposal> first = planner.plan(c.store, c.now).proposals();
    List<Proposal> again = new Planner().plan(c.store, c.now).proposals();
    assertEquals(first.stream().map(Proposal::jobId).toList(), again.stream().map(Proposal::jobId).toList());
    assertEquals(JobPhase.PENDING, c.job(free).phase);
  }

  // ---- backfill

  @Test
  void allComponentsArePlannedForTheSameMomentAndNobodyTakesTheirPlace() {
    Cluster c = Cluster.of(2);
    c.submit(whole(10)); // n1
    settle(c);
    long id = submit(c, whole(60).text(JobField.REQ_NODES, "n1"), whole(30).text(JobField.REQ_NODES, "n2"));
    long fits = c.submit(core(10));
    long tooLong = c.submit(core(11));
    assertEquals(600, plannedIn(c, id));
    assertEquals(600, plannedIn(c, id + 1), "n2 is free, and waits for n1");
    BackfillPlan plan = backfill.plan(c.store, c.now);
    assertEquals(List.of(fits), plan.proposals().stream().map(Proposal::jobId).toList());
    assertEquals(600 + 30 * 60, plannedIn(c, tooLong), 60);
  }

  @Test
  void aShortHeterogeneousJobFillsTheGapBeforeALargeOne() {
    Cluster c = Cluster.of(3);
    c.submit(whole(60)); // n1
    settle(c);
    c.submit(whole(60).number(JobField.MIN_NODES, 3));
    long tooLong = submit(c, core(60), core(61));
    long fits = submit(c, core(60), core(30));
    assertEquals(0, settle(c));
    List<Proposal> now = backfill.plan(c.store, c.now).proposals();
    assertEquals(1, now.size());
    assertEquals(fits, now.get(0).jobId());
    assertEquals(List.of(fits + 1), now.get(0).others().stream().map(Proposal::jobId).toList());
    assertTrue(c.apply(new Command.StartJob(c.now, now.get(0))).isOk());
    assertEquals("n2 n3", nodes(c, fits) + " " + nodes(c, fits + 1));
    assertTrue(plannedIn(c, tooLong) > 3600);
    assertEquals(plannedIn(c, tooLong), plannedIn(c, tooLong + 1));
  }

  /** Three running jobs end one after the other: together there is room only after the last. */
  @Test
  void theCommonStartIsWhereTogetherThereIsRoomNotWhereEachAloneHas() {
    Cluster c = Cluster.of(2);
    c.submit(whole(10));
    c.submit(whole(500));
    settle(c);
    long id = submit(c, whole(5), whole(5));
    assertEquals(500 * 60, plannedIn(c, id));
    assertEquals(500 * 60, plannedIn(c, id + 1));
    long fits = c.submit(whole(20));
    assertEquals(600, plannedIn(c, fits), "before the common start there is time for others");
  }

  @Test
  void aJobThatCanNeverHaveAllItsNodesIsPlannedForNoMoment() {
    Cluster c = Cluster.of(2);
    long id = submit(c, whole(5).number(JobField.MIN_NODES, 2), whole(5));
    assertEquals(0, settle(c));
    assertEquals(-1, plannedIn(c, id));
    long other = c.submit(core(5));
    assertEquals(List.of(other), backfill.plan(c.store, c.now).proposals().stream().map(Proposal::jobId).toList());
    assertNull(c.job(id).allocation);
    assertEquals(0, Arrays.stream(new int[] {0, 1}).map(n -> c.node(n).jobs).sum());
  }
}
