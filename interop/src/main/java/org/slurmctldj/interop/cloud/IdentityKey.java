package org.slurmctldj.interop.cloud;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;

/** The key that signs the fake's instance identity documents, as AWS's RSA key signs the real ones, and its certificate as PEM. */
final class IdentityKey {
  private static final String PASSWORD = "fake-cloud";

  private final PrivateKey key;
  private final Path certificate;

  private IdentityKey(PrivateKey key, Path certificate) {
    this.key = key;
    this.certificate = certificate;
  }

  static IdentityKey in(Path directory) throws IOException, GeneralSecurityException, InterruptedException {
    Path store = directory.resolve("identity.p12");
    if (!Files.exists(store)) {
      Process keytool =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", "identity", "-keyalg", "RSA",
                  "-keysize", "2048", "-sigalg", "SHA256withRSA", "-dname", "CN=fake cloud (not AWS)", "-validity", "3650", "-storetype", "PKCS12",
                  "-storepass", PASSWORD, "-keystore", store.toString())
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("keytool.out").toFile())
              .start();
      if (keytool.waitFor() != 0) {
        throw new IOException("keytool failed: " + Files.readString(directory.resolve("keytool.out")));
      }
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    Path pem = directory.resolve("identity.pem");
    Files.writeString(
        pem,
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(keys.getCertificate("identity").getEncoded())
            + "\n-----END CERTIFICATE-----\n");
    return new IdentityKey((PrivateKey) keys.getKey("identity", PASSWORD.toCharArray()), pem);
  }

  Path certificate() {
    return certificate;
  }

  /** Base64 in lines, as the metadata service gives it. */
  String sign(String document) {
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key);
      signature.update(document.getBytes(StandardCharsets.UTF_8));
      return Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
