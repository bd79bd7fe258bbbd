package org.slurmctldj.sched;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.Actor;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.Allocation.NodeShare;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.DryRun;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobSelector;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.Proposal;
import org.slurmctldj.core.SlurmNumbers;

/**
 * Where jobs go. Layouts are those that slurmctld 22.05.8 (select/cons_tres, CR_Core_Memory) chose
 * on nodes of 2 sockets, 2 cores, 2 threads.
 */
class PlannerTest {
  private final Planner planner = new Planner();

  private static JobFields request() {
    return Cluster.request(Cluster.ALICE);
  }

  /** Plans and applies until nothing more starts; every proposal must be accepted. */
  private Plan settle(Cluster c) {
    while (true) {
      Plan p = planner.plan(c.store, c.now);
      if (p.proposals().isEmpty()) {
        return p;
      }
      for (Proposal x : p.proposals()) {
        assertTrue(c.apply(new Command.StartJob(c.now, x)).isOk(), x.toString());
      }
    }
  }

  private static String layout(Cluster c, long id) {
    return layout(c.job(id).allocation);
  }

  private static String layout(Allocation a) {
    StringBuilder b = new StringBuilder();
    for (NodeShare s : a.nodes()) {
      b.append(b.length() > 0 ? " " : "").append('n').append(s.node() + 1).append(':').append(s.cpus()).append('/')
          .append(Long.toBinaryString(s.cores()[0]));
    }
    return b.toString();
  }

  private String placed(JobFields request) {
    return placed(Cluster.of(3), request);
  }

  private String placed(Cluster c, JobFields request) {
    long id = c.submit(request);
    settle(c);
    return layout(c, id);
  }

  private static JobFields perCpu(JobFields r) {
    return r.number(JobField.PN_MIN_MEMORY, 10 | SlurmNumbers.MEM_PER_CPU);
  }

  @Test
  void layoutsAsRealSlurm() {
    // sbatch -N2 -n5: Nodes=n2 CPU_IDs=0-1,4-5, Nodes=n3 CPU_IDs=0-1
    assertEquals("n1:4/101 n2:2/1", placed(perCpu(request()).number(JobField.MIN_NODES, 2).number(JobField.MAX_NODES, 2)
        .number(JobField.NUM_TASKS, 5).number(JobField.MIN_CPUS, 5)));
    // -N3 -n7
    assertEquals("n1:4/101 n2:2/1 n3:2/1", placed(perCpu(request()).number(JobField.MIN_NODES, 3)
        .number(JobField.MAX_NODES, 3).number(JobField.NUM_TASKS, 7).number(JobField.MIN_CPUS, 7)));
    // -n9
    assertEquals("n1:8/1111 n2:2/1",
        placed(perCpu(request()).number(JobField.NUM_TASKS, 9).number(JobField.MIN_CPUS, 9)));
    // -n20
    assertEquals("n1:8/1111 n2:8/1111 n3:4/101",
        placed(perCpu(request()).number(JobField.NUM_TASKS, 20).number(JobField.MIN_CPUS, 20)));
    // -N2 -n5 -c2
    assertEquals("n1:8/1111 n2:2/1", placed(perCpu(request()).number(JobField.MIN_NODES, 2).number(JobField.MAX_NODES, 2)
        .number(JobField.NUM_TASKS, 5).number(JobField.CPUS_PER_TASK, 2).number(JobField.MIN_CPUS, 10)));
    // -n3 --ntasks-per-core=1
    assertEquals("n1:6/111", placed(perCpu(request()).number(JobField.NUM_TASKS, 3).number(JobField.MIN_CPUS, 3)
        .number(JobField.NTASKS_PER_CORE, 1)));
    // -n1 --exclusive
    assertEquals("n1:8/1111", placed(perCpu(request()).number(JobField.SHARED, 0)));
    // -N2 --ntasks-per-node=3
    assertEquals("n1:4/101 n2:4/101", placed(perCpu(request()).number(JobField.MIN_NODES, 2)
        .number(JobField.MAX_NODES, 2).number(JobField.NTASKS_PER_NODE, 3).number(JobField.NUM_TASKS, 6)
        .number(JobField.MIN_CPUS, 6)));
    // -c3: both cores of one socket
    assertEquals("n1:4/11", placed(perCpu(request()).number(JobField.CPUS_PER_TASK, 3).number(JobField.MIN_CPUS, 3)
        .number(JobField.NUM_TASKS, 1)));
  }

