package org.slurmctldj.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slurmctldj.core.SlurmNumbers.NO_VAL;
import static org.slurmctldj.core.SlurmNumbers.NO_VAL64;

import java.util.List;
import org.junit.jupiter.api.Test;

/** scontrol create, update and delete partition; error numbers and outcomes observed on 22.05.8. */
class PartitionUpdateTest {
  private final Cluster c = Cluster.of(3);

  static PartitionChanges changes(String name, String nodes, String allowAccounts, long state) {
    return new PartitionChanges(
        name, nodes, null, null, allowAccounts, null, null, null, null, null, null, 0, state, NO_VAL, NO_VAL, NO_VAL, NO_VAL,
        NO_VAL, NO_VAL, NO_VAL, NO_VAL, NO_VAL, NO_VAL, NO_VAL, NO_VAL64, NO_VAL64);
  }

  private Result create(String name, String nodes) {
    return c.apply(new Command.UpdatePartition(c.now, Cluster.ROOT, true, changes(name, nodes, null, NO_VAL)));
  }

  private Result update(PartitionChanges changes) {
    return c.apply(new Command.UpdatePartition(c.now, Cluster.ROOT, false, changes));
  }

  private Result delete(String name) {
    return c.apply(new Command.DeletePartition(c.now, Cluster.ROOT, name));
  }

  private PartitionDefinition partition(String name) {
    ClusterConfig config = c.store.config();
    return config.partitions().get(config.partitionIndex(name));
  }

  /** {@code scontrol update partition=... Alternate=NONE}: 22.05.8 shows no Alternate then. */
  @Test
  void noAlternateIsNone() {
    for (String alternate : new String[] {"short", "NONE"}) {
      PartitionChanges ch = changes("debug", null, null, NO_VAL);
      update(new PartitionChanges(
          ch.name(), null, null, null, null, null, null, null, null, alternate, null, 0, NO_VAL, NO_VAL, NO_VAL, NO_VAL, NO_VAL, NO_VAL,
          NO_VAL, NO_VAL, NO_VAL, NO_VAL, NO_VAL, NO_VAL, NO_VAL64, NO_VAL64));
      assertEquals(alternate.equals("NONE") ? null : alternate, partition("debug").alternate());
    }
  }

  @Test
  void aPartitionComesIsUsedAndGoes() {
    assertEquals(2000, create("debug", "n1").error());
    assertEquals(2018, create("new", "n9").error());
    assertTrue(create("new", "n[2-3]").isOk());
    assertArrayEquals(new int[] {1, 2}, partition("new").nodes());
    long id = c.submit(Cluster.request(Cluster.ALICE).text(JobField.PARTITION, "new"));
    assertTrue(c.start(id, 1).isOk());
    assertEquals(2075, delete("new").error());
    c.started(id);
    c.ended(id, 0);
    c.released(id);
    assertTrue(delete("new").isOk());
    assertEquals(2000, delete("new").error());
    assertEquals(JobPhase.DONE, c.job(id).phase);
    assertEquals(2000, c.apply(new Command.RequeueJob(c.now, Cluster.ROOT, JobSelector.job(id), false)).error());
    assertEquals(2000, c.submit(Cluster.ALICE, Cluster.request(Cluster.ALICE).text(JobField.PARTITION, "new")).error());
  }

  @Test
  void onlyAdminsMayAndTheRestStaysAsItWas() {
    assertEquals(2010, c.apply(new Command.UpdatePartition(c.now, Cluster.ALICE, false, changes("debug", null, null, 1))).error());
    assertEquals(2010, c.apply(new Command.DeletePartition(c.now, Cluster.ALICE, "short")).error());
    long epoch = c.store.config().epoch();
    long runs = c.running();
    assertTrue(update(changes("debug", null, "a,b", 1)).isOk());
    assertEquals(epoch, c.store.config().epoch());
    assertEquals(List.of("a", "b"), partition("debug").allowAccounts());
    assertEquals(1, partition("debug").state());
    assertEquals(JobPhase.RUNNING, c.job(runs).phase);
    assertTrue(update(changes("debug", "-n1", "ALL", 3)).isOk());
    assertArrayEquals(new int[] {1, 2}, partition("debug").nodes());
    assertNull(partition("debug").allowAccounts());
    assertTrue(partition("debug").isDefault());
    assertEquals(2000, update(changes("nosuch", null, null, 3)).error());
  }

  @Test
  void aNewDefaultTakesThePlaceOfTheOld() {
    PartitionChanges p = changes("short", null, null, NO_VAL);
    assertTrue(update(new PartitionChanges(
        "short", null, null, null, null, null, null, null, null, null, null, PartitionDefinition.FLAG_DEFAULT, p.state(),
        p.maxTime(), p.defaultTime(), p.minNodes(), p.maxNodes(), p.maxCpusPerNode(), p.maxShare(), p.priorityTier(),
        p.priorityJobFactor(), p.overTimeLimit(), p.preemptMode(), p.graceTime(), p.defMemory(), p.maxMemory())).isOk());
    assertTrue(partition("short").isDefault());
    assertFalse(partition("debug").isDefault());
  }

  @Test
  void featuresAreChangedByAnAdminAndActiveOnesAreSomeOfThem() {
    assertEquals(2031, node(new NodeChanges("a,b", "c", null, List.of(), List.of(), 0, null, null)));
    assertEquals(0, node(new NodeChanges("a,b", "a", null, List.of("10.0.0.7"), List.of("h7"), 0, null, null)));
    NodeDefinition d = c.store.config().nodes().get(0);
    assertEquals(List.of("a", "b"), d.features());
    assertEquals(List.of("a"), d.activeFeatures());
    assertEquals("10.0.0.7", d.address());
    assertEquals("h7", d.hostName());
    long id = c.submit(Cluster.request(Cluster.ALICE).text(JobField.FEATURES, "a"));
    assertFalse(c.start(id, 1).isOk());
    assertTrue(c.start(id, 0).isOk());
  }

  private int node(NodeChanges changes) {
    return c.apply(new Command.UpdateNode(c.now, Cluster.ROOT, List.of("n1"), NO_VAL, null, null, null, NO_VAL, changes)).error();
  }
}
