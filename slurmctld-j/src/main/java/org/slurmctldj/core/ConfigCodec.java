package org.slurmctldj.core;

import java.util.ArrayList;
import java.util.List;
import org.slurmctldj.core.ClusterConfig.Limits;

/** The encoding of {@link ClusterConfig}; rules as in {@link RecordCodec}. */
final class ConfigCodec {
  private ConfigCodec() {}

  /** {@code whole}: with partitions and reservations, as commands carry it; else without, as a store's record of it. */
  static void write(TagWriter w, ClusterConfig c, boolean whole) {
    w.number(1, c.epoch());
    w.text(2, c.clusterName());
    for (NodeDefinition n : c.nodes()) {
      int mark = w.begin(3);
      writeNode(w, n);
      w.end(mark);
    }
    for (PartitionDefinition p : whole ? c.partitions() : List.<PartitionDefinition>of()) {
      int mark = w.begin(4);
      DefinitionCodec.write(w, p);
      w.end(mark);
    }
    int mark = w.begin(5);
    writeLimits(w, c.limits());
    w.end(mark);
    if (c.power().enabled() || !c.power().kept().isEmpty() || c.power().keptStates() != 0 || c.power().told() != null) {
      mark = w.begin(6);
      writePower(w, c.power());
      w.end(mark);
    }
    for (ReservationDefinition r : whole ? c.reservations() : List.<ReservationDefinition>of()) {
      mark = w.begin(40);
      DefinitionCodec.write(w, r);
      w.end(mark);
    }
    for (PoolDefinition p : c.pools().pools()) {
      mark = w.begin(140);
      writePool(w, p);
      w.end(mark);
    }
    if (!c.pools().queues().isEmpty()) {
      w.texts(141, c.pools().queues());
    }
  }

  private static void writePool(TagWriter w, PoolDefinition p) {
    w.text(1, p.name());
    w.numbers(2, p.nodes());
    w.number(3, p.least(), 0);
    w.number(4, p.power().suspendSeconds());
    w.number(5, p.power().suspendTimeout());
    w.number(6, p.power().resumeTimeout());
    w.flag(7, p.power().downOnIdle());
    w.number(8, p.bootFailures(), 0);
    w.number(9, p.probeSeconds(), 0);
  }

  private static PoolDefinition readPool(TagReader r) {
    String name = null;
    int[] nodes = {};
    long[] v = new long[10];
    for (int tag = r.next(); tag != 0; tag = r.next()) {
      switch (tag) {
        case 1 -> name = r.text();
        case 2 -> nodes = r.integers();
        case 3, 8 -> v[tag] = r.integer();
        case 4, 5, 6, 7, 9 -> v[tag] = r.number();
        default -> throw r.unknown("a pool", tag);
      }
    }
    return new PoolDefinition(
        name, nodes, (int) v[3], new PowerRules.NodePower(v[4], v[5], v[6], v[7] != 0), (int) v[8], v[9]);
  }

  static ClusterConfig read(TagReader r) {
    long epoch = 0;
    String name = null;
    List<NodeDefinition> nodes = new ArrayList<>();
    List<PartitionDefinition> partitions = new ArrayList<>();
    PowerRules power = PowerRules.NONE;
    List<ReservationDefinition> reservations = new ArrayList<>();
    List<PoolDefinition> pools = new ArrayList<>();
    List<String> queues = List.of();
    Limits limits = readLimits(new TagReader(new byte[0]));
    for (int tag = r.next(); tag != 0; tag = r.next()) {
      switch (tag) {
        case 1 -> epoch = r.number();
        case 2 -> name = r.text();
        case 3 -> nodes.add(readNode(r.group()));
        case 4 -> partitions.add(DefinitionCodec.readPartition(r.group()));
        case 5 -> limits = readLimits(r.group());
        case 6 -> power = readPower(r.group());
        case 40 -> reservations.add(DefinitionCodec.readReservation(r.group()));
        case 140 -> pools.add(readPool(r.group()));
        case 141 -> queues = r.texts();
        default -> throw r.unknown("the configuration", tag);
      }
    }
    for (PoolDefinition p : pools) {
      checkNodes(p, nodes.size());
    }
    return new ClusterConfig(epoch, name, nodes, partitions, limits, power, reservations, new PoolRules(pools, queues));
  }

