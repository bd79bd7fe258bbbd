package org.slurmctldj.client.squeue;

/** The pending tasks of a job array: the mask the controller sends, as a list of ranges of limited length. */
final class TaskList {
  /**
   * @param mask hexadecimal digits, "0x" before them, least significant task last; anything else is shown as it is
   * @param maxTasks how many may run at once, 0 for any number
   * @param length room for the list with its NUL, what does not fit becomes "..."; 0 for all of it
   */
  static String text(String mask, long maxTasks, int length) {
    String list = mask.startsWith("0x") ? ranges(mask) : mask;
    if (length > 0 && list.length() >= length - 2) {
      // squeue fills a C buffer of this size and writes the dots over its end
      list = length < 4 ? ".".repeat(length - 1) : list.substring(0, Math.min(list.length(), length - 4)) + "...";
    }
    return maxTasks == 0 ? list : list + "%" + maxTasks;
  }

  /** Bits of the mask, lowest first: "1-3,7". A regular step becomes part of the list only as single numbers. */
  static String ranges(String mask) {
    StringBuilder b = new StringBuilder();
    int last = mask.length() - 1;
    int bits = (mask.length() - 2) * 4;
    int start = -1;
    for (int bit = 0; bit <= bits; bit++) {
      boolean set = bit < bits && (Character.digit(mask.charAt(last - bit / 4), 16) & 1 << bit % 4) != 0;
      if (set && start < 0) {
        start = bit;
      } else if (!set && start >= 0) {
        b.append(b.isEmpty() ? "" : ",").append(start);
        if (bit - 1 > start) {
          b.append('-').append(bit - 1);
        }
        start = -1;
      }
    }
    return b.toString();
  }

  /** The bits set in a mask, lowest first. */
  static int[] tasks(String mask) {
    int last = mask.length() - 1;
    return java.util.stream.IntStream.range(0, Math.max(0, (mask.length() - 2) * 4))
        .filter(bit -> (Character.digit(mask.charAt(last - bit / 4), 16) & 1 << bit % 4) != 0)
        .toArray();
  }

  private TaskList() {}
}
