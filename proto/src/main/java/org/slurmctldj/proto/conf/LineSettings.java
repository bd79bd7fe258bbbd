package org.slurmctldj.proto.conf;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slurmctldj.proto.conf.ConfKey.Scope;

/**
 * The keys of one NodeName, PartitionName, ... line on top of the DEFAULT lines above it. Shared by
 * all nodes of the line. Values were checked when the file was read.
 */
final class LineSettings {
  private final Scope scope;
  private final ConfFile.Token first;
  private final Map<String, ConfFile.Token> values;

  private LineSettings(Scope scope, ConfFile.Token first, Map<String, ConfFile.Token> values) {
    this.scope = scope;
    this.first = first;
    this.values = values;
  }

  static LineSettings of(Scope scope, ConfFile.Line line, LineSettings defaults) {
    Map<String, ConfFile.Token> values = new HashMap<>(defaults == null ? Map.of() : defaults.values);
    for (ConfFile.Token token : line.tokens().subList(1, line.tokens().size())) {
      values.put(canonical(token.key()), token);
    }
    return new LineSettings(scope, line.first(), values);
  }

  /** Older names of the same key. */
  private static String canonical(String key) {
    String lower = key.toLowerCase(Locale.ROOT);
    return switch (lower) {
      case "features" -> "feature";
      case "procs" -> "cpus";
      case "shared" -> "oversubscribe";
      default -> lower;
    };
  }

  /** What opens the line: NodeName=... */
  ConfFile.Token first() {
    return first;
  }

  boolean has(String key) {
    return values.containsKey(canonical(key));
  }

  Optional<ConfFile.Token> token(String key) {
    return Optional.ofNullable(values.get(canonical(key)));
  }

  Optional<String> text(String key) {
    ConfFile.Token token = values.get(canonical(key));
    return token == null || token.value().isEmpty() ? Optional.empty() : Optional.of(token.value());
  }

  /** {@code key=""} stands there. */
  boolean isEmpty(String key) {
    ConfFile.Token token = values.get(canonical(key));
    return token != null && token.value().isEmpty();
  }

  long number(String key, long otherwise) {
    ConfFile.Token token = values.get(canonical(key));
    return token == null
        ? otherwise
        : ConfNumber.parse(ConfKeyTable.get().find(scope, key).type(), key, token.value());
  }

  boolean flag(String key, boolean otherwise) {
    ConfFile.Token token = values.get(canonical(key));
    return token == null ? otherwise : ConfNumber.bool(key, token.value());
  }

  Iterable<ConfFile.Token> tokens() {
    return values.values();
  }
}
