package org.slurmctldj.client.scontrol;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slurmctldj.client.text.HostNames;
import org.slurmctldj.proto.slurm.JobInfo;
import org.slurmctldj.proto.slurm.JobResources;
import org.slurmctldj.proto.slurm.NodeInfo;
import org.slurmctldj.proto.text.ArraySpec;
import org.slurmctldj.proto.text.Hostlist;

/** What {@code scontrol -d show job} says of each node: the CPUs by number, memory and generic resources. */
final class JobDetails {
  /** CPUs of a core, by node. */
  private final Map<String, Integer> threads = new HashMap<>();

  JobDetails(List<NodeInfo> nodes) {
    for (NodeInfo n : nodes) {
      if (n != null && n.name() != null) {
        int cores = Math.max(1, n.sockets() * n.cores());
        threads.put(n.name(), Math.max(1, (int) (n.cpus() / cores)));
      }
    }
  }

  private record Share(String cpus, long memory, String gres) {}

  /** Nodes in order; neighbours that have the same share one line. */
  List<String> lines(JobInfo job) {
    JobResources r = job.jobResrcs();
    List<String> lines = new ArrayList<>();
    List<String> names = r == null || r.nodes() == null ? null : HostNames.tryExpand(r.nodes());
    if (names == null || r.coreBitmap() == null) {
      return lines;
    }
    List<String> group = new ArrayList<>();
    Share last = null;
    int offset = 0;
    int shape = 0;
    long used = 0;
    for (int i = 0; i < names.size() && shape < r.sockCoreRepCount().length; i++) {
      int cores = r.socketsPerNode()[shape] * r.coresPerSocket()[shape];
      int perCore = threads.getOrDefault(names.get(i), 1);
      BitSet cpus = new BitSet();
      for (int c = 0; c < cores && offset + c < r.coreBitmap().size(); c++) {
        if (r.coreBitmap().get(offset + c)) {
          cpus.set(c * perCore, (c + 1) * perCore);
        }
      }
      offset += cores;
      if (++used == r.sockCoreRepCount()[shape]) {
        shape++;
        used = 0;
      }
      long memory = i < r.memoryAllocated().length ? r.memoryAllocated()[i] : 0;
      String gres = i < job.gresDetailStr().length && job.gresDetailStr()[i] != null ? job.gresDetailStr()[i] : "";
      Share share = new Share(ArraySpec.ranges(cpus), memory, gres);
      if (last != null && !last.equals(share)) {
        lines.add(line(group, last));
        group = new ArrayList<>();
      }
      group.add(names.get(i));
      last = share;
    }
    if (last != null) {
      lines.add(line(group, last));
    }
    return lines;
  }

  private static String line(List<String> nodes, Share s) {
    return "  Nodes=" + Hostlist.of(nodes) + " CPU_IDs=" + s.cpus + " Mem=" + s.memory + " GRES=" + s.gres;
  }
}
