package org.slurmctldj.proto.slurm;

import java.util.SplittableRandom;
import org.slurmctldj.proto.wire.Bitmap;
import org.slurmctldj.proto.wire.SlurmAddress;
import org.slurmctldj.proto.wire.SlurmConstants;

/** Random field values, the same for the same seed; special values (0, NO_VAL, INFINITE) come up often. */
public final class RandomValues {
  private final SplittableRandom random;
  private final int everyCount;

  public RandomValues(long seed) {
    this(seed, -1);
  }

  private RandomValues(long seed, int everyCount) {
    this.random = new SplittableRandom(seed);
    this.everyCount = everyCount;
  }

  /**
   * Values that real Slurm takes as well and gives back unchanged: it refuses arrays of one struct that differ in size,
   * makes empty lists NULL and drops NULL elements, so here all arrays and lists have the same size and full elements.
   */
  public static RandomValues consistent(long seed) {
    return new RandomValues(seed, new SplittableRandom(~seed).nextInt(4));
  }

  public int below(int bound) {
    return random.nextInt(bound);
  }

  public boolean bool() {
    return random.nextBoolean();
  }

  public int u8() {
    return (int) special(0xff, SlurmConstants.NO_VAL8);
  }

  public int u16() {
    return (int) special(0xffff, SlurmConstants.NO_VAL16);
  }

  public long u32() {
    return special(0xffffffffL, SlurmConstants.NO_VAL);
  }

  public long u64() {
    return special(-1L, SlurmConstants.NO_VAL64);
  }

  private long special(long max, long noVal) {
    return switch (below(8)) {
      case 0 -> 0;
      case 1 -> noVal;
      case 2 -> max;
      case 3, 4 -> below(100);
      default -> random.nextLong() & max;
    };
  }

  public long time() {
    return below(4) == 0 ? 0 : 1_500_000_000L + below(1_000_000_000);
  }

  /** {@code value} when real Slurm shall take the body, else the random one. */
  public long like(long value, long random) {
    return everyCount >= 0 ? value : random;
  }

  public int like(int value, int random) {
    return everyCount >= 0 ? value : random;
  }

  /** The text of a long double. */
  public String ldbl() {
    return below(1000) + "." + (100_000 + below(900_000));
  }

  public String[] ldbls() {
    String[] a = new String[count()];
    for (int i = 0; i < a.length; i++) {
      a[i] = ldbl();
    }
    return a;
  }

  public double dbl() {
    return switch (below(4)) {
      case 0 -> 0;
      case 1 -> (double) SlurmConstants.NO_VAL;
      case 2 -> -below(1000) / 8.0;
      default -> below(1 << 20) / 64.0;
    };
  }

  public String str() {
    if (below(4) == 0) {
      return null;
    }
    StringBuilder b = new StringBuilder();
    for (int n = below(12); n > 0; n--) {
      b.append((char) (below(10) == 0 ? 1 + below(255) : 'a' + below(26)));
    }
    return b.toString();
  }

  /** A string in a list or array; what real Slurm shall take is a number, as many of its lists hold ids. */
  public String element() {
    return everyCount >= 0 ? Integer.toString(1 + below(5000)) : str();
  }

  public byte[] mem() {
    return mem(count());
  }

  public byte[] mem(long n) {
    byte[] b = new byte[(int) n];
    random.nextBytes(b);
    return b;
  }

  public byte[] rest() {
    return mem(below(20));
  }

  public Bitmap bitmap() {
    if (below(4) == 0) {
      return null;
    }
    int size = below(150);
    return Bitmap.of(size, random.nextLong(), random.nextLong(), random.nextLong());
  }

  public SlurmAddress addr() {
    return switch (below(3)) {
      case 0 -> SlurmAddress.UNSPECIFIED;
      case 1 -> new SlurmAddress(SlurmAddress.AF_INET, mem(4), below(65536));
      default -> new SlurmAddress(SlurmAddress.AF_INET6, mem(16), below(65536));
    };
  }

  public int[] u16s() {
    return u16s(count());
  }

  public int[] u16s(long n) {
    int[] a = new int[(int) n];
    for (int i = 0; i < a.length; i++) {
      a[i] = u16();
    }
    return a;
  }

  public long[] u32s() {
    return u32s(count());
  }

  public long[] u32s(long n) {
    long[] a = new long[(int) n];
    for (int i = 0; i < a.length; i++) {
      a[i] = u32();
    }
    return a;
  }

  public long[] u64s() {
    return u64s(count());
  }

  public long[] u64s(long n) {
    long[] a = new long[(int) n];
    for (int i = 0; i < a.length; i++) {
      a[i] = u64();
    }
    return a;
  }

  public double[] dbls() {
    double[] a = new double[count()];
    for (int i = 0; i < a.length; i++) {
      a[i] = dbl();
    }
    return a;
  }

  public String[] strs() {
    return strs(count());
  }

  public String[] strs(long n) {
    String[] a = new String[(int) n];
    for (int i = 0; i < a.length; i++) {
      a[i] = element();
    }
    return a;
  }

  public String[] str1() {
    String s = str();
    return s == null ? new String[0] : new String[] {s};
  }

  /** Elements of an array or counted list. */
  public int count() {
    return everyCount >= 0 ? everyCount : below(4);
  }

  /** Elements of a list that can be NULL: -1 for NULL. */
  public int listCount() {
    return everyCount == 0 ? -1 : everyCount > 0 ? everyCount : below(4) - 1;
  }

  public long pick(long... values) {
    return values[below(values.length)];
  }
}
