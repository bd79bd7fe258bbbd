package org.slurmctldj.cloud.ec2;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What all launches of a cluster have in common.
 *
 * @param cluster ClusterName: the tag by which instances are known as ours
 * @param region as eu-central-1
 * @param endpoint of another EC2 than AWS's (the fake cloud), else empty
 * @param controllers host:port, in the order an agent tries them
 * @param agentProgram path of slurmd-agent in the image
 * @param joinToken order token to the secret its instances join with; the same for the same order
 */
public record Ec2Settings(
    String cluster,
    String region,
    Optional<URI> endpoint,
    List<String> controllers,
    String agentProgram,
    UnaryOperator<String> joinToken) {
  public static final String DEFAULT_AGENT_PROGRAM = "/opt/slurmctld-j/bin/slurmd-agent";

  public Ec2Settings {
    controllers = List.copyOf(controllers);
  }
}
