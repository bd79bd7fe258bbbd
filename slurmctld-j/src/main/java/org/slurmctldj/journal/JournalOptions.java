package org.slurmctldj.journal;

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * How a journal is kept.
 *
 * @param segmentBytes size of a preallocated segment, and of the reserved space
 * @param firstSegmentBytes size of the first segment after a start: smaller, so that a start is fast
 * @param batchBytes a group commit is closed when it has that many bytes
 * @param maxWaiting records that may wait for the writer; further ones are refused as OVERLOADED
 *     (what may use the reserve: twice as many)
 * @param clock wall clock, milliseconds since the epoch
 * @param fatal told why the journal can no longer be trusted; must end the process and not return
 *     normally. Nothing is acknowledged after it
 */
public record JournalOptions(
    Disk disk,
    long segmentBytes,
    long firstSegmentBytes,
    int batchBytes,
    int maxWaiting,
    LongSupplier clock,
    Consumer<Throwable> fatal) {

  /** The process' exit status when the journal's disk failed (sysexits' EX_IOERR). */
  public static final int EXIT_STATUS = 74;

  /** Largest payload of one record, bytes. */
  public static final int MAX_PAYLOAD = 32 << 20;

  public static JournalOptions standard() {
    return new JournalOptions(
        new RealDisk(),
        64L << 20,
        4L << 20,
        1 << 20,
        1 << 16,
        System::currentTimeMillis,
        failure -> Runtime.getRuntime().halt(EXIT_STATUS));
  }

  public JournalOptions withDisk(Disk d) {
    return new JournalOptions(d, segmentBytes, firstSegmentBytes, batchBytes, maxWaiting, clock, fatal);
  }

  public JournalOptions withSegmentBytes(long bytes) {
    return new JournalOptions(
        disk, bytes, Math.min(firstSegmentBytes, bytes), batchBytes, maxWaiting, clock, fatal);
  }

  public JournalOptions withFatal(Consumer<Throwable> f) {
    return new JournalOptions(disk, segmentBytes, firstSegmentBytes, batchBytes, maxWaiting, clock, f);
  }

  public JournalOptions withClock(LongSupplier c) {
    return new JournalOptions(disk, segmentBytes, firstSegmentBytes, batchBytes, maxWaiting, c, fatal);
  }

  public JournalOptions withMaxWaiting(int records) {
    return new JournalOptions(disk, segmentBytes, firstSegmentBytes, batchBytes, records, clock, fatal);
  }
}
