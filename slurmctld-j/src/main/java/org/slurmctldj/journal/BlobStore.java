package org.slurmctldj.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scripts and environments by content: append-only files, each content once, durable before the
 * record that names it. The journal's writer thread writes; any thread reads without locks and
 * without keeping anything in memory. What no job names any more goes with the next snapshot ({@link
 * BlobCollector}).
 */
public final class BlobStore implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BlobStore.class);
  private static final long FILE_BYTES = 64L << 20;
  private static final int NUMBER_SHIFT = 36;
  private static final long REWRITE = 8L << 20;
  private static final int REOPENED_AT_MOST = 3;

  private final Disk disk;
  private final Path folder;
  private final BlobIndex index = new BlobIndex();
  private final ConcurrentHashMap<Integer, JournalFile> readers = new ConcurrentHashMap<>();

  // The writer thread's own.
  private JournalFile current;
  private int currentNumber;
  private long currentUsed;
  private boolean dirty;
  private final RecentBlobs recent = new RecentBlobs();
  private final ReadBlobs read = new ReadBlobs();

  private BlobStore(Disk disk, Path folder) {
    this.disk = disk;
    this.folder = folder;
  }

  /**
   * Opens the folder, mends the end of the last file.
   *
   * @param touched every blob counts as named by a record of that sequence, until it is named again
   */
  public static BlobStore open(Disk disk, Path folder, long touched) throws IOException {
    BlobStore store = new BlobStore(disk, folder);
    List<Integer> numbers = store.files();
    for (int i = 0; i < numbers.size(); i++) {
      store.load(numbers.get(i), i == numbers.size() - 1, touched);
    }
    return store;
  }

  /** Numbers of the files there are, ascending. */
  List<Integer> files() throws IOException {
    return disk.list(folder).stream().flatMap(n -> BlobFormat.number(n).stream()).sorted().toList();
  }

  private Path path(int number) {
    return folder.resolve(BlobFormat.fileName(number));
  }

  private void load(int number, boolean last, long touched) throws IOException {
    Path path = path(number);
    try (JournalFile file = disk.open(path, last ? Disk.Mode.WRITE : Disk.Mode.READ)) {
      if (last && file.size() < BlobFormat.HEADER) { // a power loss between its creation and its header
        disk.delete(path);
        currentNumber = number - 1;
        return;
      }
      BlobFormat.checkHeader(file, path, number);
      long end = BlobFormat.HEADER;
      ByteBuffer head = ByteBuffer.allocate(BlobFormat.BLOB_HEADER).order(ByteOrder.LITTLE_ENDIAN);
      while (Disk.readFully(file, head.clear(), end) == BlobFormat.BLOB_HEADER) {
        int length = head.getInt(0);
        if (!fits(file, end, length)) {
          break;
        }
        if (last && !whole(file, end, length)) {
          if (!wholeBehind(file, end, length)) {
            break;
          }
          // Not the torn end of the file: what lies behind may be of jobs that were accepted.
          LOG.error("{} is damaged at byte {}: one script or environment is lost", path, end);
          end += BlobFormat.sizeOf(length);
          continue;
        }
        byte[] hash = Arrays.copyOfRange(head.array(), 8, 40);
        // A copy made by the collector lies in a later file than its original: the later one counts.
        if (!relocate(hash, location(number, end))) {
          index.add(BlobIndex.key(hash), location(number, end), touched);
        }
        end += BlobFormat.sizeOf(length);
      }
      if (!last && end != file.size()) {
        throw new JournalDamaged(path + " is damaged at byte " + end + ": scripts or environments of jobs are lost");
      }
      if (last) {
        mend(file, path, end);
        current = disk.open(path, Disk.Mode.WRITE);
        currentNumber = number;
        currentUsed = end;
      }
    }
  }

  private static boolean fits(JournalFile file, long at, int length) throws IOException {
    return length >= 0 && length <= Blob.MAX_BYTES && at + BlobFormat.sizeOf(length) <= file.size();
  }

  /** Whether a whole blob follows on one of that length. */
  private static boolean wholeBehind(JournalFile file, long at, int length) throws IOException {
    long next = at + BlobFormat.sizeOf(length);
    ByteBuffer head = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    return Disk.readFully(file, head, next) == 4 && fits(file, next, head.getInt(0)) && whole(file, next, head.getInt(0));
  }

  private static boolean whole(JournalFile file, long at, int length) throws IOException {
    ByteBuffer b = ByteBuffer.allocate(BlobFormat.sizeOf(length)).order(ByteOrder.LITTLE_ENDIAN);
    Disk.readFully(file, b, at);
    return !b.hasRemaining() && b.getInt(4) == BlobFormat.checksum(b);
  }

  /** What was read may be only in the page cache: write the end again, cut a torn blob, make it durable. */
  private static void mend(JournalFile file, Path path, long end) throws IOException {
    if (file.size() > end) {
      LOG.info("{}: cut an unfinished blob at byte {}", path, end);
    }
    ByteBuffer b = ByteBuffer.allocate(1 << 20);
    for (long at = Math.max(0, end - REWRITE); at < end; ) {
      b.clear().limit((int) Math.min(b.capacity(), end - at));
      int n = Disk.readFully(file, b, at);
      Disk.writeFully(file, b.flip(), at);
      at += n;
    }
    file.truncate(end);
    file.force();
  }

  private static long location(int number, long offset) {
    return (long) number << NUMBER_SHIFT | offset;
  }

  static int fileNumber(long location) {
    return (int) (location >>> NUMBER_SHIFT);
  }

  private static long offset(long location) {
    return location & (1L << NUMBER_SHIFT) - 1;
  }

  // ---- writer thread ----

  /** Appends the blob unless it is there; false if the disk is full. Durable after {@link #force}. */
  boolean put(Blob blob, long sequence) throws IOException {
    BlobIndex.Probe probe = index.new Probe(BlobIndex.key(blob.hash()));
    for (long at = probe.next(); at != BlobIndex.NOWHERE; at = probe.next()) {
      if (recent.isAt(blob.hash(), at) || hashAt(at, blob.hash())) {
        recent.remember(blob.hash(), at);
        probe.touch(sequence);
        return true;
      }
    }
    long location = append(blob);
    if (location == BlobIndex.NOWHERE) {
      return false;
    }
    index.add(BlobIndex.key(blob.hash()), location, sequence);
    recent.remember(blob.hash(), location);
    return true;
  }

  /** Appends a second copy and lets the index point to it; false if the disk is full or nobody knows the blob. */
  boolean putAgain(Blob blob) throws IOException {
    long location = append(blob);
    return location != BlobIndex.NOWHERE && relocate(blob.hash(), location);
  }

  private boolean relocate(byte[] hash, long location) throws IOException {
    BlobIndex.Probe probe = index.new Probe(BlobIndex.key(hash));
    for (long at = probe.next(); at != BlobIndex.NOWHERE; at = probe.next()) {
      if (hashAt(at, hash)) {
        probe.move(location);
        return true;
      }
    }
    return false;
  }

  private long append(Blob blob) throws IOException {
    ByteBuffer record = BlobFormat.record(blob);
    if (current == null || currentUsed + record.remaining() > FILE_BYTES && currentUsed > BlobFormat.HEADER) {
      if (!roll()) {
        return BlobIndex.NOWHERE;
      }
    }
    int size = record.remaining();
    try {
      Disk.writeFully(current, record, currentUsed);
    } catch (IOException e) {
      if (!disk.isDiskFull(e, path(currentNumber))) {
        throw e;
      }
      current.truncate(currentUsed);
      return BlobIndex.NOWHERE;
    }
    dirty = true;
    long location = location(currentNumber, currentUsed);
    currentUsed += size;
    return location;
  }

  private boolean roll() throws IOException {
    force();
    Path path = path(currentNumber + 1);
    JournalFile file = null;
    try {
      file = disk.open(path, Disk.Mode.CREATE);
      Disk.writeFully(file, BlobFormat.header(currentNumber + 1), 0);
      file.force();
      disk.forceDirectory(folder);
    } catch (IOException e) {
      if (!disk.isDiskFull(e, path)) {
        throw e;
      }
      if (file != null) {
        file.close();
      }
      disk.delete(path);
      return false;
    }
    if (current != null) {
      current.close();
    }
    current = file;
    currentNumber++;
    currentUsed = BlobFormat.HEADER;
    return true;
  }

  /** Everything appended so far is durable when this returns. */
  void force() throws IOException {
    if (dirty) {
      current.force();
      dirty = false;
    }
  }

  /** Drops the index entry if it still lies there and nobody named it since; true if it is gone from there. */
  boolean drop(long key, long location, long namedUntil) {
    BlobIndex.Probe probe = index.new Probe(key);
    for (long at = probe.next(); at != BlobIndex.NOWHERE; at = probe.next()) {
      if (at == location) {
        if (probe.touched() > namedUntil) {
          return false;
        }
        probe.move(BlobIndex.NOWHERE);
      }
    }
    return true;
  }

  /** Deletes a file in which no blob lies any more. */
  void deleteFile(int number) throws IOException {
    if (number == currentNumber) {
      throw new IllegalArgumentException("blob file " + number + " is being written");
    }
    disk.delete(path(number));
    JournalFile open = readers.remove(number);
    if (open != null) {
      open.close();
    }
  }

  int currentNumber() {
    return currentNumber;
  }

  // ---- any thread ----

  BlobIndex index() {
    return index;
  }

  /** As {@link #get(byte[])}, by the hash's 64 hexadecimal digits as job records carry it. */
  public Optional<byte[]> get(String hex) {
    try {
      return get(HexFormat.of().parseHex(hex));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The content with that SHA-256, or empty if no job that is known names it. Not to be changed. */
  public Optional<byte[]> get(byte[] hash) {
    if (hash.length != 32) {
      return Optional.empty();
    }
    for (int attempt = 0; ; attempt++) {
      try {
        BlobIndex.Probe probe = index.new Probe(BlobIndex.key(hash));
        for (long at = probe.next(); at != BlobIndex.NOWHERE; at = probe.next()) {
          Optional<byte[]> known = read.at(hash, at);
          if (known.isPresent()) {
            return known;
          }
          if (hashAt(at, hash)) {
            byte[] content = contentAt(at);
            read.remember(hash, at, content);
            return Optional.of(content);
          }
        }
        return Optional.empty();
      } catch (ClosedChannelException | java.nio.file.NoSuchFileException e) {
        // The collector moved it meanwhile, or an interrupted reader closed the file: look again.
        if (attempt == 3) {
          throw new UncheckedIOException(e);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The whole blob that lies there. */
  Blob blobAt(long location) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(BlobFormat.BLOB_HEADER).order(ByteOrder.LITTLE_ENDIAN);
    read(location, head);
    return new Blob(Arrays.copyOfRange(head.array(), 8, 40), contentAt(location));
  }

  private boolean hashAt(long location, byte[] hash) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(BlobFormat.BLOB_HEADER);
    read(location, head);
    return Arrays.equals(head.array(), 8, 40, hash, 0, 32);
  }

  private byte[] contentAt(long location) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    read(location, head);
    int length = head.getInt(0);
    if (length < 0 || length > Blob.MAX_BYTES) {
      throw new IOException(path(fileNumber(location)) + " is damaged at byte " + offset(location));
    }
    ByteBuffer whole = ByteBuffer.allocate(BlobFormat.sizeOf(length)).order(ByteOrder.LITTLE_ENDIAN);
    read(location, whole);
    if (whole.getInt(4) != BlobFormat.checksum(whole)) {
      throw new IOException(path(fileNumber(location)) + " is damaged at byte " + offset(location));
    }
    return Arrays.copyOfRange(whole.array(), BlobFormat.BLOB_HEADER, BlobFormat.BLOB_HEADER + length);
  }

  private void read(long location, ByteBuffer to) throws IOException {
    for (int attempt = 0; ; attempt++) {
      try {
        readOnce(location, to.clear());
        return;
      } catch (ClosedByInterruptException e) {
        throw e;
      } catch (ClosedChannelException e) {
        // Another reader was interrupted, which closes the file for all, the journal's writer among them: opened anew.
        if (attempt == REOPENED_AT_MOST) {
          throw e;
        }
      }
    }
  }

  private void readOnce(long location, ByteBuffer to) throws IOException {
    int number = fileNumber(location);
    JournalFile file = readers.get(number);
    if (file == null) {
      JournalFile opened = disk.open(path(number), Disk.Mode.READ);
      JournalFile raced = readers.putIfAbsent(number, opened);
      if (raced != null) {
        opened.close();
      }
      file = raced != null ? raced : opened;
      if (raced == null && !disk.exists(path(number)) && readers.remove(number, opened)) {
        opened.close(); // deleted in between: nobody would close it any more
        throw new java.nio.file.NoSuchFileException(path(number).toString());
      }
    }
    try {
      if (Disk.readFully(file, to, offset(location)) < to.capacity()) {
        throw new IOException(path(number) + " ends before byte " + (offset(location) + to.capacity()));
      }
    } catch (ClosedChannelException e) {
      readers.remove(number, file);
      throw e;
    }
  }

  @Override
  public void close() {
    try {
      force();
      if (current != null) {
        current.close();
        current = null;
      }
      for (JournalFile file : readers.values()) {
        file.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
