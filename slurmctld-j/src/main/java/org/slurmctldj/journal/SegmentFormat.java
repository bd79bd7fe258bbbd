package org.slurmctldj.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Bytes of a journal segment, as docs/journal-format.md describes them: a 64-byte header, then
 * records, 8-byte aligned, each with a 32-byte header; little-endian. Zeros follow the last record.
 */
final class SegmentFormat {
  static final int VERSION = 1;
  static final int HEADER = 64;
  static final int RECORD_HEADER = 32;
  static final short TYPE_COMMAND = 1;
  /** Nothing follows in this segment and all of it was durable when this was written. */
  static final short TYPE_SEAL = 2;
  static final String SUFFIX = ".journal";

  /** "slurmj" and two bytes that break if a transfer mangles line ends. */
  private static final long MAGIC = 0x0a0d6a6d72756c73L;

  private SegmentFormat() {}

  /**
   * A segment's header.
   *
   * @param epoch of the writer
   * @param firstSequence of its first record
   * @param salt random; goes into each record's checksum, so that no content can pass for a record
   * @param createdMillis for humans
   */
  record Header(long epoch, long firstSequence, long salt, long createdMillis) {
    void write(ByteBuffer to) {
      ByteBuffer b = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
      b.putLong(MAGIC).putInt(VERSION).putInt(HEADER).putLong(epoch).putLong(firstSequence).putLong(salt);
      b.putLong(createdMillis);
      CRC32C crc = new CRC32C();
      crc.update(b.array(), 0, HEADER - 4);
      b.putInt(HEADER - 4, (int) crc.getValue());
      to.put(b.array());
    }

    /** @throws JournalDamaged if these are not the bytes of a header of this version */
    static Header read(ByteBuffer from, Path file) {
      byte[] raw = new byte[HEADER];
      if (from.remaining() < HEADER) {
        throw new JournalDamaged(file + " is too short for a journal segment");
      }
      from.get(raw);
      ByteBuffer b = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
      if (b.getLong() != MAGIC) {
        throw new JournalDamaged(file + " does not begin like a journal segment of slurmctld-j");
      }
      int version = b.getInt();
      if (version != VERSION) {
        throw new JournalDamaged(
            file + " has journal format " + version + ", this slurmctld-j reads format " + VERSION);
      }
      CRC32C crc = new CRC32C();
      crc.update(raw, 0, HEADER - 4);
      if (b.getInt(HEADER - 4) != (int) crc.getValue()) {
        throw new JournalDamaged(file + " has a damaged header");
      }
      b.getInt();
      return new Header(b.getLong(), b.getLong(), b.getLong(), b.getLong());
    }
  }

  /** The bytes a record of that payload takes. */
  static int sizeOf(int payloadLength) {
    return RECORD_HEADER + (payloadLength + 7 & ~7);
  }

  /** Appends a record at the buffer's position (its order must be little-endian). */
  static void putRecord(
      ByteBuffer to, long salt, long sequence, long millis, long durable, short type, byte[] payload) {
    int start = to.position();
    to.putInt(payload.length).putInt(0).putLong(sequence).putLong(millis);
    to.putInt((int) (sequence - durable)).putShort(type).putShort((short) 0);
    to.put(payload);
    while ((to.position() - start & 7) != 0) {
      to.put((byte) 0);
    }
    to.putInt(start + 4, checksum(to, start, payload.length, salt));
  }

  /** CRC32C of salt, header without the checksum itself, and payload. */
  static int checksum(ByteBuffer b, int start, int payloadLength, long salt) {
    CRC32C crc = new CRC32C();
    ByteBuffer head = ByteBuffer.allocate(RECORD_HEADER + 4).order(ByteOrder.LITTLE_ENDIAN);
    head.putLong(salt).putInt(b.getInt(start));
    head.putLong(b.getLong(start + 8)).putLong(b.getLong(start + 16)).putLong(b.getLong(start + 24));
    head.flip();
    crc.update(head);
    ByteBuffer payload = b.duplicate();
    payload.limit(start + RECORD_HEADER + payloadLength).position(start + RECORD_HEADER);
    crc.update(payload);
    return (int) crc.getValue();
  }

  /** The file name of a segment: its first sequence. */
  static String fileName(long firstSequence) {
    return String.format(Locale.ROOT, "%019d%s", firstSequence, SUFFIX);
  }

  static Optional<Long> firstSequence(String fileName) {
    if (!fileName.endsWith(SUFFIX)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Long.parseLong(fileName.substring(0, fileName.length() - SUFFIX.length())));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** First sequences of the segments in that folder, ascending. */
  static List<Long> segments(Disk disk, Path journal) throws IOException {
    return disk.list(journal).stream().flatMap(n -> firstSequence(n).stream()).sorted().toList();
  }

  /** The highest writer epoch that segments carry; 0 without any. Unreadable headers are the reader's affair. */
  static long highestEpoch(Disk disk, Path journal) throws IOException {
    long highest = 0;
    for (long first : segments(disk, journal)) {
      Path file = journal.resolve(fileName(first));
      try (JournalFile f = disk.open(file, Disk.Mode.READ)) {
        ByteBuffer b = ByteBuffer.allocate(HEADER);
        Disk.readFully(f, b, 0);
        highest = Math.max(highest, Header.read(b.flip(), file).epoch());
      } catch (JournalDamaged e) {
        continue;
      }
    }
    return highest;
  }
}
