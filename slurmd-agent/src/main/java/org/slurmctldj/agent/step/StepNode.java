package org.slurmctldj.agent.step;

import java.util.Optional;
import org.slurmctldj.agent.launch.LaunchNode;
import org.slurmctldj.agent.node.Processors;

/**
 * What the node knows and a step does not.
 *
 * @param cpus CPUs of slurm.conf
 * @param affinity TaskPlugin names task/affinity
 * @param killWaitSeconds KillWait
 * @param externSteps PrologFlags=Contain
 */
public record StepNode(
    LaunchNode launch,
    int cpus,
    Processors processors,
    boolean affinity,
    Optional<String> taskProlog,
    Optional<String> taskEpilog,
    int killWaitSeconds,
    boolean externSteps) {}
