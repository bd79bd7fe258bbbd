/** The two {@code write} methods: for a value that may be null, and of the object itself. */
final class WriteMethods extends StructWalk {
  WriteMethods(Model model, Model.Struct struct, Code code) {
    super(model, struct, code);
  }

  void write(boolean body) {
    c.line("/** Writes {@code value}; null stands for " + (s.nullable != null ? "none" : "one with nothing set") + ". */");
    c.line("public static void write(Packer out, " + s.name + " value, int version) {");
    if (s.nullable == null) {
      c.line("(value == null ? NOTHING : value).write(out, version);");
    } else {
      String test = Model.rangeTest(s.nullableRange, Model.ALL);
      c.line("if (value != null" + (test == null ? "" : " || !(" + test + ")") + ") {");
      c.line(test == null ? "value.write(out, version);" : "(value == null ? NOTHING : value).write(out, version);");
      c.line("} else {");
      c.line(s.nullable.equals("not32") ? "out.u32(SlurmConstants.NO_VAL);" : s.nullable.equals("bool") ? "out.bool(false);" : "out." + s.nullable + "(0);");
      c.line("}");
    }
    c.line("}").line("");
    c.line("@Override").line("public void write(Packer out, int version) {");
    if (body) {
      c.line("WireValues.checkVersion(version);");
    }
    notCarried();
    if (s.nullable != null) {
      String test = Model.rangeTest(s.nullableRange, Model.ALL);
      if (test != null) {
        c.line("if (" + test + ") {");
      }
      c.line(s.nullable.equals("not32") ? "out.u32(" + s.nullableValue + ");" : s.nullable.equals("bool") ? "out.bool(true);" : "out." + s.nullable + "(" + s.nullableValue + ");");
      if (test != null) {
        c.line("}");
      }
    }
    countLocals();
    walk(s.nodes, Model.ALL);
    c.line("}").line("");
  }

  private void notCarried() {
    if (!s.strict) {
      return;
    }
    for (Model.Property p : s.properties.values()) {
      int carried = p.range | p.partialRange;
      String test = Model.rangeTest(Model.ALL & ~carried, Model.ALL);
      if (p.ignorable || carried == Model.ALL) {
        continue;
      }
      c.line("if ((" + test + ") && " + isSet(p) + ") {");
      c.line("throw WireValues.notCarried(\"" + s.name + "\", \"" + p.wireName + "\", version);").line("}");
    }
  }

  private String isSet(Model.Property p) {
    String java = Types.java(p);
    String name = member(p);
    if (java.equals("boolean")) {
      return Types.initial(p, s.novals).equals("true") ? "!" + name : name;
    }
    if (Types.primitive(java)) {
      return name + " != " + Types.initial(p, s.novals);
    }
    String empty = Types.empty(p);
    return empty.equals("null") ? name + " != null" : java.startsWith("List<") ? "!" + name + ".isEmpty()" : name + ".length != 0";
  }

