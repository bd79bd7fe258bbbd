package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@link Command.Reconfigure}: a new epoch. Nodes and jobs are carried over by name; what has no
 * place any more ends by the rules of a failed node, or waits held for its partition.
 */
final class Reconfiguration {
  private Reconfiguration() {}

  static Result apply(Change c, Command.Reconfigure r) {
    ClusterConfig old = c.config();
    ClusterConfig now = withLearnedMemory(c, withAddresses(c, r.config()));
    if (now.epoch() <= old.epoch()) {
      return Result.error(EINVAL, "epoch " + now.epoch() + " is not after " + old.epoch());
    }
    // Jobs on vanished or shrunken nodes end in the old epoch, where their indexes count.
    endDeletedQueues(c, old, now);
    Map<String, Integer> nodeAt = indexOf(now.nodes().stream().map(NodeDefinition::name).toList());
    for (int i = 0; i < old.nodes().size(); i++) {
      NodeDefinition before = old.nodes().get(i);
      Integer at = nodeAt.get(before.name());
      if (at == null || !sameResources(before, now.nodes().get(at)) || gresChanged(c, i, before, now.nodes().get(at))) {
        NodeRecord n = c.node(i);
        NodePhase was = n.phase;
        if (at == null && groupDeleted(old, now, i)) {
          cancelJobs(c, i, "its compute node group was deleted");
        }
        if (n.jobs > 0 || at == null) {
          NodeLife.down(c, n, at == null ? "removed from slurm.conf" : "changed in slurm.conf", now.limits().slurmUserId());
        }
        if (at != null) {
          // Only its jobs had to go: the node itself comes back with what it is now.
          n.phase = was.saving() ? was : n.linked ? NodePhase.UP : n.registration == null ? NodePhase.UNKNOWN : NodePhase.LOST;
          if (!n.drain) {
            NodeLife.clearReason(n);
          }
        }
      }
    }
    int[] nodeMap = map(old.nodes().stream().map(NodeDefinition::name).toList(), nodeAt);
    Map<String, Integer> partitionAt = indexOf(now.partitions().stream().map(PartitionDefinition::name).toList());
    int[] partitionMap = map(old.partitions().stream().map(PartitionDefinition::name).toList(), partitionAt);
    now = now.withReservations(reservations(old, now, nodeMap));
    List<NodeRecord> records = nodes(c, old, now);
    boolean firstEpoch = old.epoch() == 0;
    ClusterConfig next = now;
    c.rewriteJobs(j -> job(j, next.epoch(), nodeMap, partitionMap, c.nowSeconds()));
    c.replaceConfig(next, records);
    settlePools(c);
    c.replan("new configuration");
    c.info((firstEpoch ? "configuration" : "new configuration") + ": epoch " + now.epoch() + ", " + now.nodes().size()
        + " nodes, " + now.partitions().size() + " partitions");
    return Result.OK;
  }

  /** Carried over with the nodes that are left of each; one of a partition's nodes has those of now, and ends with the partition. */
  private static List<ReservationDefinition> reservations(ClusterConfig old, ClusterConfig now, int[] nodeMap) {
    return old.reservations().stream()
        .filter(r -> !r.ofPartition() || now.partitionIndex(r.partition()) >= 0)
        .map(r -> r.onNodes(Arrays.stream(r.nodes()).map(n -> nodeMap[n]).filter(n -> n >= 0).sorted().toArray()))
        .map(r -> r.ofPartition() ? r.onNodes(Reservations.partitionNodes(now, r.partition())) : r)
        .toList();
  }

  /** A cloud node keeps the address that it was given when it came up; slurm.conf cannot know it. */
  private static ClusterConfig withAddresses(Change c, ClusterConfig config) {
    List<NodeDefinition> nodes = null;
    Map<String, Integer> oldAt = null;
    for (int i = 0; i < config.nodes().size(); i++) {
      NodeDefinition d = config.nodes().get(i);
      if ((d.state() & NODE_STATE_CLOUD) == 0) {
        continue;
      }
      oldAt = oldAt != null ? oldAt : indexOf(c.config().nodes().stream().map(NodeDefinition::name).toList());
      Integer before = oldAt.get(d.name());
      NodeRecord n = before == null ? null : c.node(before);
      if (n != null && (n.address != null || n.hostName != null)) {
        nodes = nodes != null ? nodes : new ArrayList<>(config.nodes());
        nodes.set(i, d.with(
            n.hostName == null ? d.hostName() : n.hostName, n.address == null ? d.address() : n.address, d.weight(),
            d.features(), d.activeFeatures(), d.gres()));
      }
    }
    return nodes == null ? config : config.withNodes(nodes);
  }

