package org.slurmctldj.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Room on disk before it is needed: zero-filled files that become segments by renaming, made by a
 * thread of its own ("journal-space"). {@code next} is the coming segment; {@code reserve} is kept
 * for what ends work when the disk is full. While the reserve is not whole, growth is refused; the
 * thread tries again until space has returned.
 *
 * <p>Unless said otherwise the methods are the writer thread's.
 */
final class SegmentSpace implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentSpace.class);
  private static final String NEXT = "next.space";
  private static final String RESERVE = "reserve.space";
  private static final int CHUNK = 1 << 20;
  private static final long RETRY_NANOS = 500_000_000L;

  private final Disk disk;
  private final Path folder;
  private final long segmentBytes;
  private final IdleWait idle = new IdleWait("journal space, for a segment to be used");
  private final AtomicReference<Path> next = new AtomicReference<>();
  private final AtomicReference<Path> reserve = new AtomicReference<>();
  private final Thread thread;
  private volatile boolean diskFull;
  private volatile boolean closing;
  private volatile boolean retryNow;
  private volatile Throwable broken;
  private volatile IdleWait writer;

  SegmentSpace(JournalOptions options, Path folder) throws IOException {
    this.disk = options.disk();
    this.folder = folder;
    this.segmentBytes = options.segmentBytes();
    for (String name : disk.list(folder)) {
      if (name.endsWith(".filling")) {
        disk.delete(folder.resolve(name));
      }
    }
    adoptOld(NEXT, next, Math.min(options.firstSegmentBytes(), segmentBytes));
    adoptOld(RESERVE, reserve, segmentBytes);
    if (next.get() == null) {
      prepare(NEXT, next, options.firstSegmentBytes());
    }
    thread = Thread.ofPlatform().name("journal-space").daemon().unstarted(this::run);
  }

  /** Starts to prepare; tells {@code wakeWriter} when a segment that the writer waits for is there. */
  void start(IdleWait wakeWriter) {
    writer = wakeWriter;
    thread.start();
  }

  private void adoptOld(String name, AtomicReference<Path> slot, long atLeast) throws IOException {
    Path file = folder.resolve(name);
    if (!disk.exists(file)) {
      return;
    }
    try (JournalFile f = disk.open(file, Disk.Mode.READ)) {
      if (f.size() >= atLeast) {
        slot.set(file);
        return;
      }
    }
    disk.delete(file);
  }

  private void run() {
    try {
      while (!closing) {
        // The reserve first: it is what lets jobs end.
        boolean whole = (reserve.get() != null || prepare(RESERVE, reserve, segmentBytes))
            && (next.get() != null || prepare(NEXT, next, segmentBytes));
        if (whole) {
          idle.whileTrue(() -> !closing && next.get() != null && reserve.get() != null);
        } else {
          idle.whileTrue(() -> !closing && !retryNow, RETRY_NANOS);
          retryNow = false;
        }
      }
    } catch (Throwable t) {
      // Whatever it is: without this thread the writer would wait for its next segment for ever.
      broken = t;
      wakeWriter();
    }
  }

  /** Makes a zero-filled file; false if the disk is full. */
  private boolean prepare(String name, AtomicReference<Path> slot, long bytes) throws IOException {
    Path filling = folder.resolve(name + ".filling");
    Path file = folder.resolve(name);
    boolean fits = disk.usableBytes(folder) >= bytes + CHUNK; // no attempt that would take the last byte from others
    try {
      if (fits) {
        fill(filling, bytes);
      }
    } catch (IOException e) {
      if (!disk.isDiskFull(e, filling)) {
        throw e;
      }
      fits = false;
      disk.delete(filling);
    }
    if (!fits) {
      if (!diskFull) {
        LOG.error(
            "the file system of {} is full: no new work is accepted, jobs can still end (reserved space: {})",
            folder, reserve.get() != null ? "whole" : "in use");
      }
      diskFull = true;
      wakeWriter();
      return false;
    }
    if (closing) {
      disk.delete(filling);
      return false;
    }
    disk.rename(filling, file);
    slot.set(file);
    if (diskFull && next.get() != null && reserve.get() != null) {
      diskFull = false;
      LOG.info("space has returned on the file system of {}: work is accepted again", folder);
    }
    wakeWriter();
    return true;
  }

  private void fill(Path file, long bytes) throws IOException {
    try (JournalFile f = disk.open(file, Disk.Mode.CREATE)) {
      ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(CHUNK, bytes));
      for (long at = 0; at < bytes && !closing; at += zeros.capacity()) {
        zeros.clear().limit((int) Math.min(zeros.capacity(), bytes - at));
        Disk.writeFully(f, zeros, at);
        f.force(); // in small steps, so that commits between them stay fast
      }
    }
  }

  private void wakeWriter() {
    IdleWait w = writer;
    if (w != null) {
      w.wake();
    }
  }

  /** Whether records that create work are welcome. */
  boolean growthAllowed() {
    return !(diskFull && reserve.get() == null);
  }

  /** True when neither a coming segment nor an attempt to make one is in sight. */
  boolean exhausted() {
    return diskFull && next.get() == null;
  }

  boolean diskFull() {
    return diskFull;
  }

  /**
   * The prepared file of the next segment, waiting while one is being made. The writer renames it,
   * then says {@link #nextUsed}.
   *
   * @return null if the disk is full
   */
  Path next() throws IOException {
    writer.whileTrue(() -> next.get() == null && !diskFull && broken == null);
    if (broken != null) {
      throw new IOException("no further journal segment can be made: " + broken, broken);
    }
    return next.get();
  }

  void nextUsed() {
    next.set(null);
    idle.wake();
  }

  /** The reserved segment's file, to be renamed and reported by {@link #reserveUsed}; null if it is in use already. */
  Path reserve() {
    return reserve.get();
  }

  void reserveUsed() {
    reserve.set(null);
    idle.wake();
  }

  /** Space may have returned: try now rather than at the next round. Any thread. */
  void spaceFreed() {
    retryNow = true;
    idle.wake();
  }

  @Override
  public void close() {
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
