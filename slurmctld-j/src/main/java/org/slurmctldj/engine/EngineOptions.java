package org.slurmctldj.engine;

import java.nio.file.Path;
import org.slurmctldj.journal.JournalOptions;

/**
 * How the engine is started.
 *
 * @param stateSaveLocation slurm.conf's; ours is the subfolder slurmctld-j
 * @param adopt accept a folder with a real slurmctld's state
 * @param snapshotBytes so many bytes of journal make a snapshot due
 */
public record EngineOptions(Path stateSaveLocation, boolean adopt, JournalOptions journal, long snapshotBytes) {
  public static EngineOptions standard(Path stateSaveLocation, boolean adopt) {
    return new EngineOptions(stateSaveLocation, adopt, JournalOptions.standard(), 8L << 20);
  }

  public EngineOptions withJournal(JournalOptions options) {
    return new EngineOptions(stateSaveLocation, adopt, options, snapshotBytes);
  }

  public EngineOptions withSnapshotBytes(long bytes) {
    return new EngineOptions(stateSaveLocation, adopt, journal, bytes);
  }
}
