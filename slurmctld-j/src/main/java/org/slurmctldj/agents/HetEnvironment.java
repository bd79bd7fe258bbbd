package org.slurmctldj.agents;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * What the script of a heterogeneous job finds in its environment of each component: SLURM_HET_SIZE and
 * SLURM_..._HET_GROUP_n, under their old names (PACK), too. As slurmctld 22.05.8 and 24.11.5 set them; what the options
 * of sbatch ask for is set by sbatch itself.
 */
public final class HetEnvironment {
  private static final String[] NAMES = {"HET", "PACK"};

  private HetEnvironment() {}

  /**
   * "NAME=value" each; empty for a job without components.
   *
   * @param jobs the record of a job id, or null
   */
  public static List<String> of(ClusterConfig config, JobRecord leader, LongFunction<JobRecord> jobs) {
    List<String> out = new ArrayList<>();
    if (!leader.isHetLeader()) {
      return out;
    }
    for (String name : NAMES) {
      out.add("SLURM_" + name + "_SIZE=" + leader.hetSize);
    }
    for (long id = leader.jobId; id < leader.jobId + leader.hetSize; id++) {
      JobRecord j = id == leader.jobId ? leader : jobs.apply(id);
      if (j != null && j.hetJobId == leader.jobId && j.allocation != null && j.epoch == config.epoch()) {
        component(out, config, j);
      }
    }
    return out;
  }

  private static void component(List<String> out, ClusterConfig config, JobRecord j) {
    JobFields r = j.request;
    List<String> names = new ArrayList<>();
    List<Integer> cpus = new ArrayList<>();
    for (Allocation.NodeShare s : j.allocation.nodes()) {
      names.add(config.nodes().get(s.node()).name());
      cpus.add(s.cpus());
    }
    put(out, j, "JOB_ID", Long.toString(j.jobId));
    put(out, j, "JOB_NAME", r.text(JobField.NAME));
    put(out, j, "JOB_NUM_NODES", Integer.toString(names.size()));
    put(out, j, "JOB_NODELIST", Hostlist.of(names).toString());
    put(out, j, "JOB_PARTITION", config.partitions().get(j.partition).name());
    put(out, j, "JOB_CPUS_PER_NODE", repeated(cpus));
    put(out, j, "TASKS_PER_NODE", repeated(tasks(r, cpus)));
    long memory = r.isSet(JobField.PN_MIN_MEMORY) ? r.number(JobField.PN_MIN_MEMORY) : 0;
    if (memory != 0) {
      boolean perCpu = (memory & SlurmConstants.MEM_PER_CPU) != 0;
      put(out, j, perCpu ? "MEM_PER_CPU" : "MEM_PER_NODE", Long.toString(memory & ~SlurmConstants.MEM_PER_CPU));
    }
    put(out, j, "JOB_ACCOUNT", r.text(JobField.ACCOUNT));
    put(out, j, "JOB_RESERVATION", r.text(JobField.RESERVATION));
  }

  private static void put(List<String> out, JobRecord j, String what, String value) {
    if (value != null) {
      for (String name : NAMES) {
        out.add("SLURM_" + what + "_" + name + "_GROUP_" + j.hetOffset() + "=" + value);
      }
    }
  }

  /** Round and round over the nodes, as many on each as it has CPUs for; what is beyond that, too. */
  private static List<Integer> tasks(JobFields r, List<Integer> cpus) {
    int perTask = r.isSet(JobField.CPUS_PER_TASK) ? (int) Math.max(1, r.number(JobField.CPUS_PER_TASK)) : 1;
    long left = r.isSet(JobField.NUM_TASKS) ? r.number(JobField.NUM_TASKS) : cpus.size();
    int[] tasks = new int[cpus.size()];
    boolean placed = true;
    for (boolean full = false; left > 0; full = !placed) {
      placed = false;
      for (int i = 0; i < tasks.length && left > 0; i++) {
        if (full || (tasks[i] + 1) * perTask <= cpus.get(i)) {
          tasks[i]++;
          left--;
          placed = true;
        }
      }
    }
    return java.util.Arrays.stream(tasks).boxed().toList();
  }

  /** "4,1(x2)". */
  static String repeated(List<Integer> list) {
    StringBuilder b = new StringBuilder();
    for (int i = 0; i < list.size(); ) {
      int n = i;
      while (n < list.size() && list.get(n).equals(list.get(i))) {
        n++;
      }
      b.append(b.isEmpty() ? "" : ",").append(list.get(i)).append(n - i > 1 ? "(x" + (n - i) + ")" : "");
      i = n;
    }
    return b.toString();
  }
}
