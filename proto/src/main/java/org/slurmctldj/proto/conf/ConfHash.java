package org.slurmctldj.proto.conf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The number by which Slurm's daemons and clients see whether they read the same slurm.conf: a CRC
 * with polynomial 0x1021 whose register is not cut to 16 bits, over all lines with their line ends;
 * an included file follows the line that includes it. Computed when the file is loaded.
 */
public final class ConfHash {
  private static final int MAX_DEPTH = 16;

  private final ConfFile.Source source;
  private final String directory;
  private final String clusterName;
  private int hash;

  private ConfHash(String path, String clusterName, ConfFile.Source source) {
    this.source = source;
    this.directory = path.substring(0, path.lastIndexOf('/') + 1);
    this.clusterName = clusterName;
  }

  /** Of the file this configuration was read from, as it is on the disk now. u32. */
  public static long of(SlurmConf conf) {
    ConfHash hash = new ConfHash(conf.path(), conf.text("ClusterName", ""), name -> Files.readAllBytes(Path.of(name)));
    hash.file(conf.path(), 0);
    hash.add(conf.appended(), 0, conf.appended().length());
    return hash.hash & 0xffffffffL;
  }

  public static long of(String path, String clusterName, ConfFile.Source source) {
    ConfHash hash = new ConfHash(path, clusterName, source);
    hash.file(path, 0);
    return hash.hash & 0xffffffffL;
  }

  private void file(String name, int depth) {
    String text;
    try {
      text = new String(source.read(name), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int at = 0;
    while (at < text.length()) {
      int end = text.indexOf('\n', at);
      end = end < 0 ? text.length() : end + 1;
      add(text, at, end);
      String included = included(text.substring(at, end).strip());
      if (included != null && depth < MAX_DEPTH) {
        file(included.startsWith("/") ? included : directory + included, depth + 1);
      }
      at = end;
    }
  }

  private String included(String line) {
    if (!line.regionMatches(true, 0, "include", 0, 7) || line.length() < 9 || !Character.isWhitespace(line.charAt(7))) {
      return null;
    }
    String rest = line.substring(8).strip();
    return rest.startsWith("=") || rest.isEmpty() ? null : rest.split("[\\s#]")[0].replace("%c", clusterName);
  }

  private void add(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      hash ^= (byte) text.charAt(i) << 8;
      for (int bit = 0; bit < 8; bit++) {
        hash = (hash & 0x8000) != 0 ? hash << 1 ^ 0x1021 : hash << 1;
      }
    }
  }
}
