package org.slurmctldj.client.job;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the program that a command names. Strings are bytes carried as Latin-1. */
public final class Programs {
  /**
   * The path of an executable file: as named with a slash, else of the directory (when given), else of the search path.
   *
   * @param directory null: only the search path counts for a name without a slash
   * @return null for none
   */
  public static String find(String name, String directory, String searchPath) {
    if (name.indexOf('/') >= 0) {
      return runnable(name) ? name : null;
    }
    if (directory != null && runnable(directory + "/" + name)) {
      return directory + "/" + name;
    }
    for (String part : searchPath == null ? new String[0] : searchPath.split(":")) {
      if (!part.isEmpty() && runnable(part + "/" + name)) {
        return part + "/" + name;
      }
    }
    return null;
  }

  private static boolean runnable(String file) {
    Path path = ByteNames.path(file);
    return Files.isRegularFile(path) && Files.isExecutable(path);
  }

  private Programs() {}
}
