package org.slurmctldj.client.sbatch;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;

/** The script that is submitted: where it comes from, what Slurm insists on, and the options written into it. */
final class BatchScript {
  private static final String DIRECTIVE = "#SBATCH";

  private BatchScript() {}

  /** {@code --wrap}. */
  static String wrapped(String command) {
    return "#!/bin/sh\n# This script was created by sbatch --wrap.\n\n" + command + "\n";
  }

  /** The text of a file, or of standard input for a null path. */
  static String read(String path, Client client) {
    try (InputStream in = path == null ? new FileInputStream(FileDescriptor.in) : new FileInputStream(LatinPath.file(path))) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      client.error(LatinPath.isDirectory(path) ? "Batch script is empty!" : "Unable to open file " + path);
      throw new Exit(1);
    }
  }

  static void check(String script, Client client) {
    if (script.isEmpty()) {
      client.error("Batch script is empty!");
    } else if (script.isBlank()) {
      client.error("Batch script contains only whitespace!");
    } else if (!script.startsWith("#!")) {
      client.error("This does not look like a batch script.  The first");
      client.error("line must start with #! followed by the path to an interpreter.");
      client.error("For instance: #!/bin/sh");
    } else if (script.indexOf('\0') >= 0) {
      client.error("The Slurm controller does not allow scripts that");
      client.error("contain a NULL character: '\\0'.");
    } else if (script.contains("\r\n")) {
      client.error("Batch script contains DOS line breaks (\\r\\n)");
      client.error("instead of expected UNIX line breaks (\\n).");
    } else {
      return;
    }
    throw new Exit(1);
  }

  /** The words of the {@code #SBATCH} lines before the first command. */
  static List<String> directives(String script) {
    List<String> words = new ArrayList<>();
    for (String line : script.split("\n")) {
      if (line.startsWith(DIRECTIVE)) {
        split(line.substring(DIRECTIVE.length()), words);
      } else if (!line.isBlank() && line.charAt(0) != '#') {
        break;
      }
    }
    return words;
  }

  /** Words as a shell would split them, up to a comment: quotes and backslashes work, variables do not. */
  private static void split(String line, List<String> into) {
    StringBuilder word = null;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == ' ' || c == '\t') {
        if (word != null) {
          into.add(word.toString());
          word = null;
        }
      } else if (c == '#' && word == null) {
        return;
      } else {
        word = word == null ? new StringBuilder() : word;
        if (c == '"' || c == '\'') {
          quote = c;
        } else if (c == '\\' && i + 1 < line.length()) {
          word.append(line.charAt(++i));
        } else {
          word.append(c);
        }
      }
    }
    if (word != null) {
      into.add(word.toString());
    }
  }
}
