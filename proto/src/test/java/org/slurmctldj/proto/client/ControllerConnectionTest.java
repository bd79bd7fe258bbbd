package org.slurmctldj.proto.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slurmctldj.proto.auth.Authenticator;
import org.slurmctldj.proto.auth.BodyHash;
import org.slurmctldj.proto.auth.CredentialFactory;
import org.slurmctldj.proto.auth.SlurmKey;
import org.slurmctldj.proto.wire.Credential;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.ProtocolVersion;

/** Error numbers are those whose texts squeue 22.05.8 printed in the same situations. */
class ControllerConnectionTest {
  private static final SlurmKey KEY = SlurmKey.of(new byte[32]);
  private static final RpcClient CLIENT =
      new RpcClient(
          new RpcClient.Settings(1, 1, CredentialFactory.key(KEY, "peer", "vm", 0, 0, 0), BodyHash.K12,
              Authenticator.key(KEY, "peer", 0, Authenticator.Policy.DEFAULT)));

  private interface Behaviour {
    void serve(Frame request, Socket socket) throws IOException;
  }

  /** A controller that does one odd thing. */
  private static final class Peer implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Behaviour behaviour;

    Peer(Behaviour behaviour) throws IOException {
      this.behaviour = behaviour;
      Thread.ofVirtual().start(this::run);
    }

    private void run() {
      while (!server.isClosed()) {
        try {
          Socket socket = server.accept();
          Thread.ofVirtual().start(() -> {
            try (socket) {
              behaviour.serve(Frame.read(socket.getInputStream(), Packer.MAX_LENGTH), socket);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
        } catch (IOException e) {
          return;
        }
      }
    }

    ControllerConnection.Endpoint endpoint() {
      return new ControllerConnection.Endpoint("127.0.0.1", server.getLocalPort());
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  private static Behaviour returnCode(int code) {
    return (request, socket) -> socket.getOutputStream().write(
        Frame.toBytes(request.header().response(8001), Credential.ABSENT, new Packer().u32(code).toByteArray()));
  }

  private static ControllerConnection connection(ControllerConnection.Endpoint... endpoints) {
    return new ControllerConnection(CLIENT, new ControllerConnection.Settings(List.of(endpoints), 2, 0));
  }

  private static Frame ping(ControllerConnection connection) {
    return connection.call(ProtocolVersion.V24_11, 1008, new byte[0]);
  }

  private static int error(Behaviour behaviour) throws IOException {
    try (Peer peer = new Peer(behaviour)) {
      return assertThrows(RpcException.class, () -> ping(connection(peer.endpoint()))).slurmError();
    }
  }

  private static ControllerConnection.Endpoint nobody() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new ControllerConnection.Endpoint("127.0.0.1", free.getLocalPort());
    }
  }

  @Test
  void anAnswerComesBackWithItsCode() throws IOException {
    try (Peer peer = new Peer(returnCode(2002))) {
      Frame answer = ping(connection(peer.endpoint()));
      assertEquals(8001, answer.type());
      assertEquals(2002, answer.body().u32());
    }
  }

  @Test
  void theNextControllerIsAskedWhenTheFirstIsDown() throws IOException {
    try (Peer peer = new Peer(returnCode(0))) {
      assertEquals(0, ping(connection(nobody(), peer.endpoint())).body().u32());
    }
  }

  @Test
  void nobodyThereIs1800() throws IOException {
    RpcException e = assertThrows(RpcException.class, () -> ping(connection(nobody(), nobody())));
    assertEquals(1800, e.slurmError());
  }

  @Test
  void brokenAnswersHaveSlurmsNumbers() throws IOException {
    assertEquals(5005, error((request, socket) -> {}));
    assertEquals(1008, error((request, socket) -> socket.getOutputStream().write(HexFormat.of().parseHex("7fffffff"))));
    assertEquals(5005, error((request, socket) -> socket.getOutputStream().write(HexFormat.of().parseHex("000000c82600"))));
    assertEquals(-1, error((request, socket) -> socket.getOutputStream().write(HexFormat.of().parseHex("00000004ffffffff"))));
    assertEquals(5004, error((request, socket) -> socket.getInputStream().read()));
  }

  @Test
  void anAnswerThatDripsIsCutAtTheTimeout() throws IOException {
    long start = System.nanoTime();
    assertEquals(5004, error((request, socket) -> {
      socket.getOutputStream().write(HexFormat.of().parseHex("00010000"));
      socket.setSoTimeout(100);
      while (true) {
        try {
          socket.getOutputStream().write(0x26);
          if (socket.getInputStream().read() < 0) {
            return;
          }
        } catch (java.net.SocketTimeoutException e) {
          // next drop
        }
      }
    }));
    assertTrue(System.nanoTime() - start < 5_000_000_000L);
  }

  @Test
  void aPeerThatTakesNothingTimesTheSenderOut() throws IOException {
    try (ServerSocket deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      ControllerConnection connection = connection(new ControllerConnection.Endpoint("127.0.0.1", deaf.getLocalPort()));
      RpcException e = assertThrows(RpcException.class, () -> connection.call(ProtocolVersion.V24_11, 4003, new byte[64 << 20]));
      assertEquals(5004, e.slurmError());
    }
    byte[] large = new byte[8 << 20];
    try (Peer peer = new Peer((request, socket) -> returnCode(request.bodyLength() == large.length ? 7 : 8).serve(request, socket))) {
      assertEquals(7, connection(peer.endpoint()).call(ProtocolVersion.V24_11, 4003, large).body().u32());
    }
  }

  @Test
  void an2205AnswerMustProveItself() throws IOException {
    try (Peer peer = new Peer((request, socket) -> {
      byte[] body = new byte[4];
      // genuine key, wrong body
      Credential credential = CredentialFactory.key(KEY, "peer", "vm", 0, 0, 0).create(ProtocolVersion.V24_11, 8001, BodyHash.K12, new byte[8], 0);
      socket.getOutputStream().write(Frame.toBytes(request.header().response(8001).withFlags(0), credential, body));
    })) {
      RpcException e = assertThrows(RpcException.class, () -> ping(connection(peer.endpoint())));
      assertEquals(-1, e.slurmError());
      assertTrue(e.getMessage().contains("not for this message body"), e.getMessage());
    }
  }

  @Test
  void aRateLimitedRequestIsRepeated() throws IOException {
    int[] count = {0};
    try (Peer peer = new Peer((request, socket) -> returnCode(count[0]++ == 0 ? 1804 : 0).serve(request, socket))) {
      assertEquals(0, ping(connection(peer.endpoint())).body().u32());
      assertEquals(2, count[0]);
    }
  }

  @Test
  void aBackupInStandbyMakesTheClientAskAgain() throws IOException {
    int[] count = {0};
    try (Peer peer = new Peer((request, socket) -> returnCode(count[0]++ < 2 ? 2027 : 0).serve(request, socket))) {
      assertEquals(0, ping(connection(nobody(), peer.endpoint())).body().u32());
      assertEquals(3, count[0]);
      assertEquals(2027, returnedAlone(peer, count));
    }
  }

  private static long returnedAlone(Peer peer, int[] count) {
    count[0] = 0;
    return ping(connection(peer.endpoint())).body().u32();
  }

  @Test
  void anUnknownHostIsAConnectFailure() {
    ControllerConnection connection = connection(new ControllerConnection.Endpoint("no.such.host.invalid", 1));
    assertEquals(1800, assertThrows(RpcException.class, () -> connection.callOne(0, ProtocolVersion.V24_11, 1008, new byte[0])).slurmError());
  }
}
