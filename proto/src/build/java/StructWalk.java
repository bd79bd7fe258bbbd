import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Walks the declaration of one struct in wire order and writes the Java of one method: the tests for versions and
 * conditions here, what happens to each value in the subclass.
 */
abstract class StructWalk {
  protected final Model model;
  protected final Model.Struct s;
  protected final Code c;

  protected StructWalk(Model model, Model.Struct struct, Code code) {
    this.model = model;
    this.s = struct;
    this.c = code;
  }

  /** How the method reaches the struct's fields: "x." or "this.". */
  protected abstract String owner();

  protected abstract void field(Model.Field f);

  protected abstract void constant(Model.Constant k);

  protected abstract void oneOf(Model.OneOf o);

  protected static String member(Model.Property p) {
    return Names.member(p.wireName);
  }

  protected static boolean optional(Model.Field f) {
    return f.modifier() != null && f.modifier().startsWith("opt");
  }

  protected static boolean each(Model.Field f) {
    return f.modifier() != null && f.modifier().startsWith("each");
  }

  /** Every field, whatever its version or condition. */
  static void each(List<Model.Node> nodes, java.util.function.Consumer<Model.Field> f) {
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

  protected final void walk(List<Model.Node> nodes, int context) {
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
          case Model.Field f -> field(f);
          case Model.Constant k -> constant(k);
          case Model.OneOf o -> oneOf(o);
          case Model.In in -> walk(in.nodes(), range);
          case Model.If f -> {
            c.line("if (" + condition(f.condition()) + ") {");
            walk(f.then(), range);
            if (!f.otherwise().isEmpty()) {
              c.line("} else {");
              walk(f.otherwise(), range);
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

  private String condition(String text) {
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
        java = owner() + member(s.property(word));
      } else if (word.equals(word.toUpperCase())) {
        java = "SlurmConstants." + word;
      } else {
        throw new IllegalArgumentException(s.name + ": unknown word " + word + " in condition " + text);
      }
      m.appendReplacement(b, Matcher.quoteReplacement(java));
    }
    return m.appendTail(b).toString();
  }

  protected static String local(String count) {
    String camel = Names.camel(count);
    return "n" + Character.toUpperCase(camel.charAt(0)) + camel.substring(1);
  }

  protected final void countLocals() {
    for (String count : s.counts.keySet()) {
      c.line("long " + local(count) + " = 0;");
    }
  }

  protected static boolean narrowed(Model.Field f, Model.Property p) {
    return Types.java(p).equals("long") && (f.type().equals("u16") || f.type().equals("u8"));
  }

  protected final Model.Property partOf(Model.Property whole, Model.Field f) {
    Model.Struct t = model.structs.get(whole.type);
    Model.Property part = t == null ? null : t.property(f.part());
    if (part == null) {
      throw new IllegalArgumentException(s.name + ": no " + whole.type + "." + f.part());
    }
    return part;
  }

  protected final String countExpression(Model.Field f) {
    return s.counts.containsKey(f.countedBy()) ? local(f.countedBy()) : owner() + member(s.property(f.countedBy()));
  }
}