  /** SelectTypeParameters=CR_CPU on the same nodes: whole cores, from the first on, charged as asked. */
  @Test
  void layoutsWithCpusAsTheResource() {
    record Case(String expected, int nodes, int tasks, int cpusPerTask, int perNode, int perCore) {}
    List<Case> cases = List.of(
        new Case("n1:4/11 n2:1/1", 2, 5, 1, 0, 0), // -N2 -n5
        new Case("n1:8/1111 n2:1/1", 0, 9, 1, 0, 0), // -n9
        new Case("n1:8/1111 n2:2/1", 2, 5, 2, 0, 0), // -N2 -n5 -c2
        new Case("n1:3/11", 0, 1, 3, 0, 0), // -c3
        new Case("n1:6/111", 0, 2, 3, 0, 0), // -n2 -c3
        new Case("n1:3/11 n2:3/11", 2, 6, 1, 3, 0), // -N2 --ntasks-per-node=3
        new Case("n1:3/111", 0, 3, 1, 0, 1), // -n3 --ntasks-per-core=1
        new Case("n1:8/1111 n2:4/11", 0, 12, 1, 0, 0)); // -n12
    for (Case x : cases) {
      Cluster c = Cluster.of(3);
      ClusterConfig k = Cluster.config(2, 3);
      ClusterConfig.Limits l = k.limits();
      c.apply(new Command.Reconfigure(c.now, new ClusterConfig(2, "t", k.nodes(), k.partitions(), new ClusterConfig.Limits(
          l.maxJobCount(), 1, l.maxJobId(), 1001, 300, 30, SlurmNumbers.CR_CPU, 0, 0, true, 0, 0, 10, 0, 0, 0, null))));
      JobFields r = request().clear(JobField.PN_MIN_MEMORY).number(JobField.NUM_TASKS, x.tasks())
          .number(JobField.CPUS_PER_TASK, x.cpusPerTask()).number(JobField.MIN_CPUS, (long) x.tasks() * x.cpusPerTask());
      if (x.nodes() > 0) {
        r.number(JobField.MIN_NODES, x.nodes()).number(JobField.MAX_NODES, x.nodes());
      }
      if (x.perNode() > 0) {
        r.number(JobField.NTASKS_PER_NODE, x.perNode());
      }
      if (x.perCore() > 0) {
        r.number(JobField.NTASKS_PER_CORE, x.perCore());
      }
      assertEquals(x.expected(), placed(c, r), x.toString());
      assertEquals(0, c.node(0).allocatedMemory);
    }
  }

  private static JobFields tasks(int n) {
    return perCpu(request()).number(JobField.NUM_TASKS, n).number(JobField.MIN_CPUS, n);
  }

  private static JobFields on(String node, int n) {
    return tasks(n).text(JobField.REQ_NODES, node);
  }

  private static JobFields nodes(int least, int most, int n) {
    return tasks(n).number(JobField.MIN_NODES, least).number(JobField.MAX_NODES, most);
  }

