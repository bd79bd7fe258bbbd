package org.slurmctldj.agent.script;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agent.launch.KeyValueFile;
import org.slurmctldj.proto.os.ProcessFacts;

/**
 * {@code jobs/} in SlurmdSpoolDir, one file a job that has had its Prolog: which incarnation, and how it went. Nothing is
 * synced: after a boot nothing of it counts. One job by one thread.
 */
final class ScriptSpool {
  private static final Logger log = LoggerFactory.getLogger(ScriptSpool.class);

  enum State {
    RUNNING,
    DONE,
    FAILED
  }

  /** @param good the Prolog went well */
  record Note(int restarts, boolean good) {}

  private final Path root;
  private final String bootId = ProcessFacts.bootId();

  ScriptSpool(Path spoolDirectory) throws IOException {
    this.root = spoolDirectory.toAbsolutePath().resolve("jobs");
    Files.createDirectories(root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** For one run of a script. */
  Path work(long jobId, String kind) {
    return root.resolve("run-" + kind + "-" + jobId);
  }

  /** @param process the script that runs, or null */
  void note(long jobId, int restarts, State state, ProcessHandle process) {
    Map<String, String> values = new TreeMap<>();
    values.put("restarts", Integer.toString(restarts));
    values.put("prolog", state.name());
    process(values, process);
    write(root.resolve(Long.toString(jobId)), values);
  }

  void epilogRuns(long jobId, ProcessHandle process) {
    Map<String, String> values = new TreeMap<>();
    values.put("prolog", State.RUNNING.name());
    process(values, process);
    write(root.resolve(Long.toString(jobId)), values);
  }

  private void process(Map<String, String> values, ProcessHandle process) {
    values.put("boot_id", bootId);
    if (process != null) {
      values.put("pid", Long.toString(process.pid()));
      values.put("started", started(process));
    }
  }

  /** Tells one process from a later one with its number. */
  private static String started(ProcessHandle process) {
    return process.info().startInstant().map(i -> Long.toString(i.toEpochMilli())).orElse("0");
  }

  /** A full disk costs only what a restart of the agent would know. */
  private static void write(Path file, Map<String, String> values) {
    StringBuilder text = new StringBuilder();
    values.forEach((key, value) -> text.append(key).append(' ').append(value).append('\n'));
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.writeString(temporary, text, StandardCharsets.ISO_8859_1);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      log.error("job {}: its Prolog cannot be noted: {}", file.getFileName(), e.toString());
    }
  }

  void forget(long jobId) {
    try {
      Files.deleteIfExists(root.resolve(Long.toString(jobId)));
    } catch (IOException e) {
      log.warn("job {}: {}", jobId, e.toString());
    }
  }

  /**
   * At the agent's start: jobs whose Prolog has run since the boot. A script that was interrupted in the middle is ended, and
   * counts as not having run.
   */
  Map<Long, Note> held() throws IOException {
    Map<Long, Note> held = new TreeMap<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(root)) {
      for (Path file : all) {
        String name = file.getFileName().toString();
        Optional<Map<String, String>> values = name.matches("[0-9]{1,10}") ? KeyValueFile.read(file) : Optional.empty();
        if (values.isEmpty() || !bootId.equals(values.get().get("boot_id"))) {
          delete(file);
          continue;
        }
        String state = values.get().getOrDefault("prolog", "");
        if (state.equals(State.DONE.name()) || state.equals(State.FAILED.name())) {
          held.put(Long.parseLong(name), new Note(Integer.parseInt(values.get().getOrDefault("restarts", "0")), state.equals(State.DONE.name())));
        } else {
          endRunning(values.get(), name);
          delete(file);
        }
      }
    }
    return held;
  }

  private static void endRunning(Map<String, String> values, String job) {
    Optional<ProcessHandle> left =
        ProcessHandle.of(Long.parseLong(values.getOrDefault("pid", "0"))).filter(p -> started(p).equals(values.get("started")));
    if (left.isPresent()) {
      log.warn("job {}: its script of an earlier agent still runs, pid {}: ended, it begins again", job, left.get().pid());
      left.get().descendants().forEach(ProcessHandle::destroyForcibly);
      left.get().destroyForcibly();
    }
  }

  private static void delete(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      try (Stream<Path> inside = Files.list(path)) {
        for (Path file : inside.toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
    Files.deleteIfExists(path);
  }
}
