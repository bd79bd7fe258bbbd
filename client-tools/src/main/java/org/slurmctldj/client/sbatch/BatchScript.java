package org.slurmctldj.client.sbatch;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.job.ByteNames;

/**
 * The script to submit: from a file, standard input or {@code --wrap}.
 *
 * @param text its bytes as Latin-1
 * @param name what messages call it: the file's last part, or "stdin"
 */
record BatchScript(String text, String name) {
  private static final int LARGEST = 1 << 30;

  static BatchScript wrapped(String command) {
    return new BatchScript("#!/bin/sh\n# This script was created by sbatch --wrap.\n\n" + command + "\n", "stdin");
  }

  /** @param file null for standard input */
  static BatchScript read(Client client, String file) {
    String text;
    try (InputStream in = file == null ? new FileInputStream(FileDescriptor.in) : Files.newInputStream(path(file))) {
      byte[] bytes = in.readNBytes(LARGEST);
      text = new String(bytes, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      // a directory can be opened, but not read
      if (file != null && Files.isDirectory(path(file)) || file == null) {
        text = "";
      } else {
        client.error("Unable to open file " + file);
        throw new Exit(1);
      }
    }
    BatchScript script = new BatchScript(text, file == null ? "stdin" : baseName(file));
    script.check(client);
    return script;
  }

  static String baseName(String file) {
    return file.substring(file.lastIndexOf('/') + 1);
  }

  private void check(Client client) {
    if (text.isEmpty()) {
      client.error("Batch script is empty!");
    } else if (isBlank(text)) {
      client.error("Batch script contains only whitespace!");
    } else if (!text.startsWith("#!")) {
      client.error("This does not look like a batch script.  The first");
      client.error("line must start with #! followed by the path to an interpreter.");
      client.error("For instance: #!/bin/sh");
    } else if (text.indexOf('\0') >= 0) {
      client.error("The Slurm controller does not allow scripts that");
      client.error("contain a NULL character '\\0'.");
    } else if (text.contains("\r\n")) {
      client.error("Batch script contains DOS line breaks (\\r\\n)");
      client.error("instead of expected UNIX line breaks (\\n).");
    } else {
      return;
    }
    throw new Exit(1);
  }

  private static boolean isBlank(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != ' ' && (c < '\t' || c > '\r')) {
        return false;
      }
    }
    return true;
  }

  /** The lines before the first command. */
  List<String> header() {
    List<String> lines = new java.util.ArrayList<>();
    for (String line : text.split("\n", -1)) {
      String content = line.strip();
      if (!content.isEmpty() && content.charAt(0) != '#') {
        break;
      }
      lines.add(line);
    }
    return lines;
  }

  /** Where a script named on the command line is: as it is with a leading dot or slash, else here or in PATH; null for nowhere. */
  static String find(String name, String directory, String searchPath) {
    if (name.startsWith("/") || name.startsWith(".")) {
      return readable(name) ? name : null;
    }
    String here = directory + "/" + name;
    if (readable(here)) {
      return here;
    }
    for (String part : searchPath == null ? new String[0] : searchPath.split(":")) {
      String candidate = part + "/" + name;
      if (!part.isEmpty() && readable(candidate)) {
        return candidate;
      }
    }
    return null;
  }

  private static boolean readable(String file) {
    return Files.isReadable(path(file));
  }

  /** A path of bytes; the JVM's own file names are those of its locale. */
  private static Path path(String latin1) {
    return ByteNames.path(latin1);
  }
}
