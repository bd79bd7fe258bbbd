package org.slurmctldj.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.slurmctldj.core.SlurmNumbers.INFINITE;
import static org.slurmctldj.core.SlurmNumbers.MEM_PER_CPU;
import static org.slurmctldj.core.SlurmNumbers.NICE_OFFSET;
import static org.slurmctldj.core.SlurmNumbers.NO_VAL;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What slurmctld 22.05.8 answered and showed for the same sbatch options on three such nodes. */
class SubmissionTest {
  private static final int[] ALL = {0, 1, 2};

  private static PartitionDefinition with(
      String name, long flags, int state, long minNodes, long maxNodes, long maxCpusPerNode, int maxShare, long defMemory,
      long maxMemory, long[] uids) {
    return new PartitionDefinition(
        name, ALL, "ALL", flags, state, INFINITE, NO_VAL, minNodes, maxNodes, maxCpusPerNode, maxShare, 1, 1,
        SlurmNumbers.NO_VAL16, SlurmNumbers.NO_VAL16, 0, defMemory, maxMemory, null, null, uids, null, null, null, null,
        null, null);
  }

  private static ClusterConfig config(int enforce) {
    List<PartitionDefinition> more = List.of(
        with("pdown", 0, 1, 0, INFINITE, INFINITE, 1, 0, 0, null),
        with("pdrain", 0, 2, 0, INFINITE, INFINITE, 1, 0, 0, null),
        with("pinact", 0, 0, 0, INFINITE, INFINITE, 1, 0, 0, null),
        with("excl", 0, 3, 0, INFINITE, INFINITE, 0, 0, 0, null),
        with("grp", 0, 3, 0, INFINITE, INFINITE, 1, 0, 0, new long[] {1002}),
        with("one", 0, 3, 0, 1, INFINITE, 1, 0, 0, null),
        with("two", 0, 3, 2, INFINITE, INFINITE, 1, 0, 0, null),
        with("mem", 0, 3, 0, INFINITE, INFINITE, 1, 100 | MEM_PER_CPU, 1000, null),
        with("mpc", 0, 3, 0, INFINITE, INFINITE, 1, 200, 500 | MEM_PER_CPU, null),
        with("rootonly", PartitionDefinition.FLAG_ROOT_ONLY, 3, 0, INFINITE, INFINITE, 1, 0, 0, null),
        with("noroot", PartitionDefinition.FLAG_NO_ROOT, 3, 0, INFINITE, INFINITE, 1, 0, 0, null),
        with("hi", 0, 3, 0, INFINITE, 2, 1, 0, 0, null));
    ClusterConfig c = Cluster.config(1, IntStream.rangeClosed(1, 3).mapToObj(i -> Cluster.node("n" + i)).toList(), more);
    ClusterConfig.Limits l = c.limits();
    return new ClusterConfig(1, "test", c.nodes(), c.partitions(), new ClusterConfig.Limits(
        l.maxJobCount(), 1, l.maxJobId(), 1001, 300, 30, l.selectTypeParameters(), 0, 0, true, enforce, 0, 10, 0, 0, 0, null));
  }

  private static Cluster cluster(int enforce) {
    Cluster c = new Cluster();
    c.apply(new Command.Reconfigure(c.now, config(enforce)));
    return c;
  }

  private final Cluster c = cluster(0);

  /** Plain sbatch without memory. */
  private static JobFields r() {
    return Cluster.request(Cluster.ALICE).clear(JobField.PN_MIN_MEMORY);
  }

  private static JobFields in(String partition) {
    return r().text(JobField.PARTITION, partition);
  }

  private int error(JobFields request) {
    int before = c.store.jobCount();
    int error = c.submit(Cluster.ALICE, request).error();
    assertEquals(before + (error == 0 ? 1 : 0), c.store.jobCount());
    return error;
  }

  private JobRecord made(JobFields request) {
    return c.job(c.submit(request));
  }

