package org.slurmctldj.core;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes tag-length-value fields into a growing buffer: the one encoding of commands and records.
 * A field is {@code varint(tag << 2 | kind)} and a value; numbers are zigzag varints, everything
 * else carries its length, so a reader can always tell where the next field starts. Not
 * thread-safe; reuse by {@link #clear()}.
 */
public final class TagWriter {
  static final int NUMBER = 0;
  static final int BYTES = 1;
  static final int LATIN1 = 2;
  static final int UTF8 = 3;

  private byte[] buffer;
  private int size;

  public TagWriter() {
    this(256);
  }

  public TagWriter(int capacity) {
    buffer = new byte[capacity];
  }

  public void clear() {
    size = 0;
  }

  public int size() {
    return size;
  }

  /** The bytes written so far are the first {@link #size()} of this array, until the next write. */
  public byte[] array() {
    return buffer;
  }

  public byte[] toBytes() {
    return Arrays.copyOf(buffer, size);
  }

  private void room(int n) {
    if (buffer.length - size < n) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, Math.addExact(size, n)));
    }
  }

  void raw(int b) {
    room(1);
    buffer[size++] = (byte) b;
  }

  void varint(long v) {
    room(10);
    while ((v & ~0x7fL) != 0) {
      buffer[size++] = (byte) (v | 0x80);
      v >>>= 7;
    }
    buffer[size++] = (byte) v;
  }

  private void zigzag(long v) {
    varint(v << 1 ^ v >> 63);
  }

  private void tag(int tag, int kind) {
    varint((long) tag << 2 | kind);
  }

  public void number(int tag, long v) {
    tag(tag, NUMBER);
    zigzag(v);
  }

  /** Leaves the field out where it has its default. */
  public void number(int tag, long v, long ifAbsent) {
    if (v != ifAbsent) {
      number(tag, v);
    }
  }

  public void flag(int tag, boolean v) {
    if (v) {
      number(tag, 1);
    }
  }

  /** Leaves the field out where it is null. Bytes are Latin-1 unless a character is beyond it. */
  public void text(int tag, String s) {
    if (s == null) {
      return;
    }
    int n = s.length();
    tag(tag, LATIN1);
    int start = size;
    varint(n);
    room(n);
    for (int i = 0; i < n; i++) {
      char c = s.charAt(i);
      if (c > 0xff) {
        size = start;
        byte[] utf = s.getBytes(StandardCharsets.UTF_8);
        // The kind sits in the low bits of the tag's first byte, just before the length.
        buffer[start - varintSize((long) tag << 2)] |= UTF8;
        varint(utf.length);
        bytesOnly(utf);
        return;
      }
      buffer[size++] = (byte) c;
    }
  }

  private void bytesOnly(byte[] b) {
    room(b.length);
    System.arraycopy(b, 0, buffer, size, b.length);
    size += b.length;
  }

  private static int varintSize(long v) {
    int n = 1;
    while ((v & ~0x7fL) != 0) {
      n++;
      v >>>= 7;
    }
    return n;
  }

  public void texts(int tag, Iterable<String> list) {
    int at = begin(tag);
    for (String s : list) {
      text(1, s);
    }
    end(at);
  }

  public void numbers(int tag, long[] list) {
    int at = begin(tag);
    for (long v : list) {
      zigzag(v);
    }
    end(at);
  }

  public void numbers(int tag, int[] list) {
    int at = begin(tag);
    for (int v : list) {
      zigzag(v);
    }
    end(at);
  }

  /** Opens a nested group; hand the returned mark to {@link #end}. */
  public int begin(int tag) {
    tag(tag, BYTES);
    raw(0);
    return size;
  }

  public void end(int mark) {
    int length = size - mark;
    int extra = varintSize(length) - 1;
    if (extra > 0) {
      room(extra);
      System.arraycopy(buffer, mark, buffer, mark + extra, length);
    }
    size = mark - 1;
    varint(length);
    size += length;
  }
}
