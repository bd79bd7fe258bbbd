package org.slurmctldj.agent.step;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agent.door.NodeAnswer;
import org.slurmctldj.agent.door.NodeDoor;
import org.slurmctldj.agent.door.NodeRequest;
import org.slurmctldj.agent.door.NodeTrust;
import org.slurmctldj.agent.node.NodeHardware;
import org.slurmctldj.proto.agent.Load;
import org.slurmctldj.proto.slurm.MessageType;
import org.slurmctldj.proto.slurm.PingSlurmdResponse;
import org.slurmctldj.proto.slurm.SlurmError;

/** What is asked of this node on SlurmdPort, each by its handler. Requests' threads. What is not here is refused by name. */
public final class NodeRpcs implements NodeDoor.Service {
  private static final Logger log = LoggerFactory.getLogger(NodeRpcs.class);

  private final Steps steps;
  private final Supplier<NodeTrust> trust;

  private final FileReceipt files;
  private final String version;
  private final long started = System.currentTimeMillis() / 1000;

  public NodeRpcs(Steps steps, Supplier<NodeTrust> trust, Path executable, boolean privileged, String version) {
    this.steps = steps;
    this.trust = trust;
    this.files = new FileReceipt(steps, executable, privileged);
    this.version = version;
  }

  @Override
  public NodeAnswer serve(NodeRequest request) {
    MessageType type = MessageType.of(request.header().type()).orElseThrow();
    log.debug("{} from uid {} at {}", type, request.uid(), request.origin());
    return switch (type) {
      case REQUEST_PING -> ping();
      case REQUEST_NODE_REGISTRATION_STATUS -> NodeAnswer.ok();
      case REQUEST_LAUNCH_TASKS -> steps.launch(request);
      case REQUEST_SIGNAL_TASKS, REQUEST_TERMINATE_TASKS -> new StepSignals(steps, trust.get()).serve(type, request);
      case REQUEST_REATTACH_TASKS -> new StepAttach(steps, trust.get()).serve(request);
      case REQUEST_JOB_STEP_STAT, REQUEST_JOB_STEP_PIDS -> new StepStatus(steps, trust.get()).serve(type, request);
      case REQUEST_FILE_BCAST -> files.serve(request, trust.get());
      case REQUEST_FORWARD_DATA -> new MpiRelay(steps, trust.get()).serve(request);
      case REQUEST_DAEMON_STATUS -> StepStatus.daemon(steps, started, version);
      case REQUEST_STEP_COMPLETE -> steps.completions().serve(request);
      case REQUEST_TERMINATE_JOB, REQUEST_ABORT_JOB, REQUEST_KILL_TIMELIMIT, REQUEST_KILL_PREEMPTED ->
          new JobEnds(steps, trust.get()).serve(type, request);
      default -> {
        log.warn("{} from uid {} at {} is not supported", type, request.uid(), request.origin());
        yield NodeAnswer.error(SlurmError.ESLURM_NOT_SUPPORTED, type + " is not supported by slurmd-agent");
      }
    };
  }

  private NodeAnswer ping() {
    Load load = NodeHardware.load();
    return NodeAnswer.of(
        MessageType.RESPONSE_PING_SLURMD,
        new PingSlurmdResponse()
            .cpuLoad(Integer.toUnsignedLong(load.getCpuLoad()))
            .freeMem(load.getFreeMemoryMb())
            .nodeName(steps.node().launch().nodeName()));
  }
}
