package org.slurmctldj.proto.text;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.slurmctldj.proto.wire.SlurmConstants;

/** Sizes with suffixes of 1024: as users write memory ({@code --mem=2G}) and as clients print numbers. */
public final class MemorySize {
  /** Suffixes in order; the index is Slurm's UNIT number. */
  public static final int NONE = 0;

  public static final int KILO = 1;
  public static final int MEGA = 2;
  public static final int GIGA = 3;
  public static final int TERA = 4;
  public static final int PETA = 5;
  private static final String UNITS = "\0KMGTP?";

  /** How {@link #print} may change the unit. */
  public enum Conversion {
    /** To the largest unit, with two decimals where needed. */
    ROUNDED,
    /** To the largest unit in which the number is still exact (or ends in a half or such). */
    EXACT,
    /** Not at all: {@code --noconvert}. */
    KEEP,
    /** Not at all, and no suffix. */
    RAW
  }

  /**
   * Mebibytes of {@code 100}, {@code 100M}, {@code 1G}, {@code 1GB}, {@code 1025K} (rounded
   * up), {@code 1T}; {@link SlurmConstants#NO_VAL64} for anything else.
   */
  public static long parseMebibytes(String text) {
    int at = 0;
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
    if (at < text.length() && text.charAt(at) == '+') {
      at++;
    }
    int start = at;
    long value = 0;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      if (value > Long.MAX_VALUE / (20L << 20)) {
        return SlurmConstants.NO_VAL64;
      }
      value = value * 10 + text.charAt(at++) - '0';
    }
    if (at == start) {
      return SlurmConstants.NO_VAL64;
    }
    String unit = text.substring(at);
    if (unit.isEmpty()) {
      return value;
    }
    if (unit.length() > 2 || unit.length() == 2 && unit.charAt(1) != 'B' && unit.charAt(1) != 'b') {
      return SlurmConstants.NO_VAL64;
    }
    return switch (unit.charAt(0)) {
      case 'k', 'K' -> (value + 1023) / 1024;
      case 'm', 'M' -> value;
      case 'g', 'G' -> value << 10;
      case 't', 'T' -> value << 20;
      default -> SlurmConstants.NO_VAL64;
    };
  }

  /** Mebibytes in the largest unit that holds them without a rest: {@code 512}, {@code 2G}, {@code 1025}. */
  public static String ofMebibytes(long mebibytes) {
    long value = mebibytes;
    int unit = MEGA;
    while (value != 0 && value % 1024 == 0 && unit < PETA) {
      value /= 1024;
      unit++;
    }
    return unit == MEGA ? Long.toString(value) : Long.toString(value) + UNITS.charAt(unit);
  }

  /**
   * A number in units of {@code unit} as Slurm's clients print it: {@code 62.50G}.
   *
   * @param unit what the number counts: {@link #NONE} to {@link #PETA}
   */
  public static String print(double number, int unit, Conversion conversion) {
    if (number == 0) {
      return "0";
    }
    double value = number;
    int u = unit;
    switch (conversion) {
      case ROUNDED -> {
        while (value >= 1024) {
          value /= 1024;
          u++;
        }
      }
      case EXACT -> {
        while (value >= 1024 && (long) value % 512 == 0) {
          value /= 1024;
          u++;
        }
      }
      case KEEP -> {}
      case RAW -> {
        return text(value);
      }
    }
    return suffixed(value, u);
  }

  /** The same converted to {@code wanted}: {@code 1464.84G}. */
  public static String printAs(double number, int unit, int wanted) {
    if (number == 0) {
      return "0";
    }
    return suffixed(number * Math.pow(1024, unit - wanted), wanted);
  }

  private static String suffixed(double value, int unit) {
    return unit == NONE ? text(value) : text(value) + UNITS.charAt(Math.min(unit, PETA + 1));
  }

  private static String text(double value) {
    if (value >= 0 && value == (double) (long) value) {
      return Long.toString((long) value);
    }
    String text = new BigDecimal(value).setScale(2, RoundingMode.HALF_EVEN).toPlainString();
    return value < 0 && !text.startsWith("-") ? "-" + text : text;
  }

  private MemorySize() {}
}
