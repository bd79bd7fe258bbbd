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
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which instances have joined, each with the hash of what only it knows: a token is good once for an instance. A line is on
 * disk before the instance hears yes, so that a restarted controller knows it, too. Instances whose tokens have expired are
 * forgotten: their lines are dropped at the start, and when most of the file is theirs. Safe for all threads.
 */
public final class JoinLedger implements AutoCloseable {
  /** With fewer lines it is not worth the while. */
  private static final int LEAST_LINES = 1_000;

  private record Claim(long at, String hash) {}

  /** In the order in which they joined. */
  private final Map<String, Claim> claims = new LinkedHashMap<>();

  private final Path path;
  private long keepSeconds;
  private FileChannel file;
  private int lines;

  /**
   * @param oldest Unix seconds; what is older can no longer be repeated and is forgotten
   * @param keepSeconds how long an instance's token is good
   * @throws IOException it cannot be read or written
   */
  public JoinLedger(Path path, long oldest, long keepSeconds) throws IOException {
    this.path = path;
    this.keepSeconds = keepSeconds;
    if (Files.exists(path)) {
      List<String> all = Files.readAllLines(path, StandardCharsets.US_ASCII);
      for (String line : all) {
        String[] words = line.split(" ");
        // the last line may be torn: its instance has not heard yes
        if (words.length == 3 && words[2].matches("[0-9a-f]{64}") && words[0].matches("[0-9]{1,12}") && Long.parseLong(words[0]) >= oldest) {
          claims.put(words[1], new Claim(Long.parseLong(words[0]), words[2]));
        }
      }
    }
    rewrite();
  }

  /** Tokens are good for that long now; what was to be kept longer is. */
  public synchronized void keep(long seconds) {
    keepSeconds = Math.max(keepSeconds, seconds);
  }

  /** True: it is the first time, or the same claimant again. False: somebody else has joined as that instance. */
  synchronized boolean claim(String instanceId, byte[] claim, long now) throws IOException {
    String hash = HexFormat.of().formatHex(sha256(claim));
    Claim before = claims.get(instanceId);
    if (before != null) {
      return before.hash.equals(hash);
    }
    forget(now - keepSeconds);
    if (lines >= Math.max(LEAST_LINES, 2 * claims.size())) {
      rewrite();
    }
    Claim made = new Claim(now, hash);
    write(file, line(instanceId, made));
    lines++;
    claims.put(instanceId, made);
    return true;
  }

  private void forget(long oldest) {
    Iterator<Claim> each = claims.values().iterator();
    while (each.hasNext() && each.next().at < oldest) {
      each.remove();
    }
  }

  /** What is known, in a new file beside the old one, which it replaces once it is on disk. */
  private void rewrite() throws IOException {
    StringBuilder kept = new StringBuilder();
    claims.forEach((instanceId, claim) -> kept.append(line(instanceId, claim)));
    Path next = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(next);
    Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    FileChannel fresh = FileChannel.open(next, StandardOpenOption.WRITE);
    try {
      write(fresh, kept.toString());
      Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      // the name, too: what is claimed from now on must not lie in a file that a power loss takes back
      try (FileChannel folder = FileChannel.open(path.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
        folder.force(true);
      }
    } catch (IOException e) {
      fresh.close();
      throw e;
    }
    if (file != null) {
      file.close();
    }
    file = fresh;
    lines = claims.size();
  }

  private static String line(String instanceId, Claim claim) {
    return claim.at + " " + instanceId + " " + claim.hash + "\n";
  }

  private static void write(FileChannel to, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    while (bytes.hasRemaining()) {
      to.write(bytes);
    }
    to.force(false);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    file.close();
  }
}
