package org.slurmctldj.client.text;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.slurmctldj.proto.os.UserDatabase;

/**
 * User and group names by number and back, each asked for once. When nsswitch.conf looks into files first, so do we: calling
 * libc from Java costs more than the rest of a short command.
 */
public final class Names {
  private final Map<Long, String> users = new HashMap<>();
  private final Map<Long, String> groups = new HashMap<>();
  private String passwd;
  private String group;
  private String nsswitch;

  /** The name, or the number itself when nobody has it. */
  public String user(long uid) {
    return users.computeIfAbsent(
        uid,
        id -> {
          String line = findById(passwd(), id);
          if (line != null) {
            return line.substring(0, line.indexOf(':'));
          }
          return UserDatabase.userById(id).map(UserDatabase.User::name).orElse(Long.toString(id));
        });
  }

  public String group(long gid) {
    return groups.computeIfAbsent(
        gid,
        id -> {
          String line = findById(group(), id);
          if (line != null) {
            return line.substring(0, line.indexOf(':'));
          }
          return UserDatabase.groupById(id).map(UserDatabase.Group::name).orElse(Long.toString(id));
        });
  }

  /** The uid of a name, or of a number that any user has; empty for a stranger. */
  public OptionalLong uid(String name) {
    String line = findByName(passwd(), name);
    if (line != null) {
      return OptionalLong.of(Long.parseLong(line.split(":", -1)[2]));
    }
    return UserDatabase.userByName(name)
        .map(u -> OptionalLong.of(u.uid()))
        .orElseGet(
            () -> {
              if (name.isEmpty() || name.length() > 10 || !name.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return OptionalLong.empty();
              }
              long id = Long.parseLong(name);
              boolean known = findById(passwd(), id) != null || UserDatabase.userById(id).isPresent();
              return known ? OptionalLong.of(id) : OptionalLong.empty();
            });
  }

  private String passwd() {
    if (passwd == null) {
      passwd = filesFirst("passwd:") ? read("/etc/passwd") : "";
    }
    return passwd;
  }

  private String group() {
    if (group == null) {
      group = filesFirst("group:") ? read("/etc/group") : "";
    }
    return group;
  }

  private boolean filesFirst(String database) {
    if (nsswitch == null) {
      nsswitch = "\n" + read("/etc/nsswitch.conf");
    }
    int at = nsswitch.indexOf("\n" + database);
    return at < 0 || nsswitch.substring(at + 1 + database.length()).stripLeading().startsWith("files");
  }

  private static String findById(String file, long id) {
    String wanted = Long.toString(id);
    for (int start = 0, end; start < file.length(); start = end + 1) {
      end = file.indexOf('\n', start);
      end = end < 0 ? file.length() : end;
      int one = file.indexOf(':', start);
      int two = one < 0 ? -1 : file.indexOf(':', one + 1);
      if (two > 0
          && two < end
          && file.startsWith(wanted, two + 1)
          && two + 1 + wanted.length() < file.length()
          && file.charAt(two + 1 + wanted.length()) == ':') {
        return file.substring(start, end);
      }
    }
    return null;
  }

  private static String findByName(String file, String name) {
    if (name.isEmpty() || name.indexOf(':') >= 0 || name.indexOf('\n') >= 0) {
      return null;
    }
    int at = file.startsWith(name + ":") ? 0 : file.indexOf("\n" + name + ":") + 1;
    if (at == 0 && !file.startsWith(name + ":")) {
      return null;
    }
    int end = file.indexOf('\n', at);
    return file.substring(at, end < 0 ? file.length() : end);
  }

  private static String read(String file) {
    try {
      return new String(Files.readAllBytes(Path.of(file)), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
