package org.slurmctldj.callbacks;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.Effect;
import org.slurmctldj.core.JobField;
import org.slurmctldj.proto.auth.CredentialFactory;
import org.slurmctldj.proto.auth.SlurmKey;
import org.slurmctldj.proto.client.RpcClient;
import org.slurmctldj.proto.wire.SlurmConstants;

/** Messages to waiting clients, over real sockets. */
class ClientCallbacksTest {
  /** More than there were threads that spoke to clients. */
  private static final int SILENT = 16;

  private final Cluster cluster = Cluster.of(SILENT);
  private final RpcClient client =
      new RpcClient(RpcClient.Settings.of(CredentialFactory.key(SlurmKey.of(new byte[64]), "test", "ctl", 0, 0, 60), null));
  private final ClientCallbacks callbacks =
      new ClientCallbacks(
          cluster.store,
          maker -> CompletableFuture.completedFuture(cluster.apply(maker.apply(cluster.now))),
          new Post(client, cluster.store),
          _ -> "group");

  @AfterEach
  void close() {
    callbacks.close();
  }

  @Test
  void clientsThatTakeAMessageAndDoNotAnswerKeepNobodyElseWaiting() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket silent = new ServerSocket(0, 4 * SILENT, loopback); ServerSocket other = new ServerSocket(0, 1, loopback)) {
      for (int node = 0; node < SILENT; node++) {
        long id =
            cluster.submit(
                Cluster.request(Cluster.ALICE)
                    .number(JobField.BATCH_FLAG, 0)
                    .text(JobField.RESP_HOST, loopback.getHostAddress())
                    .number(JobField.ALLOC_RESP_PORT, silent.getLocalPort())
                    .number(JobField.START_PROTOCOL_VERSION, 42 << 8));
        callbacks.waits(id);
        assertTrue(cluster.start(id, node).isOk());
        callbacks.effect(new Effect.Allocated(id));
      }
      CompletableFuture<Socket> told =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return other.accept();
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      callbacks.effect(
          new Effect.TellClient(
              1, SlurmConstants.NO_VAL, 1001, loopback.getHostAddress(), other.getLocalPort(), 42, Effect.Notice.COMPLETE, null));
      told.get(60, TimeUnit.SECONDS).close();
    }
  }
}
