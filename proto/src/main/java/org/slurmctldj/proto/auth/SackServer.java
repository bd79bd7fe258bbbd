package org.slurmctldj.proto.auth;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.slurmctldj.proto.os.UnixServerSocket;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.ProtocolVersion;
import org.slurmctldj.proto.wire.Unpacker;
import org.slurmctldj.proto.wire.WireException;

/**
 * Serves the sack socket: whoever connects gets tokens in the name of the uid that the kernel says
 * it has. Run by the controller and the node agent where AuthType=auth/slurm, with threads of its own.
 */
public final class SackServer implements AutoCloseable {
  static final int CREATE = 64001;
  static final int VERIFY = 64002;
  static final int MAX_REQUEST = 1 << 20;
  private static final int TIMEOUT_SECONDS = 5;
  private static final int THREADS = 512;
  private static final long PAUSE_MS = 100;

  /**
   * What does not change between two reconfigurations.
   *
   * @param host short host name, for the tokens' host claim
   * @param ttl seconds; 0 = {@link SlurmToken#DEFAULT_TTL}
   */
  public record Settings(SlurmKey key, String cluster, String host, int ttl) {}

  private final UnixServerSocket socket;
  private final Settings settings;
  private final Consumer<String> log;
  private final ExecutorService workers;
  private final Semaphore room = new Semaphore(THREADS);
  private final Thread acceptor;

  private SackServer(UnixServerSocket socket, Settings settings, Consumer<String> log) {
    this.socket = socket;
    this.settings = settings;
    this.log = log;
    this.workers =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().name("sack-", 0).factory());
    this.acceptor = Thread.ofPlatform().daemon().name("sack").unstarted(this::accept);
  }

  /**
   * Listens at {@code path}, open to every user.
   *
   * @param log gets one line per trouble
   */
  public static SackServer start(Path path, Settings settings, Consumer<String> log) throws IOException {
    SackServer server = new SackServer(UnixServerSocket.bind(path, "rwxrwxrwx", 128), settings, log);
    server.acceptor.start();
    return server;
  }

  private void accept() {
    while (!socket.isClosed()) {
      room.acquireUninterruptibly();
      try {
        UnixServerSocket.Connection connection = socket.accept(TIMEOUT_SECONDS);
        workers.execute(() -> {
          try (connection) {
            serve(connection);
          } catch (IOException | WireException | TokenException e) {
            log.accept("sack: uid " + connection.peerUid() + ": " + e.getMessage());
          } finally {
            room.release();
          }
        });
      } catch (IOException e) {
        room.release();
        if (!socket.isClosed()) {
          log.accept("sack: " + e.getMessage());
          pause();
        }
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(UnixServerSocket.Connection connection) throws IOException {
    Unpacker header = new Unpacker(connection.read(10));
    int version = header.u16();
    long length = header.u32();
    long rpc = header.u32();
    if (length < 8 || length > MAX_REQUEST) {
      throw new WireException("request of " + length + " bytes");
    }
    Unpacker in = new Unpacker(connection.read((int) length - 8));
    Packer out = new Packer();
    if (rpc == CREATE) {
      long restrictedUid = in.u32();
      byte[] payload = in.mem();
      out.str(create(connection, ProtocolVersion.isSupported(version) ? version : ProtocolVersion.NEWEST, restrictedUid, payload));
    } else if (rpc == VERIFY) {
      out.u32(verify(connection, in.str()) ? 0 : 0xffffffffL);
    } else {
      throw new WireException("unexpected rpc=" + rpc);
    }
    connection.write(out.toByteArray());
  }

  private String create(UnixServerSocket.Connection connection, int version, long restrictedUid, byte[] payload) {
    return settings.key.sign(
        SlurmToken.forMessage(
            SlurmToken.SACK,
            now(),
            settings.ttl > 0 ? settings.ttl : SlurmToken.DEFAULT_TTL,
            version,
            restrictedUid,
            settings.cluster,
            connection.peerUid(),
            connection.peerGid(),
            settings.host,
            payload));
  }

  /** Whether the token counts for who asks: as with real Slurm, one restricted to another uid does not. */
  private boolean verify(UnixServerSocket.Connection connection, String token) {
    if (token == null) {
      return false;
    }
    try {
      String context = settings.key.verify(token, settings.cluster, now(), connection.peerUid()).context();
      return context.equals(SlurmToken.AUTH) || context.equals(SlurmToken.SACK);
    } catch (TokenException e) {
      log.accept("sack: verify: " + e.getMessage());
      return false;
    }
  }

  private static long now() {
    return System.currentTimeMillis() / 1000;
  }

  @Override
  public void close() {
    socket.close();
    workers.shutdown();
  }
}
