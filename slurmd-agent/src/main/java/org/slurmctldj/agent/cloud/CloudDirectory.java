package org.slurmctldj.agent.cloud;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.slurmctldj.proto.agent.JoinFile;
import org.slurmctldj.proto.agent.Joined;

/**
 * What an instance keeps of having joined: its claim, the cluster's files and key, and which node it is. Only root reads
 * the secrets among them. A machine image made of an instance may hold another's: they count for one instance id only.
 */
final class CloudDirectory {
  static final Path DEFAULT = Path.of("/var/lib/slurmd-agent");

  /** Who we are, once joined. */
  record Membership(String instanceId, String instanceType, String address, String node, String cluster) {}

  private final Path root;

  CloudDirectory(Path root) {
    this.root = root;
  }

  Path slurmConf() {
    return keys().resolve("slurm.conf");
  }

  /** Of slurm.conf and the key. */
  Path keys() {
    return root.resolve("conf");
  }

  /** What this instance alone knows: made on its first try. */
  byte[] claim(String instanceId) throws IOException {
    Path file = root.resolve("claim-" + instanceId);
    if (Files.exists(file)) {
      byte[] claim = Files.readAllBytes(file);
      if (claim.length == 32) {
        return claim;
      }
    }
    byte[] claim = new byte[32];
    new SecureRandom().nextBytes(claim);
    write(file, claim, "rw-------");
    return claim;
  }

  Optional<Membership> membership(String instanceId) throws IOException {
    Path file = root.resolve("node");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    return lines.size() == 5 && lines.getFirst().equals(instanceId)
        ? Optional.of(new Membership(lines.get(0), lines.get(1), lines.get(2), lines.get(3), lines.get(4)))
        : Optional.empty();
  }

  /** Last comes the word that it is complete. */
  Membership store(String instanceId, String instanceType, String address, Joined joined) throws IOException {
    for (JoinFile file : joined.getFilesList()) {
      write(keys().resolve(name(file)), file.getContent().toByteArray(), "rw-r--r--");
    }
    for (JoinFile file : joined.getSecretsList()) {
      write(keys().resolve(name(file)), file.getContent().toByteArray(), "rw-------");
    }
    Membership m = new Membership(instanceId, instanceType, address, joined.getNodeName(), joined.getClusterName());
    String text = String.join("\n", m.instanceId(), m.instanceType(), m.address(), m.node(), m.cluster()) + "\n";
    write(root.resolve("node"), text.getBytes(StandardCharsets.UTF_8), "rw-------");
    return m;
  }

  private static String name(JoinFile file) throws IOException {
    if (!file.getName().matches("[A-Za-z0-9_.-]{1,100}") || file.getName().startsWith(".")) {
      throw new IOException("the controller sent a file with the name " + file.getName());
    }
    return file.getName();
  }

  private void write(Path file, byte[] content, String mode) throws IOException {
    Files.createDirectories(file.getParent());
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path next = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(next);
    // with its mode from the first moment
    Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (FileChannel out = FileChannel.open(next, StandardOpenOption.WRITE)) {
      out.write(java.nio.ByteBuffer.wrap(content));
      out.force(true);
    }
    Files.setPosixFilePermissions(next, PosixFilePermissions.fromString(mode));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
