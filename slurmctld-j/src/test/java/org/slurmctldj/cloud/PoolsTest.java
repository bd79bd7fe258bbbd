package org.slurmctldj.cloud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.Effect;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.NodePhase;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.Outcome;
import org.slurmctldj.core.PartitionDefinition;
import org.slurmctldj.core.SlurmNumbers;
import org.slurmctldj.sched.Forecast;

/** Jobs on nodes that have to be bought first. Names and words of nodes are those of the PCS guide. */
class PoolsTest {
  /** What the cloud does wrong in a test; changed while it runs. */
  private static final class Lying implements ModelCloud.Lies {
    long boot = 30_000;
    long dies = -1;
    long hidden = 0;
    int lostAnswers;
    final Map<String, Integer> capacity = new HashMap<>();
    CloudFailure refusal;
    int overlooked;
    long untagged;
    boolean twice;

    Set<String> impaired = Set.of();
    Map<String, String> events = Map.of();

    @Override
    public Map<String, String> events() {
      return events;
    }

    @Override
    public Set<String> impaired() {
      return impaired;
    }

    @Override
    public long overlookedMillis() {
      return overlooked-- > 0 ? 30_000 : 0;
    }

    @Override
    public long untaggedMillis() {
      return untagged;
    }

    @Override
    public boolean twice() {
      return twice;
    }

    @Override
    public long bootMillis() {
      return boot;
    }

    @Override
    public long diesAfterMillis() {
      return dies;
    }

    @Override
    public long hiddenMillis() {
      return hidden;
    }

    @Override
    public boolean answerLost() {
      return lostAnswers-- > 0;
    }

    @Override
    public int capacity(CapacityOption option) {
      return capacity.getOrDefault(option.zone(), Integer.MAX_VALUE);
    }

    @Override
    public CloudFailure refusal(LaunchOrder order) {
      return refusal;
    }
  }

  private final Lying lies = new Lying();
  private final PoolWorld w = new PoolWorld(lies);

  private static JobFields nodes(int n) {
    return Cluster.request(Cluster.ALICE).number(JobField.MIN_NODES, n).number(JobField.MAX_NODES, n).number(JobField.MIN_CPUS, 4 * n);
  }

  private JobRecord job(long id) {
    return w.cluster.job(id);
  }

  private void runs(long id) {
    w.until(300, () -> job(id).phase == JobPhase.STARTING && !job(id).configuring);
    w.cluster.started(id);
  }

  private void ends(long id) {
    w.cluster.ended(id, 0);
    w.cluster.released(id);
  }

  private void update(int node, long state) {
    w.cluster.apply(new Command.UpdateNode(
        w.now(), Cluster.ROOT, List.of(w.node(node).name), state, null, null, null, SlurmNumbers.NO_VAL));
  }

  @Test
  void aJobBuysItsNodesAndTheyVanishAfterTheIdleTime() {
    w.configure(4, 0);
    w.seconds(5);
    assertEquals(0, w.cloud.alive().size());
    long id = w.cluster.submit(nodes(2));
    w.seconds(1);
    assertEquals(NodePhase.POWERING_UP, w.node(0).phase);
    assertEquals(1 | 1 << 14, job(id).slurmState(), "CF");
    runs(id);
    assertEquals(2, w.cloud.alive().size());
    NodeRecord n = w.node(0);
    assertEquals("i-00000000000000001", n.instanceId);
    assertEquals("c7i.large", n.instanceType);
    assertEquals("10.0.0.2", w.cluster.store.config().nodes().get(0).address());
    assertTrue(n.requestedMillis < n.runningMillis && n.runningMillis < n.helloMillis && n.helloMillis <= n.readyMillis);
    assertTrue(w.cluster.effects.contains(new Effect.Launch(id, 0, 0)));
    ends(id);
    w.seconds(58);
    assertEquals(2, w.cloud.alive().size());
    w.until(20, () -> w.cloud.alive().isEmpty());
    w.until(20, () -> w.node(0).phase == NodePhase.POWERED_DOWN);
    assertNull(w.node(0).instanceId);
    assertEquals("g-1", w.cluster.store.config().nodes().get(0).address());
    assertEquals(1, w.cloud.orders.size(), "both at once");
  }