  /** Eight such nodes of one weight, some partly taken: which ones slurmctld 22.05.8 chose. */
  @Test
  void theSmallestRunThatIsEnoughAndInItTheSmallestNode() {
    Cluster c = Cluster.of(8);
    placed(c, on("n2", 2));
    placed(c, on("n3", 6));
    placed(c, on("n4", 4));
    assertEquals("n3:2/1000", placed(c, tasks(1)));
    assertEquals("n2:4/110", placed(c, tasks(4)));
    assertEquals("n1:6/111", placed(c, tasks(5)));
    assertEquals("n5:8/1111", placed(c, tasks(8)));
    assertEquals("n6:8/1111 n7:2/1", placed(c, tasks(10)));

    c = Cluster.of(8);
    placed(c, on("n2", 2));
    placed(c, on("n3", 6));
    placed(c, on("n4", 4));
    assertEquals("n1:2/1 n2:2/10", placed(c, nodes(2, 2, 2)));
    assertEquals("n1:6/1110 n2:4/1100", placed(c, nodes(2, 2, 10)));
    assertEquals("n3:2/1000 n4:2/10 n5:2/1", placed(c, nodes(3, 3, 3)));

    c = Cluster.of(8);
    placed(c, on("n2", 2));
    placed(c, on("n3", 6));
    assertEquals("n1:8/1111 n2:4/110", placed(c, tasks(12)));
    assertEquals("n2:2/1000 n3:2/1000 n4:8/1111", placed(c, tasks(12)));

    c = Cluster.of(8);
    placed(c, on("n3", 1).number(JobField.SHARED, 0));
    placed(c, on("n6", 1).number(JobField.SHARED, 0));
    assertEquals("n1:2/1", placed(c, tasks(1)));
    assertEquals("n1:6/1110 n2:4/101", placed(c, tasks(9)));
    assertEquals("n4:8/1111 n5:4/101", placed(c, tasks(12)));
    assertEquals("n2:4/1010 n7:8/1111 n8:8/1111", placed(c, tasks(20)));

    c = Cluster.of(8);
    placed(c, on("n1", 4));
    placed(c, on("n2", 4));
    placed(c, on("n3", 1).number(JobField.SHARED, 0));
    assertEquals("n1:4/1010 n2:2/10", placed(c, tasks(6)));
  }

  @Test
  void aRangeOfNodesMeansItsUpperEndWhereThereAreTasksForThem() {
    JobFields three = tasks(9).number(JobField.MIN_NODES, 2).number(JobField.MAX_NODES, 3);
    assertEquals("n1:6/111 n2:2/1 n3:2/1", placed(Cluster.of(8), three)); // -N2-3 -n9
    assertEquals("n1:2/1 n2:2/1", placed(Cluster.of(8), nodes(1, 3, 2))); // -N1-3 -n2
    assertEquals("n1:2/1 n2:2/1 n3:2/1", placed(Cluster.of(8), nodes(2, 4, 3))); // -N2-4 -n3
    assertEquals("n1:2/1 n2:2/1 n3:2/1 n4:2/1", // -N2-4
        placed(Cluster.of(8), perCpu(request()).number(JobField.MIN_NODES, 2).number(JobField.MAX_NODES, 4)));
    assertEquals("n1:2/1 n2:2/1 n3:2/1", // as many as there are
        placed(Cluster.of(3), perCpu(request()).number(JobField.MIN_NODES, 2).number(JobField.MAX_NODES, 4)));
  }

