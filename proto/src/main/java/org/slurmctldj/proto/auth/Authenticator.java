package org.slurmctldj.proto.auth;

import java.util.Optional;
import org.slurmctldj.proto.wire.Credential;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.Header;
import org.slurmctldj.proto.wire.ProtocolVersion;

/**
 * Finds who stands behind a received message. A munge credential opens only once: authenticate each
 * frame once. Any thread; may block on munged or a sack socket. {@link AuthException} for everything
 * that does not convince.
 *
 * <p>Only the mechanisms it was made with count: a token is worth nothing where AuthType=auth/munge.
 */
public final class Authenticator {
  /**
   * Which weak proofs of the body count.
   *
   * @param blockNullHash CommunicationParameters=block_null_hash: a credential without hash is refused
   * @param blockZeroHash CommunicationParameters=block_zero_hash: hash/none is refused
   * @param replayAllowed a munge credential opened before counts once more: several node agents on
   *     one host each get the same forwarded message
   */
  public record Policy(boolean blockNullHash, boolean blockZeroHash, boolean replayAllowed) {
    public static final Policy DEFAULT = new Policy(false, false, false);

    /** From the value of CommunicationParameters, which may be null. */
    public static Policy of(String communicationParameters) {
      return new Policy(has(communicationParameters, "block_null_hash"), has(communicationParameters, "block_zero_hash"), false);
    }

    private static boolean has(String list, String word) {
      if (list == null) {
        return false;
      }
      int at = 0;
      while (at <= list.length()) {
        int comma = list.indexOf(',', at);
        int end = comma < 0 ? list.length() : comma;
        if (list.substring(at, end).strip().equalsIgnoreCase(word)) {
          return true;
        }
        at = end + 1;
      }
      return false;
    }
  }

  private static final int REQUEST_CONFIG = 2015;

  /** What a slurmd or sackd without configuration calls its cluster while it asks for one (24.11). */
  private static final String CLUSTER_BEFORE_CONFIG = "configless";

  /** Everything but cluster, context and body. */
  private interface Tokens {
    SlurmToken verify(String token, int version, long now);
  }

  private final MungeClient munge;
  private final Tokens tokens;
  private final String cluster;
  private final Policy policy;

  private Authenticator(MungeClient munge, Tokens tokens, String cluster, Policy policy) {
    this.munge = munge;
    this.tokens = tokens;
    this.cluster = cluster;
    this.policy = policy;
  }

  /** auth/munge. */
  public static Authenticator munge(MungeClient munge, Policy policy) {
    return new Authenticator(munge, null, null, policy);
  }

  /**
   * auth/slurm in a daemon.
   *
   * @param ownUid this process's effective uid; tokens may be restricted to it
   */
  public static Authenticator key(SlurmKey key, String cluster, long ownUid, Policy policy) {
    return new Authenticator(null, (token, version, now) -> key.verifyOfAnyCluster(token, now, ownUid), cluster, policy);
  }

  /** auth/slurm in a client: the sack socket checks the signature, the claims are checked here. */
  public static Authenticator sack(SackClient sack, String cluster, long ownUid, Policy policy) {
    return new Authenticator(
        null,
        (token, version, now) -> {
          if (!sack.verify(version, token)) {
            throw new TokenException("the sack socket does not confirm the token");
          }
          return SlurmKey.confirmed(token, now, ownUid);
        },
        cluster,
        policy);
  }

  /** Both mechanisms: AuthType and AuthAltTypes. */
  public Authenticator or(Authenticator other) {
    Authenticator second = tokens == null ? other : this;
    return new Authenticator(munge == null ? other.munge : munge, second.tokens, second.cluster, policy);
  }

  /**
   * Who sent the frame.
   *
   * @param now seconds since the epoch
   */
  public Identity authenticate(Frame frame, long now) {
    if (frame.header().has(Header.GLOBAL_AUTH_KEY)) {
      throw new AuthException("the global key (AccountingStoragePass) is not used here");
    }
    // No pattern switch: its class is spun at run time, which every client would wait for.
    Credential credential = frame.credential();
    if (credential instanceof Credential.Munge m) {
      return byMunge(frame, m.credential());
    }
    if (credential instanceof Credential.SlurmToken t) {
      return byToken(frame, t.token(), now);
    }
    if (credential instanceof Credential.Jwt) {
      throw new AuthException("auth/jwt is not supported");
    }
    if (credential instanceof Credential.None) {
      throw new AuthException("auth/none is not supported");
    }
    throw new AuthException("message without credential");
  }

  private Identity byMunge(Frame frame, String credential) {
    if (munge == null) {
      throw new AuthException("auth/munge credential where auth/munge is not configured");
    }
    MungeClient.Decoded decoded;
    try {
      decoded = munge.decode(credential);
    } catch (MungeException e) {
      if (!policy.replayAllowed || e.error() != MungeError.CRED_REPLAYED || e.decoded().isEmpty()) {
        throw new AuthException("Munge decode failed: " + e.getMessage(), e);
      }
      decoded = e.decoded().get();
    }
    checkHash(decoded.payload(), frame);
    return new Identity(decoded.uid(), decoded.gid(), "auth/munge", BodyHash.plugin(decoded.payload()), Optional.empty(), null);
  }

  private Identity byToken(Frame frame, String text, long now) {
    if (tokens == null) {
      throw new AuthException("auth/slurm token where auth/slurm is not configured");
    }
    if (frame.version() < ProtocolVersion.V23_11) {
      throw new AuthException("auth/slurm token in a message of " + ProtocolVersion.release(frame.version()));
    }
    SlurmToken token;
    try {
      token = tokens.verify(text, frame.version(), now);
    } catch (TokenException e) {
      throw new AuthException(e.getMessage(), e);
    }
    if (!token.context().equals(SlurmToken.AUTH) && !token.context().equals(SlurmToken.SACK)) {
      throw new AuthException("token with context " + token.context() + " used as a message's credential");
    }
    boolean asksForConfig = frame.type() == REQUEST_CONFIG && token.cluster().equals(CLUSTER_BEFORE_CONFIG);
    if (!token.cluster().equals(cluster) && !asksForConfig) {
      throw new AuthException("token of cluster " + token.cluster());
    }
    checkHash(token.payload(), frame);
    return new Identity(token.uid(), token.gid(), "auth/slurm", BodyHash.plugin(token.payload()), token.identity(), token.host());
  }

  private void checkHash(byte[] payload, Frame frame) {
    switch (BodyHash.check(payload, frame.type(), frame.array(), frame.bodyOffset(), frame.bodyLength())) {
      case PROVEN -> {}
      case TYPE_ONLY -> {
        if (policy.blockZeroHash) {
          throw new AuthException("credential without a hash of the body (block_zero_hash)");
        }
      }
      case NO_HASH -> {
        if (policy.blockNullHash) {
          throw new AuthException("credential with an empty hash (block_null_hash)");
        }
      }
      case WRONG -> throw new AuthException("the credential is not for this message body");
    }
  }
}
