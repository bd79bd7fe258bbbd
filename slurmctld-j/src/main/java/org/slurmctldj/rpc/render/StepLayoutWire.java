package org.slurmctldj.rpc.render;

import java.util.ArrayList;
import java.util.List;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.StepRecord;
import org.slurmctldj.proto.slurm.SlurmStepLayout;

/** Which tasks of a step run where, as srun and sattach are told. */
public final class StepLayoutWire {

  /** @param version protocol version (22.05 = 38) that all the step's nodes and its client speak */
  public static SlurmStepLayout of(ClusterConfig config, StepRecord step, int version) {
    int[] nodes = step.nodes().stream().mapToInt(StepRecord.StepShare::node).toArray();
    List<long[]> tasks = new ArrayList<>();
    for (StepRecord.StepShare s : step.nodes()) {
      long[] ids = new long[s.tasks().length];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = s.tasks()[i];
      }
      tasks.add(ids);
    }
    return new SlurmStepLayout()
        .nodeList(NodeNames.of(config, nodes))
        .startProtocolVer(version << 8)
        .taskCnt(step.nodes().stream().mapToLong(s -> s.tasks().length).sum())
        .taskDist(step.request().number(JobField.TASK_DIST))
        .tids(tasks)
        .cptCompactArray(new int[] {step.cpusPerTask()})
        .cptCompactReps(new long[] {nodes.length});
  }

  private StepLayoutWire() {}
}
