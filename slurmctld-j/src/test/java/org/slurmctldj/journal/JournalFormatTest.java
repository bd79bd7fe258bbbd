package org.slurmctldj.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Formats of version 1, written here byte by byte from docs/journal-format.md and nothing else: what
 * any release wrote must be read by every later one.
 */
final class JournalFormatTest {
  @TempDir Path folder;

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int crc(byte[]... parts) {
    CRC32C crc = new CRC32C();
    for (byte[] p : parts) {
      crc.update(p);
    }
    return (int) crc.getValue();
  }

  private static byte[] segmentHeader(long epoch, long first, long salt, int version) {
    ByteBuffer b = little(64);
    b.put("slurmj\r\n".getBytes(StandardCharsets.US_ASCII)).putInt(version).putInt(64);
    b.putLong(epoch).putLong(first).putLong(salt).putLong(1_700_000_000_000L);
    b.putInt(60, crc(java.util.Arrays.copyOf(b.array(), 60)));
    return b.array();
  }

  private static byte[] record(long salt, long sequence, long millis, long durable, int type, byte[] payload) {
    ByteBuffer b = little(32 + (payload.length + 7) / 8 * 8);
    b.putInt(payload.length).putInt(0).putLong(sequence).putLong(millis).putInt((int) (sequence - durable));
    b.putShort((short) type).putShort((short) 0).put(payload);
    byte[] all = b.array();
    byte[] saltBytes = little(8).putLong(salt).array();
    b.putInt(4, crc(saltBytes, java.util.Arrays.copyOf(all, 4), java.util.Arrays.copyOfRange(all, 8, 32), payload));
    return all;
  }

  private Path segment(long first, byte[]... parts) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] p : parts) {
      out.write(p);
    }
    Path journal = folder.resolve("slurmctld-j/journal");
    Files.createDirectories(journal);
    return Files.write(journal.resolve(String.format("%019d.journal", first)), out.toByteArray());
  }

  private static byte[] ascii(String s) {
    return s.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void aJournalWrittenFromTheDocumentIsRead() throws Exception {
    segment(1, segmentHeader(1, 1, 77, 1),
        record(77, 1, 1_700_000_000_001L, 0, 1, ascii("first")),
        record(77, 2, 1_700_000_000_002L, 0, 1, ascii("second!!")),
        record(77, 2, 1_700_000_000_002L, 2, 2, new byte[0]));
    segment(3, segmentHeader(2, 3, 0x8000000000000001L, 1),
        record(0x8000000000000001L, 3, 1_700_000_000_003L, 2, 1, ascii("")),
        record(0x8000000000000001L, 4, 1_700_000_000_003L, 3, 1, ascii("fourth")),
        new byte[4096]);
    try (Fixture j = new Fixture(folder, Fixture.small())) {
      assertEquals(List.of("first", "second!!", "", "fourth"), j.replayed);
      assertEquals(1_700_000_000_003L, j.end.lastMillis());
      assertEquals(3, j.directory.epoch(), "above the highest epoch of any segment");
    }
  }

  @Test
  void whatIsWrittenIsWhatTheDocumentSays() throws Exception {
    try (Fixture j = new Fixture(folder, Fixture.small().withClock(() -> 1_800_000_000_000L))) {
      j.append("one").get();
      j.append("two").get();
    }
    byte[] written = Files.readAllBytes(folder.resolve("slurmctld-j/journal/0000000000000000001.journal"));
    long salt = ByteBuffer.wrap(written).order(ByteOrder.LITTLE_ENDIAN).getLong(32);
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    byte[] header = segmentHeader(1, 1, salt, 1);
    ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putLong(40, 0); // no record before
    ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putInt(60, crc(java.util.Arrays.copyOf(header, 60)));
    expected.write(header);
    expected.write(record(salt, 1, 1_800_000_000_000L, 0, 1, ascii("one")));
    expected.write(record(salt, 2, 1_800_000_000_000L, 1, 1, ascii("two")));
    expected.write(record(salt, 2, 1_800_000_000_000L, 2, 2, new byte[0]));
    assertArrayEquals(expected.toByteArray(), written);
  }

  @Test
  void aNewerFormatIsRefusedByItsNumber() throws Exception {
    segment(1, segmentHeader(1, 1, 77, 2));
    JournalDamaged e = assertThrows(JournalDamaged.class, () -> new Fixture(folder, Fixture.small()));
    assertTrue(e.getMessage().contains("journal format 2, this slurmctld-j reads format 1"), e.getMessage());
  }

  @Test
  void aBlobFileWrittenFromTheDocumentIsRead() throws Exception {
    byte[] script = ascii("#!/bin/sh\nhostname\n");
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(script);
    ByteBuffer header = little(32);
    header.put(ascii("slurmb\r\n")).putInt(1).putInt(32).putLong(7);
    header.putInt(28, crc(java.util.Arrays.copyOf(header.array(), 28)));
    ByteBuffer blob = little(40 + 24).putInt(script.length).putInt(0).put(hash).put(script);
    blob.putInt(4, crc(little(4).putInt(script.length).array(), hash, script));
    Path blobs = folder.resolve("slurmctld-j/blobs");
    Files.createDirectories(blobs);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(header.array());
    out.write(blob.array());
    Files.write(blobs.resolve("0000000007.blobs"), out.toByteArray());
    try (Fixture j = new Fixture(folder, Fixture.small())) {
      assertArrayEquals(script, j.blobs.get(hash).orElseThrow());
      Blob more = Blob.of(ascii("more"));
      j.append("job", false, List.of(more)).get();
      assertArrayEquals(ascii("more"), j.blobs.get(more.hex()).orElseThrow());
    }
  }

  @Test
  void aSnapshotWrittenFromTheDocumentIsRead() throws Exception {
    ByteBuffer header = little(64);
    header.put(ascii("slurms\r\n")).putInt(1).putInt(64).putLong(42).putLong(1_700_000_000_000L);
    header.putInt(60, crc(java.util.Arrays.copyOf(header.array(), 60)));
    ByteBuffer first = little(5 + 3).put((byte) 9).putInt(3).put(ascii("abc"));
    ByteBuffer second = little(5 + 8).put((byte) 0).putInt(8).putLong(1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(header.array());
    for (ByteBuffer chunk : new ByteBuffer[] {first, second}) {
      out.write(little(8).putInt(chunk.capacity()).putInt(crc(chunk.array())).array());
      out.write(chunk.array());
    }
    Path snapshots = folder.resolve("snapshots");
    Files.createDirectories(snapshots);
    Files.write(snapshots.resolve(String.format("%019d.snapshot", 42)), out.toByteArray());
    Snapshots s = new Snapshots(new RealDisk(), snapshots, folder);
    assertEquals(new Snapshots.Moment(42, 1_700_000_000_000L), s.newest().orElseThrow());
    List<String> seen = new ArrayList<>();
    s.load(s.newest().orElseThrow(), (kind, record) -> seen.add(kind + new String(record, StandardCharsets.US_ASCII)));
    assertEquals(List.of("9abc"), seen);
  }
}
