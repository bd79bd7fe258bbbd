package org.slurmctldj.proto.client;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.slurmctldj.proto.auth.AuthException;
import org.slurmctldj.proto.auth.Authenticator;
import org.slurmctldj.proto.auth.BodyHash;
import org.slurmctldj.proto.auth.CredentialFactory;
import org.slurmctldj.proto.auth.Identity;
import org.slurmctldj.proto.os.BlockingSocket;
import org.slurmctldj.proto.wire.Credential;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.Header;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.ProtocolVersion;
import org.slurmctldj.proto.wire.SlurmConstants;
import org.slurmctldj.proto.wire.Unpacker;
import org.slurmctldj.proto.wire.WireException;

/**
 * Sends one request over a plain socket and waits for its answer: Slurm's way of one connection per
 * request. Blocks the calling thread; any number of threads may share it.
 *
 * <p>On the start path of every client: no lambdas, streams, formatting or security providers here.
 */
public final class RpcClient {
  /**
   * What all requests have in common.
   *
   * @param connectTimeout TCPTimeout, seconds
   * @param messageTimeout MessageTimeout, seconds, for sending and for the answer each
   * @param hashPlugin HashPlugin ({@link BodyHash})
   * @param answers checks answers that carry a credential; 22.05's must
   */
  public record Settings(int connectTimeout, int messageTimeout, CredentialFactory credentials, int hashPlugin, Authenticator answers) {
    public static final int DEFAULT_TCP_TIMEOUT = 2;
    public static final int DEFAULT_MESSAGE_TIMEOUT = 10;

    /** Slurm's default timeouts and hash. */
    public static Settings of(CredentialFactory credentials, Authenticator answers) {
      return new Settings(DEFAULT_TCP_TIMEOUT, DEFAULT_MESSAGE_TIMEOUT, credentials, BodyHash.K12, answers);
    }
  }

  private static final int FIRST_READ = 4096;

  private final Settings settings;
  private final boolean blocking;

  public RpcClient(Settings settings) {
    this(settings, false);
  }

  private RpcClient(Settings settings, boolean blocking) {
    this.settings = settings;
    this.blocking = blocking;
  }

  /** The same over {@link BlockingSocket}s: for daemons' platform threads, at half the cost of a call. */
  public RpcClient ofDaemon() {
    return new RpcClient(settings, true);
  }

  public Settings settings() {
    return settings;
  }

  /**
   * One request, one answer, one attempt.
   *
   * @param header {@link Header#request}, perhaps with a forward section
   * @param receiverUid the uid the receiver runs as, or {@link CredentialFactory#ANYONE}
   * @throws RpcException with Slurm's number for whatever went wrong
   */
  public Frame call(InetSocketAddress to, Header header, byte[] body, long receiverUid) {
    try (Line line = connect(to)) {
      send(line, header, body, receiverUid);
      Frame answer = receive(line, to);
      verify(answer, receiverUid, to);
      return answer;
    } catch (IOException e) {
      throw trouble(e, to);
    }
  }

  /** As {@link #call} with an ordinary header. */
  public Frame call(InetSocketAddress to, int version, int type, byte[] body, long receiverUid) {
    return call(to, Header.request(version, type), body, receiverUid);
  }

  /** Sends a message that is not answered. */
  public void tell(InetSocketAddress to, Header header, byte[] body, long receiverUid) {
    try (Line line = connect(to)) {
      send(line, header, body, receiverUid);
    } catch (IOException e) {
      throw trouble(e, to);
    }
  }

  private Line connect(InetSocketAddress to) {
    try {
      return blocking
          ? new BlockingLine(BlockingSocket.connect(to, settings.connectTimeout, settings.messageTimeout))
          : new SocketLine(to, settings);
    } catch (IOException e) {
      throw new RpcException(RpcException.SLURM_COMMUNICATIONS_CONNECTION_ERROR, to + ": " + e.getMessage(), e);
    }
  }

  /** The credential is made after connecting: munged's work is not wasted on a controller that is down. */
  private void send(Line line, Header header, byte[] body, long receiverUid) throws IOException {
    Credential credential;
    try {
      credential = settings.credentials.create(header.version(), header.type(), settings.hashPlugin, body, receiverUid);
    } catch (AuthException e) {
      throw new RpcException(e.slurmError(), e.getMessage(), e);
    }
    Packer out = new Packer(body.length + 512);
    Frame.write(out, header, credential, body, 0, body.length);
    try {
      line.write(out.array(), out.length());
    } catch (SocketException e) {
      // The peer may have answered and closed before reading all; its answer is worth more than this.
      if (line.isClosed()) {
        throw e;
      }
    }
  }

  private Frame receive(Line line, InetSocketAddress from) throws IOException {
    long deadline = System.nanoTime() + settings.messageTimeout * 1_000_000_000L;
    byte[] first = new byte[FIRST_READ];
    int got = 0;
    while (got < 4) {
      got += read(line, first, got, first.length, deadline);
    }
    try {
      int length = Frame.checkLength(new Unpacker(first).u32(), Packer.MAX_LENGTH);
      byte[] bytes = new byte[Math.min(length, 1 << 20)];
      got = Math.min(got - 4, length);
      System.arraycopy(first, 4, bytes, 0, got);
      while (got < length) {
        if (got == bytes.length) {
          bytes = java.util.Arrays.copyOf(bytes, (int) Math.min(length, bytes.length * 2L));
        }
        got += read(line, bytes, got, bytes.length, deadline);
      }
      return Frame.parse(bytes);
    } catch (WireException e) {
      int number = e.slurmError() == SlurmConstants.SLURM_PROTOCOL_INSANE_MSG_LENGTH ? e.slurmError() : RpcException.UNSPECIFIED;
      throw new RpcException(number, "answer of " + from + ": " + e.getMessage(), e);
    }
  }

  private static int read(Line line, byte[] into, int at, int end, long deadline) throws IOException {
    long left = (deadline - System.nanoTime()) / 1_000_000;
    if (left <= 0) {
      throw new SocketTimeoutException("no complete answer in time");
    }
    int n = line.read(into, at, end - at, (int) Math.min(left, Integer.MAX_VALUE));
    if (n <= 0) {
      throw new EOFException("connection closed before the answer was complete");
    }
    return n;
  }

  private void verify(Frame answer, long receiverUid, InetSocketAddress from) {
    if (answer.credential() instanceof Credential.Absent && answer.version() >= ProtocolVersion.V23_02) {
      return;
    }
    try {
      Identity who = settings.answers.authenticate(answer, System.currentTimeMillis() / 1000);
      if (who.uid() != 0 && who.uid() != receiverUid && receiverUid != CredentialFactory.ANYONE) {
        throw new AuthException("answer made by uid " + who.uid());
      }
    } catch (AuthException e) {
      throw new RpcException(RpcException.UNSPECIFIED, "answer of " + from + ": " + e.getMessage(), e);
    }
  }

  private static RpcException trouble(IOException e, InetSocketAddress peer) {
    int number =
        e instanceof SocketTimeoutException
            ? RpcException.SLURM_PROTOCOL_SOCKET_IMPL_TIMEOUT
            : e instanceof EOFException ? RpcException.SLURM_PROTOCOL_SOCKET_ZERO_BYTES_SENT : RpcException.ECONNRESET;
    return new RpcException(number, peer + ": " + e.getMessage(), e);
  }
}
