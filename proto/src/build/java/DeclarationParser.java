import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Reads the {@code *.slurm} files; the format is described in {@code src/main/slurm/README.md}. */
final class DeclarationParser {
  private static final Set<String> MODIFIERS = Set.of("opt8", "opt16", "opt32", "optbool", "optnot32", "each8");

  private final Model model;
  private String file;
  private List<String> lines;
  private int at;
  private String section;

  DeclarationParser(Model model) {
    this.model = model;
  }

  void parse(Path path) throws IOException {
    file = path.getFileName().toString();
    section = file.replaceFirst("\\.slurm$", "");
    lines = Files.readAllLines(path);
    at = 0;
    while (at < lines.size()) {
      String line = lines.get(at);
      if (blank(line)) {
        at++;
      } else if (line.startsWith("message ")) {
        message(line);
        at++;
      } else if (line.startsWith("extern ")) {
        extern(line);
        at++;
      } else if (line.startsWith("struct ")) {
        struct(line);
      } else {
        throw fail("'message', 'struct' or 'extern' expected");
      }
    }
  }

  private static boolean blank(String line) {
    return line.isBlank() || line.stripLeading().startsWith("#");
  }

  private void message(String line) {
    String doc = doc(line);
    String[] w = code(line).split("\\s+");
    if (w.length < 4) {
      throw fail("message NUMBER NAME BODY [versions]");
    }
    int number = Integer.parseInt(w[1]);
    Model.Message m =
        new Model.Message(number, w[2], w[3], w.length > 4 ? range(w[4]) : Model.ALL, doc, section);
    if (model.messages.put(number, m) != null) {
      throw fail("message " + number + " declared twice");
    }
  }

  private void extern(String line) {
    String[] w = code(line).split("\\s+");
    Model.Struct s = new Model.Struct(w[1], section);
    s.extern = true;
    s.externMin = 1;
    for (int i = 2; i + 1 < w.length; i += 2) {
      switch (w[i]) {
        case "min" -> s.externMin = Integer.parseInt(w[i + 1]);
        case "as" -> Types.CODECS.put(s.name, w[i + 1]);
        default -> throw fail("unknown word " + w[i]);
      }
    }
    s.doc = doc(line);
    put(s);
  }

  private void struct(String line) {
    String[] w = code(line).split("\\s+");
    Model.Struct s = new Model.Struct(w[1], section);
    s.doc = doc(line);
    for (int i = 2; i < w.length; i++) {
      switch (w[i]) {
        case "strict" -> s.strict = true;
        case "novals" -> s.novals = true;
        case "nullable" -> {
          String[] flag = w[++i].split("=");
          s.nullable = flag[0];
          s.nullableValue = flag.length > 1 ? flag[1] : flag[0].equals("not32") ? "0" : "1";
          if (i + 1 < w.length && isRange(w[i + 1])) {
            s.nullableRange = range(w[++i]);
          }
        }
        default -> throw fail("unknown word " + w[i]);
      }
    }
    s.file = file;
    s.line = at + 1;
    put(s);
    at++;
    s.nodes.addAll(block(s, 2, Model.ALL));
  }

  private void put(Model.Struct s) {
    if (model.structs.put(s.name, s) != null) {
      throw fail("struct " + s.name + " declared twice");
    }
  }

  private static int indent(String line) {
    return line.length() - line.stripLeading().length();
  }

  private List<Model.Node> block(Model.Struct s, int indent, int context) {
    List<Model.Node> nodes = new ArrayList<>();
    while (at < lines.size()) {
      String line = lines.get(at);
      if (blank(line)) {
        at++;
        continue;
      }
      int here = indent(line);
      if (here < indent) {
        break;
      }
      if (here > indent) {
        throw fail("indented too far");
      }
      String c = code(line);
      if (c.startsWith("in ") && c.endsWith(":")) {
        int r = range(c.substring(3, c.length() - 1).strip()) & context;
        at++;
        nodes.add(new Model.In(r, block(s, indent + 2, r)));
      } else if (c.startsWith("if ") && c.endsWith(":")) {
        String condition = c.substring(3, c.length() - 1).strip();
        at++;
        List<Model.Node> then = block(s, indent + 2, context);
        List<Model.Node> otherwise = List.of();
        if (at < lines.size() && indent(lines.get(at)) == indent && code(lines.get(at)).equals("else:")) {
          at++;
          otherwise = block(s, indent + 2, context);
        }
        nodes.add(new Model.If(condition, context, then, otherwise));
      } else {
        nodes.add(statement(s, line, context));
        at++;
      }
    }
    return nodes;
  }