  @Test
  void aShortageGoesToTheNextOptionAndTheJobKeepsItsNodes() {
    w.configure(4, 0);
    lies.capacity.put("eu-1a", 1);
    long id = w.cluster.submit(nodes(2));
    runs(id);
    assertEquals(List.of("eu-1a", "eu-1b"), w.cloud.orders.stream().map(o -> o.option().zone()).toList());
    assertEquals(2, w.cloud.alive().size(), "all or nothing: the one that was left in a was not bought");
    assertEquals(0, job(id).restarts);
    // What is known to be short is not asked for by the next job.
    w.cluster.submit(nodes(2));
    w.seconds(3);
    assertEquals("eu-1b", w.cloud.orders.get(2).option().zone());
  }

  @Test
  void withNothingLeftAnywhereTheJobWaitsInItsPlaceAndTheNodeSaysWhy() {
    w.configure(2, 0);
    lies.capacity.put("eu-1a", 0);
    lies.capacity.put("eu-1b", 0);
    long id = w.cluster.submit(nodes(2));
    w.until(5, () -> job(id).phase == JobPhase.PENDING && w.node(0).reason != null);
    assertEquals("Failed to launch backing instance (Error Code: InsufficientInstanceCapacity)", w.node(0).reason);
    assertEquals(0, w.node(0).reasonUid);
    assertEquals(NodePhase.POWERING_DOWN, w.node(1).phase);
    assertEquals(0, job(id).restarts, "it never ran");
    long asked = w.cloud.orders.size();
    w.seconds(40);
    assertEquals(asked, w.cloud.orders.size(), "not asked again before its time");
    assertEquals(NodePhase.POWERED_DOWN, w.node(0).phase);
    lies.capacity.clear();
    runs(id);
    assertNull(w.node(0).reason);
  }

  @Test
  void aRunningAllocationOfAClientWaitsForTheCloud() {
    w.configure(2, 0);
    lies.capacity.put("eu-1a", 0);
    lies.capacity.put("eu-1b", 0);
    long id = w.cluster.submit(nodes(1).number(JobField.BATCH_FLAG, 0));
    w.seconds(100);
    assertTrue(job(id).configuring);
    lies.capacity.clear();
    w.until(200, () -> job(id).phase == JobPhase.RUNNING);
  }

  @Test
  void aGroupsLeastNumberIsKeptUp() {
    w.configure(4, 2);
    w.until(60, () -> w.node(0).phase == NodePhase.UP && w.node(1).phase == NodePhase.UP);
    assertEquals("Maintain Minimum Number Of Instances", w.node(0).reason);
    assertEquals(0, w.node(0).reasonUid);
    w.seconds(200);
    assertEquals(2, w.cloud.alive().size());
    w.cloud.end(w.node(1).instanceId);
    w.until(10, () -> w.node(1).phase != NodePhase.UP);
    w.until(60, () -> w.node(1).phase == NodePhase.UP);
    assertEquals("i-00000000000000003", w.node(1).instanceId);
    // An admin's power_down of one of them is a wish for another machine.
    update(0, SlurmNumbers.NODE_STATE_POWER_DOWN);
    w.until(90, () -> "i-00000000000000004".equals(w.node(0).instanceId) && w.node(0).phase == NodePhase.UP);
  }

  @Test
  void aMachineThatDiesUnderAJobIsNoticedWithinTenSeconds() {
    w.configure(2, 0);
    long id = w.cluster.submit(nodes(1).number(JobField.REQUEUE, 1));
    runs(id);
    w.cloud.end(w.node(0).instanceId);
    w.until(10, () -> job(id).restarts == 1);
    assertNotEquals(NodePhase.DOWN, w.node(0).phase);
    runs(id);
    assertEquals(1, w.cloud.alive().size());
  }

