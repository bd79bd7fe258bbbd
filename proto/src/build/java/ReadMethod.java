import java.util.ArrayList;
import java.util.List;

/** {@code static X read(Unpacker, int version)}. */
final class ReadMethod extends StructWalk {
  private final Sizes sizes;

  ReadMethod(Model model, Model.Struct struct, Code code, Sizes sizes) {
    super(model, struct, code);
    this.sizes = sizes;
  }

  void write(boolean body) {
    c.line("/** Reads one; " + (s.nullable != null ? "null when the sender had none. */" : "never null. */"));
    c.line("public static " + s.name + " read(Unpacker in, int version) {");
    if (body) {
      c.line("WireValues.checkVersion(version);");
    }
    if (s.nullable != null) {
      String test = Model.rangeTest(s.nullableRange, Model.ALL);
      String absent =
          s.nullable.equals("not32") ? "in.u32() == SlurmConstants.NO_VAL" : s.nullable.equals("bool") ? "!in.bool()" : "in." + s.nullable + "() == 0";
      c.line("if (" + (test == null ? "" : (test.contains("||") || test.contains("&&") ? "(" + test + ")" : test) + " && ") + absent + ") {");
      c.line("return null;").line("}");
    }
    c.line(s.name + " x = new " + s.name + "();");
    countLocals();
    walk(s.nodes, Model.ALL);
    c.line("return x;").line("}").line("");
  }

  @Override
  protected void field(Model.Field f) {
    if (f.counts() != null) {
      c.line(local(f.name()) + " = in." + f.type() + "();");
      return;
    }
    Model.Property p = s.property(f.name());
    String target = "x." + member(p);
    if (f.part() != null) {
      Model.Property part = partOf(p, f);
      c.line("if (" + target + " == null) {").line(target + " = new " + p.type + "();").line("}");
      String value = "in." + Types.basic(f.type()).method() + "()";
      c.line(target + "." + Names.accessor(part.wireName) + "(" + value + ");");
      return;
    }
    boolean flag = optional(f);
    if (flag) {
      c.line("if (" + flagRead(f.modifier()) + ") {");
    }
    if (f.countedBy() != null) {
      readCounted(f, p, target);
    } else if (Types.isList(f.type())) {
      readList(f.type(), target);
    } else if (narrowed(f, p)) {
      c.line(target + " = WireValues.wide" + f.type().substring(1) + "(in." + f.type() + "());");
    } else {
      c.line(target + " = " + readValue(f.type()) + ";");
    }
    if (flag) {
      c.line("}");
    }
  }

  private String readValue(String type) {
    Types.Basic b = Types.basic(type);
    if (b != null) {
      return "in." + b.method() + "()";
    }
    if (!model.structs.containsKey(type)) {
      throw new IllegalArgumentException(s.name + ": unknown type " + type);
    }
    return type + ".read(in, version)";
  }

  private void readList(String type, String target) {
    String element = Types.element(type);
    c.line("{");
    c.line(
        Types.isShortList(type)
            ? "int n = in.check(in.u16(), " + sizes.of(element) + ");"
            : "int n = in.listCount(" + sizes.of(element) + ");");
    c.line("if (n " + (Types.isShortList(type) ? "==" : "<") + " 0) {").line(target + " = null;").line("} else {");
    c.line("List<" + Types.box(element) + "> list = new ArrayList<>(n);");
    c.line("for (int i = 0; i < n; i++) {").line("list.add(" + readValue(element) + ");").line("}");
    c.line(target + " = list;").line("}").line("}");
  }

  private void readCounted(Model.Field f, Model.Property p, String target) {
    boolean each = each(f);
    String java = Types.java(p);
    c.line("{");
    c.line("int n = in.check(" + countExpression(f) + ", " + (each ? 1 : sizes.of(f.type())) + ");");
    if (!java.startsWith("List<")) {
      c.line(java + " list = new " + java.replace("[]", "[n]") + ";");
      c.line("for (int i = 0; i < n; i++) {").line("list[i] = " + readValue(f.type()) + ";").line("}");
    } else {
      c.line(java + " list = new ArrayList<>(n);");
      String value = each ? flagRead("opt8") + " ? " + readValue(f.type()) + " : null" : readValue(f.type());
      c.line("for (int i = 0; i < n; i++) {").line("list.add(" + value + ");").line("}");
    }
    c.line(target + " = list;").line("}");
  }

  private static String flagRead(String modifier) {
    return switch (modifier) {
      case "optbool" -> "in.bool()";
      case "optnot32" -> "in.u32() != SlurmConstants.NO_VAL";
      default -> "in.u" + modifier.replaceAll("\\D", "") + "() != 0";
    };
  }

  @Override
  protected String owner() {
    return "x.";
  }

  @Override
  protected void constant(Model.Constant k) {
    c.line("in." + Types.basic(k.type()).method() + "();");
  }

  @Override
  protected void oneOf(Model.OneOf o) {
    List<String> tests = new ArrayList<>();
    for (String v : o.values()) {
      tests.add("x." + member(s.property(o.name())) + " != " + v);
    }
    c.line("if (" + String.join(" && ", tests) + ") {");
    c.line(
        "throw new WireException(\"" + s.name + ": " + o.name() + " \" + x." + member(s.property(o.name())) + " + \" is not known\");");
    c.line("}");
  }
}
