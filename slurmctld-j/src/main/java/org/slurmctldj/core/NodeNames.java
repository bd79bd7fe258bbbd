package org.slurmctldj.core;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** The node lists of requests, "n[1-3,07-10],gpu5", as node indexes of an epoch. */
public final class NodeNames {
  private static final int MOST = 100_000;

  /** Brackets in one name. A node's name is far shorter than so many parts; a text of a thousand would end apply's stack. */
  private static final int MOST_BRACKETS = 64;

  private NodeNames() {}

  /** The indexes, ascending; null if a name is unknown or the text is not a host list. */
  public static int[] indexes(String text, ClusterConfig config) {
    List<String> names = expand(text);
    if (names == null) {
      return null;
    }
    TreeSet<Integer> out = new TreeSet<>();
    for (String n : names) {
      int i = config.nodeIndex(n);
      if (i < 0) {
        return null;
      }
      out.add(i);
    }
    return out.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The indexes in the order of the text, repetitions kept; empty if a name is unknown or the text is not a host list. */
  static int[] inOrder(String text, ClusterConfig config) {
    List<String> names = expand(text);
    int[] out = names == null ? new int[0] : names.stream().mapToInt(config::nodeIndex).toArray();
    return java.util.Arrays.stream(out).allMatch(i -> i >= 0) ? out : new int[0];
  }

  /** The names in the order of the text; null if it is not a host list, or stands for too many. */
  public static List<String> expand(String text) {
    List<String> out = new ArrayList<>();
    int start = 0;
    int depth = 0;
    int brackets = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : ',';
      if (c == '[') {
        depth++;
        brackets++;
      } else if (c == ']') {
        depth--;
      } else if (c == ',' && depth == 0) {
        if (i > start && !expandOne(text.substring(start, i).trim(), out)) {
          return null;
        }
        start = i + 1;
        brackets = 0;
      }
      if (depth < 0 || depth > 1 || brackets > MOST_BRACKETS) {
        return null;
      }
    }
    return depth == 0 ? out : null;
  }

  private static boolean expandOne(String word, List<String> out) {
    int open = word.indexOf('[');
    if (open < 0) {
      out.add(word);
      return out.size() <= MOST;
    }
    int close = word.indexOf(']', open);
    List<String> tails = new ArrayList<>();
    if (close < 0 || !expandOne(word.substring(close + 1), tails)) {
      return false;
    }
    for (String part : word.substring(open + 1, close).split(",", -1)) {
      int dash = part.indexOf('-');
      String first = dash < 0 ? part : part.substring(0, dash);
      String last = dash < 0 ? part : part.substring(dash + 1);
      if (!first.matches("[0-9]{1,9}") || !last.matches("[0-9]{1,9}")) {
        return false;
      }
      long to = Long.parseLong(last);
      for (long v = Long.parseLong(first); v <= to; v++) {
        String digits = Long.toString(v);
        String padded = "0".repeat(Math.max(0, first.length() - digits.length())) + digits;
        for (String tail : tails) {
          out.add(word.substring(0, open) + padded + tail);
          if (out.size() > MOST) {
            return false;
          }
        }
      }
    }
    return true;
  }
}
