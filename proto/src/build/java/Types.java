import java.util.List;
import java.util.Map;

/** The closed set of Slurm's wire types, and how Java holds, reads and writes each. */
final class Types {
  /**
   * One wire type. {@code read} and {@code write} are methods of Unpacker and Packer; {@code min} is the fewest bytes it
   * takes.
   */
  record Basic(String java, String box, String method, int min, String noVal) {}

  private static final Map<String, Basic> BASIC =
      Map.ofEntries(
          Map.entry("u8", new Basic("int", "Integer", "u8", 1, "SlurmConstants.NO_VAL8")),
          Map.entry("u16", new Basic("int", "Integer", "u16", 2, "SlurmConstants.NO_VAL16")),
          Map.entry("u32", new Basic("long", "Long", "u32", 4, "SlurmConstants.NO_VAL")),
          Map.entry("u64", new Basic("long", "Long", "u64", 8, "SlurmConstants.NO_VAL64")),
          Map.entry("time", new Basic("long", "Long", "time", 8, "0")),
          Map.entry("bool", new Basic("boolean", "Boolean", "bool", 1, "false")),
          Map.entry("dbl", new Basic("double", "Double", "dbl", 8, "0")),
          Map.entry("str", new Basic("String", "String", "str", 4, null)),
          Map.entry("ldbl", new Basic("String", "String", "str", 4, null)),
          Map.entry("str1", new Basic("String[]", "String[]", "str1", 4, null)),
          Map.entry("mem", new Basic("byte[]", "byte[]", "mem", 4, null)),
          Map.entry("rest", new Basic("byte[]", "byte[]", "rest", 0, null)),
          Map.entry("bithex", new Basic("Bitmap", "Bitmap", "bitmap", 4, null)),
          Map.entry("slurm_addr", new Basic("SlurmAddress", "SlurmAddress", "addr", 2, null)),
          Map.entry("u16[]", new Basic("int[]", "int[]", "u16s", 4, null)),
          Map.entry("u32[]", new Basic("long[]", "long[]", "u32s", 4, null)),
          Map.entry("u64[]", new Basic("long[]", "long[]", "u64s", 4, null)),
          Map.entry("dbl[]", new Basic("double[]", "double[]", "dbls", 4, null)),
          Map.entry("str[]", new Basic("String[]", "String[]", "strs", 4, null)),
          Map.entry("ldbl[]", new Basic("String[]", "String[]", "strs", 4, null)));

  /** Hand-written codecs of a type whose values are of another class: {@code extern CODEC as CLASS}. */
  static final Map<String, String> CODECS = new java.util.HashMap<>();

  private static final List<String> WIDTHS = List.of("u8", "u16", "u32", "u64");

  private Types() {}

  static Basic basic(String type) {
    return BASIC.get(type);
  }

  static boolean isList(String type) {
    return type.startsWith("list<") || type.startsWith("list16<");
  }

  /** A list whose count is a u16 and for which NULL and empty are the same. */
  static boolean isShortList(String type) {
    return type.startsWith("list16<");
  }

  static String element(String type) {
    return type.substring(type.indexOf('<') + 1, type.length() - 1);
  }

  /** The type of a property that has different widths in different versions. */
  static String widest(String a, String b) {
    if (a.equals(b)) {
      return a;
    }
    if (WIDTHS.contains(a) && WIDTHS.contains(b)) {
      return WIDTHS.indexOf(a) > WIDTHS.indexOf(b) ? a : b;
    }
    if (isList(a) && isList(b) && element(a).equals(element(b))) {
      return a;
    }
    Basic x = BASIC.get(a);
    Basic y = BASIC.get(b);
    if (x != null && y != null && x.java.equals(y.java)) {
      return a;
    }
    throw new IllegalArgumentException("a property cannot be both " + a + " and " + b);
  }

  static String box(String type) {
    Basic b = BASIC.get(type);
    return b != null ? b.box : isList(type) ? "List<" + box(element(type)) + ">" : CODECS.getOrDefault(type, type);
  }

  /** Element types whose counted form is a Java array rather than a List. */
  static String arrayOf(String type) {
    return switch (type) {
      case "u8", "u16" -> "int[]";
      case "u32", "u64", "time" -> "long[]";
      case "str" -> "String[]";
      default -> null;
    };
  }

  static String java(Model.Property p) {
    if (p.counted) {
      String array = p.modifier != null && p.modifier.startsWith("each") ? null : arrayOf(p.type);
      return array != null ? array : "List<" + box(p.type) + ">";
    }
    Basic b = BASIC.get(p.type);
    return b != null ? b.java : box(p.type);
  }

  static boolean optional(Model.Property p) {
    return p.modifier != null && p.modifier.startsWith("opt");
  }

  static boolean primitive(String java) {
    return java.equals("int") || java.equals("long") || java.equals("boolean") || java.equals("double");
  }

  /** What a property holds when nobody set it. */
  static String initial(Model.Property p, boolean novals) {
    String java = java(p);
    if (primitive(java)) {
      if (p.defaultValue != null) {
        return literal(p.defaultValue, p.type);
      }
      return novals ? BASIC.get(p.type).noVal : java.equals("boolean") ? "false" : "0";
    }
    if (p.defaultValue != null && java.equals("String")) {
      return p.defaultValue;
    }
    return empty(p);
  }

  /** The value that stands for "nothing" of a reference property: null, or an empty array or list. */
  static String empty(Model.Property p) {
    String java = java(p);
    if (optional(p) || Types.isList(p.type) && !p.counted) {
      return "null";
    }
    return switch (java) {
      case "int[]" -> "WireValues.NO_INTS";
      case "long[]" -> "WireValues.NO_LONGS";
      case "double[]" -> "WireValues.NO_DOUBLES";
      case "String[]" -> "WireValues.NO_STRINGS";
      case "byte[]" -> "WireValues.NO_BYTES";
      default -> java.startsWith("List<") ? "List.of()" : "null";
    };
  }

  static String literal(String value, String type) {
    Basic b = BASIC.get(type);
    return switch (value) {
      case "NO_VAL" -> b.noVal;
      case "INFINITE" ->
          switch (type) {
            case "u8" -> "SlurmConstants.INFINITE8";
            case "u16" -> "SlurmConstants.INFINITE16";
            case "u32" -> "SlurmConstants.INFINITE";
            default -> "SlurmConstants.INFINITE64";
          };
      default -> b.java.equals("long") && value.matches("-?(0x)?[0-9a-fA-F]+") ? value + "L" : value;
    };
  }
}
