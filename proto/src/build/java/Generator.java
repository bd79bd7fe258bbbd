import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Turns the declarations of {@code src/main/slurm} into Java. Run by Maven at generate-sources with the JDK's source
 * launcher: {@code java Generator.java DECLARATIONS OUTPUT}. Files whose text did not change are not touched.
 */
final class Generator {
  private final Path output;
  private final Set<Path> written = new HashSet<>();

  private Generator(Path output) {
    this.output = output;
  }

  public static void main(String[] args) throws IOException {
    Path declarations = Path.of(args[0]);
    Generator g = new Generator(Path.of(args[1]));
    Model model = new Model();
    for (Path p : files(declarations, ".slurm")) {
      new DeclarationParser(model).parse(p);
    }
    Set<String> bodies = new HashSet<>();
    for (Model.Message m : model.messages.values()) {
      Model.Struct s = model.structs.get(m.body());
      if (!m.body().equals("empty") && s == null) {
        throw new IllegalArgumentException(m.name() + ": no struct " + m.body());
      }
      if (s != null && s.nullable != null) {
        throw new IllegalArgumentException(m.name() + ": a body cannot be absent");
      }
      bodies.add(m.body());
    }
    Sizes sizes = new Sizes(model);
    for (Model.Struct s : model.structs.values()) {
      if (!s.extern) {
        sizes.of(s.name);
        g.put(s.name, new StructWriter(model, s, bodies.contains(s.name), sizes).write());
      }
    }
    g.put("MessageType", new CatalogWriter(model).write());
    g.put("CodecEscapes", new EscapeWriter(model).write());
    for (Path p : files(declarations, ".table")) {
      TableWriter t = new TableWriter(p);
      g.put(t.className(), t.write());
    }
    g.deleteOthers();
  }

  private static List<Path> files(Path dir, String suffix) throws IOException {
    try (Stream<Path> s = Files.list(dir)) {
      return s.filter(p -> p.getFileName().toString().endsWith(suffix)).sorted().toList();
    }
  }

  private void put(String className, String text) throws IOException {
    Path p = output.resolve(StructWriter.PACKAGE.replace('.', '/')).resolve(className + ".java");
    written.add(p);
    if (!Files.exists(p) || !Files.readString(p).equals(text)) {
      Files.createDirectories(p.getParent());
      Files.writeString(p, text);
    }
  }

  private void deleteOthers() throws IOException {
    List<Path> stale;
    try (Stream<Path> s = Files.walk(output)) {
      stale = s.filter(p -> p.toString().endsWith(".java") && !written.contains(p)).toList();
    }
    for (Path p : stale) {
      Files.delete(p);
    }
  }
}
