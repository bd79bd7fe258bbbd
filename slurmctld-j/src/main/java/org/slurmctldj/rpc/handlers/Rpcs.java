package org.slurmctldj.rpc.handlers;

import org.slurmctldj.rpc.RpcTable;

/** The dispatch table with everything this controller serves or refuses by name. */
public final class Rpcs {

  public static RpcTable table(Controller c) {
    RpcTable.Builder table = new RpcTable.Builder();
    ClusterHandlers.register(table, c);
    NodeHandlers.register(table, c);
    JobInfoHandlers.register(table, c);
    StatisticsHandlers.register(table, c);
    SubmitHandlers.register(table, c);
    KillHandlers.register(table, c);
    UpdateHandlers.register(table, c);
    NodeUpdateHandlers.register(table, c);
    PartitionUpdateHandlers.register(table, c);
    ControlHandlers.register(table, c);
    return table.build();
  }

  private Rpcs() {}
}
