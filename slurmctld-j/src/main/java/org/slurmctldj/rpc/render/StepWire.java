package org.slurmctldj.rpc.render;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.StepRecord;
import org.slurmctldj.proto.slurm.JobStepInfo;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.wire.Bitmap;
import org.slurmctldj.proto.wire.SlurmConstants;

/** Steps of a running job as RESPONSE_JOB_STEP_INFO shows them. */
public final class StepWire {

  public static JobStepInfo batch(ClusterView view, JobRecord j, long now) {
    ClusterConfig config = view.config();
    boolean sameEpoch = j.epoch == config.epoch() && j.allocation != null && !j.allocation.nodes().isEmpty();
    int host = sameEpoch ? (j.batchNode >= 0 ? j.batchNode : j.allocation.nodes().stream().mapToInt(Allocation.NodeShare::node).min().orElse(0)) : -1;
    return new JobStepInfo()
        .arrayJobId(j.arrayJobId)
        .arrayTaskId(j.arrayTaskId)
        .stepId(new StepId().jobId(j.jobId).stepId(SlurmConstants.BATCH_STEP).stepHetComp(SlurmConstants.NO_VAL))
        .userId(j.request.number(JobField.USER_ID))
        .cpuFreqMin(0)
        .cpuFreqMax(0)
        .cpuFreqGov(0)
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
        .startProtocolVer(version(view, j.request, sameEpoch ? IntStream.of(host) : IntStream.empty()));
  }

  /** As scancel speaks to the step's nodes. */
  private static int version(ClusterView view, JobFields request, IntStream nodes) {
    return SpokenVersion.of(view, (int) request.number(JobField.START_PROTOCOL_VERSION) >> 8, nodes) << 8;
  }

  /** A step that srun made. */
  public static JobStepInfo of(ClusterView view, JobRecord j, StepRecord s, long now) {
    ClusterConfig config = view.config();
    JobFields r = s.request();
    boolean sameEpoch = j.epoch == config.epoch();
    int[] nodes = s.nodes().stream().mapToInt(StepRecord.StepShare::node).toArray();
    int cpus = s.nodes().stream().mapToInt(StepRecord.StepShare::cpus).sum();
    long memory = s.nodes().stream().mapToLong(StepRecord.StepShare::memory).sum();
    return new JobStepInfo()
        .arrayJobId(j.arrayJobId)
        .arrayTaskId(j.arrayTaskId)
        .stepId(new StepId().jobId(j.jobId).stepId(s.stepId()).stepHetComp(s.component()))
        .userId(j.request.number(JobField.USER_ID))
        .numCpus(cpus)
        .cpuFreqMin(r.number(JobField.CPU_FREQ_MIN))
        .cpuFreqMax(r.number(JobField.CPU_FREQ_MAX))
        .cpuFreqGov(r.number(JobField.CPU_FREQ_GOV))
        .numTasks(r.number(JobField.NUM_TASKS))
        .taskDist(r.number(JobField.TASK_DIST))
        .timeLimit(s.timeLimit())
        .state(1)
        .srunPid(r.number(JobField.ALLOC_SID))
        .srunHost(r.text(JobField.ALLOC_NODE))
        .startTime(s.startTime())
        .runTime(Math.max(0, now - s.startTime()))
        .cluster(config.clusterName())
        .partition(config.partitions().get(j.partition).name())
        .nodes(sameEpoch ? NodeNames.of(config, nodes) : null)
        .nodeInx(sameEpoch ? Bitmap.ofBits(config.nodes().size(), nodes) : null)
        .name(s.stepId() == StepRecord.INTERACTIVE_STEP ? "interactive" : r.text(JobField.NAME))
        .jobName(j.request.text(JobField.NAME))
        .tresAllocStr(TresText.step(cpus, memory, nodes.length))
        .startProtocolVer(version(view, r, sameEpoch ? Arrays.stream(nodes) : IntStream.empty()))
        .cwd(r.text(JobField.WORK_DIR))
        .stdIn(r.text(JobField.STD_IN))
        .stdOut(r.text(JobField.STD_OUT))
        .stdErr(r.text(JobField.STD_ERR))
        .submitLine(r.text(JobField.SUBMIT_LINE))
        .cpusPerTres(r.text(JobField.CPUS_PER_TRES))
        .memPerTres(r.text(JobField.MEM_PER_TRES))
        .tresBind(r.text(JobField.TRES_BIND))
        .tresPerStep(tresPerStep(r))
        .tresPerNode(r.text(JobField.TRES_PER_NODE))
        .tresPerSocket(r.text(JobField.TRES_PER_SOCKET))
        .tresPerTask(r.text(JobField.TRES_PER_TASK));
  }

  /** With generic resources the controller shows srun's CPUs beside them, without it does not (both observed on 24.11.5). */
  private static String tresPerStep(JobFields r) {
    String all = r.text(JobField.TRES_PER_JOB);
    return asksGres(r) && !"cpu:0".equals(all) ? all : withoutCpus(all);
  }

  private static boolean asksGres(JobFields r) {
    return r.text(JobField.TRES_PER_NODE) != null
        || r.text(JobField.TRES_PER_SOCKET) != null
        || r.text(JobField.TRES_PER_TASK) != null
        || withoutCpus(r.text(JobField.TRES_PER_JOB)) != null;
  }

  /** srun of 23.11 and later says there how many CPUs it wants. */
  private static String withoutCpus(String tres) {
    if (tres == null || !tres.contains("cpu:")) {
      return tres;
    }
    String rest = Arrays.stream(tres.split(",")).filter(t -> !t.startsWith("cpu:")).collect(Collectors.joining(","));
    return rest.isEmpty() ? null : rest;
  }

  private StepWire() {}
}
