package org.slurmctldj.proto.nodelink;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What each side of a node's stream signs to prove itself: the payload of its munge credential or auth/slurm token.
 *
 * <p>It covers both nonces (so an old credential proves nothing), the role (so one side's credential cannot be sent
 * back to it), the node (so one node's credential does not serve for another) and the TLS channel (so nobody sits between). Called by the agent and by the
 * controller's room {@code agents}, on any thread.
 */
public final class LinkProof {
  /** Length of a nonce in bytes. */
  public static final int NONCE_LENGTH = 32;

  /** Raised together with {@code Hello.revision}. */
  public static final int REVISION = 2;

  public enum Role {
    CONTROLLER,
    AGENT
  }

  /** 32 bytes that the side with {@code role} puts into its credential. */
  public static byte[] payload(Role role, String nodeName, String bootId, byte[] agentNonce, byte[] controllerNonce, ChannelBinding channel) {
    if (agentNonce.length != NONCE_LENGTH || controllerNonce.length != NONCE_LENGTH) {
      throw new IllegalArgumentException("a nonce has " + NONCE_LENGTH + " bytes");
    }
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    text(digest, "slurmctld-j node link " + REVISION);
    text(digest, role.name());
    text(digest, nodeName);
    text(digest, bootId);
    digest.update(agentNonce);
    digest.update(controllerNonce);
    digest.update(channel.fingerprint().toByteArray());
    return digest.digest();
  }

  /** Length first, so that no two field lists give the same bytes. */
  private static void text(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update((byte) (bytes.length >> 8));
    digest.update((byte) bytes.length);
    digest.update(bytes);
  }

  private LinkProof() {}
}
