package org.slurmctldj.proto.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes Slurm's primitive types, big-endian, into a growing array. Not thread-safe.
 *
 * <p>Strings are bytes: each {@code char} is one byte (ISO-8859-1), so argument vectors and
 * environments that are not valid UTF-8 pass through unchanged.
 */
public final class Packer {
  /** Largest message Slurm accepts, 1 GiB. */
  public static final int MAX_LENGTH = 1 << 30;

  private byte[] buf;
  private int pos;

  public Packer() {
    this(512);
  }

  public Packer(int capacity) {
    buf = new byte[Math.max(capacity, 16)];
  }

  /** Bytes written so far. */
  public int length() {
    return pos;
  }

  /** The backing array; valid up to {@link #length()} and until the next write. */
  public byte[] array() {
    return buf;
  }

  public byte[] toByteArray() {
    return Arrays.copyOf(buf, pos);
  }

  public void reset() {
    pos = 0;
  }

  private void need(int n) {
    if (buf.length - pos < n) {
      long want = (long) pos + n;
      if (want > MAX_LENGTH) {
        throw new WireException("message longer than " + MAX_LENGTH + " bytes");
      }
      buf = Arrays.copyOf(buf, (int) Math.min(MAX_LENGTH, Math.max(want, buf.length * 2L)));
    }
  }

  public Packer u8(int v) {
    need(1);
    buf[pos++] = (byte) v;
    return this;
  }

  public Packer bool(boolean v) {
    return u8(v ? 1 : 0);
  }

  public Packer u16(int v) {
    need(2);
    buf[pos] = (byte) (v >>> 8);
    buf[pos + 1] = (byte) v;
    pos += 2;
    return this;
  }

  public Packer u32(long v) {
    need(4);
    putInt(pos, (int) v);
    pos += 4;
    return this;
  }

  public Packer u64(long v) {
    need(8);
    putInt(pos, (int) (v >>> 32));
    putInt(pos + 4, (int) v);
    pos += 8;
    return this;
  }

  /** Seconds since the epoch. */
  public Packer time(long seconds) {
    return u64(seconds);
  }

  /** A double travels as the IEEE-754 bits of value x 1,000,000; see {@link Unpacker#dbl}. */
  public Packer dbl(double v) {
    return u64(Double.doubleToRawLongBits(v * 1_000_000d));
  }

  public Packer flt(float v) {
    return u32(Float.floatToRawIntBits(v * 1_000_000f) & 0xffffffffL);
  }

  /** A string with its trailing NUL counted; null is length 0, "" is length 1. */
  @SuppressWarnings("deprecation") // String.getBytes(int,int,byte[],int) is exactly "low byte of each char"
  public Packer str(String s) {
    if (s == null) {
      return u32(0);
    }
    int n = s.length();
    u32(n + 1L);
    need(n + 1);
    s.getBytes(0, n, buf, pos);
    buf[pos + n] = 0;
    pos += n + 1;
    return this;
  }

  /** Length-prefixed raw bytes; null and empty are both length 0. */
  public Packer mem(byte[] bytes) {
    if (bytes == null) {
      return u32(0);
    }
    return u32(bytes.length).raw(bytes);
  }

  /** Bytes up to the end of a body: no length of their own. */
  public Packer rest(byte[] bytes) {
    return raw(bytes);
  }

  /** A bitmap; null is a NULL bitmap. */
  public Packer bitmap(Bitmap b) {
    if (b == null) {
      return u32(SlurmConstants.NO_VAL);
    }
    int digits = Bitmap.digits(b.size());
    u32(b.size());
    u32(digits + 3L);
    need(digits + 3);
    buf[pos] = '0';
    buf[pos + 1] = 'x';
    b.digitsTo(buf, pos + 2);
    pos += digits + 2;
    buf[pos++] = 0;
    return this;
  }

  /** An address; null is an unspecified one. */
  public Packer addr(SlurmAddress a) {
    (a == null ? SlurmAddress.UNSPECIFIED : a).write(this);
    return this;
  }

  /** A count and the elements; null counts as empty, as in all the arrays below. */
  public Packer u16s(int[] values) {
    int n = values == null ? 0 : values.length;
    u32(n);
    for (int i = 0; i < n; i++) {
      u16(values[i]);
    }
    return this;
  }

  public Packer u32s(long[] values) {
    int n = values == null ? 0 : values.length;
    u32(n);
    for (int i = 0; i < n; i++) {
      u32(values[i]);
    }
    return this;
  }

  public Packer u64s(long[] values) {
    int n = values == null ? 0 : values.length;
    u32(n);
    for (int i = 0; i < n; i++) {
      u64(values[i]);
    }
    return this;
  }

  public Packer dbls(double[] values) {
    int n = values == null ? 0 : values.length;
    u32(n);
    for (int i = 0; i < n; i++) {
      dbl(values[i]);
    }
    return this;
  }

  public Packer strs(String[] values) {
    int n = values == null ? 0 : values.length;
    u32(n);
    for (int i = 0; i < n; i++) {
      str(values[i]);
    }
    return this;
  }

  /** A single string where newer versions have an array: the first element, or NULL. */
  public Packer str1(String[] values) {
    return str(values == null || values.length == 0 ? null : values[0]);
  }

  public Packer raw(byte[] bytes) {
    return raw(bytes, 0, bytes.length);
  }

  public Packer raw(byte[] bytes, int offset, int length) {
    need(length);
    System.arraycopy(bytes, offset, buf, pos, length);
    pos += length;
    return this;
  }

  /** Overwrites the u32 at {@code offset}, for lengths known only afterwards. */
  public void patchU32(int offset, long v) {
    if (offset + 4 > pos) {
      throw new IndexOutOfBoundsException(offset);
    }
    putInt(offset, (int) v);
  }

  private void putInt(int at, int v) {
    buf[at] = (byte) (v >>> 24);
    buf[at + 1] = (byte) (v >>> 16);
    buf[at + 2] = (byte) (v >>> 8);
    buf[at + 3] = (byte) v;
  }

  @Override
  public String toString() {
    return "Packer[" + pos + " bytes]" + (pos < 64 ? new String(buf, 0, pos, StandardCharsets.ISO_8859_1) : "");
  }
}
