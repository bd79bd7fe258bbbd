package org.slurmctldj.proto.text;

import java.util.BitSet;
import java.util.Optional;

/**
 * Task ids of a job array: {@code 0-9%2}, {@code 1,3,5-9:2}; and their bit string on the wire, {@code 0xE} =
 * tasks 1 to 3.
 *
 * @param tasks set bits are task ids
 * @param maxRunning how many may run at once; 0 = any number
 */
public record ArraySpec(BitSet tasks, int maxRunning) {
  /** Clients cut a printed list here unless SLURM_BITSTR_LEN says otherwise. */
  public static final int DEFAULT_LENGTH = 64;

  private static final int LEAST_TASKS_FOR_STEP = 6;
  private static final int LEAST_SPREAD_FOR_STEP = 11;

  public ArraySpec {
    tasks = (BitSet) tasks.clone();
  }

  @Override
  public BitSet tasks() {
    return (BitSet) tasks.clone();
  }

  /**
   * Parses what {@code --array} takes, as slurmctld 22.05 does; brackets around it are allowed. Empty for wrong
   * text: Slurm says "Invalid job array specification" (2076).
   *
   * @param maxArraySize MaxArraySize: ids are below it
   */
  public static Optional<ArraySpec> parse(String text, int maxArraySize) {
    String ids = text;
    int maxRunning = 0;
    int percent = text.indexOf('%');
    if (percent >= 0) {
      ids = text.substring(0, percent);
      maxRunning = leadingNumber(text, percent + 1);
    }
    int open = ids.indexOf('[');
    if (open >= 0) {
      int close = ids.indexOf(']', open);
      ids = ids.substring(open + 1, close < 0 ? ids.length() : close);
    }
    BitSet tasks = new BitSet();
    if (ids.isEmpty() && percent >= 0) {
      tasks.set(0); // as slurmctld reads "%3"
    }
    int at = 0;
    while (at < ids.length()) {
      int comma = ids.indexOf(',', at);
      int end = comma < 0 ? ids.length() : comma;
      if (end > at && !element(ids.substring(at, end), tasks, maxArraySize)) {
        return Optional.empty();
      }
      at = end + 1;
    }
    return tasks.isEmpty() ? Optional.empty() : Optional.of(new ArraySpec(tasks, maxRunning));
  }

  private static int leadingNumber(String text, int from) {
    long value = 0;
    for (int i = from; i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9' && value < Integer.MAX_VALUE; i++) {
      value = value * 10 + text.charAt(i) - '0';
    }
    return (int) Math.min(value, Integer.MAX_VALUE);
  }

  /** {@code 5}, {@code 1-7}, {@code 1-7:2}; blanks may lead. */
  private static boolean element(String text, BitSet into, int maxArraySize) {
    int at = 0;
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    long[] numbers = new long[3]; // first, last, step
    int count = 0;
    String separators = "-:";
    while (true) {
      int start = at;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9' && numbers[count] < maxArraySize) {
        numbers[count] = numbers[count] * 10 + text.charAt(at++) - '0';
      }
      if (at == start || count < 2 && numbers[count] >= maxArraySize) {
        return false;
      }
      count++;
      if (at == text.length()) {
        break;
      }
      if (count == 3 || text.charAt(at) != separators.charAt(count - 1)) {
        return false;
      }
      at++;
    }
    long last = count == 1 ? numbers[0] : numbers[1];
    long step = count == 3 ? numbers[2] : 1;
    if (last < numbers[0] || step <= 0) {
      return false;
    }
    for (long i = numbers[0]; i <= last; i += step) {
      into.set((int) i);
    }
    return true;
  }

  /** The bit string of the tasks: {@code 0x} and one digit per four of {@code size} bits, task 0 in the last. */
  public static String toHex(BitSet tasks, int size) {
    StringBuilder out = new StringBuilder("0x");
    for (int digit = (size + 3) / 4 - 1; digit >= 0; digit--) {
      int value = 0;
      for (int bit = 3; bit >= 0; bit--) {
        value = value << 1 | (tasks.get(digit * 4 + bit) ? 1 : 0);
      }
      out.append("0123456789ABCDEF".charAt(value));
    }
    return size == 0 ? "0x0" : out.toString();
  }

  /** The bits of a string such as {@code 0xE}; empty if it is none. */
  public static Optional<BitSet> fromHex(String hex) {
    if (hex == null || !hex.startsWith("0x")) {
      return Optional.empty();
    }
    BitSet bits = new BitSet();
    for (int i = hex.length() - 1; i >= 2; i--) {
      int value = Character.digit(hex.charAt(i), 16);
      if (value < 0) {
        return Optional.empty();
      }
      int base = (hex.length() - 1 - i) * 4;
      for (int bit = 0; bit < 4; bit++) {
        if ((value >> bit & 1) != 0) {
          bits.set(base + bit);
        }
      }
    }
    return Optional.of(bits);
  }

  /** Ranges without limit of length: {@code 1-3,7}. */
  public static String ranges(BitSet bits) {
    StringBuilder out = new StringBuilder();
    for (int i = bits.nextSetBit(0); i >= 0; ) {
      int end = bits.nextClearBit(i) - 1;
      out.append(out.isEmpty() ? "" : ",").append(i);
      if (end > i) {
        out.append('-').append(end);
      }
      i = bits.nextSetBit(end + 1);
    }
    return out.toString();
  }

  /**
   * The tasks as squeue prints them: {@code 0-100:10%5}, {@code 1,3,5}, or cut with dots.
   *
   * @param length SLURM_BITSTR_LEN, {@link #DEFAULT_LENGTH}; 0 = no limit
   */
  public static String print(BitSet tasks, int maxRunning, int length) {
    String text = stepped(tasks);
    if (text == null) {
      text = ranges(tasks);
      if (length > 0 && text.length() > length - 3) {
        text = text.substring(0, Math.max(0, Math.min(text.length(), length - 4))) + "...";
      }
    }
    return maxRunning > 0 ? text + "%" + maxRunning : text;
  }

  /** {@code first-last:step} for at least six tasks at even distances above 1, spread over more than ten; else null. */
  private static String stepped(BitSet tasks) {
    int first = tasks.nextSetBit(0);
    int last = tasks.length() - 1;
    if (tasks.cardinality() < LEAST_TASKS_FOR_STEP || last - first < LEAST_SPREAD_FOR_STEP) {
      return null;
    }
    int step = tasks.nextSetBit(first + 1) - first;
    if (step < 2 || first + (tasks.cardinality() - 1L) * step != last) {
      return null;
    }
    for (int i = first; i <= last; i += step) {
      if (!tasks.get(i)) {
        return null;
      }
    }
    return first + "-" + last + ":" + step;
  }
}