  private Model.Node statement(Model.Struct s, String line, int context) {
    List<String> w = new ArrayList<>(Arrays.asList(code(line).split("\\s+")));
    String first = w.removeFirst();
    if (first.equals("const")) {
      String type = w.removeFirst();
      int r = !w.isEmpty() && isRange(w.getLast()) ? range(w.removeLast()) : Model.ALL;
      return new Model.Constant(type, w.isEmpty() ? "0" : String.join(" ", w), r & context);
    }
    if (first.equals("oneof")) {
      String name = w.removeFirst();
      int r = isRange(w.getLast()) && w.getLast().contains("..") ? range(w.removeLast()) : Model.ALL;
      return new Model.OneOf(name, List.copyOf(w), r & context);
    }
    String modifier = null;
    if (MODIFIERS.contains(first)) {
      modifier = first;
      first = w.removeFirst();
    }
    String type = first;
    String name = w.removeFirst();
    String part = null;
    int dot = name.indexOf('.');
    if (dot > 0) {
      part = name.substring(dot + 1);
      name = name.substring(0, dot);
    }
    String countedBy = null;
    String counts = null;
    String defaultValue = null;
    String like = null;
    boolean ignorable = false;
    int r = Model.ALL;
    while (!w.isEmpty()) {
      String t = w.removeFirst();
      switch (t) {
        case "*" -> countedBy = w.removeFirst();
        case "counts" -> counts = w.removeFirst();
        case "=" -> defaultValue = w.removeFirst();
        case "like" -> like = w.removeFirst();
        case "ignorable" -> ignorable = true;
        default -> {
          if (!isRange(t)) {
            throw fail("unknown word " + t);
          }
          r = range(t);
        }
      }
    }
    r &= context;
    if (counts != null) {
      s.counts.put(name, counts);
      return new Model.Field(null, type, name, null, null, counts, r);
    }
    Model.Property p = s.properties.computeIfAbsent(name, Model.Property::new);
    if (part != null) {
      p.partialRange |= r;
    } else {
      p.range |= r;
      if (p.type == null) {
        p.type = type;
        p.modifier = modifier;
        p.counted = countedBy != null;
      } else {
        p.type = Types.widest(p.type, type);
        if (p.modifier == null) {
          p.modifier = modifier;
        }
        p.counted |= countedBy != null;
      }
      if (defaultValue != null) {
        p.defaultValue = defaultValue;
      }
      p.like = like != null ? like : p.like;
      p.ignorable |= ignorable;
      if (p.doc.isEmpty()) {
        p.doc = doc(line);
      }
    }
    return new Model.Field(modifier, type, name, part, countedBy, null, r);
  }

  private static String code(String line) {
    int c = line.indexOf("//");
    return (c < 0 ? line : line.substring(0, c)).strip();
  }

  private static String doc(String line) {
    int c = line.indexOf("//");
    return c < 0 ? "" : line.substring(c + 2).strip();
  }

  private static boolean isRange(String s) {
    return s.matches("[0-9.,]*(\\.\\.)[0-9.,]*|[34][0-9](,[0-9.]+)*");
  }

  private int range(String s) {
    int bits = 0;
    for (String part : s.split(",")) {
      int lo = Model.FIRST;
      int hi = Model.LAST;
      int dots = part.indexOf("..");
      if (dots < 0) {
        lo = hi = Integer.parseInt(part);
      } else {
        if (dots > 0) {
          lo = Integer.parseInt(part.substring(0, dots));
        }
        if (dots + 2 < part.length()) {
          hi = Integer.parseInt(part.substring(dots + 2));
        }
      }
      if (lo < Model.FIRST || hi > Model.LAST || lo > hi) {
        throw fail("versions " + s);
      }
      for (int v = lo; v <= hi; v++) {
        bits |= 1 << (v - Model.FIRST);
      }
    }
    return bits;
  }

  private IllegalArgumentException fail(String why) {
    return new IllegalArgumentException(file + ":" + (at + 1) + ": " + why + ": " + lines.get(at));
  }
}
