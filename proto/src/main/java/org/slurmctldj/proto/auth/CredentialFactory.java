package org.slurmctldj.proto.auth;

import org.slurmctldj.proto.wire.Credential;
import org.slurmctldj.proto.wire.ProtocolVersion;

/**
 * Makes the credential of a message to be sent. Any thread; may block on munged or a sack socket.
 * {@link AuthException} if none can be made.
 */
public interface CredentialFactory {
  /** No restriction on who may accept the credential. */
  long ANYONE = 0xffffffffL;

  /**
   * The credential for one message.
   *
   * @param version protocol version of the message
   * @param type message number
   * @param hashPlugin {@link BodyHash}'s; an answer uses the one it was asked with
   * @param receiverUid the only uid that may accept it, or {@link #ANYONE}
   */
  default Credential create(int version, int type, int hashPlugin, byte[] body, int offset, int length, long receiverUid) {
    return ofPayload(version, BodyHash.payload(hashPlugin, type, body, offset, length), receiverUid);
  }

  /** The credential of a message whose {@link BodyHash#payload} is known. */
  Credential ofPayload(int version, byte[] payload, long receiverUid);

  /** As above for a whole body. */
  default Credential create(int version, int type, int hashPlugin, byte[] body, long receiverUid) {
    return create(version, type, hashPlugin, body, 0, body.length, receiverUid);
  }

  /**
   * auth/munge, for clients and daemons.
   *
   * @param ttl seconds; 0 = munged's default
   */
  static CredentialFactory munge(MungeClient munge, int ttl) {
    return new CredentialFactory() {
      @Override
      public Credential ofPayload(int version, byte[] payload, long receiverUid) {
        try {
          return new Credential.Munge(munge.encode(payload, receiverUid, ttl));
        } catch (MungeException e) {
          throw new AuthException("Munge encode failed: " + e.getMessage(), e);
        }
      }
    };
  }

  /** auth/slurm for clients: tokens come from the sack socket. */
  static CredentialFactory sack(SackClient sack) {
    return new CredentialFactory() {
      @Override
      public Credential ofPayload(int version, byte[] payload, long receiverUid) {
        tokensExist(version);
        try {
          return new Credential.SlurmToken(sack.create(version, receiverUid, payload));
        } catch (TokenException e) {
          throw new AuthException(e.getMessage(), e);
        }
      }
    };
  }

  /**
   * auth/slurm for daemons, which hold the key.
   *
   * @param uid this daemon's
   * @param host short host name
   * @param ttl seconds; 0 = {@link SlurmToken#DEFAULT_TTL}
   */
  static CredentialFactory key(SlurmKey key, String cluster, String host, long uid, long gid, int ttl) {
    int seconds = ttl > 0 ? ttl : SlurmToken.DEFAULT_TTL;
    return new CredentialFactory() {
      @Override
      public Credential ofPayload(int version, byte[] payload, long receiverUid) {
        tokensExist(version);
        long now = System.currentTimeMillis() / 1000;
        return new Credential.SlurmToken(
            key.sign(SlurmToken.forMessage(SlurmToken.AUTH, now, seconds, version, receiverUid, cluster, uid, gid, host, payload)));
      }
    };
  }

  private static void tokensExist(int version) {
    if (version < ProtocolVersion.V23_11) {
      throw new AuthException("auth/slurm exists from 23.11 on, not in " + ProtocolVersion.release(version));
    }
  }
}
