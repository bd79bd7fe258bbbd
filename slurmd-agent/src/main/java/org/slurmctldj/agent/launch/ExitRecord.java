package org.slurmctldj.agent.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the shepherd wrote into {@code exit}: lines "key value". */
public record ExitRecord(Map<String, String> values) {
  private static final long LARGEST = 64 << 10;

  /** Empty: the shepherd has written none (yet). */
  public static Optional<ExitRecord> read(Path launchDirectory) throws IOException {
    Path file = launchDirectory.resolve("exit");
    byte[] bytes;
    try {
      if (Files.size(file) > LARGEST) {
        throw new IOException(file + " is larger than " + LARGEST + " bytes");
      }
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    return Optional.of(new ExitRecord(lines(bytes)));
  }

  static Map<String, String> lines(byte[] bytes) {
    Map<String, String> values = new HashMap<>();
    for (String line : new String(bytes, StandardCharsets.ISO_8859_1).split("\n")) {
      int blank = line.indexOf(' ');
      if (blank > 0) {
        values.put(line.substring(0, blank), line.substring(blank + 1));
      }
    }
    return Map.copyOf(values);
  }

  public int waitStatus() {
    return (int) number("wait_status");
  }

  /** The constant of agent.proto's Failure. */
  public String failure() {
    return values.getOrDefault("failure", "NONE");
  }

  public String text() {
    return values.getOrDefault("text", "");
  }

  /** Nothing of the job is left. */
  public boolean clean() {
    return number("clean") == 1;
  }

  public String bootId() {
    return values.getOrDefault("boot_id", "");
  }

  /** 0 if the key is missing. */
  public long number(String key) {
    try {
      return Long.parseLong(values.getOrDefault(key, "0"));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
