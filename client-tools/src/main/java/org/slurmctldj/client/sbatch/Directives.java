package org.slurmctldj.client.sbatch;

import java.util.ArrayList;
import java.util.List;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;

/** The options in a script's header: {@code #SBATCH}, and what PBS and LSF users write. */
final class Directives {
  private static final String SBATCH = "#SBATCH";
  private static final String PBS = "#PBS";
  private static final String BSUB = "#BSUB";

  /** A foreign option whose meaning is one of ours: the option and its value. */
  record Translated(String option, String value) {}

  private final Client client;
  private final boolean old;
  private final BatchScript script;

  Directives(Client client, boolean old, BatchScript script) {
    this.client = client;
    this.old = old;
    this.script = script;
  }

  /** How many components the script describes: one, and one more for each line that says so. */
  int components() {
    return 1 + (int) script.header().stream().filter(this::separates).count();
  }

  /** {@code #SBATCH hetjob}, in older scripts {@code packjob}: what follows is for the next component. */
  private boolean separates(String line) {
    if (!line.startsWith(SBATCH)) {
      return false;
    }
    String word = line.substring(SBATCH.length()).strip().split("\\s")[0];
    return word.equals("hetjob") || word.equals("packjob");
  }

  /** The words of the {@code #SBATCH} lines of that component, 0 the first. */
  List<String> words(int component) {
    List<String> words = new ArrayList<>();
    int number = 0;
    int at = 0;
    for (String line : script.header()) {
      number++;
      if (separates(line)) {
        at++;
      } else if (line.startsWith(SBATCH) && at == component) {
        split(line.substring(SBATCH.length()), number, words);
      }
    }
    return words;
  }

  /** As a shell would: quotes, and, newer, backslashes; a word that begins with # ends the line. */
  private void split(String line, int number, List<String> words) {
    int at = 0;
    while (true) {
      int start = at;
      while (at < line.length() && isBlank(line.charAt(at))) {
        at++;
      }
      if (at >= line.length() || line.charAt(at) == '#') {
        return;
      }
      StringBuilder word = new StringBuilder();
      char quote = 0;
      while (at < line.length() && (quote != 0 || !isBlank(line.charAt(at)))) {
        char c = line.charAt(at);
        if (!old && c == '\\' && at + 1 < line.length() && quote != '\'') {
          word.append(line.charAt(++at));
        } else if (quote != 0 && c == quote) {
          quote = 0;
        } else if (quote == 0 && (c == '"' || c == '\'')) {
          quote = c;
        } else {
          word.append(c);
        }
        at++;
      }
      if (quote != 0) {
        throw client.fatal(script.name() + ": line " + number + ": Unmatched `" + quote + "` in [" + line.substring(start) + "]");
      }
      words.add(word.toString());
    }
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c >= '\t' && c <= '\r';
  }

  /** What {@code #PBS} and {@code #BSUB} lines ask for, PBS first. */
  List<Translated> foreign() {
    List<Translated> list = new ArrayList<>();
    int number = 0;
    for (String line : script.header()) {
      number++;
      if (line.startsWith(PBS) || line.startsWith(BSUB)) {
        List<String> words = new ArrayList<>();
        split(line.substring(line.indexOf(' ') < 0 ? line.length() : line.indexOf(' ')), number, words);
        if (line.startsWith(PBS)) {
          pbs(words, list);
        } else {
          bsub(words, list);
        }
      }
    }
    return list;
  }

  private void pbs(List<String> words, List<Translated> list) {
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      String value = i + 1 < words.size() ? words.get(i + 1) : "";
      String option = null;
      switch (word) {
        case "-N" -> option = "job-name";
        case "-A" -> option = "account";
        case "-q" -> option = "partition";
        case "-o" -> option = "output";
        case "-e" -> option = "error";
        case "-M" -> option = "mail-user";
        case "-a" -> option = "begin";
        case "-d" -> option = "chdir";
        case "-p" -> option = "nice";
        case "-J", "-t" -> option = "array";
        case "-W" -> {
          i++;
          if (value.startsWith("depend=")) {
            list.add(new Translated("dependency", value.substring(7)));
          }
        }
        case "-h" -> list.add(new Translated("hold", null));
        case "-r" -> {
          i++;
          list.add(new Translated(value.startsWith("n") ? "no-requeue" : "requeue", null));
        }
        case "-l" -> {
          i++;
          resources(value, list);
        }
        case "-m" -> {
          i++;
          String types = mail(value);
          if (types != null) {
            list.add(new Translated("mail-type", types));
          }
        }
        case "-V", "-I", "-z", "-X", "-f" -> {}
        case "-v" -> {
          i++;
          throw client.unsupported("#PBS -v");
        }
        default -> i++;
      }
      if (option != null) {
        list.add(new Translated(option, value));
        i++;
      }
    }
  }

  private static String mail(String letters) {
    StringBuilder b = new StringBuilder();
    for (char c : letters.toCharArray()) {
      String name = c == 'a' ? "FAIL" : c == 'b' ? "BEGIN" : c == 'e' ? "END" : c == 'n' ? "NONE" : null;
      if (name != null) {
        b.append(b.isEmpty() ? "" : ",").append(name);
      }
    }
    return b.isEmpty() ? null : b.toString();
  }

  private void resources(String text, List<Translated> list) {
    for (String word : text.split(",")) {
      int equals = word.indexOf('=');
      String value = word.substring(equals + 1);
      switch (equals < 0 ? word : word.substring(0, equals)) {
        case "walltime" -> list.add(new Translated("time", value));
        case "mem" -> list.add(new Translated("mem", value.replaceAll("(?i)b$", "")));
        case "file" -> list.add(new Translated("tmp", value.replaceAll("(?i)b$", "")));
        case "nodes" -> {
          String[] parts = value.split(":");
          list.add(new Translated("nodes", parts[0]));
          for (int i = 1; i < parts.length; i++) {
            if (parts[i].startsWith("ppn=")) {
              int tasks = Integer.parseInt(parts[0]) * Integer.parseInt(parts[i].substring(4));
              list.add(new Translated("ntasks", Integer.toString(tasks)));
            }
          }
        }
        case "ncpus", "mppnppn" -> list.add(new Translated("mincpus", value));
        default -> throw client.unsupported("#PBS -l " + word);
      }
    }
  }

  private void bsub(List<String> words, List<Translated> list) {
    for (int i = 0; i < words.size(); i++) {
      String value = i + 1 < words.size() ? words.get(i + 1) : "";
      String option =
          switch (words.get(i)) {
            case "-J" -> "job-name";
            case "-n" -> "ntasks";
            case "-q" -> "partition";
            case "-o" -> "output";
            case "-e" -> "error";
            case "-i" -> "input";
            case "-W" -> "time";
            case "-c" -> "time";
            case "-cwd" -> "chdir";
            case "-M" -> "mem-per-cpu";
            case "-m" -> "nodelist";
            case "-b" -> "begin";
            case "-r" -> "requeue";
            case "-x" -> "exclusive";
            default -> throw client.unsupported("#BSUB " + words.get(i));
          };
      boolean bare = option.equals("requeue") || option.equals("exclusive");
      list.add(new Translated(option, bare ? null : value));
      i += bare ? 0 : 1;
    }
  }

  Exit invalid(String word) {
    client.error("Invalid directive found in batch script: " + word);
    return new Exit(255);
  }
}