  @Test
  void partitions() {
    assertEquals(2000, error(in("nope")));
    assertEquals(2000, error(in("debug,nope")));
    assertEquals(0, error(in("pdown")));
    assertEquals(2070, error(in("pdrain")));
    assertEquals(2070, error(in("pinact")));
    assertEquals(2003, error(in("grp")));
    assertEquals(2002, error(in("rootonly")));
    assertEquals(0, error(in("noroot")));
    assertEquals(2010, c.submit(Cluster.ROOT, Cluster.request(Cluster.ROOT).text(JobField.PARTITION, "noroot")).error());
    assertEquals("debug", made(r()).request.text(JobField.PARTITION));
    assertEquals(0, made(in("excl")).request.number(JobField.SHARED));
  }

  @Test
  void nodeCounts() {
    assertEquals(0, error(in("short").number(JobField.MIN_NODES, 3)));
    assertEquals(0, error(r().number(JobField.MIN_NODES, 4)));
    assertEquals(0, error(in("one").number(JobField.MIN_NODES, 2)));
    assertEquals(2006, error(r().number(JobField.MIN_NODES, 0)));
    assertEquals(2006, error(r().number(JobField.MIN_NODES, 3).number(JobField.MAX_NODES, 2)));
    // NumNodes of -N1-3, -n9, -n25, -n7 --ntasks-per-node=3, -n3 --mem-per-cpu=3000, -p hi -n4
    assertEquals(3, made(r().number(JobField.MIN_NODES, 1).number(JobField.MAX_NODES, 3)).nodesExpected);
    assertEquals(2, made(r().number(JobField.NUM_TASKS, 9).number(JobField.MIN_CPUS, 9)).nodesExpected);
    assertEquals(4, made(r().number(JobField.NUM_TASKS, 25).number(JobField.MIN_CPUS, 25)).nodesExpected);
    assertEquals(3, made(r().number(JobField.NUM_TASKS, 7).number(JobField.MIN_CPUS, 7).number(JobField.NTASKS_PER_NODE, 3))
        .nodesExpected);
    assertEquals(2, made(r().number(JobField.NUM_TASKS, 3).number(JobField.MIN_CPUS, 3)
        .number(JobField.PN_MIN_MEMORY, 3000 | MEM_PER_CPU)).nodesExpected);
    assertEquals(2, made(in("hi").number(JobField.NUM_TASKS, 4).number(JobField.MIN_CPUS, 4)).nodesExpected);
    assertEquals(1, made(r()).nodesExpected);
    // -p two: NumNodes=2 NumCPUs=1 NumTasks=2
    JobRecord two = made(in("two"));
    assertEquals(2, two.request.number(JobField.NUM_TASKS));
    assertEquals(1, two.request.number(JobField.MIN_CPUS));
  }

  @Test
  void cpus() {
    assertEquals(0, error(r().number(JobField.NUM_TASKS, 25).number(JobField.MIN_CPUS, 25)));
    // -c9 on nodes of 8
    assertEquals(2014, error(r().number(JobField.NUM_TASKS, 1).number(JobField.CPUS_PER_TASK, 9).number(JobField.MIN_CPUS, 9)));
    // -c3: MinCPUsNode=3; -n2 -c3 too; --ntasks-per-node=3: 3
    assertEquals(3, made(r().number(JobField.NUM_TASKS, 2).number(JobField.CPUS_PER_TASK, 3).number(JobField.MIN_CPUS, 6))
        .request.number(JobField.PN_MIN_CPUS));
    JobRecord perNode = made(r().number(JobField.NTASKS_PER_NODE, 3).number(JobField.NUM_TASKS, 3).number(JobField.MIN_CPUS, 3));
    assertEquals(3, perNode.request.number(JobField.PN_MIN_CPUS));
    assertEquals(1, made(r()).request.number(JobField.CPUS_PER_TASK));
  }

