package org.slurmctldj.proto.conf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads the tab separated tables that lie beside this class; {@code #} opens a comment line. */
final class ResourceTable {
  private ResourceTable() {}

  static String text(String resource) {
    try (InputStream in = ResourceTable.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(resource + " cannot be read from the jar", e);
    }
  }

  static List<String[]> rows(String resource, int columns) {
    String text = text(resource);
    List<String[]> rows = new ArrayList<>(350);
    int at = 0;
    while (at < text.length()) {
      int end = text.indexOf('\n', at);
      end = end < 0 ? text.length() : end;
      if (end > at && text.charAt(at) != '#') {
        rows.add(split(text, at, end, columns));
      }
      at = end + 1;
    }
    return rows;
  }

  static String[] split(String text, int from, int to, int count) {
    String[] columns = new String[count];
    int at = from;
    for (int i = 0; i < count; i++) {
      int tab = i == count - 1 ? -1 : text.indexOf('\t', at);
      int end = tab < 0 || tab > to ? to : tab;
      columns[i] = text.substring(Math.min(at, to), end);
      at = end + 1;
    }
    return columns;
  }

  static ConfKey.Support support(String resource, String word) {
    return switch (word) {
      case "honoured" -> ConfKey.Support.HONOURED;
      case "no-effect" -> ConfKey.Support.NO_EFFECT;
      case "warn" -> ConfKey.Support.WARN;
      case "fatal" -> ConfKey.Support.FATAL;
      default -> throw new IllegalStateException(resource + ": no such class: " + word);
    };
  }
}
