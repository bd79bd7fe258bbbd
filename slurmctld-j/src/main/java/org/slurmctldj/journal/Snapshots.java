package org.slurmctldj.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Snapshot files: the whole state as of one journal record, so that a start need not replay
 * everything. Written beside the old one, read back and compared with its checksums, renamed; only
 * then what it covers is deleted. Format: docs/journal-format.md.
 */
public final class Snapshots {
  private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);
  static final int VERSION = 1;
  private static final int HEADER = 64;
  private static final String SUFFIX = ".snapshot";
  private static final String WRITING = "snapshot.writing";
  private static final int CHUNK = 1 << 20;

  /** "slurms\r\n". */
  private static final long MAGIC = 0x0a0d736d72756c73L;

  private final Disk disk;
  private final Path folder;
  private final Path journal;

  public Snapshots(Disk disk, Path folder, Path journal) {
    this.disk = disk;
    this.folder = folder;
    this.journal = journal;
  }

  /** At a start: what a snapshot that was being written has left, a state's worth of space, goes. */
  public void deleteUnfinished() throws IOException {
    disk.delete(folder.resolve(WRITING));
  }

  /** Which moment a snapshot shows: the last record in it and that record's time. */
  public record Moment(long sequence, long millis) {}

  /** Gives or takes one record of the state; {@code kind} and bytes are the engine's affair. */
  public interface Sink {
    void put(byte kind, byte[] record);
  }

  /** Writes all records of the state into the sink. */
  public interface Source {
    void writeTo(Sink sink);
  }

  /** The newest snapshot's moment, if there is one. */
  public Optional<Moment> newest() throws IOException {
    List<Long> all = all();
    if (all.isEmpty()) {
      return Optional.empty();
    }
    Path path = path(all.getLast());
    try (JournalFile file = disk.open(path, Disk.Mode.READ)) {
      return Optional.of(header(file, path));
    }
  }

  /** Reads the newest snapshot's records, in the order in which they were written. */
  public void load(Moment moment, Sink sink) throws IOException {
    Path path = path(moment.sequence());
    try (JournalFile file = disk.open(path, Disk.Mode.READ)) {
      header(file, path);
      read(file, path, sink);
    }
  }

  /** Size of the newest snapshot, bytes; 0 without one. */
  public long newestBytes() throws IOException {
    List<Long> all = all();
    if (all.isEmpty()) {
      return 0;
    }
    try (JournalFile file = disk.open(path(all.getLast()), Disk.Mode.READ)) {
      return file.size();
    }
  }

  /**
   * Writes a snapshot, checks it, makes it the newest and deletes older ones and the journal segments
   * that it covers.
   *
   * @return false if the disk is full; then nothing changed
   */
  public boolean write(Moment moment, Source source) throws IOException {
    Path writing = folder.resolve(WRITING);
    try {
      try (JournalFile file = disk.open(writing, Disk.Mode.CREATE)) {
        new Writer(file).write(moment, source);
      } catch (java.io.UncheckedIOException e) {
        throw e.getCause();
      }
      try (JournalFile file = disk.open(writing, Disk.Mode.READ)) {
        header(file, writing);
        read(file, writing, (kind, record) -> {});
      }
    } catch (IOException e) {
      disk.delete(writing);
      if (disk.isDiskFull(e, writing)) {
        LOG.warn("no space for a snapshot in {}", folder);
        return false;
      }
      throw e;
    }
    disk.rename(writing, path(moment.sequence()));
    disk.forceDirectory(folder);
    for (long older : all()) {
      if (older < moment.sequence()) {
        disk.delete(path(older));
      }
    }
    List<Long> segments = SegmentFormat.segments(disk, journal);
    for (int i = 0; i + 1 < segments.size() && segments.get(i + 1) <= moment.sequence() + 1; i++) {
      disk.delete(journal.resolve(SegmentFormat.fileName(segments.get(i))));
    }
    disk.forceDirectory(journal);
    return true;
  }

  private Path path(long sequence) {
    return folder.resolve(String.format(Locale.ROOT, "%019d%s", sequence, SUFFIX));
  }

  private List<Long> all() throws IOException {
    return disk.list(folder).stream()
        .filter(n -> n.matches("[0-9]{19}" + java.util.regex.Pattern.quote(SUFFIX)))
        .map(n -> Long.parseLong(n.substring(0, 19)))
        .sorted()
        .toList();
  }

  private static Moment header(JournalFile file, Path path) throws IOException {
    ByteBuffer b = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
    Disk.readFully(file, b, 0);
    b.flip();
    if (b.remaining() < HEADER || b.getLong() != MAGIC) {
      throw new JournalDamaged(path + " does not begin like a snapshot of slurmctld-j");
    }
    int version = b.getInt();
    if (version != VERSION) {
      throw new JournalDamaged(path + " has snapshot format " + version + ", this slurmctld-j reads " + VERSION);
    }
    if (b.getInt(HEADER - 4) != crc(b.array(), HEADER - 4)) {
      throw new JournalDamaged(path + " has a damaged header");
    }
    return new Moment(b.getLong(16), b.getLong(24));
  }

  private static int crc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  private static void read(JournalFile file, Path path, Sink sink) throws IOException {
    long at = HEADER;
    long records = 0;
    ByteBuffer head = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    while (true) {
      byte[] chunk = null;
      if (Disk.readFully(file, head.clear(), at) == 8 && head.getInt(0) > 0
          && head.getInt(0) <= JournalOptions.MAX_PAYLOAD + 2 * CHUNK) {
        chunk = new byte[head.getInt(0)];
        if (Disk.readFully(file, ByteBuffer.wrap(chunk), at + 8) < chunk.length
            || crc(chunk, chunk.length) != head.getInt(4)) {
          chunk = null;
        }
      }
      if (chunk == null) {
        throw new JournalDamaged(path + " is damaged at byte " + at);
      }
      at += 8 + chunk.length;
      ByteBuffer b = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
      while (b.hasRemaining()) {
        byte kind = b.get();
        byte[] record = new byte[b.getInt()];
        b.get(record);
        if (kind == 0) { // the end: how many records there must have been
          if (ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN).getLong() != records) {
            throw new JournalDamaged(path + " lacks records");
          }
          return;
        }
        records++;
        sink.put(kind, record);
      }
    }
  }

  private static final class Writer {
    private final JournalFile file;
    private final ByteBuffer chunk = ByteBuffer.allocate(2 * CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    private long at = HEADER;
    private long records;

    private Writer(JournalFile file) {
      this.file = file;
    }

    private void write(Moment moment, Source source) throws IOException {
      ByteBuffer h = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
      h.putLong(MAGIC).putInt(VERSION).putInt(HEADER).putLong(moment.sequence()).putLong(moment.millis());
      h.putInt(HEADER - 4, crc(h.array(), HEADER - 4));
      Disk.writeFully(file, h.clear(), 0);
      source.writeTo((kind, record) -> {
        if (kind == 0) {
          throw new IllegalArgumentException("kind 0 is the end of a snapshot");
        }
        records++;
        put(kind, record);
      });
      byte[] count = new byte[8];
      ByteBuffer.wrap(count).order(ByteOrder.LITTLE_ENDIAN).putLong(records);
      put((byte) 0, count);
      flush(chunk);
      file.force();
    }

    private void put(byte kind, byte[] record) {
      if (chunk.position() >= CHUNK || chunk.remaining() < record.length + 5) {
        flush(chunk);
      }
      if (chunk.remaining() < record.length + 5) {
        ByteBuffer large = ByteBuffer.allocate(record.length + 5).order(ByteOrder.LITTLE_ENDIAN);
        flush(large.put(kind).putInt(record.length).put(record));
      } else {
        chunk.put(kind).putInt(record.length).put(record);
      }
    }

    private void flush(ByteBuffer b) {
      int length = b.position();
      if (length == 0) {
        return;
      }
      ByteBuffer head = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      head.putInt(length).putInt(crc(b.array(), length)).flip();
      try {
        Disk.writeFully(file, head, at);
        Disk.writeFully(file, b.flip(), at + 8);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
      at += 8 + length;
      b.clear();
    }
  }
}
