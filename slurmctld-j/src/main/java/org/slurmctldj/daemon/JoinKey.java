package org.slurmctldj.daemon;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;

/**
 * The key that the secrets of launch orders are derived from: 32 random bytes in the controller's state directory, for its
 * owner only. Lost with it, which costs the instances that were just booting.
 */
final class JoinKey {
  private static final int LENGTH = 32;

  /** The one kept in {@code directory}, made there if there is none. */
  static byte[] in(Path directory) throws IOException {
    Path file = directory.resolve("join.key");
    if (Files.exists(file)) {
      byte[] kept = Files.readAllBytes(file);
      if (kept.length != LENGTH) {
        throw new IOException(file + " is damaged: it has " + kept.length + " bytes, not " + LENGTH + "; without it a new one is made");
      }
      return kept;
    }
    byte[] key = new byte[LENGTH];
    new SecureRandom().nextBytes(key);
    Path next = directory.resolve("join.key.new");
    Files.deleteIfExists(next);
    Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (FileChannel out = FileChannel.open(next, StandardOpenOption.WRITE)) {
      out.write(ByteBuffer.wrap(key));
      out.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    return key;
  }

  private JoinKey() {}
}
