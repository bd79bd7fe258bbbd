package org.slurmctldj.proto.conf;

import java.util.Locale;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * The numbers and truth values of slurm.conf as Slurm reads them: decimal, 0x, leading 0 for octal,
 * UNLIMITED and INFINITE, k (1024) on 32 and 64 bit keys. What cannot be read is a {@link
 * ConfException} in Slurm's words (observed on 22.05.8 and 24.11.5).
 */
final class ConfNumber {
  private ConfNumber() {}

  /** The value of a key of {@code type}; INFINITE of its width for UNLIMITED. */
  static long parse(ConfKey.Type type, String key, String value) {
    return switch (type) {
      case UINT16 -> uint(key, value, 0xffffL, SlurmConstants.INFINITE16, false);
      case UINT32 -> uint(key, value, 0xffffffffL, SlurmConstants.INFINITE, true);
      case UINT64 -> uint(key, value, Long.MAX_VALUE, SlurmConstants.INFINITE64, true);
      case BOOLEAN -> bool(key, value) ? 1 : 0;
      case STRING, LINE, LIST -> throw new IllegalArgumentException(key + " is no number");
    };
  }

  static boolean bool(String key, String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "yes", "up", "true", "1" -> true;
      case "no", "down", "false", "0" -> false;
      default -> throw new ConfException("\"" + value + "\" is not a valid option for \"" + key + "\"");
    };
  }

  private static long uint(String key, String value, long max, long infinite, boolean wide) {
    if (value.equalsIgnoreCase("UNLIMITED") || value.equalsIgnoreCase("INFINITE")) {
      return infinite;
    }
    if (value.isEmpty()) {
      return 0; // KillWait="" is 0 to Slurm
    }
    int end = value.length();
    long unit = 1;
    if (wide && end > 1) {
      char last = value.charAt(end - 1);
      unit = last == 'k' || last == 'K' ? 1024 : 1;
      end -= unit == 1 ? 0 : 1;
    }
    boolean negative = value.charAt(0) == '-';
    int start = negative || value.charAt(0) == '+' ? 1 : 0;
    long number = digits(value, start, end);
    if (number < 0 && number != Long.MIN_VALUE) {
      throw new ConfException(
          wide
              ? key + " value (" + value + ") is not a valid number"
              : key + " value \"" + value + "\" is not a valid number");
    }
    if (number == Long.MIN_VALUE) {
      throw new ConfException(key + " value (" + value + ") is out of range");
    }
    if (negative && number != 0) {
      throw new ConfException(key + " value (" + value + ") is less than zero");
    }
    if (number > max / unit) {
      throw new ConfException(key + " value (" + value + ") is greater than " + max);
    }
    return number * unit;
  }

  /** The number, -1 if there is none, MIN_VALUE if it is beyond a long. */
  private static long digits(String value, int from, int to) {
    int radix = 10;
    int start = from;
    if (value.startsWith("0x", start) || value.startsWith("0X", start)) {
      radix = 16;
      start += 2;
    } else if (to - start > 1 && value.charAt(start) == '0') {
      radix = 8;
    }
    if (start >= to) {
      return -1;
    }
    long number = 0;
    boolean over = false;
    for (int i = start; i < to; i++) {
      int digit = Character.digit(value.charAt(i), radix);
      if (digit < 0) {
        return -1;
      }
      over |= number > (Long.MAX_VALUE - digit) / radix;
      number = over ? 0 : number * radix + digit;
    }
    return over ? Long.MIN_VALUE : number;
  }
}