  @Test
  void memory() {
    assertEquals(2014, error(r().number(JobField.PN_MIN_MEMORY, 9000)));
    assertEquals(0, made(r()).request.number(JobField.PN_MIN_MEMORY));
    assertEquals(100 | MEM_PER_CPU, made(in("mem")).request.number(JobField.PN_MIN_MEMORY));
    assertEquals(0, error(in("mem").number(JobField.PN_MIN_MEMORY, 2000)));
    assertEquals(200, made(in("mpc")).request.number(JobField.PN_MIN_MEMORY));
    // MaxMemPerCPU=500: --mem=2000 takes 4 CPUs of the node
    assertEquals(4, made(in("mpc").number(JobField.PN_MIN_MEMORY, 2000)).request.number(JobField.PN_MIN_CPUS));
    // -n2 --mem-per-cpu=1000: NumCPUs=4 CPUs/Task=2 MinMemoryCPU=500M
    JobRecord j = made(in("mpc").number(JobField.NUM_TASKS, 2).number(JobField.MIN_CPUS, 2)
        .number(JobField.PN_MIN_MEMORY, 1000 | MEM_PER_CPU));
    assertEquals(4, j.request.number(JobField.MIN_CPUS));
    assertEquals(2, j.request.number(JobField.CPUS_PER_TASK));
    assertEquals(500 | MEM_PER_CPU, j.request.number(JobField.PN_MIN_MEMORY));
  }

  @Test
  void nodeLists() {
    assertEquals(2018, error(r().text(JobField.REQ_NODES, "nope")));
    assertEquals(2018, error(r().text(JobField.EXC_NODES, "nope")));
    assertEquals(2014, error(in("short").text(JobField.REQ_NODES, "n3")));
    assertEquals(2014, error(r().text(JobField.EXC_NODES, "n1").number(JobField.MIN_NODES, 3)));
    assertEquals(2014, error(r().text(JobField.EXC_NODES, "n[1-3]")));
    assertEquals(2018, error(r().text(JobField.REQ_NODES, "n1").text(JobField.EXC_NODES, "n1")));
    assertEquals(2, made(r().text(JobField.REQ_NODES, "n2,n3")).request.number(JobField.MIN_NODES));
  }

  @Test
  void times() {
    assertEquals(5, made(in("short")).timeLimit);
    assertEquals(20, made(in("short").number(JobField.TIME_LIMIT, 20)).timeLimit);
    assertEquals(INFINITE, made(r()).timeLimit);
    assertEquals(2124, error(r().number(JobField.TIME_LIMIT, 10).number(JobField.TIME_MIN, 50)));
    long later = c.now / 1000 + 3600;
    JobRecord begins = made(r().number(JobField.BEGIN_TIME, later));
    assertEquals(9, begins.reason);
    assertEquals(later, begins.eligibleTime);
    c.pass(3600);
    assertEquals(0, c.job(begins.jobId).reason);
  }

  @Test
  void priorities() {
    assertEquals(4294901759L, made(r()).priority);
    assertEquals(0, made(r().number(JobField.PRIORITY, 0)).priority);
    assertEquals(4294901758L, made(r()).priority);
    // A user's --priority is dropped, root's counts and takes no place.
    assertEquals(4294901757L, made(r().number(JobField.PRIORITY, 500)).priority);
    JobFields root = Cluster.request(Cluster.ROOT).number(JobField.PRIORITY, 500);
    assertEquals(500, c.job(c.submit(Cluster.ROOT, root).jobId()).priority);
    assertEquals(4294901756L - 100, made(r().number(JobField.NICE, NICE_OFFSET + 100)).priority);
    assertEquals(2123, error(r().number(JobField.NICE, NICE_OFFSET - 5)));
    assertEquals(16, made(r().number(JobField.PRIORITY, 0)).reason);
  }

  @Test
  void arrays() {
    assertEquals(2081, error(r().text(JobField.ARRAY_SPEC, "0-1001")));
    assertEquals(2081, error(r().text(JobField.ARRAY_SPEC, "1001")));
    assertEquals(2081, error(r().text(JobField.ARRAY_SPEC, "3-1")));
    JobRecord j = made(r().text(JobField.ARRAY_SPEC, "1-9:3%2"));
    assertEquals("1,4,7", j.arrayPending.toString());
    assertEquals(2, j.arrayMaxRunning);
    assertEquals(j.jobId, j.arrayJobId);
  }

  @Test
  void maxJobCountCountsTasks() {
    assertEquals(0, error(r().text(JobField.ARRAY_SPEC, "0-997")));
    assertEquals(0, error(r()));
    assertEquals(0, error(r()));
    assertEquals(11, error(r()));
  }

