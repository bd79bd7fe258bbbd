package org.slurmctldj.rpc.render;

import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.proto.slurm.JobStepInfo;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.wire.Bitmap;
import org.slurmctldj.proto.wire.SlurmConstants;

/** The batch step of a running job as RESPONSE_JOB_STEP_INFO shows it. */
public final class StepWire {

  public static JobStepInfo batch(ClusterConfig config, JobRecord j, long now) {
    boolean sameEpoch = j.epoch == config.epoch() && j.allocation != null && !j.allocation.nodes().isEmpty();
    int host = sameEpoch ? (j.batchNode >= 0 ? j.batchNode : j.allocation.nodes().stream().mapToInt(Allocation.NodeShare::node).min().orElse(0)) : -1;
    return new JobStepInfo()
        .arrayJobId(j.arrayJobId)
        .arrayTaskId(j.arrayTaskId)
        .stepId(new StepId().jobId(j.jobId).stepId(SlurmConstants.BATCH_STEP).stepHetComp(SlurmConstants.NO_VAL))
        .userId(j.request.number(JobField.USER_ID))
        .numTasks(1)
        .timeLimit(SlurmConstants.INFINITE)
        .state(1)
        .startTime(j.startTime)
        .runTime(Math.max(0, now - j.startTime))
        .cluster(config.clusterName())
        .partition(config.partitions().get(j.partition).name())
        .nodes(sameEpoch ? config.nodes().get(host).name() : null)
        .nodeInx(sameEpoch ? Bitmap.ofBits(config.nodes().size(), host) : null)
        .name("batch")
        .startProtocolVer((int) j.request.number(JobField.START_PROTOCOL_VERSION));
  }

  private StepWire() {}
}
