package org.slurmctldj.client.job;

import java.util.Locale;

/**
 * {@code --distribution}: over nodes, sockets, cores, and whether nodes are filled.
 *
 * @param code of the job description
 * @param name for SLURM_DISTRIBUTION
 * @param planeSize 0 when the text has none
 */
public record Distribution(long code, String name, int planeSize) {
  public static final long UNSET = 0x2000;
  private static final int ARBITRARY = 3;
  private static final int PLANE = 4;
  private static final long PACK = 1 << 23;
  private static final long NO_PACK = 1 << 22;

  /** Null when the text is none. */
  public static Distribution parse(String text, String planeVariable) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.startsWith("plane")) {
      String size = lower.startsWith("plane=") ? lower.substring(6) : planeVariable;
      int n = size == null ? 0 : number(size);
      return n <= 0 ? null : new Distribution(PLANE, "plane", n);
    }
    if (lower.equals("arbitrary")) {
      return new Distribution(ARBITRARY, "arbitrary", 0);
    }
    String[] words = lower.split(",", -1);
    long flags = 0;
    int first = 1;
    if (words[0].equals("pack") || words[0].equals("nopack")) {
      first = 0;
    }
    String flagName = "";
    for (int i = first; i < words.length; i++) {
      if (!words[i].equals("pack") && !words[i].equals("nopack")) {
        return null;
      }
      flags = words[i].equals("pack") ? PACK : NO_PACK;
      flagName = words[i];
    }
    if (first == 0) {
      return new Distribution(UNSET | flags, flagName, 0);
    }
    return levels(words[0], flags, flagName);
  }

  private static Distribution levels(String text, long flags, String flagName) {
    String[] parts = text.split(":", -1);
    if (parts.length > 3) {
      return null;
    }
    long code = 0;
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < parts.length; i++) {
      String word = parts[i].equals("*") ? i == 0 ? "block" : "cyclic" : parts[i];
      int level =
          switch (word) {
            case "cyclic" -> 1;
            case "block" -> 2;
            case "fcyclic" -> i == 0 ? 0 : 3;
            default -> 0;
          };
      if (level == 0) {
        return null;
      }
      code |= (long) level << 4 * i;
      name.append(i == 0 ? "" : ":").append(word);
    }
    return new Distribution(code | flags, flagName.isEmpty() ? name.toString() : name + "," + flagName, 0);
  }

  public boolean isArbitrary() {
    return code == ARBITRARY;
  }

  public boolean isPlane() {
    return code == PLANE;
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
