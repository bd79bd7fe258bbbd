package org.slurmctldj.proto.conf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Every key that slurm.conf of any release from 22.05 to 26.05 may hold, from the rows of {@link
 * ConfKeyRows}.
 *
 * <p>Immutable, used from any thread. On the start path of the clients: the rows are indexed once and
 * a row is only taken apart when its key is looked up; no regular expressions, no lambdas.
 */
public final class ConfKeyTable {
  private static final String NAME = "ConfKeyRows";
  private static final int COLUMNS = 10;

  private final String text;
  /** "scope\tname" in small letters to where its row begins. */
  private final Map<String, Integer> rows = new HashMap<>(1024);
  /** Filled on look-up; a race makes an equal row twice. */
  private final Map<String, ConfKey> taken = new ConcurrentHashMap<>(64);

  private ConfKeyTable() {
    text = ConfKeyRows.TEXT;
    int at = 0;
    while (at < text.length()) {
      int end = text.indexOf('\n', at);
      end = end < 0 ? text.length() : end;
      if (end > at && text.charAt(at) != '#') {
        int name = text.indexOf('\t', text.indexOf('\t', at) + 1);
        rows.put(text.substring(at, name).toLowerCase(Locale.ROOT), at);
      }
      at = end + 1;
    }
  }

  private static final class Holder {
    static final ConfKeyTable TABLE = new ConfKeyTable();
  }

  public static ConfKeyTable get() {
    return Holder.TABLE;
  }

  /** The key of that name (any case) on that kind of line, or null: Slurm knows no such key. */
  public ConfKey find(ConfKey.Scope scope, String name) {
    String wanted = scope.word().concat("\t").concat(name).toLowerCase(Locale.ROOT);
    ConfKey key = taken.get(wanted);
    if (key == null) {
      Integer at = rows.get(wanted);
      if (at != null) {
        key = row(at);
        taken.put(wanted, key);
      }
    }
    return key;
  }

  /** All rows in the file's order. */
  public List<ConfKey> all() {
    List<Integer> starts = new ArrayList<>(rows.values());
    starts.sort(null);
    List<ConfKey> all = new ArrayList<>(starts.size());
    for (int at : starts) {
      all.add(row(at));
    }
    return all;
  }

  private ConfKey row(int at) {
    int end = text.indexOf('\n', at);
    String[] row = ResourceTable.split(text, at, end < 0 ? text.length() : end, COLUMNS);
    return new ConfKey(
        ConfKey.Scope.valueOf(row[0].toUpperCase(Locale.ROOT)),
        row[1],
        row[2],
        row[3],
        row[4],
        ConfKey.Type.valueOf(row[5].toUpperCase(Locale.ROOT)),
        ResourceTable.support(NAME, row[6]),
        row[7],
        row[8],
        row[9]);
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
}
