package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.slurmctldj.core.Allocation.NodeShare;
import org.slurmctldj.core.StepRecord.StepShare;

/**
 * Where in its job's nodes a step goes: which nodes, which tasks on each, which cores and how much memory. Pure. Choices
 * are those observed on slurmctld 22.05.8: idle nodes first, tasks spread evenly unless packed.
 */
final class StepPlacement {

  private static final int CYCLIC = 1;
  private static final int ARBITRARY = 3;
  private static final int PLANE = 4;
  private static final long SOCKET_BITS = 0xf0;
  private static final long SOCKET_BLOCK = 0x20;
  private static final long PACK_NODES = 1 << 23;

  /** Either an error, or shares with tasks. */
  record Placed(int error, List<StepShare> nodes, int cpusPerTask) {
    static Placed no(int error) {
      return new Placed(error, List.of(), 1);
    }
  }

  private final ClusterConfig config;
  private final JobRecord job;
  private final JobFields r;
  private final long flags;
  private final int tasks;
  private final long cpuCount;
  private final int cpusPerTask;
  private final int dist;
  private final boolean tracksMemory;
  /** From feature level 3 on. */
  private final int level;
  private final boolean level3;
  /** Of the step, or NONE. */
  private final GresRequest gres;
  /** --cpus-per-gpu of GPUs that the step asks for, or null. */
  private final GresText.Item cpusPer;
  /** --cpus-per-gpu of a job that has none. */
  private final boolean nothingToCountBy;

  /** What a node of the job has, and what is free of it. */
  private static final class Candidate {
    NodeShare share;
    int rank;
    int threads;
    int cpus;
    int usedCpus;
    long[] freeCores;
    int freeCpus;
    long freeMemory;
    /** Of the job's share: all of it, and what no other step has. */
    GresFree allGres = GresFree.NONE;
    GresFree freeGres = GresFree.NONE;
    boolean idle = true;
    boolean wanted;
    int count;
    int most;
  }

  /** @param level feature level. From 3 on generic resources count, a hostfile says how many nodes,
   *     memory for each CPU does not limit the tasks of an overcommitted step; from 7 on --cpus-per-gpu counts */
  StepPlacement(ClusterConfig config, JobRecord job, JobFields request, int level) {
    this.config = config;
    this.level = level;
    this.level3 = level >= 3;
    this.job = job;
    this.r = request;
    this.flags = request.number(JobField.BITFLAGS);
    this.tasks = (int) Math.min(request.number(JobField.NUM_TASKS), Integer.MAX_VALUE);
    boolean overcommit = (flags & StepRecord.OVERCOMMIT) != 0;
    GresRequest asked = level3 && StepGres.asks(request) ? GresRequest.of(request) : null;
    this.gres = asked == null ? GresRequest.NONE : asked;
    GresText.Item per = StepGres.cpusPer(request, level);
    this.nothingToCountBy = per != null && job.allocation.nodes().stream().noneMatch(s -> has(s, per));
    long counted = per == null ? 0 : gres.cpus(request, Math.max(1, value(JobField.MIN_NODES, 1)), tasks);
    this.cpusPer = counted == 0 ? null : per;
    long cpus = counted > 0 ? counted : request.isSet(JobField.MIN_CPUS) ? request.number(JobField.MIN_CPUS) : 0;
    this.cpuCount = overcommit ? 0 : cpus;
    this.cpusPerTask = cpusPer == null && cpus > 0 && tasks > 0 && cpus % tasks == 0 ? (int) (cpus / tasks) : 1;
    this.dist = (int) (request.number(JobField.TASK_DIST) & 0xf);
    this.tracksMemory = (config.limits().selectTypeParameters() & CR_MEMORY) != 0;
  }

  private boolean has(NodeShare share, GresText.Item of) {
    return StepGres.count(GresLayout.of(config.nodes().get(share.node())), share.gres(), of) > 0;
  }

  private boolean flag(long f) {
    return (flags & f) != 0;
  }

  private boolean overlaps() {
    return flag(StepRecord.OVERLAP) || flag(StepRecord.INTERACTIVE);
  }

