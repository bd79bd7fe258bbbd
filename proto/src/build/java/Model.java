import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the declarations of {@code src/main/slurm} say, as read by {@link DeclarationParser}. */
final class Model {
  static final int FIRST = 38;
  static final int LAST = 45;
  static final int ALL = (1 << (LAST - FIRST + 1)) - 1;

  final Map<String, Struct> structs = new LinkedHashMap<>();
  final Map<Integer, Message> messages = new LinkedHashMap<>();

  /** One RPC: its number, its name and the struct that is its body ("empty" has none). */
  record Message(int number, String name, String body, int range, String doc, String section) {}

  /** A struct of the wire; {@code extern} ones are written by hand in Java. */
  static final class Struct {
    final String name;
    final String section;
    String doc = "";
    boolean extern;
    int externMin;
    boolean strict;
    boolean novals;
    /** "u8", "u16", "bool", "u32" (0 = absent) or "not32" (NO_VAL = absent); null when never absent. */
    String nullable;
    String nullableValue = "1";
    int nullableRange = ALL;
    final List<Node> nodes = new ArrayList<>();
    final Map<String, Property> properties = new LinkedHashMap<>();
    /** Count variables: name of the count to the field it counts. */
    final Map<String, String> counts = new LinkedHashMap<>();
    String file;
    int line;

    Struct(String name, String section) {
      this.name = name;
      this.section = section;
    }

    Property property(String wireName) {
      return properties.get(wireName);
    }
  }

  /** A Java property: every field of the same name in the struct, whatever its version. */
  static final class Property {
    final String wireName;
    final String javaName;
    String type;
    String modifier;
    boolean counted;
    String defaultValue;
    boolean ignorable;
    String doc = "";
    /** A value that real Slurm takes, for random bodies it shall accept. */
    String like;
    int range;
    /** Only parts of it (step_id.job_id) are carried here. */
    int partialRange;

    Property(String wireName) {
      this.wireName = wireName;
      this.javaName = Names.camel(wireName);
    }
  }

  sealed interface Node {
    int range();
  }

  /** A value on the wire. */
  record Field(
      String modifier, String type, String name, String part, String countedBy, String counts, int range)
      implements Node {}

  /** A value that carries nothing: written as a constant, skipped when read. */
  record Constant(String type, String value, int range) implements Node {}

  /** The value read last must be one of these; anything else has a layout that is not known. */
  record OneOf(String name, List<String> values, int range) implements Node {}

  /** Fields that are there in some versions only. */
  record In(int range, List<Node> nodes) implements Node {}

  /** Fields that are there when an earlier field says so. */
  record If(String condition, int range, List<Node> then, List<Node> otherwise) implements Node {}

  /** Java expression that is true for the versions of {@code range}, given that {@code context} holds; null when always. */
  static String rangeTest(int range, int context) {
    range &= context;
    if (range == context) {
      return null;
    }
    List<String> parts = new ArrayList<>();
    int v = FIRST;
    while (v <= LAST) {
      if (!has(range, v)) {
        v++;
        continue;
      }
      int lo = v;
      while (v <= LAST && (has(range, v) || !has(context, v))) {
        v++;
      }
      int hi = v - 1;
      boolean low = (context & ((1 << (lo - FIRST)) - 1)) != 0;
      boolean high = hi < LAST && (context >>> (hi - FIRST + 1)) != 0;
      if (low && high) {
        parts.add(lo == hi ? "version == " + lo : "version >= " + lo + " && version <= " + hi);
      } else if (low) {
        parts.add("version >= " + lo);
      } else {
        parts.add("version <= " + hi);
      }
    }
    if (parts.isEmpty()) {
      return "false";
    }
    return parts.size() == 1 ? parts.getFirst() : "(" + String.join(") || (", parts) + ")";
  }

  static boolean has(int range, int version) {
    return (range >>> (version - FIRST) & 1) != 0;
  }

  static int lowest(int range) {
    return FIRST + Integer.numberOfTrailingZeros(range);
  }

  static int highest(int range) {
    return FIRST + 31 - Integer.numberOfLeadingZeros(range);
  }
}
