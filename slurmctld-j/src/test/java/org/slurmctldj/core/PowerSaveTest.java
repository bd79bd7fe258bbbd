package org.slurmctldj.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.Command.PowerProgram;

/**
 * Cloud nodes as real 22.05.8 treated them with SuspendTime=12, SuspendTimeout=6, ResumeTimeout=20: the states and
 * their order were read off it.
 */
class PowerSaveTest {
  private final Cluster c = new Cluster();

  PowerSaveTest() {
    c.apply(new Command.RaiseFeatureLevel(c.now, StateMachine.FEATURE_LEVEL));
    c.apply(new Command.Reconfigure(c.now, config(1, List.of())));
  }

  private static ClusterConfig config(long epoch, List<PowerRules.Kept> kept) {
    ClusterConfig plain = Cluster.config(epoch, 3);
    List<NodeDefinition> cloud = plain.nodes().stream()
        .map(d -> new NodeDefinition(
            d.name(), d.hostName(), d.address(), d.port(), d.cpus(), d.boards(), d.sockets(), d.coresPerSocket(),
            d.threadsPerCore(), d.realMemory(), d.tmpDisk(), d.weight(), d.features(), d.gres(), 0, 0,
            SlurmNumbers.NODE_STATE_IDLE | SlurmNumbers.NODE_STATE_CLOUD | SlurmNumbers.NODE_STATE_POWERED_DOWN, null))
        .toList();
    List<PowerRules.NodePower> power = IntStream.range(0, 3).mapToObj(i -> new PowerRules.NodePower(12, 6, 20, false)).toList();
    return new ClusterConfig(epoch, "test", cloud, plain.partitions(), plain.limits(), new PowerRules(true, power, kept, 0));
  }

  private void called(PowerProgram what, String... nodes) {
    c.apply(new Command.PowerIssued(c.now, List.of(nodes), what, c.now));
  }

  /** The machine of that node boots now. */
  private void boots(String node) {
    c.apply(new Command.RegisterNode(
        c.now, node, new NodeRecord.Registration("1", "x", "L", 8, 1, 2, 2, 2, 8000, 0, c.now / 1000, c.now / 1000, "b" + c.now, 0),
        List.of()));
  }

  private void seconds(long n) {
    c.now += n * 1000;
    c.apply(new Command.Tick(c.now));
  }

  private NodePhase phase(int node) {
    return c.node(node).phase;
  }

  @Test
  void aJobSwitchesItsNodesOnAndWaitsForTheLastOfThem() {
    assertEquals(NodePhase.POWERED_DOWN, phase(0));
    long id = c.submit(Cluster.request(Cluster.ALICE).number(JobField.MIN_NODES, 2).number(JobField.MAX_NODES, 2).number(JobField.MIN_CPUS, 2));
    assertTrue(c.start(id, 0, 1).isOk());
    assertEquals(1 | 1 << 14, c.job(id).slurmState());
    assertTrue(c.node(0).powerUp && c.node(1).powerUp);
    called(PowerProgram.RESUME, "n1", "n2");
    assertEquals(NodePhase.POWERING_UP, phase(1));
    seconds(4);
    boots("n1");
    assertTrue(c.job(id).configuring);
    assertTrue(c.effects.stream().noneMatch(e -> e instanceof Effect.Launch));
    seconds(5);
    boots("n2");
    assertFalse(c.job(id).configuring);
    assertEquals(c.now / 1000, c.job(id).startTime);
    assertTrue(c.effects.contains(new Effect.Launch(id, 0, 0)));
  }

  @Test
  void aNodeThatDoesNotComeIsDownAndItsJobStartsAgainElsewhere() {
    long id = c.submit();
    c.start(id, 0);
    called(PowerProgram.RESUME, "n1");
    seconds(21);
    assertEquals(NodePhase.DOWN, phase(0));
    assertTrue(c.node(0).poweredDown && c.node(0).resumeFailed);
    assertEquals("ResumeTimeout reached", c.node(0).reason);
    assertEquals(JobPhase.PENDING, c.job(id).phase);
    called(PowerProgram.RESUME_FAILED, "n1");
    assertFalse(c.node(0).resumeFailed);
    assertTrue(c.start(id, 1).isOk());
    c.apply(new Command.UpdateNode(
        c.now, Cluster.ROOT, List.of("n1"), SlurmNumbers.NODE_RESUME, null, null, null, SlurmNumbers.NO_VAL));
    assertEquals(NodePhase.POWERED_DOWN, phase(0));
  }

