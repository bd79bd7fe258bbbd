package org.slurmctldj.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slurmctldj.core.SlurmNumbers.NO_VAL;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NodeLifeTest {
  private final Cluster c = Cluster.of(3);

  private Result node(long state, String reason) {
    return c.apply(new Command.UpdateNode(c.now, Cluster.ROOT, List.of("n1"), state, reason, null, null, NO_VAL));
  }

  private void registers(long memory, int cpus, String boot) {
    c.apply(new Command.RegisterNode(
        c.now, "n1", new NodeRecord.Registration("1", "x", "L", cpus, 1, 2, 2, 2, memory, 0, 1, 1, boot, 0), List.of()));
  }

  @Test
  void aNodeWithTooLittleIsDrainedInSlurmsWords() {
    registers(7000, 4, "boot1");
    NodeRecord n = c.node(0);
    assertTrue(n.drain && n.invalidRegistration);
    assertEquals("Low RealMemory (reported:7000 < 100.00% of configured:8000), Low CPUs", n.reason);
    assertEquals(2028, node(SlurmNumbers.NODE_RESUME, null).error());
    registers(8000, 8, "boot1");
    assertFalse(c.node(0).drain);
    assertNull(c.node(0).reason);
  }

  /** State=FAIL as 24.11.5 and 26.05.5: each of FAIL and DRAIN takes the other's place, UNDRAIN leaves FAIL. */
  @Test
  void aFailingNodeTakesNoJobsUntilItIsResumed() {
    c.apply(new Command.RaiseFeatureLevel(c.now, StateMachine.FEATURE_LEVEL));
    long id = c.running();
    assertTrue(node(SlurmNumbers.NODE_STATE_FAIL, "broken").isOk());
    assertTrue(c.node(0).failing);
    assertEquals("broken", c.node(0).reason);
    assertEquals(JobPhase.RUNNING, c.job(id).phase);
    assertFalse(c.start(c.submit(), 0).isOk());
    assertTrue(node(SlurmNumbers.NODE_STATE_UNDRAIN, null).isOk());
    assertTrue(c.node(0).failing);
    node(SlurmNumbers.NODE_STATE_DRAIN, "x");
    assertTrue(c.node(0).drain && !c.node(0).failing);
    node(SlurmNumbers.NODE_STATE_FAIL, "y");
    node(SlurmNumbers.NODE_STATE_DOWN, "z");
    assertEquals(NodePhase.DOWN, c.node(0).phase);
    assertTrue(c.node(0).failing);
    assertTrue(RecordCodec.decodeNode(RecordCodec.encodeNode(c.node(0))).failing);
    node(SlurmNumbers.NODE_RESUME, null);
    assertFalse(c.node(0).failing || c.node(0).drain);
    assertEquals(NodePhase.UP, c.node(0).phase);
  }

  @Test
  void drainResumeDown() {
    assertEquals(2010, c.apply(new Command.UpdateNode(
        c.now, Cluster.ALICE, List.of("n1"), SlurmNumbers.NODE_STATE_DRAIN, "x", null, null, NO_VAL)).error());
    assertEquals(2018, c.apply(new Command.UpdateNode(
        c.now, Cluster.ROOT, List.of("n9"), SlurmNumbers.NODE_STATE_DRAIN, "x", null, null, NO_VAL)).error());
    long id = c.running();
    node(SlurmNumbers.NODE_STATE_DRAIN, "disk");
    assertTrue(c.node(0).drain);
    assertEquals("disk", c.node(0).reason);
    assertEquals(JobPhase.RUNNING, c.job(id).phase);
    assertFalse(c.start(c.submit(), 0).isOk());
    node(SlurmNumbers.NODE_RESUME, null);
    assertNull(c.node(0).reason);
    node(SlurmNumbers.NODE_STATE_DOWN, "fire");
    assertEquals(NodePhase.DOWN, c.node(0).phase);
    assertEquals("fire", c.node(0).reason);
    assertEquals(1, c.job(id).restarts);
    node(SlurmNumbers.NODE_RESUME, null);
    assertEquals(NodePhase.UP, c.node(0).phase);
    assertEquals(2028, node(SlurmNumbers.NODE_STATE_FUTURE, null).error());
  }

  @Test
  void aSilentNodeComesBackByReturnToService() {
    for (int returnToService = 0; returnToService <= 2; returnToService++) {
      Cluster k = new Cluster();
      ClusterConfig one = Cluster.config(1, 1);
      ClusterConfig.Limits l = one.limits();
      k.apply(new Command.Reconfigure(k.now, new ClusterConfig(1, "t", one.nodes(), one.partitions(),
          new ClusterConfig.Limits(l.maxJobCount(), 1, l.maxJobId(), 1001, 300, 30, l.selectTypeParameters(), 0, 0, true, 0,
              0, 10, returnToService, 0, 0, null))));
      k.register("n1", "boot1");
      k.apply(new Command.NodeLost(k.now, "n1"));
      k.apply(new Command.NodeFailed(k.now, "n1", "Not responding"));
      k.register("n1", "boot1");
      assertEquals(returnToService == 0 ? NodePhase.DOWN : NodePhase.UP, k.node(0).phase, "ReturnToService=" + returnToService);
      if (returnToService == 0) {
        k.apply(new Command.UpdateNode(k.now, Cluster.ROOT, List.of("n1"), SlurmNumbers.NODE_RESUME, null, null, null, NO_VAL));
        assertEquals(NodePhase.UP, k.node(0).phase);
      }
      k.register("n1", "boot2");
      assertEquals(returnToService == 2 ? NodePhase.UP : NodePhase.DOWN, k.node(0).phase, "ReturnToService=" + returnToService);
    }
  }

  @Test
  void anAgentThatStillRunsWhatIsOverIsToldToEndIt() {
    long id = c.running();
    c.kill(Cluster.ALICE, id);
    c.ended(id, 9);
    c.released(id);
    c.takeEffects();
    c.register("n1", "boot1", id + ".0", "77.3");
    List<Effect> effects = c.takeEffects();
    assertTrue(effects.contains(new Effect.Terminate(id, 0, 0, 0, Outcome.CANCELLED)));
    assertTrue(effects.contains(new Effect.Terminate(77, 3, 0, 0, Outcome.CANCELLED)));
  }

  @Test
  void aRunningLaunchThatTheAgentDoesNotKnowIsLost() {
    long id = c.running();
    c.register("n1", "boot1");
    assertEquals(JobPhase.ENDING, c.job(id).phase);
    c.register("n1", "boot1");
    assertEquals(JobPhase.PENDING, c.job(id).phase);
    assertEquals(1, c.job(id).restarts);
  }

  @Test
  void aNewConfigurationCarriesJobsAndNodesByName() {
    long onOne = c.running();
    long onThree = c.submit();
    c.start(onThree, 2);
    c.started(onThree);
    long waits = c.submit(Cluster.request(Cluster.ALICE).text(JobField.PARTITION, "short"));
    node(SlurmNumbers.NODE_STATE_DRAIN, "disk");
    // n3 first, n2 gone, n4 new; partition short gone.
    List<NodeDefinition> defs = new ArrayList<>();
    for (String name : List.of("n3", "n1", "n4")) {
      defs.add(Cluster.node(name));
    }
    ClusterConfig next = Cluster.config(2, defs, List.of());
    next = new ClusterConfig(2, "test", next.nodes(), List.of(next.partitions().get(0)), next.limits());
    assertTrue(c.apply(new Command.Reconfigure(c.now, next)).isOk());
    assertEquals("n1", c.node(1).name);
    assertTrue(c.node(1).drain);
    assertEquals(NodePhase.UP, c.node(1).phase);
    assertEquals(NodePhase.UNKNOWN, c.node(2).phase);
    assertEquals(1, c.job(onOne).batchNode);
    assertEquals(0, c.job(onThree).batchNode);
    assertEquals(1, c.node(0).jobs);
    assertEquals(0, c.job(waits).priority);
    c.ended(onThree, 0);
    c.released(onThree);
    assertEquals(Outcome.COMPLETED, c.job(onThree).outcome);
    assertEquals(22, c.apply(new Command.Reconfigure(c.now, next)).error());
  }

  /** Reports once carried an index alone: one made before a renumbering and applied after it hit another node. */
  @Test
  void aReportMadeBeforeARenumberingCountsForTheNodeThatMadeIt() {
    long onOne = c.running();
    long onThree = c.submit();
    c.start(onThree, 2);
    c.apply(new Command.Reconfigure(
        c.now, Cluster.config(2, IntStream.of(3, 1, 2).mapToObj(i -> Cluster.node("n" + i)).toList(), List.of())));
    c.apply(new Command.LaunchStarted(c.now, onThree, 0, "n3"));
    assertEquals(JobPhase.RUNNING, c.job(onThree).phase);
    c.apply(new Command.LaunchEnded(c.now, onThree, 0, "n3", 0, false, null, 0, 0, 0, 0));
    c.apply(new Command.LaunchEnded(c.now, onOne, 0, "n1", 1 << 8, false, null, 0, 0, 0, 0));
    c.apply(new Command.NodeReleased(c.now, onThree, 0, "n3"));
    assertEquals(JobPhase.DONE, c.job(onThree).phase);
    assertEquals(JobPhase.ENDING, c.job(onOne).phase, "n1 has not answered yet");
    c.apply(new Command.NodeReleased(c.now, onOne, 0, "n1"));
    assertEquals(Outcome.FAILED, c.job(onOne).outcome);
    c.apply(new Command.NodeReleased(c.now, onOne, 0, "gone"));
  }

  @Test
  void jobsOfAVanishedNodeAreRequeued() {
    long id = c.running();
    c.apply(new Command.Reconfigure(
        c.now, Cluster.config(2, IntStream.rangeClosed(2, 3).mapToObj(i -> Cluster.node("n" + i)).toList(), List.of())));
    assertEquals(JobPhase.PENDING, c.job(id).phase);
    assertEquals(1, c.job(id).restarts);
    assertTrue(c.start(id, 0).isOk());
  }

  /** Found by the simulator: the job was requeued, its processes lived on beside the next one's. */
  @Test
  void aConnectedNodeSetDownIsToldToEndItsJobs() {
    long id = c.running();
    c.takeEffects();
    c.apply(new Command.UpdateNode(
        c.now, Cluster.ROOT, List.of("n1"), SlurmNumbers.NODE_STATE_DOWN, "broken", null, null, SlurmNumbers.NO_VAL));
    assertEquals(JobPhase.PENDING, c.job(id).phase);
    assertTrue(c.takeEffects().contains(new Effect.Terminate(id, 0, 0, 0, Outcome.NODE_FAIL)));
  }

  /** Found by the simulator (seed 50002): any answer brought it back, and jobs ran beside what was left of others. */
  @Test
  void aNodeThatReturnsTakesNoJobUntilItHasConfirmedThatTheFormerOnesAreGone() {
    returnToService(2);
    long first = c.running();
    long second = c.running();
    node(SlurmNumbers.NODE_STATE_DOWN, "broken");
    assertEquals(List.of(new NodeRecord.Leftover(first, 0), new NodeRecord.Leftover(second, 0)), c.node(0).leftovers);
    confirms(first);
    assertEquals(NodePhase.UP, c.node(0).phase, "as Slurm's, it is back as soon as it answers");
    assertFalse(c.start(first, 0).isOk());
    confirms(second);
    assertTrue(c.start(first, 0).isOk());
  }

  @Test
  void anAdminsResumeDoesNotPutJobsOnWhatIsLeftOfOthers() {
    long id = c.running();
    node(SlurmNumbers.NODE_STATE_DOWN, "broken");
    node(SlurmNumbers.NODE_RESUME, null);
    assertFalse(c.start(id, 0).isOk());
    assertTrue(c.start(id, 1).isOk());
    confirms(id);
    assertTrue(c.start(c.submit(), 0).isOk());
  }

  @Test
  void whatANodeNamesAtItsRegistrationIsWhatIsLeftThere() {
    returnToService(2);
    long id = c.running();
    c.apply(new Command.NodeLost(c.now, "n1"));
    c.apply(new Command.NodeFailed(c.now, "n1", "Not responding"));
    c.register("n1", "boot1", id + ".0");
    assertEquals(NodePhase.UP, c.node(0).phase);
    assertFalse(c.start(id, 0).isOk());
    c.register("n1", "boot1");
    assertTrue(c.start(id, 0).isOk());
  }

  @Test
  void aRebootLeavesNothing() {
    long id = c.running();
    node(SlurmNumbers.NODE_STATE_DOWN, "broken");
    c.register("n1", "boot2");
    assertEquals(List.of(), c.node(0).leftovers);
    assertEquals(1, c.job(id).restarts);
  }

  @Test
  void aNodeThatNeverConfirmedAnEndTakesNoJobUntilItDoes() {
    long id = c.running();
    c.kill(Cluster.ALICE, id);
    c.pass(200);
    assertEquals(JobPhase.DONE, c.job(id).phase);
    assertEquals("Kill task failed", c.node(0).reason);
    node(SlurmNumbers.NODE_RESUME, null);
    assertFalse(c.start(c.submit(), 0).isOk());
    confirms(id);
    assertTrue(c.start(c.submit(), 0).isOk());
  }

  /** Journals of before are read as they were written. */
  @Test
  void beforeLevelFourNothingIsLeft() {
    Cluster old = new Cluster();
    old.apply(new Command.RaiseFeatureLevel(old.now, 3));
    old.apply(new Command.Reconfigure(old.now, Cluster.config(1, 1)));
    old.register("n1", "boot1");
    long id = old.running();
    old.apply(new Command.UpdateNode(
        old.now, Cluster.ROOT, List.of("n1"), SlurmNumbers.NODE_STATE_DOWN, "x", null, null, NO_VAL));
    old.apply(new Command.UpdateNode(
        old.now, Cluster.ROOT, List.of("n1"), SlurmNumbers.NODE_RESUME, null, null, null, NO_VAL));
    assertTrue(old.start(id, 0).isOk());
  }

  private void confirms(long id) {
    c.apply(new Command.NodeReleased(c.now, id, 0, "n1"));
  }

  private void returnToService(int value) {
    ClusterConfig config = Cluster.config(2, 3);
    ClusterConfig.Limits l = config.limits();
    c.apply(new Command.Reconfigure(c.now, new ClusterConfig(2, "t", config.nodes(), config.partitions(),
        new ClusterConfig.Limits(l.maxJobCount(), 1, l.maxJobId(), 1001, 300, 30, l.selectTypeParameters(), 0, 0, true, 0,
            0, 10, value, 0, 0, null))));
  }
}
