package org.slurmctldj.agent.door;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.proto.auth.AuthException;
import org.slurmctldj.proto.auth.BodyHash;
import org.slurmctldj.proto.auth.Identity;
import org.slurmctldj.proto.slurm.BodySkippers;
import org.slurmctldj.proto.slurm.MessageType;
import org.slurmctldj.proto.slurm.SlurmBody;
import org.slurmctldj.proto.slurm.SlurmError;
import org.slurmctldj.proto.wire.Credential;
import org.slurmctldj.proto.wire.ForwardedReturn;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.Header;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.ProtocolVersion;
import org.slurmctldj.proto.wire.SlurmConstants;
import org.slurmctldj.proto.wire.Unpacker;
import org.slurmctldj.proto.wire.WireException;

/**
 * SlurmdPort: where srun, the other clients, the controller and other node daemons call. One connection carries one
 * request. Each is on a virtual thread of its own; how many there are at once, how large a request may be, how much all
 * of them hold and how long one may take are bounded, and a bad one costs only its connection.
 */
public final class NodeDoor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NodeDoor.class);

  private static final int MOST_CONNECTIONS = 1024;
  private static final int LARGEST_REQUEST = 64 << 20;
  private static final int BUDGET_KB = 256 << 10;
  /** Requests up to this are always read: what is small must not wait for those who send something large slowly. */
  private static final int SMALL = 64 << 10;

  private static final int FIRST_CHUNK = 8192;
  private static final int BACKLOG = 256;
  private static final long PAUSE_MILLIS = 100;
  private static final long RETRY_MILLIS = 2000;

  /** Does what is asked, on the connection's thread. */
  @FunctionalInterface
  public interface Service {
    NodeAnswer serve(NodeRequest request);
  }

  private final InetSocketAddress address;
  private volatile NodeTrust trust;
  private final Service service;
  private final Forwarder forwarder;
  private final Semaphore connections = new Semaphore(MOST_CONNECTIONS);
  private final Semaphore budget = new Semaphore(BUDGET_KB);
  private volatile ServerSocket listener;
  private volatile boolean closed;
  private boolean refused;

  public NodeDoor(InetSocketAddress address, NodeTrust trust, Forwarder forwarder, Service service) {
    this.address = address;
    this.trust = trust;
    this.forwarder = forwarder;
    this.service = service;
  }

  public void use(NodeTrust next) {
    trust = next;
  }

  /**
   * Returns at once when the port is free. One that is taken (a slurmd that has not ended yet) is tried again until it can
   * be had: batch jobs do not need it.
   */
  public void start() {
    boolean open = open();
    Thread.ofPlatform()
        .name("slurmd-port")
        .daemon()
        .start(
            () -> {
              boolean listening = open;
              while (!listening && !closed) {
                pause(RETRY_MILLIS);
                listening = open();
              }
              accept();
            });
  }

  private boolean open() {
    ServerSocket socket = null;
    try {
      socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(address, BACKLOG);
      listener = socket;
      log.info("listening on port {}", address.getPort());
      if (closed) {
        socket.close();
      }
      return true;
    } catch (IOException e) {
      if (!refused) {
        log.error("SlurmdPort {}: {}; no steps here before it is free, trying on", address.getPort(), e.getMessage());
        refused = true;
      }
      try {
        if (socket != null) {
          socket.close();
        }
      } catch (IOException ignored) {
        // it was never open
      }
      return false;
    }
  }

  private void accept() {
    while (!closed) {
      try {
        connections.acquire();
        Socket socket = listener.accept();
        Thread.ofVirtual().name("request").start(() -> handle(socket));
      } catch (InterruptedException e) {
        return;
      } catch (IOException e) {
        connections.release();
        if (!closed) {
          log.error("SlurmdPort: {}", e.getMessage());
          pause(PAUSE_MILLIS);
        }
      }
    }
  }

  /** Out of descriptors: others close theirs in time. */
  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void handle(Socket socket) {
    InetSocketAddress peer = (InetSocketAddress) socket.getRemoteSocketAddress();
    try (socket) {
      socket.setTcpNoDelay(true);
      NodeTrust now = trust;
      Reader reader = new Reader(socket, System.nanoTime() + TimeUnit.SECONDS.toNanos(now.messageTimeout()));
      int length = Frame.checkLength(new Unpacker(reader.exactly(4)).u32(), LARGEST_REQUEST);
      int kilobytes = length <= SMALL ? 0 : (length >> 10) + 1;
      if (!budget.tryAcquire(kilobytes, now.messageTimeout(), TimeUnit.SECONDS)) {
        log.warn("request of {} bytes from {} refused: too much is being read already", length, peer);
        return;
      }
      try {
        Frame frame = Frame.parse(reader.exactly(length), BodySkippers.ANY);
        serve(socket, peer, frame, now);
      } finally {
        budget.release(kilobytes);
      }
    } catch (EOFException e) {
      log.debug("{}: {}", peer, e.getMessage());
    } catch (IOException | WireException e) {
      log.info("request from {}: {}", peer, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.error("request from {} could not be handled", peer, e);
    } finally {
      connections.release();
    }
  }

  private void serve(Socket socket, InetSocketAddress peer, Frame frame, NodeTrust now) throws IOException {
    Header header = frame.header();
    int version = header.version() >> 8;
    Identity who;
    try {
      who = now.callers().authenticate(frame, System.currentTimeMillis() / 1000);
    } catch (AuthException e) {
      log.warn("message {} from {} refused: {}", frame.type(), peer, e.getMessage());
      if (header.version() >= ProtocolVersion.V23_02) {
        NodeAnswer refusal = NodeAnswer.code(SlurmConstants.SLURM_PROTOCOL_AUTHENTICATION_ERROR);
        send(socket, header, refusal, List.of(), Credential.ABSENT);
      }
      return;
    }
    InetAddress origin = header.origAddr().isUnspecified() ? peer.getAddress() : header.origAddr().toInetSocketAddress().getAddress();
    try (Forwarder.Pending children = forwarder.forward(frame, peer, now)) {
      NodeAnswer answer = answer(frame, version, who, origin, peer);
      try {
        List<ForwardedReturn> returns = children.await();
        Header back = header.response(answer.type().number());
        byte[] body = pack(answer, version);
        Credential credential =
            header.version() >= ProtocolVersion.V23_02
                ? Credential.ABSENT
                : now.rpc().settings().credentials().create(
                    header.version(), back.type(), who.hashPlugin() == 0 ? BodyHash.K12 : who.hashPlugin(), body, who.uid());
        write(socket, back.withReturns(returns), credential, body);
      } finally {
        answer.sent().run();
      }
    }
  }

  private NodeAnswer answer(Frame frame, int version, Identity who, InetAddress origin, InetSocketAddress peer) {
    MessageType type = MessageType.of(frame.type()).orElse(null);
    if (type == null) {
      log.warn("message {} from uid {} at {} is unknown", frame.type(), who.uid(), peer);
      return NodeAnswer.code(SlurmError.ESLURM_NOT_SUPPORTED.number());
    }
    SlurmBody body;
    try {
      Unpacker in = frame.body();
      body = type.read(in, version);
    } catch (WireException e) {
      log.warn("{} from uid {} at {}: {}", type, who.uid(), peer, e.getMessage());
      return NodeAnswer.code(SlurmConstants.SLURM_COMMUNICATIONS_RECEIVE_ERROR);
    }
    try {
      return service.serve(new NodeRequest(frame.header(), version, who, origin, body));
    } catch (RuntimeException e) {
      log.error("{} from uid {} at {} could not be served", type, who.uid(), peer, e);
      return NodeAnswer.code(SlurmError.SLURM_ERROR.number());
    }
  }

  private static byte[] pack(NodeAnswer answer, int version) {
    Packer out = new Packer(256);
    answer.body().write(out, version);
    return out.toByteArray();
  }

  private static void send(Socket socket, Header request, NodeAnswer answer, List<ForwardedReturn> returns, Credential credential)
      throws IOException {
    write(socket, request.response(answer.type().number()).withReturns(returns), credential, pack(answer, request.version() >> 8));
  }

  /** Small: what a socket's buffer takes at once. */
  private static void write(Socket socket, Header header, Credential credential, byte[] body) throws IOException {
    Packer out = new Packer(body.length + 512);
    Frame.write(out, header, credential, body, 0, body.length);
    socket.getOutputStream().write(out.array(), 0, out.length());
    socket.shutdownOutput();
  }

  /** Never holds more than has come, twice that while growing; all of it before the deadline. */
  private record Reader(Socket socket, long deadline) {
    byte[] exactly(int length) throws IOException {
      byte[] bytes = new byte[Math.min(length, FIRST_CHUNK)];
      InputStream in = socket.getInputStream();
      for (int got = 0; got < length; ) {
        if (got == bytes.length) {
          bytes = Arrays.copyOf(bytes, (int) Math.min(length, bytes.length * 2L));
        }
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          throw new SocketTimeoutException("no whole request in time, " + got + " of " + length + " bytes came");
        }
        socket.setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
        int n = in.read(bytes, got, bytes.length - got);
        if (n < 0) {
          throw new EOFException("closed after " + got + " of " + length + " bytes");
        }
        got += n;
      }
      return bytes;
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      if (listener != null) {
        listener.close();
      }
    } catch (IOException e) {
      log.debug("SlurmdPort: {}", e.getMessage());
    }
  }
}
