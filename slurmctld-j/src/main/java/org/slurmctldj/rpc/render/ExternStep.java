package org.slurmctldj.rpc.render;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.proto.slurm.JobStepInfo;
import org.slurmctldj.proto.slurm.SlurmStepLayout;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.wire.Bitmap;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * The step that a node's daemon, slurmd or ours, starts by itself with PrologFlags=Contain for each job that comes to its
 * node, for processes from outside (pam_slurm_adopt). It is nobody's request and ends with the job: what is shown of it
 * follows from the job. Pure.
 */
public final class ExternStep {

  /** The nodes that have it, ascending; none for a job that does not run. */
  public static int[] nodes(ClusterView view, JobRecord j) {
    if (j.allocation == null || j.epoch != view.config().epoch()) {
      return new int[0];
    }
    return j.allocation.nodes().stream().mapToInt(Allocation.NodeShare::node).filter(n -> registered(view.node(n))).sorted().toArray();
  }

  private static boolean registered(NodeRecord n) {
    return n != null && n.registration != null;
  }

  /** As slurmctld 24.11.5 shows it: a task on each node, no CPUs, no TRES (22.05.8 says mem=0 beside its own of CPUs and nodes). */
  public static JobStepInfo info(ClusterView view, JobRecord j, int[] nodes, long now) {
    ClusterConfig config = view.config();
    int client = (int) j.request.number(JobField.START_PROTOCOL_VERSION) >> 8;
    return new JobStepInfo()
        .arrayJobId(j.arrayJobId)
        .arrayTaskId(j.arrayTaskId)
        .stepId(new StepId().jobId(j.jobId).stepId(SlurmConstants.EXTERN_STEP).stepHetComp(SlurmConstants.NO_VAL))
        .userId(j.request.number(JobField.USER_ID))
        .cpuFreqMin(0)
        .cpuFreqMax(0)
        .cpuFreqGov(0)
        .numTasks(nodes.length)
        .timeLimit(SlurmConstants.INFINITE)
        .state(1)
        .startTime(j.startTime)
        .runTime(Math.max(0, now - j.startTime))
        .cluster(config.clusterName())
        .partition(config.partitions().get(j.partition).name())
        .nodes(NodeNames.of(config, nodes))
        .nodeInx(Bitmap.ofBits(config.nodes().size(), nodes))
        .name("extern")
        .startProtocolVer(SpokenVersion.of(view, client, Arrays.stream(nodes)) << 8);
  }

  /** @param version protocol version in which its nodes understand the asker */
  public static SlurmStepLayout layout(ClusterConfig config, int[] nodes, int version) {
    List<long[]> tasks = IntStream.range(0, nodes.length).mapToObj(i -> new long[] {i}).toList();
    return new SlurmStepLayout()
        .nodeList(NodeNames.of(config, nodes))
        .startProtocolVer(version << 8)
        .taskCnt(nodes.length)
        .tids(tasks);
  }

  private ExternStep() {}
}
