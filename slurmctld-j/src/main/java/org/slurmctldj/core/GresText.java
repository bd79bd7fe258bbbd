package org.slurmctldj.core;

import java.util.ArrayList;
import java.util.List;

/**
 * The texts of generic resources, "gpu:tesla:2,lic:1K": of a NodeName line, and with "gres:" or "gres/" before each
 * of a request. Pure.
 */
public final class GresText {
  private static final int MOST = 256;

  private GresText() {}

  /**
   * @param type null where none is named
   * @param counted whether the count was written; it is 1 else
   */
  public record Item(String name, String type, long count, boolean counted) {}

  /** The items in order; null where the text is none of this kind. Items of CPUs ("cpu=4") are left out. */
  public static List<Item> parse(String text) {
    List<Item> out = new ArrayList<>();
    if (text == null || text.isEmpty()) {
      return out;
    }
    for (String word : split(text)) {
      Item item = item(word);
      if (item == null || out.size() >= MOST) {
        return null;
      }
      if (!item.name().equals("cpu")) {
        out.add(item);
      }
    }
    return out;
  }

  /** By commas that are not within (S:0,1). */
  private static List<String> split(String text) {
    List<String> out = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : ',';
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == ',' && depth <= 0) {
        if (i > start) {
          out.add(text.substring(start, i));
        }
        start = i + 1;
      }
    }
    return out;
  }

  private static Item item(String word) {
    String w = word.startsWith("gres:") || word.startsWith("gres/") ? word.substring(5) : word;
    int paren = w.indexOf('(');
    w = (paren < 0 ? w : w.substring(0, paren)).replace('=', ':');
    String[] parts = w.split(":", -1);
    if (parts.length > 4 || parts[0].isEmpty()) {
      return null;
    }
    String type = null;
    long count = 1;
    boolean counted = false;
    for (int i = 1; i < parts.length; i++) {
      if (parts[i].equals("no_consume")) {
        continue;
      }
      if (!counted && (i == parts.length - 1 || type != null) && number(parts[i]) >= 0) {
        count = number(parts[i]);
        counted = true;
      } else if (type == null && !parts[i].isEmpty() && !counted) {
        type = parts[i];
      } else {
        return null;
      }
    }
    return new Item(parts[0], type, count, counted);
  }

  /** "2", "3K"; -1 if it is no number. */
  private static long number(String s) {
    if (s.isEmpty() || s.charAt(0) < '0' || s.charAt(0) > '9') {
      return -1;
    }
    int shift =
        switch (Character.toUpperCase(s.charAt(s.length() - 1))) {
          case 'K' -> 10;
          case 'M' -> 20;
          case 'G' -> 30;
          case 'T' -> 40;
          case 'P' -> 50;
          default -> 0;
        };
    String digits = shift == 0 ? s : s.substring(0, s.length() - 1);
    if (!digits.matches("[0-9]{1,12}")) {
      return -1;
    }
    long n = Long.parseLong(digits);
    return n > Long.MAX_VALUE >> shift ? -1 : n << shift;
  }
}
