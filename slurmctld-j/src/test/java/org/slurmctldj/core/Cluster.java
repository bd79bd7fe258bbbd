package org.slurmctldj.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.slurmctldj.core.Allocation.NodeShare;

/** A small cluster driven command by command: each step is checked against all invariants. */
public final class Cluster {
  public static final long START = 1_700_000_000_000L;
  public static final Actor ROOT = new Actor(0, 0, true, "localhost");
  public static final Actor ALICE = new Actor(1001, 1001, false, "localhost");
  public static final Actor BOB = new Actor(1002, 1002, false, "localhost");

  public final PlainStore store = new PlainStore();
  public StateMachine machine = new StateMachine(store);
  public final List<Command> journal = new ArrayList<>();
  public final List<Effect> effects = new ArrayList<>();
  public long now = START;

  /** Nodes n1.. with 2 sockets of 2 cores of 2 threads and 8000 MiB, CR_Core_Memory, partitions debug and short. */
  public static Cluster of(int nodes) {
    Cluster c = new Cluster();
    c.apply(new Command.RaiseFeatureLevel(c.now, StateMachine.FEATURE_LEVEL));
    c.apply(new Command.Reconfigure(c.now, config(1, nodes)));
    for (int i = 1; i <= nodes; i++) {
      c.register("n" + i, "boot1");
    }
    return c;
  }

  public static ClusterConfig config(long epoch, int nodes) {
    return config(epoch, IntStream.rangeClosed(1, nodes).mapToObj(i -> node("n" + i)).toList(), List.of());
  }

  public static ClusterConfig config(long epoch, List<NodeDefinition> nodes, List<PartitionDefinition> more) {
    int[] all = IntStream.range(0, nodes.size()).toArray();
    List<PartitionDefinition> partitions = new ArrayList<>();
    partitions.add(partition("debug", all, 1, SlurmNumbers.INFINITE, SlurmNumbers.NO_VAL));
    partitions.add(partition("short", Arrays.copyOf(all, Math.min(2, all.length)), 0, 10, 5));
    partitions.addAll(more);
    return new ClusterConfig(epoch, "test", nodes, partitions, limits());
  }

  public static ClusterConfig.Limits limits() {
    return new ClusterConfig.Limits(
        1000, 1, 0x03ff0000 - 1, 1001, 300, 30, SlurmNumbers.CR_CORE | SlurmNumbers.CR_MEMORY, 0, 0, true, 0, 0, 10, 0,
        0, 0, "foo:4,bar");
  }

  public static NodeDefinition node(String name) {
    return new NodeDefinition(
        name, "host", "127.0.0.1", 6818, 8, 1, 2, 2, 2, 8000, 0, 1, List.of(), null, 0, 0, 0, null);
  }

  public static PartitionDefinition partition(String name, int[] nodes, long flags, long maxTime, long defaultTime) {
    return new PartitionDefinition(
        name, nodes, "ALL", flags, 3, maxTime, defaultTime, 0, SlurmNumbers.INFINITE, SlurmNumbers.INFINITE, 1, 1, 1,
        SlurmNumbers.NO_VAL16, SlurmNumbers.NO_VAL16, 0, 0, 0, null, null, null, null, null, null, null, null, null);
  }

  public Result apply(Command c) {
    journal.add(c);
    Result r = machine.apply(store.globals().lastSequence() + 1, c, effects::add);
    List<String> broken = new ArrayList<>(Invariants.broken(store));
    for (int i = 0; i < store.nodeCount(); i++) {
      if (store.jobsOn(i).length != store.node(i).jobs) {
        broken.add("node " + i + " has jobs " + Arrays.toString(store.jobsOn(i)) + " by index");
      }
    }
    if (!broken.isEmpty()) {
      throw new AssertionError(c + " broke: " + broken);
    }
    effects.stream()
        .filter(e -> e instanceof Effect.Log l && l.line().startsWith("apply stumbled"))
        .findFirst()
        .ifPresent(e -> {
          throw new AssertionError(c + ": " + e);
        });
    return r;
  }

  public void register(String node, String bootId, String... launches) {
    apply(
        new Command.RegisterNode(
            now, node,
            new NodeRecord.Registration("1", "x86_64", "Linux", 8, 1, 2, 2, 2, 8000, 0, 1, 1, bootId, 0),
            List.of(launches)));
  }

