package org.slurmctldj.engine;

import java.io.IOException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.CommandCodec;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.StateMachine;
import org.slurmctldj.proto.os.BackgroundThread;
import org.slurmctldj.journal.BlobCollector;
import org.slurmctldj.journal.BlobStore;
import org.slurmctldj.journal.IdleWait;
import org.slurmctldj.journal.JournalReader;
import org.slurmctldj.journal.JournalWriter;
import org.slurmctldj.journal.Snapshots;
import org.slurmctldj.state.OffHeapStore;

/**
 * Makes snapshots without stopping anything: a second core on a thread of low priority loads the old
 * snapshot, replays the closed segments and writes what it then has. The live state is not touched.
 */
final class SnapshotThread {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotThread.class);
  private static final long RETRY_NANOS = 60_000_000_000L;

  /** So long nearly nothing must have been written for the controller to count as quiet. */
  private static final long QUIET_NANOS = 2_000_000_000L;

  private final Snapshots snapshots;
  private final JournalReader reader;
  private final JournalWriter writer;
  private final BlobStore blobs;
  private final long leastBytes;
  private final IdleWait idle = new IdleWait("snapshot, for enough journal");
  private final Thread thread = BackgroundThread.unstarted("snapshot", this::run);
  private volatile boolean closing;
  private volatile long journalBytes;
  private volatile CompletableFuture<Snapshots.Moment> wanted;
  private volatile long snapshotBytes;
  private volatile long coveredBytes;

  /** The apply thread's own: 0 nothing to do, 1 due in quiet times, 2 due; only a rise wakes the thread. */
  private int urgency;

  /**
   * @param journalBytes bytes of journal that were replayed at the start
   * @param leastBytes so many journal bytes make a snapshot due, or the last snapshot's size if that is
   *     more; in quiet times an eighth of it
   */
  SnapshotThread(
      Snapshots snapshots, JournalReader reader, JournalWriter writer, BlobStore blobs, long journalBytes, long leastBytes)
      throws IOException {
    this.snapshots = snapshots;
    this.reader = reader;
    this.writer = writer;
    this.blobs = blobs;
    this.leastBytes = leastBytes;
    this.coveredBytes = -journalBytes;
    this.snapshotBytes = snapshots.newestBytes();
  }

  void start() {
    thread.start();
  }

  /** Apply thread, after a group: looks whether a snapshot is due. */
  void written(long bytes) {
    journalBytes = bytes;
    int now = due() ? 2 : dueInQuietTimes() ? 1 : 0;
    if (now > urgency) {
      idle.wake();
    }
    urgency = now;
  }

  /** Sleeps until a snapshot should be made. */
  private void waitForWork() {
    while (!closing && wanted == null && !due()) {
      if (!dueInQuietTimes()) {
        idle.whileTrue(() -> !closing && wanted == null && !dueInQuietTimes());
        continue;
      }
      long before = journalBytes;
      idle.whileTrue(() -> !closing && wanted == null && !due(), QUIET_NANOS);
      if (journalBytes - before < leastBytes / 256) {
        return;
      }
    }
  }

  private boolean due() {
    return journalBytes - coveredBytes >= Math.max(leastBytes, snapshotBytes);
  }

  private boolean dueInQuietTimes() {
    return journalBytes - coveredBytes >= Math.max(leastBytes, snapshotBytes) / 8;
  }

  /** Any thread: makes one now; completes with its moment, or exceptionally. */
  CompletableFuture<Snapshots.Moment> now() {
    CompletableFuture<Snapshots.Moment> f = new CompletableFuture<>();
    wanted = f;
    idle.wake();
    return f;
  }

  private void run() {
    while (!closing) {
      waitForWork();
      if (closing) {
        return;
      }
      CompletableFuture<Snapshots.Moment> asked = wanted;
      wanted = null;
      try {
        long bytes = journalBytes;
        Snapshots.Moment made = make().orElseThrow(() -> new IOException("the disk is full"));
        coveredBytes = bytes;
        snapshotBytes = snapshots.newestBytes();
        if (asked != null) {
          asked.complete(made);
        }
      } catch (IOException | ExecutionException | RuntimeException | Error e) {
        if (asked != null) {
          asked.completeExceptionally(e);
        }
        if (!closing) {
          // The journal is whole, so nothing is lost; it only grows.
          LOG.error("no snapshot could be made; tried again in a minute", e);
          idle.whileTrue(() -> !closing && wanted == null, RETRY_NANOS);
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private Optional<Snapshots.Moment> make() throws IOException, InterruptedException, ExecutionException {
    long start = System.nanoTime();
    long last = awaitClosedSegment();
    Optional<Snapshots.Moment> old = snapshots.newest();
    if (old.isPresent() && old.get().sequence() == last) {
      return old;
    }
    try (OffHeapStore second = OffHeapStore.create()) {
      if (old.isPresent()) {
        snapshots.load(old.get(), SnapshotRecords.into(second));
      }
      StateMachine machine = new StateMachine(second);
      long after = old.map(Snapshots.Moment::sequence).orElse(0L);
      JournalReader.End end = reader.replayClosed(
          after, last, (sequence, millis, payload) -> {
            machine.apply(sequence, CommandCodec.decode(payload), effect -> {});
            if (closing) {
              throw new IllegalStateException("the controller is shutting down");
            }
          });
      Snapshots.Moment moment = new Snapshots.Moment(last, Math.max(end.lastMillis(), second.globals().lastMillis()));
      if (!snapshots.write(moment, sink -> SnapshotRecords.write(second, sink))) {
        return Optional.empty();
      }
      int files = new BlobCollector(blobs, writer).collect(last, namedBlobs(second)::contains);
      writer.spaceFreed();
      LOG.info(
          "snapshot of {} jobs at journal record {} in {} ms; {} blob files deleted",
          second.jobCount(), last, (System.nanoTime() - start) / 1_000_000, files);
      return Optional.of(moment);
    }
  }

  /** Idle wait: until the journal's writer has closed the segment it is in; the last record in it. */
  private long awaitClosedSegment() throws InterruptedException, ExecutionException {
    return writer.closeSegment().get();
  }

  private static Set<Long> namedBlobs(OffHeapStore state) {
    Set<Long> named = new HashSet<>();
    state.forEachWholeJob(job -> {
      for (JobField f : new JobField[] {JobField.SCRIPT_HASH, JobField.ENVIRONMENT_HASH}) {
        String hex = job.request.text(f);
        if (hex != null) {
          named.add(BlobCollector.key(HexFormat.of().parseHex(hex)));
        }
      }
    });
    return named;
  }

  void close() {
    closing = true;
    idle.wake();
    try {
      if (thread.isAlive()) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
