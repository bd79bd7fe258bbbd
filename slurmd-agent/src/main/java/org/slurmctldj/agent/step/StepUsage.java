package org.slurmctldj.agent.step;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import org.slurmctldj.agent.launch.ExitRecord;
import org.slurmctldj.agent.node.TaskUsage;
import org.slurmctldj.proto.slurm.Jobacctinfo;
import org.slurmctldj.proto.slurm.SlurmdbTresRec;

/** What a step has used, as Slurm's accounting structure holds it. Pure. */
final class StepUsage {
  private static final long MICROS = 1_000_000;

  /** INFINITE64: nothing is known. */
  private static final long UNKNOWN = -1;

  /** Slurm's own TRES in the order of their ids, from 1. */
  private static final String[][] TRES = {
    {"cpu", ""}, {"mem", ""}, {"energy", ""}, {"node", ""}, {"billing", ""}, {"fs", "disk"}, {"vmem", ""}, {"pages", ""}
  };

  private static final int CPU = 0;
  private static final int MEMORY = 1;
  private static final int DISK = 5;
  private static final int VIRTUAL_MEMORY = 6;
  private static final int PAGES = 7;

  /** One task of this node: its rank in the step, and what its processes have used so far. */
  record Task(long rank, TaskUsage usage) {}

  static Jobacctinfo of(ExitRecord exit) {
    return new Jobacctinfo()
        .userCpuSec(exit.number("user_us") / MICROS)
        .userCpuUsec(exit.number("user_us") % MICROS)
        .sysCpuSec(exit.number("system_us") / MICROS)
        .sysCpuUsec(exit.number("system_us") % MICROS);
  }

  /**
   * Of a step that runs.
   *
   * @param node this node's place in the step
   */
  static Jobacctinfo of(long node, List<Task> tasks) {
    Numbers in = new Numbers();
    Numbers out = new Numbers();
    in.of(CPU, node, tasks, TaskUsage::cpuMillis);
    in.of(MEMORY, node, tasks, TaskUsage::rssBytes);
    in.of(VIRTUAL_MEMORY, node, tasks, TaskUsage::vmBytes);
    in.of(PAGES, node, tasks, TaskUsage::pages);
    in.of(DISK, node, tasks, TaskUsage::readBytes);
    out.of(DISK, node, tasks, TaskUsage::writtenBytes);
    long[] ids = new long[TRES.length];
    Arrays.setAll(ids, i -> i + 1);
    return new Jobacctinfo()
        .tresIds(ids)
        .tresList(Arrays.stream(ids).mapToObj(StepUsage::tres).toList())
        .tresUsageInMax(in.values[0])
        .tresUsageInMaxNodeid(in.values[1])
        .tresUsageInMaxTaskid(in.values[2])
        .tresUsageInMin(in.values[3])
        .tresUsageInMinNodeid(in.values[4])
        .tresUsageInMinTaskid(in.values[5])
        .tresUsageInTot(in.values[6])
        .tresUsageOutMax(out.values[0])
        .tresUsageOutMaxNodeid(out.values[1])
        .tresUsageOutMaxTaskid(out.values[2])
        .tresUsageOutMin(out.values[3])
        .tresUsageOutMinNodeid(out.values[4])
        .tresUsageOutMinTaskid(out.values[5])
        .tresUsageOutTot(out.values[6]);
  }

