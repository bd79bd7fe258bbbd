package org.slurmctldj.sched;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.GresShare;
import org.slurmctldj.core.GresText;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.core.Proposal;
import org.slurmctldj.core.StateMachine;

/** Generic resources: what 22.05.8 accepts, refuses and gives on n1 gpu:tesla:2,gpu:kepler:2,lic:5, n2 gpu:2, n3 none. */
class GresTest {
  private final Cluster c = new Cluster();

  GresTest() {
    List<NodeDefinition> nodes = new ArrayList<>();
    String[] gres = {"gpu:tesla:2,gpu:kepler:2,lic:5", "gpu:2", null};
    for (int i = 0; i < gres.length; i++) {
      NodeDefinition d = Cluster.node("n" + (i + 1));
      nodes.add(new NodeDefinition(
          d.name(), "h", "a", 1, d.cpus(), 1, d.sockets(), d.coresPerSocket(), d.threadsPerCore(), d.realMemory(), 0, 1,
          List.of(), gres[i], 0, 0, 0, null));
    }
    c.apply(new Command.RaiseFeatureLevel(c.now, StateMachine.FEATURE_LEVEL));
    c.apply(new Command.Reconfigure(c.now, Cluster.config(1, nodes, List.of())));
    for (int i = 1; i <= 3; i++) {
      c.register("n" + i, "boot1");
    }
  }

  private static JobFields perNode(String gres) {
    return Cluster.request(Cluster.ALICE).text(JobField.TRES_PER_NODE, gres);
  }

  private int refused(JobFields f) {
    return c.submit(Cluster.ALICE, f).error();
  }

  private void plan() {
    for (Proposal p : new Planner().plan(c.store, c.now).proposals()) {
      assertTrue(c.apply(new Command.StartJob(c.now, p)).isOk());
    }
  }

  private Allocation.NodeShare share(long id) {
    assertEquals(JobPhase.STARTING, c.job(id).phase);
    return c.job(id).allocation.nodes().get(0);
  }

  @Test
  void textsAreReadAsSlurmWritesThem() {
    assertEquals(List.of(new GresText.Item("gpu", "tesla", 2, true), new GresText.Item("lic", null, 3 << 10, true)),
        GresText.parse("gres:gpu:tesla:2,gres/lic=3K"));
    assertEquals(List.of(new GresText.Item("gpu", null, 1, false)), GresText.parse("gres:gpu"));
    assertEquals(List.of(new GresText.Item("gpu", "a100", 1, false)), GresText.parse("gpu:a100"));
    assertEquals(List.of(new GresText.Item("gpu", "t", 2, true)), GresText.parse("gpu:t:2(S:0,1)"));
    assertEquals(List.of(), GresText.parse("cpu=4"));
    assertNull(GresText.parse("gpu:a:b:c"));
  }

  @Test
  void whatNoNodeHasIsRefused() {
    assertEquals(2014, refused(perNode("gres:gpu:9")));
    assertEquals(2072, refused(perNode("gres:nosuch:1")));
    assertEquals(2014, refused(perNode("gres:gpu:zzz:1")));
    assertEquals(2014, refused(perNode("gres:lic:2K")));
    assertEquals(0, refused(perNode("gres:gpu:0")));
  }

  @Test
  void devicesGoToOneJobEach() {
    long one = c.submit(perNode("gres:gpu:1"));
    long tesla = c.submit(perNode("gres:gpu:tesla:1"));
    long kepler = c.submit(perNode("gres:gpu:kepler:2"));
    long lic = c.submit(perNode("gres:lic:3"));
    long job = c.submit(Cluster.request(Cluster.ALICE).text(JobField.TRES_PER_JOB, "gres:gpu:2"));
    plan();
    assertEquals(List.of(new GresShare(0, 1, new long[] {1})), share(one).gres());
    assertEquals(List.of(new GresShare(0, 1, new long[] {2})), share(tesla).gres());
    assertEquals(List.of(new GresShare(1, 2, new long[] {3})), share(kepler).gres());
    assertEquals(List.of(new GresShare(2, 3, new long[] {7})), share(lic).gres());
    assertEquals(1, share(job).node());
    assertEquals(2, share(job).gres().get(0).count());
    long waits = c.submit(perNode("gres:gpu:1"));
    plan();
    assertEquals(JobPhase.PENDING, c.job(waits).phase);
    c.started(one);
    c.ended(one, 0);
    c.released(one);
    plan();
    assertEquals(List.of(new GresShare(0, 1, new long[] {1})), share(waits).gres());
  }

