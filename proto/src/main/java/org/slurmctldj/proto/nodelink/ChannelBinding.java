package org.slurmctldj.proto.nodelink;

import com.google.protobuf.ByteString;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.util.HexFormat;

/**
 * Which channel a node's stream goes through: the SHA-256 fingerprint of the controller's TLS certificate, zeros in plain
 * text. The agent takes it from the certificate it saw, the controller from its own; as it is part of {@link LinkProof},
 * a man in the middle, who must show another certificate, fails the proof on both sides. So nobody needs to know the
 * certificate beforehand.
 */
public record ChannelBinding(ByteString fingerprint) {
  private static final int LENGTH = 32;

  /** No TLS: allowed on loopback only. */
  public static final ChannelBinding PLAIN = new ChannelBinding(ByteString.copyFrom(new byte[LENGTH]));

  public ChannelBinding {
    if (fingerprint.size() != LENGTH) {
      throw new IllegalArgumentException("a fingerprint has " + LENGTH + " bytes");
    }
  }

  public static ChannelBinding of(Certificate certificate) {
    try {
      return new ChannelBinding(
          ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded())));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("a certificate without encoding", e);
    }
  }

  public boolean isTls() {
    return !equals(PLAIN);
  }

  @Override
  public String toString() {
    return isTls() ? HexFormat.of().formatHex(fingerprint.toByteArray()) : "plain text";
  }
}
