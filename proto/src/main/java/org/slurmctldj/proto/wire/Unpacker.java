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

  /** A double; of those that differ in the last bit, the one that {@link Packer#dbl} turns into the same bytes. */
  public double dbl() {
    double sent = Double.longBitsToDouble(u64());
    double v = sent / 1_000_000d;
    if (v * 1_000_000d == sent || sent != sent) {
      return v;
    }
    double up = Math.nextUp(v);
    if (up * 1_000_000d == sent) {
      return up;
    }
    double down = Math.nextDown(v);
    return down * 1_000_000d == sent ? down : v;
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

  /** Refuses a count read earlier if that many elements of {@code minBytes} cannot be in what is left. */
  public int check(long n, int minBytes) {
    if (n < 0 || n * Math.max(1, minBytes) > remaining()) {
      throw new WireException("count " + n + " exceeds the message at " + pos);
    }
    return (int) n;
  }

  /** The count of a list: -1 for a NULL list. */
  public int listCount(int minBytes) {
    long n = u32();
    return n == SlurmConstants.NO_VAL ? -1 : check(n, minBytes);
  }

  public Bitmap bitmap() {
    long bits = u32();
    if (bits == SlurmConstants.NO_VAL) {
      return null;
    }
    int n = count(1);
    long digits = Math.max(1, (bits + 3) >>> 2);
    if (n != digits + 3 || buf[pos] != '0' || buf[pos + 1] != 'x' || buf[pos + n - 1] != 0) {
      throw new WireException("bitmap of " + bits + " bits in " + n + " bytes");
    }
    Bitmap b = Bitmap.parse((int) bits, buf, pos + 2, n - 3);
    pos += n;
    return b;
  }

  public SlurmAddress addr() {
    return SlurmAddress.read(this);
  }

  public int[] u16s() {
    int[] a = new int[count(2)];
    for (int i = 0; i < a.length; i++) {
      a[i] = u16();
    }
    return a;
  }

  public long[] u32s() {
    long[] a = new long[count(4)];
    for (int i = 0; i < a.length; i++) {
      a[i] = u32();
    }
    return a;
  }

  public long[] u64s() {
    long[] a = new long[count(8)];
    for (int i = 0; i < a.length; i++) {
      a[i] = u64();
    }
    return a;
  }

  public double[] dbls() {
    double[] a = new double[count(8)];
    for (int i = 0; i < a.length; i++) {
      a[i] = dbl();
    }
    return a;
  }

  public String[] strs() {
    String[] a = new String[count(4)];
    for (int i = 0; i < a.length; i++) {
      a[i] = str();
    }
    return a;
  }

  /** A single string where newer versions have an array; NULL is the empty array. */
  public String[] str1() {
    String s = str();
    return s == null ? new String[0] : new String[] {s};
  }

  /** All that is left. */
  public byte[] rest() {
    return raw(remaining());
  }

  /** The bytes from an earlier {@link #position} to here. */
  public byte[] since(int position) {
    return Arrays.copyOfRange(buf, position, pos);
  }

  /** The byte {@code ahead} of here without reading it; -1 beyond the end. */
  public int peek(int ahead) {
    return ahead < remaining() ? buf[pos + ahead] & 0xff : -1;
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
