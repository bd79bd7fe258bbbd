package org.slurmctldj.agent.launch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The shepherd's {@code spec}: records "key length\n" bytes "\n". Text is bytes carried as Latin-1. */
public final class ShepherdSpec {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(8192);

  /** A NUL would end the string in C and is refused. */
  public ShepherdSpec put(String key, String value) {
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a NUL byte in " + key);
    }
    byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
    out.writeBytes((key + " " + bytes.length + "\n").getBytes(StandardCharsets.ISO_8859_1));
    out.writeBytes(bytes);
    out.write('\n');
    return this;
  }

  public ShepherdSpec put(String key, long value) {
    return put(key, Long.toString(value));
  }

  public byte[] bytes() {
    return out.toByteArray();
  }

  /** The values of one key in a file written before; what cannot be read ends the list. */
  public static List<String> values(Path file, String key) throws IOException {
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    List<String> values = new ArrayList<>();
    for (int at = 0; at < text.length(); ) {
      int newline = text.indexOf('\n', at);
      int blank = text.indexOf(' ', at);
      if (newline < 0 || blank < 0 || blank > newline || !text.substring(blank + 1, newline).matches("[0-9]{1,9}")) {
        break;
      }
      int end = newline + 1 + Integer.parseInt(text.substring(blank + 1, newline));
      if (end > text.length()) {
        break;
      }
      if (text.substring(at, blank).equals(key)) {
        values.add(text.substring(newline + 1, end));
      }
      at = end + 1;
    }
    return values;
  }
}
