package org.slurmctldj.proto.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A munged of the test's own: private key, private socket, in the foreground as our child. */
public final class PrivateMunged implements AutoCloseable {
  private final Process process;
  public final String socket;

  private PrivateMunged(Process process, String socket) {
    this.process = process;
    this.socket = socket;
  }

  public static PrivateMunged start(Path dir) throws IOException, InterruptedException {
    boolean installed = Files.isExecutable(Path.of("/usr/sbin/munged"));
    if (!installed) {
      System.err.println("SKIPPED: no /usr/sbin/munged here (Debian: apt-get install munge)");
    }
    Assumptions.assumeTrue(installed, "munged is not installed");
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
    byte[] key = new byte[128];
    new SecureRandom().nextBytes(key);
    Path keyFile = Files.write(dir.resolve("munge.key"), key);
    Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("r--------"));
    String socket = dir.resolve("munge.socket").toString();
    Process process =
        new ProcessBuilder("/usr/sbin/munged", "--foreground", "--force", "-S", socket, "--key-file=" + keyFile,
                "--pid-file=" + dir.resolve("munged.pid"), "--log-file=" + dir.resolve("munged.log"),
                "--seed-file=" + dir.resolve("munged.seed"))
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("munged.out").toFile())
            .start();
    PrivateMunged munged = new PrivateMunged(process, socket);
    while (!Files.exists(Path.of(socket)) && process.isAlive()) {
      process.waitFor(20, TimeUnit.MILLISECONDS);
    }
    if (!process.isAlive()) {
      throw new IOException("munged ended: " + Files.readString(dir.resolve("munged.out")));
    }
    return munged;
  }

  /** Runs {@code munge} as another user, through setpriv; needs root. */
  public static String run(String input, String... command) throws IOException, InterruptedException {
    Process p = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (var out = p.getOutputStream()) {
      out.write(input.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    }
    String output = new String(p.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.ISO_8859_1);
    if (p.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + " ended with " + p.exitValue() + ": " + output);
    }
    return output.strip();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
