package org.slurmctldj.client.bcast;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slurmctldj.client.cli.Client;

/** The libraries that a program is linked with, as ldd finds them, but for those in directories that all nodes have. */
final class SharedObjects {
  private static final String LDD = "/usr/bin/ldd";
  private static final int LDD_SECONDS = 5;

  /** Paths of the libraries; null: ldd cannot say. */
  static List<String> of(String program) {
    try {
      Process ldd = new ProcessBuilder(LDD, program).redirectErrorStream(true).start();
      ldd.getOutputStream().close();
      CompletableFuture<String> text = CompletableFuture.supplyAsync(() -> read(ldd));
      if (!ldd.waitFor(LDD_SECONDS, TimeUnit.SECONDS)) {
        ldd.destroyForcibly();
        return null;
      }
      return ldd.exitValue() == 0 ? paths(text.join()) : null;
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private static String read(Process process) {
    try {
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  /** Of each line what stands from its first slash to the next space. */
  static List<String> paths(String text) {
    List<String> paths = new ArrayList<>();
    for (String line : text.split("\n")) {
      int slash = line.indexOf('/');
      int end = slash < 0 ? -1 : line.indexOf(' ', slash);
      if (end > 0) {
        paths.add(line.substring(slash, end));
      }
    }
    return paths;
  }

  /** The directories that {@code --exclude} names; "none": none. */
  static List<String> excluded(Client client, String text) {
    List<String> directories = new ArrayList<>();
    if (text.equalsIgnoreCase("none")) {
      return directories;
    }
    for (String word : text.split(",")) {
      if (word.startsWith("/")) {
        directories.add(word);
      } else if (!word.isEmpty()) {
        client.error("Ignoring non-absolute excluded path: '" + word + "'");
      }
    }
    return directories;
  }

  /** Whether a path is one of the directories or lies below. */
  static boolean isWithin(String path, List<String> directories) {
    return directories.stream().map(d -> d.replaceAll("/+$", "")).anyMatch(d -> path.equals(d) || path.startsWith(d + "/"));
  }

  private SharedObjects() {}
}
