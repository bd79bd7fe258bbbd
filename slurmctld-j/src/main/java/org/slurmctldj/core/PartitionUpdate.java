package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * {@link Command.UpdatePartition} and {@link Command.DeletePartition}: scontrol create, update and delete
 * partition, for privileged users. As in Slurm such changes last until slurm.conf is read again. A changed or
 * new partition leaves every index as it is; a deleted one makes a new epoch.
 */
final class PartitionUpdate {
  /** Bits of the update's flags that clear the flag eight below. */
  private static final int CLEARS = 8;

  private PartitionUpdate() {}

  static Result apply(Change c, Command.UpdatePartition u) {
    if (!u.actor().privileged()) {
      return Result.error(ESLURM_USER_ID_MISSING);
    }
    ClusterConfig config = c.config();
    PartitionChanges ch = u.changes();
    int at = ch.name() == null || ch.name().isEmpty() ? -1 : config.partitionIndex(ch.name());
    boolean unnamed = ch.name() == null || ch.name().isEmpty();
    if (unnamed || u.create() == (at >= 0)) {
      return Result.error(ESLURM_INVALID_PARTITION_NAME);
    }
    PartitionDefinition before = u.create() ? fresh(config, ch.name()) : config.partitions().get(at);
    int[] nodes = before.nodes();
    if (ch.nodes() != null) {
      nodes = nodes(config, before, ch.nodes());
      if (nodes == null) {
        return Result.error(ESLURM_INVALID_NODE_NAME);
      }
    }
    if (ch.state() != NO_VAL && (ch.state() < 0 || ch.state() > PartitionDefinition.STATE_UP)) {
      return Result.error(EINVAL);
    }
    PartitionDefinition after = changed(config, before, ch, nodes, c.featureLevel);
    if (after.isDefault() && !before.isDefault()) {
      for (int i = 0; i < config.partitions().size(); i++) {
        PartitionDefinition p = config.partitions().get(i);
        if (p.isDefault()) {
          c.putPartition(i, withFlags(p, p.flags() & ~PartitionDefinition.FLAG_DEFAULT));
        }
      }
    }
    c.putPartition(u.create() ? config.partitions().size() : at, after);
    Reservations.follow(c, after.name());
    c.info("partition " + ch.name() + (u.create() ? " created" : " updated") + " by uid " + u.actor().uid());
    c.replan("partition " + ch.name() + " changed");
    return Result.OK;
  }

  static Result delete(Change c, Command.DeletePartition d) {
    if (!d.actor().privileged()) {
      return Result.error(ESLURM_USER_ID_MISSING);
    }
    ClusterConfig config = c.config();
    int at = d.partition() == null ? -1 : config.partitionIndex(d.partition());
    if (at < 0) {
      return Result.error(ESLURM_INVALID_PARTITION_NAME);
    }
    if (!c.jobsWhere(j -> j.phase != JobPhase.DONE && (j.partition == at || j.partitions.length == 1 && j.partitions[0] == at)).isEmpty()) {
      return Result.error(ESLURM_PARTITION_IN_USE);
    }
    List<PartitionDefinition> left = new ArrayList<>(config.partitions());
    left.remove(at);
    for (long id : c.jobsWhere(j -> j.partition == at)) {
      // Only finished jobs are left of it: what they ran in is shown by the name they asked for.
      JobRecord j = c.job(id);
      j.partition = Integer.MAX_VALUE;
      c.touch(j);
    }
    ClusterConfig next = config.withPartitions(left).withEpoch(config.epoch() + 1);
    Result r = Reconfiguration.apply(c, new Command.Reconfigure(d.nowMillis(), next));
    c.info("partition " + d.partition() + " deleted by uid " + d.actor().uid());
    return r;
  }

  /** What a PartitionName line without options gives. */
  private static PartitionDefinition fresh(ClusterConfig config, String name) {
    boolean likeOthers = !config.partitions().isEmpty();
    return new PartitionDefinition(
        name, new int[0], null, 0, PartitionDefinition.STATE_UP, INFINITE, NO_VAL, 1, INFINITE, INFINITE, 1, 1, 1, NO_VAL16,
        likeOthers ? config.partitions().get(0).preemptMode() : 0, 0, 0, 0, null, null, null, null, null, null, null, null, null);
  }

