package org.slurmctldj.agent.step;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code steps/} in SlurmdSpoolDir, one directory a step: {@code spec} for the step's process, {@code facts} for the
 * agent, what the process leaves ({@code tasks}, {@code exits}, {@code exit}), and {@code told}: what others have heard of
 * it. Nothing is synced: a step does not outlive its kernel. Calls block on the disk; one step by one thread.
 */
final class StepSpool {
  private static final Logger log = LoggerFactory.getLogger(StepSpool.class);

  private final Path steps;

  StepSpool(Path spool) throws IOException {
    this.steps = spool.resolve("steps");
    Files.createDirectories(steps, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  Path directory(StepKey key) {
    return steps.resolve(key.directory());
  }

  /** @return false: there is such a step already */
  boolean create(StepFacts facts, byte[] spec) throws IOException {
    Path directory = directory(facts.key());
    if (Files.exists(directory)) {
      return false;
    }
    Path aside = steps.resolve("new-" + facts.key().directory());
    delete(aside);
    Files.createDirectory(aside, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.write(aside.resolve("spec"), spec);
    Files.write(aside.resolve("facts"), facts.bytes());
    Files.move(aside, directory, StandardCopyOption.ATOMIC_MOVE);
    return true;
  }

  /** What was told about the step, a word a line. */
  List<String> told(StepKey key) throws IOException {
    try {
      return Files.readAllLines(directory(key).resolve("told"));
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  void tell(StepKey key, String word) throws IOException {
    Files.writeString(
        directory(key).resolve("told"), word + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  List<StepFacts> held() throws IOException {
    List<StepFacts> held = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(steps)) {
      for (Path directory : all) {
        String name = directory.getFileName().toString();
        StepKey key = StepKey.ofDirectory(name).orElse(null);
        if (key == null) {
          delete(directory);
          continue;
        }
        try {
          held.add(StepFacts.read(key, directory));
        } catch (IOException e) {
          log.error("step {}: its record in the spool cannot be read, it is deleted: {}", key, e.getMessage());
          delete(directory);
        }
      }
    }
    return held;
  }

  void forget(StepKey key) {
    Path away = steps.resolve("old-" + key.directory());
    delete(away);
    try {
      Files.move(directory(key), away, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      log.warn("step {}: its spool cannot be deleted: {}", key, e.toString());
      return;
    }
    delete(away);
  }

  private static void delete(Path path) {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> inside = Files.list(path)) {
      for (Path file : inside.toList()) {
        delete(file);
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(path);
    } catch (IOException e) {
      log.warn("cannot delete {}: {}", path, e.toString());
    }
  }
}