  @Test
  void anInstanceThatNobodyOwnsIsEnded() {
    w.configure(2, 0);
    w.cloud.launch(new LaunchOrder("stranger", "g", PoolWorld.option("c7i.large", "a"), List.of("g-1"), 1, null));
    w.until(1, () -> w.cloud.alive().size() == 1);
    w.until(59, () -> w.cloud.alive().isEmpty());
    assertEquals(NodePhase.POWERED_DOWN, w.node(0).phase);
  }

  @Test
  void aLostAnswerIsAskedForAgainWithTheSameTokenAndBuysNothingTwice() {
    w.configure(4, 0);
    lies.lostAnswers = 6;
    long id = w.cluster.submit(nodes(3));
    runs(id);
    assertTrue(w.cloud.orders.size() > 2);
    assertEquals(1, w.cloud.orders.stream().map(LaunchOrder::token).distinct().count());
    assertEquals(3, w.cloud.alive().size());
  }

  @Test
  void aControllerThatDiesBetweenOrderAndAnswerAsksAgainAndBuysNothingTwice() {
    w.configure(4, 0);
    long id = w.cluster.submit(nodes(2));
    w.until(1, () -> w.node(0).order != null);
    String token = w.node(0).order;
    w.restart();
    w.seconds(1);
    w.restart();
    runs(id);
    assertEquals(2, w.cloud.alive().size());
    assertTrue(w.cloud.orders.stream().allMatch(o -> o.token().equals(token) && o.least() == 2));
  }

  @Test
  void aNewInstanceThatTheListShowsLateIsNotMissing() {
    w.configure(2, 0);
    lies.hidden = 50_000;
    long id = w.cluster.submit(nodes(1));
    runs(id);
    assertEquals(1, w.cloud.orders.size());
    assertEquals(0, job(id).restarts);
  }

  @Test
  void aMachineThatDiesBeforeAnyListShowedItIsNoticedSinceItsAgentWasHere() {
    w.configure(2, 0);
    lies.hidden = 100_000;
    long id = w.cluster.submit(nodes(1).number(JobField.REQUEUE, 1));
    runs(id);
    w.cloud.end(w.node(0).instanceId);
    w.cluster.apply(new Command.NodeLost(w.now(), w.node(0).name));
    w.until(10, () -> job(id).restarts == 1);
    runs(id);
    assertEquals(1, w.cloud.alive().size());
  }

  @Test
  void aNameIsFreeForAnotherInstanceOnlyWhenTheCloudHasAgreedToEndTheOneThatNoListShows() {
    w.configure(1, 0);
    long id = w.cluster.submit(nodes(1).number(JobField.REQUEUE, 1));
    runs(id);
    String first = w.node(0).instanceId;
    lies.overlooked = 1;
    lies.lostAnswers = 2;
    w.until(40, () -> !first.equals(w.node(0).instanceId));
    assertFalse(w.cloud.isAlive(first));
    runs(id);
    assertEquals(1, w.cloud.alive().size());
  }

  @Test
  void aMissingMachineOfWhichTheJournalDidNotTakeThatItIsGoneIsSaidToBeGoneAgain() {
    w.configure(1, 0);
    long id = w.cluster.submit(nodes(1).number(JobField.REQUEUE, 1));
    runs(id);
    String first = w.node(0).instanceId;
    lies.overlooked = 1;
    w.refused = Command.InstanceGone.class;
    w.until(40, () -> !w.cloud.isAlive(first));
    w.seconds(60);
    assertEquals(first, w.node(0).instanceId);
    w.refused = null;
    w.until(10, () -> !first.equals(w.node(0).instanceId));
  }

