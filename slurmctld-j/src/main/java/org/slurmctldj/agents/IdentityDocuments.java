package org.slurmctldj.agents;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.slurmctldj.proto.text.Json;

/**
 * Checks instance identity documents by the cloud's certificates: AWS publishes one RSA certificate for each region ("Verify
 * the instance identity document using the base64-encoded signature"). Immutable, any thread.
 */
public final class IdentityDocuments {
  /**
   * @param pending when the instance was started
   */
  public record Identity(String instanceId, String instanceType, String account, String region, String zone, Instant pending) {}

  private final List<PublicKey> keys;

  private IdentityDocuments(List<PublicKey> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * {@code files}: PEM, each with one certificate or several.
   *
   * @throws IOException a sentence: a file cannot be read or holds no RSA certificate
   */
  public static IdentityDocuments of(List<Path> files) throws IOException {
    List<PublicKey> keys = new ArrayList<>();
    for (Path file : files) {
      try (InputStream in = Files.newInputStream(file)) {
        int before = keys.size();
        for (Certificate c : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
          if (c.getPublicKey().getAlgorithm().equals("RSA")) {
            keys.add(c.getPublicKey());
          }
        }
        if (keys.size() == before) {
          throw new IOException(file + " holds no RSA certificate");
        }
      } catch (GeneralSecurityException e) {
        throw new IOException(file + " is no certificate: " + e.getMessage(), e);
      } catch (java.nio.file.NoSuchFileException e) {
        throw new IOException("there is no certificate " + file, e);
      }
    }
    return new IdentityDocuments(keys);
  }

  /**
   * What the document says, if one of the certificates vouches for it.
   *
   * @throws IllegalArgumentException a sentence
   */
  public Identity verify(String document, String signature) {
    byte[] signed;
    try {
      signed = Base64.getMimeDecoder().decode(signature);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the identity document's signature is not base64", e);
    }
    byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
    if (keys.stream().noneMatch(k -> isSigned(k, bytes, signed))) {
      throw new IllegalArgumentException("the identity document's signature is by none of our certificates");
    }
    try {
      Map<String, Object> fields = Json.parseObject(document);
      return new Identity(
          text(fields, "instanceId"), text(fields, "instanceType"), text(fields, "accountId"), text(fields, "region"),
          text(fields, "availabilityZone"), Instant.parse(text(fields, "pendingTime")));
    } catch (Json.JsonException | DateTimeParseException e) {
      throw new IllegalArgumentException("the identity document cannot be read: " + e.getMessage(), e);
    }
  }

  private static String text(Map<String, Object> fields, String name) {
    if (fields.get(name) instanceof String s) {
      return s;
    }
    throw new IllegalArgumentException("the identity document has no " + name);
  }

  private static boolean isSigned(PublicKey key, byte[] bytes, byte[] signed) {
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initVerify(key);
      signature.update(bytes);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
