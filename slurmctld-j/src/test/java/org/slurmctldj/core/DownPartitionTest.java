package org.slurmctldj.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** sbatch -p to a partition with State=DOWN (it takes jobs and starts none), as the real slurmctlds answered. */
class DownPartitionTest {
  private static final int V24_11 = 42 << 8;
  private static final int V26_05 = 45 << 8;

  private final Cluster c = new Cluster();

  DownPartitionTest() {
    c.apply(new Command.RaiseFeatureLevel(c.now, StateMachine.FEATURE_LEVEL));
    PartitionDefinition up = Cluster.partition("off", new int[] {1}, 0, SlurmNumbers.INFINITE, SlurmNumbers.NO_VAL);
    PartitionDefinition off = new PartitionDefinition(
        up.name(), up.nodes(), up.nodesText(), up.flags(), PartitionDefinition.STATE_SUBMIT, up.maxTime(), up.defaultTime(), up.minNodes(),
        up.maxNodes(), up.maxCpusPerNode(), up.maxShare(), up.priorityTier(), up.priorityJobFactor(), up.overTimeLimit(), up.preemptMode(),
        up.graceTime(), up.defMemory(), up.maxMemory(), null, null, null, null, null, null, null, null, null);
    c.apply(new Command.Reconfigure(c.now, Cluster.config(1, IntStream.rangeClosed(1, 2).mapToObj(i -> Cluster.node("n" + i)).toList(), List.of(off))));
  }

  private int error(int release, JobFields request) {
    return c.submit(Cluster.ALICE, request.copy().text(JobField.PARTITION, "off").number(JobField.START_PROTOCOL_VERSION, release)).error();
  }

  /** 22.05.8 refuses what is too large for it (in one that is up it would wait); 24.11.5 and 26.05.5 do not look. */
  @Test
  void moreThanItHas() {
    for (JobFields large : new JobFields[] {
        Cluster.request(Cluster.ALICE).number(JobField.MIN_NODES, 2),
        Cluster.request(Cluster.ALICE).number(JobField.NUM_TASKS, 9).number(JobField.MIN_CPUS, 9),
        Cluster.request(Cluster.ALICE).number(JobField.PN_MIN_MEMORY, 9000),
        Cluster.request(Cluster.ALICE).text(JobField.REQ_NODES, "n1")}) {
      assertEquals(2014, error(38 << 8, large));
      assertEquals(0, error(V24_11, large));
      assertEquals(0, error(V26_05, large));
    }
    assertEquals(0, error(38 << 8, Cluster.request(Cluster.ALICE)));
  }

  /** Of several faults the first that the real slurmctld finds: pairs of options given to 22.05.8, 24.11.5 and 26.05.5. */
  @Test
  void theFirstOfSeveralFaults() {
    JobFields plain = Cluster.request(Cluster.ALICE);
    assertEquals(2018, error(38 << 8, plain.copy().text(JobField.REQ_NODES, "n9").text(JobField.RESERVATION, "nosuch")));
    assertEquals(2018, error(V26_05, plain.copy().text(JobField.REQ_NODES, "n9").text(JobField.LICENSES, "nosuch:1")));
    assertEquals(2124, error(38 << 8, plain.copy().text(JobField.EXC_NODES, "n9").number(JobField.TIME_MIN, SlurmNumbers.INFINITE)));
    assertEquals(2048, error(38 << 8, plain.copy().text(JobField.LICENSES, "nosuch:1").text(JobField.FEATURES, "nosuch")));
    assertEquals(2029, error(V24_11, plain.copy().text(JobField.LICENSES, "nosuch:1").text(JobField.FEATURES, "nosuch")));
    // wanted and excluded, of a held job, too; and no word about its size where every node is excluded
    assertEquals(2018, error(38 << 8, plain.copy().text(JobField.REQ_NODES, "n[1-2]").text(JobField.EXC_NODES, "n1").number(JobField.PRIORITY, 0)));
    JobFields excluded = plain.copy().number(JobField.PN_MIN_MEMORY, 9000);
    assertNull(c.submit(Cluster.ALICE, excluded.copy().text(JobField.EXC_NODES, "n[1-2]")).message());
    assertEquals("Memory specification can not be satisfied", c.submit(Cluster.ALICE, excluded.text(JobField.EXC_NODES, "n1")).message());
    assertEquals(2018, c.submit(Cluster.ALICE, plain.copy().text(JobField.REQ_NODES, "n9").text(JobField.PARTITION, "nosuch")).error());
  }
}
