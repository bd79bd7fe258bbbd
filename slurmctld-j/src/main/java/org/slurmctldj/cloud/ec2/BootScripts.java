package org.slurmctldj.cloud.ec2;

import java.util.regex.Pattern;

/** Our two parts of an instance's user data, run by cloud-init as root. The agent reads the facts from the first one itself. */
final class BootScripts {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._+:,@/\\[\\]=-]*");

  /** Runs before the group's own scripts: the instance becomes a node of the cluster. */
  static String join(Ec2Settings settings, String order) {
    String controllers = String.join(",", settings.controllers());
    String token = settings.joinToken().apply(order);
    return "#!/bin/sh\n"
        + fact("cluster", settings.cluster())
        + fact("controllers", controllers)
        + fact("order", order)
        + fact("token", token)
        + "exec " + plain("agent program", settings.agentProgram()) + " --cloud-join\n";
  }

  /** Runs after them. */
  static String start(Ec2Settings settings) {
    return "#!/bin/sh\nexec " + plain("agent program", settings.agentProgram()) + " --cloud\n";
  }

  private static String fact(String name, String value) {
    return "#: " + name + "=" + plain(name, value) + "\n";
  }

  /** Nothing that a shell or a line of its own could make of it. */
  private static String plain(String name, String value) {
    if (!PLAIN.matcher(value).matches()) {
      throw new IllegalArgumentException(name + " " + value + " has characters that user data cannot carry");
    }
    return value;
  }

  private BootScripts() {}
}
