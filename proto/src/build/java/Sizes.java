import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The fewest bytes each type takes on the wire: what bounds a count before anything is allocated for it. */
final class Sizes {
  private final Model model;
  private final Map<String, Integer> known = new HashMap<>();
  private final Set<String> open = new HashSet<>();

  Sizes(Model model) {
    this.model = model;
  }

  int of(String type) {
    Types.Basic b = Types.basic(type);
    if (b != null) {
      return b.min();
    }
    if (Types.isList(type)) {
      of(Types.element(type));
      return Types.isShortList(type) ? 2 : 4;
    }
    Integer size = known.get(type);
    if (size == null) {
      Model.Struct s = model.structs.get(type);
      if (s == null) {
        throw new IllegalArgumentException("unknown type " + type);
      }
      if (!open.add(type)) {
        throw new IllegalArgumentException(type + " contains itself: reading it could recurse without end");
      }
      size = s.extern ? s.externMin : smallest(s);
      open.remove(type);
      known.put(type, size);
    }
    return size;
  }

  private int smallest(Model.Struct s) {
    int min = Integer.MAX_VALUE;
    for (int v = Model.FIRST; v <= Model.LAST; v++) {
      int size = sum(s.nodes, v);
      if (s.nullable != null && Model.has(s.nullableRange, v)) {
        size = s.nullable.endsWith("32") ? 4 : s.nullable.equals("u16") ? 2 : 1;
      }
      if (size > 0) {
        min = Math.min(min, size);
      }
    }
    return min == Integer.MAX_VALUE ? 1 : min;
  }

  private int sum(List<Model.Node> nodes, int version) {
    int size = 0;
    for (Model.Node n : nodes) {
      // Visit every type even when absent in this version, so that a cycle is always found.
      switch (n) {
        case Model.Field f -> {
          int one = f.counts() != null ? Types.basic(f.type()).min() : field(f);
          size += Model.has(f.range(), version) ? one : 0;
        }
        case Model.Constant k -> size += Model.has(k.range(), version) ? Types.basic(k.type()).min() : 0;
        case Model.OneOf o -> {}
        case Model.In in -> {
          int one = sum(in.nodes(), version);
          size += Model.has(in.range(), version) ? one : 0;
        }
        case Model.If f -> {
          sum(f.then(), version);
          sum(f.otherwise(), version);
        }
      }
    }
    return size;
  }

  private int field(Model.Field f) {
    int one = of(f.type());
    if (f.modifier() != null && f.modifier().startsWith("opt")) {
      return f.modifier().equals("optbool") ? 1 : f.modifier().equals("optnot32") ? 4 : Integer.parseInt(f.modifier().substring(3)) / 8;
    }
    return f.countedBy() != null ? 0 : one;
  }
}
