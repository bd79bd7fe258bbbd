package org.slurmctldj.jobcomp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * Which runs have their line, on disk, so that a controller that starts again writes neither twice nor too little: a line
 * "job restarts" for each. Holds jobs that are remembered; the file is written anew when it is mostly about others. Not
 * safe for several threads.
 */
final class WrittenRuns implements AutoCloseable {
  private static final int MOST_FORGOTTEN = 20_000;

  private final Path path;
  private final Map<Long, Integer> restarts = new HashMap<>();
  private CompletionFile file;
  private int lines;

  /** What was written when the controller ran last; {@code file} need not exist. */
  WrittenRuns(Path path) throws IOException {
    this.path = path;
    if (Files.exists(path)) {
      List<String> old = Files.readAllLines(path, StandardCharsets.ISO_8859_1);
      for (String line : old) {
        // the last one may be torn
        if (line.matches("[0-9]{1,10} [0-9]{1,9}")) {
          String[] words = line.split(" ");
          restarts.put(Long.parseLong(words[0]), Integer.parseInt(words[1]));
        }
      }
    }
    rewrite();
  }

  boolean has(long jobId, int restart) {
    Integer last = restarts.get(jobId);
    return last != null && last >= restart;
  }

  void add(long jobId, int restart) throws IOException {
    restarts.put(jobId, restart);
    file.append(jobId + " " + restart + "\n");
    if (++lines > 2 * restarts.size() + MOST_FORGOTTEN) {
      rewrite();
    }
  }

  void forget(long jobId) {
    restarts.remove(jobId);
  }

  /** Those that are not remembered any more are of no use. */
  void keep(LongPredicate remembered) throws IOException {
    restarts.keySet().removeIf(id -> !remembered.test(id));
    rewrite();
  }

  private void rewrite() throws IOException {
    StringBuilder all = new StringBuilder();
    restarts.forEach((id, n) -> all.append(id).append(' ').append(n).append('\n'));
    Path next = path.resolveSibling(path.getFileName() + ".new");
    Files.writeString(next, all, StandardCharsets.ISO_8859_1);
    Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    CompletionFile opened = new CompletionFile(path);
    if (file != null) {
      file.close();
    }
    file = opened;
    lines = restarts.size();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
