package org.slurmctldj.core;

import java.util.AbstractList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.RandomAccess;

/** The nodes of a configuration, in order, found by name in constant time. Immutable; any thread. */
final class NodeTable extends AbstractList<NodeDefinition> implements RandomAccess {
  private final NodeDefinition[] nodes;

  /** Made when it is first asked for; two threads may both make it, and make the same. */
  private volatile Map<String, Integer> byName;

  private NodeTable(NodeDefinition[] nodes, Map<String, Integer> byName) {
    this.nodes = nodes;
    this.byName = byName;
  }

  static NodeTable of(List<NodeDefinition> nodes) {
    if (nodes instanceof NodeTable t) {
      return t;
    }
    NodeDefinition[] copy = nodes.toArray(NodeDefinition[]::new);
    for (NodeDefinition d : copy) {
      Objects.requireNonNull(d);
    }
    return new NodeTable(copy, null);
  }

  /** Those nodes with other attributes: where the names are the same, the look-up is shared. */
  NodeTable changedTo(List<NodeDefinition> changed) {
    NodeTable t = of(changed);
    if (t.byName == null && t.nodes.length == nodes.length) {
      for (int i = 0; i < nodes.length; i++) {
        if (!t.nodes[i].name().equals(nodes[i].name())) {
          return t;
        }
      }
      return new NodeTable(t.nodes, byName());
    }
    return t;
  }

  private Map<String, Integer> byName() {
    Map<String, Integer> map = byName;
    if (map == null) {
      map = new HashMap<>(nodes.length * 2);
      for (int i = 0; i < nodes.length; i++) {
        map.putIfAbsent(nodes[i].name(), i);
      }
      byName = map;
    }
    return map;
  }

  /** The index of that node, or -1. */
  int indexOfName(String name) {
    return byName().getOrDefault(name, -1);
  }

  @Override
  public NodeDefinition get(int index) {
    return nodes[index];
  }

  @Override
  public int size() {
    return nodes.length;
  }
}
