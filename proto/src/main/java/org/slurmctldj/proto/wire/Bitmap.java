package org.slurmctldj.proto.wire;

import java.util.Arrays;
import java.util.BitSet;

/**
 * A fixed-size set of bits, immutable: node indexes of a partition, cores of a job, tasks of an array. On the wire it is
 * its size and a hexadecimal text whose last digit holds bits 0 to 3. A NULL bitmap is Java's {@code null}.
 */
public final class Bitmap {
  private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'};

  private final int size;
  private final long[] words;

  private Bitmap(int size, long[] words) {
    this.size = size;
    this.words = words;
  }

  /** Bits 0 to {@code size - 1}; {@code words} holds 64 bits each, lowest first, and may be short. */
  public static Bitmap of(int size, long... words) {
    if (size < 0) {
      throw new IllegalArgumentException("size " + size);
    }
    long[] copy = Arrays.copyOf(words, (size + 63) >>> 6);
    if ((size & 63) != 0) {
      copy[copy.length - 1] &= (1L << (size & 63)) - 1;
    }
    return new Bitmap(size, copy);
  }

  public static Bitmap of(int size, BitSet bits) {
    return of(size, bits.toLongArray());
  }

  /** A bitmap with the bits of {@code set} set. */
  public static Bitmap ofBits(int size, int... set) {
    long[] w = new long[(size + 63) >>> 6];
    for (int bit : set) {
      if (bit < 0 || bit >= size) {
        throw new IllegalArgumentException("bit " + bit + " of " + size);
      }
      w[bit >>> 6] |= 1L << bit;
    }
    return new Bitmap(size, w);
  }

  public int size() {
    return size;
  }

  public boolean get(int bit) {
    return bit >= 0 && bit < size && (words[bit >>> 6] & 1L << bit) != 0;
  }

  public int cardinality() {
    int n = 0;
    for (long w : words) {
      n += Long.bitCount(w);
    }
    return n;
  }

  /** The next set bit at or after {@code from}; -1 when there is none. */
  public int nextSetBit(int from) {
    if (from < 0 || from >= size) {
      return -1;
    }
    int i = from >>> 6;
    long w = words[i] & -1L << from;
    while (w == 0) {
      if (++i == words.length) {
        return -1;
      }
      w = words[i];
    }
    return (i << 6) + Long.numberOfTrailingZeros(w);
  }

  public BitSet toBitSet() {
    return BitSet.valueOf(words);
  }

  /** Hexadecimal digits it takes, at least one. */
  static int digits(int size) {
    return Math.max(1, (size + 3) >>> 2);
  }

  void digitsTo(byte[] target, int at) {
    int n = digits(size);
    for (int d = 0; d < n; d++) {
      int nibble = words.length == 0 ? 0 : (int) (words[d >>> 4] >>> ((d & 15) << 2)) & 15;
      target[at + n - 1 - d] = HEX[nibble];
    }
  }

  /** "0x2F" style digits at {@code source[at..at+n)}; the caller has checked that n is {@code digits(size)}. */
  static Bitmap parse(int size, byte[] source, int at, int n) {
    long[] w = new long[(size + 63) >>> 6];
    for (int d = 0; d < n; d++) {
      int value = Character.digit(source[at + n - 1 - d], 16);
      if (value < 0) {
        throw new WireException("not a hexadecimal digit in a bitmap");
      }
      if (value != 0) {
        if ((d << 2) + 32 - Integer.numberOfLeadingZeros(value) > size) {
          throw new WireException("bitmap of " + size + " bits with a bit beyond them");
        }
        w[d >>> 4] |= (long) value << ((d & 15) << 2);
      }
    }
    return new Bitmap(size, w);
  }

  /** The text Slurm gives it, such as {@code 0x2F}. */
  public String toHex() {
    byte[] b = new byte[2 + digits(size)];
    b[0] = '0';
    b[1] = 'x';
    digitsTo(b, 2);
    return new String(b, java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bitmap b && size == b.size && Arrays.equals(words, b.words);
  }

  @Override
  public int hashCode() {
    return 31 * size + Arrays.hashCode(words);
  }

  @Override
  public String toString() {
    return size + ":" + toHex();
  }
}
