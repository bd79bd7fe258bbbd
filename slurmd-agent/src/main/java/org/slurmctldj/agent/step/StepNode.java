package org.slurmctldj.agent.step;

import org.slurmctldj.agent.launch.LaunchNode;

/**
 * What the node knows and a step does not.
 *
 * @param killWaitSeconds KillWait
 * @param severalNodes other agents run on this host
 */
public record StepNode(
    LaunchNode launch, int cpus, java.util.Optional<String> taskProlog, java.util.Optional<String> taskEpilog, int killWaitSeconds) {}
