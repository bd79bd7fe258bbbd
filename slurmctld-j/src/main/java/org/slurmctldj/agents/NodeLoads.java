package org.slurmctldj.agents;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slurmctldj.proto.agent.Load;

/** What heartbeats said last: soft state, never journaled, gone with the process. Any thread. */
public final class NodeLoads {
  /**
   * @param cpuLoad one-minute load average times 100
   * @param freeMemory MiB
   * @param at seconds since the epoch
   */
  public record NodeLoad(long cpuLoad, long freeMemory, long upTimeSeconds, long at) {}

  private final Map<String, NodeLoad> loads = new ConcurrentHashMap<>();

  /** Seconds since the epoch; 0 for one that was not heard of. */
  public static long lastHeard(NodeLoad load) {
    return load == null ? 0 : load.at();
  }

  /** Null if the node has not been heard of since the controller started. */
  public NodeLoad of(String node) {
    return loads.get(node);
  }

  /** A real slurmd's answer to a ping; its up time comes with registrations only. */
  public void heard(String node, long cpuLoad, long freeMemory, long nowSeconds) {
    NodeLoad before = loads.get(node);
    loads.put(node, new NodeLoad(cpuLoad, freeMemory, before == null ? 0 : before.upTimeSeconds(), nowSeconds));
  }

  void heard(String node, Load load, long nowSeconds) {
    loads.put(node, new NodeLoad(load.getCpuLoad(), load.getFreeMemoryMb(), load.getUpTimeSeconds(), nowSeconds));
  }
}