  @Test
  void aNodeThatIsPoweredDownBeforeAnyListShowedItsMachineIsPoweredDownWithTheNextLists() {
    w.configure(1, 0);
    lies.hidden = 600_000;
    long id = w.cluster.submit(nodes(1));
    runs(id);
    ends(id);
    update(0, SlurmNumbers.NODE_STATE_POWER_DOWN);
    w.until(20, () -> w.node(0).phase == NodePhase.POWERED_DOWN);
    assertEquals(0, w.cloud.alive().size());
  }

  @Test
  void anInstanceWhoseTagsComeLateIsBoundAndNotEnded() {
    w.configure(1, 0);
    lies.untagged = 10_000;
    lies.lostAnswers = 2;
    long id = w.cluster.submit(nodes(1));
    runs(id);
    assertEquals(1, w.cloud.number());
  }

  @Test
  void anOrderThatTheCloudCarriesOutTwiceLeavesNoSecondInstance() {
    w.configure(2, 0);
    lies.twice = true;
    long id = w.cluster.submit(nodes(2));
    w.until(20, () -> w.cloud.alive().size() == 4);
    w.until(60, () -> w.cloud.alive().size() == 2);
    runs(id);
    assertEquals(2, w.cloud.alive().size());
  }

  @Test
  void aClockThatGoesBackAnHourDelaysNoLookAtTheInventory() {
    w.configure(1, 0);
    w.seconds(5);
    w.cloud.launch(new LaunchOrder("stranger", "g", PoolWorld.option("c7i.large", "a"), List.of("g-1"), 1, null));
    w.until(1, () -> w.cloud.alive().size() == 1);
    w.provisioningBehind = 3_600_000;
    w.until(59, () -> w.cloud.alive().isEmpty());
  }

  @Test
  void oneThatNeverBootsIsReplacedAfterResumeTimeoutAndTheJobKeepsItsPlace() {
    w.configure(1, 0);
    lies.boot = -1;
    long id = w.cluster.submit(nodes(1));
    w.seconds(290);
    assertTrue(job(id).configuring);
    lies.boot = 30_000;
    w.until(20, () -> w.node(0).phase == NodePhase.POWERING_DOWN);
    assertEquals("ResumeTimeout reached", w.node(0).reason);
    runs(id);
    assertEquals(0, job(id).restarts);
    assertEquals(1, w.cloud.alive().size());
    assertEquals("i-00000000000000002", w.node(0).instanceId);
  }

  @Test
  void aPoolWhoseMachinesNeverComeUpIsInvalidUntilOneDoes() {
    w.configure(8, 0);
    lies.boot = -1;
    for (int i = 0; i < 8; i++) {
      w.cluster.submit(nodes(1));
    }
    w.until(330, () -> "INVALID: 3 boot failures, last: ResumeTimeout reached".equals(w.node(0).reason)
        || w.cluster.effects.stream().anyMatch(e -> e instanceof Effect.Log l && l.line().startsWith("pool g is INVALID")));
    w.seconds(100);
    assertTrue(w.cloud.alive().isEmpty());
    long ordered = w.cloud.orders.size();
    w.seconds(300);
    assertEquals(ordered, w.cloud.orders.size());
    // The probe: one machine, not eight.
    w.until(400, () -> !w.cloud.alive().isEmpty());
    w.seconds(20);
    assertEquals(1, w.cloud.alive().size());
    lies.boot = 30_000;
    w.seconds(300);
    w.until(1500, () -> w.cloud.alive().size() == 8);
  }

