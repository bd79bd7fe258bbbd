package org.slurmctldj.client.srun;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slurmctldj.proto.slurm.LaunchTasks;

/**
 * What the tasks of one component must know of a step that spans several: one set of ranks, one list of nodes.
 *
 * @param leader the heterogeneous job's id
 * @param offset the component's place among those of the step
 * @param parts how many components the step has
 * @param nodes all nodes of the step, in the order of its components
 * @param nodeOffset how many of them come before this component's
 * @param tasks all tasks of the step
 * @param taskOffset rank of this component's first task
 * @param tids task numbers on each node of the step, counted within their component
 * @param tidOffsets rank of the first task of the component that each node is of
 * @param taskCounts how many tasks each component has
 */
record HetPart(
    long leader,
    int offset,
    int parts,
    String nodes,
    int nodeOffset,
    int tasks,
    int taskOffset,
    List<long[]> tids,
    List<Long> tidOffsets,
    int[] taskCounts) {

  /** A step of a job without components. */
  static final HetPart NONE = new HetPart(0, 0, 0, null, 0, 0, 0, List.of(), List.of(), new int[0]);

  boolean isPart() {
    return leader != 0;
  }

  /** Of the tasks on each node of the step. */
  List<long[]> ranks() {
    List<long[]> out = new ArrayList<>();
    for (int node = 0; node < tids.size(); node++) {
      long offset = tidOffsets.get(node);
      out.add(Arrays.stream(tids.get(node)).map(id -> id + offset).toArray());
    }
    return out;
  }

  /** The step's environment with what its tasks are told of all components: as srun 22.05.8 does it. */
  String[] into(String[] environment) {
    Map<String, String> map = new LinkedHashMap<>();
    for (String entry : environment) {
      int equals = entry.indexOf('=');
      map.put(entry.substring(0, equals), entry.substring(equals + 1));
    }
    String nodeCount = Integer.toString(tids.size());
    String id = Long.toString(leader);
    map.put("SLURM_JOB_ID", id);
    map.put("SLURM_JOBID", id);
    map.put("SLURM_NTASKS", Integer.toString(tasks));
    map.put("SLURM_NPROCS", Integer.toString(tasks));
    map.put("SLURM_STEP_NUM_TASKS", Integer.toString(tasks));
    for (String name : new String[] {"SLURM_NNODES", "SLURM_JOB_NUM_NODES", "SLURM_STEP_NUM_NODES"}) {
      map.put(name, nodeCount);
    }
    for (String name : new String[] {"SLURM_NODELIST", "SLURM_JOB_NODELIST", "SLURM_STEP_NODELIST"}) {
      map.put(name, nodes);
    }
    return map.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toArray(String[]::new);
  }

  void into(LaunchTasks m) {
    long[] counts = new long[taskCounts.length];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = taskCounts[i];
    }
    m.hetJobNodeOffset(nodeOffset)
        .hetJobStepTaskCnts(counts)
        .hetJobTids(tids)
        .hetJobTidOffsets(tidOffsets)
        .hetJobNodeList(nodes);
  }
}
