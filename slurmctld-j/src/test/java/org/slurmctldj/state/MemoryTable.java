package org.slurmctldj.state;

import static org.slurmctldj.core.SlurmNumbers.NO_VAL;
import static org.slurmctldj.core.SlurmNumbers.NO_VAL64;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobSelector;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.PartitionChanges;
import org.slurmctldj.core.Proposal;
import org.slurmctldj.core.ReservationDefinition;
import org.slurmctldj.core.Result;
import org.slurmctldj.core.StateMachine;
import org.slurmctldj.core.TaskSet;
import org.slurmctldj.sched.Plan;
import org.slurmctldj.sched.Planner;

/**
 * What each kind of thing costs in the store, apply's indexes and the planner's picture: the second table of {@code
 * bench/memory.sh}. Heap is what lives after a collection, off-heap what else is resident (needs -XX:+AlwaysPreTouch, so that
 * the rest of the heap does not count).
 */
public final class MemoryTable {
  private static final int NODES = 10_000;
  private static final int JOBS = 200_000;
  private static final int ARRAY = 1_000_000;
  private static final int DEFINITIONS = 1000;

  private final OffHeapStore store = OffHeapStore.create();
  private final StateMachine machine = new StateMachine(store);
  private final Planner planner = new Planner();
  private long now = Cluster.START;
  private long heap;
  private long rest;
  private int number;

  private final int nodes;
  private final int jobs;
  private final boolean print;

  private MemoryTable(int nodes, int jobs, boolean print) {
    this.nodes = nodes;
    this.jobs = jobs;
    this.print = print;
  }

  /** The first round loads and compiles what the second one is not to be charged with. */
  public static void main(String[] args) throws InterruptedException {
    new MemoryTable(NODES / 5, JOBS / 5, false).run();
    System.out.printf("| what | how many | bytes each | off-heap | heap |%n|---|--:|--:|--:|--:|%n");
    new MemoryTable(NODES, JOBS, true).run();
    new MemoryTable(NODES / 5, 0, false).definitions();
    new MemoryTable(NODES, 0, true).definitions();
  }

  private Result apply(Command c) {
    return machine.apply(store.globals().lastSequence() + 1, c, e -> { });
  }

  /** What sbatch of an ordinary script sends: paths in a home directory, a submit line, three groups. */
  private JobFields request(boolean held) {
    int i = number++;
    String dir = "/home/alice/projects/simulation/run-" + i;
    JobFields r = new JobFields()
        .number(JobField.USER_ID, 1001).number(JobField.GROUP_ID, 1001).number(JobField.BATCH_FLAG, 1)
        .text(JobField.NAME, "job-" + i % 1000).text(JobField.USER_NAME, "alice").text(JobField.ACCOUNT, "physics")
        .text(JobField.PARTITION, "debug").text(JobField.WORK_DIR, dir).text(JobField.STD_OUT, dir + "/slurm-%j.out")
        .text(JobField.STD_IN, "/dev/null").text(JobField.COMMAND, dir + "/run.sh").text(JobField.ALLOC_NODE, "login1")
        .text(JobField.SUBMIT_LINE, "sbatch --mem=100 -J job-" + i % 1000 + " run.sh " + i)
        .number(JobField.MIN_NODES, 1).number(JobField.MIN_CPUS, 2).number(JobField.NUM_TASKS, 2)
        .number(JobField.PN_MIN_MEMORY, 100).number(JobField.TIME_LIMIT, 60).number(JobField.ENVIRONMENT_COUNT, 60)
        .number(JobField.START_PROTOCOL_VERSION, 42 << 8).numbers(JobField.GROUP_IDS, new long[] {1001, 1002, 1003})
        .text(JobField.SCRIPT_HASH, "5a".repeat(32)).text(JobField.ENVIRONMENT_HASH, "a5".repeat(32))
        .texts(JobField.ARGV, List.of(dir + "/run.sh", "" + i));
    return held ? r.number(JobField.PRIORITY, 0) : r;
  }

  private void submit(JobFields request) {
    Result r = apply(new Command.SubmitJob(now, Cluster.ALICE, request));
    if (!r.isOk()) {
      throw new IllegalStateException(r.toString());
    }
  }

  private static long resident() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(l -> l.startsWith("VmRSS")).mapToLong(l -> Long.parseLong(l.replaceAll("\\D", ""))).sum() * 1024;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How long a map that has been left is still there for a reader inside it. */
  private static final long MAP_LEAVES_MILLIS = 11_000;

