import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
    readMethod();
    writeMethods();
    randomMethod();
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

  // ---- accessors

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
    each(
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

  private static void each(List<Model.Node> nodes, java.util.function.Consumer<Model.Field> f) {
    for (Model.Node n : nodes) {
      switch (n) {
        case Model.Field x -> f.accept(x);
        case Model.In x -> each(x.nodes(), f);
        case Model.If x -> {
          each(x.then(), f);
          each(x.otherwise(), f);
        }
        case Model.Constant x -> {}
        case Model.OneOf x -> {}
      }
    }
  }

  // ---- the three walks over the declaration

  private interface Walk {
    void field(Model.Field f);

    void constant(Model.Constant k);

    void oneOf(Model.OneOf o);

    String owner();
  }

  private void walk(List<Model.Node> nodes, int context, Walk w) {
    int i = 0;
    while (i < nodes.size()) {
      int range = nodes.get(i).range() & context;
      int end = i + 1;
      while (end < nodes.size() && (nodes.get(end).range() & context) == range) {
        end++;
      }
      String test = Model.rangeTest(range, context);
      if (test != null) {
        c.line("if (" + test + ") {");
      }
      for (; i < end; i++) {
        switch (nodes.get(i)) {
          case Model.Field f -> w.field(f);
          case Model.Constant k -> w.constant(k);
          case Model.OneOf o -> w.oneOf(o);
          case Model.In in -> walk(in.nodes(), range, w);
          case Model.If f -> {
            c.line("if (" + condition(f.condition(), w.owner()) + ") {");
            walk(f.then(), range, w);
            if (!f.otherwise().isEmpty()) {
              c.line("} else {");
              walk(f.otherwise(), range, w);
            }
            c.line("}");
          }
        }
      }
      if (test != null) {
        c.line("}");
      }
    }
  }

  private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z_0-9]*");

  private String condition(String text, String owner) {
    Matcher m = WORD.matcher(text);
    StringBuilder b = new StringBuilder();
    while (m.find()) {
      String word = m.group();
      String java;
      if (word.equals("x") || word.equals("version") && s.property("version") == null) {
        java = word;
      } else if (s.counts.containsKey(word)) {
        java = local(word);
      } else if (s.property(word) != null) {
        java = owner + member(s.property(word));
      } else if (word.equals(word.toUpperCase())) {
        java = "SlurmConstants." + word;
      } else {
        throw new IllegalArgumentException(s.name + ": unknown word " + word + " in condition " + text);
      }
      m.appendReplacement(b, Matcher.quoteReplacement(java));
    }
    return m.appendTail(b).toString();
  }

  private static String local(String count) {
    String camel = Names.camel(count);
    return "n" + Character.toUpperCase(camel.charAt(0)) + camel.substring(1);
  }

  private void countLocals() {
    for (String count : s.counts.keySet()) {
      c.line("long " + local(count) + " = 0;");
    }
  }

  private boolean narrowed(Model.Field f, Model.Property p) {
    return Types.java(p).equals("long") && (f.type().equals("u16") || f.type().equals("u8"));
  }

  // ---- read

  private void readMethod() {
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
    walk(
        s.nodes,
        Model.ALL,
        new Walk() {
          @Override
          public String owner() {
            return "x.";
          }

          @Override
          public void constant(Model.Constant k) {
            c.line("in." + Types.basic(k.type()).method() + "();");
          }

          @Override
          public void oneOf(Model.OneOf o) {
            List<String> tests = new ArrayList<>();
            for (String v : o.values()) {
              tests.add("x." + member(s.property(o.name())) + " != " + v);
            }
            c.line("if (" + String.join(" && ", tests) + ") {");
            c.line(
                "throw new WireException(\"" + s.name + ": " + o.name() + " \" + x." + member(s.property(o.name())) + " + \" is not known\");");
            c.line("}");
          }

          @Override
          public void field(Model.Field f) {
            readField(f);
          }
        });
    c.line("return x;").line("}").line("");
  }

  private void readField(Model.Field f) {
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
    boolean flag = f.modifier() != null && f.modifier().startsWith("opt");
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

  private Model.Property partOf(Model.Property whole, Model.Field f) {
    Model.Struct t = model.structs.get(whole.type);
    Model.Property part = t == null ? null : t.property(f.part());
    if (part == null) {
      throw new IllegalArgumentException(s.name + ": no " + whole.type + "." + f.part());
    }
    return part;
  }

  private static String flagRead(String modifier) {
    return switch (modifier) {
      case "optbool" -> "in.bool()";
      case "optnot32" -> "in.u32() != SlurmConstants.NO_VAL";
      default -> "in.u" + modifier.replaceAll("\\D", "") + "() != 0";
    };
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

  private String countExpression(Model.Field f, String owner) {
    return s.counts.containsKey(f.countedBy()) ? local(f.countedBy()) : owner + member(s.property(f.countedBy()));
  }

  private void readCounted(Model.Field f, Model.Property p, String target) {
    boolean each = f.modifier() != null && f.modifier().startsWith("each");
    String java = Types.java(p);
    c.line("{");
    c.line("int n = in.check(" + countExpression(f, "x.") + ", " + (each ? 1 : sizes.of(f.type())) + ");");
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

  // ---- write

  private void writeMethods() {
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
    walk(
        s.nodes,
        Model.ALL,
        new Walk() {
          @Override
          public String owner() {
            return "this.";
          }

          @Override
          public void constant(Model.Constant k) {
            String v = k.value().equals("null") ? "null" : Types.literal(k.value(), k.type());
            c.line("out." + Types.basic(k.type()).method() + "(" + v + ");");
          }

          @Override
          public void oneOf(Model.OneOf o) {}

          @Override
          public void field(Model.Field f) {
            writeField(f);
          }
        });
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

  private void writeField(Model.Field f) {
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
    boolean flag = f.modifier() != null && f.modifier().startsWith("opt");
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
    boolean each = f.modifier() != null && f.modifier().startsWith("each");
    String java = Types.java(p);
    boolean list = java.startsWith("List<");
    if (each) {
      c.line("for (int i = 0; i < " + countExpression(f, "this.") + "; i++) {");
      c.line(Types.box(f.type()) + " e = i < " + source + ".size() ? " + source + ".get(i) : null;");
      c.line("out.u8(e != null ? 1 : 0);").line("if (e != null) {").line(writeValue(f.type(), "e")).line("}").line("}");
      return;
    }
    if (!f.name().equals(s.counts.get(f.countedBy()))) {
      String size = list ? source + ".size()" : source + ".length";
      c.line("WireValues.sameCount(\"" + s.name + "." + f.name() + "\", " + countExpression(f, "this.") + ", " + size + ");");
    }
    String element = list ? Types.box(f.type()) : java.replace("[]", "");
    c.line("for (" + element + " e : " + source + ") {");
    c.line(writeValue(f.type(), "e")).line("}");
  }

  // ---- random

  private void randomMethod() {
    c.line("/** A random one that {@code version} can carry; for tests and fuzzers. */");
    c.line("public static " + s.name + " random(RandomValues r, int version) {");
    c.line(s.name + " x = new " + s.name + "();");
    countLocals();
    walk(
        s.nodes,
        Model.ALL,
        new Walk() {
          @Override
          public String owner() {
            return "x.";
          }

          @Override
          public void constant(Model.Constant k) {}

          @Override
          public void oneOf(Model.OneOf o) {
            Model.Property p = s.property(o.name());
            String pick = "r.pick(" + String.join(", ", o.values().stream().map(v -> v + "L").toList()) + ")";
            c.line("x." + member(p) + " = " + (Types.java(p).equals("int") ? "(int) " : "") + pick + ";");
          }

          @Override
          public void field(Model.Field f) {
            randomField(f);
          }
        });
    c.line("return x;").line("}").line("");
  }

  private void randomField(Model.Field f) {
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
    boolean flag = f.modifier() != null && f.modifier().startsWith("opt");
    if (flag) {
      c.line("if (r.bool()) {");
    }
    if (s.counts.isEmpty() ? countsOthers(f) : countsOthers(f) && !s.counts.containsKey(f.name())) {
      c.line(target + " = " + (Types.java(p).equals("int") ? "(int) " : "") + "r.count();");
    } else if (f.countedBy() != null) {
      boolean each = f.modifier() != null && f.modifier().startsWith("each");
      String java = Types.java(p);
      c.line("{");
      c.line("int n = (int) " + countExpression(f, "x.") + ";");
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

  // ---- Object

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
