package org.slurmctldj.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a journal's records in order: at start (then it also mends the end of the last segment) and
 * for snapshots (closed segments only).
 *
 * <p>The torn-tail rule: in the last segment, the first record that is not whole ends the log, unless
 * a later whole record says (by its durable mark) that the broken one had been on disk before; then
 * the journal is damaged, and nothing is guessed.
 */
public final class JournalReader {
  private static final Logger LOG = LoggerFactory.getLogger(JournalReader.class);

  private final Disk disk;
  private final Path folder;

  public JournalReader(Disk disk, Path folder) {
    this.disk = disk;
    this.folder = folder;
  }

  /** Takes records in order. */
  public interface Visitor {
    void record(long sequence, long millis, byte[] payload);
  }

  /**
   * Where a log ends.
   *
   * @param lastSequence of the last record, or the {@code after} given if there is none
   * @param lastMillis time of that record, 0 if there is none
   */
  public record End(long lastSequence, long lastMillis) {}

  /**
   * Start of the daemon: visits every record after {@code after}, then makes the end of the log
   * clean and durable, so that a writer can go on behind it.
   *
   * @throws JournalDamaged if acknowledged records are missing or broken
   */
  public End recover(long after, Visitor visitor) throws IOException {
    List<Long> segments = SegmentFormat.segments(disk, folder);
    End end = visit(segments, after, Long.MAX_VALUE, visitor, true);
    disk.forceDirectory(folder);
    return end;
  }

  /** Visits the records after {@code after} up to and including {@code last}; they are in closed segments. */
  public End replayClosed(long after, long last, Visitor visitor) throws IOException {
    End end = visit(SegmentFormat.segments(disk, folder), after, last, visitor, false);
    if (end.lastSequence() < last) {
      throw new JournalDamaged("the journal ends at record " + end.lastSequence() + ", before record " + last);
    }
    return end;
  }

  private End visit(List<Long> segments, long after, long last, Visitor visitor, boolean mend) throws IOException {
    End end = new End(after, 0);
    for (int i = 0; i < segments.size() && end.lastSequence() < last; i++) {
      long first = segments.get(i);
      boolean isLast = i == segments.size() - 1;
      if (!isLast && segments.get(i + 1) <= after + 1) {
        continue; // a snapshot covers all of it
      }
      if (first > end.lastSequence() + 1) {
        throw new JournalDamaged(
            "journal records " + (end.lastSequence() + 1) + " to " + (first - 1) + " are missing in " + folder);
      }
      Path file = folder.resolve(SegmentFormat.fileName(first));
      End segmentEnd = segment(file, first, end, after, last, visitor, isLast, mend);
      if (!isLast && segmentEnd.lastSequence() < Math.min(last, segments.get(i + 1) - 1)) {
        throw new JournalDamaged(
            file + " ends at record " + segmentEnd.lastSequence() + ", but the next segment begins with record "
                + segments.get(i + 1) + ": acknowledged records are damaged or missing");
      }
      if (segmentEnd.lastSequence() > end.lastSequence()) {
        end = segmentEnd;
      }
    }
    return end;
  }

  private End segment(
      Path file, long first, End before, long after, long last, Visitor visitor, boolean isLast, boolean mend)
      throws IOException {
    try (JournalFile f = disk.open(file, isLast && mend ? Disk.Mode.WRITE : Disk.Mode.READ)) {
      SegmentCursor cursor = new SegmentCursor(f, file);
      if (cursor.header().firstSequence() != first) {
        throw new JournalDamaged(file + " says that its first record is " + cursor.header().firstSequence());
      }
      long expected = first;
      long millis = before.lastMillis();
      long durable = first - 1;
      long undurableAt = SegmentFormat.HEADER;
      boolean sealed = false;
      while (expected <= last && cursor.next(expected)) {
        if (cursor.type() == SegmentFormat.TYPE_SEAL) {
          sealed = true;
          durable = expected - 1;
          break;
        }
        if (cursor.durable() > durable) {
          durable = cursor.durable();
          undurableAt = cursor.start();
        }
        millis = cursor.millis();
        if (expected > after) {
          visitor.record(expected, millis, cursor.payload());
        }
        expected++;
      }
      if (isLast && !sealed && expected <= last) {
        long provenBy = cursor.laterRecordProving(expected);
        if (provenBy >= 0) {
          throw new JournalDamaged(
              file + " is damaged at byte " + cursor.position() + " (record " + expected + "), although record "
                  + provenBy + " behind it proves that it had been on disk. Restore the file, or move the folder "
                  + folder.getParent() + " away to begin with an empty cluster");
        }
        if (mend) {
          mend(f, file, cursor, undurableAt, expected == first);
        }
      }
      return new End(expected - 1, millis);
    }
  }

  /**
   * What was read may still be only in the page cache, or be there after a failed fsync: write it
   * again from the last proven point, cut what follows, make it durable.
   */
  private void mend(JournalFile f, Path file, SegmentCursor cursor, long from, boolean empty) throws IOException {
    long end = cursor.position();
    if (empty) {
      f.close();
      disk.delete(file);
      return;
    }
    if (cursor.tornBytes()) {
      LOG.warn("{}: cut an unfinished, never acknowledged record at byte {}", file, end);
    }
    ByteBuffer again = ByteBuffer.allocate(1 << 20);
    for (long at = from; at < end; ) {
      again.clear().limit((int) Math.min(again.capacity(), end - at));
      int n = Disk.readFully(f, again, at);
      Disk.writeFully(f, again.flip(), at);
      at += n;
    }
    f.truncate(end);
    f.force();
  }
}