  Placed find() {
    List<Candidate> all = candidates();
    if (flag(StepRecord.INTERACTIVE)) {
      return interactive(all);
    }
    if (nothingToCountBy) {
      return Placed.no(ESLURM_INVALID_GRES);
    }
    int[] order = arbitraryOrder();
    int bad = eligible(all, order);
    if (bad != 0) {
      return Placed.no(bad);
    }
    int min = (int) Math.max(1, Math.min(value(JobField.MIN_NODES, 1), Integer.MAX_VALUE));
    if (order != null && level3) {
      // The list says how many: srun goes on asking for as many as the job has.
      min = Math.min(min, all.size());
    }
    int max = (int) Math.min(Math.max(value(JobField.MAX_NODES, 0) == 0 ? all.size() : value(JobField.MAX_NODES, 0), min), all.size());
    if (all.size() < min) {
      return Placed.no(ESLURM_REQUESTED_NODE_CONFIG_UNAVAILABLE);
    }
    if (order == null) {
      max = Math.min(max, Math.max(min, tasks));
    }
    if (tasks > (long) max * config.limits().maxTasksPerNode()) {
      return Placed.no(ESLURM_BAD_TASK_COUNT);
    }
    int never = impossible(all, max);
    if (never != 0) {
      return Placed.no(never);
    }
    int fit = order != null ? -1 : cpusPerTask;
    int nodes = max;
    all.forEach(c -> c.most = byGres(c, gresFor(c), most(c, Math.max(1, fit)), 1, nodes));
    List<Candidate> chosen = choose(all, min, max, order != null);
    if (chosen == null && cpusPerTask > 1) {
      // Enough CPUs, but not in portions of a task: the tasks are laid out as if they took one each.
      all.forEach(c -> c.most = byGres(c, gresFor(c), most(c, 1), 1, nodes));
      long cpus = all.stream().mapToLong(c -> c.most).sum();
      chosen = cpus >= cpuCount ? choose(all, min, max, false) : null;
    }
    if (chosen == null) {
      return Placed.no(ESLURM_NODES_BUSY);
    }
    int[] hostOf = assign(chosen, order);
    if (hostOf == null) {
      return Placed.no(ESLURM_REQUESTED_NODE_CONFIG_UNAVAILABLE);
    }
    Placed placed = shares(chosen, hostOf);
    return gres.isEmpty() ? placed : withGres(chosen, placed);
  }

  private long value(JobField f, long otherwise) {
    return r.isSet(f) ? r.number(f) : otherwise;
  }

  // ---- what there is

  private List<Candidate> candidates() {
    List<Candidate> all = new ArrayList<>();
    List<NodeShare> shares = job.allocation.nodes();
    for (int i = 0; i < shares.size(); i++) {
      Candidate c = new Candidate();
      c.share = shares.get(i);
      c.rank = i;
      NodeDefinition d = config.nodes().get(c.share.node());
      int perCore = Math.max(1, d.cpus() / NodeFit.coresOf(d));
      long asked = value(JobField.THREADS_PER_CORE, 0);
      c.threads = asked > 0 && asked < perCore ? (int) asked : perCore;
      c.freeCores = c.share.cores().clone();
      c.cpus = Math.min(c.share.cpus(), NodeFit.count(c.freeCores) * c.threads);
      c.freeMemory = c.share.memory();
      if (!gres.isEmpty()) {
        c.allGres = StepGres.of(d, c.share);
        c.freeGres = c.allGres.copy();
      }
      all.add(c);
    }
    Map<Integer, Candidate> byNode = byNode(all);
    for (StepRecord s : job.steps.live()) {
      for (int k = 0; k < s.nodes().size(); k++) {
        Candidate c = s.isReported(k) ? null : byNode.get(s.nodes().get(k).node());
        if (c != null) {
          c.idle = false;
          if (!s.overlaps()) {
            take(c, s, s.nodes().get(k));
          }
        }
      }
    }
    all.forEach(c -> c.freeCpus = Math.max(0, Math.min(c.cpus - c.usedCpus, NodeFit.count(c.freeCores) * c.threads)));
    return all;
  }

  /** A job may have ten thousand nodes: nobody looks through all of them for one. */
  private static Map<Integer, Candidate> byNode(List<Candidate> of) {
    Map<Integer, Candidate> byNode = new HashMap<>();
    of.forEach(c -> byNode.put(c.share.node(), c));
    return byNode;
  }

