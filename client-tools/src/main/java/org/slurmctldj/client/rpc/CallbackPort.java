package org.slurmctldj.client.rpc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.proto.auth.AuthException;
import org.slurmctldj.proto.conf.PortRange;
import org.slurmctldj.proto.slurm.ReturnCodeMsg;
import org.slurmctldj.proto.slurm.SlurmStruct;
import org.slurmctldj.proto.wire.Credential;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.Header;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.ProtocolVersion;
import org.slurmctldj.proto.wire.WireException;

/**
 * A port on which the controller and node daemons call a waiting client: one message per connection. Messages are taken one
 * after the other on a thread of the port; those of other users than root, SlurmUser and ourselves are dropped.
 */
public final class CallbackPort implements AutoCloseable {
  private static final int MOST_BYTES = 1 << 26;
  private static final int READ_TIMEOUT_MS = 10_000;
  private static final int BACKLOG = 128;
  private static final int RETURN_CODE = 8001;

  /** Takes a message; what it does with {@link Call#answer} is its own affair. */
  @FunctionalInterface
  public interface Receiver {
    void take(Call call);
  }

  /** One message and the way to answer it. */
  public static final class Call {
    private final Client client;
    private final Socket socket;
    private final Frame frame;

    private Call(Client client, Socket socket, Frame frame) {
      this.client = client;
      this.socket = socket;
      this.frame = frame;
    }

    public Frame frame() {
      return frame;
    }

    public int type() {
      return frame.type();
    }

    /** The release's number of the message's version. */
    public int number() {
      return frame.version() >> 8;
    }

    public Socket socket() {
      return socket;
    }

    /** RESPONSE_SLURM_RC; a caller that has gone is passed over. */
    public void answer(int code) {
      answer(RETURN_CODE, new ReturnCodeMsg().returnCode(code));
    }

    public void answer(int type, SlurmStruct message) {
      Header header = frame.header().response(type);
      Packer body = new Packer(64);
      message.write(body, number());
      byte[] bytes = body.toByteArray();
      try {
        Credential credential =
            frame.version() >= ProtocolVersion.V23_02
                ? Credential.ABSENT
                : client
                    .controller()
                    .rpc()
                    .settings()
                    .credentials()
                    .create(frame.version(), type, client.controller().rpc().settings().hashPlugin(), bytes, 0xffffffffL);
        socket.getOutputStream().write(Frame.toBytes(header, credential, bytes));
      } catch (IOException | AuthException e) {
        // the caller asks again, or does not care
      }
    }
  }

  private final Client client;
  private final ServerSocket server;
  private final Receiver receiver;

  private CallbackPort(Client client, ServerSocket server, Receiver receiver) {
    this.client = client;
    this.server = server;
    this.receiver = receiver;
  }

  /** Listens within SrunPortRange, or anywhere. */
  public static CallbackPort open(Client client, Receiver receiver) {
    CallbackPort port = new CallbackPort(client, listen(client), receiver);
    Thread.ofPlatform().daemon().name("callbacks").start(port::serve);
    return port;
  }

  /** A listening socket within SrunPortRange, or anywhere. */
  public static ServerSocket listen(Client client) {
    String range = client.conf().text("SrunPortRange").orElse("");
    int dash = range.indexOf('-');
    try {
      if (dash <= 0) {
        return new ServerSocket(0, BACKLOG);
      }
      PortRange ports = PortRange.parse("SrunPortRange", range);
      int count = ports.last() - ports.first() + 1;
      int start = (int) (ProcessHandle.current().pid() % count);
      for (int i = 0; i < count; i++) {
        try {
          return new ServerSocket(ports.first() + (start + i) % count, BACKLOG);
        } catch (IOException e) {
          // taken: the next one
        }
      }
      throw client.fatal("All ports in range " + ports.first() + "-" + ports.last() + " exhausted, no ports to listen on");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return server.getLocalPort();
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        socket.setSoTimeout(READ_TIMEOUT_MS);
        Frame frame = Frame.read(socket.getInputStream(), MOST_BYTES);
        long uid =
            client.controller().rpc().settings().answers().authenticate(frame, System.currentTimeMillis() / 1000).uid();
        if (uid == 0 || uid == client.uid() || uid == client.controller().connection().settings().slurmUid()) {
          receiver.take(new Call(client, socket, frame));
        } else {
          client.error("Security violation, message from uid " + uid);
        }
      } catch (IOException | WireException | AuthException e) {
        // a connection that brought no message: the sender will say it again
      }
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      // the process ends anyway
    }
  }
}