  @Test
  void unexpectedRebootsAndSilenceAndDownMeanAnotherMachine() {
    w.configure(2, 0);
    long id = w.cluster.submit(nodes(1).number(JobField.REQUEUE, 1));
    runs(id);
    String first = w.node(0).instanceId;
    w.cluster.now += 1000;
    w.cluster.apply(new Command.RegisterNode(
        w.now(), "g-1", new NodeRecord.Registration("1", "x", "L", 4, 1, 4, 1, 1, 7985, 0, w.now() / 1000, w.now() / 1000, "again", 0),
        List.of(), 1726123285));
    assertTrue(w.cluster.effects.contains(new Effect.Log(false,
        "validate_node_specs: Node g-1 unexpectedly rebooted boot_time=" + w.now() / 1000 + " last_response=1726123285")));
    assertEquals(NodePhase.POWERING_DOWN, w.node(0).phase);
    runs(id);
    assertTrue(w.cloud.alive().stream().noneMatch(i -> i.id().equals(first)));
    int at = job(id).batchNode;
    String second = w.node(at).instanceId;
    w.cluster.apply(new Command.NodeLost(w.now(), w.node(at).name));
    w.cluster.apply(new Command.NodeFailed(w.now(), w.node(at).name, "Not responding"));
    w.until(30, () -> w.cloud.alive().stream().noneMatch(i -> i.id().equals(second)));
    runs(id);
    ends(id);
  }

  @Test
  void aMachineThatTheCloudFindsImpairedForThreeMinutesIsReplaced() {
    w.configure(1, 0);
    long id = w.cluster.submit(nodes(1).number(JobField.REQUEUE, 1));
    runs(id);
    String first = w.node(0).instanceId;
    lies.impaired = Set.of(first);
    w.seconds(100);
    lies.impaired = Set.of();
    w.seconds(200);
    assertEquals(first, w.node(0).instanceId, "it was well again");
    lies.impaired = Set.of(first, "i-of-somebody-else");
    w.until(320, () -> job(id).restarts == 1);
    assertTrue(w.cluster.effects.contains(new Effect.Log(true,
        "node g-1 set DOWN: Backing instance " + first + " is impaired (EC2 status checks)")));
    lies.impaired = Set.of();
    runs(id);
    assertNotEquals(first, w.node(0).instanceId);
    assertEquals(1, w.cloud.alive().size());
  }

  /** As ParallelCluster: it takes no more jobs, the one that it has ends there, and then it is another machine. */
  @Test
  void aMachineWithAScheduledEventIsReplacedWhenItsJobIsOver() {
    w.configure(1, 1);
    long id = w.cluster.submit(nodes(1).number(JobField.REQUEUE, 1));
    runs(id);
    String first = w.node(0).instanceId;
    lies.events = Map.of(first, "instance-retirement", "i-of-somebody-else", "instance-stop");
    w.until(120, () -> w.node(0).drain);
    assertEquals("Backing instance " + first + " has a scheduled event: instance-retirement", w.node(0).reason);
    w.seconds(300);
    assertEquals(0, job(id).restarts, "its job goes on");
    assertEquals(first, w.node(0).instanceId);
    w.cluster.kill(Cluster.ROOT, id);
    w.until(600, () -> w.node(0).phase == NodePhase.UP && !first.equals(w.node(0).instanceId));
    w.seconds(200);
    assertFalse(w.node(0).drain);
    assertEquals(1, w.cloud.alive().size());
  }

  private org.slurmctldj.core.Result registers(int node, String instance) {
    return w.cluster.apply(new Command.RegisterNode(
        w.now(), w.node(node).name,
        new NodeRecord.Registration("1", "x", "L", 4, 1, 4, 1, 1, 7985, 0, w.now() / 1000, w.now() / 1000, "b " + instance, 0),
        List.of(), 0, instance));
  }

