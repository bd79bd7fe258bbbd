package org.slurmctldj.proto.nodelink;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.slurmctldj.proto.auth.SlurmKey;
import org.slurmctldj.proto.auth.SlurmToken;
import org.slurmctldj.proto.auth.TokenException;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.wire.ProtocolVersion;

/**
 * auth/slurm: a token signed with slurm.key. Its context is its own, so that it is nowhere accepted as the credential of
 * a Slurm message, nor such a one here. The nonce makes a replay worthless.
 */
public final class TokenIdentity implements LinkIdentity {
  private static final String CONTEXT = "slurmctld-j-node-link";

  private final SlurmKey key;
  private final String cluster;

  public TokenIdentity(SlurmKey key, String cluster) {
    this.key = key;
    this.cluster = cluster;
  }

  @Override
  public byte[] prove(byte[] payload) {
    SlurmToken token =
        SlurmToken.forMessage(
            CONTEXT,
            now(),
            SlurmToken.DEFAULT_TTL,
            ProtocolVersion.V24_11,
            SlurmToken.ANY,
            cluster,
            ProcessFacts.effectiveUid(),
            ProcessFacts.effectiveGid(),
            ProcessFacts.shortHostName(),
            payload);
    return key.sign(token).getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public long verify(byte[] credential, byte[] payload) {
    SlurmToken token;
    try {
      token =
          key.verify(
              new String(credential, StandardCharsets.ISO_8859_1), cluster, now(), ProcessFacts.effectiveUid());
    } catch (TokenException e) {
      throw new LinkIdentityException("the auth/slurm token is refused: " + e.getMessage(), e);
    }
    if (!token.context().equals(CONTEXT)) {
      throw new LinkIdentityException("an auth/slurm token with context " + token.context());
    }
    if (!MessageDigest.isEqual(token.payload(), payload)) {
      throw new LinkIdentityException("the auth/slurm token vouches for something else");
    }
    return token.uid();
  }

  private static long now() {
    return System.currentTimeMillis() / 1000;
  }
}
