package org.slurmctldj.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Heterogeneous jobs: who belongs together, what begins and ends together. Outcomes as observed on 22.05.8. */
class HetJobTest {
  private final Cluster c = Cluster.of(4);

  private static JobFields component(String name) {
    return Cluster.request(Cluster.ALICE).text(JobField.NAME, name);
  }

  private static JobFields component(String name, int nodes) {
    return component(name).number(JobField.MIN_NODES, nodes);
  }

  private Result submit(JobFields... requests) {
    return c.apply(new Command.SubmitHetJob(c.now, Cluster.ALICE, List.of(requests)));
  }

  /** A leader and a component of two nodes. */
  private long submitted() {
    return submit(component("a"), component("b", 2)).jobId();
  }

  private Proposal proposal(long leader) {
    return c.proposal(leader, 0).with(List.of(c.proposal(leader + 1, 1, 2)));
  }

  private long running() {
    long id = submitted();
    assertTrue(c.apply(new Command.StartJob(c.now, proposal(id))).isOk());
    c.started(id);
    return id;
  }

  private Result kill(JobSelector s) {
    return c.apply(new Command.KillJob(c.now, Cluster.ALICE, s, 9, 0));
  }

  private Result requeue(JobSelector s) {
    return c.apply(new Command.RequeueJob(c.now, Cluster.ALICE, s, false));
  }

  private List<JobPhase> phases(long leader) {
    return List.of(c.job(leader).phase, c.job(leader + 1).phase);
  }

  private void released(long leader) {
    c.released(leader);
    c.released(leader + 1);
  }

  // ---- submission

  @Test
  void componentsGetIdsThatFollowOneAnother() {
    long one = c.submit();
    long id = submitted();
    assertEquals(one + 1, id);
    JobRecord second = c.job(id + 1);
    assertEquals(id, second.hetJobId);
    assertEquals(1, second.hetOffset());
    assertEquals(2, second.hetSize);
    assertTrue(c.job(id).isHetLeader());
    assertFalse(second.isHetLeader());
    assertFalse(second.hasLaunch());
    assertTrue(c.job(id).priority > second.priority);
    assertEquals(id + 2, c.submit());
  }

  @Test
  void aRefusedLaterComponentLeavesNothing() {
    byte[] before = c.digest();
    Result r = submit(component("a"), component("b").text(JobField.PARTITION, "nosuch"));
    assertEquals(SlurmNumbers.ESLURM_INVALID_PARTITION_NAME, r.error());
    r = submit(component("a"), component("b").text(JobField.ARRAY_SPEC, "1-3"));
    assertEquals(SlurmNumbers.ESLURM_INVALID_ARRAY, r.error());
    assertEquals(0, c.store.jobCount());
    assertEquals(1, submitted(), "a refusal uses up no job id");
    assertTrue(before.length > 0);
  }

  @Test
  void idsOfARowSkipThoseThatLive() {
    Cluster small = Cluster.of(1);
    ClusterConfig one = Cluster.config(2, 1);
    ClusterConfig.Limits l = one.limits();
    ClusterConfig.Limits few = new ClusterConfig.Limits(
        l.maxJobCount(), 1, 10, l.maxArraySize(), l.minJobAgeSeconds(), l.killWaitSeconds(), l.selectTypeParameters(), 0, 0, true, 0, 0,
        10, 0, 0, 0, l.licenses());
    small.apply(new Command.Reconfigure(small.now, new ClusterConfig(2, "test", one.nodes(), one.partitions(), few)));
    for (int i = 0; i < 8; i++) {
      small.submit();
    }
    small.kill(Cluster.ROOT, 1);
    small.kill(Cluster.ROOT, 2);
    small.kill(Cluster.ROOT, 3);
    small.pass(301);
    // 9 and 10 are free, and 1 to 3: only these are three in a row.
    JobFields r = component("a");
    assertEquals(1, small.apply(new Command.SubmitHetJob(small.now, Cluster.ALICE, List.of(r, r, r))).jobId());
    assertEquals(SlurmNumbers.EAGAIN, small.apply(new Command.SubmitHetJob(small.now, Cluster.ALICE, List.of(r, r, r))).error());
    assertEquals(9, small.apply(new Command.SubmitHetJob(small.now, Cluster.ALICE, List.of(r, r))).jobId());
  }

