import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which hand-written codecs each message needs, to the class {@code CodecEscapes}: the coverage table counts them. */
final class EscapeWriter {
  private final Model model;

  EscapeWriter(Model model) {
    this.model = model;
  }

  String write() {
    Code c = new Code();
    c.line("// Generated from src/main/slurm. Do not edit.");
    c.line("package " + StructWriter.PACKAGE + ";").line("");
    c.line("import java.util.List;").line("");
    c.line("/** The parts of messages that the declarations cannot express: written by hand, or kept as bytes. */");
    c.line("public final class CodecEscapes {");
    c.line("private CodecEscapes() {}").line("");
    c.line("/** Names of hand-written classes, and of fields (Struct.field) whose bytes are kept as they are. */");
    c.line("public static List<String> of(MessageType type) {");
    c.line("return switch (type) {");
    for (Model.Message m : model.messages.values()) {
      Set<String> found = new TreeSet<>();
      find(m.body(), found, new HashSet<>());
      if (!found.isEmpty()) {
        c.line("case " + m.name() + " -> List.of(\"" + String.join("\", \"", found) + "\");");
      }
    }
    c.line("default -> List.of();").line("};").line("}").line("}");
    return c.toString();
  }

  private void find(String type, Set<String> found, Set<String> seen) {
    if (Types.isList(type)) {
      find(Types.element(type), found, seen);
      return;
    }
    Model.Struct s = model.structs.get(type);
    if (s == null || !seen.add(type)) {
      return;
    }
    if (s.extern) {
      found.add(type);
      // A credential holds the declared fields of its argument struct, a node list its nodes.
      for (String inner : new String[] {Types.box(type), type + "Arg", type.replace("Response", "")}) {
        if (!inner.equals(type)) {
          find(inner, found, seen);
        }
      }
      return;
    }
    List<Model.Property> all = new ArrayList<>(s.properties.values());
    for (Model.Property p : all) {
      if (p.type.equals("rest")) {
        found.add(s.name + "." + p.wireName);
      }
      find(p.type, found, seen);
    }
  }
}
