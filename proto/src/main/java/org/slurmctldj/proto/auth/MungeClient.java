package org.slurmctldj.proto.auth;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.Unpacker;
import org.slurmctldj.proto.wire.WireException;

/**
 * Talks to munged over its unix socket, one connection per request as munged wants it; no libmunge.
 * Usable from any number of threads; a call blocks its thread for at most the timeout per attempt.
 *
 * <p>A socket that cannot be reached or breaks is tried again with growing pauses, as libmunge and
 * Slurm do: under load munged's backlog overflows. A repeated decode is marked as such, so munged
 * does not take it for a replay of the attempt whose answer was lost.
 */
public final class MungeClient {
  public static final String DEFAULT_SOCKET = "/run/munge/munge.socket.2";

  /** No restriction on who may decode (MUNGE_UID_ANY). */
  public static final long ANY = 0xffffffffL;

  private static final int MAGIC = 0x00606D4B;
  private static final int VERSION = 4;
  private static final int ENC_REQ = 2;
  private static final int ENC_RSP = 3;
  private static final int DEC_REQ = 4;
  private static final int DEC_RSP = 5;
  private static final int HEADER = 11;
  /** munged's own limit on a message. */
  private static final int MAX_MESSAGE = 1 << 20;

  private static final int ATTEMPTS = 10;
  private static final long TIMEOUT_MS = 10_000;
  private static final long FIRST_PAUSE_MS = 10;

  /**
   * A credential munged has opened.
   *
   * @param uid who made it
   * @param payload what it vouches for
   * @param encodeTime seconds since the epoch, by the clock of the host that made it
   * @param decodeTime seconds since the epoch, by this host's munged
   * @param ttl seconds from encodeTime
   * @param restrictedUid who may decode it; {@link #ANY}
   */
  public record Decoded(long uid, long gid, byte[] payload, long encodeTime, long decodeTime, long ttl, long restrictedUid) {}

  private final UnixDomainSocketAddress address;
  private final String socket;
  private final ConcurrentLinkedDeque<Selector> idleSelectors = new ConcurrentLinkedDeque<>();

  public MungeClient(String socket) {
    this.socket = socket;
    this.address = UnixDomainSocketAddress.of(socket);
  }

  /**
   * Makes a credential in the name of this process.
   *
   * @param restrictUid the only uid (besides root) that may decode it, or {@link #ANY}
   * @param ttl seconds; 0 = munged's default (300)
   */
  public String encode(byte[] payload, long restrictUid, int ttl) {
    Packer out = new Packer(64 + payload.length);
    out.u8(1).u8(1).u8(1).u8(0).u32(ttl).u32(restrictUid).u32(ANY).mem(payload);
    Unpacker in = transact(ENC_REQ, out, ENC_RSP);
    try {
      MungeError error = MungeError.of(in.u8());
      String text = text(in);
      if (error != MungeError.SUCCESS) {
        throw refused(error, text, null);
      }
      byte[] credential = in.mem();
      int length = credential.length > 0 && credential[credential.length - 1] == 0 ? credential.length - 1 : credential.length;
      return latin1(credential, length);
    } catch (WireException e) {
      throw refused(MungeError.SOCKET, "munged's answer: " + e.getMessage(), null);
    }
  }

  /** Opens a credential; possible only once per host. {@link MungeException} for every refusal. */
  public Decoded decode(String credential) {
    Packer out = new Packer(64 + credential.length());
    out.str(credential);
    Unpacker in = transact(DEC_REQ, out, DEC_RSP);
    try {
      MungeError error = MungeError.of(in.u8());
      String text = text(in);
      in.skip(3); // cipher, mac, zip
      in.skip(in.u8()); // realm
      long ttl = in.u32();
      in.skip(in.u8()); // address
      long encodeTime = in.u32();
      long decodeTime = in.u32();
      long uid = in.u32();
      long gid = in.u32();
      long restrictedUid = in.u32();
      in.u32(); // restricted gid
      Decoded decoded = new Decoded(uid, gid, in.mem(), encodeTime, decodeTime, ttl, restrictedUid);
      if (error != MungeError.SUCCESS) {
        boolean readable = error == MungeError.CRED_EXPIRED || error == MungeError.CRED_REWOUND || error == MungeError.CRED_REPLAYED;
        throw refused(error, text, readable ? decoded : null);
      }
      return decoded;
    } catch (WireException e) {
      throw refused(MungeError.SOCKET, "munged's answer: " + e.getMessage(), null);
    }
  }

