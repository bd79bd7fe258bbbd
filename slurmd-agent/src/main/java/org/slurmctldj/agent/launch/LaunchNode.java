package org.slurmctldj.agent.launch;

import org.slurmctldj.agent.node.Devices;
import org.slurmctldj.agent.node.Tracking;

/**
 * What the node knows and a launch does not.
 *
 * @param slurmConf its path, SLURM_CONF of jobs
 * @param messagePrefix "slurmstepd" or "slurmstepd-n1", before messages in a job's error file
 * @param appendByDefault JobFileAppend
 * @param privileged the agent runs as root
 */
public record LaunchNode(
    String nodeName,
    String hostName,
    String slurmConf,
    String messagePrefix,
    boolean appendByDefault,
    boolean privileged,
    Tracking tracking,
    Devices devices) {}
