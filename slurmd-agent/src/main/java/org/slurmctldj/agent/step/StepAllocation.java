package org.slurmctldj.agent.step;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slurmctldj.proto.conf.GresConf;
import org.slurmctldj.proto.slurm.GresJobState;
import org.slurmctldj.proto.slurm.GresStepState;
import org.slurmctldj.proto.slurm.SlurmCredArg;
import org.slurmctldj.proto.slurm.SlurmError;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.text.HostlistException;
import org.slurmctldj.proto.wire.Bitmap;

/**
 * What a credential gives a job and its step on one node. Pure.
 *
 * @param cores all cores of the node as the controller counts them
 * @param jobMemoryMb 0: none asked
 * @param jobDevices numbers of the devices of each kind of generic resources, by Slurm's number of the kind
 * @param gpus how many the step has here
 */
record StepAllocation(
    int cores,
    BitSet jobCores,
    BitSet stepCores,
    long jobMemoryMb,
    long stepMemoryMb,
    Map<Long, BitSet> jobDevices,
    Map<Long, BitSet> stepDevices,
    long gpus) {
  private static final long GPU = GresConf.kind("gpu");

  private static final int MOST_CORES = 1 << 16;

  /** @throws StepRefusal the node is not the credential's, or what it says does not fit together */
  static StepAllocation of(SlurmCredArg arg, String node) throws StepRefusal {
    if (indexOf(arg.stepHostlist(), node) < 0) {
      throw invalid("host " + node + " is not in the step's hostlist " + arg.stepHostlist());
    }
    int index = indexOf(arg.jobHostlist(), node);
    if (index < 0 || index >= arg.jobNhosts()) {
      throw invalid("host " + node + " is not in the job's hostlist " + arg.jobHostlist());
    }
    long first = 0;
    long cores = 0;
    long left = index;
    for (int i = 0; i < arg.sockCoreRepCount().length; i++) {
      long perNode = (long) arg.socketsPerNode()[i] * arg.coresPerSocket()[i];
      long times = arg.sockCoreRepCount()[i];
      if (left < times) {
        first += perNode * left;
        cores = perNode;
        break;
      }
      first += perNode * times;
      left -= times;
    }
    if (cores > MOST_CORES || first + cores > size(arg.jobCoreBitmap()) || first + cores > size(arg.stepCoreBitmap())) {
      throw invalid("its core bitmaps do not cover node " + node);
    }
    return new StepAllocation(
        (int) cores,
        slice(arg.jobCoreBitmap(), (int) first, (int) cores),
        slice(arg.stepCoreBitmap(), (int) first, (int) cores),
        memory(arg.jobMemAlloc(), arg.jobMemAllocRepCount(), index),
        memory(arg.stepMemAlloc(), arg.stepMemAllocRepCount(), indexOf(arg.stepHostlist(), node)),
        ofJob(arg.jobGresList(), index),
        ofStep(arg.stepGresList(), index),
        gpus(arg.stepGresList(), index));
  }

  private static Map<Long, BitSet> ofJob(List<GresJobState> list, int index) {
    Map<Long, BitSet> out = new TreeMap<>();
    for (GresJobState g : list == null ? List.<GresJobState>of() : list) {
      put(out, g.pluginId(), g.gresBitAlloc(), index);
    }
    return out;
  }

  private static Map<Long, BitSet> ofStep(List<GresStepState> list, int index) {
    Map<Long, BitSet> out = new TreeMap<>();
    for (GresStepState g : list == null ? List.<GresStepState>of() : list) {
      put(out, g.pluginId(), g.gresBitAlloc(), index);
    }
    return out;
  }

  private static void put(Map<Long, BitSet> out, long kind, List<Bitmap> bits, int index) {
    Bitmap b = bits == null || index >= bits.size() ? null : bits.get(index);
    BitSet set = out.computeIfAbsent(kind, _ -> new BitSet());
    for (int i = 0; b != null && i < b.size(); i++) {
      if (b.get(i)) {
        set.set(i);
      }
    }
  }

  private static long gpus(List<GresStepState> list, int index) {
    long n = 0;
    for (GresStepState g : list == null ? List.<GresStepState>of() : list) {
      n += g.pluginId() == GPU && g.gresCntNodeAlloc() != null && index < g.gresCntNodeAlloc().length ? g.gresCntNodeAlloc()[index] : 0;
    }
    return n;
  }

  /** Numbers of the step's GPUs. */
  BitSet gpuDevices() {
    return stepDevices.getOrDefault(GPU, new BitSet());
  }

  private static StepRefusal invalid(String why) {
    return new StepRefusal(SlurmError.ESLURMD_INVALID_JOB_CREDENTIAL, why);
  }

  static int indexOf(String hostlist, String node) throws StepRefusal {
    return names(hostlist).indexOf(node);
  }

  static List<String> names(String hostlist) throws StepRefusal {
    try {
      return Hostlist.parse(hostlist == null ? "" : hostlist).toList();
    } catch (HostlistException e) {
      throw invalid("hostlist " + hostlist + ": " + e.getMessage());
    }
  }

  private static int size(Bitmap bitmap) {
    return bitmap == null ? 0 : bitmap.size();
  }

  private static BitSet slice(Bitmap bitmap, int first, int count) {
    BitSet bits = new BitSet(count);
    for (int i = 0; i < count; i++) {
      bits.set(i, bitmap.get(first + i));
    }
    return bits;
  }

  private static long memory(long[] values, long[] times, int index) {
    long at = index;
    for (int i = 0; i < values.length && i < times.length; i++) {
      if (at < times[i]) {
        return values[i];
      }
      at -= times[i];
    }
    return 0;
  }

  /** The step's cpus where the node has {@code nodeCpus}; at least 1. */
  int stepCpus(int nodeCpus) {
    int threads = cores == 0 ? 1 : Math.max(1, nodeCpus / cores);
    return Math.max(1, stepCores.cardinality()) * threads;
  }

  /** "0-1,4" */
  static String ranges(BitSet bits) {
    StringBuilder out = new StringBuilder();
    for (int first = bits.nextSetBit(0); first >= 0; ) {
      int end = bits.nextClearBit(first);
      out.append(out.isEmpty() ? "" : ",").append(first).append(end - first > 1 ? "-" + (end - 1) : "");
      first = bits.nextSetBit(end);
    }
    return out.toString();
  }
}
