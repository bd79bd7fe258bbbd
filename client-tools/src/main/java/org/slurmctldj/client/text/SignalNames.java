package org.slurmctldj.client.text;

/** Signals by number or by name, with or without SIG, as scancel and sbatch take them. */
public final class SignalNames {
  private static final String[] NAMES = {
    "HUP", "INT", "QUIT", "ABRT", "KILL", "ALRM", "TERM", "USR1", "USR2", "URG", "CONT", "STOP", "TSTP", "TTIN", "TTOU"
  };
  private static final int[] NUMBERS = {1, 2, 3, 6, 9, 14, 15, 10, 12, 23, 18, 19, 20, 21, 22};
  private static final int MOST = 64;

  /** 0 when it is none. */
  public static int number(String text) {
    if (text.isEmpty()) {
      return 0;
    }
    if (text.charAt(0) >= '0' && text.charAt(0) <= '9') {
      for (int i = 0; i < text.length(); i++) {
        if (text.charAt(i) < '0' || text.charAt(i) > '9' || i > 3) {
          return 0;
        }
      }
      int number = Integer.parseInt(text);
      return number <= MOST ? number : 0;
    }
    String name = text.regionMatches(true, 0, "SIG", 0, 3) ? text.substring(3) : text;
    for (int i = 0; i < NAMES.length; i++) {
      if (NAMES[i].equalsIgnoreCase(name)) {
        return NUMBERS[i];
      }
    }
    return 0;
  }

  /** The name without SIG, or the number. */
  public static String name(int number) {
    for (int i = 0; i < NUMBERS.length; i++) {
      if (NUMBERS[i] == number) {
        return NAMES[i];
      }
    }
    return Integer.toString(number);
  }

  private SignalNames() {}
}
