package org.slurmctldj.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Bytes of a blob file, as docs/journal-format.md describes them: a 32-byte header, then blobs,
 * 8-byte aligned, each with a 40-byte header (length, CRC32C, SHA-256); little-endian.
 */
final class BlobFormat {
  static final int VERSION = 1;
  static final int HEADER = 32;
  static final int BLOB_HEADER = 40;
  static final String SUFFIX = ".blobs";

  /** "slurmb\r\n". */
  private static final long MAGIC = 0x0a0d626d72756c73L;

  private BlobFormat() {}

  static ByteBuffer header(long number) {
    ByteBuffer b = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
    b.putLong(MAGIC).putInt(VERSION).putInt(HEADER).putLong(number);
    CRC32C crc = new CRC32C();
    crc.update(b.array(), 0, HEADER - 4);
    return b.putInt(HEADER - 4, (int) crc.getValue()).clear();
  }

  static void checkHeader(JournalFile file, Path path, long number) throws IOException {
    ByteBuffer b = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
    Disk.readFully(file, b, 0);
    if (!b.flip().equals(header(number))) {
      throw new JournalDamaged(path + " does not begin like a blob file of format " + VERSION);
    }
  }

  static int sizeOf(int contentLength) {
    return BLOB_HEADER + (contentLength + 7 & ~7);
  }

  static ByteBuffer record(Blob blob) {
    ByteBuffer b = ByteBuffer.allocate(sizeOf(blob.content().length)).order(ByteOrder.LITTLE_ENDIAN);
    b.putInt(blob.content().length).putInt(0).put(blob.hash()).put(blob.content());
    return b.putInt(4, checksum(b)).clear();
  }

  /** Of a whole record in an array-backed buffer that begins with it. */
  static int checksum(ByteBuffer b) {
    CRC32C crc = new CRC32C();
    crc.update(b.array(), b.arrayOffset(), 4);
    crc.update(b.array(), b.arrayOffset() + 8, 32 + b.getInt(0));
    return (int) crc.getValue();
  }

  static String fileName(long number) {
    return String.format(Locale.ROOT, "%010d%s", number, SUFFIX);
  }

  static Optional<Integer> number(String fileName) {
    if (!fileName.endsWith(SUFFIX)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Integer.parseInt(fileName.substring(0, fileName.length() - SUFFIX.length())));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
