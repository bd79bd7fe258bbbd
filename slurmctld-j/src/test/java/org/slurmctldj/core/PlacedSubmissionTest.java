package org.slurmctldj.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.Allocation.NodeShare;

/** Submissions that a planner has placed before they were there: one command, and trusted no more than any proposal. */
class PlacedSubmissionTest {
  private final Cluster c = Cluster.of(2);

  private JobFields allocation() {
    return Cluster.request(Cluster.ALICE).number(JobField.BATCH_FLAG, 0);
  }

  /** One core of that node of 2 sockets, 2 cores, 2 threads, as a planner would give it. */
  private Proposal place(int node) {
    return new Proposal(
        0, 0, c.store.config().epoch(), 0, new Allocation(List.of(new NodeShare(node, 2, new long[] {1}, 100))), new long[] {c.node(node).version});
  }

  private Result submit(JobFields request, Proposal place) {
    return c.apply(new Command.SubmitJob(c.now, Cluster.ALICE, request, place));
  }

  private boolean saw(Class<? extends Effect> kind) {
    return c.effects.stream().anyMatch(kind::isInstance);
  }

  @Test
  void anAllocationHasItsNodesWithTheCommandThatSubmitsIt() {
    c.effects.clear();
    Result r = submit(allocation(), place(1));
    assertTrue(r.isOk());
    JobRecord j = c.job(r.jobId());
    assertEquals(JobPhase.RUNNING, j.phase);
    assertEquals(1, j.allocation.nodes().getFirst().node());
    assertEquals(c.now / 1000, j.startTime);
    assertEquals(1, c.node(1).jobs);
    assertTrue(saw(Effect.Allocated.class));
    assertFalse(saw(Effect.Replan.class), "a planner was woken for a job that runs");
    assertEquals(1, c.store.globals().jobsStarted());
  }

  @Test
  void aBatchJobIsLaunched() {
    Result r = submit(Cluster.request(Cluster.ALICE), place(0));
    assertEquals(JobPhase.STARTING, c.job(r.jobId()).phase);
    assertTrue(c.effects.contains(new Effect.Launch(r.jobId(), 0, 0)));
  }

  /** What was free when a planner looked may be somebody's by now: the job waits as if nobody had looked. */
  @Test
  void whatIsTakenMeanwhileIsNotGivenTwice() {
    Proposal seen = place(0);
    assertTrue(submit(allocation(), seen).isOk());
    c.effects.clear();
    Result second = submit(allocation(), seen);
    assertTrue(second.isOk());
    assertEquals(JobPhase.PENDING, c.job(second.jobId()).phase);
    assertNull(c.job(second.jobId()).allocation);
    assertEquals(1, c.node(0).jobs);
    assertTrue(saw(Effect.Replan.class));
    assertFalse(saw(Effect.Allocated.class));
  }

  @Test
  void aPlaceOnAnotherConfigurationsNodesIsNoPlace() {
    Proposal p = place(0);
    Proposal old = new Proposal(0, 0, p.epoch() - 1, 0, p.allocation(), p.nodeVersions());
    assertEquals(JobPhase.PENDING, c.job(submit(allocation(), old).jobId()).phase);
  }

  @Test
  void whatMayNotStartDoesNot() {
    assertEquals(JobPhase.PENDING, c.job(submit(allocation().number(JobField.PRIORITY, 0), place(0)).jobId()).phase);
    assertEquals(JobPhase.PENDING, c.job(submit(allocation().number(JobField.BEGIN_TIME, c.now / 1000 + 60), place(0)).jobId()).phase);
    assertEquals(JobPhase.PENDING, c.job(submit(Cluster.request(Cluster.ALICE).text(JobField.ARRAY_SPEC, "0-3"), place(0)).jobId()).phase);
    assertEquals(0, c.node(0).jobs);
  }

  @Test
  void aRefusedSubmissionLeavesNothing() {
    assertFalse(submit(allocation().text(JobField.PARTITION, "nowhere"), place(0)).isOk());
    assertEquals(0, c.node(0).jobs);
    assertEquals(0, c.store.globals().jobsStarted());
  }

  @Test
  void theJournalKeepsThePlaceAndReadsWhatHasNone() {
    Command.SubmitJob placed = new Command.SubmitJob(c.now, Cluster.ALICE, allocation(), place(1));
    byte[] bytes = CommandCodec.encode(placed);
    Command.SubmitJob read = (Command.SubmitJob) CommandCodec.decode(bytes);
    NodeShare share = read.place().allocation().nodes().getFirst();
    assertEquals(1, share.node());
    assertEquals(2, share.cpus());
    assertArrayEquals(new long[] {1}, share.cores());
    assertEquals(placed.place().epoch(), read.place().epoch());
    assertArrayEquals(bytes, CommandCodec.encode(read));
    Command.SubmitJob plain = new Command.SubmitJob(c.now, Cluster.ALICE, allocation());
    assertNull(((Command.SubmitJob) CommandCodec.decode(CommandCodec.encode(plain))).place());
  }
}
