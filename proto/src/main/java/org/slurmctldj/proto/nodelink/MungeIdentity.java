package org.slurmctldj.proto.nodelink;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.slurmctldj.proto.auth.MungeClient;
import org.slurmctldj.proto.auth.MungeException;

/** auth/munge: the payload is the credential's, munged refuses replays and old ones. */
public final class MungeIdentity implements LinkIdentity {
  private static final int LONGEST = 64 << 10;

  private final MungeClient munge;

  public MungeIdentity(MungeClient munge) {
    this.munge = munge;
  }

  @Override
  public byte[] prove(byte[] payload) {
    try {
      return munge.encode(payload, MungeClient.ANY, 0).getBytes(StandardCharsets.ISO_8859_1);
    } catch (MungeException e) {
      throw new LinkIdentityException("munged made no credential: " + e.getMessage(), e);
    }
  }

  @Override
  public long verify(byte[] credential, byte[] payload) {
    if (credential.length == 0 || credential.length > LONGEST) {
      throw new LinkIdentityException("a munge credential of " + credential.length + " bytes");
    }
    MungeClient.Decoded decoded;
    try {
      decoded = munge.decode(new String(credential, StandardCharsets.ISO_8859_1));
    } catch (MungeException e) {
      throw new LinkIdentityException("munged refused the credential: " + e.getMessage(), e);
    }
    if (!MessageDigest.isEqual(decoded.payload(), payload)) {
      throw new LinkIdentityException("the munge credential vouches for something else");
    }
    return decoded.uid();
  }
}
