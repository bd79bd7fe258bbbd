package org.slurmctldj.agent.step;

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
import org.slurmctldj.proto.slurm.SignalTasks;
import org.slurmctldj.proto.slurm.SlurmError;

/** What is asked of this node on SlurmdPort, each by its handler. Requests' threads. What is not here is refused by name. */
public final class NodeRpcs implements NodeDoor.Service {
  private static final Logger log = LoggerFactory.getLogger(NodeRpcs.class);

  private final Steps steps;
  private final java.util.function.Supplier<NodeTrust> trust;

  public NodeRpcs(Steps steps, java.util.function.Supplier<NodeTrust> trust) {
    this.steps = steps;
    this.trust = trust;
  }

  @Override
  public NodeAnswer serve(NodeRequest request) {
    MessageType type = MessageType.of(request.header().type()).orElseThrow();
    log.debug("{} from uid {} at {}", type, request.uid(), request.origin());
    return switch (type) {
      case REQUEST_PING -> ping();
      case REQUEST_LAUNCH_TASKS -> steps.launch(request);
      case REQUEST_SIGNAL_TASKS, REQUEST_TERMINATE_TASKS -> new StepSignals(steps, trust.get()).serve(type, request);
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
