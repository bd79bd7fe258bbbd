package org.slurmctldj.proto.tool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slurmctldj.proto.slurm.MessageType;

/**
 * Which test names a thing: the tables of docs/compatibility.md say it of each row. Reads the sources of tests and scenarios
 * once; the first mention counts, Java tests before scripts and scenarios. Not thread-safe.
 */
public final class TestMentions {
  /** They name everything there is, and so show nothing of one thing. */
  private static final Set<String> CATALOGUES =
      Set.of("RealParserTest.java", "HostileConfTest.java", "ClientOptionsMarkdown.java", "EveryRpcTest.java", "GoldenBodiesTest.java", "conf-extra.conf", "features.txt");

  private record Source(String name, String text) {}

  private final List<Source> sources = new ArrayList<>();

  /** {@code folders} are searched in their order, files by name. */
  public TestMentions(List<Path> folders) throws IOException {
    List<Source> others = new ArrayList<>();
    for (Path folder : folders) {
      List<Path> files;
      try (Stream<Path> all = Files.walk(folder)) {
        files = all.filter(Files::isRegularFile).filter(f -> f.toString().matches(".*\\.(java|sh|txt|conf|py|yaml)")).sorted().toList();
      }
      for (Path f : files) {
        String file = f.getFileName().toString();
        if (CATALOGUES.contains(file)) {
          continue;
        }
        String text = Files.readString(f, StandardCharsets.ISO_8859_1);
        if (file.endsWith(".java")) {
          sources.add(new Source(file.substring(0, file.length() - ".java".length()), text));
        } else {
          others.add(new Source(f.toString(), text));
        }
      }
    }
    sources.addAll(others);
  }

  /** The test that names it, or empty. */
  public Optional<String> of(Pattern what) {
    return sources.stream().filter(s -> what.matcher(s.text).find()).map(Source::name).findFirst();
  }

  public Optional<String> ofWord(String word) {
    return of(Pattern.compile("\\b" + Pattern.quote(word) + "\\b"));
  }

  /** Prints "NUMBER TEST" of each message that a test names by its type or its body's class: {@code TestMentions FOLDER...} */
  public static void main(String[] folders) throws IOException {
    TestMentions tests = new TestMentions(Stream.of(folders).map(Path::of).toList());
    for (MessageType t : MessageType.values()) {
      Optional<String> test = tests.ofWord(t.name());
      if (test.isEmpty() && !t.bodyName().isEmpty()) {
        test = tests.ofWord(t.bodyName());
      }
      if (test.isEmpty()) {
        test = tests.of(Pattern.compile("= " + t.number() + ";|request\\(" + t.number() + "[,)]"));
      }
      test.ifPresent(name -> System.out.println(t.number() + " " + name));
    }
  }
}
