package org.slurmctldj.client.sstat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.slurmctldj.proto.slurm.Jobacctinfo;
import org.slurmctldj.proto.slurm.SlurmdbTresRec;

/** What the tasks of a step use, added up over its nodes. */
final class StepUsage {
  /** Numbers of Slurm's trackable resources. */
  static final int CPU = 1;

  static final int MEM = 2;
  static final int ENERGY = 3;
  static final int FS_DISK = 6;
  static final int VMEM = 7;
  static final int PAGES = 8;

  /** Nothing is known (INFINITE64). */
  static final long UNKNOWN = -2;

  private static final String[] NAMES = {"", "cpu", "mem", "energy", "node", "billing", "fs/disk", "vmem", "pages"};

  /** Values of one direction, by resource. */
  static final class Direction {
    final TreeMap<Integer, long[]> byTres = new TreeMap<>();

    private long[] of(int tres) {
      return byTres.computeIfAbsent(
          tres,
          t -> {
            long[] none = new long[7];
            Arrays.fill(none, UNKNOWN);
            return none;
          });
    }

    private void add(int tres, long[] max, long[] maxNode, long[] maxTask, long[] min, long[] minNode, long[] minTask, long[] tot, int i) {
      long[] v = of(tres);
      if (known(max[i]) && (!known(v[MAX]) || max[i] > v[MAX])) {
        v[MAX] = max[i];
        v[MAX_NODE] = maxNode[i];
        v[MAX_TASK] = maxTask[i];
      }
      if (known(min[i]) && (!known(v[MIN]) || min[i] < v[MIN])) {
        v[MIN] = min[i];
        v[MIN_NODE] = minNode[i];
        v[MIN_TASK] = minTask[i];
      }
      if (known(tot[i])) {
        v[TOTAL] = known(v[TOTAL]) ? v[TOTAL] + tot[i] : tot[i];
      }
    }

    /** A value of a resource, {@link StepUsage#UNKNOWN} for none. */
    long value(int tres, int which) {
      long[] v = byTres.get(tres);
      return v == null ? UNKNOWN : v[which];
    }
  }

  static final int MAX = 0;
  static final int MAX_NODE = 1;
  static final int MAX_TASK = 2;
  static final int MIN = 3;
  static final int MIN_NODE = 4;
  static final int MIN_TASK = 5;
  static final int TOTAL = 6;

  final Direction in = new Direction();
  final Direction out = new Direction();

  /** Processes of each node, in the order of the answers. */
  final List<String> pidNodes = new ArrayList<>();

  final List<long[]> pids = new ArrayList<>();
  private final TreeMap<Integer, String> names = new TreeMap<>();
  long tasks;
  long cpuFrequency;
  long energy;

  void add(Jobacctinfo a) {
    cpuFrequency += a.actCpufreq();
    energy += known(a.consumedEnergy()) ? a.consumedEnergy() : 0;
    List<SlurmdbTresRec> list = a.tresList() == null ? List.of() : a.tresList();
    for (int i = 0; i < a.tresUsageInMax().length; i++) {
      int tres = a.tresIds().length > i ? (int) a.tresIds()[i] : list.size() > i ? (int) list.get(i).id() : i + 1;
      if (list.size() > i && list.get(i).type() != null) {
        String name = list.get(i).name();
        names.put(tres, name == null || name.isEmpty() ? list.get(i).type() : list.get(i).type() + "/" + name);
      }
      in.add(tres, a.tresUsageInMax(), a.tresUsageInMaxNodeid(), a.tresUsageInMaxTaskid(), a.tresUsageInMin(), a.tresUsageInMinNodeid(), a.tresUsageInMinTaskid(), a.tresUsageInTot(), i);
      out.add(tres, a.tresUsageOutMax(), a.tresUsageOutMaxNodeid(), a.tresUsageOutMaxTaskid(), a.tresUsageOutMin(), a.tresUsageOutMinNodeid(), a.tresUsageOutMinTaskid(), a.tresUsageOutTot(), i);
    }
  }

  /** "cpu", "fs/disk": also where a node's list has no names. */
  String name(int tres) {
    return names.getOrDefault(tres, tres < NAMES.length ? NAMES[tres] : Integer.toString(tres));
  }

  static boolean known(long value) {
    return value != UNKNOWN && value != -1;
  }
}
