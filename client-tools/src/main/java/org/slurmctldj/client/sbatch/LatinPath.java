package org.slurmctldj.client.sbatch;

import java.io.File;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Paths whose bytes are carried as Latin-1, for the JVM's file functions, which want them in its own encoding. */
final class LatinPath {
  private static final Charset NATIVE = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

  static File file(String path) {
    return new File(new String(path.getBytes(StandardCharsets.ISO_8859_1), NATIVE));
  }

  static boolean isDirectory(String path) {
    return path != null && file(path).isDirectory();
  }

  static boolean exists(String path) {
    return file(path).exists();
  }

  private LatinPath() {}
}
