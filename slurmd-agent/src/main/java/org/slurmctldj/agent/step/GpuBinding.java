package org.slurmctldj.agent.step;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slurmctldj.proto.slurm.SlurmError;

/**
 * Which of its step's GPUs a task is told of: srun --gpu-bind (or what --gpus-per-task and --ntasks-per-gpu make of it) as
 * observed on 22.05.8, 24.11.5 and 26.05.5. A task that is alone on its node has all of them (until 26.05, which binds it as
 * any other). Nothing here keeps a task from the others. Pure.
 */
final class GpuBinding {
  /**
   * @param environment of the task; names its GPUs
   * @param said --gpu-bind=verbose: a line on its standard error
   */
  record Task(List<String> environment, Optional<String> said) {
    static final Task NONE = new Task(List.of(), Optional.empty());
  }

  /** 24.11: --gpu-bind=none names a task all GPUs; 22.05 names it none. */
  private static final int NONE_IS_ALL = 42;

  /** 26.05: a task that is alone on its node is bound, too. */
  private static final int ALONE_IS_BOUND = 45;

  private final BitSet gpus;
  private final boolean noneIsAll;
  private final Set<String> variables;
  private final boolean countedFromZero;
  private boolean verbose;
  private String way = "";
  private String value = "";

  private GpuBinding(BitSet gpus, boolean noneIsAll, Set<String> variables, boolean countedFromZero) {
    this.gpus = gpus;
    this.noneIsAll = noneIsAll;
    this.variables = variables;
    this.countedFromZero = countedFromZero;
  }

  /** Whether srun's wish has an effect on this node. */
  static boolean counts(StepOrder order) {
    return order.launch().tresBind() != null && (order.taskIds().length > 1 || order.version() >= ALONE_IS_BOUND);
  }

  /**
   * @param variables CUDA_VISIBLE_DEVICES and the like
   * @param countedFromZero tasks see only their step's devices
   * @throws StepRefusal a wish that is not understood
   */
  static List<Task> of(StepOrder order, Set<String> variables, boolean countedFromZero) throws StepRefusal {
    int tasks = order.taskIds().length;
    StepAllocation a = order.allocation();
    if (a.gpus() == 0) {
      return java.util.Collections.nCopies(tasks, Task.NONE);
    }
    GpuBinding binding = new GpuBinding(a.gpuDevices(), order.version() >= NONE_IS_ALL, variables, countedFromZero);
    if (counts(order)) {
      binding.read(order.launch().tresBind());
    }
    List<Task> out = new ArrayList<>();
    for (int local = 0; local < tasks; local++) {
      out.add(binding.task(local, a.gpus()));
    }
    return out;
  }

  /** "gpu:single:2", "gpu:verbose,map_gpu:0,1"; newer ones begin with "gres/". */
  private void read(String text) throws StepRefusal {
    for (String wish : text.split("\\+")) {
      String w = wish.startsWith("gres/") || wish.startsWith("gres:") ? wish.substring(5) : wish;
      if (!w.startsWith("gpu:")) {
        throw unknown(text);
      }
      w = w.substring(4);
      verbose = w.startsWith("verbose,") || w.startsWith("v,");
      w = verbose ? w.substring(w.indexOf(',') + 1) : w;
      int colon = w.indexOf(':');
      way = colon < 0 ? w : w.substring(0, colon);
      value = colon < 0 ? "" : w.substring(colon + 1);
      if (!Set.of("none", "closest", "map_gpu", "mask_gpu", "map", "mask", "single", "per_task").contains(way)) {
        throw unknown(text);
      }
    }
  }

  private static StepRefusal unknown(String text) {
    return new StepRefusal(SlurmError.ESLURM_NOT_SUPPORTED.number(), text, "srun --tres-bind=" + text + " is not supported by slurmd-agent");
  }

  private Task task(int local, long count) throws StepRefusal {
    List<String> env = new ArrayList<>();
    env.add("SLURM_GPUS_ON_NODE=" + count);
    if (way.equals("none") && !noneIsAll || gpus.isEmpty()) {
      return new Task(env, Optional.empty());
    }
    BitSet usable = usable(local);
    BitSet named = usable.isEmpty() ? gpus : usable;
    String global = list(named, false);
    String shown = list(named, countedFromZero);
    variables.forEach(v -> env.add(v + "=" + shown));
    env.add("SLURM_STEP_GPUS=" + global);
    String said =
        "gpu-bind: usable_gres=" + hex(named) + "; bit_alloc=" + hex(gpus) + "; local_inx=0; global_list=" + global + "; local_list=" + shown;
    return new Task(env, verbose ? Optional.of(said) : Optional.empty());
  }

  private BitSet usable(int local) throws StepRefusal {
    try {
      return switch (way) {
        case "map_gpu", "map" -> {
          BitSet one = new BitSet();
          one.set(Integer.parseInt(item(local).replaceFirst("^0x", "")));
          one.and(gpus);
          yield one;
        }
        case "mask_gpu", "mask" -> {
          BitSet some = BitSet.valueOf(new long[] {new BigInteger(item(local).replaceFirst("^0x", ""), 16).longValueExact()});
          some.and(gpus);
          yield some;
        }
        case "single" -> nth(local / Math.max(1, Integer.parseInt(value)) % gpus.cardinality(), 1);
        case "per_task" -> nth(local * Integer.parseInt(value), Integer.parseInt(value));
        default -> gpus;
      };
    } catch (ArithmeticException | NumberFormatException e) {
      throw unknown("gpu:" + way + ":" + value);
    }
  }

  /** "1,0" or "0*2,1": the task's, from the start again when the list is too short. */
  private String item(int local) {
    List<String> items = new ArrayList<>();
    for (String word : value.split(",")) {
      int star = word.indexOf('*');
      int times = star < 0 ? 1 : Math.clamp(Integer.parseInt(word.substring(star + 1)), 1, 1024);
      for (int i = 0; i < times; i++) {
        items.add(star < 0 ? word : word.substring(0, star));
      }
    }
    return items.get(local % items.size());
  }

  /** So many of the step's GPUs from its n-th on; round and round. */
  private BitSet nth(int first, int count) {
    int[] all = gpus.stream().toArray();
    BitSet out = new BitSet();
    for (int i = 0; i < Math.min(count, all.length); i++) {
      out.set(all[(first + i) % all.length]);
    }
    return out;
  }

  private String list(BitSet of, boolean fromZero) {
    StringBuilder out = new StringBuilder();
    int place = 0;
    for (int i = gpus.nextSetBit(0); i >= 0; i = gpus.nextSetBit(i + 1), place++) {
      if (of.get(i)) {
        out.append(out.isEmpty() ? "" : ",").append(fromZero ? place : i);
      }
    }
    return out.toString();
  }

  private static String hex(BitSet bits) {
    StringBuilder out = new StringBuilder();
    long[] words = bits.toLongArray();
    for (int i = words.length - 1; i >= 0; i--) {
      out.append(out.isEmpty() ? Long.toHexString(words[i]) : String.format("%016x", words[i]));
    }
    return "0x" + out.toString().toUpperCase(java.util.Locale.ROOT);
  }
}