  /** One node of 2 sockets, 4 cores, 2 threads; then one of 2 sockets, 2 cores, 2 threads. */
  @Test
  void coresAreTakenFromTheSocketsInTurnOrSocketBySocket() {
    record Case(String cores, JobFields request) {}
    List<Case> large = List.of(
        new Case("11", tasks(4).number(JobField.CPUS_PER_TASK, 2).number(JobField.NUM_TASKS, 2)), // -n2 -c2
        new Case("1111", tasks(8).number(JobField.CPUS_PER_TASK, 2).number(JobField.NUM_TASKS, 4)), // -n4 -c2
        new Case("111", tasks(6).number(JobField.CPUS_PER_TASK, 3).number(JobField.NUM_TASKS, 2)), // -n2 -c3
        new Case("111111", tasks(12).number(JobField.CPUS_PER_TASK, 4).number(JobField.NUM_TASKS, 3)), // -n3 -c4
        new Case("111", tasks(6).number(JobField.CPUS_PER_TASK, 6).number(JobField.NUM_TASKS, 1)), // -n1 -c6
        new Case("110111", tasks(10).number(JobField.CPUS_PER_TASK, 10).number(JobField.NUM_TASKS, 1)), // -n1 -c10
        new Case("10001", tasks(4)), // -n4
        new Case("10011", tasks(6)), // -n6
        new Case("110111", tasks(10)), // -n10
        new Case("10011", tasks(3).number(JobField.NTASKS_PER_CORE, 1)), // -n3 --ntasks-per-core=1
        new Case("11", tasks(4).number(JobField.TASK_DIST, 0x22)), // -n4 -m block:block
        new Case("10011", tasks(6).number(JobField.TASK_DIST, 0x32)), // -n6 -m block:fcyclic
        new Case("111", tasks(6).number(JobField.TASK_DIST, 0x21)), // -n6 -m cyclic:block
        new Case("11", tasks(4).number(JobField.TASK_DIST, 4)), // -n4 -m plane=2
        new Case("10011", tasks(1).number(JobField.PN_MIN_CPUS, 6))); // -n1 --mincpus=6
    for (Case x : large) {
      assertEquals(x.cores(), coresOn(4, x.request()), x.toString());
    }
    List<Case> small = List.of(
        new Case("11", tasks(4).number(JobField.CPUS_PER_TASK, 2).number(JobField.NUM_TASKS, 2)), // -n2 -c2
        new Case("111", tasks(5).number(JobField.CPUS_PER_TASK, 5).number(JobField.NUM_TASKS, 1)), // -n1 -c5
        new Case("101", tasks(4)), // -n4
        new Case("11", tasks(4).number(JobField.TASK_DIST, 0x20))); // -n4 --distribution=*:block
    for (Case x : small) {
      assertEquals(x.cores(), coresOn(2, x.request()), x.toString());
    }
  }

  private String coresOn(int coresPerSocket, JobFields request) {
    Cluster c = new Cluster();
    NodeDefinition d = Cluster.node("n1");
    c.apply(new Command.Reconfigure(c.now, Cluster.config(1, List.of(new NodeDefinition(
        d.name(), d.hostName(), d.address(), d.port(), 4 * coresPerSocket, 1, 2, coresPerSocket, 2, 8000, 0, 1, List.of(),
        null, 0, 0, 0, null)), List.of())));
    c.apply(new Command.RegisterNode(c.now, "n1", new NodeRecord.Registration(
        "1", "x86_64", "Linux", 4 * coresPerSocket, 1, 2, coresPerSocket, 2, 8000, 0, 1, 1, "b", 0), List.of()));
    long id = c.submit(request);
    settle(c);
    return Long.toBinaryString(c.job(id).allocation.nodes().get(0).cores()[0]);
  }

  @Test
  void nodesThatTheJobInsistsOnBringTheirNeighbours() {
    Cluster c = Cluster.of(8);
    assertEquals("n5:2/1 n6:2/1", placed(c, nodes(2, 2, 2).text(JobField.REQ_NODES, "n5")));
    assertEquals("n5:2/10 n6:2/10 n7:2/1", placed(c, nodes(3, 3, 3).text(JobField.REQ_NODES, "n5")));
    assertEquals("n7:2/10 n8:2/1", placed(c, nodes(2, 2, 2).text(JobField.REQ_NODES, "n8")));
    assertEquals("n1:8/1111 n2:2/1", placed(c, tasks(9).text(JobField.REQ_NODES, "n1")));
  }

  @Test
  void whereSmallNodesMakeTooManyTheyAreLeftOut() {
    Cluster c = Cluster.of(8);
    placed(c, on("n2", 6));
    placed(c, on("n3", 6));
    placed(c, on("n1", 1).number(JobField.SHARED, 0));
    assertEquals("n4:8/1111 n5:4/101", placed(c, nodes(1, 2, 12)));
    assertEquals("n6:6/111", placed(c, nodes(1, 1, 6)));
  }

