/** {@code static X random(RandomValues, int version)}: a value that the version can carry. */
final class RandomMethod extends StructWalk {
  RandomMethod(Model model, Model.Struct struct, Code code) {
    super(model, struct, code);
  }

  void write() {
    c.line("/** A random one that {@code version} can carry; for tests and fuzzers. */");
    c.line("public static " + s.name + " random(RandomValues r, int version) {");
    c.line(s.name + " x = new " + s.name + "();");
    countLocals();
    walk(s.nodes, Model.ALL);
    c.line("return x;").line("}").line("");
  }

  @Override
  protected void field(Model.Field f) {
    if (f.counts() != null) {
      c.line(local(f.name()) + " = r.count();");
      Model.Property p = s.property(f.counts());
      if (p != null && !p.counted) {
        // A self-counted array whose size is written twice: fill it here so that both agree.
        c.line("x." + member(p) + " = r." + Types.basic(p.type).method() + "(" + local(f.name()) + ");");
      }
      return;
    }
    Model.Property p = s.property(f.name());
    String target = "x." + member(p);
    if (s.counts.containsValue(f.name()) && !p.counted) {
      return;
    }
    if (f.part() != null) {
      c.line("if (" + target + " == null) {").line(target + " = new " + p.type + "();").line("}");
      c.line(target + "." + Names.accessor(f.part()) + "(r." + Types.basic(f.type()).method() + "());");
      return;
    }
    boolean flag = optional(f);
    if (flag) {
      c.line("if (r.bool()) {");
    }
    if (s.counts.isEmpty() ? countsOthers(f) : countsOthers(f) && !s.counts.containsKey(f.name())) {
      c.line(target + " = " + (Types.java(p).equals("int") ? "(int) " : "") + "r.count();");
    } else if (f.countedBy() != null) {
      boolean each = each(f);
      String java = Types.java(p);
      c.line("{");
      c.line("int n = (int) " + countExpression(f) + ";");
      String value = randomValue(f.type());
      if (java.startsWith("List<")) {
        c.line(java + " list = new ArrayList<>(n);");
        c.line("for (int i = 0; i < n; i++) {").line("list.add(" + (each ? "r.bool() ? " + value + " : null" : value) + ");").line("}");
      } else {
        c.line(java + " list = new " + java.replace("[]", "[n]") + ";");
        c.line("for (int i = 0; i < n; i++) {").line("list[i] = " + value + ";").line("}");
      }
      c.line(target + " = list;").line("}");
    } else if (Types.isList(f.type())) {
      String element = Types.element(f.type());
      c.line("{").line("int n = r.listCount();").line("if (n " + (Types.isShortList(f.type()) ? ">" : ">=") + " 0) {");
      c.line("List<" + Types.box(element) + "> list = new ArrayList<>(n);");
      c.line("for (int i = 0; i < n; i++) {").line("list.add(" + (element.equals("str") ? "r.element()" : randomValue(element)) + ");").line("}");
      c.line(target + " = list;").line("}").line("}");
    } else if (narrowed(f, p)) {
      c.line(target + " = WireValues.wide" + f.type().substring(1) + "(r." + f.type() + "());");
    } else {
      String value = randomValue(f.type());
      c.line(target + " = " + (p.like != null ? "r.like(" + Types.literal(p.like, f.type()) + ", " + value + ")" : value) + ";");
    }
    if (flag) {
      c.line("}");
    }
  }

  /** Whether a plain field is the count of lists that follow. */
  private boolean countsOthers(Model.Field f) {
    boolean[] found = {false};
    each(s.nodes, g -> found[0] |= f.name().equals(g.countedBy()));
    return found[0];
  }

  private String randomValue(String type) {
    Types.Basic b = Types.basic(type);
    if (b != null) {
      return type.startsWith("ldbl") ? "r." + type.replace("[]", "s") + "()" : "r." + b.method() + "()";
    }
    Model.Struct t = model.structs.get(type);
    if (t.nullable == null) {
      return type + ".random(r, version)";
    }
    String test = Model.rangeTest(t.nullableRange, Model.ALL);
    return (test == null ? "" : "!(" + test + ") || ") + "r.bool() ? " + type + ".random(r, version) : null";
  }

  @Override
  protected String owner() {
    return "x.";
  }

  @Override
  protected void constant(Model.Constant k) {}

  @Override
  protected void oneOf(Model.OneOf o) {
    Model.Property p = s.property(o.name());
    String pick = "r.pick(" + String.join(", ", o.values().stream().map(v -> v + "L").toList()) + ")";
    c.line("x." + member(p) + " = " + (Types.java(p).equals("int") ? "(int) " : "") + pick + ";");
  }
}
