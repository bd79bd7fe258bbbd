package org.slurmctldj.agent.step;

import java.util.List;
import java.util.Set;
import org.slurmctldj.agent.launch.ShepherdSpec;
import org.slurmctldj.proto.slurm.LaunchTasks;
import org.slurmctldj.proto.slurm.SlurmError;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.text.HostlistException;
import org.slurmctldj.proto.wire.SlurmConstants;

/** What srun's mpi/pmi2 tells the nodes through the environment, for the step's process and the tasks. Pure. */
final class MpiPlan {
  private static final String SRUN_PORT = "SLURM_PMI2_SRUN_PORT";
  private static final String NODES = "SLURM_PMI2_STEP_NODES";
  private static final String MAPPING = "SLURM_PMI2_PROC_MAPPING";
  private static final String JOB_ID = "SLURM_PMI2_PMI_JOBID";
  /** For the step's process alone. */
  static final Set<String> TAKEN = Set.of(SRUN_PORT, NODES, MAPPING, JOB_ID);

  static void put(ShepherdSpec spec, StepOrder order, List<String> submitted) throws StepRefusal {
    String nodeList = StepEnvironment.value(submitted, NODES);
    List<String> nodes;
    try {
      nodes = Hostlist.parse(nodeList).toList();
    } catch (HostlistException e) {
      throw new StepRefusal(SlurmError.ESLURMD_SETUP_ENVIRONMENT_ERROR, NODES + ": " + e.getMessage());
    }
    int node = (int) (order.node() + order.nodeOffset());
    if (node >= nodes.size()) {
      throw new StepRefusal(SlurmError.ESLURMD_SETUP_ENVIRONMENT_ERROR, NODES + "=" + nodeList + " has no node " + node);
    }
    String port = StepEnvironment.value(submitted, SRUN_PORT);
    if (nodes.size() > 1 && !port.matches("[0-9]{1,5}")) {
      throw new StepRefusal(SlurmError.ESLURMD_SETUP_ENVIRONMENT_ERROR, SRUN_PORT + " is missing");
    }
    spec.put("pmi", 1)
        .put("pmi_job_id", jobId(order, submitted))
        .put("pmi_size", size(order))
        .put("pmi_nodes", nodes.size())
        .put("pmi_node_id", node)
        .put("pmi_node", nodes.get(node));
    if (!port.isEmpty()) {
      spec.put("pmi_port", Long.parseLong(port));
    }
    String mapping = StepEnvironment.value(submitted, MAPPING);
    if (!mapping.isEmpty()) {
      spec.put("pmi_mapping", mapping);
    }
    String ports = StepEnvironment.value(submitted, "SLURM_STEP_RESV_PORTS");
    if (!ports.isEmpty()) {
      spec.put("pmi_ports", ports);
    }
  }

  private static long tasksOfAll(LaunchTasks launch) {
    return launch.hetJobTids() == null
        ? launch.ntasks()
        : launch.hetJobTids().stream().mapToLong(ids -> ids.length).sum();
  }

  private static String jobId(StepOrder order, List<String> submitted) {
    String given = StepEnvironment.value(submitted, JOB_ID);
    return given.isEmpty() ? order.shownJobId() + "." + order.key().stepId() : given;
  }

  /** PMI_FD is put by the task's process. */
  static List<String> ofTask(StepOrder order, int local, List<String> submitted, long size) {
    return List.of(
        "PMI_JOBID=" + jobId(order, submitted),
        "PMI_RANK=" + (order.taskIds()[local] + order.taskOffset()),
        "PMI_SIZE=" + size);
  }

  static long size(StepOrder order) {
    LaunchTasks launch = order.launch();
    boolean het = launch.hetJobOffset() != SlurmConstants.NO_VAL && launch.hetJobNodeList() != null;
    return het ? tasksOfAll(launch) : launch.ntasks();
  }

  private MpiPlan() {}
}
