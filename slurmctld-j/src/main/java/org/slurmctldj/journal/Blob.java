package org.slurmctldj.journal;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A script or an environment on its way to disk, named by its content.
 *
 * @param hash SHA-256 of the content, 32 bytes
 */
public record Blob(byte[] hash, byte[] content) {
  /** Largest content taken, bytes. */
  public static final int MAX_BYTES = 32 << 20;

  /** Never used itself: a copy of it costs less than looking one up. */
  private static final MessageDigest SHA_256 = digest();

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  public static Blob of(byte[] content) {
    return new Blob(sha256(content), content);
  }

  public String hex() {
    return HexFormat.of().formatHex(hash);
  }

  static byte[] sha256(byte[] content) {
    try {
      return ((MessageDigest) SHA_256.clone()).digest(content);
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's SHA-256 can be copied", e);
    }
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Blob b && Arrays.equals(hash, b.hash);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(hash);
  }

  @Override
  public String toString() {
    return "blob " + hex() + " of " + content.length + " bytes";
  }
}