  public static JobFields request(Actor a) {
    return new JobFields()
        .number(JobField.USER_ID, a.uid())
        .number(JobField.GROUP_ID, a.gid())
        .text(JobField.NAME, "job")
        .number(JobField.PN_MIN_MEMORY, 100)
        .number(JobField.BATCH_FLAG, 1);
  }

  public Result submit(Actor a, JobFields request) {
    return apply(new Command.SubmitJob(now, a, request));
  }

  /** Submits as Alice and returns the id. */
  public long submit(JobFields request) {
    Result r = submit(ALICE, request);
    if (!r.isOk()) {
      throw new AssertionError(r.toString());
    }
    return r.jobId();
  }

  public long submit() {
    return submit(request(ALICE));
  }

  public JobRecord job(long id) {
    return store.job(id);
  }

  /** The name of that node; of -1, where a job has none, that of no node. */
  public String nodeName(int index) {
    return index < 0 ? "nowhere" : store.config().nodes().get(index).name();
  }

  public NodeRecord node(int index) {
    return store.node(index);
  }

  /** One core of that node for the job, as a planner would propose. */
  public Proposal proposal(long jobId, int... nodes) {
    JobRecord j = store.job(jobId);
    ClusterConfig config = store.config();
    List<NodeShare> shares = new ArrayList<>();
    JobSize size = JobSize.of(j, config.partitions().get(j.partition), config);
    for (int n : nodes) {
      NodeDefinition d = config.nodes().get(n);
      NodeFit fit = new NodeFit(d, size, config.limits().selectTypeParameters());
      int cpus = (int) Math.max(size.minCpusPerNode(), size.minCpus() / nodes.length);
      shares.add(fit.share(n, NodeFit.freeCores(d, store.node(n)), cpus));
    }
    return new Proposal(
        jobId, j.version, config.epoch(), j.partition, new Allocation(shares),
        Arrays.stream(nodes).mapToLong(n -> store.node(n).version).toArray());
  }

  public Result start(long jobId, int... nodes) {
    return apply(new Command.StartJob(now, proposal(jobId, nodes)));
  }

  /** Submitted, started and running on node 0. */
  public long running() {
    long id = submit();
    start(id, 0);
    started(id);
    return id;
  }

  public void started(long id) {
    JobRecord j = job(id);
    apply(new Command.LaunchStarted(now, id, j.restarts, nodeName(j.batchNode)));
  }

  public void ended(long id, int waitStatus) {
    JobRecord j = job(id);
    apply(new Command.LaunchEnded(now, id, j.restarts, nodeName(j.batchNode), waitStatus, false, null, 0, 0, 0, 0));
  }

  public void released(long id) {
    JobRecord j = job(id);
    for (int n : j.nodesEnding.clone()) {
      apply(new Command.NodeReleased(now, id, j.restarts, nodeName(n)));
    }
  }

  public Result kill(Actor a, long id, int... tasks) {
    return apply(
        new Command.KillJob(now, a, new JobSelector(id, tasks.length == 0 ? null : TaskSet.of(tasks)), 9, 0));
  }

  public Result update(Actor a, long id, JobFields changes) {
    return apply(new Command.UpdateJob(now, a, JobSelector.job(id), changes, false));
  }

  /** Lets that many seconds pass and fires what is due. */
  public void pass(long seconds) {
    now += seconds * 1000;
    apply(new Command.Tick(now));
  }

  public List<Effect> takeEffects() {
    List<Effect> out = List.copyOf(effects);
    effects.clear();
    return out;
  }

  /** The whole state as bytes, to tell equal ones. */
  public byte[] digest() {
    return digest(store);
  }

  public static byte[] digest(StateStore store) {
    TagWriter w = new TagWriter();
    store.forEachJob(j -> {
      int mark = w.begin(1);
      RecordCodec.writeJob(w, store.job(j.jobId));
      w.end(mark);
    });
    for (int i = 0; i < store.nodeCount(); i++) {
      int mark = w.begin(2);
      RecordCodec.writeNode(w, store.node(i));
      w.end(mark);
    }
    byte[] globals = RecordCodec.encodeGlobals(store.globals());
    for (byte b : globals) {
      w.raw(b);
    }
    return w.toBytes();
  }
}