  @Override
  protected void field(Model.Field f) {
    if (f.counts() != null) {
      if (f.counts().contains(".")) {
        countPart(f);
        return;
      }
      Model.Property counted = s.property(f.counts());
      if (counted == null) {
        throw new IllegalArgumentException(s.name + ": " + f.name() + " counts nothing");
      }
      String java = Types.java(counted);
      String name = "this." + member(counted);
      String size = java.startsWith("List<") ? name + ".size()" : name + ".length";
      c.line(local(f.name()) + " = " + (Types.empty(counted).equals("null") ? name + " == null ? 0 : " + size : size) + ";");
      c.line("out." + f.type() + "(" + (f.type().equals("u32") ? local(f.name()) : "WireValues.count(" + local(f.name()) + ", " + (f.type().equals("u16") ? "0xffff" : "0xff") + ")") + ");");
      return;
    }
    Model.Property p = s.property(f.name());
    String source = "this." + member(p);
    if (f.part() != null) {
      Model.Property part = partOf(p, f);
      String whole = "(" + source + " == null ? " + p.type + ".NOTHING : " + source + ")";
      String value = whole + "." + Names.accessor(part.wireName) + "()";
      if (Types.java(part).equals("long") && f.type().equals("u16")) {
        value = "WireValues.narrow16(" + value + ")";
      }
      c.line("out." + Types.basic(f.type()).method() + "(" + value + ");");
      return;
    }
    boolean flag = optional(f);
    if (flag) {
      boolean not = f.modifier().equals("optnot32");
      String method = f.modifier().equals("optbool") ? "bool" : "u" + f.modifier().replaceAll("\\D", "");
      c.line("out." + method + "(" + source + " != null" + (method.equals("bool") ? "" : not ? " ? 0 : SlurmConstants.NO_VAL" : " ? 1 : 0") + ");");
      c.line("if (" + source + " != null) {");
    }
    if (f.countedBy() != null) {
      writeCounted(f, p, source);
    } else if (Types.isList(f.type())) {
      String element = Types.element(f.type());
      boolean small = Types.isShortList(f.type());
      c.line("if (" + source + " == null) {").line(small ? "out.u16(0);" : "out.u32(SlurmConstants.NO_VAL);").line("} else {");
      c.line(small ? "out.u16(WireValues.count(" + source + ".size(), 0xffff));" : "out.u32(" + source + ".size());");
      c.line("for (" + Types.box(element) + " e : " + source + ") {").line(writeValue(element, "e")).line("}").line("}");
    } else if (narrowed(f, p)) {
      c.line("out." + f.type() + "(WireValues.narrow" + f.type().substring(1) + "(" + source + "));");
    } else {
      c.line(writeValue(f.type(), source));
    }
    if (flag) {
      c.line("}");
    }
  }

  /** The count of an array inside another struct, as in {@code u32 tres_cnt counts prio_factors.tres_names}. */
  private void countPart(Model.Field f) {
    String[] path = f.counts().split("\\.");
    Model.Property whole = s.property(path[0]);
    String owner = "(this." + member(whole) + " == null ? " + whole.type + ".NOTHING : this." + member(whole) + ")";
    c.line("out." + f.type() + "(" + owner + "." + Names.accessor(path[1]) + "().length);");
  }

  private String writeValue(String type, String value) {
    Types.Basic b = Types.basic(type);
    return b != null ? "out." + b.method() + "(" + value + ");" : type + ".write(out, " + value + ", version);";
  }

  private void writeCounted(Model.Field f, Model.Property p, String source) {
    boolean each = each(f);
    String java = Types.java(p);
    boolean list = java.startsWith("List<");
    if (each) {
      c.line("for (int i = 0; i < " + countExpression(f) + "; i++) {");
      c.line(Types.box(f.type()) + " e = i < " + source + ".size() ? " + source + ".get(i) : null;");
      c.line("out.u8(e != null ? 1 : 0);").line("if (e != null) {").line(writeValue(f.type(), "e")).line("}").line("}");
      return;
    }
    if (!f.name().equals(s.counts.get(f.countedBy()))) {
      String size = list ? source + ".size()" : source + ".length";
      c.line("WireValues.sameCount(\"" + s.name + "." + f.name() + "\", " + countExpression(f) + ", " + size + ");");
    }
    String element = list ? Types.box(f.type()) : java.replace("[]", "");
    c.line("for (" + element + " e : " + source + ") {");
    c.line(writeValue(f.type(), "e")).line("}");
  }

  @Override
  protected String owner() {
    return "this.";
  }

  @Override
  protected void constant(Model.Constant k) {
    String v = k.value().equals("null") ? "null" : Types.literal(k.value(), k.type());
    c.line("out." + Types.basic(k.type()).method() + "(" + v + ");");
  }

  @Override
  protected void oneOf(Model.OneOf o) {}
}