  /**
   * What two sets of nodes have used. One of the two is changed and returned; either may be null (nothing known). Counts of
   * TRES that only one of them has are kept.
   */
  static Jobacctinfo sum(Jobacctinfo a, Jobacctinfo b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    Jobacctinfo sum = a.tresIds().length >= b.tresIds().length ? a : b;
    Jobacctinfo add = sum == a ? b : a;
    long user = sum.userCpuUsec() + add.userCpuUsec();
    long system = sum.sysCpuUsec() + add.sysCpuUsec();
    sum.userCpuSec(sum.userCpuSec() + add.userCpuSec() + user / MICROS)
        .userCpuUsec(user % MICROS)
        .sysCpuSec(sum.sysCpuSec() + add.sysCpuSec() + system / MICROS)
        .sysCpuUsec(system % MICROS)
        .actCpufreq(Math.max(sum.actCpufreq(), add.actCpufreq()));
    if (Arrays.equals(sum.tresIds(), add.tresIds())) {
      extreme(1, sum.tresUsageInMax(), sum.tresUsageInMaxNodeid(), sum.tresUsageInMaxTaskid(),
          add.tresUsageInMax(), add.tresUsageInMaxNodeid(), add.tresUsageInMaxTaskid());
      extreme(-1, sum.tresUsageInMin(), sum.tresUsageInMinNodeid(), sum.tresUsageInMinTaskid(),
          add.tresUsageInMin(), add.tresUsageInMinNodeid(), add.tresUsageInMinTaskid());
      extreme(1, sum.tresUsageOutMax(), sum.tresUsageOutMaxNodeid(), sum.tresUsageOutMaxTaskid(),
          add.tresUsageOutMax(), add.tresUsageOutMaxNodeid(), add.tresUsageOutMaxTaskid());
      extreme(-1, sum.tresUsageOutMin(), sum.tresUsageOutMinNodeid(), sum.tresUsageOutMinTaskid(),
          add.tresUsageOutMin(), add.tresUsageOutMinNodeid(), add.tresUsageOutMinTaskid());
      total(sum.tresUsageInTot(), add.tresUsageInTot());
      total(sum.tresUsageOutTot(), add.tresUsageOutTot());
    }
    return sum;
  }

  /** @param sign 1: the larger value of each TRES stays, with its node and task; -1: the smaller */
  private static void extreme(int sign, long[] value, long[] node, long[] task, long[] value2, long[] node2, long[] task2) {
    int count = Math.min(Math.min(value.length, node.length), task.length);
    count = Math.min(Math.min(count, value2.length), Math.min(node2.length, task2.length));
    for (int i = 0; i < count; i++) {
      if (value2[i] != UNKNOWN && (value[i] == UNKNOWN || sign * Long.compareUnsigned(value2[i], value[i]) > 0)) {
        value[i] = value2[i];
        node[i] = node2[i];
        task[i] = task2[i];
      }
    }
  }

  private static void total(long[] value, long[] value2) {
    for (int i = 0; i < Math.min(value.length, value2.length); i++) {
      if (value2[i] != UNKNOWN) {
        value[i] = value[i] == UNKNOWN ? value2[i] : value[i] + value2[i];
      }
    }
  }

  private static SlurmdbTresRec tres(long id) {
    String[] words = TRES[(int) id - 1];
    return new SlurmdbTresRec().id(id).type(words[0]).name(words[1].isEmpty() ? null : words[1]);
  }

  /** Largest with its node and task, smallest with the same, and the sum, of each TRES. */
  private static final class Numbers {
    private final long[][] values = new long[7][TRES.length];

    Numbers() {
      for (long[] row : values) {
        Arrays.fill(row, UNKNOWN);
      }
    }

    void of(int tres, long node, List<Task> tasks, ToLongFunction<TaskUsage> what) {
      long total = 0;
      for (Task task : tasks) {
        long value = what.applyAsLong(task.usage());
        total += value;
        if (values[0][tres] == UNKNOWN || value > values[0][tres]) {
          set(0, tres, value, node, task.rank());
        }
        if (values[3][tres] == UNKNOWN || value < values[3][tres]) {
          set(3, tres, value, node, task.rank());
        }
      }
      if (!tasks.isEmpty()) {
        values[6][tres] = total;
      }
    }

    private void set(int row, int tres, long value, long node, long rank) {
      values[row][tres] = value;
      values[row + 1][tres] = node;
      values[row + 2][tres] = rank;
    }
  }

  private StepUsage() {}
}
