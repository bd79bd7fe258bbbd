package org.slurmctldj.config.pools;

/**
 * What an instance type has, as the file says it or the cloud's DescribeInstanceTypes.
 *
 * @param cpus as nodes show them: with one thread for each core, as instances are started
 * @param memory MiB
 * @param arch x86_64 or arm64
 * @param gpus 0 none
 * @param gpuName as H100, or null
 */
public record TypeFacts(int cpus, long memory, String arch, int gpus, String gpuName) {}
