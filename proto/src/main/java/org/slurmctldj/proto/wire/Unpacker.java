package org.slurmctldj.proto.wire;

import java.util.Arrays;

/**
 * Reads Slurm's primitive types from a byte array. Every read is bounds-checked: a message that
 * ends early or lies about a length raises {@link WireException} and allocates nothing for the lie.
 * Not thread-safe.
 */
public final class Unpacker {
  private final byte[] buf;
  private final int limit;
  private int pos;

  public Unpacker(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  public Unpacker(byte[] bytes, int offset, int length) {
    if (offset < 0 || length < 0 || offset + length > bytes.length) {
      throw new IndexOutOfBoundsException("offset " + offset + " length " + length);
    }
    this.buf = bytes;
    this.pos = offset;
    this.limit = offset + length;
  }

  public int position() {
    return pos;
  }

  public int remaining() {
    return limit - pos;
  }

  /** Another reader of the same bytes at the same place, to look ahead. */
  public Unpacker fork() {
    return new Unpacker(buf, pos, limit - pos);
  }

  private void need(int n) {
    if (n < 0 || limit - pos < n) {
      throw new WireException("message ends early: " + n + " bytes wanted at " + pos + ", " + (limit - pos) + " left");
    }
  }

  public int u8() {
    need(1);
    return buf[pos++] & 0xff;
  }

  public boolean bool() {
    return u8() != 0;
  }

  public int u16() {
    need(2);
    int v = (buf[pos] & 0xff) << 8 | (buf[pos + 1] & 0xff);
    pos += 2;
    return v;
  }

  public long u32() {
    need(4);
    long v = getInt(pos) & 0xffffffffL;
    pos += 4;
    return v;
  }

  public long u64() {
    need(8);
    long v = (getInt(pos) & 0xffffffffL) << 32 | (getInt(pos + 4) & 0xffffffffL);
    pos += 8;
    return v;
  }

  public long time() {
    return u64();
  }

  public double dbl() {
    return Double.longBitsToDouble(u64()) / 1_000_000d;
  }

  public float flt() {
    return Float.intBitsToFloat((int) u32()) / 1_000_000f;
  }

  /**
   * A u32 count of elements that take at least {@code minBytes} bytes each; refuses counts that
   * cannot fit in what is left.
   */
  public int count(int minBytes) {
    long n = u32();
    if (n * Math.max(1, minBytes) > remaining()) {
      throw new WireException("count " + n + " exceeds the message at " + pos);
    }
    return (int) n;
  }

  /** A string; null for length 0. The NUL must be there. */
  @SuppressWarnings("deprecation") // String(byte[],int,int,int) is exactly "each byte one char"
  public String str() {
    int n = count(1);
    if (n == 0) {
      return null;
    }
    if (buf[pos + n - 1] != 0) {
      throw new WireException("string without NUL at " + pos);
    }
    String s = new String(buf, 0, pos, n - 1);
    pos += n;
    return s;
  }

  public byte[] mem() {
    return raw(count(1));
  }

  public byte[] raw(int n) {
    need(n);
    byte[] b = Arrays.copyOfRange(buf, pos, pos + n);
    pos += n;
    return b;
  }

  public void skip(int n) {
    need(n);
    pos += n;
  }

  private int getInt(int at) {
    return (buf[at] & 0xff) << 24 | (buf[at + 1] & 0xff) << 16 | (buf[at + 2] & 0xff) << 8 | (buf[at + 3] & 0xff);
  }
}
