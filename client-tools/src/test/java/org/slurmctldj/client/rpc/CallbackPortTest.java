package org.slurmctldj.client.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slurmctldj.proto.wire.Credential;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.Header;

/** The port of a waiting srun, among those who have no business there. */
class CallbackPortTest {
  private static final int BAD = 1;
  private final LinkedBlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<String> errors = new LinkedBlockingQueue<>();
  private final List<Socket> sockets = new ArrayList<>();
  private final ServerSocket server;

  CallbackPortTest() throws Exception {
    server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    new CallbackPort(null, server, _ -> true, errors::add, this::hear).start();
  }

  private void hear(CallbackPort.Call call) {
    if (call.type() == BAD) {
      throw new IllegalStateException("nobody knows what that is");
    }
    heard.add(call.type());
  }

  @AfterEach
  void close() throws Exception {
    for (Socket socket : sockets) {
      socket.close();
    }
    server.close();
  }

  private Socket connect() throws Exception {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
    sockets.add(socket);
    return socket;
  }

  private void say(int type) throws Exception {
    connect().getOutputStream().write(Frame.toBytes(Header.request(42 << 8, type), new Credential.Munge("x"), new byte[0]));
  }

  @Test
  void whoConnectsAndSaysNothingKeepsNoMessageWaiting() throws Exception {
    // one after the other they would take ten seconds each
    for (int i = 0; i < 20; i++) {
      connect();
    }
    say(7001);
    assertEquals(7001, heard.poll(60, TimeUnit.SECONDS));
  }

  @Test
  void aMessageThatCannotBeTakenDoesNotMakeItDeaf() throws Exception {
    say(BAD);
    assertTrue(errors.poll(60, TimeUnit.SECONDS).contains("nobody knows"));
    say(7001);
    assertEquals(7001, heard.poll(60, TimeUnit.SECONDS));
  }
}