  @Test
  void onlyTheInstanceThatIsBoundToTheNodeRegistersAsIt() {
    w.configure(2, 0);
    long id = w.cluster.submit(nodes(1));
    runs(id);
    String bound = w.node(0).instanceId;
    String boot = w.node(0).registration.bootId();
    assertEquals(SlurmNumbers.ESLURM_ACCESS_DENIED, registers(0, "i-0foreign").error());
    assertEquals("instance i-0foreign may not register as node g-1, which is instance " + bound, registers(0, "i-0foreign").message());
    assertEquals("a machine that is no instance may not register as node g-1, which is instance " + bound, registers(0, "").message());
    assertEquals("instance " + bound + " may not register as node g-2, which has no instance", registers(1, bound).message());
    assertEquals(boot, w.node(0).registration.bootId());
    assertEquals(JobPhase.RUNNING, job(id).phase);
    assertTrue(registers(0, bound).isOk());
    ends(id);
    w.until(200, () -> w.node(0).phase == NodePhase.POWERED_DOWN);
    // It was given back, and its agent lives on: the next machine's place is not its.
    w.cluster.submit(nodes(1));
    w.until(30, () -> w.node(0).phase == NodePhase.POWERING_UP && w.node(0).instanceId != null);
    assertEquals(SlurmNumbers.ESLURM_ACCESS_DENIED, registers(0, bound).error());
    assertEquals(NodePhase.POWERING_UP, w.node(0).phase);
  }

  @Test
  void anAdminsRebootKeepsTheMachine() {
    w.configure(2, 1);
    w.until(60, () -> w.node(0).phase == NodePhase.UP);
    String first = w.node(0).instanceId;
    update(0, 1 << 16);
    assertEquals(NodeRecord.Reboot.ISSUED, w.node(0).reboot);
    w.seconds(100);
    w.cluster.apply(new Command.RegisterNode(
        w.now(), "g-1", new NodeRecord.Registration("1", "x", "L", 4, 1, 4, 1, 1, 7985, 0, w.now() / 1000, w.now() / 1000, "again", 0),
        List.of()));
    assertEquals(NodePhase.UP, w.node(0).phase);
    assertEquals(first, w.node(0).instanceId);
    // nextstate=DOWN: PCS takes it for unhealthy.
    update(0, 1 << 16 | SlurmNumbers.NODE_STATE_DOWN);
    w.seconds(2);
    w.cluster.apply(new Command.RegisterNode(
        w.now(), "g-1", new NodeRecord.Registration("1", "x", "L", 4, 1, 4, 1, 1, 7985, 0, w.now() / 1000, w.now() / 1000, "third", 0),
        List.of()));
    w.until(120, () -> w.node(0).phase == NodePhase.UP && !first.equals(w.node(0).instanceId));
  }

  @Test
  void whatMachinesTookToBootIsPartOfLaterForecasts() {
    w.configure(2, 0);
    JobRecord asked = job(w.cluster.submit(nodes(2)));
    assertEquals(w.now() / 1000, Forecast.of(w.cluster.store, asked, w.now()).startSeconds(), "nothing is known yet");
    runs(asked.jobId);
    w.cluster.kill(Cluster.ALICE, asked.jobId);
    w.cluster.released(asked.jobId);
    w.until(120, () -> w.node(0).phase == NodePhase.POWERED_DOWN && w.node(1).phase == NodePhase.POWERED_DOWN);
    long took = (w.node(0).bootMillis + 999) / 1000;
    assertTrue(took > 30, () -> took + " s");
    assertEquals(w.now() / 1000 + took, Forecast.of(w.cluster.store, asked, w.now()).startSeconds());
  }

  @Test
  void aReconfigureThatConcernsNoNodeLeavesMachinesAlone() {
    w.configure(2, 0);
    long id = w.cluster.submit(nodes(1));
    runs(id);
    String machine = w.node(0).instanceId;
    w.configure(3, 0);
    w.seconds(30);
    assertEquals(machine, w.node(0).instanceId);
    assertEquals(NodePhase.UP, w.node(0).phase);
    assertEquals(JobPhase.RUNNING, job(id).phase);
    assertEquals(1, w.cloud.alive().size());
  }

