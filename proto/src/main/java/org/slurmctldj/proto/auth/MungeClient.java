package org.slurmctldj.proto.auth;

import java.io.IOException;
import org.slurmctldj.proto.os.BlockingSocket;
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

  private static final int ENC_REQ = 2;
  private static final int ENC_RSP = 3;
  private static final int DEC_REQ = 4;
  private static final int DEC_RSP = 5;

  private static final int ATTEMPTS = 10;
  private static final int TIMEOUT_SECONDS = 10;
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

  private final String socket;
  private final MungeExchange exchange;

  private MungeClient(String socket, MungeExchange exchange) {
    this.socket = socket;
    this.exchange = exchange;
  }

  /** For programs that ask once or twice: nothing is loaded or linked for it. */
  public MungeClient(String socket) {
    this(socket, new MungeChannel(socket, TIMEOUT_SECONDS));
  }

  /** For daemons, whose every request needs munged: the fewest system calls. */
  public static MungeClient ofDaemon(String socket) {
    return new MungeClient(socket, request -> {
      try (BlockingSocket munged = BlockingSocket.connect(socket, TIMEOUT_SECONDS)) {
        munged.write(request.array(), 0, request.length());
        return MungeExchange.answer(munged::read);
      }
    });
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
    Packer request = new Packer(MungeExchange.HEADER + body.length());
    request.u32(MungeExchange.MAGIC).u8(MungeExchange.VERSION).u8(type).u8(retry).u32(body.length()).raw(body.array(), 0, body.length());
    byte[] answer = exchange.ask(request);
    int answerType = answer[MungeExchange.TYPE_AT];
    if (answerType != wanted) {
      throw new IOException("unexpected answer of type " + answerType + ", " + (answer.length - MungeExchange.HEADER) + " bytes");
    }
    return new Unpacker(answer, MungeExchange.HEADER, answer.length - MungeExchange.HEADER);
  }
}