  private static MungeException refused(MungeError error, String text, Decoded decoded) {
    return new MungeException(error, text.isEmpty() ? error.text() : text, decoded);
  }

  private static String text(Unpacker in) {
    byte[] bytes = in.raw(in.u8());
    int n = bytes.length;
    while (n > 0 && bytes[n - 1] == 0) {
      n--;
    }
    return latin1(bytes, n);
  }

  @SuppressWarnings("deprecation") // exactly "each byte one char"
  private static String latin1(byte[] bytes, int length) {
    return new String(bytes, 0, 0, length);
  }

  private Unpacker transact(int type, Packer body, int wanted) {
    for (int attempt = 0; ; attempt++) {
      try {
        return once(type, body, wanted, attempt);
      } catch (IOException e) {
        if (attempt + 1 == ATTEMPTS || Thread.currentThread().isInterrupted()) {
          throw new MungeException(MungeError.SOCKET, "Failed to access \"" + socket + "\": " + reason(e), null);
        }
        pause(FIRST_PAUSE_MS * (attempt + 1));
      }
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static void pause(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Unpacker once(int type, Packer body, int wanted, int retry) throws IOException {
    Packer request = new Packer(HEADER + body.length());
    request.u32(MAGIC).u8(VERSION).u8(type).u8(retry).u32(body.length()).raw(body.array(), 0, body.length());
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(address);
      channel.configureBlocking(false);
      long deadline = System.nanoTime() + TIMEOUT_MS * 1_000_000;
      ByteBuffer out = ByteBuffer.wrap(request.array(), 0, request.length());
      while (out.hasRemaining()) {
        if (channel.write(out) == 0) {
          await(channel, SelectionKey.OP_WRITE, deadline);
        }
      }
      Unpacker header = new Unpacker(read(channel, HEADER, deadline));
      if (header.u32() != MAGIC || header.u8() != VERSION) {
        throw new IOException("no munged answers there");
      }
      int answerType = header.u8();
      header.u8();
      long length = header.u32();
      if (answerType != wanted || length > MAX_MESSAGE) {
        throw new IOException("unexpected answer of type " + answerType + ", " + length + " bytes");
      }
      return new Unpacker(read(channel, (int) length, deadline));
    }
  }

  private byte[] read(SocketChannel channel, int n, long deadline) throws IOException {
    ByteBuffer in = ByteBuffer.allocate(n);
    while (in.hasRemaining()) {
      int got = channel.read(in);
      if (got < 0) {
        throw new EOFException("munged closed the connection");
      }
      if (got == 0) {
        await(channel, SelectionKey.OP_READ, deadline);
      }
    }
    return in.array();
  }

  private void await(SocketChannel channel, int what, long deadline) throws IOException {
    long left = (deadline - System.nanoTime()) / 1_000_000;
    if (left <= 0) {
      throw new IOException(MungeError.TIMEOUT.text());
    }
    Selector selector = idleSelectors.pollFirst();
    if (selector == null) {
      selector = Selector.open();
    }
    SelectionKey key = channel.register(selector, what);
    selector.select(left);
    key.cancel();
    selector.selectNow();
    idleSelectors.addFirst(selector);
    if (Thread.currentThread().isInterrupted()) {
      throw new IOException("interrupted");
    }
  }
}
