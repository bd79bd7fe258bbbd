package org.slurmctldj.client.rpc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
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
 * A port on which the controller and node daemons call a waiting client: one message per connection, read by a thread of its
 * own, for anybody may connect and say nothing. Messages are taken one after the other; those of other users than root,
 * SlurmUser and ourselves are dropped.
 */
public final class CallbackPort implements AutoCloseable {
  private static final int MOST_BYTES = 1 << 26;
  private static final int READ_TIMEOUT_MS = 10_000;
  private static final int BACKLOG = 128;
  private static final long ACCEPT_AGAIN_NANOS = 20_000_000;
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
  private final Predicate<Frame> trusted;
  private final Consumer<String> errors;
  private final Receiver receiver;
  private final Object turn = new Object();

  /**
   * @param trusted whether the message is of somebody who may call
   * @param errors what the client says to its user
   */
  CallbackPort(Client client, ServerSocket server, Predicate<Frame> trusted, Consumer<String> errors, Receiver receiver) {
    this.client = client;
    this.server = server;
    this.trusted = trusted;
    this.errors = errors;
    this.receiver = receiver;
  }

  /** Listens within SrunPortRange, or anywhere. */
  public static CallbackPort open(Client client, Receiver receiver) {
    CallbackPort port = new CallbackPort(client, listen(client), frame -> isTrusted(client, frame), client::error, receiver);
    port.start();
    return port;
  }

  void start() {
    Thread.ofPlatform().daemon().name("callbacks").start(this::accept);
  }

  private static boolean isTrusted(Client client, Frame frame) {
    long uid = client.controller().rpc().settings().answers().authenticate(frame, System.currentTimeMillis() / 1000).uid();
    if (uid == 0 || uid == client.uid() || uid == client.controller().connection().settings().slurmUid()) {
      return true;
    }
    client.error("Security violation, message from uid " + uid);
    return false;
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

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread.ofPlatform().daemon().name("callback").start(() -> serve(socket));
      } catch (IOException e) {
        // closed, a caller that has gone, or out of descriptors: others close theirs in time
        LockSupport.parkNanos(ACCEPT_AGAIN_NANOS);
      }
    }
  }

  private void serve(Socket accepted) {
    try (Socket socket = accepted) {
      socket.setSoTimeout(READ_TIMEOUT_MS);
      Frame frame = Frame.read(socket.getInputStream(), MOST_BYTES);
      if (trusted.test(frame)) {
        synchronized (turn) {
          receiver.take(new Call(client, socket, frame));
        }
      }
    } catch (IOException | WireException | AuthException e) {
      // a connection that brought no message: the sender will say it again
    } catch (RuntimeException e) {
      errors.accept("a message that cannot be taken: " + e);
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
