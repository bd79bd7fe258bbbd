package org.slurmctldj.agent.step;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.slurmctldj.agent.node.Processors;
import org.slurmctldj.proto.slurm.SlurmError;

/**
 * Where each task of a step may run: srun --cpu-bind and --distribution under TaskPlugin=task/affinity, as observed on
 * 22.05.8. Never outside the step's cores. Pure.
 */
final class CpuBinding {
  private static final int VERBOSE = 1;
  private static final int TO_THREADS = 2;
  private static final int TO_CORES = 4;
  private static final int TO_SOCKETS = 8;
  private static final int TO_LDOMS = 16;
  private static final int NONE = 32;
  private static final int RANK = 64;
  private static final int MAP = 128;
  private static final int MASK = 256;
  private static final int ONE_THREAD = 8192;
  private static final int BY_LDOM = 512 | 1024 | 2048;
  private static final int DIST_SOCKET_BITS = 0xf0;
  private static final int DIST_SOCKET_BLOCK = 0x20;
  private static final int DIST_SOCKET_FULL_CYCLIC = 0x30;

  private final StepOrder order;
  private final String node;
  private final Processors granted;
  private final boolean whole;
  private final int type;

  private CpuBinding(StepOrder order, String node, Processors granted, boolean whole) {
    this.whole = whole;
    this.order = order;
    this.node = node;
    this.granted = granted;
    this.type = order.key().stepId() == StepKey.INTERACTIVE ? NONE : order.launch().cpuBindType();
  }

  /**
   * @param affinity TaskPlugin names task/affinity: nothing is bound without it
   * @throws StepRefusal the wish is not within what the step has
   */
  static List<TaskBinding> of(StepOrder order, String node, Processors machine, boolean affinity) throws StepRefusal {
    int tasks = order.taskIds().length;
    if (!affinity || machine.cores() != order.allocation().cores()) {
      return java.util.Collections.nCopies(tasks, TaskBinding.NONE);
    }
    Processors granted = machine.only(order.allocation().stepCores());
    return new CpuBinding(order, node, granted, granted.cores() == machine.cores()).bind(tasks);
  }

  private List<TaskBinding> bind(int tasks) throws StepRefusal {
    if (!whole && (type & (BY_LDOM | RANK)) != 0) {
      throw new StepRefusal(
          SlurmError.ESLURMD_CPU_BIND_ERROR.number(), "not the whole node", "Entire node must be allocated for " + wish());
    }
    if ((type & BY_LDOM) != 0) {
      throw new StepRefusal(
          SlurmError.ESLURMD_CPU_BIND_ERROR.number(), "by ldom", "--cpu-bind by ldom ranks, maps and masks is not supported by slurmd-agent");
    }
    if ((type & NONE) != 0 && !whole) {
      // nobody gets out of the step's cores
      BitSet all = granted.cpus();
      return each(tasks, "mask_cpu:", "0x" + hex(all), "MASK", java.util.Collections.nCopies(tasks, all));
    }
    if ((type & NONE) != 0) {
      return each(tasks, "none", "", "NONE", java.util.Collections.nCopies(tasks, new BitSet()));
    }
    if ((type & RANK) != 0) {
      List<BitSet> masks = new ArrayList<>();
      int[] cpus = granted.cpus().stream().toArray();
      for (int i = 0; i < tasks; i++) {
        BitSet one = new BitSet();
        one.set(cpus[i % cpus.length]);
        masks.add(one);
      }
      return each(tasks, "rank", "", "RANK", masks);
    }
    if ((type & (MAP | MASK)) != 0) {
      boolean map = (type & MAP) != 0;
      List<BitSet> given = given(map);
      List<BitSet> masks = new ArrayList<>();
      for (int i = 0; i < tasks; i++) {
        masks.add(given.get(i % given.size()));
      }
      return each(tasks, map ? "map_cpu:" : "mask_cpu:", order.launch().cpuBind(), map ? "MAP " : "MASK", masks);
    }
    List<BitSet> masks = automatic(tasks);
    StringBuilder list = new StringBuilder();
    masks.forEach(mask -> list.append(list.isEmpty() ? "" : ",").append("0x").append(hex(mask)));
    List<BitSet> all = new ArrayList<>();
    for (int i = 0; i < tasks; i++) {
      all.add(masks.get(i % masks.size()));
    }
    return each(tasks, "mask_cpu:", list.toString(), "MASK", all);
  }

  private String wish() {
    String what = (type & RANK) != 0 ? "rank" : (type & 512) != 0 ? "rank_ldom" : (type & 1024) != 0 ? "map_ldom" : "mask_ldom";
    return ((type & VERBOSE) != 0 ? "verbose," : "") + what + ((type & ONE_THREAD) != 0 ? ",one_thread" : "");
  }