  /** Nodes n9 to n12 of a larger cluster: weights 3, 2, 1, 1. */
  @Test
  void lighterNodesFirstEvenIfThatMakesMoreNodes() {
    Cluster c = new Cluster();
    int[] weights = {3, 2, 1, 1};
    List<NodeDefinition> nodes = new ArrayList<>();
    for (int i = 0; i < weights.length; i++) {
      NodeDefinition d = Cluster.node("n" + (i + 1));
      nodes.add(new NodeDefinition(d.name(), d.hostName(), d.address(), d.port(), d.cpus(), d.boards(), d.sockets(),
          d.coresPerSocket(), d.threadsPerCore(), d.realMemory(), d.tmpDisk(), weights[i], d.features(), null, 0, 0, 0, null));
    }
    c.apply(new Command.Reconfigure(c.now, Cluster.config(1, nodes, List.of())));
    nodes.forEach(d -> c.register(d.name(), "boot1"));
    assertEquals("n3:2/1", placed(c, tasks(1)));
    assertEquals("n3:2/10", placed(c, tasks(1)));
    assertEquals("n4:8/1111", placed(c, tasks(8)));
    assertEquals("n3:2/100", placed(c, tasks(1)));
    assertEquals("n2:6/111 n3:2/1000", placed(c, tasks(8)));
    assertEquals("n2:2/1000", placed(c, tasks(1)));
    assertEquals("n1:2/1", placed(c, tasks(1)));
  }

  @Test
  void memoryPerCpuCountsWholeCores() {
    Cluster c = Cluster.of(1);
    // -n3 --mem-per-cpu=500: NumCPUs=4, mem=2000M
    long id = c.submit(request().number(JobField.NUM_TASKS, 3).number(JobField.MIN_CPUS, 3)
        .number(JobField.PN_MIN_MEMORY, 500 | SlurmNumbers.MEM_PER_CPU));
    settle(c);
    assertEquals(4, c.job(id).allocation.totalCpus());
    assertEquals(2000, c.node(0).allocatedMemory);
  }

  @Test
  void aJobThatCannotStartHoldsBackThoseBehindIt() {
    Cluster c = Cluster.of(1);
    long whole = c.submit(request().number(JobField.SHARED, 0));
    settle(c);
    long waits = c.submit(request().number(JobField.SHARED, 0));
    long behind = c.submit();
    long held = c.submit(request().number(JobField.PRIORITY, 0));
    Plan p = settle(c);
    assertEquals(JobPhase.STARTING, c.job(whole).phase);
    assertEquals(SlurmNumbers.WAIT_RESOURCES, p.reasons().of(c.job(waits)).number());
    assertEquals(SlurmNumbers.WAIT_PRIORITY, p.reasons().of(c.job(behind)).number());
    assertNull(p.reasons().of(c.job(held)));
    // Another partition on the same nodes waits too.
    long other = c.submit(request().text(JobField.PARTITION, "short"));
    p = settle(c);
    assertEquals(SlurmNumbers.WAIT_RESOURCES, p.reasons().of(c.job(other)).number());
    assertEquals(Planner.RESERVED_TEXT, p.reasons().of(c.job(other)).text());
    long behindOther = c.submit(request().text(JobField.PARTITION, "short"));
    assertEquals(SlurmNumbers.WAIT_PRIORITY, settle(c).reasons().of(c.job(behindOther)).number());
  }

  @Test
  void priorityDecidesBeforeAge() {
    Cluster c = Cluster.of(1);
    c.submit(request().number(JobField.SHARED, 0));
    settle(c);
    long first = c.submit(request().number(JobField.SHARED, 0));
    JobFields r = Cluster.request(Cluster.ROOT).number(JobField.SHARED, 0).number(JobField.NICE, 0x80000000L - 5);
    long nicer = c.submit(Cluster.ROOT, r).jobId();
    assertEquals(SlurmNumbers.WAIT_PRIORITY, settle(c).reasons().of(c.job(first)).number());
    assertEquals(SlurmNumbers.WAIT_RESOURCES, settle(c).reasons().of(c.job(nicer)).number());
  }