  @Test
  void whatRegistersFromBeforeTheCallIsNotTheNewMachine() {
    c.start(c.submit(), 0);
    c.now += 5000;
    called(PowerProgram.RESUME, "n1");
    c.apply(new Command.RegisterNode(
        c.now, "n1", new NodeRecord.Registration("1", "x", "L", 8, 1, 2, 2, 2, 8000, 0, c.now / 1000 - 3, 1, "b", 0), List.of()));
    assertEquals(NodePhase.POWERING_UP, phase(0));
  }

  @Test
  void anIdleNodeIsSwitchedOffAndUsableAgainAfterSuspendTimeout() {
    up("n1");
    seconds(11);
    assertFalse(c.node(0).powerDown);
    seconds(2);
    assertTrue(c.node(0).powerDown);
    assertFalse(c.start(c.submit(), 0).isOk());
    called(PowerProgram.SUSPEND, "n1");
    assertEquals(NodePhase.POWERING_DOWN, phase(0));
    c.apply(new Command.NodeLost(c.now, "n1"));
    c.apply(new Command.NodeFailed(c.now, "n1", "Not responding"));
    assertEquals(NodePhase.POWERING_DOWN, phase(0));
    assertFalse(c.start(c.submit(), 0).isOk());
    seconds(7);
    assertEquals(NodePhase.POWERED_DOWN, phase(0));
    assertTrue(c.start(c.submit(), 0).isOk());
  }

  /** slurm.conf(5): idle_on_node_suspend marks nodes as idle, regardless of their state, when they are suspended. */
  @Test
  void withIdleOnNodeSuspendADownNodeIsIdleAfterwards() {
    ClusterConfig plain = config(2, List.of());
    PowerRules p = plain.power();
    c.apply(new Command.Reconfigure(
        c.now, new ClusterConfig(2, "test", plain.nodes(), plain.partitions(), plain.limits(), new PowerRules(true, p.nodes(), List.of(), 0, true))));
    up("n1");
    c.apply(new Command.UpdateNode(
        c.now, Cluster.ROOT, List.of("n1"), SlurmNumbers.NODE_STATE_DOWN, "broken", null, null, SlurmNumbers.NO_VAL));
    c.apply(new Command.UpdateNode(
        c.now, Cluster.ROOT, List.of("n1"), SlurmNumbers.NODE_STATE_POWER_DOWN, null, null, null, SlurmNumbers.NO_VAL));
    called(PowerProgram.SUSPEND, "n1");
    assertEquals(NodePhase.POWERING_DOWN, phase(0));
    seconds(7);
    assertEquals(NodePhase.POWERED_DOWN, phase(0));
    assertTrue(c.start(c.submit(), 0).isOk());
  }

  private void up(String node) {
    c.apply(new Command.UpdateNode(
        c.now, Cluster.ROOT, List.of(node), SlurmNumbers.NODE_STATE_POWER_UP, null, null, null, SlurmNumbers.NO_VAL));
    called(PowerProgram.RESUME, node);
    seconds(1);
    boots(node);
  }

  @Test
  void oneOfAnExcludedListStaysOn() {
    c.apply(new Command.Reconfigure(c.now, config(2, List.of(new PowerRules.Kept(new int[] {0, 1}, 1)))));
    up("n1");
    up("n2");
    seconds(30);
    seconds(11);
    assertEquals(1, IntStream.range(0, 2).filter(i -> c.node(i).powerDown).count());
  }

  /** As config(), with node_reg_mem_percent, requeue_delay and requeue_on_resume_failure. */
  private void limits(int memoryPercent, long requeueDelay, boolean requeueOnResumeFailure) {
    long epoch = c.store.config().epoch() + 1;
    ClusterConfig k = config(epoch, List.of());
    ClusterConfig.Limits l = k.limits();
    ClusterConfig.Limits changed = new ClusterConfig.Limits(
        l.maxJobCount(), l.firstJobId(), l.maxJobId(), l.maxArraySize(), l.minJobAgeSeconds(), l.killWaitSeconds(),
        l.selectTypeParameters(), l.defMemory(), l.maxMemory(), l.jobRequeue(), l.enforcePartLimits(), l.completeWaitSeconds(),
        l.batchStartTimeoutSeconds(), l.returnToService(), l.overTimeLimitMinutes(), l.slurmUserId(), l.licenses(),
        l.maxStepCount(), l.maxTasksPerNode(), l.epilogSeconds(), memoryPercent, requeueDelay, requeueOnResumeFailure,
        true, true, true);
    Command r = new Command.Reconfigure(c.now, new ClusterConfig(epoch, "test", k.nodes(), k.partitions(), changed, k.power()));
    assertEquals(changed, ((Command.Reconfigure) CommandCodec.decode(CommandCodec.encode(r))).config().limits());
    c.apply(r);
  }

  private long neverResumed(int requeue) {
    long id = c.submit(Cluster.request(Cluster.ALICE).number(JobField.REQUEUE, requeue));
    c.start(id, 0);
    called(PowerProgram.RESUME, "n1");
    seconds(21);
    return id;
  }

