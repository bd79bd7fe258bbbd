package org.slurmctldj.agent.launch;

import java.util.Optional;
import org.slurmctldj.agent.node.Devices;
import org.slurmctldj.agent.node.Tracking;

/**
 * What the node knows and a launch does not.
 *
 * @param slurmConf its path, SLURM_CONF of jobs
 * @param messagePrefix "slurmstepd" or "slurmstepd-n1", before messages in a job's error file
 * @param appendByDefault JobFileAppend
 * @param privileged the agent runs as root
 * @param taskProlog TaskProlog, as the user before the script: what it prints changes the script's environment
 * @param taskEpilog TaskEpilog, as the user after it
 */
public record LaunchNode(
    String nodeName,
    String hostName,
    String slurmConf,
    String messagePrefix,
    boolean appendByDefault,
    boolean privileged,
    Tracking tracking,
    Devices devices,
    Optional<String> taskProlog,
    Optional<String> taskEpilog) {}
