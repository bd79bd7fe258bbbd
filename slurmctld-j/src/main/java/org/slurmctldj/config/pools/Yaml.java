package org.slurmctldj.config.pools;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A YAML file as mappings, lists and texts of known lines. What is not as it should be becomes an entry of the list of
 * faults, and reading goes on: all of a file's faults are told at once.
 */
final class Yaml {
  private final String file;
  private final List<String> faults;

  Yaml(String file, List<String> faults) {
    this.file = file;
    this.faults = faults;
  }

  void fault(int line, String sentence) {
    faults.add(file + " line " + line + ": " + sentence);
  }

  /** The file's one mapping; empty if it is none, with the fault told. */
  Mapping read(String text) {
    try {
      Optional<Node> root =
          new Compose(LoadSettings.builder().setLabel(file).setMaxAliasesForCollections(50).build()).composeString(text);
      if (root.isEmpty()) {
        return new Mapping("file", 1, Map.of());
      }
      return mapping("file", root.get());
    } catch (MarkedYamlEngineException e) {
      fault(e.getProblemMark().map(m -> m.getLine() + 1).orElse(1), "not YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      fault(1, "not YAML: " + e.getMessage());
    }
    return new Mapping("file", 1, Map.of());
  }

  private static int line(Node n) {
    return n.getStartMark().map(m -> m.getLine() + 1).orElse(0);
  }

  private Mapping mapping(String what, Node n) {
    if (!(n instanceof MappingNode m)) {
      fault(line(n), what + " must be a mapping (name: value)");
      return new Mapping(what, line(n), Map.of());
    }
    Map<String, Node> out = new LinkedHashMap<>();
    for (NodeTuple t : m.getValue()) {
      if (!(t.getKeyNode() instanceof ScalarNode key)) {
        fault(line(t.getKeyNode()), "a name must be a text");
      } else if (out.put(key.getValue(), t.getValueNode()) != null) {
        fault(line(key), "duplicate name " + key.getValue() + " in " + what);
      }
    }
    return new Mapping(what, line(n), out);
  }

  /** Names and values of one mapping. */
  final class Mapping {
    private final String what;
    final int line;
    private final Map<String, Node> values;

    private Mapping(String what, int line, Map<String, Node> values) {
      this.what = what;
      this.line = line;
      this.values = values;
    }

    Set<String> names() {
      return values.keySet();
    }

    boolean has(String name) {
      return values.containsKey(name);
    }

    int lineOf(String name) {
      Node n = values.get(name);
      return n == null ? line : Yaml.line(n);
    }

    /** Names that nothing is known of are faults: no key is accepted and ignored. */
    void only(String... known) {
      Set<String> all = Set.of(known);
      for (String name : values.keySet()) {
        if (!all.contains(name)) {
          fault(lineOf(name), "unknown name " + name + " in " + what);
        }
      }
    }

    Mapping mapping(String name) {
      Node n = values.get(name);
      return n == null ? new Mapping(what + "." + name, line, Map.of()) : Yaml.this.mapping(what + "." + name, n);
    }

    Optional<String> text(String name) {
      Node n = values.get(name);
      if (n == null) {
        return Optional.empty();
      }
      if (n instanceof ScalarNode s && !(s.getScalarStyle() == ScalarStyle.PLAIN && s.getValue().matches("|~|null"))) {
        return Optional.of(s.getValue());
      }
      fault(Yaml.line(n), name + " must be one value");
      return Optional.empty();
    }

    /** A whole number within bounds; {@code otherwise} where it is not given or wrong. */
    long number(String name, long least, long most, long otherwise) {
      Optional<String> t = text(name);
      if (t.isEmpty()) {
        return otherwise;
      }
      try {
        long v = Long.parseLong(t.get());
        if (v >= least && v <= most) {
          return v;
        }
      } catch (NumberFormatException e) {
        // said below
      }
      fault(lineOf(name), name + " must be a whole number from " + least + " to " + most + ", not " + t.get());
      return otherwise;
    }

    /** A list of texts; a single text counts as a list of one. */
    List<String> texts(String name) {
      Node n = values.get(name);
      List<String> out = new ArrayList<>();
      if (n instanceof SequenceNode s) {
        for (Node e : s.getValue()) {
          if (e instanceof ScalarNode v) {
            out.add(v.getValue());
          } else {
            fault(Yaml.line(e), name + " must be a list of texts");
          }
        }
      } else if (n != null) {
        text(name).ifPresent(out::add);
      }
      return out;
    }

    /** A list of mappings. */
    List<Mapping> mappings(String name) {
      Node n = values.get(name);
      List<Mapping> out = new ArrayList<>();
      if (n instanceof SequenceNode s) {
        for (Node e : s.getValue()) {
          out.add(Yaml.this.mapping(what + "." + name, e));
        }
      } else if (n != null) {
        fault(Yaml.line(n), name + " must be a list");
      }
      return out;
    }

    /** Plain texts of a mapping whose names are free. */
    Map<String, String> map(String name) {
      Map<String, String> out = new LinkedHashMap<>();
      Mapping m = mapping(name);
      for (String key : m.names()) {
        m.text(key).ifPresent(v -> out.put(key, v));
      }
      return out;
    }
  }
}
