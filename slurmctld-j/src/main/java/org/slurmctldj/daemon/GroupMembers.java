package org.slurmctldj.daemon;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.slurmctldj.proto.os.UserDatabase;

/**
 * The members of AllowGroups' groups: by the group's own list and by primary group. Asks getent(1), at start and at
 * reconfigure only.
 */
final class GroupMembers {

  static long[] uids(List<String> groups) {
    TreeSet<Long> uids = new TreeSet<>();
    TreeSet<Long> gids = new TreeSet<>();
    for (String group : groups) {
      for (String line : getent("group", group)) {
        String[] parts = line.split(":", -1);
        if (parts.length < 4) {
          continue;
        }
        gids.add(Long.parseLong(parts[2]));
        for (String member : parts[3].split(",")) {
          UserDatabase.userByName(member).ifPresent(u -> uids.add(u.uid()));
        }
      }
    }
    for (String line : getent("passwd")) {
      String[] parts = line.split(":", -1);
      if (parts.length >= 4 && gids.contains(Long.parseLong(parts[3]))) {
        uids.add(Long.parseLong(parts[2]));
      }
    }
    return uids.stream().mapToLong(Long::longValue).toArray();
  }

  private static List<String> getent(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "getent";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    try {
      Process p = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try (BufferedReader out = p.inputReader(java.nio.charset.StandardCharsets.ISO_8859_1)) {
        return out.lines().toList();
      }
    } catch (IOException e) {
      throw new IllegalStateException("getent " + Arrays.toString(arguments) + ": " + e.getMessage(), e);
    }
  }

  private GroupMembers() {}
}
