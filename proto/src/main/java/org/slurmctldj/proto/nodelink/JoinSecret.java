package org.slurmctldj.proto.nodelink;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that the instances of one launch order join with, and the proofs of knowing it (join.proto). The controller
 * derives it from a key of its own, so none is stored; an instance has it from its user data. Immutable, any thread.
 */
public final class JoinSecret {
  public static final int REVISION = 1;
  public static final int NONCE_LENGTH = 32;

  public enum Role {
    CONTROLLER,
    AGENT
  }

  private final byte[] secret;

  private JoinSecret(byte[] secret) {
    this.secret = secret;
  }

  /** The one of an order. {@code key}: the controller's own, 32 bytes. */
  public static JoinSecret of(byte[] key, String cluster, String order) {
    Mac mac = mac(key);
    text(mac, "slurmctld-j join " + REVISION);
    text(mac, cluster);
    text(mac, order);
    return new JoinSecret(mac.doFinal());
  }

  /**
   * As user data has it.
   *
   * @throws IllegalArgumentException no secret
   */
  public static JoinSecret parse(String text) {
    byte[] secret = Base64.getUrlDecoder().decode(text);
    if (secret.length != 32) {
      throw new IllegalArgumentException("a join token has 32 bytes, not " + secret.length);
    }
    return new JoinSecret(secret);
  }

  /** For user data: letters, digits, - and _. */
  public String text() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
  }

  /** What the side with {@code role} sends. */
  public byte[] proof(Role role, String order, String instanceId, byte[] agentNonce, byte[] controllerNonce, ChannelBinding channel) {
    if (agentNonce.length != NONCE_LENGTH || controllerNonce.length != NONCE_LENGTH) {
      throw new IllegalArgumentException("a nonce has " + NONCE_LENGTH + " bytes");
    }
    Mac mac = mac(secret);
    text(mac, role.name());
    text(mac, order);
    text(mac, instanceId);
    mac.update(agentNonce);
    mac.update(controllerNonce);
    mac.update(channel.fingerprint().toByteArray());
    return mac.doFinal();
  }

  /** Whether the other side knows the secret. */
  public boolean isProof(byte[] proof, Role role, String order, String instanceId, byte[] agentNonce, byte[] controllerNonce, ChannelBinding channel) {
    return MessageDigest.isEqual(proof, proof(role, order, instanceId, agentNonce, controllerNonce, channel));
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  /** Length first, so that no two field lists give the same bytes. */
  private static void text(Mac mac, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    mac.update((byte) (bytes.length >> 8));
    mac.update((byte) bytes.length);
    mac.update(bytes);
  }

  /** Never the secret. */
  @Override
  public String toString() {
    return "join secret";
  }
}
