package org.slurmctldj.proto.slurm;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.slurmctldj.proto.wire.SlurmConstants;
import org.slurmctldj.proto.wire.WireException;

/** What the generated readers and writers share. */
final class WireValues {
  static final int[] NO_INTS = {};
  static final long[] NO_LONGS = {};
  static final double[] NO_DOUBLES = {};
  static final String[] NO_STRINGS = {};
  static final byte[] NO_BYTES = {};

  private WireValues() {}

  /** Catches a header's version field (release number shifted by 8) passed where the release number belongs. */
  static void checkVersion(int version) {
    if (version < 38 || version > 45) {
      throw new IllegalArgumentException("protocol version " + version + " is not one of 38 to 45 (header.version >> 8)");
    }
  }

  static WireException notCarried(String struct, String field, int version) {
    return new WireException(struct + "." + field + " is set, but protocol version " + version + " cannot carry it");
  }

  static void sameCount(String field, long count, int size) {
    if (count != size) {
      throw new WireException(field + " has " + size + " elements, its count says " + count);
    }
  }

  static int count(long n, int max) {
    if (n > max) {
      throw new WireException(n + " elements, the count can say at most " + max);
    }
    return (int) n;
  }

  /** A u16 of older versions that became wider: the special values keep their meaning. */
  static long wide16(int v) {
    return v == SlurmConstants.NO_VAL16 ? SlurmConstants.NO_VAL : v == SlurmConstants.INFINITE16 ? SlurmConstants.INFINITE : v;
  }

  static long wide8(int v) {
    return v == SlurmConstants.NO_VAL8 ? SlurmConstants.NO_VAL : v == SlurmConstants.INFINITE8 ? SlurmConstants.INFINITE : v;
  }

  static int narrow16(long v) {
    return v == SlurmConstants.NO_VAL ? SlurmConstants.NO_VAL16 : v == SlurmConstants.INFINITE ? SlurmConstants.INFINITE16 : (int) (v & 0xffff);
  }

  static int narrow8(long v) {
    return v == SlurmConstants.NO_VAL ? SlurmConstants.NO_VAL8 : v == SlurmConstants.INFINITE ? SlurmConstants.INFINITE8 : (int) (v & 0xff);
  }

  /** Equality of lists whose elements may be arrays. */
  static boolean equal(List<?> a, List<?> b) {
    if (a == null || b == null || a.size() != b.size()) {
      return a == b;
    }
    for (int i = 0; i < a.size(); i++) {
      if (!Objects.deepEquals(a.get(i), b.get(i))) {
        return false;
      }
    }
    return true;
  }

  static int hash(SlurmStruct s) {
    int[] h = {s.getClass().hashCode()};
    s.fields((name, value) -> h[0] = 31 * h[0] + (value instanceof List<?> l ? Arrays.deepHashCode(l.toArray()) : Arrays.deepHashCode(new Object[] {value})));
    return h[0];
  }
}
