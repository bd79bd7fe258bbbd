package org.slurmctldj.proto.conf;

import java.util.ArrayList;
import java.util.List;

/**
 * Expands the host expressions of NodeName, NodeAddr, NodeHostname, Port and Nodes: {@code
 * a[1-3,07],b2}, several brackets in a name, widths kept. Only for configuration lines: it must
 * never meet a request.
 */
final class HostRanges {
  /** Slurm's MAX_RANGE: more hosts in one bracket is a mistake. */
  static final int MOST = 64 * 1024;

  private HostRanges() {}

  /** The names in the order written, doubles kept; a {@link ConfException} names a bad range. */
  static List<String> expand(String text) {
    List<String> names = new ArrayList<>();
    int start = 0;
    int depth = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? ',' : text.charAt(i);
      if (c == '[') {
        depth++;
      } else if (c == ']') {
        depth--;
      }
      if (depth < 0 || depth > 1 || i == text.length() && depth != 0) {
        throw new ConfException("Unable to create a host list from " + text);
      }
      if (c == ',' && depth == 0) {
        if (i > start) {
          one("", text.substring(start, i), names);
        }
        start = i + 1;
      }
    }
    return names;
  }

  private static void one(String before, String rest, List<String> names) {
    int open = rest.indexOf('[');
    if (open < 0) {
      names.add(before + rest);
      return;
    }
    int close = rest.indexOf(']', open);
    String prefix = before + rest.substring(0, open);
    String after = rest.substring(close + 1);
    for (String range : rest.substring(open + 1, close).split(",", -1)) {
      range(prefix, range, after, names);
    }
  }

  private static void range(String prefix, String range, String after, List<String> names) {
    int dash = range.indexOf('-', 1);
    String low = dash < 0 ? range : range.substring(0, dash);
    String high = dash < 0 ? range : range.substring(dash + 1);
    long first = digits(low);
    long last = digits(high);
    if (first < 0 || last < first) {
      throw new ConfException("Invalid range: `" + range + "'");
    }
    if (last - first >= MOST || names.size() + last - first > 16L * MOST) {
      throw new ConfException("Too many hosts in range `" + range + "'");
    }
    for (long number = first; number <= last; number++) {
      String digits = Long.toString(number);
      one(prefix + "0".repeat(Math.max(0, low.length() - digits.length())) + digits, after, names);
    }
  }

  private static long digits(String text) {
    if (text.isEmpty() || text.length() > 18) {
      return -1;
    }
    long number = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      number = number * 10 + c - '0';
    }
    return number;
  }
}
