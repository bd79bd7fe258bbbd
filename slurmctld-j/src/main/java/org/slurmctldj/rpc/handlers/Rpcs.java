package org.slurmctldj.rpc.handlers;

import java.util.function.Consumer;
import org.slurmctldj.rpc.RpcTable;

/** The dispatch table with everything this controller serves or refuses by name. */
public final class Rpcs {

  /** Without clients that wait for allocations: what a table is compared and tested by. */
  public static RpcTable table(Controller c) {
    return table(c, WaitingClients.NONE, _ -> {});
  }

  /** {@code more}: what rooms beside this one serve. */
  public static RpcTable table(Controller c, WaitingClients waiting, Consumer<RpcTable.Builder> more) {
    RpcTable.Builder table = new RpcTable.Builder();
    ClusterHandlers.register(table, c);
    NodeHandlers.register(table, c);
    JobInfoHandlers.register(table, c);
    StatisticsHandlers.register(table, c);
    SubmitHandlers.register(table, c, waiting);
    KillHandlers.register(table, c);
    UpdateHandlers.register(table, c);
    NodeUpdateHandlers.register(table, c);
    ReservationHandlers.register(table, c);
    PartitionUpdateHandlers.register(table, c);
    ControlHandlers.register(table, c);
    SuspendExclusionHandlers.register(table, c);
    more.accept(table);
    return table.build();
  }

  private Rpcs() {}
}
