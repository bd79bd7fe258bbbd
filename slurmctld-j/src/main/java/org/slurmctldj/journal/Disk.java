package org.slurmctldj.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * The file system as the journal uses it. {@link RealDisk} is the real one; fault tests inject short
 * writes, EIO, ENOSPC, failing fsync and power loss behind this interface.
 */
public interface Disk {

  enum Mode {
    /** An existing file, for reading. */
    READ,
    /** An existing file, for reading and writing. */
    WRITE,
    /** An existing file of zeros, to be written from its beginning on without gaps and not to be read. */
    APPEND,
    /** A new or emptied file, for reading and writing. */
    CREATE
  }

  JournalFile open(Path file, Mode mode) throws IOException;

  boolean exists(Path file);

  /** Replaces the target. Durable after {@link #forceDirectory} of the parent. */
  void rename(Path from, Path to) throws IOException;

  /** No error if the file is not there. */
  void delete(Path file) throws IOException;

  /** Names of the plain files in a directory. */
  List<String> list(Path directory) throws IOException;

  /** fsync(2) of a directory: names created, renamed and deleted in it are durable. */
  void forceDirectory(Path directory) throws IOException;

  void createDirectories(Path directory) throws IOException;

  /** Bytes that can still be written below that directory, as far as the file system says. */
  long usableBytes(Path directory) throws IOException;

  /** Whether that failure of a write means "no space" (or quota) rather than a broken device. */
  boolean isDiskFull(IOException failure, Path file);

  /** Writes the whole rest of the buffer. */
  static void writeFully(JournalFile file, ByteBuffer from, long position) throws IOException {
    long at = position;
    int futile = 0;
    while (from.hasRemaining()) {
      int n = file.write(from, at);
      at += n;
      futile = n > 0 ? 0 : futile + 1;
      if (futile > 16) {
        throw new IOException("the file system takes no more bytes at offset " + at);
      }
    }
  }

  /** Fills the buffer from that position; returns the bytes read, fewer only at the end of the file. */
  static int readFully(JournalFile file, ByteBuffer to, long position) throws IOException {
    int total = 0;
    while (to.hasRemaining()) {
      int n = file.read(to, position + total);
      if (n < 0) {
        break;
      }
      total += n;
    }
    return total;
  }
}
