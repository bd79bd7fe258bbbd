package org.slurmctldj.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.core.PartitionDefinition;
import org.slurmctldj.core.PoolDefinition;
import org.slurmctldj.core.PoolRules;
import org.slurmctldj.core.PowerRules;
import org.slurmctldj.core.SlurmNumbers;

/** Configurations for simulations: nodes n1 to nN, partitions debug (all, default) and short (half of them, 10 minutes). */
final class Clusters {
  private Clusters() {}

  static String name(int i) {
    return "n" + i;
  }

  /** @param turn by how much the nodes' order is turned: another order is another epoch with other indexes */
  static ClusterConfig of(int nodes, World world, int turn) {
    List<NodeDefinition> definitions =
        new ArrayList<>(IntStream.rangeClosed(1, nodes).mapToObj(i -> Cluster.node(name(i))).toList());
    Collections.rotate(definitions, turn);
    int[] all = IntStream.range(0, nodes).toArray();
    int[] half = Arrays.copyOf(all, Math.max(1, nodes / 2));
    List<PartitionDefinition> partitions =
        List.of(
            Cluster.partition("debug", all, 1, SlurmNumbers.INFINITE, SlurmNumbers.NO_VAL),
            Cluster.partition("short", half, 0, 10, 5));
    ClusterConfig.Limits limits =
        new ClusterConfig.Limits(
            100_000, 1, 0x03ff0000 - 1, 1001, 60 + 60L * world.below(5), 30, SlurmNumbers.CR_CORE | SlurmNumbers.CR_MEMORY, 0,
            0, true, 0, world.chance(0.1) ? 30 : 0, 10, (int) world.below(3), 0, 0, "foo:" + Math.max(4, nodes) + ",bar");
    return new ClusterConfig(1, "sim", definitions, partitions, limits);
  }

  static String bought(int i) {
    return SimulatedCloud.POOL + "-" + i;
  }

  /** As {@link #of(int, World, int)}, with so many nodes more that are bought; {@code least} of them are kept up. */
  static ClusterConfig of(int nodes, int bought, int least, World world, int turn) {
    ClusterConfig plain = of(nodes, world, turn);
    if (bought == 0) {
      return plain;
    }
    List<NodeDefinition> all = new ArrayList<>(plain.nodes());
    for (int i = 1; i <= bought; i++) {
      NodeDefinition d = Cluster.node(bought(i));
      all.add(
          new NodeDefinition(
              d.name(), d.name(), d.name(), d.port(), d.cpus(), d.boards(), d.sockets(), d.coresPerSocket(), d.threadsPerCore(),
              d.realMemory(), d.tmpDisk(), d.weight(), List.of(SimulatedCloud.POOL), null, 0, 0,
              SlurmNumbers.NODE_STATE_IDLE | SlurmNumbers.NODE_STATE_CLOUD, null));
    }
    Collections.rotate(all, turn);
    int[] every = IntStream.range(0, all.size()).toArray();
    int[] pool = IntStream.rangeClosed(1, bought)
        .map(i -> all.indexOf(all.stream().filter(d -> d.name().equals(bought(i))).findFirst().orElseThrow())).toArray();
    List<PartitionDefinition> partitions =
        List.of(
            Cluster.partition("debug", every, 1, SlurmNumbers.INFINITE, SlurmNumbers.NO_VAL),
            Cluster.partition("short", Arrays.copyOf(every, Math.max(1, every.length / 2)), 0, 10, 5));
    PowerRules.NodePower power = new PowerRules.NodePower(120, 30, 300, false);
    return new ClusterConfig(1, "sim", all, partitions, plain.limits())
        .withPools(new PoolRules(List.of(new PoolDefinition(SimulatedCloud.POOL, pool, least, power, 6, 300)), List.of()));
  }

  static ClusterConfig withEpoch(ClusterConfig c, long epoch) {
    return new ClusterConfig(epoch, c.clusterName(), c.nodes(), c.partitions(), c.limits()).withPools(c.pools());
  }
}
