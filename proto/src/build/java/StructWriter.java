import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One declared struct to one Java class. */
final class StructWriter {
  static final String PACKAGE = "org.slurmctldj.proto.slurm";

  private final Model model;
  private final Model.Struct s;
  private final boolean body;
  private final Sizes sizes;
  private final Code c = new Code();

  StructWriter(Model model, Model.Struct struct, boolean body, Sizes sizes) {
    this.model = model;
    this.s = struct;
    this.body = body;
    this.sizes = sizes;
  }

  String write() {
    c.line("// Generated from " + s.file + " line " + s.line + ". Do not edit.");
    c.line("package " + PACKAGE + ";").line("");
    for (String i :
        List.of(
            "java.util.ArrayList",
            "java.util.Arrays",
            "java.util.List",
            "java.util.Objects",
            "org.slurmctldj.proto.wire.Bitmap",
            "org.slurmctldj.proto.wire.Packer",
            "org.slurmctldj.proto.wire.SlurmAddress",
            "org.slurmctldj.proto.wire.SlurmConstants",
            "org.slurmctldj.proto.wire.Unpacker",
            "org.slurmctldj.proto.wire.WireException")) {
      c.line("import " + i + ";");
    }
    c.line("");
    c.line("/** " + (s.doc.isEmpty() ? "Wire struct." : escape(s.doc)) + " */");
    c.line("public final class " + s.name + " implements " + (body ? "SlurmBody" : "SlurmStruct") + " {");
    c.line("/** Stands for null when writing; never handed out. */");
    c.line("static final " + s.name + " NOTHING = new " + s.name + "();").line("");
    for (Model.Property p : s.properties.values()) {
      if (p.type == null) {
        throw new IllegalArgumentException(s.name + "." + p.wireName + " has parts but no declaration of its own");
      }
      String init = Types.initial(p, s.novals);
      boolean plain = init.equals("0") || init.equals("null") || init.equals("false");
      c.line("private " + Types.java(p) + " " + member(p) + (plain ? "" : " = " + init) + ";");
    }
    c.line("");
    for (Model.Property p : s.properties.values()) {
      accessors(p);
    }
    partAccessors();
    new ReadMethod(model, s, c, sizes).write(body);
    new WriteMethods(model, s, c).write(body);
    new RandomMethod(model, s, c).write();
    objectMethods();
    c.line("}");
    return c.toString();
  }

  private static String escape(String doc) {
    return doc.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("*/", "* /");
  }

  private static String member(Model.Property p) {
    return Names.member(p.wireName);
  }

  private void accessors(Model.Property p) {
    String java = Types.java(p);
    String name = Names.accessor(p.wireName);
    String doc = p.doc;
    if (p.range != Model.ALL && (p.range | p.partialRange) != Model.ALL) {
      doc = (doc.isEmpty() ? "" : doc + " ") + "Versions " + versions(p.range | p.partialRange) + ".";
    }
    if (!doc.isEmpty()) {
      c.line("/** " + escape(doc) + " */");
    }
    c.line("public " + java + " " + name + "() {").line("return " + member(p) + ";").line("}").line("");
    String empty = Types.primitive(java) ? "null" : Types.empty(p);
    c.line("public " + s.name + " " + name + "(" + java + " value) {");
    c.line("this." + member(p) + " = " + (empty.equals("null") ? "value" : "value == null ? " + empty + " : value") + ";");
    c.line("return this;").line("}").line("");
  }

  static String versions(int range) {
    List<String> parts = new ArrayList<>();
    for (int v = Model.FIRST; v <= Model.LAST; v++) {
      if (Model.has(range, v)) {
        int lo = v;
        while (v < Model.LAST && Model.has(range, v + 1)) {
          v++;
        }
        parts.add(lo == v ? "" + lo : lo + " to " + v);
      }
    }
    return String.join(", ", parts);
  }

  /** step_id.job_id also gives jobId(), unless the struct has a property of that name. */
  private void partAccessors() {
    List<String> done = new ArrayList<>();
    StructWalk.each(
        s.nodes,
        f -> {
          if (f.part() == null || s.property(f.part()) != null || done.contains(f.part())) {
            return;
          }
          done.add(f.part());
          Model.Property whole = s.property(f.name());
          Model.Property part = model.structs.get(whole.type).property(f.part());
          String name = Names.accessor(f.part());
          String java = Types.java(part);
          c.line("public " + java + " " + name + "() {");
          c.line("return (" + member(whole) + " == null ? " + whole.type + ".NOTHING : " + member(whole) + ")." + name + "();");
          c.line("}").line("");
          c.line("public " + s.name + " " + name + "(" + java + " value) {");
          c.line("if (" + member(whole) + " == null) {").line(member(whole) + " = new " + whole.type + "();").line("}");
          c.line(member(whole) + "." + name + "(value);").line("return this;").line("}").line("");
        });
  }

  private void objectMethods() {
    c.line("@Override").line("public void fields(FieldVisitor visitor) {");
    for (Model.Property p : s.properties.values()) {
      c.line("visitor.field(\"" + p.wireName + "\", " + member(p) + ");");
    }
    c.line("}").line("");
    c.line("@Override").line("public boolean equals(Object other) {");
    if (s.properties.isEmpty()) {
      c.line("return other instanceof " + s.name + ";");
    } else {
      c.line("if (!(other instanceof " + s.name + " o)) {").line("return false;").line("}");
      List<String> tests = new ArrayList<>();
      for (Map.Entry<String, Model.Property> e : s.properties.entrySet()) {
        String m = member(e.getValue());
        String java = Types.java(e.getValue());
        tests.add(
            java.equals("double")
                ? "Double.compare(" + m + ", o." + m + ") == 0"
                : Types.primitive(java)
                    ? m + " == o." + m
                    : java.endsWith("[]") && !java.startsWith("List")
                        ? "Arrays.equals(" + m + ", o." + m + ")"
                        : java.startsWith("List<") ? "WireValues.equal(" + m + ", o." + m + ")" : "Objects.equals(" + m + ", o." + m + ")");
      }
      c.line("return " + String.join("\n        && ", tests) + ";");
    }
    c.line("}").line("");
    c.line("@Override").line("public int hashCode() {").line("return WireValues.hash(this);").line("}").line("");
    c.line("@Override").line("public String toString() {").line("return FieldPrinter.oneLine(this);").line("}");
  }
}