  @Test
  void everyComponentCountsAgainstMaxJobCount() {
    List<JobFields> many = new ArrayList<>();
    for (int i = 0; i < 128; i++) {
      many.add(component("c" + i));
    }
    for (int i = 0; i < 7; i++) {
      assertTrue(c.apply(new Command.SubmitHetJob(c.now, Cluster.ALICE, many)).isOk());
    }
    Result r = c.apply(new Command.SubmitHetJob(c.now, Cluster.ALICE, many));
    assertEquals(Result.JOBS_FULL, r.message());
    assertEquals(7 * 128, c.store.jobCount());
    many.add(component("one too many"));
    assertEquals(SlurmNumbers.EINVAL, c.apply(new Command.SubmitHetJob(c.now, Cluster.ALICE, many)).error());
  }

  @Test
  void aSingletonDoesNotWaitForItsOwnComponents() {
    JobFields r = component("same").text(JobField.DEPENDENCY, "singleton");
    long id = submit(r, r).jobId();
    assertNull(c.job(id + 1).request.text(JobField.DEPENDENCY));
    assertEquals(
        SlurmNumbers.ESLURM_CIRCULAR_DEPENDENCY,
        c.update(Cluster.ALICE, id + 1, new JobFields().text(JobField.DEPENDENCY, "afterok:" + id)).error());
  }

  // ---- start

  @Test
  void allComponentsStartOrNone() {
    long id = submitted();
    byte[] before = c.digest();
    assertFalse(c.start(id, 0).isOk(), "the leader alone");
    assertFalse(c.start(id + 1, 1, 2).isOk(), "another one alone");
    Proposal leader = c.proposal(id, 0);
    assertFalse(c.apply(new Command.StartJob(c.now, leader.with(List.of(leader)))).isOk(), "the leader twice");
    Proposal second = c.proposal(id + 1, 1, 2);
    // n1's first core for both of them: what the leader takes counts against the other.
    Proposal clash = c.proposal(id + 1, 0, 1);
    assertFalse(c.apply(new Command.StartJob(c.now, leader.with(List.of(clash)))).isOk());
    assertEquals(0, c.node(0).jobs);
    assertEquals(0, c.node(1).jobs);
    assertEquals(List.of(JobPhase.PENDING, JobPhase.PENDING), phases(id));
    c.takeEffects();
    assertTrue(c.apply(new Command.StartJob(c.now, leader.with(List.of(second)))).isOk());
    assertEquals(List.of(JobPhase.STARTING, JobPhase.RUNNING), phases(id));
    List<Effect> launches = c.takeEffects().stream().filter(e -> e instanceof Effect.Launch).toList();
    assertEquals(List.of(new Effect.Launch(id, 0, 0)), launches, "the script runs once, on the leader's first node");
    assertTrue(before.length > 0);
  }

  @Test
  void aHeldComponentKeepsTheOthersFromStarting() {
    long id = submitted();
    JobFields hold = new JobFields().number(JobField.PRIORITY, 0);
    c.apply(new Command.UpdateJob(c.now, Cluster.ALICE, JobSelector.component(id, 1), hold, true));
    assertEquals(0, c.job(id + 1).priority);
    assertTrue(c.job(id).priority > 0);
    assertFalse(c.apply(new Command.StartJob(c.now, proposal(id))).isOk());
    c.update(Cluster.ALICE, id, new JobFields().number(JobField.PRIORITY, SlurmNumbers.INFINITE));
    assertTrue(c.apply(new Command.StartJob(c.now, proposal(id))).isOk());
  }

