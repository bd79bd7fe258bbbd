package org.slurmctldj.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The controller's own folder {@code <StateSaveLocation>/slurmctld-j} and the right to write in it.
 * The lock file is opened once per process and held until the end; its content is the writer epoch,
 * one higher at each start. A writer whose epoch is no longer the file's has lost the folder (a
 * stale NFS lock, a copied disk) and must not acknowledge anything.
 */
public final class StateDirectory implements AutoCloseable {
  private static final int EPOCH_DIGITS = 19;
  private static final List<String> SLURM_STATE_FILES =
      List.of("job_state", "node_state", "part_state", "resv_state", "job_state.old", "node_state.old");

  private final Path root;
  private final FileChannel lockFile;
  private final FileLock lock;
  private final long epoch;
  private final byte[] epochText;
  private final ByteBuffer readBack = ByteBuffer.allocateDirect(EPOCH_DIGITS);

  private StateDirectory(Path root, FileChannel lockFile, FileLock lock, long epoch, byte[] epochText) {
    this.root = root;
    this.lockFile = lockFile;
    this.lock = lock;
    this.epoch = epoch;
    this.epochText = epochText;
  }

  /** A sentence for the admin about why the daemon does not start on this folder. */
  public static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refused(String message) {
      super(message);
    }

    Refused(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Takes the folder for this process.
   *
   * @param adopt accept a folder that also holds a real slurmctld's state (which is neither read nor
   *     changed); remembered, so later starts need not say it again
   * @throws Refused if another daemon holds it, or it holds Slurm's state and {@code adopt} was
   *     never given, or it cannot be written
   */
  public static StateDirectory open(Path stateSaveLocation, boolean adopt) {
    Path root = stateSaveLocation.resolve("slurmctld-j");
    try {
      refuseForeignState(stateSaveLocation, root, adopt);
      var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
      for (Path folder : List.of(root, root.resolve("journal"), root.resolve("blobs"), root.resolve("snapshots"))) {
        if (!Files.isDirectory(folder)) {
          Files.createDirectories(folder, ownerOnly);
        }
      }
      if (adopt && Files.notExists(root.resolve("adopted"))) {
        Files.writeString(root.resolve("adopted"), "Slurm's own state beside this folder is left alone.\n");
      }
      FileChannel file =
          FileChannel.open(
              root.resolve("lock"),
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try {
        StateDirectory directory = lock(root, file);
        new RealDisk().forceDirectory(root); // the folders themselves must survive a power loss
        new RealDisk().forceDirectory(stateSaveLocation);
        return directory;
      } catch (IOException | RuntimeException e) {
        file.close();
        throw e;
      }
    } catch (IOException e) {
      throw new Refused("cannot use the state directory " + root + ": " + e.getMessage(), e);
    }
  }

  private static StateDirectory lock(Path root, FileChannel file) throws IOException {
    FileLock lock;
    try {
      lock = file.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      throw new Refused(
          "another slurmctld-j (" + holder(file) + ") uses the state directory " + root
              + ": two controllers on one StateSaveLocation would lose jobs, so this one ends here");
    }
    long epoch = Math.max(readEpoch(file), SegmentFormat.highestEpoch(new RealDisk(), root.resolve("journal"))) + 1;
    String text = String.format(Locale.ROOT, "%019d pid %d\n", epoch, ProcessHandle.current().pid());
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    file.write(ByteBuffer.wrap(bytes), 0);
    file.truncate(bytes.length);
    file.force(true);
    return new StateDirectory(root, file, lock, epoch, text.substring(0, EPOCH_DIGITS).getBytes(StandardCharsets.US_ASCII));
  }

  private static void refuseForeignState(Path stateSaveLocation, Path root, boolean adopt) {
    if (adopt || Files.exists(root.resolve("adopted"))) {
      return;
    }
    for (String name : SLURM_STATE_FILES) {
      if (Files.exists(stateSaveLocation.resolve(name))) {
        throw new Refused(
            "StateSaveLocation " + stateSaveLocation + " holds the state of a real slurmctld (" + name
                + "), which slurmctld-j does not read: its jobs would be forgotten. Start with --adopt to begin"
                + " an empty cluster beside it, or choose another StateSaveLocation");
      }
    }
  }

  private static String head(FileChannel file) throws IOException {
    ByteBuffer b = ByteBuffer.allocate(64);
    file.read(b, 0);
    return new String(b.array(), 0, b.position(), StandardCharsets.US_ASCII);
  }

  private static String holder(FileChannel file) throws IOException {
    String text = head(file).strip();
    return text.length() > EPOCH_DIGITS ? text.substring(EPOCH_DIGITS + 1) : "pid unknown";
  }

  private static long readEpoch(FileChannel file) throws IOException {
    String text = head(file);
    try {
      return text.length() < EPOCH_DIGITS ? 0 : Long.parseLong(text.substring(0, EPOCH_DIGITS));
    } catch (NumberFormatException e) {
      return 0; // torn at a power loss: the segments know better
    }
  }

  /** This process' writer epoch, from 1. */
  public long epoch() {
    return epoch;
  }

  /** Journal writer thread, before each acknowledgement: false once another writer took the folder. */
  boolean stillOurs() throws IOException {
    readBack.clear();
    int n;
    do {
      n = lockFile.read(readBack, readBack.position());
    } while (n > 0 && readBack.hasRemaining());
    if (readBack.hasRemaining()) {
      return false;
    }
    for (int i = 0; i < EPOCH_DIGITS; i++) {
      if (readBack.get(i) != epochText[i]) {
        return false;
      }
    }
    return true;
  }

  public Path root() {
    return root;
  }

  public Path journal() {
    return root.resolve("journal");
  }

  public Path blobs() {
    return root.resolve("blobs");
  }

  public Path snapshots() {
    return root.resolve("snapshots");
  }

  /** Gives the folder back; the process' end does so too. */
  @Override
  public void close() {
    try {
      if (lockFile.isOpen()) {
        lock.release();
        lockFile.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
