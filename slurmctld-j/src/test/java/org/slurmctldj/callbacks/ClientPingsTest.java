package org.slurmctldj.callbacks;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.JobField;
import org.slurmctldj.proto.auth.CredentialFactory;
import org.slurmctldj.proto.auth.SlurmKey;
import org.slurmctldj.proto.client.RpcClient;

/** Clients of allocations, over real sockets. */
final class ClientPingsTest {
  /** Each takes a ping and never answers: one after the other they would take ten seconds each. */
  private static final int SILENT = 12;

  private final Cluster cluster = Cluster.of(SILENT);
  private final RpcClient client =
      new RpcClient(RpcClient.Settings.of(CredentialFactory.key(SlurmKey.of(new byte[64]), "test", "ctl", 0, 0, 60), null));

  private void allocation(int node, ServerSocket at) {
    long id =
        cluster.submit(
            Cluster.request(Cluster.ALICE)
                .number(JobField.BATCH_FLAG, 0)
                .text(JobField.RESP_HOST, at.getInetAddress().getHostAddress())
                .number(JobField.OTHER_PORT, at.getLocalPort())
                .number(JobField.START_PROTOCOL_VERSION, 42 << 8));
    assertTrue(cluster.start(id, node).isOk());
  }

  @Test
  void clientsThatAreGoneDoNotPutOffThePingsOfOthers() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    List<ServerSocket> sockets = new ArrayList<>();
    try (ClientPings pings =
        new ClientPings(
            cluster.store,
            maker -> CompletableFuture.completedFuture(cluster.apply(maker.apply(cluster.now))),
            new Post(client, cluster.store),
            () -> 600,
            () -> cluster.now)) {
      for (int node = 0; node < SILENT; node++) {
        ServerSocket silent = new ServerSocket(0, 4, loopback);
        sockets.add(silent);
        allocation(node, silent);
      }
      CompletableFuture.runAsync(() -> pings.round(cluster.now / 1000));
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60); // one after the other it would be two minutes
      for (ServerSocket s : sockets) {
        s.setSoTimeout((int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime())));
        s.accept(); // kept open, never answered
      }
    } finally {
      for (ServerSocket s : sockets) {
        s.close();
      }
    }
  }
}