  @Test
  void gpusPerNodeAndPerTask() {
    long two = c.submit(perNode("gres:gpu:1").number(JobField.MIN_NODES, 2).number(JobField.MAX_NODES, 2));
    plan();
    assertEquals(2, c.job(two).allocation.nodes().size());
    long tasks = c.submit(Cluster.request(Cluster.ALICE).number(JobField.NUM_TASKS, 3).text(JobField.TRES_PER_TASK, "gres:gpu:1"));
    plan();
    assertEquals(3, c.job(tasks).allocation.nodes().stream().flatMap(s -> s.gres().stream()).mapToLong(GresShare::count).sum());
  }

  @Test
  void aProposalWithoutOrWithAnothersDevicesIsRejected() {
    long id = c.submit(perNode("gres:gpu:1"));
    Proposal p = new Planner().plan(c.store, c.now).proposals().get(0);
    Allocation.NodeShare s = p.allocation().nodes().get(0);
    assertFalse(c.apply(start(p, s.with(List.of()))).isOk());
    assertFalse(c.apply(start(p, s.with(List.of(new GresShare(7, 1, new long[] {1}))))).isOk());
    assertFalse(c.apply(start(p, s.with(List.of(new GresShare(0, 1, new long[] {3}))))).isOk());
    assertTrue(c.apply(start(p, s)).isOk());
    assertEquals(JobPhase.STARTING, c.job(id).phase);
  }

  private Command start(Proposal p, Allocation.NodeShare s) {
    return new Command.StartJob(
        c.now, new Proposal(p.jobId(), p.jobVersion(), p.epoch(), p.partition(), new Allocation(List.of(s)), p.nodeVersions()));
  }

  @Test
  void cpusAndMemoryByGpu() {
    long id = c.submit(Cluster.request(Cluster.ALICE).text(JobField.TRES_PER_JOB, "gres:gpu:2")
        .text(JobField.CPUS_PER_TRES, "gres:gpu:2").text(JobField.MEM_PER_TRES, "gres:gpu:300"));
    plan();
    assertEquals(4, share(id).cpus());
    assertEquals(600, share(id).memory());
  }

  private List<Long> memory(long id) {
    return c.job(id).allocation.nodes().stream().map(Allocation.NodeShare::memory).toList();
  }

  /** srun --gpus=5 --mem-per-gpu=13 is charged 65 MiB, 52 and 13 (22.05.8, test39.10); not 39 on every node. */
  @Test
  void memoryByGpuIsWhatEachNodeGives() {
    long id = c.submit(Cluster.request(Cluster.ALICE).text(JobField.TRES_PER_JOB, "gres:gpu:5")
        .text(JobField.MEM_PER_TRES, "gres:gpu:13"));
    plan();
    assertEquals(List.of(52L, 13L), memory(id));
    assertEquals(52, c.node(0).allocatedMemory);
  }

  /** GPUs without memory for them do not count: four of n1 with 2001 MiB each are more than its 8000. */
  @Test
  void memoryByGpuMayTakeAnotherNode() {
    long id = c.submit(Cluster.request(Cluster.ALICE).text(JobField.TRES_PER_JOB, "gres:gpu:4")
        .text(JobField.MEM_PER_TRES, "gres:gpu:2001"));
    plan();
    assertEquals(List.of(3 * 2001L, 2001L), memory(id));
  }

  @Test
  void aWholeNodesMemoryIsThatOfAllItsGpus() {
    long id = c.submit(perNode("gres:gpu:1").text(JobField.MEM_PER_TRES, "gres:gpu:12").number(JobField.SHARED, 0)
        .text(JobField.REQ_NODES, "n1"));
    plan();
    assertEquals(List.of(48L), memory(id));
  }

  /** srun of 24.11 says "gres/gpu:1,gres/gpu:1" for --gpus-per-node=1; of --gres=gpu:2,gpu:1 a job gets one (24.11.5). */
  @Test
  void ofAKindThatIsNamedTwiceTheLastCounts() {
    long one = c.submit(perNode("gres/gpu:2,gres/gpu:1").text(JobField.REQ_NODES, "n2"));
    plan();
    assertEquals(1, share(one).gres().get(0).count());
    long types = c.submit(perNode("gres:gpu:tesla:1,gres:gpu:kepler:2"));
    plan();
    assertEquals(2, share(types).gres().size());
  }
}
