package org.slurmctldj.agent.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Small files of lines "key value", text as Latin-1, as shepherds and the agent leave them in the spool. */
public final class KeyValueFile {
  private static final long LARGEST = 64 << 10;

  /** Empty: there is no such file. */
  public static Optional<Map<String, String>> read(Path file) throws IOException {
    byte[] bytes;
    try {
      if (Files.size(file) > LARGEST) {
        throw new IOException(file + " is larger than " + LARGEST + " bytes");
      }
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    Map<String, String> values = new HashMap<>();
    for (String line : new String(bytes, StandardCharsets.ISO_8859_1).split("\n")) {
      int blank = line.indexOf(' ');
      if (blank > 0) {
        values.put(line.substring(0, blank), line.substring(blank + 1));
      }
    }
    return Optional.of(Map.copyOf(values));
  }

  private KeyValueFile() {}
}
