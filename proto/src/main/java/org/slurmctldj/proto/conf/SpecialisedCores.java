package org.slurmctldj.proto.conf;

import java.util.BitSet;
import java.util.List;

/**
 * The cores of a NodeName line that jobs do not get: CoreSpecCount, or those of CpuSpecList, each with all of its threads.
 *
 * @param count of cores
 * @param cores which, ascending; empty: CoreSpecCount leaves that open
 */
public record SpecialisedCores(int count, List<Integer> cores) {
  public SpecialisedCores {
    cores = List.copyOf(cores);
  }

  /**
   * @param warnings takes slurmctld's sentences about what it mends
   * @throws ConfException a CpuSpecList that names no CPUs of the node, which slurmctld would ignore
   */
  static SpecialisedCores of(LineSettings line, NodeCpus cpus, List<String> warnings) {
    String names = "NodeNames=" + line.first().value();
    int count = (int) line.number("CoreSpecCount", 0);
    String list = line.text("CPUSpecList").orElse("");
    int cores = Math.min(cpus.sockets() * cpus.coresPerSocket(), cpus.cpus());
    if (!list.isEmpty()) {
      if (count != 0) {
        warnings.add(names + " CoreSpecCount=" + count + " is invalid with CPUSpecList, reset to 0");
      }
      List<Integer> found = coresOf(list, cpus.cpus(), Math.max(1, cpus.cpus() / Math.max(1, cores)));
      if (found == null) {
        throw ClusterLayout.fatal(
            names + " CpuSpecList=" + list + " - unable to convert it to bitmap of size CPUs=" + cpus.cpus(), line);
      }
      return new SpecialisedCores(found.size(), found);
    }
    if (count != 0 && count >= cores) {
      warnings.add(names + " CoreSpecCount=" + count + " is invalid, reset to 1");
      count = 1;
    }
    return new SpecialisedCores(count, List.of());
  }

  /** Of "0-1,9"; null for anything else and for CPUs that there are not. */
  private static List<Integer> coresOf(String list, int cpus, int threads) {
    BitSet cores = new BitSet();
    for (String part : list.split(",", -1)) {
      if (!part.matches("[0-9]{1,6}(-[0-9]{1,6})?")) {
        return null;
      }
      String[] ends = part.split("-");
      int from = Integer.parseInt(ends[0]);
      int to = Integer.parseInt(ends[ends.length - 1]);
      if (to < from || to >= cpus) {
        return null;
      }
      cores.set(from / threads, to / threads + 1);
    }
    return cores.stream().boxed().toList();
  }
}
