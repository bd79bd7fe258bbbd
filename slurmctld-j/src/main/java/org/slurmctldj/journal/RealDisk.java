package org.slurmctldj.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The machine's file system. Files are made with mode 0600 and directories with 0700, whatever the
 * umask: job scripts and environments are their owners' secrets.
 */
public final class RealDisk implements Disk {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  @Override
  public JournalFile open(Path file, Mode mode) throws IOException {
    if (mode == Mode.APPEND) {
      Optional<JournalFile> direct = DirectFile.open(file);
      if (direct.isPresent()) {
        return direct.get();
      }
    }
    return new ChannelFile(
        switch (mode) {
          case READ -> FileChannel.open(file, StandardOpenOption.READ);
          case WRITE, APPEND -> FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
          case CREATE ->
              FileChannel.open(
                  file,
                  Set.of(
                      StandardOpenOption.READ,
                      StandardOpenOption.WRITE,
                      StandardOpenOption.CREATE,
                      StandardOpenOption.TRUNCATE_EXISTING),
                  OWNER_FILE);
        });
  }

  @Override
  public boolean exists(Path file) {
    return Files.exists(file);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(Files::isRegularFile).map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory, OWNER_DIRECTORY);
    }
  }

  @Override
  public long usableBytes(Path directory) throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }

  @Override
  public boolean isDiskFull(IOException failure, Path file) {
    String text = String.valueOf(failure.getMessage());
    if (text.contains("No space left") || text.contains("quota exceeded")) {
      return true;
    }
    try { // strerror speaks the locale's language, so look at the disk itself too
      return Files.getFileStore(file.getParent()).getUsableSpace() < 1 << 20;
    } catch (IOException e) {
      return false;
    }
  }
}
