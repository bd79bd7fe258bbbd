package org.slurmctldj.agent.step;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agent.door.NodeAnswer;
import org.slurmctldj.agent.door.NodeRequest;
import org.slurmctldj.agent.door.NodeTrust;
import org.slurmctldj.agent.launch.ShepherdSpec;
import org.slurmctldj.proto.slurm.MessageType;
import org.slurmctldj.proto.slurm.ReattachTasksRequest;
import org.slurmctldj.proto.slurm.ReattachTasksResponse;
import org.slurmctldj.proto.slurm.SlurmError;

/** REQUEST_REATTACH_TASKS: sattach wants the streams of a running step. */
final class StepAttach {
  private static final Logger log = LoggerFactory.getLogger(StepAttach.class);
  private static final int EPERM = 1;

  private final Steps steps;
  private final NodeTrust trust;

  StepAttach(Steps steps, NodeTrust trust) {
    this.steps = steps;
    this.trust = trust;
  }

  NodeAnswer serve(NodeRequest request) {
    ReattachTasksRequest body = (ReattachTasksRequest) request.body();
    Optional<StepRun> found = steps.find(StepKey.of(body.stepId())).filter(run -> !run.processGone());
    if (found.isEmpty()) {
      return answer(SlurmError.ESLURM_INVALID_JOB_ID.number(), List.of());
    }
    StepRun run = found.get();
    if (request.uid() != run.facts().uid() && !trust.isOperator(request.uid())) {
      log.error("uid {} wants to attach to step {} of uid {}", request.uid(), run.facts().key(), run.facts().uid());
      return answer(EPERM, List.of());
    }
    String key = body.cred() == null ? body.ioKey() : body.cred().signature();
    int node = (int) run.facts().node();
    Optional<Integer> io = port(body.ioPort(), node);
    if (key == null || io.isEmpty()) {
      return answer(SlurmError.ESLURMD_IO_ERROR.number(), List.of());
    }
    byte[] record =
        new ShepherdSpec()
            .put("io_address", request.origin().getHostAddress())
            .put("io_port", io.get())
            .put("io_version", (long) request.version() << 8)
            .put("io_key", key)
            .bytes();
    try {
      steps.awaitStart(run);
      Optional<InetSocketAddress> respond = port(body.respPort(), node).map(p -> new InetSocketAddress(request.origin(), p));
      List<StepReports.Task> tasks = run.taskIds();
      if (!run.attach(record, respond)) {
        return answer(SlurmError.ESLURM_INVALID_JOB_ID.number(), List.of());
      }
      return answer(0, tasks);
    } catch (IOException e) {
      log.error("step {}: {}", run.facts().key(), e.getMessage());
      return answer(SlurmError.ESLURMD_IO_ERROR.number(), List.of());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return answer(SlurmError.ESLURMD_IO_ERROR.number(), List.of());
    }
  }

  private static Optional<Integer> port(int[] ports, int node) {
    return ports.length == 0 || ports[node % ports.length] == 0 ? Optional.empty() : Optional.of(ports[node % ports.length]);
  }

  private NodeAnswer answer(long code, List<StepReports.Task> tasks) {
    String[] names = new String[tasks.size()];
    Arrays.fill(names, "");
    return NodeAnswer.of(
        MessageType.RESPONSE_REATTACH_TASKS,
        new ReattachTasksResponse()
            .nodeName(steps.node().launch().nodeName())
            .returnCode(code)
            .gtids(tasks.stream().mapToLong(StepReports.Task::gtid).toArray())
            .localPids(tasks.stream().mapToLong(StepReports.Task::pid).toArray())
            .executableNames(names));
  }
}
