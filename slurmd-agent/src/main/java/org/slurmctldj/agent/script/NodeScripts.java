package org.slurmctldj.agent.script;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What slurm.conf says of Prolog and Epilog. Immutable.
 *
 * @param prologs each line's value: a file or a pattern; empty: none
 * @param prologSeconds PrologTimeout or PrologEpilogTimeout, 0 none
 * @param serial PrologFlags=Serial: one script at a time on this node
 * @param workingDirectory the scripts' own
 * @param environment "K=V" that is the same for all jobs
 */
public record NodeScripts(
    List<String> prologs,
    List<String> epilogs,
    long prologSeconds,
    long epilogSeconds,
    boolean serial,
    Path workingDirectory,
    List<String> environment) {

  public NodeScripts {
    prologs = List.copyOf(prologs);
    epilogs = List.copyOf(epilogs);
    environment = List.copyOf(environment);
  }

  /** The two kinds, by the words that slurmd has for them in its log. */
  enum Kind {
    PROLOG,
    EPILOG;

    String word() {
      return this == PROLOG ? "prolog" : "epilog";
    }
  }

  List<String> patterns(Kind kind) {
    return kind == Kind.PROLOG ? prologs : epilogs;
  }

  long seconds(Kind kind) {
    return kind == Kind.PROLOG ? prologSeconds : epilogSeconds;
  }

  /**
   * The files of a line as slurmd runs them: those of a pattern in reverse alphabetical order (observed on 22.05.8 and
   * 24.11.5). Empty: there is none, which slurmd takes for a failure.
   */
  static List<Path> files(String pattern) {
    if (!pattern.startsWith("/")) {
      return List.of();
    }
    List<Path> found = List.of(Path.of("/"));
    for (Path part : Path.of(pattern)) {
      List<Path> next = new ArrayList<>();
      for (Path directory : found) {
        next.addAll(below(directory, part.toString()));
      }
      found = next;
    }
    return found.stream().sorted(Comparator.<Path>naturalOrder().reversed()).toList();
  }

  private static List<Path> below(Path directory, String name) {
    if (name.chars().noneMatch(c -> "*?[".indexOf(c) >= 0)) {
      Path one = directory.resolve(name);
      return Files.exists(one) ? List.of(one) : List.of();
    }
    // braces are no pattern of glob(3), and a hidden file is only matched by a dot
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + name.replace("{", "\\{").replace("}", "\\}"));
    List<Path> all = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String own = file.getFileName().toString();
        if (matcher.matches(file.getFileName()) && (own.charAt(0) != '.' || name.startsWith("."))) {
          all.add(file);
        }
      }
    } catch (IOException e) {
      return List.of();
    }
    return all;
  }
}