  @Test
  void licencesOfAllComponentsAreCountedTogether() {
    long id = submit(component("a").text(JobField.LICENSES, "foo:3"), component("b").text(JobField.LICENSES, "foo:2")).jobId();
    Proposal both = c.proposal(id, 0).with(List.of(c.proposal(id + 1, 1)));
    assertFalse(c.apply(new Command.StartJob(c.now, both)).isOk());
    assertEquals(List.of(JobPhase.PENDING, JobPhase.PENDING), phases(id));
  }

  // ---- end

  @Test
  void theEndOfTheScriptEndsAllWithItsStatus() {
    long id = running();
    c.ended(id, 3 << 8);
    assertEquals(List.of(JobPhase.ENDING, JobPhase.ENDING), phases(id));
    assertEquals(Outcome.FAILED, c.job(id + 1).outcome);
    assertEquals(3 << 8, c.job(id + 1).exitCode);
    released(id);
    assertEquals(List.of(JobPhase.DONE, JobPhase.DONE), phases(id));
  }

  @Test
  void eachComponentHasItsOwnTimeLimit() {
    long id = submit(component("a").number(JobField.TIME_LIMIT, 2), component("b", 2).number(JobField.TIME_LIMIT, 1)).jobId();
    c.apply(new Command.StartJob(c.now, proposal(id)));
    c.started(id);
    c.pass(61);
    assertEquals(List.of(JobPhase.RUNNING, JobPhase.ENDING), phases(id));
    assertEquals(Outcome.TIMEOUT, c.job(id + 1).outcome);
    c.released(id + 1);
    assertEquals(List.of(JobPhase.RUNNING, JobPhase.DONE), phases(id));
  }

  @Test
  void aLeaderAtItsTimeLimitTakesTheOthersAlongWhenItsScriptHasEnded() {
    long id = submit(component("a").number(JobField.TIME_LIMIT, 1), component("b", 2).number(JobField.TIME_LIMIT, 2)).jobId();
    c.apply(new Command.StartJob(c.now, proposal(id)));
    c.started(id);
    c.pass(61);
    assertEquals(List.of(JobPhase.ENDING, JobPhase.RUNNING), phases(id));
    c.ended(id, 15);
    assertEquals(Outcome.TIMEOUT, c.job(id).outcome);
    assertEquals(Outcome.FAILED, c.job(id + 1).outcome);
    assertEquals(15, c.job(id + 1).exitCode);
    assertEquals(SlurmNumbers.FAIL_SIGNAL, c.job(id + 1).reason);
  }

  @Test
  void componentsAreForgottenTogether() {
    long id = running();
    kill(JobSelector.component(id, 1));
    c.released(id + 1);
    c.pass(400);
    assertEquals(JobPhase.DONE, c.job(id + 1).phase, "kept as long as its leader runs");
    c.ended(id, 0);
    c.released(id);
    c.pass(250);
    assertEquals(2, c.store.jobCount());
    c.pass(51);
    c.pass(301);
    assertEquals(0, c.store.jobCount());
  }

  // ---- scancel

  @Test
  void scancelOfTheJobEndsAllAndOfAComponentThatOne() {
    long id = running();
    assertTrue(kill(JobSelector.component(id, 1)).isOk());
    assertEquals(List.of(JobPhase.RUNNING, JobPhase.ENDING), phases(id));
    assertTrue(kill(JobSelector.job(id)).isOk());
    assertEquals(List.of(JobPhase.ENDING, JobPhase.ENDING), phases(id));
    assertEquals(Outcome.CANCELLED, c.job(id).outcome);
    long again = running(5, 2);
    assertTrue(kill(JobSelector.job(again + 1)).isOk(), "by the component's own id");
    assertEquals(List.of(JobPhase.RUNNING, JobPhase.ENDING), phases(again));
  }

  private long running(int seconds, int nodes) {
    c.now += seconds * 1000L;
    return running();
  }

