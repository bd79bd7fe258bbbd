package org.slurmctldj.proto.text;

import java.util.OptionalLong;

/**
 * Slurm's 64-bit id of one run of a job as users see it since 25.11: {@code s} and thirteen digits of Crockford's base 32,
 * the first for the upper four bits ("s8BXM8M8C0FW00", observed on 26.05.5). From the top: 12 bits for the cluster, 42 for
 * the milliseconds since the epoch, 10 that count within one.
 */
public final class Sluid {
  private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int LENGTH = 13;

  /** The id as text; 0, no id, is "s0000000000000". */
  public static String text(long sluid) {
    char[] text = new char[1 + LENGTH];
    text[0] = 's';
    long rest = sluid;
    for (int i = LENGTH; i > 0; i--) {
      text[i] = DIGITS.charAt((int) (rest & 31));
      rest >>>= 5;
    }
    return new String(text);
  }

  /** Empty if that is no such text, in either case of letters. */
  public static OptionalLong parse(String text) {
    if (text == null || text.length() != 1 + LENGTH || text.charAt(0) != 's') {
      return OptionalLong.empty();
    }
    long sluid = 0;
    for (int i = 1; i <= LENGTH; i++) {
      int digit = DIGITS.indexOf(Character.toUpperCase(text.charAt(i)));
      if (digit < 0 || i == 1 && digit > 15) {
        return OptionalLong.empty();
      }
      sluid = sluid << 5 | digit;
    }
    return OptionalLong.of(sluid);
  }

  private Sluid() {}
}