  @Test
  void anArrayStartsAsManyTasksAsItMay() {
    Cluster c = Cluster.of(1);
    long id = c.submit(request().text(JobField.ARRAY_SPEC, "0-9%3"));
    Plan p = settle(c);
    assertEquals(3, c.job(id).arrayRunning);
    assertEquals("3-9", c.job(id).arrayPending.toString());
    assertEquals(SlurmNumbers.WAIT_ARRAY_TASK_LIMIT, p.reasons().of(c.job(id)).number());
    assertEquals(4, c.store.jobCount());
  }

  @Test
  void theLastTaskOfAnArrayKeepsTheArraysId() {
    Cluster c = Cluster.of(1);
    long id = c.submit(request().text(JobField.ARRAY_SPEC, "0-3"));
    settle(c);
    assertEquals(3, c.job(id).arrayTaskId);
    assertEquals(0, c.job(id + 1).arrayTaskId);
    assertEquals(id, c.job(id + 1).arrayJobId);
    assertEquals(JobPhase.STARTING, c.job(id).phase);
  }

  @Test
  void limitsOfThePartitionAreNamed() {
    Cluster c = Cluster.of(3);
    long time = c.submit(request().text(JobField.PARTITION, "short").number(JobField.TIME_LIMIT, 20));
    long nodes = c.submit(request().text(JobField.PARTITION, "short").number(JobField.MIN_NODES, 3));
    long good = c.submit(request().text(JobField.PARTITION, "short"));
    Plan p = settle(c);
    assertEquals(SlurmNumbers.WAIT_PART_TIME_LIMIT, p.reasons().of(c.job(time)).number());
    assertEquals(SlurmNumbers.WAIT_PART_NODE_LIMIT, p.reasons().of(c.job(nodes)).number());
    assertEquals(JobPhase.STARTING, c.job(good).phase);
    assertEquals(5, c.job(good).timeLimit);
  }

  @Test
  void drainedNodesAreNotUsedAndNamed() {
    Cluster c = Cluster.of(3);
    c.apply(new Command.UpdateNode(c.now, Cluster.ROOT, List.of("n1", "n2", "n3"), SlurmNumbers.NODE_STATE_DRAIN, "x",
        null, null, SlurmNumbers.NO_VAL));
    long id = c.submit();
    Plan p = settle(c);
    assertEquals(SlurmNumbers.WAIT_NODE_NOT_AVAIL, p.reasons().of(c.job(id)).number());
    assertEquals("ReqNodeNotAvail, UnavailableNodes:n[1-3]", p.reasons().of(c.job(id)).text());
    c.apply(new Command.UpdateNode(c.now, Cluster.ROOT, List.of("n2"), SlurmNumbers.NODE_RESUME, null, null, null,
        SlurmNumbers.NO_VAL));
    settle(c);
    assertEquals("n2:2/1", layout(c, id));
  }

  @Test
  void wantedAndRefusedNodes() {
    assertEquals("n2:2/1", placed(request().text(JobField.REQ_NODES, "n2")));
    assertEquals("n2:2/1 n3:2/1", placed(request().text(JobField.REQ_NODES, "n[2-3]")));
    assertEquals("n2:2/1", placed(request().text(JobField.EXC_NODES, "n1")));
  }

  @Test
  void testOnlySaysWhenTheJobCouldStart() {
    Cluster c = Cluster.of(1);
    Actor a = Cluster.ALICE;
    long now = c.now / 1000;
    DryRun dry = DryRun.of(c.store, a, request(), now);
    assertNull(dry.refusal());
    assertEquals(now, Forecast.of(c.store, dry.job(), c.now).startSeconds());
    c.submit(request().number(JobField.SHARED, 0).number(JobField.TIME_LIMIT, 30));
    settle(c);
    Forecast.WillRun later = Forecast.of(c.store, DryRun.of(c.store, a, request(), now).job(), c.now);
    assertEquals(now + 1800, later.startSeconds());
    assertNotNull(later.allocation());
    assertEquals(2014, DryRun.of(c.store, a, request().number(JobField.PN_MIN_MEMORY, 9000), now).refusal().error());
  }

