package org.slurmctldj.agent.launch;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.proto.agent.Launch;
import org.slurmctldj.proto.os.ProcessFacts;

/**
 * SlurmdSpoolDir: what the agent holds on to for the controller, one directory a launch under {@code launches/}. A launch
 * is accepted when its directory is there (made aside, synced, renamed), and forgotten when it is gone. Scripts lie where
 * Slurm has them, in {@code jobNNNNN/slurm_script}, owned by the job's user.
 *
 * <p>Calls block on the disk. Different launches may be handled at the same time, one launch by one thread only.
 */
public final class LaunchSpool implements AutoCloseable {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,99}");
  /** sun_path: "<spool>/steps/<id>/control" must fit for any step, and "<spool>/launches/<id>/control" for any job. */
  private static final int LONGEST_PATH = 107 - "/steps/67108863.4294967290+65535/control".length();

  private static final Logger log = LoggerFactory.getLogger(LaunchSpool.class);

  private final Path root;
  private final Path launches;
  private final String bootId;
  private final boolean privileged;
  private final FileChannel lockFile;
  private final FileLock lock;

  /**
   * @throws IOException with a sentence for the user: not writable, in use by another agent, path too long
   */
  public LaunchSpool(Path root, boolean privileged) throws IOException {
    this.root = root.toAbsolutePath();
    this.launches = this.root.resolve("launches");
    this.bootId = ProcessFacts.bootId();
    this.privileged = privileged;
    if (this.root.toString().length() > LONGEST_PATH) {
      throw new IOException("SlurmdSpoolDir " + this.root + " is longer than " + LONGEST_PATH + " bytes");
    }
    Files.createDirectories(this.root);
    // users run their scripts from below it, whatever the agent's umask is
    Files.setPosixFilePermissions(this.root, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectories(launches, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    this.lockFile =
        FileChannel.open(this.root.resolve("agent.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    this.lock = lockFile.tryLock();
    if (lock == null) {
      lockFile.close();
      throw new IOException("SlurmdSpoolDir " + this.root + " is in use by another slurmd-agent");
    }
  }

  public Path root() {
    return root;
  }

  static boolean acceptable(String launchId) {
    return ID.matcher(launchId).matches();
  }

  Path directory(String launchId) {
    return launches.resolve(launchId);
  }

  Path script(long jobId) {
    return jobDirectory(jobId).resolve("slurm_script");
  }

  private Path jobDirectory(long jobId) {
    return root.resolve(String.format("job%05d", jobId));
  }

  /** Durable when it returns: the launch is never started by anybody else's order again. */
  void accept(Launch launch, byte[] spec) throws IOException {
    Path aside = launches.resolve("new-" + launch.getLaunchId());
    try {
      write(launch, spec, aside);
    } catch (IOException e) {
      // on a full disk even this counts
      delete(aside);
      deleteScript(Integer.toUnsignedLong(launch.getJobId()));
      throw e;
    }
  }

  private void write(Launch launch, byte[] spec, Path aside) throws IOException {
    writeScript(launch);
    delete(aside);
    Files.createDirectory(aside, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    // the script lies in the spool already and is large
    DurableFile.writeNew(aside.resolve("launch"), launch.toBuilder().clearScript().clearEnvironment().build().toByteArray(), false);
    DurableFile.writeNew(aside.resolve("boot_id"), bootId.getBytes(java.nio.charset.StandardCharsets.US_ASCII), false);
    DurableFile.writeNew(aside.resolve("spec"), spec, true);
    Files.move(aside, directory(launch.getLaunchId()), StandardCopyOption.ATOMIC_MOVE);
    DurableFile.syncDirectory(launches);
  }

  private void writeScript(Launch launch) throws IOException {
    Path directory = jobDirectory(Integer.toUnsignedLong(launch.getJobId()));
    delete(directory);
    Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path script = directory.resolve("slurm_script");
    Files.write(script, launch.getScript().toByteArray());
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    if (privileged) {
      for (Path path : List.of(script, directory)) {
        Files.setAttribute(path, "unix:gid", launch.getGid());
        Files.setAttribute(path, "unix:uid", launch.getUid());
      }
    }
  }

  /** The job's files that only its running needs. */
  void deleteScript(long jobId) {
    delete(jobDirectory(jobId));
  }

  /** Forgets it. Renamed first: half a directory must never look like a launch. */
  void forget(String launchId) throws IOException {
    Path away = launches.resolve("old-" + launchId);
    delete(away);
    try {
      Files.move(directory(launchId), away, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      return;
    }
    delete(away);
  }

  /** Every launch that was accepted and not forgotten, at the agent's start. */
  List<Launch> held() throws IOException {
    List<Launch> held = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(launches)) {
      for (Path directory : all) {
        String name = directory.getFileName().toString();
        if (name.startsWith("new-") || name.startsWith("old-")) {
          delete(directory);
          continue;
        }
        try {
          held.add(Launch.parseFrom(Files.readAllBytes(directory.resolve("launch"))));
        } catch (NoSuchFileException | InvalidProtocolBufferException e) {
          log.error("launch {}: its record in the spool cannot be read and is put aside: {}", name, e.getMessage());
          Files.move(directory, root.resolve("broken-" + name + "-" + System.nanoTime()));
        }
      }
    }
    return held;
  }

  /** The job's Epilog has run for it: not a second time. */
  void epilogRan(String launchId, boolean failed) {
    try {
      DurableFile.write(directory(launchId).resolve("epilog"), (failed ? "failed" : "done").getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    } catch (IOException e) {
      log.error("launch {}: that its epilog ran cannot be written: {}", launchId, e.toString());
    }
  }

  /** Empty: it has not run. */
  Optional<Boolean> epilogOf(String launchId) {
    try {
      return Optional.of(Files.readString(directory(launchId).resolve("epilog")).equals("failed"));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The boot in which it was accepted. */
  String bootIdOf(String launchId) throws IOException {
    return Files.readString(directory(launchId).resolve("boot_id")).strip();
  }

  String bootId() {
    return bootId;
  }

  /** The shepherd's pid if one was started for it. */
  Optional<Long> shepherdPid(String launchId) throws IOException {
    Optional<Map<String, String>> started = KeyValueFile.read(directory(launchId).resolve("started"));
    return started.map(values -> values.getOrDefault("shepherd", "0")).map(Long::parseLong);
  }

  private static void delete(Path path) {
    if (!Files.isDirectory(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
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

  @Override
  public void close() throws IOException {
    lock.release();
    lockFile.close();
  }
}