  private void take(Candidate c, StepRecord s, StepShare h) {
    c.usedCpus += h.cpus();
    if (!gres.isEmpty()) {
      h.gres().forEach(c.freeGres::take);
    }
    for (int w = 0; w < c.freeCores.length && w < h.cores().length; w++) {
      c.freeCores[w] &= ~h.cores()[w];
    }
    if (s.countsMemory()) {
      c.freeMemory -= h.memory();
    }
  }

  /** salloc's own step: the whole share of the first node, beside everything else. */
  private Placed interactive(List<Candidate> all) {
    Candidate c = all.stream().filter(x -> x.share.node() == job.batchNode).findFirst().orElse(all.get(0));
    List<GresShare> held = gres.isEmpty() ? List.of() : c.share.gres();
    StepShare s = new StepShare(c.share.node(), new int[] {0}, c.share.cpus(), c.share.cores().clone(), c.share.memory(), held);
    return new Placed(0, List.of(s), 1);
  }

  /** Node index of each task of an arbitrary layout; null if it is another layout, or an empty array if the list is bad. */
  private int[] arbitraryOrder() {
    if (dist != ARBITRARY || !RequestChecks.notEmpty(r.text(JobField.REQ_NODES))) {
      return null;
    }
    return NodeNames.inOrder(r.text(JobField.REQ_NODES), config);
  }

  /** Leaves the nodes that the step may use; Slurm's error number or 0. */
  private int eligible(List<Candidate> all, int[] order) {
    String wanted = r.text(JobField.REQ_NODES);
    if (RequestChecks.notEmpty(wanted)) {
      int[] nodes = order != null ? Arrays.stream(order).sorted().distinct().toArray() : NodeNames.indexes(wanted, config);
      if (nodes == null || nodes.length == 0) {
        return ESLURM_REQUESTED_NODE_CONFIG_UNAVAILABLE;
      }
      Map<Integer, Candidate> byNode = byNode(all);
      for (int n : nodes) {
        Candidate c = byNode.get(n);
        if (c == null) {
          return ESLURM_REQUESTED_NODE_CONFIG_UNAVAILABLE;
        }
        c.wanted = true;
      }
      if (order != null) {
        if (order.length < tasks) {
          return ESLURM_BAD_TASK_COUNT;
        }
        all.removeIf(c -> !c.wanted);
      }
    }
    String refused = r.text(JobField.EXC_NODES);
    if (RequestChecks.notEmpty(refused)) {
      int[] nodes = NodeNames.indexes(refused, config);
      if (nodes == null) {
        return ESLURM_INVALID_NODE_NAME;
      }
      all.removeIf(c -> Arrays.binarySearch(nodes, c.share.node()) >= 0);
    }
    if (r.isSet(JobField.RELATIVE)) {
      long first = r.number(JobField.RELATIVE);
      long count = Math.max(1, value(JobField.MIN_NODES, 1));
      all.removeIf(c -> c.rank < first || c.rank >= first + count);
    }
    String features = r.text(JobField.FEATURES);
    if (RequestChecks.notEmpty(features)) {
      all.removeIf(c -> !Features.match(features, config.nodes().get(c.share.node()).features()));
    }
    return all.isEmpty() ? ESLURM_REQUESTED_NODE_CONFIG_UNAVAILABLE : 0;
  }

  /** What could not be had even if no other step ran; 0 if it could. */
  private int impossible(List<Candidate> all, int max) {
    int[] cpus = all.stream().mapToInt(c -> byGres(c, c.allGres, c.cpus, cpusPerTask, max)).sorted().toArray();
    if (!gres.isEmpty() && cpus[cpus.length - 1] == 0) {
      return ESLURM_INVALID_GRES;
    }
    if (!gres.isEmpty() && !enoughInAll(all, max, false)) {
      return StepGres.tooMuchInAll(r, level, max);
    }
    long largest = 0;
    for (int i = 0; i < max && i < cpus.length; i++) {
      largest += cpus[cpus.length - 1 - i];
    }
    if (cpuCount > largest) {
      return ESLURM_TOO_MANY_REQUESTED_CPUS;
    }
    long memory = value(JobField.PN_MIN_MEMORY, 0);
    if (tracksMemory && memory == MEM_PER_CPU && !overlaps() && !flag(StepRecord.MEM_ZERO) && StepRecord.asksMemory(r)) {
      // no memory for a CPU, and some for a gpu: no client sends both
      return ESLURM_INVALID_TASK_MEMORY;
    }
    if (tracksMemory && !flag(StepRecord.MEM_ZERO) && (memory & ~MEM_PER_CPU) != 0) {
      long amount = memory & ~MEM_PER_CPU;
      if (all.stream().noneMatch(c -> amount <= c.share.memory())) {
        return ESLURM_INVALID_TASK_MEMORY;
      }
    }
    return 0;
  }

