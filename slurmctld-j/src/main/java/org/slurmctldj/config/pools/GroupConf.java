package org.slurmctldj.config.pools;

import java.util.List;
import java.util.Map;
import org.slurmctldj.cloud.CapacityOption;
import org.slurmctldj.cloud.LaunchOrder;

/**
 * A compute node group of pools.yaml.
 *
 * @param options in the order in which they are tried
 * @param idleSeconds until an idle node is given back; -1 never, NOT_SET: SuspendTime
 * @param resumeSeconds that a node has to come up; NOT_SET: ResumeTimeout
 * @param settings Weight, Features, RealMemory, MemSpecLimit, CpuSpecList
 * @param line in the file
 */
public record GroupConf(
    String name,
    int min,
    int max,
    List<CapacityOption> options,
    LaunchOrder.LaunchSettings launch,
    long idleSeconds,
    long resumeSeconds,
    int bootFailures,
    long probeSeconds,
    Map<String, String> settings,
    int line) {
  public static final long NOT_SET = Long.MIN_VALUE;

  GroupConf withOptions(List<CapacityOption> other) {
    return new GroupConf(
        name, min, max, other, launch, idleSeconds, resumeSeconds, bootFailures, probeSeconds, settings, line);
  }

  /** "compute-1-[1-4]", or null for a group of no node. */
  public String nodes() {
    return max == 0 ? null : max == 1 ? name + "-1" : name + "-[1-" + max + "]";
  }
}