  @Test
  void withRequeueOnResumeFailureAJobIsRequeuedWhateverItSays() {
    assertEquals(Outcome.NODE_FAIL, c.job(neverResumed(0)).outcome);
    limits(0, 0, true);
    c.apply(new Command.UpdateNode(
        c.now, Cluster.ROOT, List.of("n1"), SlurmNumbers.NODE_RESUME, null, null, null, SlurmNumbers.NO_VAL));
    assertEquals(JobPhase.PENDING, c.job(neverResumed(0)).phase);
  }

  /** 26.05: EligibleTime is the time of the requeue, requeue_delay and a second. */
  @Test
  void withRequeueDelayARequeuedJobWaitsSoLong() {
    limits(0, 20, false);
    up("n1");
    long id = c.submit();
    c.start(id, 0);
    c.apply(new Command.LaunchStarted(c.now, id, 0, 0, "n1"));
    c.apply(new Command.RequeueJob(c.now, Cluster.ROOT, new JobSelector(id, null), false, false));
    c.apply(new Command.LaunchEnded(c.now, id, 0, 0, "n1", 0, false, null, 0, 0, 0, 0));
    c.apply(new Command.NodeReleased(c.now, id, 0, 0, "n1"));
    assertEquals(JobPhase.PENDING, c.job(id).phase);
    assertEquals(SlurmNumbers.WAIT_TIME, c.job(id).reason);
    assertEquals(c.now / 1000 + 21, c.job(id).eligibleTime);
  }

  /** slurm.conf(5): 100, of State=CLOUD nodes 90. */
  @Test
  void aCloudNodeMayRegisterALittleLessMemoryThanPromised() {
    limits(0, 0, false);
    long promised = c.store.config().nodes().get(0).realMemory();
    registersWith("n1", (promised * 90 + 99) / 100);
    assertFalse(c.node(0).invalidRegistration);
    registersWith("n1", promised * 89 / 100);
    assertEquals("Low RealMemory (reported:" + promised * 89 / 100 + " < 90.00% of configured:" + promised + ")", c.node(0).reason);
    limits(75, 0, false);
    registersWith("n1", promised * 76 / 100);
    assertFalse(c.node(0).invalidRegistration);
  }

  /** cloud_reg_addrs: a node is where it registered from until it is switched off. */
  @Test
  void withCloudRegAddrsACloudNodeIsWhereItRegisteredFromUntilItIsOff() {
    limits(0, 0, false);
    long id = c.submit();
    c.start(id, 0);
    called(PowerProgram.RESUME, "n1");
    c.apply(new Command.RegisterNode(
        c.now, "n1", new NodeRecord.Registration("1", "x", "L", 8, 1, 2, 2, 2, 8000, 0, c.now / 1000, c.now / 1000, "b", 0),
        List.of(), 0, null, "10.0.0.7", "ip-10-0-0-7"));
    assertEquals("10.0.0.7", c.store.config().nodes().get(0).address());
    assertEquals("ip-10-0-0-7", c.store.config().nodes().get(0).hostName());
    c.started(id);
    c.ended(id, 0);
    c.released(id);
    seconds(13);
    called(PowerProgram.SUSPEND, "n1");
    seconds(7);
    assertEquals(NodePhase.POWERED_DOWN, phase(0));
    assertEquals("n1", c.store.config().nodes().get(0).address());
    assertEquals("n1", c.store.config().nodes().get(0).hostName());
  }

  private void registersWith(String node, long memory) {
    c.apply(new Command.RegisterNode(
        c.now, node, new NodeRecord.Registration("1", "x", "L", 8, 1, 2, 2, 2, memory, 0, c.now / 1000, c.now / 1000, "b", 0), List.of()));
  }

  private Result exclude(Actor who, String nodes, String parts, String states) {
    return c.apply(new Command.UpdateSuspendExclusions(c.now, who, new SuspendExclusions(nodes, parts, states)));
  }

  @Test
  void whatScontrolUpdateExcludesStaysOnUntilSlurmConfIsReadAgain() {
    assertEquals(SlurmNumbers.ESLURM_USER_ID_MISSING, exclude(Cluster.ALICE, "n1", null, null).error());
    assertTrue(exclude(Cluster.ROOT, "n[1-2]:1,nosuch", null, null).isOk());
    assertTrue(c.effects.contains(new Effect.Log(true, "Invalid SuspendExcNodes n[1-2]:1,nosuch some nodes may be ignored.")));
    up("n1");
    up("n2");
    seconds(30);
    seconds(11);
    assertEquals(1, IntStream.range(0, 2).filter(i -> c.node(i).powerDown).count());
    Command.Reconfigure again =
        (Command.Reconfigure) CommandCodec.decode(CommandCodec.encode(new Command.Reconfigure(c.now, c.store.config())));
    assertEquals(new SuspendExclusions("n[1-2]:1,nosuch", null, null), again.config().power().told());
    assertEquals(1, again.config().power().kept().get(0).count());
    c.apply(new Command.Reconfigure(c.now, config(2, List.of())));
    seconds(30);
    assertEquals(2, IntStream.range(0, 2).filter(i -> c.node(i).powerDown).count());
  }

