package org.slurmctldj.proto.conf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Every key that slurm.conf of any release from 22.05 to 26.05 may hold, read once per process from
 * the resource {@code slurm-conf-keys.tsv}. That file is the source of the facts: edit it, not code.
 *
 * <p>Immutable, used from any thread. On the start path of the clients: no regular expressions.
 */
public final class ConfKeyTable {
  private static final String RESOURCE = "slurm-conf-keys.tsv";

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
    for (String[] row : ResourceTable.rows(RESOURCE, 10)) {
      table.add(
          new ConfKey(
              ConfKey.Scope.valueOf(row[0].toUpperCase(Locale.ROOT)),
              row[1],
              row[2],
              row[3],
              row[4],
              ConfKey.Type.valueOf(row[5].toUpperCase(Locale.ROOT)),
              ResourceTable.support(RESOURCE, row[6]),
              row[7],
              row[8],
              row[9]));
    }
    return table;
  }

  private void add(ConfKey key) {
    all.add(key);
    byScope
        .computeIfAbsent(key.scope(), s -> new HashMap<>(512))
        .put(key.name().toLowerCase(Locale.ROOT), key);
  }
}
