package org.slurmctldj.agent.launch;

import java.nio.file.Path;
import org.slurmctldj.agent.node.Tracking;

/** Makes the {@link LaunchStart} of a node: what it needs is otherwise this package's own business. */
public final class LaunchStarts {
  /**
   * @param messagePrefix "slurmstepd" or "slurmstepd-n1"
   * @param appendByDefault JobFileAppend
   * @param shepherd the native program
   */
  public static LaunchStart of(
      String nodeName,
      String hostName,
      String slurmConf,
      String messagePrefix,
      boolean appendByDefault,
      boolean privileged,
      Tracking tracking,
      Path shepherd) {
    return new LaunchStart(
        new LaunchPlan.Node(nodeName, hostName, slurmConf, messagePrefix, appendByDefault, privileged, tracking),
        shepherd);
  }

  private LaunchStarts() {}
}
