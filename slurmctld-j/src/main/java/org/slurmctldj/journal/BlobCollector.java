package org.slurmctldj.journal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.LongPredicate;

/**
 * Gives back the space of scripts and environments that no job names any more. Runs on the snapshot
 * thread, right after a snapshot: a blob is garbage if no record of the snapshot names it and no
 * journal record behind the snapshot has named it since. A file without living blobs is deleted; one
 * that is mostly dead has its living blobs copied to the end of the newest file first.
 */
public final class BlobCollector {
  private final BlobStore blobs;
  private final JournalWriter writer;

  public BlobCollector(BlobStore blobs, JournalWriter writer) {
    this.blobs = blobs;
    this.writer = writer;
  }

  private record Entry(long key, long location) {}

  private static final class FileUse {
    private final List<Entry> living = new ArrayList<>();
    private final List<Entry> dead = new ArrayList<>();
  }

  /**
   * @param snapshotSequence last record of the snapshot
   * @param named whether a record of the snapshot names a blob of that {@link BlobIndex#key}
   * @return files deleted
   */
  public int collect(long snapshotSequence, LongPredicate named)
      throws IOException, InterruptedException, ExecutionException {
    int[] newest = new int[1];
    awaitWriter(writer.onWriterThread(() -> newest[0] = blobs.currentNumber()));
    Map<Integer, FileUse> files = new HashMap<>();
    blobs.index().forEach((key, location, touched) -> {
      FileUse use = files.computeIfAbsent(BlobStore.fileNumber(location), n -> new FileUse());
      (named.test(key) || touched > snapshotSequence ? use.living : use.dead).add(new Entry(key, location));
    });
    for (int number : blobs.files()) {
      files.computeIfAbsent(number, n -> new FileUse()); // a crash may have left an emptied file behind
    }
    int deleted = 0;
    for (Map.Entry<Integer, FileUse> file : files.entrySet()) {
      FileUse use = file.getValue();
      if (file.getKey() < newest[0] && use.dead.size() >= use.living.size() && moveLiving(use.living)) {
        deleted += delete(file.getKey(), use.dead, snapshotSequence) ? 1 : 0;
      }
    }
    return deleted;
  }

  private boolean moveLiving(List<Entry> living) throws IOException, InterruptedException, ExecutionException {
    for (Entry entry : living) {
      if (!awaitWriter(writer.storeBlob(blobs.blobAt(entry.location), true))) {
        return false;
      }
    }
    return true;
  }

  private boolean delete(int number, List<Entry> dead, long snapshotSequence)
      throws InterruptedException, ExecutionException {
    CompletableFuture<Boolean> deleted = new CompletableFuture<>();
    awaitWriter(writer.onWriterThread(() -> {
      boolean empty = true;
      for (Entry entry : dead) {
        empty &= blobs.drop(entry.key, entry.location, snapshotSequence);
      }
      try {
        if (empty) {
          blobs.deleteFile(number);
        }
        deleted.complete(empty);
      } catch (IOException e) {
        deleted.completeExceptionally(e);
      }
    }));
    return awaitWriter(deleted);
  }

  /** Idle wait: until the journal's writer, between two groups, has done what only it may do. */
  private static <T> T awaitWriter(CompletableFuture<T> done) throws InterruptedException, ExecutionException {
    return done.get();
  }

  /** The predicate's key of a blob that a record names. */
  public static long key(byte[] hash) {
    return BlobIndex.key(hash);
  }
}
