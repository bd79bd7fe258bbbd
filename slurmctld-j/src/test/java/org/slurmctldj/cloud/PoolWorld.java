package org.slurmctldj.cloud;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.PartitionDefinition;
import org.slurmctldj.core.PoolDefinition;
import org.slurmctldj.core.PoolRules;
import org.slurmctldj.core.PowerRules;
import org.slurmctldj.core.Proposal;
import org.slurmctldj.core.Result;
import org.slurmctldj.core.SlurmNumbers;
import org.slurmctldj.core.StateMachine;
import org.slurmctldj.sched.Planner;

/** Core, planner, provisioning and a model of a cloud on one clock; machines register and that is all they do. */
final class PoolWorld implements ModelCloud.Time, ModelCloud.Machines {
  private record Event(long at, long number, Runnable run) {}

  final Cluster cluster = new Cluster();
  final ModelCloud cloud;
  Provisioner provisioner;
  boolean planning = true;
  /** Of these commands the journal takes none. */
  Class<? extends Command> refused;
  /** The wall clock that provisioning reads is so much behind. */
  long provisioningBehind;
  Map<String, GroupSettings> groups = new HashMap<>();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
  private final Planner planner = new Planner(1000);
  private long number;
  private long epoch;
  private long looked;

  PoolWorld(ModelCloud.Lies lies) {
    cloud = new ModelCloud(this, lies, this);
    cluster.apply(new Command.RaiseFeatureLevel(cluster.now, StateMachine.FEATURE_LEVEL));
    restart();
  }

  /** Another process: what provisioning knew beside the state is forgotten. */
  void restart() {
    provisioner = new Provisioner(
        cluster.store, c -> CompletableFuture.completedFuture(journaled(c.apply(cluster.now))), cloud, () -> groups,
        () -> 7, 60_000, () -> { });
  }

  private Result journaled(Command c) {
    return refused != null && refused.isInstance(c) ? Result.error(11, "the journal is full") : cluster.apply(c);
  }

  /** One group of {@code max} nodes, {@code least} kept up, in partition "q"; idle 60 s, ResumeTimeout 300 s. */
  static ClusterConfig config(long epoch, int max, int least) {
    return config(epoch, List.of(pool("g", 0, max, least)), List.of("q"));
  }

  static PoolDefinition pool(String name, int first, int max, int least) {
    int[] nodes = java.util.stream.IntStream.range(first, first + max).toArray();
    return new PoolDefinition(name, nodes, least, new PowerRules.NodePower(60, 30, 300, false), 3, 600);
  }

  static ClusterConfig config(long epoch, List<PoolDefinition> pools, List<String> queues) {
    List<NodeDefinition> nodes = new java.util.ArrayList<>();
    for (PoolDefinition p : pools) {
      for (int i = 1; i <= p.nodes().length; i++) {
        String name = p.name() + "-" + i;
        nodes.add(new NodeDefinition(
            name, name, name, 6818, 4, 1, 4, 1, 1, 8192, 0, 1, List.of(p.name()), null, 0, 0,
            SlurmNumbers.NODE_STATE_IDLE | SlurmNumbers.NODE_STATE_CLOUD | SlurmNumbers.NODE_STATE_POWERED_DOWN, null));
      }
    }
    int[] all = java.util.stream.IntStream.range(0, nodes.size()).toArray();
    List<PartitionDefinition> partitions =
        queues.stream().map(q -> Cluster.partition(q, all, 1, SlurmNumbers.INFINITE, SlurmNumbers.NO_VAL)).toList();
    return new ClusterConfig(epoch, "test", nodes, partitions, Cluster.limits()).withPools(new PoolRules(pools, queues));
  }

  void configure(int max, int least) {
    configure(config(++epoch, max, least));
  }

  void configure(ClusterConfig c) {
    epoch = c.epoch();
    cluster.apply(new Command.Reconfigure(cluster.now, c));
    LaunchOrder.LaunchSettings settings = new LaunchOrder.LaunchSettings("lt-1", "1", null, null, Map.of(), null);
    Map<String, GroupSettings> now = new HashMap<>();
    for (PoolDefinition p : c.pools().pools()) {
      now.put(p.name(), new GroupSettings(p.name(), List.of(option("c7i.large", "a"), option("c7i.large", "b")), settings));
    }
    groups = now;
  }

  static CapacityOption option(String type, String zone) {
    return new CapacityOption(type, "subnet-" + zone, "eu-1" + zone, CapacityOption.Market.ON_DEMAND, null);
  }

  @Override
  public long now() {
    return cluster.now;
  }

  @Override
  public void after(long millis, Runnable run) {
    events.add(new Event(cluster.now + millis, number++, run));
  }

  @Override
  public void boots(Instance i) {
    cluster.apply(new Command.InstanceSeen(cluster.now, i.node(), i.id(), Command.InstancePhase.HELLO, null, null));
    cluster.apply(new Command.RegisterNode(
        cluster.now, i.node(),
        new NodeRecord.Registration("1", "x", "L", 4, 1, 4, 1, 1, 7985, 0, cluster.now / 1000, cluster.now / 1000, i.id(), 0),
        List.of(), 0, i.id()));
  }

  @Override
  public void dies(Instance i) {}

  /** That much time passes; everything looks at the state each 100 ms. */
  void seconds(double seconds) {
    pass((long) (seconds * 1000), () -> false);
  }

  /** Until that is so, at most that long. */
  void until(double seconds, Supplier<Boolean> so) {
    pass((long) (seconds * 1000), so);
    if (!so.get()) {
      cluster.effects.stream().filter(e -> e instanceof org.slurmctldj.core.Effect.Log).forEach(System.out::println);
      throw new AssertionError("not within " + seconds + " s");
    }
  }

  private void pass(long millis, Supplier<Boolean> so) {
    long end = cluster.now + millis;
    while (cluster.now < end && !so.get()) {
      cluster.now += 100;
      while (!events.isEmpty() && events.peek().at() <= cluster.now) {
        events.poll().run().run();
      }
      if (cluster.now / 1000 != looked) {
        looked = cluster.now / 1000;
        cluster.apply(new Command.Tick(cluster.now));
      }
      if (planning) {
        for (Proposal p : planner.plan(cluster.store, cluster.now).proposals()) {
          cluster.apply(new Command.StartJob(cluster.now, p));
        }
      }
      provisioner.doWork(cluster.now - provisioningBehind);
    }
  }

  NodeRecord node(int index) {
    return cluster.node(index);
  }
}
