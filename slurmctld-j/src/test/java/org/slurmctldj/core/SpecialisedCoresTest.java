package org.slurmctldj.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.slurmctldj.proto.slurm.NodeInfo;
import org.slurmctldj.rpc.render.NodeWire;

/** CpuSpecList: those cores are no job's; what clients see is what 22.05.8 showed for such a line. */
class SpecialisedCoresTest {
  private static NodeDefinition node(List<Integer> specialised) {
    NodeDefinition d = Cluster.node("n1");
    return new NodeDefinition(
        d.name(), d.hostName(), d.address(), d.port(), 8, 1, 2, 2, 2, d.realMemory(), 0, 1, List.of(), null, specialised.size(), 0, 0,
        null, List.of(), specialised);
  }

  private final Cluster c = new Cluster();

  private void cluster(long epoch, List<Integer> specialised) {
    Command r = new Command.Reconfigure(c.now, Cluster.config(epoch, List.of(node(specialised)), List.of()));
    assertEquals(
        specialised, ((Command.Reconfigure) CommandCodec.decode(CommandCodec.encode(r))).config().nodes().get(0).specialisedCores());
    c.apply(r);
  }

  @Test
  void jobsGetTheOtherCores() {
    c.apply(new Command.RaiseFeatureLevel(c.now, StateMachine.FEATURE_LEVEL));
    cluster(1, List.of(0, 2));
    c.register("n1", "boot1");
    assertArrayEquals(new long[] {0b1010}, NodeFit.allCores(c.store.config().nodes().get(0)));
    long first = c.submit(Cluster.request(Cluster.ALICE).number(JobField.MIN_CPUS, 4));
    assertTrue(c.start(first, 0).isOk());
    assertArrayEquals(new long[] {0b1010}, c.job(first).allocation.nodes().get(0).cores());
    assertFalse(c.start(c.submit(), 0).isOk(), "the node is full");
  }

  @Test
  void clientsSeeThemWithAllTheirThreads() {
    c.apply(new Command.RaiseFeatureLevel(c.now, StateMachine.FEATURE_LEVEL));
    cluster(1, List.of(0, 2, 3));
    NodeInfo n = NodeWire.of(c.store.config().nodes().get(0), c.node(0), null, false, 38);
    assertEquals("0-1,4-7", n.cpuSpecList());
    assertEquals(3, n.coreSpecCnt());
    assertEquals(2, n.cpusEfctv());
  }

  /** Else a running job would sit on a core that is the system's now. */
  @Test
  void anotherListIsAnotherNode() {
    assertFalse(node(List.of(0)).fitsAs(node(List.of(1))));
  }
}
