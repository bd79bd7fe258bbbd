package org.slurmctldj.rpc.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.NodeRecord;

/** Clients of 26.05 on nodes with slurmd of other releases: in which version they are told to speak. */
class SpokenVersionTest {
  private static final int V22_05 = 38;
  private static final int V24_11 = 42;
  private static final int V26_05 = 45;

  private final Cluster c = Cluster.of(3);

  /** @param version of a real slurmd, 0: our agent */
  private void register(String node, int version) {
    c.apply(
        new Command.RegisterNode(
            c.now, node, new NodeRecord.Registration("1", "x86_64", "Linux", 8, 1, 2, 2, 2, 8000, 0, 1, 1, "boot1", version), List.of()));
  }

  private int spoken(int client, int... nodes) {
    return SpokenVersion.of(c.store, client, IntStream.of(nodes));
  }

  @Test
  void theOldestNodeDecides() {
    register("n1", V24_11);
    register("n2", V22_05);
    assertEquals(V24_11, spoken(V26_05, 0));
    assertEquals(V22_05, spoken(V26_05, 0, 1));
    assertEquals(V26_05, spoken(V26_05, 2));
    assertEquals(V26_05, spoken(V26_05));
    assertEquals(V22_05, spoken(V22_05, 0));
  }

  @Test
  void aBatchStepIsShownWithTheVersionOfItsHost() {
    register("n1", V24_11);
    JobFields r = Cluster.request(Cluster.ALICE).number(JobField.START_PROTOCOL_VERSION, V26_05 << 8);
    long id = c.submit(r);
    assertTrue(c.start(id, 0).isOk());
    assertEquals(V24_11 << 8, StepWire.batch(c.store, c.job(id), c.now / 1000).startProtocolVer());
  }
}