  @Test
  void aPendingComponentCannotBeCancelledAlone() {
    long id = submitted();
    assertEquals(SlurmNumbers.ESLURM_NOT_WHOLE_HET_JOB, kill(JobSelector.component(id, 1)).error());
    assertEquals(SlurmNumbers.ESLURM_NOT_WHOLE_HET_JOB, kill(JobSelector.job(id + 1)).error());
    assertEquals(SlurmNumbers.ESLURM_INVALID_JOB_ID, kill(JobSelector.component(id, 2)).error());
    assertEquals(List.of(JobPhase.PENDING, JobPhase.PENDING), phases(id));
    assertTrue(kill(JobSelector.job(id)).isOk());
    assertEquals(List.of(JobPhase.DONE, JobPhase.DONE), phases(id));
  }

  @Test
  void aComponentOfAnotherJobIsNoneOfThisOne() {
    long id = running();
    long other = submit(component("a"), component("b"), component("c")).jobId();
    assertEquals(id + 2, other);
    assertEquals(SlurmNumbers.ESLURM_INVALID_JOB_ID, kill(JobSelector.component(id, 3)).error());
  }

  // ---- requeue, suspend, update

  @Test
  void onlyTheWholeJobIsRequeued() {
    long id = running();
    assertEquals(SlurmNumbers.ESLURM_NOT_HET_JOB_LEADER, requeue(JobSelector.job(id + 1)).error());
    assertEquals(SlurmNumbers.ESLURM_INVALID_JOB_ID, requeue(JobSelector.component(id, 1)).error());
    assertTrue(requeue(JobSelector.job(id)).isOk());
    assertEquals(List.of(JobPhase.ENDING, JobPhase.ENDING), phases(id));
    c.released(id + 1);
    assertEquals(List.of(JobPhase.ENDING, JobPhase.PENDING), phases(id));
    assertFalse(c.apply(new Command.StartJob(c.now, c.proposal(id + 1, 1, 2))).isOk());
    assertEquals(SlurmNumbers.ESLURM_NOT_WHOLE_HET_JOB, kill(JobSelector.component(id, 0)).error());
    c.released(id);
    assertEquals(List.of(JobPhase.PENDING, JobPhase.PENDING), phases(id));
    assertEquals(1, c.job(id).restarts);
    assertEquals(1, c.job(id + 1).restarts);
    assertTrue(c.apply(new Command.StartJob(c.now, proposal(id))).isOk());
  }

  @Test
  void aJobThatIsOverIsRequeuedWithAllItsComponents() {
    long id = running();
    kill(JobSelector.component(id, 1));
    c.released(id + 1);
    c.ended(id, 0);
    c.released(id);
    assertTrue(requeue(JobSelector.job(id)).isOk());
    assertEquals(List.of(JobPhase.PENDING, JobPhase.PENDING), phases(id));
  }

  @Test
  void aComponentThatMayNotBeRequeuedKeepsAllRunning() {
    long id = submit(component("a"), component("b", 2).number(JobField.REQUEUE, 0)).jobId();
    c.apply(new Command.StartJob(c.now, proposal(id)));
    c.started(id);
    assertEquals(SlurmNumbers.ESLURM_DISABLED, requeue(JobSelector.job(id)).error());
    assertEquals(List.of(JobPhase.RUNNING, JobPhase.RUNNING), phases(id));
  }

  @Test
  void aFailedNodeOfAComponentRequeuesTheWholeJob() {
    long id = running();
    c.apply(new Command.NodeFailed(c.now, "n3", "Not responding"));
    assertTrue(c.job(id).requeueAfterEnd);
    assertTrue(c.job(id + 1).requeueAfterEnd);
    released(id);
    assertEquals(List.of(JobPhase.PENDING, JobPhase.PENDING), phases(id));
  }