  @Test
  void shrinkingTakesTheTopNodesAndTheirJobsGoBackToTheQueue() {
    w.configure(2, 0);
    long a = w.cluster.submit(nodes(1).number(JobField.REQUEUE, 1));
    long b = w.cluster.submit(nodes(1).number(JobField.REQUEUE, 1));
    runs(a);
    runs(b);
    long top = job(a).batchNode == 1 ? a : b;
    w.configure(1, 0);
    assertEquals(JobPhase.PENDING, job(top).phase);
    assertEquals(1, job(top).restarts);
    w.until(60, () -> w.cloud.alive().size() == 1);
  }

  @Test
  void deletingAQueueCancelsItsJobsAndDeletingAGroupThoseThatRunThere() {
    w.configure(PoolWorld.config(5, List.of(PoolWorld.pool("g", 0, 2, 0), PoolWorld.pool("h", 2, 1, 0)), List.of("q", "r")));
    long runs = w.cluster.submit(nodes(2).text(JobField.PARTITION, "q"));
    long waits = w.cluster.submit(nodes(3).text(JobField.PARTITION, "q"));
    long other = w.cluster.submit(nodes(3).text(JobField.PARTITION, "r"));
    runs(runs);
    w.configure(PoolWorld.config(6, List.of(PoolWorld.pool("g", 0, 2, 0), PoolWorld.pool("h", 2, 1, 0)), List.of("r")));
    assertEquals(Outcome.CANCELLED, job(waits).outcome);
    assertEquals(Outcome.CANCELLED, job(runs).outcome);
    assertEquals(Outcome.NONE, job(other).outcome);
    w.cluster.released(runs);
    runs(other);
    w.configure(PoolWorld.config(7, List.of(PoolWorld.pool("g", 0, 2, 0)), List.of("r")));
    assertEquals(Outcome.CANCELLED, job(other).outcome);
    w.until(60, () -> w.cloud.alive().stream().noneMatch(i -> i.node().equals("h-1")));
  }

  private static PartitionDefinition queue(String name, int state, int... nodes) {
    return new PartitionDefinition(
        name, nodes, "ALL", 1, state, SlurmNumbers.INFINITE, SlurmNumbers.NO_VAL, 0, SlurmNumbers.INFINITE, SlurmNumbers.INFINITE, 1, 1, 1,
        SlurmNumbers.NO_VAL16, SlurmNumbers.NO_VAL16, 0, 0, 0, null, null, null, null, null, null, null, null, null);
  }

  /** Groups g (g-1, g-2) and h (h-1). */
  private static ClusterConfig groups(long epoch, PartitionDefinition queue) {
    ClusterConfig k = PoolWorld.config(epoch, List.of(PoolWorld.pool("g", 0, 2, 0), PoolWorld.pool("h", 2, 1, 0)), List.of("q"));
    return new ClusterConfig(epoch, "test", k.nodes(), List.of(queue), k.limits()).withPools(k.pools());
  }

  @Test
  void aQueueThatIsGivenOtherGroupsLeavesItsRunningJobsAlone() {
    w.configure(groups(5, queue("q", 3, 0, 1)));
    long id = w.cluster.submit(nodes(1));
    runs(id);
    String machine = w.node(0).instanceId;
    w.configure(groups(6, queue("q", 3, 2)));
    assertEquals(JobPhase.RUNNING, job(id).phase);
    assertEquals(machine, w.node(0).instanceId);
    long next = w.cluster.submit(nodes(1));
    runs(next);
    assertEquals(2, job(next).batchNode);
    ends(id);
    assertEquals(Outcome.COMPLETED, job(id).outcome);
  }

  @Test
  void aJobChoosesAGroupOfItsQueueByTheGroupsName() {
    w.configure(groups(5, queue("q", 3, 0, 1, 2)));
    long id = w.cluster.submit(nodes(1).text(JobField.FEATURES, "h"));
    runs(id);
    assertEquals("h-1", w.node(job(id).batchNode).name);
    assertEquals(List.of("h"), w.cloud.orders.stream().map(LaunchOrder::group).toList());
  }

