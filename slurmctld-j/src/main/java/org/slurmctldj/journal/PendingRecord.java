package org.slurmctldj.journal;

import java.util.List;

/**
 * One record on its way into the journal. Made by any thread, given to {@link
 * JournalWriter#append}; then exactly one of {@link #durable} and {@link #refused} is called, unless
 * the process ends first.
 */
public abstract class PendingRecord extends MpscQueue.Link {
  private long sequence;
  private long millis;

  /** The journal's number of this record, from {@link #encode} on. */
  public final long sequence() {
    return sequence;
  }

  /** The journal's time of this record: never before an earlier record's. */
  public final long millis() {
    return millis;
  }

  final byte[] encode(long atSequence, long atMillis) {
    sequence = atSequence;
    millis = atMillis;
    return payload(atSequence, atMillis);
  }

  /** True for what ends or shrinks work: it may use the reserved segment when the disk is full. */
  public boolean mayUseReserve() {
    return false;
  }

  /**
   * True for what nobody waits for: alone it may wait up to {@link Gathering#PATIENCE_NANOS} for others to become
   * durable with.
   */
  public boolean mayWait() {
    return false;
  }

  /**
   * The wall clock when this record was made, milliseconds; the journal stamps it with the later of
   * this and the last record's time. Negative: the clock when it is written.
   */
  protected long proposedMillis() {
    return -1;
  }

  /** What must be durable before this record is. */
  public List<Blob> blobs() {
    return List.of();
  }

  /** About how many bytes this keeps in memory while it waits, blobs aside. */
  protected int waitingBytes() {
    return 512;
  }

  final long weight() {
    long bytes = waitingBytes();
    for (Blob blob : blobs()) {
      bytes += blob.content().length;
    }
    return bytes;
  }

  /**
   * The record's bytes. Writer thread; called once, or again with other numbers if the disk filled up
   * in between.
   */
  protected abstract byte[] payload(long sequence, long millis);

  /** On disk. Apply thread, in journal order. */
  protected abstract void durable();

  /** Not in the journal and will not be. Writer thread, or the thread that called append. */
  protected abstract void refused(Refusal why, String detail);
}