  @Test
  void whatThereIsNot() {
    assertEquals(2029, error(r().text(JobField.FEATURES, "foo")));
    assertEquals(2048, error(r().text(JobField.LICENSES, "foo")));
    assertEquals(2072, error(r().text(JobField.TRES_PER_NODE, "gres:gpu:1")));
    assertEquals(2053, error(r().text(JobField.RESERVATION, "foo")));
    assertEquals(0, error(r().text(JobField.ACCOUNT, "foo").text(JobField.QOS, "foo").text(JobField.WCKEY, "foo")));
    assertEquals(2036, error(r().number(JobField.CONTIGUOUS, 1)));
  }

  @Test
  void enforcePartLimitsAll() {
    Cluster strict = cluster(1);
    JobFields mem = r().number(JobField.PN_MIN_MEMORY, 100);
    assertEquals(2051, strict.submit(Cluster.ALICE, mem.copy().text(JobField.PARTITION, "short").number(JobField.TIME_LIMIT, 20)).error());
    assertEquals(2006, strict.submit(Cluster.ALICE, mem.copy().text(JobField.PARTITION, "one").number(JobField.MIN_NODES, 2)).error());
    assertEquals(2044, strict.submit(Cluster.ALICE, in("mem").number(JobField.PN_MIN_MEMORY, 2000)).error());
    assertEquals(2006, strict.submit(Cluster.ALICE, mem.copy().number(JobField.MIN_NODES, 4)).error());
    assertEquals(2005, strict.submit(Cluster.ALICE, mem.copy().number(JobField.NUM_TASKS, 25).number(JobField.MIN_CPUS, 25)).error());
    assertEquals(0, strict.submit(Cluster.ALICE, mem).error());
  }

  @Test
  void idsWrapPastLiveOnes() {
    ClusterConfig big = config(0);
    ClusterConfig.Limits l = big.limits();
    Cluster small = new Cluster();
    small.apply(new Command.Reconfigure(small.now, new ClusterConfig(1, "t", big.nodes(), big.partitions(),
        new ClusterConfig.Limits(1000, 10, 14, 1001, 300, 30, l.selectTypeParameters(), 0, 0, true, 0, 0, 10, 0, 0, 0, null))));
    for (int i = 10; i <= 12; i++) {
      assertEquals(i, small.submit());
    }
    small.kill(Cluster.ALICE, 10);
    small.pass(301);
    assertNull(small.job(10));
    assertEquals(13, small.submit());
    assertEquals(14, small.submit());
    assertEquals(10, small.submit());
    assertFalse(small.submit(Cluster.ALICE, Cluster.request(Cluster.ALICE)).isOk());
  }

  private static JobFields of24(String partition) {
    return in(partition).number(JobField.START_PROTOCOL_VERSION, 42 << 8);
  }

  /** Observed on 24.11.5: its own limits let a job wait, a partition that is too small does not unless it is not UP. */
  @Test
  void aRequestLargerThanItsPartitionIsRefusedToClientsOf24_11() {
    assertEquals(0, error(in("debug").number(JobField.MIN_NODES, 9)));
    assertEquals(2014, error(of24("debug").number(JobField.MIN_NODES, 9)));
    assertEquals(2014, error(of24("debug").number(JobField.NUM_TASKS, 1000)));
    assertEquals(0, error(of24("pdown").number(JobField.MIN_NODES, 9)));
    assertEquals(0, error(of24("one").number(JobField.MIN_NODES, 2)));
    assertEquals(0, error(of24("debug,pdown").number(JobField.MIN_NODES, 9)));
  }

  @Test
  void aNodeListOfVeryManyBracketsIsRefusedAndDoesNotEndTheStack() {
    Cluster c = Cluster.of(3);
    assertEquals(2018, c.submit(Cluster.ALICE, Cluster.request(Cluster.ALICE).text(JobField.REQ_NODES, "n" + "[1]".repeat(40_000))).error());
    assertEquals(0, c.submit(Cluster.ALICE, Cluster.request(Cluster.ALICE).text(JobField.REQ_NODES, "n[1],n[2],n[3]")).error());
  }
}