  @Test
  void aPartitionOrAStateCanBeExcludedToo() {
    up("n1");
    exclude(Cluster.ROOT, null, "nosuch", "FOO,IDLE");
    assertTrue(c.effects.contains(new Effect.Log(true, "Invalid SuspendExcPart nosuch ignored")));
    assertTrue(c.effects.contains(new Effect.Log(true, "Invalid SuspendExcState FOO")));
    assertTrue(c.effects.contains(new Effect.Log(true, "Invalid SuspendExcState IDLE")));
    exclude(Cluster.ROOT, null, null, "cloud");
    seconds(30);
    assertFalse(c.node(0).powerDown);
    exclude(Cluster.ROOT, null, c.store.config().partitions().get(0).name(), null);
    seconds(30);
    assertFalse(c.node(0).powerDown);
    exclude(Cluster.ROOT, null, null, null);
    seconds(30);
    assertTrue(c.node(0).powerDown);
  }

  @Test
  void powerDownWaitsForTheJobAndAsapTakesNoMore() {
    up("n1");
    long id = c.submit();
    c.start(id, 0);
    c.apply(new Command.UpdateNode(
        c.now, Cluster.ROOT, List.of("n1"), SlurmNumbers.NODE_STATE_POWER_DOWN | SlurmNumbers.NODE_STATE_POWER_DRAIN, null, null, null,
        SlurmNumbers.NO_VAL));
    assertTrue(c.node(0).powerDown && c.node(0).drain);
    called(PowerProgram.SUSPEND, "n1");
    assertEquals(NodePhase.UP, phase(0));
  }

  /** PowerDownOnIdle: not after SuspendTime but when the job has left it. */
  @Test
  void withPowerDownOnIdleANodeGoesAsSoonAsItsJobHasLeft() {
    ClusterConfig k = config(c.store.config().epoch() + 1, List.of());
    List<PowerRules.NodePower> power = IntStream.range(0, 3).mapToObj(i -> new PowerRules.NodePower(1000, 6, 20, true)).toList();
    c.apply(new Command.Reconfigure(c.now, new ClusterConfig(
        k.epoch(), "test", k.nodes(), k.partitions(), k.limits(), new PowerRules(true, power, List.of(), 0))));
    up("n1");
    long id = c.submit();
    seconds(5);
    assertFalse(c.node(0).powerDown, "it came up for a job that is still to start");
    c.start(id, 0);
    c.started(id);
    seconds(5);
    c.ended(id, 0);
    c.released(id);
    seconds(2);
    assertTrue(c.node(0).powerDown);
  }

  @Test
  void powerDownForceEndsTheJobWhichStartsAgainElsewhere() {
    up("n1");
    long id = c.submit();
    c.start(id, 0);
    c.started(id);
    c.apply(new Command.UpdateNode(
        c.now, Cluster.ROOT, List.of("n1"), SlurmNumbers.NODE_STATE_POWER_DOWN | SlurmNumbers.NODE_STATE_POWERED_DOWN, null, null, null,
        SlurmNumbers.NO_VAL));
    assertTrue(c.node(0).powerDown);
    c.released(id);
    assertEquals(JobPhase.PENDING, c.job(id).phase);
    assertEquals(1, c.job(id).restarts);
    called(PowerProgram.SUSPEND, "n1");
    assertEquals(NodePhase.POWERING_DOWN, phase(0));
  }

  @Test
  void cancelledWhileItsNodesBootItIsOverAtOnce() {
    long id = c.submit();
    c.start(id, 0);
    called(PowerProgram.RESUME, "n1");
    c.apply(new Command.KillJob(c.now, Cluster.ALICE, new JobSelector(id, null), 9, 0));
    assertEquals(JobPhase.DONE, c.job(id).phase);
    assertEquals(0, c.node(0).jobs);
    seconds(3);
    boots("n1");
    assertEquals(NodePhase.UP, phase(0));
  }

  @Test
  void deadlinesComeBackWithTheState() {
    c.start(c.submit(), 0);
    called(PowerProgram.RESUME, "n1");
    long due = c.machine.nextDeadlineMillis();
    assertEquals(due, new StateMachine(c.store).nextDeadlineMillis());
  }
}
