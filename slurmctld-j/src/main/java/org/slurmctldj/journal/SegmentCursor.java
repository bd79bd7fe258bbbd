package org.slurmctldj.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** Walks over one segment's records, checking each. One thread. */
final class SegmentCursor {
  private static final int WINDOW = 1 << 20;

  /** Group commits are smaller than this many records: how far a whole record may lie behind a torn one. */
  private static final long LOOK_AHEAD = 1 << 20;

  private final JournalFile file;
  private final SegmentFormat.Header header;
  private final long size;
  private ByteBuffer window = ByteBuffer.allocateDirect(WINDOW).order(ByteOrder.LITTLE_ENDIAN);
  private long windowAt;

  /** Where the next record begins. */
  private long position = SegmentFormat.HEADER;

  /** The current record, relative to the window. */
  private int start;

  SegmentCursor(JournalFile file, Path name) throws IOException {
    this.file = file;
    this.size = file.size();
    fill(0);
    this.header = SegmentFormat.Header.read(window, name);
  }

  SegmentFormat.Header header() {
    return header;
  }

  /** Where the next record begins, or would. */
  long position() {
    return position;
  }

  /** Steps to the next record if it is whole and is that record (or the seal before it). */
  boolean next(long sequence) throws IOException {
    if (!wholeAt(position)) {
      return false;
    }
    if (type() == SegmentFormat.TYPE_SEAL ? sequence() != sequence - 1 : sequence() != sequence) {
      return false;
    }
    position += SegmentFormat.sizeOf(length());
    return true;
  }

  private int length() {
    return window.getInt(start);
  }

  private long sequence() {
    return window.getLong(start + 8);
  }

  long millis() {
    return window.getLong(start + 16);
  }

  /** The last record that was durable when the current one was written. */
  long durable() {
    return sequence() - Integer.toUnsignedLong(window.getInt(start + 24));
  }

  short type() {
    return window.getShort(start + 28);
  }

  /** Where the current record begins in the file. */
  long start() {
    return windowAt + start;
  }

  byte[] payload() {
    byte[] b = new byte[length()];
    window.get(start + SegmentFormat.RECORD_HEADER, b);
    return b;
  }

  /** True if something other than zeros stands where the next record would begin. */
  boolean tornBytes() throws IOException {
    if (!inWindow(position, SegmentFormat.RECORD_HEADER)) {
      return position < size;
    }
    int at = (int) (position - windowAt);
    for (int i = 0; i < SegmentFormat.RECORD_HEADER; i += 8) {
      if (window.getLong(at + i) != 0) {
        return true;
      }
    }
    return false;
  }

  /** A whole record behind the current position that proves the missing one to have been durable; or -1. */
  long laterRecordProving(long missing) throws IOException {
    for (long at = position; at + SegmentFormat.RECORD_HEADER <= size; at += 8) {
      if (!inWindow(at, SegmentFormat.RECORD_HEADER)) {
        break;
      }
      int s = (int) (at - windowAt);
      long sequence = window.getLong(s + 8);
      if (sequence < missing || sequence > missing + LOOK_AHEAD) {
        continue;
      }
      if (wholeAt(at) && durable() >= missing) {
        return sequence;
      }
    }
    return -1;
  }

  private boolean wholeAt(long at) throws IOException {
    if (!inWindow(at, SegmentFormat.RECORD_HEADER)) {
      return false;
    }
    int s = (int) (at - windowAt);
    int length = window.getInt(s);
    short type = window.getShort(s + 28);
    if (length < 0 || length > JournalOptions.MAX_PAYLOAD || window.getLong(s + 8) <= 0
        || type != SegmentFormat.TYPE_COMMAND && type != SegmentFormat.TYPE_SEAL) {
      return false;
    }
    if (!inWindow(at, SegmentFormat.sizeOf(length))) {
      return false;
    }
    start = (int) (at - windowAt);
    return SegmentFormat.checksum(window, start, length, header.salt()) == window.getInt(start + 4);
  }

  /** Makes those bytes readable through the window; false if the file ends before them. */
  private boolean inWindow(long at, int length) throws IOException {
    if (at + length > size) {
      return false;
    }
    if (at >= windowAt && at + length <= windowAt + window.limit()) {
      return true;
    }
    if (length > window.capacity()) {
      window = ByteBuffer.allocateDirect(length + WINDOW).order(ByteOrder.LITTLE_ENDIAN);
    }
    fill(at);
    return length <= window.limit();
  }

  private void fill(long at) throws IOException {
    window.clear();
    windowAt = at;
    Disk.readFully(file, window, at);
    window.flip();
  }
}
