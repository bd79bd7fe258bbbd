package org.slurmctldj.rpc.render;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.proto.slurm.JobStepInfo;
import org.slurmctldj.proto.slurm.SlurmStepLayout;

/** A job on two slurmds and one of our agents, with PrologFlags=Contain. */
class ExternStepTest {
  private static final int V24_11 = 42;
  private final Cluster c = Cluster.of(3);

  private void register(String node, int version) {
    c.apply(
        new Command.RegisterNode(
            c.now, node, new NodeRecord.Registration("1", "x86_64", "Linux", 8, 1, 2, 2, 2, 8000, 0, 1, 1, "boot1", version), List.of()));
  }

  private long job() {
    register("n1", V24_11);
    register("n2", 0);
    register("n3", V24_11);
    long id = c.submit(Cluster.request(Cluster.ALICE).number(JobField.MIN_NODES, 3));
    assertTrue(c.start(id, 0, 1, 2).isOk());
    return id;
  }

  @Test
  void itIsShownOnTheNodesThatHaveOneAsSlurmctldShowsIt() {
    long id = job();
    int[] nodes = ExternStep.nodes(c.store, c.job(id));
    assertArrayEquals(new int[] {0, 1, 2}, nodes);
    JobStepInfo w = ExternStep.info(c.store, c.job(id), nodes, c.now / 1000 + 7);
    assertEquals(0xfffffffcL, w.stepId().stepId());
    assertEquals("extern", w.name());
    assertEquals("n[1-3]", w.nodes());
    assertEquals(3, w.numTasks());
    assertEquals(0, w.numCpus());
    assertEquals(7, w.runTime());
  }

  @Test
  void sstatIsToldOfATaskOnEachNode() {
    long id = job();
    SlurmStepLayout w = ExternStep.layout(c.store.config(), ExternStep.nodes(c.store, c.job(id)), V24_11);
    assertEquals("n[1-3]", w.nodeList());
    assertEquals(3, w.taskCnt());
    assertArrayEquals(new long[] {1}, w.tids().get(1));
  }

  @Test
  void aJobThatWaitsHasNone() {
    long id = c.submit(Cluster.request(Cluster.ALICE));
    assertEquals(0, ExternStep.nodes(c.store, c.job(id)).length);
  }
}