  /** A pool's nodes index tables of the configuration's size. */
  private static void checkNodes(PoolDefinition p, int nodes) {
    for (int n : p.nodes()) {
      if (n < 0 || n >= nodes) {
        throw new TagReader.FormatException("pool " + p.name() + " has node " + n + " of a cluster of " + nodes);
      }
    }
  }

  private static void writeNode(TagWriter w, NodeDefinition n) {
    w.text(1, n.name());
    w.text(2, n.hostName());
    w.text(3, n.address());
    w.number(4, n.port(), 0);
    w.number(5, n.cpus(), 0);
    w.number(6, n.boards(), 0);
    w.number(7, n.sockets(), 0);
    w.number(8, n.coresPerSocket(), 0);
    w.number(9, n.threadsPerCore(), 0);
    w.number(10, n.realMemory(), 0);
    w.number(11, n.tmpDisk(), 0);
    w.number(12, n.weight(), 0);
    w.texts(13, n.features());
    w.text(14, n.gres());
    w.number(15, n.coreSpecCount(), 0);
    w.number(16, n.memSpecLimit(), 0);
    w.number(17, n.state(), 0);
    w.text(18, n.reason());
    if (!n.activeFeatures().equals(n.features())) {
      w.texts(19, n.activeFeatures());
    }
    if (!n.specialisedCores().isEmpty()) {
      w.numbers(234, n.specialisedCores().stream().mapToInt(Integer::intValue).toArray());
    }
  }

  private static NodeDefinition readNode(TagReader r) {
    String[] t = new String[19];
    long[] v = new long[19];
    List<String> features = List.of();
    List<String> active = null;
    List<Integer> specialised = List.of();
    for (int tag = r.next(); tag != 0; tag = r.next()) {
      switch (tag) {
        case 234 -> specialised = java.util.Arrays.stream(r.integers()).boxed().toList();
        case 1, 2, 3, 14, 18 -> t[tag] = r.text();
        case 13 -> features = r.texts();
        case 19 -> active = r.texts();
        case 4, 5, 6, 7, 8, 9, 12, 15 -> v[tag] = r.integer();
        case 10, 11, 16, 17 -> v[tag] = r.number();
        default -> throw r.unknown("a node definition", tag);
      }
    }
    return new NodeDefinition(
        t[1], t[2], t[3], (int) v[4], (int) v[5], (int) v[6], (int) v[7], (int) v[8], (int) v[9], v[10], v[11],
        (int) v[12], features, t[14], (int) v[15], v[16], v[17], t[18], active == null ? features : active, specialised);
  }

  private static void writeLimits(TagWriter w, Limits l) {
    w.number(1, l.maxJobCount());
    w.number(2, l.firstJobId());
    w.number(3, l.maxJobId());
    w.number(4, l.maxArraySize());
    w.number(5, l.minJobAgeSeconds());
    w.number(6, l.killWaitSeconds());
    w.number(7, l.selectTypeParameters());
    w.number(8, l.defMemory());
    w.number(9, l.maxMemory());
    w.flag(10, l.jobRequeue());
    w.number(11, l.enforcePartLimits());
    w.number(12, l.completeWaitSeconds());
    w.number(13, l.batchStartTimeoutSeconds());
    w.number(14, l.returnToService());
    w.number(15, l.overTimeLimitMinutes());
    w.number(16, l.slurmUserId());
    w.text(17, l.licenses());
    w.number(100, l.maxStepCount(), Limits.MAX_STEP_COUNT);
    w.number(101, l.maxTasksPerNode(), Limits.MAX_TASKS_PER_NODE);
    w.number(205, l.epilogSeconds(), 0);
    w.number(225, l.registeredMemoryPercent(), -1);
    w.number(226, l.requeueDelaySeconds(), 0);
    w.flag(227, l.requeueOnResumeFailure());
    w.flag(228, l.expeditedRequeue());
    w.flag(229, l.cloudRegAddrs());
    w.flag(233, l.jobCompletions());
  }

