package org.slurmctldj.sched;

import java.util.ArrayList;
import java.util.List;

/** Node names of one plan's reasons in brackets, "n[1-3,7]", as Slurm words them. */
final class HostRanges {
  private HostRanges() {}

  /** Names in the order of slurm.conf: neighbours with one prefix and following numbers are joined. */
  static String of(List<String> names) {
    List<String> out = new ArrayList<>();
    String prefix = null;
    StringBuilder ranges = new StringBuilder();
    String first = null;
    String last = null;
    int parts = 0;
    for (int i = 0; i <= names.size(); i++) {
      String name = i < names.size() ? names.get(i) : null;
      int cut = name == null ? 0 : name.length();
      while (cut > 0 && name.length() - cut < 9 && Character.isDigit(name.charAt(cut - 1))) {
        cut--;
      }
      String head = name == null ? null : name.substring(0, cut);
      String digits = name == null ? null : name.substring(cut);
      boolean samePrefix = prefix != null && prefix.equals(head) && !digits.isEmpty();
      if (samePrefix && follows(last, digits)) {
        last = digits;
        continue;
      }
      if (first != null) {
        ranges.append(parts++ > 0 ? "," : "").append(first.equals(last) ? first : first + "-" + last);
      }
      if (samePrefix) {
        first = digits;
        last = digits;
        continue;
      }
      if (prefix != null) {
        out.add(parts == 1 && first.equals(last) ? prefix + first : prefix + "[" + ranges + "]");
      }
      ranges.setLength(0);
      parts = 0;
      boolean numbered = digits != null && !digits.isEmpty();
      prefix = numbered ? head : null;
      first = numbered ? digits : null;
      last = first;
      if (name != null && !numbered) {
        out.add(name);
      }
    }
    return String.join(",", out);
  }

  private static boolean follows(String a, String b) {
    return (a.length() == b.length() || a.charAt(0) != '0') && Long.parseLong(b) == Long.parseLong(a) + 1
        && (b.length() == a.length() || b.charAt(0) != '0');
  }
}
