package org.slurmctldj.agent.step;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slurmctldj.agent.job.SubmittedLimits;
import org.slurmctldj.proto.slurm.LaunchTasks;
import org.slurmctldj.proto.text.Sluid;

/** The environment of a step's tasks: srun's, and what slurmstepd adds on the node. Compared with `srun env`. Pure. */
final class StepEnvironment {
  private static final int OOM_KILL_STEP_SINCE = 42;

  /** What the node knows. */
  record Node(String name, int cpus) {}

  static List<String> common(StepOrder order, Node node) {
    LaunchTasks launch = order.launch();
    Map<String, String> env = new LinkedHashMap<>();
    for (String entry : launch.env()) {
      int equals = entry == null ? -1 : entry.indexOf('=');
      if (equals > 0 && !entry.startsWith(SubmittedLimits.RLIMIT)) {
        env.put(entry.substring(0, equals), entry.substring(equals + 1));
      }
    }
    String host = order.origin().getHostAddress();
    env.put("SLURM_SRUN_COMM_HOST", host);
    env.put("SLURM_LAUNCH_NODE_IPADDR", host);
    env.put("SLURM_JOB_ID", Long.toString(order.shownJobId()));
    env.put("SLURM_JOBID", Long.toString(order.shownJobId()));
    if (launch.stepId().sluid() != 0) {
      env.put("SLURM_JOB_SLUID", Sluid.text(launch.stepId().sluid()));
    }
    env.put("SLURM_STEP_ID", Long.toString(order.key().stepId()));
    env.put("SLURM_STEPID", Long.toString(order.key().stepId()));
    env.put("SLURM_NODEID", Long.toString(order.node() + order.nodeOffset()));
    env.put("SLURM_CPUS_ON_NODE", Integer.toString(order.allocation().stepCpus(node.cpus())));
    env.put("SLURM_GTIDS", gtids(order));
    env.put("SLURM_JOB_UID", Long.toString(order.user().uid()));
    env.put("SLURM_JOB_USER", order.user().name());
    env.put("SLURM_JOB_GID", Long.toString(order.user().gid()));
    // What the controller has signed, which it does from 23.02 on: 0 in a step of 22.05.
    if (order.granted().jobStartTime() != 0) {
      env.put("SLURM_JOB_START_TIME", Long.toString(order.granted().jobStartTime()));
    }
    if (order.granted().jobEndTime() != 0) {
      env.put("SLURM_JOB_END_TIME", Long.toString(order.granted().jobEndTime()));
    }
    env.put("SLURMD_NODENAME", node.name());
    env.put("SLURM_TOPOLOGY_ADDR", node.name());
    env.put("SLURM_TOPOLOGY_ADDR_PATTERN", "node");
    if (order.mpi() == Mpi.PMI2) {
      MpiPlan.TAKEN.forEach(env::remove);
    } else {
      // mpi/none takes it away again
      env.remove("SLURM_MPI_TYPE");
    }
    if (order.version() >= OOM_KILL_STEP_SINCE) {
      env.put("SLURM_OOM_KILL_STEP", launch.oomKillStep() ? "1" : "0");
    }
    if (GpuBinding.counts(order)) {
      env.put("SLURMD_TRES_BIND", launch.tresBind());
    }
    if (launch.tresFreq() != null) {
      env.put("SLURMD_TRES_FREQ", launch.tresFreq());
    }
    List<String> list = new ArrayList<>();
    env.forEach((key, value) -> list.add(key + "=" + value));
    return list;
  }

  /** Added for one task; its process adds SLURM_TASK_PID. */
  static List<String> ofTask(StepOrder order, int local) {
    return List.of(
        "SLURM_PROCID=" + (order.taskIds()[local] + order.taskOffset()), "SLURM_LOCALID=" + local);
  }

  private static String gtids(StepOrder order) {
    StringBuilder out = new StringBuilder();
    for (long id : order.taskIds()) {
      out.append(out.isEmpty() ? "" : ",").append(id + order.taskOffset());
    }
    return out.toString();
  }

  static String value(List<String> environment, String name) {
    return environment.stream()
        .filter(entry -> entry.startsWith(name + "="))
        .map(entry -> entry.substring(name.length() + 1))
        .findFirst()
        .orElse("");
  }

  private StepEnvironment() {}
}