  private static Limits readLimits(TagReader r) {
    long[] v = new long[18];
    long steps = Limits.MAX_STEP_COUNT;
    int tasks = Limits.MAX_TASKS_PER_NODE;
    long epilog = 0;
    int memoryPercent = -1;
    long requeueDelay = 0;
    boolean requeueOnResumeFailure = false;
    boolean expeditedRequeue = false;
    boolean cloudRegAddrs = false;
    boolean jobCompletions = false;
    String licenses = null;
    for (int tag = r.next(); tag != 0; tag = r.next()) {
      switch (tag) {
        case 1, 4, 7, 11, 14, 15 -> v[tag] = r.integer();
        case 2, 3, 5, 6, 8, 9, 10, 12, 13, 16 -> v[tag] = r.number();
        case 17 -> licenses = r.text();
        case 100 -> steps = r.number();
        case 101 -> tasks = r.integer();
        case 205 -> epilog = r.number();
        case 225 -> memoryPercent = r.integer();
        case 226 -> requeueDelay = r.number();
        case 227 -> requeueOnResumeFailure = r.flag();
        case 228 -> expeditedRequeue = r.flag();
        case 229 -> cloudRegAddrs = r.flag();
        case 233 -> jobCompletions = r.flag();
        default -> throw r.unknown("the limits", tag);
      }
    }
    return new Limits(
        (int) v[1], v[2], v[3], (int) v[4], v[5], v[6], (int) v[7], v[8], v[9], v[10] != 0, (int) v[11], v[12], v[13],
        (int) v[14], (int) v[15], v[16], licenses, steps, tasks, epilog, memoryPercent, requeueDelay,
        requeueOnResumeFailure, expeditedRequeue, cloudRegAddrs, jobCompletions);
  }

  /** Four numbers for each node; an exclusion is its count before its nodes. */
  private static void writePower(TagWriter w, PowerRules p) {
    w.numbers(1, p.nodes().stream().flatMapToLong(n -> java.util.stream.LongStream.of(
        n.suspendSeconds(), n.suspendTimeout(), n.resumeTimeout(), n.downOnIdle() ? 1 : 0)).toArray());
    for (PowerRules.Kept k : p.kept()) {
      w.numbers(2, java.util.stream.IntStream.concat(java.util.stream.IntStream.of(k.count()), java.util.Arrays.stream(k.nodes())).toArray());
    }
    w.number(3, p.keptStates(), 0);
    w.flag(140, !p.enabled());
    w.flag(141, p.idleOnSuspend());
    if (p.told() != null) {
      w.flag(220, true);
      w.text(221, p.told().nodes());
      w.text(222, p.told().parts());
      w.text(223, p.told().states());
    }
  }

  private static PowerRules readPower(TagReader r) {
    List<PowerRules.NodePower> nodes = new ArrayList<>();
    List<PowerRules.Kept> kept = new ArrayList<>();
    long states = 0;
    boolean programs = true;
    boolean idle = false;
    boolean told = false;
    String[] exclusions = new String[3];
    for (int tag = r.next(); tag != 0; tag = r.next()) {
      switch (tag) {
        case 220 -> told = r.flag();
        case 221, 222, 223 -> exclusions[tag - 221] = r.text();
        case 140 -> programs = !r.flag();
        case 141 -> idle = r.flag();
        case 1 -> {
          long[] v = r.numbers();
          for (int i = 0; i + 3 < v.length; i += 4) {
            nodes.add(new PowerRules.NodePower(v[i], v[i + 1], v[i + 2], v[i + 3] != 0));
          }
        }
        case 2 -> {
          int[] v = r.integers();
          kept.add(new PowerRules.Kept(java.util.Arrays.copyOfRange(v, 1, v.length), v[0]));
        }
        case 3 -> states = r.number();
        default -> throw r.unknown("the power rules", tag);
      }
    }
    return new PowerRules(
        programs, nodes, kept, states, idle, told ? new SuspendExclusions(exclusions[0], exclusions[1], exclusions[2]) : null);
  }
}
