package org.slurmctldj.proto.text;

/**
 * Hosts {@code prefix+lo} to {@code prefix+hi}, numbers padded with zeros to {@code width}; or one host
 * without a number, {@code single}, whose name is the prefix.
 */
record HostRange(String prefix, long lo, long hi, int width, boolean single) {
  /** Longest number that counts as one; longer digits are just part of a name. */
  private static final int MAX_DIGITS = 18;

  static HostRange ofName(String name) {
    int digits = name.length();
    while (digits > 0 && isDigit(name.charAt(digits - 1))) {
      digits--;
    }
    int width = name.length() - digits;
    if (width == 0 || width > MAX_DIGITS) {
      return whole(name);
    }
    long number = Long.parseLong(name, digits, name.length(), 10);
    return new HostRange(name.substring(0, digits), number, number, width, false);
  }

  static HostRange whole(String name) {
    return new HostRange(name, 0, 0, 0, true);
  }

  /** One element of a bracket: {@code 3}, {@code 01-10}. */
  static HostRange ofBracket(String prefix, String element) {
    int end = 0;
    while (end < element.length() && isDigit(element.charAt(end))) {
      end++;
    }
    boolean dash = end < element.length() && element.charAt(end) == '-';
    int hiEnd = end + 1;
    while (dash && hiEnd < element.length() && isDigit(element.charAt(hiEnd))) {
      hiEnd++;
    }
    int stop = dash ? hiEnd : end;
    if (end == 0 || end > MAX_DIGITS || stop != element.length() || stop - end - 1 > MAX_DIGITS) {
      throw new HostlistException("Invalid range: `" + element + "'");
    }
    long lo = Long.parseLong(element, 0, end, 10);
    long hi = dash && hiEnd > end + 1 ? Long.parseLong(element, end + 1, hiEnd, 10) : lo;
    if (hi < lo) {
      throw new HostlistException("Invalid range: `" + element + "'");
    }
    if (hi - lo >= Hostlist.MAX_RANGE) {
      throw new HostlistException("Too many hosts in range `" + element + "'");
    }
    return new HostRange(prefix, lo, hi, end, false);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  long count() {
    return hi - lo + 1;
  }

  void appendName(StringBuilder out, long number) {
    out.append(prefix);
    if (!single) {
      appendNumber(out, number, width);
    }
  }

  static void appendNumber(StringBuilder out, long number, int width) {
    for (int pad = width - digits(number); pad > 0; pad--) {
      out.append('0');
    }
    out.append(number);
  }

  private static int digits(long n) {
    int digits = 1;
    while (n >= 10) {
      n /= 10;
      digits++;
    }
    return digits;
  }

  private static int padding(long n, int width) {
    return Math.max(0, width - digits(n));
  }

  /** The width in which both ranges' first numbers print as they do in their own, or -1. */
  int commonWidth(HostRange other) {
    if (width == other.width) {
      return width;
    }
    boolean thisChanges = padding(lo, width) != padding(lo, other.width);
    boolean otherChanges = padding(other.lo, other.width) != padding(other.lo, width);
    if (thisChanges && otherChanges) {
      return -1;
    }
    return thisChanges ? width : other.width;
  }

  /** This range and the next one as one, or null if they are not neighbours. */
  HostRange join(HostRange next) {
    if (single || next.single || hi + 1 != next.lo || !prefix.equals(next.prefix)) {
      return null;
    }
    int common = commonWidth(next);
    return common < 0 ? null : new HostRange(prefix, lo, next.hi, common, false);
  }

  boolean overlaps(HostRange next) {
    return !single && !next.single && next.lo <= hi && prefix.equals(next.prefix) && commonWidth(next) >= 0;
  }

  /** Slurm's order: natural order of prefixes, hosts without number first, then by number, or by width where paddings differ. */
  static int compare(HostRange a, HostRange b) {
    int prefixes = NaturalOrder.compare(a.prefix, b.prefix);
    if (prefixes != 0) {
      return prefixes;
    }
    if (a.single != b.single) {
      return a.single ? -1 : 1;
    }
    return a.commonWidth(b) >= 0 ? Long.compare(a.lo, b.lo) : Integer.compare(a.width, b.width);
  }
}
