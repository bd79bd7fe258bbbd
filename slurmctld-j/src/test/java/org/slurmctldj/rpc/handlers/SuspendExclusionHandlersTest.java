package org.slurmctldj.rpc.handlers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.proto.slurm.SuspendExcUpdate;
import org.slurmctldj.rpc.Reply;
import org.slurmctldj.rpc.Request;
import org.slurmctldj.rpc.RpcTable;

final class SuspendExclusionHandlersTest {
  private static final int SET_SUSPEND_EXC_NODES = 1025;
  private static final int SET_SUSPEND_EXC_PARTS = 1026;
  private static final int ADD = 1;

  private final ControllerOnHeap on = new ControllerOnHeap(Cluster.of(3));
  private final RpcTable table = Rpcs.table(on.controller);

  private Reply ask(int type, String what) {
    SuspendExcUpdate body = new SuspendExcUpdate().mode(ADD).updateStr(what);
    return table
        .find(type)
        .orElseThrow()
        .handler()
        .handle(new Request(type, 42, body, Cluster.ROOT, new InetSocketAddress("127.0.0.1", 1), null));
  }

  private static long code(Reply reply) {
    return switch (reply) {
      case Reply.Later later -> code(later.reply().toCompletableFuture().join());
      case Reply.ReturnCode rc -> rc.code();
      default -> throw new AssertionError(reply);
    };
  }

  @Test
  void nodesAddedAtTheSameMomentAreAllExcluded() {
    Queue<Runnable> journal = new ArrayDeque<>();
    on.applies = journal::add;
    List<Reply> replies = new ArrayList<>();
    for (String node : List.of("n3", "n1", "n2")) {
      replies.add(ask(SET_SUSPEND_EXC_NODES, node));
    }
    replies.add(ask(SET_SUSPEND_EXC_PARTS, "debug"));
    for (Runnable command = journal.poll(); command != null; command = journal.poll()) {
      command.run();
    }
    replies.forEach(r -> assertEquals(0, code(r)));
    assertEquals("n[1-3]", on.cluster.store.config().power().told().nodes());
    assertEquals("debug", on.cluster.store.config().power().told().parts());
  }
}