  // ---- how many tasks a node could take now

  private int most(Candidate c, int perTask) {
    int cpus = overlaps() ? c.cpus : flag(StepRecord.WHOLE) && c.freeCpus < c.cpus ? 0 : c.freeCpus;
    int most = flag(StepRecord.OVERCOMMIT) ? (cpus > 0 ? Integer.MAX_VALUE / 4 : 0) : cpus / perTask;
    if (tracksMemory && !overlaps() && !flag(StepRecord.MEM_ZERO) && StepRecord.asksMemory(r)) {
      long memory = value(JobField.PN_MIN_MEMORY, 0);
      long amount = memory & ~MEM_PER_CPU;
      if ((memory & MEM_PER_CPU) == 0) {
        most = amount > c.freeMemory ? 0 : most;
      } else if (level3 && flag(StepRecord.OVERCOMMIT)) {
        most = amount > c.freeMemory ? 0 : most;
      } else {
        most = (int) Math.min(most, c.freeMemory / (amount * perTask));
      }
    }
    long perNode = dist == PLANE ? 0 : value(JobField.PLANE_SIZE, 0);
    return perNode > 0 && perNode < NO_VAL16 ? (int) Math.min(most, perNode) : most;
  }

  private GresFree gresFor(Candidate c) {
    return overlaps() ? c.allGres : c.freeGres;
  }

  /**
   * So many tasks, or fewer, as the generic resources allow.
   *
   * @param most tasks, or CPUs where {@code perTask} is above 1
   */
  private int byGres(Candidate c, GresFree there, int most, int perTask, int nodes) {
    if (gres.isEmpty() || most == 0) {
      return most;
    }
    int sockets = StepGres.sockets(config.nodes().get(c.share.node()), c.share.cores());
    long fit = gres.tasksOn(there, Math.max(1, most / perTask), sockets, nodes == 1);
    return (int) Math.min(most, fit * perTask);
  }

  /** Whether what the step has over all its nodes is there, on the nodes that have most of it. */
  private boolean enoughInAll(List<Candidate> of, int nodes, boolean free) {
    for (GresText.Item i : gres.perJob()) {
      long[] counts = of.stream().mapToLong(c -> (free ? gresFor(c) : c.allGres).count(i.name(), i.type())).sorted().toArray();
      long sum = 0;
      for (int k = 0; k < nodes && k < counts.length; k++) {
        sum += counts[counts.length - 1 - k];
      }
      if (sum < i.count()) {
        return false;
      }
    }
    return true;
  }

