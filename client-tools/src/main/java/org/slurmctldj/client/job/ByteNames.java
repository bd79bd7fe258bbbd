package org.slurmctldj.client.job;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** File names are bytes; the JVM's are text in the encoding of its locale. */
public final class ByteNames {
  public static Path path(String latin1) {
    try {
      return Path.of(new String(latin1.getBytes(StandardCharsets.ISO_8859_1), locale()));
    } catch (InvalidPathException e) {
      return Path.of("/nonexistent");
    }
  }

  /** The working directory as getcwd(3) gives it. */
  public static String workingDirectory(String pwd) {
    try {
      String name = Files.readSymbolicLink(Path.of("/proc/self/cwd")).toString();
      if (name.indexOf('\ufffd') < 0 || pwd == null) {
        return new String(name.getBytes(locale()), StandardCharsets.ISO_8859_1);
      }
      return pwd;
    } catch (IOException e) {
      return pwd == null ? "/" : pwd;
    }
  }

  private static Charset locale() {
    return Charset.forName(System.getProperty("sun.jnu.encoding", "ISO-8859-1"));
  }

  private ByteNames() {}
}
