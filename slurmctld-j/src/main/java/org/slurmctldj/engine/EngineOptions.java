package org.slurmctldj.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slurmctldj.journal.JournalOptions;

/**
 * How the engine is started.
 *
 * @param stateSaveLocation slurm.conf's; ours is the subfolder slurmctld-j
 * @param adopt accept a folder with a real slurmctld's state
 * @param snapshotBytes so many bytes of journal make a snapshot due, an eighth of it in quiet times
 */
public record EngineOptions(Path stateSaveLocation, boolean adopt, JournalOptions journal, long snapshotBytes) {
  private static final long SMALLEST_SEGMENT = 1L << 20;

  /** Segments of 64 MB, or 1/32 of a file system that is smaller than 2 GB. */
  public static EngineOptions standard(Path stateSaveLocation, boolean adopt) {
    JournalOptions journal = JournalOptions.standard();
    long share = Math.max(SMALLEST_SEGMENT, totalSpace(stateSaveLocation.toAbsolutePath()) / 32);
    if (share < journal.segmentBytes()) {
      journal = journal.withSegmentBytes(share);
    }
    return new EngineOptions(stateSaveLocation, adopt, journal, 16L << 20);
  }

  /** Of the file system that has the nearest folder there is. */
  private static long totalSpace(Path folder) {
    for (Path p = folder; p != null; p = p.getParent()) {
      if (Files.exists(p)) {
        try {
          return Files.getFileStore(p).getTotalSpace();
        } catch (IOException e) {
          break; // opening the folder will say what is wrong
        }
      }
    }
    return Long.MAX_VALUE;
  }

  public EngineOptions withJournal(JournalOptions options) {
    return new EngineOptions(stateSaveLocation, adopt, options, snapshotBytes);
  }

  public EngineOptions withSnapshotBytes(long bytes) {
    return new EngineOptions(stateSaveLocation, adopt, journal, bytes);
  }
}