  @Test
  void completeWaitHoldsBackEveryStartWhileAJobCompletes() {
    Cluster c = Cluster.of(2);
    org.slurmctldj.core.ClusterConfig k = Cluster.config(2, 2);
    var l = k.limits();
    c.apply(new Command.Reconfigure(c.now, new org.slurmctldj.core.ClusterConfig(2, "t", k.nodes(), k.partitions(),
        new org.slurmctldj.core.ClusterConfig.Limits(l.maxJobCount(), 1, l.maxJobId(), 1001, 300, 30,
            l.selectTypeParameters(), 0, 0, true, 0, 20, 10, 0, 0, 0, null))));
    long ends = c.running();
    c.ended(ends, 0);
    c.submit();
    Plan p = planner.plan(c.store, c.now);
    assertTrue(p.proposals().isEmpty());
    assertEquals(c.now + 20_000, p.againAtMillis());
    assertEquals(1, planner.plan(c.store, c.now + 20_000).proposals().size());
    c.released(ends);
    assertEquals(1, planner.plan(c.store, c.now).proposals().size());
  }

  @Test
  void hostRanges() {
    assertEquals("n[1-3]", HostRanges.of(List.of("n1", "n2", "n3")));
    assertEquals("n1,m[2,4-5]", HostRanges.of(List.of("n1", "m2", "m4", "m5")));
    assertEquals("login,n[09-10]", HostRanges.of(List.of("login", "n09", "n10")));
    assertEquals("n[9-11]", HostRanges.of(List.of("n9", "n10", "n11")));
  }

  private Proposal first(Cluster c, JobFields request) {
    return planner.first(c.store, DryRun.of(c.store, Cluster.ALICE, request, c.now / 1000).job(), c.now);
  }

  /** A request that is about to become a job is given what the planner would give the job. */
  @Test
  void aFirstLookFindsWhatThePlanWouldGive() {
    Cluster c = Cluster.of(3);
    assertNull(first(c, request()), "nothing is looked at before the first plan");
    settle(c);
    JobFields asked = perCpu(request()).number(JobField.MIN_NODES, 2).number(JobField.MAX_NODES, 2).number(JobField.NUM_TASKS, 5).number(JobField.MIN_CPUS, 5);
    Proposal place = first(c, asked);
    assertNotNull(place);
    assertEquals(layout(place.allocation()), layout(first(c, asked).allocation()), "a look takes nothing away");
    long id = c.submit(asked);
    settle(c);
    assertEquals(layout(c, id), layout(place.allocation()));
    // what runs now is seen by the next look, whose place apply takes
    Proposal next = first(c, request());
    var r = c.apply(new Command.SubmitJob(c.now, Cluster.ALICE, request(), next));
    assertEquals(JobPhase.STARTING, c.job(r.jobId()).phase);
  }

  @Test
  void nobodyIsLetInBeforeThoseWhoWait() {
    Cluster c = Cluster.of(1);
    settle(c);
    long big = c.submit(request().number(JobField.SHARED, 0));
    settle(c);
    assertNull(first(c, request()), "the only node is taken");
    long waits = c.submit(request());
    settle(c);
    c.apply(new Command.KillJob(c.now, Cluster.ROOT, new JobSelector(big, null), 9, 0));
    c.released(big);
    assertEquals(JobPhase.PENDING, c.job(waits).phase);
    assertNull(first(c, request()), "another job came first");
  }

  @Test
  void whatTakesMoreThanALookIsLeftToThePlan() {
    Cluster c = Cluster.of(2);
    settle(c);
    assertNull(first(c, request().number(JobField.MIN_NODES, 3)), "more nodes than there are");
    assertNotNull(first(c, request()));
    c.apply(new Command.UpdateNode(c.now, Cluster.ROOT, List.of("n1", "n2"), SlurmNumbers.NODE_STATE_DRAIN, "maintenance", null, null, SlurmNumbers.NO_VAL));
    assertNull(first(c, request()), "all nodes are drained");
  }
}
