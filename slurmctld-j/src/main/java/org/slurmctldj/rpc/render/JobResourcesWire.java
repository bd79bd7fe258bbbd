package org.slurmctldj.rpc.render;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.proto.slurm.JobResources;
import org.slurmctldj.proto.wire.Bitmap;

/** What a job holds, node by node: {@code scontrol -d show job} prints CPU_IDs and Mem from it. */
public final class JobResourcesWire {

  public static JobResources of(ClusterConfig config, JobRecord j) {
    List<Allocation.NodeShare> shares = j.allocation.nodes();
    int n = shares.size();
    int[] nodes = new int[n];
    int[] cpus = new int[n];
    long[] memory = new long[n];
    BitSet cores = new BitSet();
    int coreCount = 0;
    Runs cpuRuns = new Runs();
    Layouts layouts = new Layouts();
    long[] ranks = new long[n];
    for (int i = 0; i < n; i++) {
      Allocation.NodeShare s = shares.get(i);
      NodeDefinition d = config.nodes().get(s.node());
      nodes[i] = s.node();
      ranks[i] = s.node();
      cpus[i] = s.cpus();
      memory[i] = s.memory();
      cpuRuns.add(s.cpus());
      layouts.add(d.sockets(), d.coresPerSocket());
      BitSet of = BitSet.valueOf(s.cores());
      for (int c = of.nextSetBit(0); c >= 0 && c < d.cores(); c = of.nextSetBit(c + 1)) {
        cores.set(coreCount + c);
      }
      coreCount += d.cores();
    }
    boolean whole = j.request.number(JobField.SHARED) == 0;
    return new JobResources()
        .ncpus(JobWire.or(j.request, JobField.MIN_CPUS, j.allocation.totalCpus()))
        .nodeReq(1)
        .nodes(NodeNames.of(config, nodes))
        .wholeNode(whole ? 1 : 0)
        .threadsPerCore((int) j.request.number(JobField.THREADS_PER_CORE))
        .crType(config.limits().selectTypeParameters())
        .cpuArrayReps(cpuRuns.counts())
        .cpuArrayValue(cpuRuns.values())
        .cpus(cpus)
        .cpusUsed(new int[n])
        .memoryAllocated(memory)
        .memoryUsed(new long[n])
        .socketsPerNode(layouts.sockets())
        .coresPerSocket(layouts.cores())
        .sockCoreRepCount(layouts.counts())
        .coreBitmap(Bitmap.of(coreCount, cores))
        .coreBitmapUsed(Bitmap.of(coreCount))
        .nodeBitmap(Bitmap.ofBits(config.nodes().size(), nodes))
        .nodeRanks(ranks);
  }

  /** Run lengths of equal neighbours. */
  private static final class Runs {
    private final List<Integer> values = new ArrayList<>();
    private final List<Long> counts = new ArrayList<>();

    void add(int value) {
      int last = values.size() - 1;
      if (last >= 0 && values.get(last) == value) {
        counts.set(last, counts.get(last) + 1);
      } else {
        values.add(value);
        counts.add(1L);
      }
    }

    int[] values() {
      return values.stream().mapToInt(Integer::intValue).toArray();
    }

    long[] counts() {
      return counts.stream().mapToLong(Long::longValue).toArray();
    }
  }

  /** Run lengths of equal socket layouts. */
  private static final class Layouts {
    private final List<int[]> layouts = new ArrayList<>();
    private final List<Long> counts = new ArrayList<>();

    void add(int sockets, int cores) {
      int last = layouts.size() - 1;
      if (last >= 0 && layouts.get(last)[0] == sockets && layouts.get(last)[1] == cores) {
        counts.set(last, counts.get(last) + 1);
      } else {
        layouts.add(new int[] {sockets, cores});
        counts.add(1L);
      }
    }

    int[] sockets() {
      return layouts.stream().mapToInt(l -> l[0]).toArray();
    }

    int[] cores() {
      return layouts.stream().mapToInt(l -> l[1]).toArray();
    }

    long[] counts() {
      return counts.stream().mapToLong(Long::longValue).toArray();
    }
  }

  private JobResourcesWire() {}
}