  /** ParallelCluster's fleet stop: partitions INACTIVE, every node power_down_force; its start: UP. */
  @Test
  void aStoppedFleetEndsItsMachinesAndItsJobsWaitUntilItIsStarted() {
    w.configure(groups(5, queue("q", 3, 0, 1, 2)));
    long id = w.cluster.submit(nodes(1).number(JobField.REQUEUE, 1));
    runs(id);
    w.configure(groups(6, queue("q", 0, 0, 1, 2)));
    for (int n = 0; n < 3; n++) {
      update(n, SlurmNumbers.NODE_STATE_POWER_DOWN | SlurmNumbers.NODE_STATE_POWERED_DOWN);
    }
    w.cluster.released(id);
    w.until(60, () -> w.cloud.alive().isEmpty());
    w.seconds(120);
    assertEquals(JobPhase.PENDING, job(id).phase);
    assertEquals(1, w.cloud.number(), "nothing is bought for a stopped fleet");
    w.configure(groups(7, queue("q", 3, 0, 1, 2)));
    runs(id);
  }

  @Test
  void whatMachinesReallyHaveOfMemoryIsKnownAfterTheFirstAndSaidAtSubmission() {
    w.configure(2, 0);
    JobFields big = nodes(1).number(JobField.PN_MIN_MEMORY, 8192);
    long id = w.cluster.submit(nodes(1));
    w.planning = false;
    long never = w.cluster.submit(big);
    w.cluster.kill(Cluster.ALICE, never);
    w.planning = true;
    runs(id);
    assertEquals(7985, w.cluster.store.config().nodes().get(1).realMemory());
    assertEquals(2014, w.cluster.submit(Cluster.ALICE, big).error(), "ESLURM_REQUESTED_NODE_CONFIG_UNAVAILABLE");
    w.configure(2, 0);
    assertEquals(7985, w.cluster.store.config().nodes().get(1).realMemory(), "known to a new configuration, too");
  }

  @Test
  void aMistakeOfTheConfigurationIsSaidAndNotRepeatedEverySecond() {
    w.configure(2, 0);
    lies.refusal = new CloudFailure("InvalidLaunchTemplateId.NotFound", "no lt-1", CloudFailure.Kind.CONFIGURATION);
    long id = w.cluster.submit(nodes(1));
    w.seconds(200);
    assertEquals(2, w.cloud.orders.size(), "once for each option");
    assertEquals("Failed to launch backing instance (Error Code: InvalidLaunchTemplateId.NotFound)", w.node(0).reason);
    lies.refusal = null;
    w.configure(2, 0);
    runs(id);
  }

  @Test
  void aCancelledJobsMachinesAreNotBoughtOrServeTheNext() {
    w.configure(2, 0);
    w.planning = false;
    long id = w.cluster.submit(nodes(1));
    w.cluster.start(id, 0);
    w.cluster.kill(Cluster.ALICE, id);
    assertFalse(w.node(0).powerUp);
    w.planning = true;
    long second = w.cluster.submit(nodes(1));
    w.until(2, () -> w.node(0).order == null && w.node(0).instanceId != null);
    w.cluster.kill(Cluster.ALICE, second);
    long third = w.cluster.submit(nodes(1));
    runs(third);
    assertEquals(1, w.cloud.orders.size());
  }

  @Test
  void noNameHasTwoInstancesHoweverAdminsTurnItOnAndOff() {
    w.configure(3, 1);
    for (int i = 0; i < 40; i++) {
      update(i % 3, i % 2 == 0 ? SlurmNumbers.NODE_STATE_POWER_UP : SlurmNumbers.NODE_STATE_POWER_DOWN);
      w.seconds(1 + i % 7);
      Set<String> names = new HashSet<>();
      w.cloud.alive().forEach(x -> assertTrue(names.add(x.node()), () -> "two of " + x.node()));
    }
    w.until(300, () -> w.cloud.alive().size() == 1);
  }
}
