import java.util.Set;

/** Names of the wire (snake_case) to names of Java. */
final class Names {
  private static final Set<String> TAKEN =
      Set.of(
          "abstract", "assert", "boolean", "break", "byte", "case", "catch", "char", "class", "const", "continue",
          "default", "do", "double", "else", "enum", "extends", "final", "finally", "float", "for", "goto", "if",
          "implements", "import", "instanceof", "int", "interface", "long", "native", "new", "package", "private",
          "protected", "public", "return", "short", "static", "strictfp", "super", "switch", "synchronized", "this",
          "throw", "throws", "transient", "try", "void", "volatile", "while", "true", "false", "null", "notify", "wait",
          "finalize", "clone", "read", "write", "fields", "random", "version", "out", "in");

  private Names() {}

  static String camel(String snake) {
    StringBuilder b = new StringBuilder();
    boolean up = false;
    for (char c : snake.toCharArray()) {
      if (c == '_') {
        up = b.length() > 0;
      } else {
        b.append(up ? Character.toUpperCase(c) : c);
        up = false;
      }
    }
    return b.toString();
  }

  static boolean taken(String name) {
    return TAKEN.contains(name);
  }

  /** The Java field's and local's name; accessors keep the plain camel name unless it is a keyword. */
  static String member(String wireName) {
    String c = camel(wireName);
    return TAKEN.contains(c) ? c + "_" : c;
  }

  static String accessor(String wireName) {
    String c = camel(wireName);
    return TAKEN.contains(c) && !c.equals("version") && !c.equals("out") && !c.equals("in") ? c + "_" : c;
  }
}
