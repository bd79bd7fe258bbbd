package org.slurmctldj.client.job;

import java.util.Locale;

/** {@code --mail-type}: words to the bits of the job description. */
public final class MailTypes {
  private static final String[] NAMES = {
    "begin", "end", "fail", "requeue", "time_limit", "time_limit_90", "time_limit_80", "time_limit_50", "stage_out",
    "array_tasks", "invalid_depend"
  };
  private static final int ALL = 1 | 2 | 4 | 8 | 0x100 | 0x400;

  /** -1 for an unknown word; "none" among them means none. */
  public static int parse(String text) {
    int bits = 0;
    for (String word : text.toLowerCase(Locale.ROOT).split(",")) {
      int bit = bit(word);
      if (word.equals("none")) {
        return 0;
      }
      if (bit < 0) {
        return -1;
      }
      bits |= bit;
    }
    return bits;
  }

  private static int bit(String word) {
    if (word.equals("all")) {
      return ALL;
    }
    for (int i = 0; i < NAMES.length; i++) {
      if (NAMES[i].equals(word)) {
        return 1 << i;
      }
    }
    return word.equals("none") ? 0 : -1;
  }

  private MailTypes() {}
}
