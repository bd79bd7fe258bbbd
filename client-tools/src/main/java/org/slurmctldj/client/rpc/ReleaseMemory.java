package org.slurmctldj.client.rpc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.slurmctldj.proto.wire.ProtocolVersion;

/**
 * Remembers in a small file which protocol version a controller speaks, so that the next command need not try. A file that is
 * not ours alone, is old or says something odd is passed over; failing to write one costs a round trip the next time.
 */
public final class ReleaseMemory {
  private static final long MOST_AGE_MS = 3_600_000;

  private final Path file;
  private final String owner;

  private ReleaseMemory(Path file, String owner) {
    this.file = file;
    this.owner = owner;
  }

  /**
   * @param runtimeDir XDG_RUNTIME_DIR, or null
   * @param uid of this process
   * @param controller what tells this controller from others, such as host and port
   */
  public static ReleaseMemory of(String runtimeDir, long uid, String controller) {
    String name = "slurmj-" + uid + "-" + Integer.toHexString(controller.hashCode());
    Path directory = runtimeDir != null && runtimeDir.startsWith("/") ? Path.of(runtimeDir) : Path.of("/tmp");
    return new ReleaseMemory(directory.resolve(name), Long.toString(uid));
  }

  Optional<Integer> recall() {
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          || !owner.equals(Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS).toString())
          || System.currentTimeMillis() - Files.getLastModifiedTime(file).toMillis() > MOST_AGE_MS) {
        return Optional.empty();
      }
      int version = Integer.parseInt(Files.readString(file, StandardCharsets.ISO_8859_1).strip());
      return ProtocolVersion.isSupported(version) ? Optional.of(version) : Optional.empty();
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  void remember(int version) {
    if (recall().filter(v -> v == version).isPresent()) {
      return;
    }
    try {
      Path fresh =
          Files.createTempFile(
              file.getParent(),
              file.getFileName().toString(),
              null,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(fresh, version + "\n", StandardCharsets.ISO_8859_1);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      // the next command asks again
    }
  }
}
