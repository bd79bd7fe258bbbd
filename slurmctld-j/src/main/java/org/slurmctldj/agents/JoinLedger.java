package org.slurmctldj.agents;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which instances have joined, each with the hash of what only it knows: a token is good once for an instance. A line is on
 * disk before the instance hears yes, so that a restarted controller knows it, too. Lines of instances whose tokens have
 * expired are dropped at the start. Safe for all threads.
 */
public final class JoinLedger implements AutoCloseable {
  private final Map<String, String> claims = new LinkedHashMap<>();
  private final FileChannel file;

  /**
   * {@code oldest}: Unix seconds; what is older can no longer be repeated and is forgotten.
   *
   * @throws IOException it cannot be read or written
   */
  public JoinLedger(Path path, long oldest) throws IOException {
    StringBuilder kept = new StringBuilder();
    if (Files.exists(path)) {
      List<String> lines = Files.readAllLines(path, StandardCharsets.US_ASCII);
      for (String line : lines) {
        String[] words = line.split(" ");
        // the last line may be torn: its instance has not heard yes
        if (words.length == 3 && words[2].matches("[0-9a-f]{64}") && words[0].matches("[0-9]{1,12}") && Long.parseLong(words[0]) >= oldest) {
          claims.put(words[1], words[2]);
          kept.append(line).append('\n');
        }
      }
    }
    Path next = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(next);
    Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    file = FileChannel.open(next, StandardOpenOption.WRITE);
    write(kept.toString());
    Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** True: it is the first time, or the same claimant again. False: somebody else has joined as that instance. */
  synchronized boolean claim(String instanceId, byte[] claim, long now) throws IOException {
    String hash = HexFormat.of().formatHex(sha256(claim));
    String before = claims.get(instanceId);
    if (before != null) {
      return before.equals(hash);
    }
    write(now + " " + instanceId + " " + hash + "\n");
    claims.put(instanceId, hash);
    return true;
  }

  private void write(String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
    file.force(false);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
