package org.slurmctldj.client.bcast;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.job.ByteNames;

/** A file that is to be sent. */
final class SourceFile {
  private final Client client;
  private final String name;
  private Map<String, Object> facts;

  SourceFile(Client client, String name) {
    this.client = client;
    this.name = name;
  }

  /** Looks at it; false: it has been said why it cannot be sent. */
  boolean open() {
    Path path = path();
    try {
      if (!Files.isReadable(path)) {
        String why = Files.exists(path) ? "Permission denied" : "No such file or directory";
        client.error("Can't open `" + name + "`: " + why);
        return false;
      }
      facts = Files.readAttributes(path, "unix:mode,uid,gid,lastAccessTime,lastModifiedTime,ctime,size");
      return true;
    } catch (NoSuchFileException e) {
      client.error("Can't open `" + name + "`: No such file or directory");
      return false;
    } catch (IOException e) {
      client.error("Can't stat `" + name + "`: " + e.getMessage());
      return false;
    }
  }

  String name() {
    return name;
  }

  Path path() {
    return ByteNames.path(name);
  }

  /** Bytes. */
  long size() {
    return (Long) facts.get("size");
  }

  int mode() {
    return (Integer) facts.get("mode");
  }

  int uid() {
    return (Integer) facts.get("uid");
  }

  int gid() {
    return (Integer) facts.get("gid");
  }

  /** @return seconds since 1970 */
  long accessTime() {
    return seconds("lastAccessTime");
  }

  /** @return seconds since 1970 */
  long modificationTime() {
    return seconds("lastModifiedTime");
  }

  /** @return seconds since 1970 */
  long changeTime() {
    return seconds("ctime");
  }

  private long seconds(String fact) {
    return ((FileTime) facts.get(fact)).toInstant().getEpochSecond();
  }
}
