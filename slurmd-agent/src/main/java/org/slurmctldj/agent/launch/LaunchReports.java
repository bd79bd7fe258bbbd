package org.slurmctldj.agent.launch;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.proto.agent.AgentMessage;
import org.slurmctldj.proto.agent.ExitReport;
import org.slurmctldj.proto.agent.Failure;
import org.slurmctldj.proto.agent.Launch;
import org.slurmctldj.proto.agent.LaunchAccepted;
import org.slurmctldj.proto.agent.LaunchFailed;
import org.slurmctldj.proto.agent.LaunchStarted;

/** What the controller is told of launches, while there is a stream to it; on the launches thread. */
final class LaunchReports {
  private static final Logger log = LoggerFactory.getLogger(LaunchReports.class);

  private Consumer<AgentMessage.Builder> controller = message -> {};

  /** From now on messages go there. */
  void to(Consumer<AgentMessage.Builder> stream) {
    controller = stream;
  }

  /** Whatever is said now is said again on the next stream, or found in the spool. */
  void toNobody() {
    controller = message -> {};
  }

  void refuse(Launch launch, Failure failure, String text) {
    log.error("job {} launch {}: refused, {}: {}", launch.getJobId(), launch.getLaunchId(), failure, text);
    send(
        AgentMessage.newBuilder()
            .setLaunchFailed(
                LaunchFailed.newBuilder().setLaunchId(launch.getLaunchId()).setFailure(failure).setText(text)));
  }

  void accepted(HeldLaunch held, boolean known) {
    send(
        AgentMessage.newBuilder()
            .setLaunchAccepted(LaunchAccepted.newBuilder().setLaunchId(held.id()).setKnown(known)));
  }

  void started(HeldLaunch held) {
    send(
        AgentMessage.newBuilder()
            .setLaunchStarted(
                LaunchStarted.newBuilder()
                    .setLaunchId(held.id())
                    .setPid(held.pid)
                    .setStartTimeMillis(held.startMillis)));
  }

  void ended(ExitReport report) {
    send(AgentMessage.newBuilder().setExitReport(report));
  }

  void send(AgentMessage.Builder message) {
    controller.accept(message);
  }
}