  /** What a pool's machines were found to have, where its nodes of now promise more. */
  private static ClusterConfig withLearnedMemory(Change c, ClusterConfig config) {
    ClusterConfig old = c.config();
    List<NodeDefinition> nodes = null;
    for (PoolDefinition pool : config.pools().pools()) {
      PoolDefinition before = old.pools().named(pool.name());
      long learned = before == null ? Long.MAX_VALUE : PoolLife.learnedMemory(c, before);
      for (int index : pool.nodes()) {
        NodeDefinition d = config.nodes().get(index);
        if (PoolLife.mayHave(d, learned)) {
          nodes = nodes != null ? nodes : new ArrayList<>(config.nodes());
          nodes.set(index, d.withMemory(learned));
        }
      }
    }
    return nodes == null ? config : config.withNodes(nodes);
  }

  private static Map<String, Integer> indexOf(List<String> names) {
    Map<String, Integer> out = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      out.put(names.get(i), i);
    }
    return out;
  }

  private static int[] map(List<String> names, Map<String, Integer> to) {
    return names.stream().mapToInt(n -> to.getOrDefault(n, -1)).toArray();
  }

  private static boolean sameResources(NodeDefinition a, NodeDefinition b) {
    return a.cpus() == b.cpus() && a.sockets() == b.sockets() && a.coresPerSocket() == b.coresPerSocket()
        && a.threadsPerCore() == b.threadsPerCore() && a.realMemory() == b.realMemory()
        && a.coreSpecCount() == b.coreSpecCount() && a.memSpecLimit() == b.memSpecLimit() && a.specialisedCores().equals(b.specialisedCores());
  }

  /** Shares of gres count by the definition's entries: jobs that have some cannot stay where these change. */
  private static boolean gresChanged(Change c, int node, NodeDefinition before, NodeDefinition now) {
    return !java.util.Objects.equals(before.gres(), now.gres()) && !c.node(node).gres.isEmpty();
  }

  private static List<NodeRecord> nodes(Change c, ClusterConfig old, ClusterConfig now) {
    Map<String, Integer> oldAt = indexOf(old.nodes().stream().map(NodeDefinition::name).toList());
    List<NodeRecord> out = new ArrayList<>();
    for (int i = 0; i < now.nodes().size(); i++) {
      NodeDefinition d = now.nodes().get(i);
      Integer before = oldAt.get(d.name());
      NodeRecord n = before == null ? fresh(c, d, now.saves(i)) : c.node(before).copy();
      n.index = i;
      if (now.pools().of(i) != null && n.phase == NodePhase.UNKNOWN) {
        n.phase = NodePhase.POWERED_DOWN;
      }
      out.add(n);
    }
    return out;
  }

  /** PCS: what runs in a deleted queue is stopped, what waits in it cancelled. */
  private static void endDeletedQueues(Change c, ClusterConfig old, ClusterConfig now) {
    boolean[] deleted = new boolean[old.partitions().size()];
    boolean any = false;
    for (int p = 0; p < deleted.length; p++) {
      String name = old.partitions().get(p).name();
      deleted[p] = old.pools().queues().contains(name) && now.partitionIndex(name) < 0;
      any |= deleted[p];
    }
    if (!any) {
      return;
    }
    for (long id : c.jobsWhere(j -> waitsIn(deleted, j) || runsIn(deleted, j))) {
      JobRecord j = c.job(id);
      if (waitsIn(deleted, j)) {
        c.info("job " + JobArrays.name(j) + " cancelled: its queue was deleted");
        JobEnd.pendingEnds(c, j, Outcome.CANCELLED, WAIT_NO_REASON, now.limits().slurmUserId());
      } else if (runsIn(deleted, j)) {
        cancel(c, j, "its queue was deleted");
      }
    }
  }

  private static boolean waitsIn(boolean[] deleted, JobRecord j) {
    return j.phase == JobPhase.PENDING && j.partitions.length > 0 && Arrays.stream(j.partitions).allMatch(p -> deleted[p]);
  }

  private static boolean runsIn(boolean[] deleted, JobRecord j) {
    return (j.phase == JobPhase.STARTING || j.phase == JobPhase.RUNNING) && deleted[j.partition];
  }

  private static void cancel(Change c, JobRecord j, String why) {
    c.info("job " + JobArrays.name(j) + " cancelled: " + why);
    j.endedBy = c.config().limits().slurmUserId();
    JobEnd.begin(c, j, Outcome.CANCELLED, WAIT_NO_REASON, c.config().limits().killWaitSeconds());
  }

  private static boolean groupDeleted(ClusterConfig old, ClusterConfig now, int node) {
    PoolDefinition pool = old.pools().of(node);
    return pool != null && now.pools().named(pool.name()) == null;
  }

  private static void cancelJobs(Change c, int node, String why) {
    for (long id : c.indexes().onNode(node)) {
      JobRecord j = c.job(id);
      if (j.phase == JobPhase.STARTING || j.phase == JobPhase.RUNNING) {
        cancel(c, j, why);
      }
    }
  }

  /** An admin has looked at the pools: what was blocked is tried again, and least numbers hold from now on. */
  private static void settlePools(Change c) {
    for (PoolDefinition pool : c.config().pools().pools()) {
      for (int index : pool.nodes()) {
        NodeRecord n = c.node(index);
        n.blockedUntil = 0;
        n.bootFailures = 0;
        if (n.phase == NodePhase.POWERED_DOWN) {
          PoolLife.keepUp(c, n, pool);
        } else {
          PoolLife.switchOff(c, n);
        }
      }
    }
  }

  /** State= of the NodeName line counts only where nothing is known of the node yet. */
  private static NodeRecord fresh(Change c, NodeDefinition d, boolean saving) {
    NodeRecord n = new NodeRecord();
    n.name = d.name();
    long base = d.state() & 0xf;
    n.phase = base == NODE_STATE_DOWN ? NodePhase.DOWN : base == NODE_STATE_FUTURE ? NodePhase.FUTURE : NodePhase.UNKNOWN;
    if (saving && (d.state() & NODE_STATE_CLOUD) != 0) {
      n.phase = NodePhase.POWERED_DOWN;
    }
    n.drain = (d.state() & NODE_STATE_DRAIN) != 0;
    if (d.reason() != null) {
      NodeLife.setReason(c, n, d.reason(), c.config().limits().slurmUserId());
    }
    return n;
  }

  /** The job in the new epoch; a line for the log, or null. Depends on nothing but the record: {@link Change#rewriteJobs}. */
  private static String job(JobRecord j, long epoch, int[] nodeMap, int[] partitionMap, long nowSeconds) {
    String line = null;
    int[] partitions = Arrays.stream(j.partitions).map(p -> partitionMap[p]).filter(p -> p >= 0).toArray();
    int partition = j.partition < partitionMap.length ? partitionMap[j.partition] : -1;
    if (partitions.length == 0 && j.phase == JobPhase.PENDING && j.priority != 0) {
      line = "job " + JobArrays.name(j) + " held: its partition is gone";
      Priorities.hold(j, false, nowSeconds);
      j.reasonText = "partition deleted";
    }
    j.partitions = partitions;
    j.partition =
        partition >= 0 ? partition : j.partition == Integer.MAX_VALUE ? j.partition : partitions.length > 0 ? partitions[0] : 0;
    if (j.phase.holdsNodes()) {
      j.steps = StepLife.mapped(j.steps, nodeMap);
      List<Allocation.NodeShare> shares = new ArrayList<>();
      for (Allocation.NodeShare s : j.allocation.nodes()) {
        if (nodeMap[s.node()] >= 0) {
          shares.add(s.onNode(nodeMap[s.node()]));
        }
      }
      shares.sort(java.util.Comparator.comparingInt(Allocation.NodeShare::node));
      j.allocation = new Allocation(shares);
      j.nodesEnding = Arrays.stream(j.nodesEnding).map(n -> nodeMap[n]).filter(n -> n >= 0).sorted().toArray();
      j.batchNode = j.batchNode < 0 ? -1 : nodeMap[j.batchNode];
    } else if (j.allocation != null && !sameNames(j.allocation, nodeMap)) {
      // What a finished job had is shown by index: it is forgotten where the indexes moved.
      j.allocation = null;
      j.batchNode = -1;
    }
    j.epoch = epoch;
    return line;
  }

  private static boolean sameNames(Allocation a, int[] nodeMap) {
    return a.nodes().stream().allMatch(s -> nodeMap[s.node()] == s.node());
  }
}
