package org.slurmctldj.proto.conf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The options Slurm knows in the list keys of slurm.conf whose options matter one by one, from the
 * resource {@code slurm-conf-options.tsv}. Read by the controller at start, never by clients.
 */
public final class ConfOptionTable {
  private static final String RESOURCE = "slurm-conf-options.tsv";

  private final List<ConfOption> all = new ArrayList<>();
  private final Set<String> keys = new TreeSet<>();

  private ConfOptionTable() {
    for (String[] row : ResourceTable.rows(RESOURCE, 6)) {
      boolean value = row[1].endsWith("=");
      String name = value ? row[1].substring(0, row[1].length() - 1) : row[1];
      all.add(new ConfOption(row[0], name, value, row[2], row[3], ResourceTable.support(RESOURCE, row[4]), row[5]));
      keys.add(row[0].toLowerCase(Locale.ROOT));
    }
  }

  private static final class Holder {
    static final ConfOptionTable TABLE = new ConfOptionTable();
  }

  public static ConfOptionTable get() {
    return Holder.TABLE;
  }

  public List<ConfOption> all() {
    return Collections.unmodifiableList(all);
  }

  /** Whether options of this key are listed one by one. */
  public boolean lists(String key) {
    return keys.contains(key.toLowerCase(Locale.ROOT));
  }

  /** The option that {@code item} ("name" or "name=value") is, or null: Slurm knows none such. */
  public ConfOption find(String key, String item) {
    int equals = item.indexOf('=');
    String name = equals < 0 ? item : item.substring(0, equals);
    for (ConfOption option : all) {
      if (option.key().equalsIgnoreCase(key) && option.name().equalsIgnoreCase(name)) {
        return option;
      }
    }
    return null;
  }

  /** What is supported of that key, for messages. */
  public String supported(String key) {
    return all.stream()
        .filter(o -> o.key().equalsIgnoreCase(key) && o.support() == ConfKey.Support.HONOURED)
        .map(ConfOption::name)
        .collect(Collectors.joining(", "));
  }
}
