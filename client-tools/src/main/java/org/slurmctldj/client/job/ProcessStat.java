package org.slurmctldj.client.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What /proc/self/stat says of this process. */
public final class ProcessStat {
  /** Counted from behind the command's name. */
  private static final int SESSION = 3;

  private static final int NICE = 16;

  public static long session() {
    return Long.parseLong(fields()[SESSION]);
  }

  public static int nice() {
    return Integer.parseInt(fields()[NICE]);
  }

  private static String[] fields() {
    try {
      String text = Files.readString(Path.of("/proc/self/stat"), StandardCharsets.ISO_8859_1);
      return text.substring(text.lastIndexOf(')') + 2).split(" ");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ProcessStat() {}
}
