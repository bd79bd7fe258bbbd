package org.slurmctldj.client.text;

/**
 * Slurm's numbers with a unit letter: megabytes become gigabytes when nothing is lost by it ({@code 2048} MB is "2G", {@code
 * 1500} MB stays "1500M").
 */
public final class Units {
  public enum Style {
    /** A larger unit only for whole multiples. */
    EXACT,
    /** Never another unit: {@code --noconvert}. */
    RAW,
    /** The largest unit that keeps the number at 1 or above, with two decimals. */
    ROUNDED
  }

  private static final String LETTERS = "\0KMGTP?";

  /** Kinds of {@code unit}. */
  public static final int NONE = 0;

  public static final int MEGA = 2;

  /** The number with the letter of its unit; "0" alone for nothing. */
  public static String format(double number, int unit, Style style) {
    double n = number;
    int u = unit;
    if (n == 0) {
      return "0";
    }
    switch (style) {
      case RAW -> {}
      case EXACT -> {
        while (u < LETTERS.length() - 1 && n >= 1024 && (long) n % 512 == 0) {
          n /= 1024;
          u++;
        }
      }
      case ROUNDED -> {
        while (u < LETTERS.length() - 1 && n >= 1024) {
          n /= 1024;
          u++;
        }
      }
    }
    char letter = LETTERS.charAt(u);
    String text = n == Math.rint(n) ? Long.toString((long) n) : twoDecimals(n);
    return letter == '\0' ? text : text + letter;
  }

  /** As printf's %.2f for values of this size. */
  public static String twoDecimals(double n) {
    return java.math.BigDecimal.valueOf(n).setScale(2, java.math.RoundingMode.HALF_EVEN).toPlainString();
  }

  private Units() {}
}
