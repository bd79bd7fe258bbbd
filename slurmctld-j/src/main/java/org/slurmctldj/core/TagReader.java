package org.slurmctldj.core;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads what {@link TagWriter} wrote: {@code while ((tag = r.next()) != 0) switch (tag) ...}. Every
 * length is checked against the bytes there are; a field that is not understood ends in {@link
 * FormatException}, never in a guess. Not thread-safe.
 */
public final class TagReader {

  /** These bytes are not a value of this release's format. */
  public static final class FormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public FormatException(String message) {
      super(message);
    }
  }

  private byte[] buffer;
  private int at;
  private int limit;
  private int kind;

  public TagReader(byte[] buffer) {
    this(buffer, 0, buffer.length);
  }

  public TagReader(byte[] buffer, int offset, int length) {
    reset(buffer, offset, length);
  }

  public TagReader reset(byte[] bytes, int offset, int length) {
    if (offset < 0 || length < 0 || length > bytes.length - offset) {
      throw new FormatException("range " + offset + "+" + length + " of " + bytes.length + " bytes");
    }
    buffer = bytes;
    at = offset;
    limit = offset + length;
    return this;
  }

  int raw() {
    if (at >= limit) {
      throw new FormatException("ends within a value");
    }
    return buffer[at++] & 0xff;
  }

  long varint() {
    long v = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int b = raw();
      v |= (long) (b & 0x7f) << shift;
      if (b < 0x80) {
        return v;
      }
    }
    throw new FormatException("number longer than 64 bits");
  }

  private long zigzag() {
    long v = varint();
    return v >>> 1 ^ -(v & 1);
  }

  /** The next field's tag, or 0 at the end. */
  public int next() {
    if (at == limit) {
      return 0;
    }
    long v = varint();
    kind = (int) (v & 3);
    long tag = v >>> 2;
    if (tag == 0 || tag > 0xffff) {
      throw new FormatException("field number " + tag);
    }
    return (int) tag;
  }

  private int length() {
    long n = varint();
    if (n < 0 || n > limit - at) {
      throw new FormatException("length " + n + " with " + (limit - at) + " bytes left");
    }
    return (int) n;
  }

  private void expect(boolean ok, String what) {
    if (!ok) {
      throw new FormatException("field of kind " + kind + " where " + what + " is expected");
    }
  }

  public long number() {
    expect(kind == TagWriter.NUMBER, "a number");
    return zigzag();
  }

  /** A number that must fit 32 bits. */
  public int integer() {
    long v = number();
    if (v != (int) v) {
      throw new FormatException("number " + v + " beyond 32 bits");
    }
    return (int) v;
  }

  public boolean flag() {
    return number() != 0;
  }

  public String text() {
    expect(kind == TagWriter.LATIN1 || kind == TagWriter.UTF8, "a text");
    int n = length();
    String s = new String(buffer, at, n, kind == TagWriter.UTF8 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    at += n;
    return s;
  }

  /** A reader of the nested group. */
  public TagReader group() {
    expect(kind == TagWriter.BYTES, "a group");
    int n = length();
    TagReader r = new TagReader(buffer, at, n);
    at += n;
    return r;
  }

  public List<String> texts() {
    TagReader r = group();
    List<String> out = new ArrayList<>();
    for (int tag = r.next(); tag != 0; tag = r.next()) {
      out.add(r.text());
    }
    return out;
  }

  public long[] numbers() {
    TagReader r = group();
    long[] out = new long[8];
    int n = 0;
    while (r.at < r.limit) {
      if (n == out.length) {
        out = Arrays.copyOf(out, n * 2);
      }
      out[n++] = r.zigzag();
    }
    return Arrays.copyOf(out, n);
  }

  public int[] integers() {
    long[] longs = numbers();
    int[] out = new int[longs.length];
    for (int i = 0; i < out.length; i++) {
      if (longs[i] != (int) longs[i]) {
        throw new FormatException("number " + longs[i] + " beyond 32 bits");
      }
      out[i] = (int) longs[i];
    }
    return out;
  }

  public void skip() {
    if (kind == TagWriter.NUMBER) {
      varint();
    } else {
      int n = length();
      at += n;
    }
  }

  /** For the default branch of a reader's switch: a newer release wrote this field. */
  public FormatException unknown(String where, int tag) {
    return new FormatException(
        "field " + tag + " of " + where + " is not known to this release (feature level " + StateMachine.FEATURE_LEVEL
            + "): it was written by a newer one");
  }
}
