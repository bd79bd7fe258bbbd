package org.slurmctldj.agent.launch;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the shepherd's {@code spec}: records "key length\n" bytes "\n". Text is bytes carried as Latin-1. */
final class ShepherdSpec {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(8192);

  /** A NUL would end the string in C and is refused. */
  ShepherdSpec put(String key, String value) {
    return put(key, value.getBytes(StandardCharsets.ISO_8859_1));
  }

  ShepherdSpec put(String key, long value) {
    return put(key, Long.toString(value));
  }

  ShepherdSpec put(String key, byte[] value) {
    for (byte b : value) {
      if (b == 0) {
        throw new IllegalArgumentException("a NUL byte in " + key);
      }
    }
    out.writeBytes((key + " " + value.length + "\n").getBytes(StandardCharsets.ISO_8859_1));
    out.writeBytes(value);
    out.write('\n');
    return this;
  }

  byte[] bytes() {
    return out.toByteArray();
  }
}
