package org.slurmctldj.agent.step;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agent.door.NodeAnswer;
import org.slurmctldj.agent.door.NodeRequest;
import org.slurmctldj.agent.door.NodeTrust;
import org.slurmctldj.agent.node.NodeHardware;
import org.slurmctldj.agent.node.ProcessFamily;
import org.slurmctldj.agent.node.TaskUsage;
import org.slurmctldj.proto.agent.Hardware;
import org.slurmctldj.proto.slurm.JobStepPids;
import org.slurmctldj.proto.slurm.JobStepPidsResponse;
import org.slurmctldj.proto.slurm.JobStepStatResponse;
import org.slurmctldj.proto.slurm.Jobacctinfo;
import org.slurmctldj.proto.slurm.MessageType;
import org.slurmctldj.proto.slurm.SlurmError;
import org.slurmctldj.proto.slurm.SlurmdStatusResponse;
import org.slurmctldj.proto.slurm.StepIdMsg;

/** What clients ask about this node and its steps: sstat, scontrol listpids by way of others, scontrol show slurmd. */
final class StepStatus {
  private static final Logger log = LoggerFactory.getLogger(StepStatus.class);

  private final Steps steps;
  private final NodeTrust trust;

  StepStatus(Steps steps, NodeTrust trust) {
    this.steps = steps;
    this.trust = trust;
  }

  NodeAnswer serve(MessageType type, NodeRequest request) {
    StepIdMsg body = (StepIdMsg) request.body();
    Optional<StepRun> found = steps.find(StepKey.of(body.stepId())).filter(run -> !run.processGone());
    if (found.isEmpty()) {
      return NodeAnswer.error(SlurmError.ESLURM_INVALID_JOB_ID);
    }
    StepRun run = found.get();
    if (request.uid() != run.facts().uid() && !trust.isOperator(request.uid())) {
      log.error("{} from uid {} for step {} of uid {}", type, request.uid(), run.facts().key(), run.facts().uid());
      return NodeAnswer.error(SlurmError.ESLURM_USER_ID_MISSING);
    }
    try {
      String node = steps.node().launch().nodeName();
      List<StepReports.Task> tasks = run.taskIds();
      boolean extern = ExternSteps.is(run.facts().key());
      long[] pids = extern ? ExternSteps.members(run) : ProcessFamily.below(pids(tasks));
      if (type == MessageType.REQUEST_JOB_STEP_PIDS) {
        return NodeAnswer.of(MessageType.RESPONSE_JOB_STEP_PIDS, new JobStepPidsResponse().nodeName(node).pid(pids));
      }
      return NodeAnswer.of(
          MessageType.RESPONSE_JOB_STEP_STAT,
          new JobStepStatResponse()
              .returnCode(0)
              // the process that holds it is one for slurmstepd (22.05.8, 24.11.5 with jobacct_gather/linux), a login is none
              .numTasks(extern ? 1 : tasks.size())
              .jobacct(usage(run, extern ? ExternSteps.tasks(run, pids) : tasks))
              .stepPids(new JobStepPids().nodeName(node).pid(pids)));
    } catch (IOException e) {
      log.error("step {}: {}", run.facts().key(), e.getMessage());
      return NodeAnswer.error(SlurmError.ESLURM_INVALID_JOB_ID);
    }
  }

  private static long[] pids(List<StepReports.Task> tasks) {
    return tasks.stream().mapToLong(StepReports.Task::pid).toArray();
  }

  private static Jobacctinfo usage(StepRun run, List<StepReports.Task> tasks) {
    return StepUsage.of(
        run.facts().node(), tasks.stream().map(t -> new StepUsage.Task(t.gtid(), TaskUsage.of(t.pid()))).toList());
  }

  /** @param started seconds since the epoch */
  static NodeAnswer daemon(Steps steps, long started, String version) {
    Hardware hardware = NodeHardware.find(Path.of("/tmp"), version);
    return NodeAnswer.of(
        MessageType.RESPONSE_SLURMD_STATUS,
        new SlurmdStatusResponse()
            .booted(started)
            .lastSlurmctldMsg(0)
            .slurmdDebug(3)
            .actualCpus(hardware.getCpus())
            .actualBoards(hardware.getBoards())
            .actualSockets(hardware.getBoards() * hardware.getSocketsPerBoard())
            .actualCores(hardware.getCoresPerSocket())
            .actualThreads(hardware.getThreadsPerCore())
            .actualRealMem(hardware.getRealMemoryMb())
            .actualTmpDisk(hardware.getTmpDiskMb())
            .pid(ProcessHandle.current().pid())
            .hostname(steps.node().launch().nodeName())
            .slurmdLogfile("")
            .stepList(
                steps.all().stream()
                    .filter(run -> !run.processGone())
                    .map(run -> run.facts().key().toString())
                    .collect(Collectors.collectingAndThen(Collectors.joining(","), list -> list.isEmpty() ? "NONE" : list)))
            .version(version));
  }

}