  /** The same shares with their generic resources; those of the whole step are taken from the first nodes first. */
  private Placed withGres(List<Candidate> chosen, Placed placed) {
    int n = placed.nodes().size();
    List<GresFree> free = new ArrayList<>();
    long[] counts = new long[n];
    int[] sockets = new int[n];
    Map<Integer, Candidate> byNode = byNode(chosen);
    for (int i = 0; i < n; i++) {
      StepShare s = placed.nodes().get(i);
      free.add(gresFor(byNode.get(s.node())));
      counts[i] = s.tasks().length;
      sockets[i] = StepGres.sockets(config.nodes().get(s.node()), s.cores());
    }
    List<List<GresShare>> held = gres.shares(free, counts, sockets);
    if (held == null) {
      return Placed.no(ESLURM_NODES_BUSY);
    }
    List<StepShare> out = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      StepShare s = placed.nodes().get(i);
      long memory = StepGres.memory(r, free.get(i).layout(), held.get(i));
      out.add(new StepShare(s.node(), s.tasks(), s.cpus(), s.cores(), memory > 0 ? Math.min(memory, s.memory()) : s.memory(), held.get(i)));
    }
    return cpusPer == null ? new Placed(0, out, placed.cpusPerTask()) : withCpusOfGres(chosen, out);
  }

  /** --cpus-per-gpu: each node's CPUs follow from what it gives, one for each task at least (24.11.5). */
  private Placed withCpusOfGres(List<Candidate> chosen, List<StepShare> placed) {
    List<StepShare> out = new ArrayList<>();
    int perTask = 1;
    for (StepShare s : placed) {
      Candidate c = chosen.stream().filter(x -> x.share.node() == s.node()).findFirst().orElseThrow();
      long wanted = Math.max(s.tasks().length, cpusPer.count() * StepGres.count(c.allGres.layout(), s.gres(), cpusPer));
      if (wanted > (overlaps() ? c.cpus : c.freeCpus)) {
        return Placed.no(wanted > c.cpus ? ESLURM_TOO_MANY_REQUESTED_CPUS : ESLURM_NODES_BUSY);
      }
      int cpus = (int) wanted;
      perTask = cpus / s.tasks().length;
      long[] cores = pick(c, overlaps() ? c.share.cores() : c.freeCores, (cpus + c.threads - 1) / c.threads);
      long memory = value(JobField.PN_MIN_MEMORY, 0);
      long amount = memory & ~MEM_PER_CPU;
      boolean byCpu = amount != 0 && (memory & MEM_PER_CPU) != 0 && !flag(StepRecord.MEM_ZERO);
      long mib = byCpu ? Math.min(c.share.memory(), amount * cpus) : s.memory();
      out.add(new StepShare(s.node(), s.tasks(), cpus, cores, mib, s.gres()));
    }
    return new Placed(0, out, perTask);
  }

  // ---- which nodes

  private List<Candidate> choose(List<Candidate> all, int min, int max, boolean everyOne) {
    if (everyOne) {
      return all.stream().allMatch(c -> c.most > 0) ? all : null;
    }
    List<Candidate> able = all.stream().filter(c -> c.most > 0).toList();
    if (all.stream().anyMatch(c -> c.wanted && c.most == 0) || able.size() < min) {
      return null;
    }
    int count = Math.min(max, able.size());
    List<Candidate> chosen = new ArrayList<>(able.stream().filter(c -> c.wanted).toList());
    if (chosen.size() > count) {
      return null;
    }
    boolean pack = (r.number(JobField.TASK_DIST) & PACK_NODES) != 0;
    List<Candidate> others = new ArrayList<>(able.stream().filter(c -> !c.wanted).toList());
    if (others.stream().filter(c -> c.idle).count() >= count - chosen.size()) {
      others.removeIf(c -> !c.idle);
    }
    while (chosen.size() < count && !others.isEmpty()) {
      if (pack && chosen.size() >= min && room(chosen) >= tasks && enoughInAll(chosen, chosen.size(), true)) {
        break;
      }
      chosen.add(others.remove(0));
    }
    // Larger ones for smaller ones, while the tasks do not fit.
    List<Candidate> rest = new ArrayList<>(able);
    rest.removeIf(new HashSet<>(chosen)::contains);
    rest.sort((a, b) -> Integer.compare(b.most, a.most));
    while (room(chosen) < tasks && !rest.isEmpty()) {
      Candidate larger = rest.remove(0);
      Candidate smallest = null;
      for (Candidate c : chosen) {
        if (!c.wanted && (smallest == null || c.most < smallest.most)) {
          smallest = c;
        }
      }
      if (smallest == null || smallest.most >= larger.most) {
        break;
      }
      chosen.set(chosen.indexOf(smallest), larger);
    }
    if (room(chosen) < tasks || !gres.isEmpty() && !enoughInAll(chosen, chosen.size(), true)) {
      return null;
    }
    chosen.sort((a, b) -> Integer.compare(a.rank, b.rank));
    return chosen;
  }

  private static long room(List<Candidate> chosen) {
    return chosen.stream().mapToLong(c -> c.most).sum();
  }

  // ---- which tasks where

  /** For each task the place of its node in {@code chosen}; null: a node of the list is not among them. */
  private int[] assign(List<Candidate> chosen, int[] order) {
    int[] hostOf = new int[tasks];
    int n = chosen.size();
    if (order != null) {
      Map<Integer, Integer> places = new HashMap<>();
      for (int i = 0; i < n; i++) {
        places.put(chosen.get(i).share.node(), i);
      }
      for (int t = 0; t < tasks; t++) {
        Integer place = places.get(order[t]);
        if (place == null) {
          return null;
        }
        hostOf[t] = place;
        chosen.get(place).count++;
      }
      return hostOf;
    }
    boolean pack = (r.number(JobField.TASK_DIST) & PACK_NODES) != 0;
    int turn = dist == PLANE ? (int) Math.max(1, Math.min(value(JobField.PLANE_SIZE, 1), tasks)) : 1;
    int t = 0;
    if (pack && dist != CYCLIC && dist != PLANE) {
      // A task for each node, then the first ones full.
      for (Candidate c : chosen) {
        c.count = 1;
      }
      int left = tasks - Math.min(tasks, n);
      for (Candidate c : chosen) {
        int more = Math.min(left, c.most - c.count);
        c.count += more;
        left -= more;
      }
      return blocks(chosen, hostOf);
    }
    int before = -1;
    while (t < tasks && t > before) {
      before = t;
      for (int i = 0; i < n && t < tasks; i++) {
        Candidate c = chosen.get(i);
        for (int k = 0; k < turn && t < tasks && c.count < c.most; k++) {
          hostOf[t++] = i;
          c.count++;
        }
      }
    }
    return dist == CYCLIC || dist == PLANE ? hostOf : blocks(chosen, hostOf);
  }

  /** The counts are there: neighbours stay together. */
  private static int[] blocks(List<Candidate> chosen, int[] hostOf) {
    int t = 0;
    for (int i = 0; i < chosen.size(); i++) {
      for (int k = 0; k < chosen.get(i).count && t < hostOf.length; k++) {
        hostOf[t++] = i;
      }
    }
    return hostOf;
  }

  // ---- what it holds

  private Placed shares(List<Candidate> chosen, int[] hostOf) {
    List<StepShare> out = new ArrayList<>();
    int[][] tasksOf = new int[chosen.size()][];
    Arrays.setAll(tasksOf, i -> new int[chosen.get(i).count]);
    int[] placed = new int[chosen.size()];
    for (int t = 0; t < hostOf.length; t++) {
      tasksOf[hostOf[t]][placed[hostOf[t]]++] = t;
    }
    for (int i = 0; i < chosen.size(); i++) {
      Candidate c = chosen.get(i);
      int[] ids = tasksOf[i];
      if (ids.length == 0) {
        continue;
      }
      boolean all = flag(StepRecord.WHOLE) || flag(StepRecord.OVERCOMMIT);
      long[] from = overlaps() ? c.share.cores() : c.freeCores;
      int have = overlaps() ? c.cpus : c.freeCpus;
      int cpus = all ? have : Math.max(1, Math.min(have, c.count * cpusPerTask));
      long[] cores = all ? from.clone() : pick(c, from, (cpus + c.threads - 1) / c.threads);
      long memory = value(JobField.PN_MIN_MEMORY, 0);
      long amount = memory & ~MEM_PER_CPU;
      long mib = amount == 0 || flag(StepRecord.MEM_ZERO)
          ? c.share.memory()
          : Math.min(c.share.memory(), (memory & MEM_PER_CPU) != 0 ? amount * cpus : amount);
      out.add(new StepShare(c.share.node(), ids, cpus, cores, mib));
    }
    return new Placed(0, out, cpusPerTask);
  }

  /** Socket by socket in turn, or the first ones where sockets are to be filled. */
  private long[] pick(Candidate c, long[] from, int wanted) {
    NodeDefinition d = config.nodes().get(c.share.node());
    int perSocket = Math.max(1, d.coresPerSocket());
    int sockets = Math.max(1, (from.length * 64 + perSocket - 1) / perSocket);
    boolean block = (r.number(JobField.TASK_DIST) & SOCKET_BITS) == SOCKET_BLOCK;
    BitSet free = BitSet.valueOf(from);
    BitSet out = new BitSet();
    int left = wanted;
    if (block) {
      for (int i = free.nextSetBit(0); i >= 0 && left > 0; i = free.nextSetBit(i + 1), left--) {
        out.set(i);
      }
    } else {
      boolean any = true;
      while (left > 0 && any) {
        any = false;
        for (int s = 0; s < sockets && left > 0; s++) {
          int i = free.nextSetBit(s * perSocket);
          if (i >= 0 && i < (s + 1) * perSocket) {
            free.clear(i);
            out.set(i);
            left--;
            any = true;
          }
        }
      }
    }
    return Arrays.copyOf(out.toLongArray(), from.length);
  }
}
