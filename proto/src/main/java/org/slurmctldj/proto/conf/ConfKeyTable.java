package org.slurmctldj.proto.conf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.HashMap;

/**
 * Every key that slurm.conf of any release from 22.05 to 26.05 may hold, read once per process from
 * the resource {@code slurm-conf-keys.tsv}. That file is the source of the facts: edit it, not code.
 *
 * <p>Immutable, used from any thread. On the start path of the clients: no regular expressions.
 */
public final class ConfKeyTable {
  private static final String RESOURCE = "slurm-conf-keys.tsv";
  private static final int COLUMNS = 10;

  private final Map<ConfKey.Scope, Map<String, ConfKey>> byScope = new HashMap<>();
  private final List<ConfKey> all = new ArrayList<>(350);

  private ConfKeyTable() {}

  private static final class Holder {
    static final ConfKeyTable TABLE = read();
  }

  public static ConfKeyTable get() {
    return Holder.TABLE;
  }

  /** The key of that name (any case) on that kind of line, or null: Slurm knows no such key. */
  public ConfKey find(ConfKey.Scope scope, String name) {
    Map<String, ConfKey> keys = byScope.get(scope);
    return keys == null ? null : keys.get(name.toLowerCase(Locale.ROOT));
  }

  /** All rows in the file's order. */
  public List<ConfKey> all() {
    return Collections.unmodifiableList(all);
  }

  /** The scope of the keys on a line that {@code first} opens. */
  static ConfKey.Scope lineScope(String first) {
    return switch (first.toLowerCase(Locale.ROOT)) {
      case "nodename" -> ConfKey.Scope.NODE;
      case "partitionname" -> ConfKey.Scope.PARTITION;
      case "nodeset" -> ConfKey.Scope.NODESET;
      case "downnodes" -> ConfKey.Scope.DOWNNODES;
      case "frontendname" -> ConfKey.Scope.FRONTEND;
      case "poweraction" -> ConfKey.Scope.POWERACTION;
      default -> null; // SlurmctldHost and all that stand alone
    };
  }

  private static ConfKeyTable read() {
    ConfKeyTable table = new ConfKeyTable();
    String text;
    try (InputStream in = ConfKeyTable.class.getResourceAsStream(RESOURCE)) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(RESOURCE + " cannot be read from the jar", e);
    }
    String[] columns = new String[COLUMNS];
    int at = 0;
    while (at < text.length()) {
      int end = text.indexOf('\n', at);
      end = end < 0 ? text.length() : end;
      if (end > at && text.charAt(at) != '#') {
        split(text, at, end, columns);
        table.add(
            new ConfKey(
                ConfKey.Scope.valueOf(columns[0].toUpperCase(Locale.ROOT)),
                columns[1],
                columns[2],
                columns[3],
                columns[4],
                ConfKey.Type.valueOf(columns[5].toUpperCase(Locale.ROOT)),
                support(columns[6]),
                columns[7],
                columns[8],
                columns[9]));
      }
      at = end + 1;
    }
    return table;
  }

  private void add(ConfKey key) {
    all.add(key);
    byScope
        .computeIfAbsent(key.scope(), s -> new HashMap<>(512))
        .put(key.name().toLowerCase(Locale.ROOT), key);
  }

  private static void split(String text, int from, int to, String[] columns) {
    int at = from;
    for (int i = 0; i < COLUMNS; i++) {
      int tab = i == COLUMNS - 1 ? -1 : text.indexOf('\t', at);
      int end = tab < 0 || tab > to ? to : tab;
      columns[i] = text.substring(Math.min(at, to), end);
      at = end + 1;
    }
  }

  private static ConfKey.Support support(String word) {
    return switch (word) {
      case "honoured" -> ConfKey.Support.HONOURED;
      case "no-effect" -> ConfKey.Support.NO_EFFECT;
      case "warn" -> ConfKey.Support.WARN;
      case "fatal" -> ConfKey.Support.FATAL;
      default -> throw new IllegalStateException(RESOURCE + ": no such class: " + word);
    };
  }
}
