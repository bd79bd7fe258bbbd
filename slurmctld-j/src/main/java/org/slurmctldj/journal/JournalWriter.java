package org.slurmctldj.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of the journal. Any thread appends; the writer thread ("journal") takes what waits,
 * writes it as one group, makes it durable with one fdatasync and hands it to the apply thread. A
 * record is reported durable only after its bytes and its blobs are, and while the writer epoch is
 * still ours; if the disk fails in any other way than being full, nothing more is acknowledged and
 * {@link JournalOptions#fatal} ends the process.
 */
public final class JournalWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);
  /** Records and blobs that wait keep at most about that much memory; a single larger one passes. */
  private static final long MAX_WAITING_BYTES = 64L << 20;

  private static final int SEAL_BYTES = SegmentFormat.sizeOf(0);

  private final JournalOptions options;
  private final Disk disk;
  private final StateDirectory directory;
  private final BlobStore blobs;
  private final SegmentSpace space;
  private final ApplyThread apply;
  private final MpscQueue<MpscQueue.Link> queue = new MpscQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final IdleWait idle = new IdleWait("journal writer, for records");
  private final Thread thread = Thread.ofPlatform().name("journal").daemon().unstarted(this::run);
  private final SecureRandom random = new SecureRandom();
  private volatile IntSupplier arriving = () -> 0;
  private volatile boolean closing;
  /** The writer looks at the queue within {@link Gathering#PATIENCE_NANOS}; taken back before it sleeps without an end. */
  private volatile boolean dozing;
  private volatile long durableSequence;
  private volatile long bytesWritten;
  private volatile long groupsWritten;

  // The writer thread's own.
  private ByteBuffer buffer;
  private List<PendingRecord> batch = new ArrayList<>();
  /** Somebody waits for a record of the batch. */
  private boolean urgent;
  private final Gathering gathering = new Gathering(System.nanoTime());
  private long nextSequence;
  private long lastMillis;
  private JournalFile segment;
  private Path segmentPath;
  private long salt;
  private long segmentUsed;
  private long segmentCapacity;

  /** Something for the writer thread to do between two groups. */
  private static final class Task extends MpscQueue.Link {
    private final TaskBody body;

    private Task(TaskBody body) {
      this.body = body;
    }
  }

  private interface TaskBody {
    void run() throws IOException;
  }

  /**
   * @param end where {@link JournalReader#recover} found the log's end
   * @param afterBatch runs on the apply thread after each applied group
   */
  public JournalWriter(
      JournalOptions options,
      StateDirectory directory,
      BlobStore blobs,
      JournalReader.End end,
      Runnable afterBatch)
      throws IOException {
    this.options = options;
    this.disk = options.disk();
    this.directory = directory;
    this.blobs = blobs;
    this.nextSequence = end.lastSequence() + 1;
    this.durableSequence = end.lastSequence();
    this.lastMillis = end.lastMillis();
    this.buffer = newBuffer(options.batchBytes() + (64 << 10));
    this.space = new SegmentSpace(options, directory.journal());
    this.apply = new ApplyThread(afterBatch, options.fatal());
  }

  public JournalWriter start() {
    space.start(idle);
    apply.start();
    thread.start();
    return this;
  }

  /** Any thread, never waits. The record's durable() or refused() is called later, or refused() now. */
  public void append(PendingRecord record) {
    int ahead = waiting.incrementAndGet();
    long bytesAhead = waitingBytes.getAndAdd(record.weight());
    int share = record.mayUseReserve() ? 2 : 1;
    Refusal why = null;
    if (closing) {
      why = Refusal.CLOSED;
    } else if (ahead > (long) share * options.maxWaiting() || bytesAhead > share * MAX_WAITING_BYTES) {
      why = Refusal.OVERLOADED;
    }
    if (why != null) {
      waitingBytes.addAndGet(-record.weight());
      done(1);
      record.refused(why, why.sentence());
      return;
    }
    queue.add(record);
    if (!record.mayWait() || !dozing) {
      idle.wake();
    }
  }

  /** Says how many records will come in a moment, as far as is known: the writer may make them durable together. Any thread. */
  public void expect(IntSupplier coming) {
    arriving = coming;
  }

  /** Highest sequence that is on disk. Any thread. */
  public long durableSequence() {
    return durableSequence;
  }

  /** Journal bytes written since the start. Any thread. */
  public long bytesWritten() {
    return bytesWritten;
  }

  /** Groups made durable since the start, one fdatasync each. Any thread. */
  long groupsWritten() {
    return groupsWritten;
  }

  /** True while submissions are refused for want of disk space, or soon will be. Any thread. */
  public boolean diskFull() {
    return space.diskFull();
  }

  /** Somebody deleted files: look for space now. Any thread. */
  public void spaceFreed() {
    space.spaceFreed();
  }

  /**
   * Closes the current segment, so that a snapshot can cover it. Completes with the last sequence
   * that is in closed segments.
   */
  public CompletableFuture<Long> closeSegment() {
    CompletableFuture<Long> last = new CompletableFuture<>();
    return enqueue(() -> {
      if (segment != null) {
        seal();
      }
      last.complete(nextSequence - 1);
    }, last);
  }

  /** Stores a blob without a record that names it, durable when the future completes; false if the disk is full. */
  CompletableFuture<Boolean> storeBlob(Blob blob, boolean again) {
    CompletableFuture<Boolean> stored = new CompletableFuture<>();
    return enqueue(() -> {
      boolean ok = again ? blobs.putAgain(blob) : blobs.put(blob, nextSequence - 1);
      blobs.force();
      stored.complete(ok);
    }, stored);
  }

  /** Runs something on the writer thread, where blobs are written. */
  CompletableFuture<Void> onWriterThread(Runnable body) {
    CompletableFuture<Void> ran = new CompletableFuture<>();
    return enqueue(() -> {
      body.run();
      ran.complete(null);
    }, ran);
  }

  private <T> CompletableFuture<T> enqueue(TaskBody body, CompletableFuture<T> future) {
    waiting.incrementAndGet();
    if (closing) {
      done(1);
      future.completeExceptionally(new IllegalStateException(Refusal.CLOSED.sentence()));
      return future;
    }
    queue.add(new Task(body));
    idle.wake();
    return future;
  }

  private void done(int records) {
    if (waiting.addAndGet(-records) == 0 && closing) {
      idle.wake();
    }
  }

  private boolean finished() {
    return closing && waiting.get() == 0;
  }

  private void run() {
    try {
      while (!finished()) {
        MpscQueue.Link link = queue.poll();
        if (link == null) {
          if (gathering.dozes(System.nanoTime())) {
            doze();
          } else {
            idle.whileTrue(() -> queue.isEmpty() && !finished());
          }
          continue;
        }
        takeAll(link);
        if (urgent && gathering.looks(batch.size())) {
          gather();
        } else if (urgent && gathering.awaits(arriving.getAsInt())) {
          awaitArriving();
        } else if (!urgent && !batch.isEmpty()) {
          doze();
          takeAll(queue.poll());
        }
        flush();
      }
      if (segment != null) {
        seal();
      }
    } catch (Throwable t) {
      LOG.error("the journal cannot be written; nothing more is acknowledged and this process ends", t);
      options.fatal().accept(t);
    }
  }

  private void takeAll(MpscQueue.Link first) throws IOException {
    for (MpscQueue.Link link = first; link != null; link = buffer.position() < options.batchBytes() ? queue.poll() : null) {
      take(link);
    }
  }

  /** Until somebody waits for a record, a while at most: those that may wait come together meanwhile. */
  private void doze() {
    dozing = true;
    idle.whileTrue(() -> queue.isEmpty() && !finished(), Gathering.PATIENCE_NANOS);
    dozing = false;
  }

  /** See {@link Gathering}. */
  private void gather() throws IOException {
    long begun = System.nanoTime();
    boolean late = false;
    while (!late && urgent && buffer.position() < options.batchBytes() && gathering.looksOn(batch.size(), 0)) {
      MpscQueue.Link link = queue.poll();
      if (link != null) {
        takeAll(link);
      } else {
        Thread.yield(); // a sender may need this core
        late = !gathering.looksOn(batch.size(), System.nanoTime() - begun);
      }
    }
    gathering.looked(late);
  }

  /** Sleeps until the records that are about to come are there: a sleep costs less than an fdatasync for each of them. */
  private void awaitArriving() throws IOException {
    long left = Gathering.COMPANY_NANOS;
    long until = System.nanoTime() + left;
    int alone = batch.size();
    while (left > 0 && urgent && arriving.getAsInt() > 0 && buffer.position() < options.batchBytes() && !finished()) {
      idle.whileTrue(() -> queue.isEmpty() && !finished(), left);
      MpscQueue.Link link = queue.poll();
      if (link != null) {
        takeAll(link);
      }
      left = until - System.nanoTime();
    }
    gathering.awaited(urgent && batch.size() == alone);
  }

  private void take(MpscQueue.Link link) throws IOException {
    if (link instanceof Task task) {
      flush();
      task.body.run();
      done(1);
    } else {
      PendingRecord record = (PendingRecord) link;
      waitingBytes.addAndGet(-record.weight());
      take(record);
    }
  }

  private void take(PendingRecord record) throws IOException {
    if (!record.mayUseReserve() && !space.growthAllowed()) {
      refuse(record, Refusal.DISK_FULL);
      return;
    }
    for (Blob blob : record.blobs()) {
      if (blob.content().length > Blob.MAX_BYTES) {
        refuse(record, Refusal.TOO_LARGE);
        return;
      }
      if (!blobs.put(blob, nextSequence)) {
        refuse(record, Refusal.DISK_FULL);
        return;
      }
    }
    long proposed = record.proposedMillis();
    long millis = Math.max(lastMillis, proposed >= 0 ? proposed : options.clock().getAsLong());
    byte[] payload = record.encode(nextSequence, millis);
    if (payload.length > JournalOptions.MAX_PAYLOAD) {
      refuse(record, Refusal.TOO_LARGE);
      return;
    }
    int size = SegmentFormat.sizeOf(payload.length);
    if (segment == null || segmentUsed + buffer.position() + size + SEAL_BYTES > segmentCapacity) {
      flush();
      if (!openSegment(record.mayUseReserve(), size)) {
        refuse(record, Refusal.DISK_FULL);
        return;
      }
    }
    if (buffer.remaining() < size) {
      buffer = newBuffer(buffer.position() + size + options.batchBytes()).put(buffer.flip());
    }
    SegmentFormat.putRecord(buffer, salt, nextSequence, millis, durableSequence, SegmentFormat.TYPE_COMMAND, payload);
    lastMillis = millis;
    nextSequence++;
    urgent |= !record.mayWait();
    batch.add(record);
  }

  private static ByteBuffer newBuffer(int capacity) {
    return ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void refuse(PendingRecord record, Refusal why) {
    done(1);
    record.refused(why, why.sentence());
  }

  /** Makes what was taken durable and hands it on. */
  private void flush() throws IOException {
    if (batch.isEmpty()) {
      return;
    }
    urgent = false;
    blobs.force();
    int bytes = buffer.position();
    buffer.flip();
    try {
      Disk.writeFully(segment, buffer, segmentUsed);
    } catch (IOException e) {
      if (!disk.isDiskFull(e, segmentPath)) {
        throw e;
      }
      giveUpBatch();
      return;
    }
    long written = System.nanoTime();
    segment.force();
    long synced = System.nanoTime();
    gathering.flushed(written, synced, waiting.get());
    if (!directory.stillOurs()) {
      throw new IOException(
          "another controller has taken the state directory " + directory.root()
              + " (its lock file no longer carries our epoch " + directory.epoch() + ")");
    }
    segmentUsed += bytes;
    bytesWritten += bytes;
    groupsWritten++;
    durableSequence = nextSequence - 1;
    List<PendingRecord> durable = batch;
    batch = new ArrayList<>(durable.size());
    shrinkBuffer();
    if (!apply.applyHere(durable, !queue.isEmpty(), gathering.syncNanos() / 2)) {
      apply.hand(durable);
    }
    done(durable.size());
  }

  /** A copy-on-write file system may be full even for space it had given: nothing of the group happened. */
  private void giveUpBatch() throws IOException {
    segment.truncate(segmentUsed);
    segment.force();
    segmentCapacity = segmentUsed;
    nextSequence -= batch.size();
    List<PendingRecord> refused = batch;
    batch = new ArrayList<>();
    shrinkBuffer();
    for (PendingRecord record : refused) {
      refuse(record, Refusal.DISK_FULL);
    }
  }

  private void shrinkBuffer() {
    if (buffer.capacity() > 4 * options.batchBytes()) {
      buffer = newBuffer(options.batchBytes() + (64 << 10)); // after an exceptionally large record
    }
    buffer.clear();
  }

  private boolean openSegment(boolean mayUseReserve, int recordSize) throws IOException {
    Path prepared = space.next();
    boolean reserved = prepared == null;
    if (reserved) {
      prepared = mayUseReserve ? space.reserve() : null;
    }
    if (prepared == null) {
      return false;
    }
    if (segment != null) {
      seal();
    }
    Path path = directory.journal().resolve(SegmentFormat.fileName(nextSequence));
    JournalFile file = disk.open(prepared, Disk.Mode.APPEND);
    salt = random.nextLong();
    ByteBuffer header = ByteBuffer.allocate(SegmentFormat.HEADER);
    new SegmentFormat.Header(directory.epoch(), nextSequence, salt, lastMillis).write(header);
    Disk.writeFully(file, header.flip(), 0);
    file.force();
    disk.rename(prepared, path);
    disk.forceDirectory(directory.journal());
    if (reserved) {
      LOG.warn("the disk is full: completions and cancels are written to the reserved segment {}", path);
      space.reserveUsed();
    } else {
      space.nextUsed();
    }
    segment = file;
    segmentPath = path;
    segmentUsed = SegmentFormat.HEADER;
    segmentCapacity = Math.max(file.size(), SegmentFormat.HEADER + (long) recordSize + SEAL_BYTES);
    return true;
  }

  /** Ends the current segment: everything in it is durable before the next one begins. */
  private void seal() throws IOException {
    ByteBuffer seal = newBuffer(SEAL_BYTES);
    long last = nextSequence - 1;
    SegmentFormat.putRecord(seal, salt, last, lastMillis, last, SegmentFormat.TYPE_SEAL, new byte[0]);
    if (segmentCapacity - segmentUsed >= SEAL_BYTES) {
      Disk.writeFully(segment, seal.flip(), segmentUsed);
      segmentUsed += SEAL_BYTES;
    }
    segment.truncate(segmentUsed);
    segment.force();
    segment.close();
    segment = null;
  }

  /** Orderly end: what was appended before is made durable and applied; what comes after is refused. */
  @Override
  public void close() {
    closing = true;
    idle.wake();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    apply.close();
    space.close();
  }
}
