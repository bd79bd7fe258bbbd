import java.util.TreeSet;

/** All messages to the enum {@code MessageType}. */
final class CatalogWriter {
  private final Model model;

  CatalogWriter(Model model) {
    this.model = model;
  }

  String write() {
    Code c = new Code();
    c.line("// Generated from src/main/slurm. Do not edit.");
    c.line("package " + StructWriter.PACKAGE + ";").line("");
    c.line("import java.util.Optional;");
    c.line("import org.slurmctldj.proto.wire.Unpacker;");
    c.line("import org.slurmctldj.proto.wire.WireException;").line("");
    c.line("/** Every message of Slurm's protocol: number, name, versions that know it, and its body. */");
    c.line("public enum MessageType {");
    var numbers = new TreeSet<>(model.messages.keySet());
    for (int n : numbers) {
      Model.Message m = model.messages.get(n);
      c.line("/** " + m.doc().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") + " */");
      c.line(
          m.name() + "(" + n + ", " + Model.lowest(m.range()) + ", " + Model.highest(m.range()) + ", \"" + m.body() + "\", \"" + m.section() + "\")"
              + (n == numbers.last() ? ";" : ","));
    }
    c.line("");
    c.line("private final int number;").line("private final int minVersion;").line("private final int maxVersion;");
    c.line("private final String bodyName;").line("private final String section;").line("");
    c.line("MessageType(int number, int minVersion, int maxVersion, String bodyName, String section) {");
    for (String f : new String[] {"number", "minVersion", "maxVersion", "bodyName", "section"}) {
      c.line("this." + f + " = " + f + ";");
    }
    c.line("}").line("");
    accessor(c, "/** The number in the header. */", "int", "number");
    accessor(c, "/** First protocol version (header version >> 8) that has it. */", "int", "minVersion");
    accessor(c, "/** Last protocol version that has it. */", "int", "maxVersion");
    accessor(c, "/** Simple class name of the body; \"empty\" for EmptyBody. */", "String", "bodyName");
    accessor(c, "/** The declaration file it comes from. */", "String", "section");
    c.line("public boolean knownTo(int version) {").line("return version >= minVersion && version <= maxVersion;").line("}").line("");
    c.line("/** The message of a number; empty when no supported version has it. */");
    c.line("public static Optional<MessageType> of(int number) {");
    c.line("return switch (number) {");
    for (int n : numbers) {
      c.line("case " + n + " -> Optional.of(" + model.messages.get(n).name() + ");");
    }
    c.line("default -> Optional.empty();").line("};").line("}").line("");
    c.line("/** Reads the body. @throws WireException when the bytes are not one, or the version does not know the message */");
    c.line("public SlurmBody read(Unpacker in, int version) {");
    unknown(c);
    bodies(c, numbers, "read(in, version)");
    c.line("}").line("");
    c.line("/** A random body that {@code version} can carry; for tests and fuzzers. */");
    c.line("public SlurmBody random(RandomValues r, int version) {");
    unknown(c);
    bodies(c, numbers, "random(r, version)");
    c.line("}");
    c.line("}");
    return c.toString();
  }

  private static void accessor(Code c, String doc, String type, String name) {
    c.line(doc).line("public " + type + " " + name + "() {").line("return " + name + ";").line("}").line("");
  }

  private static void unknown(Code c) {
    c.line("if (!knownTo(version)) {");
    c.line("throw new WireException(this + \" (\" + number + \") is not known to version \" + version);").line("}");
  }

  private void bodies(Code c, TreeSet<Integer> numbers, String call) {
    c.line("return switch (this) {");
    var bodies = new java.util.LinkedHashMap<String, StringBuilder>();
    for (int n : numbers) {
      Model.Message m = model.messages.get(n);
      StringBuilder b = bodies.computeIfAbsent(m.body(), k -> new StringBuilder());
      b.append(b.isEmpty() ? "" : ", ").append(m.name());
    }
    bodies.forEach((body, names) -> c.line("case " + names + " -> " + (body.equals("empty") ? "EmptyBody.INSTANCE" : body + "." + call) + ";"));
    c.line("};");
  }
}