  /** A user's own list; only cpus of the step may be in it. */
  private List<BitSet> given(boolean map) throws StepRefusal {
    List<BitSet> masks = new ArrayList<>();
    BitSet allowed = granted.cpus();
    for (String word : (order.launch().cpuBind() == null ? "" : order.launch().cpuBind()).split(",")) {
      boolean hexadecimal = word.startsWith("0x") || !map;
      String digits = word.startsWith("0x") ? word.substring(2) : word;
      if (!digits.matches(hexadecimal ? "[0-9a-fA-F]{1,4096}" : "[0-9]{1,6}")) {
        throw new StepRefusal(SlurmError.ESLURMD_CPU_BIND_ERROR, "cpu-bind list " + order.launch().cpuBind());
      }
      BigInteger number = new BigInteger(digits, hexadecimal ? 16 : 10);
      BitSet mask = new BitSet();
      if (map) {
        mask.set(Math.min(number.intValue() & 0x7fffffff, 1 << 20));
      } else {
        for (int bit = 0; bit < number.bitLength(); bit++) {
          mask.set(bit, number.testBit(bit));
        }
      }
      BitSet outside = (BitSet) mask.clone();
      outside.andNot(allowed);
      if (!outside.isEmpty()) {
        throw new StepRefusal(
            SlurmError.ESLURMD_CPU_BIND_ERROR.number(),
            "cpu " + outside.nextSetBit(0) + " is not the step's",
            "CPU binding outside of job step allocation, allocated CPUs are: 0x" + hex(allowed) + ".");
      }
      masks.add(mask);
    }
    return masks;
  }

  /** One mask: for all tasks. */
  private List<BitSet> automatic(int tasks) {
    int perTask = Math.max(1, order.launch().cpusPerTask());
    long wanted = (long) tasks * perTask;
    int threads = granted.cpus().cardinality();
    int unit = type & (TO_THREADS | TO_CORES | TO_SOCKETS | TO_LDOMS);
    if (unit == 0) {
      unit =
          wanted == granted.sockets().size()
              ? TO_SOCKETS
              : wanted == granted.cores() ? TO_CORES : wanted == threads ? TO_THREADS : 0;
    }
    if (unit == 0 || wanted > threads) {
      return List.of(granted.cpus());
    }
    List<BitSet> masks = distribute(tasks, perTask);
    masks.replaceAll(new Wider(unit)::of);
    return masks;
  }

  /** Block: socket after socket. Cyclic: each task begins on the next socket; fully cyclic: each cpu. */
  private List<BitSet> distribute(int tasks, int perTask) {
    List<List<Integer>> free = new ArrayList<>();
    for (List<BitSet> socket : granted.sockets()) {
      List<Integer> cpus = new ArrayList<>();
      socket.forEach(core -> core.stream().forEach(cpus::add));
      free.add(cpus);
    }
    int how = (int) order.launch().taskDist() & DIST_SOCKET_BITS;
    List<BitSet> masks = new ArrayList<>();
    int at = 0;
    for (int task = 0; task < tasks; task++) {
      BitSet mask = new BitSet();
      for (int i = 0; i < perTask; i++) {
        for (int tries = 0; free.get(at).isEmpty() && tries < free.size(); tries++) {
          at = (at + 1) % free.size();
        }
        mask.set(free.get(at).removeFirst());
        if (how == DIST_SOCKET_FULL_CYCLIC) {
          at = (at + 1) % free.size();
        }
      }
      if (how != DIST_SOCKET_BLOCK && how != DIST_SOCKET_FULL_CYCLIC) {
        at = (at + 1) % free.size();
      }
      masks.add(mask);
    }
    return masks;
  }

  /** From a task's own cpus to the whole cores or sockets they are on. */
  private final class Wider {
    private final int unit;

    Wider(int unit) {
      this.unit = unit;
    }

    BitSet of(BitSet mask) {
      if ((unit & TO_THREADS) != 0) {
        return mask;
      }
      BitSet wide = new BitSet();
      for (List<BitSet> socket : granted.sockets()) {
        boolean whole = (unit & TO_CORES) == 0 && socket.stream().anyMatch(mask::intersects);
        socket.stream().filter(core -> whole || mask.intersects(core)).forEach(wide::or);
      }
      return wide;
    }
  }

  private List<TaskBinding> each(int tasks, String kind, String list, String name, List<BitSet> masks) {
    boolean verbose = (type & VERBOSE) != 0;
    String how = verbose ? "verbose" : "quiet";
    List<String> environment =
        List.of(
            "SLURM_CPU_BIND=" + how + "," + kind + list,
            "SLURM_CPU_BIND_VERBOSE=" + how,
            "SLURM_CPU_BIND_TYPE=" + kind,
            "SLURM_CPU_BIND_LIST=" + list);
    List<TaskBinding> bindings = new ArrayList<>();
    for (int i = 0; i < tasks; i++) {
      BitSet mask = masks.get(i);
      // the task's process puts its pid between the brackets
      Optional<String> said =
          verbose
              ? Optional.of(
                  String.format(
                      "cpu-bind=%s - %s, task %2d %2d [%%]: mask 0x%s%s%n",
                      name, node, order.taskIds()[i] + order.taskOffset(), i, hex(mask), mask.isEmpty() ? "" : " set"))
              : Optional.empty();
      bindings.add(
          new TaskBinding(
              mask.isEmpty() ? Optional.empty() : Optional.of(StepAllocation.ranges(mask)), environment, said));
    }
    return bindings;
  }

  private static String hex(BitSet mask) {
    BigInteger number = BigInteger.ZERO;
    for (int bit = mask.nextSetBit(0); bit >= 0; bit = mask.nextSetBit(bit + 1)) {
      number = number.setBit(bit);
    }
    return number.toString(16).toUpperCase(java.util.Locale.ROOT);
  }
}
