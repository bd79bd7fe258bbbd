package org.slurmctldj.client.sbatch;

import java.util.Locale;

/** Signals by name or number, as {@code --signal} takes them; Linux' numbers. */
public final class SignalNames {
  private static final String[] NAMES = {
    "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM",
    "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS"
  };

  /** The number, or 0 for none. */
  public static int number(String text) {
    String name = text.toUpperCase(Locale.ROOT);
    if (!name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return name.length() > 4 ? 0 : Integer.parseInt(name);
    }
    if (name.startsWith("SIG")) {
      name = name.substring(3);
    }
    for (int i = 1; i < NAMES.length; i++) {
      if (NAMES[i].equals(name)) {
        return i;
      }
    }
    return 0;
  }

  private SignalNames() {}
}
