package org.slurmctldj.config;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.slurmctldj.proto.conf.ConfKey;
import org.slurmctldj.proto.conf.ConfKey.Scope;
import org.slurmctldj.proto.conf.ConfKey.Support;
import org.slurmctldj.proto.conf.ConfKeyTable;
import org.slurmctldj.proto.conf.ConfOption;
import org.slurmctldj.proto.conf.ConfOptionTable;
import org.slurmctldj.proto.tool.TestMentions;

/**
 * Prints the tables of keys and options as Markdown, a part of docs/compatibility.md:
 *
 * <pre>java -cp ... org.slurmctldj.config.KeyTableMarkdown FOLDER...</pre>
 *
 * The folders hold tests: which one names a key that is honoured stands in its row.
 */
public final class KeyTableMarkdown {
  private KeyTableMarkdown() {}

  public static void main(String[] folders) throws IOException {
    TestMentions tests = new TestMentions(Stream.of(folders).map(Path::of).toList());
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    out.print(text(tests));
    out.flush();
  }

  static String text(TestMentions tests) {
    StringBuilder out = new StringBuilder();
    List<ConfKey> all = ConfKeyTable.get().all();
    out.append("## Keys of slurm.conf\n\n");
    out.append("Every key of Slurm 22.05 to 26.05. *honoured*: does what Slurm does, for the values named, if any are. ")
        .append("*no effect*: one log line at start. *warns*: one warning at start. *fatal*: a value other than those named stops the start. The test named is the first that names the key.\n\n");
    out.append("| | keys |\n|---|---|\n");
    for (Support support : Support.values()) {
      out.append("| ").append(word(support)).append(" | ")
          .append(all.stream().filter(k -> k.support() == support).count()).append(" |\n");
    }
    for (Scope scope : Scope.values()) {
      out.append("\n### ").append(title(scope)).append("\n\n");
      out.append("| key | releases | here | values | Slurm's default | |\n|---|---|---|---|---|---|\n");
      all.stream()
          .filter(k -> k.scope() == scope)
          .sorted(Comparator.comparing(k -> k.name().toLowerCase(Locale.ROOT)))
          .forEach(k -> row(out, k, tests));
    }
    out.append("\n### Options of list keys\n\n| key | option | releases | here | |\n|---|---|---|---|---|\n");
    for (ConfOption option : ConfOptionTable.get().all()) {
      out.append("| ").append(option.key()).append(" | ").append(option.name()).append(option.takesValue() ? "=" : "")
          .append(" | ").append(releases(option.since(), option.until()))
          .append(" | ").append(word(option.support())).append(" | ").append(option.note()).append(" |\n");
    }
    return out.toString();
  }

  private static void row(StringBuilder out, ConfKey key, TestMentions tests) {
    String releases = releases(key.since(), key.until());
    if (!key.defunct().equals("-")) {
      releases += ", defunct from " + key.defunct();
    }
    out.append("| ").append(key.name())
        .append(" | ").append(releases)
        .append(" | ").append(word(key.support())).append(named(key, tests))
        .append(" | ").append(key.harmless().equals("-") ? "" : cell(key.harmless().replace("|", ", ")))
        .append(" | ").append(key.defaultValue().equals("-") ? "" : defaults(key.defaultValue()))
        .append(" | ").append(cell(key.note())).append(" |\n");
  }

  private static String named(ConfKey key, TestMentions tests) {
    return key.support() == Support.HONOURED ? tests.ofWord(key.name()).map(t -> ": " + t).orElse("") : "";
  }

  private static String defaults(String text) {
    if (!text.contains(";")) {
      return cell(text);
    }
    List<String> parts = new ArrayList<>();
    for (String part : text.split(";")) {
      int colon = part.indexOf(':');
      String value = part.substring(colon + 1);
      parts.add((parts.isEmpty() ? "" : "from " + part.substring(0, colon) + " ") + (value.isEmpty() ? "none" : cell(value)));
    }
    return String.join(", ", parts);
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }

  private static String releases(String since, String until) {
    boolean old = since.equals("22.05");
    if (until.equals("-")) {
      return old ? "all" : "from " + since;
    }
    return old ? "until " + until : since + " to " + until;
  }

  private static String word(Support support) {
    return switch (support) {
      case HONOURED -> "honoured";
      case NO_EFFECT -> "no effect";
      case WARN -> "warns";
      case FATAL -> "fatal";
    };
  }

  private static String title(Scope scope) {
    return switch (scope) {
      case CONF -> "On a line of their own";
      case NODE -> "NodeName lines";
      case PARTITION -> "PartitionName lines";
      case NODESET -> "NodeSet lines";
      case DOWNNODES -> "DownNodes lines";
      case FRONTEND -> "FrontendName lines (until 24.11)";
      case POWERACTION -> "PowerAction lines (from 26.05)";
    };
  }
}
