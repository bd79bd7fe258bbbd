package org.slurmctldj.proto.nodelink;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The controller's self-signed certificate (EC P-256) for the node link. Nobody trusts it for what it says: the proofs of
 * both sides cover its fingerprint ({@link ChannelBinding}), so it may be replaced at any start. Made by the JDK's
 * keytool as a child process, as the JDK has no API that makes one; read by the daemon at its start.
 */
public record LinkCertificate(PrivateKey key, X509Certificate certificate) {
  private static final String FILE_NAME = "link.p12";
  private static final String ALIAS = "link";
  /** PKCS #12 wants one; what protects the key is the file's mode. */
  private static final String PASSWORD = "slurmctld-j";

  private static final int KEYTOOL_SECONDS = 60;

  public ChannelBinding binding() {
    return ChannelBinding.of(certificate);
  }

  /**
   * The one kept in {@code directory}; made there, readable by its owner only, if there is none or it cannot be read.
   *
   * @throws IOException a sentence: the directory cannot be written, keytool failed
   */
  public static LinkCertificate in(Path directory) throws IOException {
    Path file = directory.resolve(FILE_NAME);
    if (Files.exists(file)) {
      try {
        LinkCertificate kept = read(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return kept;
      } catch (IOException | GeneralSecurityException e) {
        // a damaged one has no value: a new one is as good
        make(directory, file);
      }
    } else {
      make(directory, file);
    }
    try {
      return read(file);
    } catch (GeneralSecurityException e) {
      throw new IOException("the node link's certificate " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static void make(Path directory, Path file) throws IOException {
    // A directory of mode 0700: keytool's file is never open to others, whatever the umask.
    Path aside = Files.createTempDirectory(directory, "link-certificate");
    Path made = aside.resolve(FILE_NAME);
    try {
      keytool(made);
      Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
      Files.move(made, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(made);
      Files.deleteIfExists(aside);
    }
  }

  private static void keytool(Path file) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-J-XX:TieredStopAtLevel=1",
            "-J-XX:+UseSerialGC",
            "-genkeypair", "-alias", ALIAS, "-keyalg", "EC", "-groupname", "secp256r1", "-sigalg", "SHA256withECDSA",
            "-dname", "CN=slurmctld-j", "-validity", "36500", "-storetype", "PKCS12",
            "-storepass", PASSWORD, "-keystore", file.toString());
    Path said = file.resolveSibling("keytool.out");
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
      process.getOutputStream().close();
      if (!process.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("the node link's certificate cannot be made: keytool did not end");
      }
      if (process.exitValue() != 0) {
        String why = Files.readString(said, StandardCharsets.ISO_8859_1).strip();
        throw new IOException("the node link's certificate cannot be made: " + command.getFirst() + ": " + why);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      Files.deleteIfExists(said);
    }
  }

  private static LinkCertificate read(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    if (store.getKey(ALIAS, PASSWORD.toCharArray()) instanceof PrivateKey key
        && store.getCertificate(ALIAS) instanceof X509Certificate certificate) {
      return new LinkCertificate(key, certificate);
    }
    throw new GeneralSecurityException("it holds no key named " + ALIAS);
  }

  /** Never the key. */
  @Override
  public String toString() {
    return "certificate " + binding();
  }
}
