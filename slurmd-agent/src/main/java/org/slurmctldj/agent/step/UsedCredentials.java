package org.slurmctldj.agent.step;

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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which credentials were used here and which jobs are over, so that neither a credential nor a job's credential counts twice:
 * for as long as one could count at all, and past a restart of the agent. A line a change in {@code credentials} of
 * SlurmdSpoolDir, not synced: after a crash of the machine no job of before it is left to be launched into. A disk that does not
 * take a line stops no step: then a restart forgets it. Any thread.
 */
final class UsedCredentials {
  private static final Logger log = LoggerFactory.getLogger(UsedCredentials.class);

  /** Longer than any credential counts. */
  static final long REMEMBERED_SECONDS = 3600;

  /** With fewer lines a new file is not worth the while. */
  private static final int LEAST_LINES = 4096;

  private final Path file;
  /** By the signature's hash, in the order of their use; the same of job numbers. Unix seconds. */
  private final Map<String, Long> used = new LinkedHashMap<>();

  private final Map<Long, Long> over = new LinkedHashMap<>();
  private FileChannel out;
  private int lines;
  private boolean complained;

  /** @param now Unix seconds: what is older than an hour is forgotten */
  UsedCredentials(Path file, long now) {
    this.file = file;
    try {
      if (Files.exists(file)) {
        List<String> all = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        all.forEach(this::read);
      }
      forgetBefore(now - REMEMBERED_SECONDS);
      rewrite();
    } catch (IOException e) {
      complain(e);
    }
  }

  /** The last line may be torn: it is passed over. */
  private void read(String line) {
    String[] words = line.split(" ");
    if (words.length != 3 || !words[1].matches("[0-9]{1,12}")) {
      return;
    }
    long at = Long.parseLong(words[1]);
    if (words[0].equals("used") && words[2].matches("[0-9a-f]{64}")) {
      used.put(words[2], at);
    } else if (words[0].equals("unused")) {
      used.remove(words[2]);
    } else if (words[0].equals("over") && words[2].matches("[0-9]{1,10}")) {
      over.remove(Long.parseLong(words[2]));
      over.put(Long.parseLong(words[2]), at);
    }
  }

  /** False: it was used before. */
  synchronized boolean use(String signature, long now) {
    forgetBefore(now - REMEMBERED_SECONDS);
    String hash = hash(signature);
    if (used.putIfAbsent(hash, now) != null) {
      return false;
    }
    write("used", now, hash);
    return true;
  }

  /** Its launch came to nothing: it may be used once more. */
  synchronized void unuse(String signature) {
    String hash = hash(signature);
    Long at = used.remove(hash);
    if (at != null) {
      write("unused", at, hash);
    }
  }

  /** Credentials of the job that were made until now count no more. */
  synchronized void jobOver(long job, long now) {
    forgetBefore(now - REMEMBERED_SECONDS);
    over.remove(job);
    over.put(job, now);
    write("over", now, Long.toString(job));
  }

  /** Whether a credential of that job that was made then counts no more. */
  synchronized boolean isOver(long job, long made) {
    Long at = over.get(job);
    return at != null && made <= at;
  }

  private void forgetBefore(long time) {
    forgetBefore(used, time);
    forgetBefore(over, time);
  }

  private static <K> void forgetBefore(Map<K, Long> map, long time) {
    for (Iterator<Long> all = map.values().iterator(); all.hasNext() && all.next() < time; ) {
      all.remove();
    }
  }

  private void write(String what, long at, String of) {
    try {
      if (out == null || lines >= Math.max(LEAST_LINES, 2 * (used.size() + over.size()))) {
        rewrite(); // the change is in the maps already
        return;
      }
      put(out, what + " " + at + " " + of + "\n");
      lines++;
    } catch (IOException e) {
      complain(e);
    }
  }

  private void rewrite() throws IOException {
    StringBuilder all = new StringBuilder();
    used.forEach((hash, at) -> all.append("used ").append(at).append(' ').append(hash).append('\n'));
    over.forEach((job, at) -> all.append("over ").append(at).append(' ').append(job).append('\n'));
    Path next = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(next);
    Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    FileChannel fresh = FileChannel.open(next, StandardOpenOption.WRITE);
    try {
      put(fresh, all.toString());
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      fresh.close();
      throw e;
    }
    if (out != null) {
      out.close();
    }
    out = fresh;
    lines = used.size() + over.size();
  }

  private static void put(FileChannel to, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    while (bytes.hasRemaining()) {
      to.write(bytes);
    }
  }

  private void complain(IOException e) {
    if (!complained) {
      complained = true;
      log.error("{} cannot be written: used credentials are forgotten at a restart: {}", file, e.toString());
    }
  }

  private static String hash(String signature) {
    try {
      byte[] bytes = signature == null ? new byte[0] : signature.getBytes(StandardCharsets.ISO_8859_1);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