  @Test
  void suspendedAndResumedAsAWhole() {
    long id = running();
    assertEquals(
        SlurmNumbers.ESLURM_NOT_WHOLE_HET_JOB,
        c.apply(new Command.SuspendJob(c.now, Cluster.ROOT, JobSelector.job(id + 1), false)).error());
    assertTrue(c.apply(new Command.SuspendJob(c.now, Cluster.ROOT, JobSelector.job(id), false)).isOk());
    assertTrue(c.job(id).suspended && c.job(id + 1).suspended);
    assertTrue(c.apply(new Command.SuspendJob(c.now, Cluster.ROOT, JobSelector.job(id), true)).isOk());
    assertFalse(c.job(id).suspended || c.job(id + 1).suspended);
  }

  @Test
  void anUpdateConcernsAllOrTheNamedComponentAndIsWholeOrNothing() {
    long id = submitted();
    c.update(Cluster.ALICE, id, new JobFields().number(JobField.TIME_LIMIT, 5));
    c.apply(
        new Command.UpdateJob(
            c.now, Cluster.ALICE, JobSelector.component(id, 1), new JobFields().number(JobField.TIME_LIMIT, 7), false));
    assertEquals(5, c.job(id).timeLimit);
    assertEquals(7, c.job(id + 1).timeLimit);
    // "short" has two nodes and ten minutes at most: good for the leader, not for three nodes.
    long big = submit(component("a"), component("b", 3)).jobId();
    c.update(Cluster.ALICE, big, new JobFields().text(JobField.PARTITION, "nosuch"));
    assertEquals("debug", c.job(big).request.text(JobField.PARTITION));
  }

  // ---- allocations

  @Test
  void theClientOfAnAllocationEndsAllComponents() {
    JobFields a = component("a").number(JobField.BATCH_FLAG, 0);
    JobFields b = component("b", 2).number(JobField.BATCH_FLAG, 0);
    long id = submit(a, b).jobId();
    c.apply(new Command.StartJob(c.now, proposal(id)));
    assertEquals(List.of(JobPhase.RUNNING, JobPhase.RUNNING), phases(id));
    c.apply(new Command.EndAllocation(c.now, Cluster.ALICE, id, 0, AllocationEnd.CLIENT));
    assertEquals(List.of(JobPhase.ENDING, JobPhase.ENDING), phases(id));
    assertEquals(Outcome.COMPLETED, c.job(id + 1).outcome);
    long waits = submit(a, b).jobId();
    c.apply(new Command.EndAllocation(c.now, Cluster.ALICE, waits, SlurmNumbers.NO_VAL, AllocationEnd.NOT_IMMEDIATE));
    assertEquals(List.of(JobPhase.DONE, JobPhase.DONE), phases(waits));
  }

  // ---- the contract

  /** Wherever the controller is killed, the journal's prefix gives all components or none, and the same state as before. */
  @Test
  void killedAtAnyPositionTheReplayHasAllComponentsOrNone() {
    long id = running();
    requeue(JobSelector.job(id));
    released(id);
    submitted();
    c.apply(new Command.StartJob(c.now, proposal(id)));
    c.started(id);
    kill(JobSelector.component(id, 1));
    c.ended(id, 0);
    released(id);
    for (int n = 0; n <= c.journal.size(); n++) {
      PlainStore store = new PlainStore();
      StateMachine machine = new StateMachine(store);
      for (int i = 0; i < n; i++) {
        Command replayed = CommandCodec.decode(CommandCodec.encode(c.journal.get(i)));
        machine.apply(i + 1, replayed, e -> {});
      }
      assertEquals(List.of(), Invariants.broken(store), "after " + n + " commands");
      assertTrue(store.jobCount() % 2 == 0, "half a job after " + n + " commands");
      if (n == c.journal.size()) {
        assertArrayEquals(c.digest(), Cluster.digest(store));
      }
    }
    assertTrue(Arrays.stream(new Object[] {c.job(id)}).allMatch(j -> ((JobRecord) j).phase == JobPhase.DONE));
  }
}