  /** Null if one of them is unknown. "+n3" and "-n1" add and take away. */
  private static int[] nodes(ClusterConfig config, PartitionDefinition before, String text) {
    if (text.isEmpty()) {
      return new int[0];
    }
    if (text.equalsIgnoreCase("ALL")) {
      return IntStream.range(0, config.nodes().size()).toArray();
    }
    char sign = text.charAt(0);
    int[] named = NodeNames.indexes(sign == '+' || sign == '-' ? text.substring(1) : text, config);
    if (named == null || sign != '+' && sign != '-') {
      return named;
    }
    return sign == '+'
        ? IntStream.concat(Arrays.stream(before.nodes()), Arrays.stream(named)).sorted().distinct().toArray()
        : Arrays.stream(before.nodes()).filter(n -> Arrays.binarySearch(named, n) < 0).toArray();
  }

  private static PartitionDefinition changed(
      ClusterConfig config, PartitionDefinition p, PartitionChanges ch, int[] nodes, int featureLevel) {
    boolean groups = ch.allowGroups() != null;
    return new PartitionDefinition(
        p.name(),
        nodes,
        ch.nodes() == null ? p.nodesText() : nodesText(config, ch.nodes(), nodes),
        flags(p.flags(), ch.flags()),
        (int) or(ch.state(), p.state()),
        or(ch.maxTime(), p.maxTime()),
        or(ch.defaultTime(), p.defaultTime()),
        or(ch.minNodes(), p.minNodes()),
        or(ch.maxNodes(), p.maxNodes()),
        or(ch.maxCpusPerNode(), p.maxCpusPerNode()),
        (int) or(ch.maxShare(), p.maxShare()),
        (int) or(ch.priorityTier(), p.priorityTier()),
        (int) or(ch.priorityJobFactor(), p.priorityJobFactor()),
        (int) or(ch.overTimeLimit(), p.overTimeLimit()),
        (int) or(ch.preemptMode(), p.preemptMode()),
        (int) Math.min(or(ch.graceTime(), p.graceTime()), Integer.MAX_VALUE),
        ch.defMemory() == NO_VAL64 ? p.defMemory() : ch.defMemory(),
        ch.maxMemory() == NO_VAL64 ? p.maxMemory() : ch.maxMemory(),
        featureLevel >= 7 && "NONE".equalsIgnoreCase(ch.alternate()) ? null : text(ch.alternate(), p.alternate()),
        list(ch.allowGroups(), p.allowGroups()),
        groups ? ch.allowUids() : p.allowUids(),
        list(ch.allowAccounts(), p.allowAccounts()),
        list(ch.denyAccounts(), p.denyAccounts()),
        list(ch.allowQos(), p.allowQos()),
        list(ch.denyQos(), p.denyQos()),
        list(ch.allowAllocNodes(), p.allowAllocNodes()),
        text(ch.qos(), p.qos()));
  }

  private static String nodesText(ClusterConfig config, String asked, int[] nodes) {
    char first = asked.isEmpty() ? ' ' : asked.charAt(0);
    return first == '+' || first == '-'
        ? String.join(",", Arrays.stream(nodes).mapToObj(n -> config.nodes().get(n).name()).toList())
        : asked;
  }

  private static long flags(long now, long asked) {
    long flags = now;
    for (int bit = 0; bit < CLEARS; bit++) {
      if ((asked >>> bit & 1) != 0) {
        flags |= 1L << bit;
      } else if ((asked >>> bit + CLEARS & 1) != 0) {
        flags &= ~(1L << bit);
      }
    }
    return flags;
  }

  private static long or(long asked, long now) {
    return asked == NO_VAL ? now : asked;
  }

  private static String text(String asked, String now) {
    return asked == null ? now : asked.isEmpty() ? null : asked;
  }

  private static List<String> list(String asked, List<String> now) {
    if (asked == null) {
      return now;
    }
    return asked.isEmpty() || asked.equalsIgnoreCase("ALL") ? null : List.of(asked.split(","));
  }

  private static PartitionDefinition withFlags(PartitionDefinition p, long flags) {
    return new PartitionDefinition(
        p.name(), p.nodes(), p.nodesText(), flags, p.state(), p.maxTime(), p.defaultTime(), p.minNodes(), p.maxNodes(),
        p.maxCpusPerNode(), p.maxShare(), p.priorityTier(), p.priorityJobFactor(), p.overTimeLimit(), p.preemptMode(),
        p.graceTime(), p.defMemory(), p.maxMemory(), p.alternate(), p.allowGroups(), p.allowUids(), p.allowAccounts(),
        p.denyAccounts(), p.allowQos(), p.denyQos(), p.allowAllocNodes(), p.qos());
  }
}
