package org.slurmctldj.proto.text;

/**
 * The "natural" order that Slurm sorts host name prefixes by: runs of digits compare by value, runs
 * that begin with 0 like digits behind a decimal point, everything else by byte.
 */
final class NaturalOrder {
  static int compare(String a, String b) {
    int i = 0;
    int k = 0;
    while (true) {
      int ca = at(a, i);
      int cb = at(b, k);
      if (isDigit(ca) && isDigit(cb)) {
        int result = ca == '0' || cb == '0' ? fraction(a, i, b, k) : value(a, i, b, k);
        if (result != 0) {
          return result;
        }
      }
      if (ca < 0 && cb < 0) {
        return 0;
      }
      if (ca != cb) {
        return ca < cb ? -1 : 1;
      }
      i++;
      k++;
    }
  }

  private static int at(String s, int i) {
    return i < s.length() ? s.charAt(i) : -1;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  /** Left aligned: the first difference decides. */
  private static int fraction(String a, int i, String b, int k) {
    while (true) {
      int ca = at(a, i++);
      int cb = at(b, k++);
      if (!isDigit(ca) || !isDigit(cb)) {
        return isDigit(ca) ? 1 : isDigit(cb) ? -1 : 0;
      }
      if (ca != cb) {
        return ca < cb ? -1 : 1;
      }
    }
  }

  /** Right aligned: the longer run is greater; of equal length, the first difference decides. */
  private static int value(String a, int i, String b, int k) {
    int bias = 0;
    while (true) {
      int ca = at(a, i++);
      int cb = at(b, k++);
      if (!isDigit(ca) || !isDigit(cb)) {
        return isDigit(ca) ? 1 : isDigit(cb) ? -1 : bias;
      }
      if (bias == 0 && ca != cb) {
        bias = ca < cb ? -1 : 1;
      }
    }
  }

  private NaturalOrder() {}
}