  private void mark() {
    if (print) {
      try {
        Thread.sleep(MAP_LEAVES_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    var usage = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    heap = usage.getUsed();
    rest = resident() - usage.getCommitted();
  }

  private void tell(String what, long count) {
    long heapBefore = heap;
    long restBefore = rest;
    mark();
    long onHeap = heap - heapBefore;
    long offHeap = rest - restBefore;
    if (!print) {
      return;
    }
    System.out.printf("| %s | %,d | %,d | %,d | %,d |%n", what, count, (onHeap + offHeap) / count, offHeap / count, onHeap / count);
  }

  private void run() throws InterruptedException {
    mark();
    configure();
    register();
    tell("node, configured and registered", nodes);
    store.makeMap();
    for (int i = 0; store.mapJobs() == 0; i++) {
      if (i > 20_000) {
        Thread.sleep(10);
      }
      submit(request(true));
    }
    mark();
    IntStream.range(0, jobs).forEach(i -> submit(request(true)));
    tell("pending job, held", jobs);
    int running = nodes * 4; // one core each
    IntStream.range(0, running).forEach(i -> submit(request(false)));
    plan();
    tell("running job (planner's picture included)", running);
    for (int i = 0; i < jobs; i++) {
      submit(request(false));
    }
    planner.plan(store, now);
    tell("pending job that waits for nodes (planner's picture included)", jobs);
    Result array = apply(new Command.SubmitJob(now, Cluster.ALICE, request(true).text(JobField.ARRAY_SPEC, "0-" + (ARRAY - 1))));
    tell("array of 1,000,000 pending tasks, all of it", 1);
    apply(new Command.KillJob(now, Cluster.ALICE,
        new JobSelector(array.jobId(), TaskSet.of(IntStream.range(0, ARRAY / 10).map(i -> i * 10).toArray())), 9, 0));
    tell("the same after every tenth task was cancelled, more for all of it", 1);
    endAll();
    mark();
    JobFields first = new JobFields().number(JobField.PRIORITY, 0xfffffff0L);
    apply(new Command.UpdateJob(now, Cluster.ROOT, JobSelector.job(array.jobId()), first, false));
    plan();
    tell("array task that runs", running);
    store.close();
  }

  private void definitions() throws InterruptedException {
    configure();
    mark();
    define();
    tell("partition of 1,000 nodes", DEFINITIONS);
    reserve();
    tell("reservation of 100 nodes", DEFINITIONS);
    long inUse = heap;
    store.forgetDecoded();
    mark();
    if (print) {
      System.out.printf("| their decoded forms, which go where the heap is short | %,d | %,d | 0 | %2$,d |%n", DEFINITIONS, (inUse - heap) / DEFINITIONS);
    }
    store.close();
  }

  private void configure() {
    ClusterConfig c = Cluster.config(1, nodes);
    ClusterConfig.Limits l = c.limits();
    apply(new Command.Reconfigure(now, new ClusterConfig(1, "bench", c.nodes(), c.partitions(), new ClusterConfig.Limits(
        5_000_000, 1, l.maxJobId(), 4_000_001, 300, 30, l.selectTypeParameters(), 0, 0, true, 0, 0, 10, 0, 0, 0, null))));
  }

  private void define() {
    for (int i = 0; i < DEFINITIONS; i++) {
      String name = "p" + i;
      must(new Command.UpdatePartition(now, Cluster.ROOT, true, new PartitionChanges(
          name, "n[" + (i + 1) + "-" + (i + 1000) + "]", null, null, "physics,chemistry", null, null, null, null, null, null, 0, NO_VAL,
          1440, NO_VAL, NO_VAL, NO_VAL, NO_VAL, NO_VAL, NO_VAL, NO_VAL, NO_VAL, NO_VAL, NO_VAL, NO_VAL64, NO_VAL64)));
    }
  }

  private void reserve() {
    for (int i = 0; i < DEFINITIONS; i++) {
      must(new Command.ChangeReservation(
          now, Cluster.ROOT, true, "r" + i, now / 1000 + 86_400, NO_VAL, 60, ReservationDefinition.OVERLAP, 0,
          "n[" + (i + 1) + "-" + (i + 100) + "]", NO_VAL, "alice,bob", null, null, "maintenance of rack " + i));
    }
  }

  private void must(Command c) {
    Result r = apply(c);
    if (!r.isOk()) {
      throw new IllegalStateException(c + ": " + r);
    }
  }

  private void register() {
    for (int i = 1; i <= nodes; i++) {
      apply(new Command.RegisterNode(now, "n" + i,
          new NodeRecord.Registration("24.11.5", "x86_64", "Linux 6.1.0-18-amd64 #1 SMP", 8, 1, 2, 2, 2, 8000, 0, 1, 1,
              "0f8fad5b-d9cb-469f-a165-70867728950e", 42), List.of()));
    }
  }

  private void plan() {
    for (Plan p = planner.plan(store, now); !p.proposals().isEmpty(); p = planner.plan(store, now)) {
      for (Proposal x : p.proposals()) {
        Result r = apply(new Command.StartJob(now, x));
        if (!r.isOk()) {
          throw new IllegalStateException(r.toString());
        }
        JobRecord j = store.job(r.jobId());
        apply(new Command.LaunchStarted(now, j.jobId, j.restarts, store.config().nodes().get(j.batchNode).name()));
      }
    }
  }

  private void endAll() {
    store.forEachJob(j -> {
      if (j.phase.holdsNodes()) {
        apply(new Command.LaunchEnded(now, j.jobId, j.restarts, store.config().nodes().get(j.batchNode).name(), 0, false, null, 0, 0, 0, 0));
        apply(new Command.NodeReleased(now, j.jobId, j.restarts, store.config().nodes().get(j.batchNode).name()));
      }
    });
  }
}
