package org.slurmctldj.client.job;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;

/** Names of nodes in a file, for {@code -w}, {@code -x} and {@code -F}: separated by blanks, commas or lines, # begins a comment. */
final class HostFile {
  private HostFile() {}

  /** A node list, or with a slash the name of a file that holds one. */
  static String listOrFile(Client client, String value) {
    if (value.indexOf('/') < 0) {
      return value;
    }
    String hosts = read(client, value);
    if (hosts == null) {
      throw new Exit(1);
    }
    return hosts;
  }

  /** Null when there are none, which has been said. */
  static String read(Client client, String file) {
    if (file.isEmpty()) {
      return null;
    }
    try {
      List<String> names = new ArrayList<>();
      for (String line : Files.readString(ByteNames.path(file), StandardCharsets.ISO_8859_1).split("\n")) {
        int comment = line.indexOf('#');
        String text = (comment < 0 ? line : line.substring(0, comment)).strip();
        for (String name : text.split("[\\s,]+(?![^\\[]*\\])")) {
          if (!name.isEmpty()) {
            names.add(name);
          }
        }
      }
      if (names.isEmpty()) {
        client.error("Hostlist is empty!");
        return null;
      }
      return String.join(",", names);
    } catch (IOException e) {
      client.error("slurm_allocate_resources error opening file " + file + ", No such file or directory");
      return null;
    }
  }
}
