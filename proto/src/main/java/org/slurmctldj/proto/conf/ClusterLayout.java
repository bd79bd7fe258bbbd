package org.slurmctldj.proto.conf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.slurmctldj.proto.conf.ConfKey.Scope;

/**
 * The nodes, partitions, node sets and down nodes of a slurm.conf: ranges expanded, DEFAULT lines
 * applied, names resolved. Made by the controller at start and on reconfigure, by agents to find
 * themselves; clients rarely need it. Immutable; any thread. What Slurm calls fatal is a {@link
 * ConfException} in its words, with file and line after them.
 */
public final class ClusterLayout {
  private final List<NodeDef> nodes = new ArrayList<>();
  private final Map<String, NodeDef> byName = new HashMap<>();
  private final Map<String, NodeSetDef> nodeSets = new LinkedHashMap<>();
  private final Map<String, PartitionDef> partitions = new LinkedHashMap<>();
  private final List<DownNodesDef> downNodes = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private ClusterLayout() {}

  public static ClusterLayout of(SlurmConf conf) {
    ClusterLayout layout = new ClusterLayout();
    layout.readNodes(conf);
    layout.readNodeSets(conf);
    layout.readDownNodes(conf);
    layout.readPartitions(conf);
    return layout;
  }

  /** In file order; a node's place here is its index. */
  public List<NodeDef> nodes() {
    return Collections.unmodifiableList(nodes);
  }

  public Optional<NodeDef> node(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** In file order. */
  public List<PartitionDef> partitions() {
    return List.copyOf(partitions.values());
  }

  public Optional<PartitionDef> partition(String name) {
    return Optional.ofNullable(partitions.get(name));
  }

  /** The last one with Default=YES. */
  public Optional<PartitionDef> defaultPartition() {
    PartitionDef found = null;
    for (PartitionDef partition : partitions.values()) {
      found = partition.isDefault() ? partition : found;
    }
    return Optional.ofNullable(found);
  }

  public List<NodeSetDef> nodeSets() {
    return List.copyOf(nodeSets.values());
  }

  public List<DownNodesDef> downNodes() {
    return List.copyOf(downNodes);
  }

  /** Sentences Slurm logs as errors without stopping. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  // ---- nodes

  private void readNodes(SlurmConf conf) {
    LineSettings defaults = null;
    for (ConfFile.Line line : conf.lines(Scope.NODE)) {
      LineSettings settings = LineSettings.of(Scope.NODE, line, defaults);
      if (settings.first().value().equalsIgnoreCase("DEFAULT")) {
        defaults = settings;
      } else {
        addNodes(settings, conf.slurmdPort());
      }
    }
  }

  private void addNodes(LineSettings line, int slurmdPort) {
    List<String> names = expand(line, "NodeName", line.first().value());
    List<String> hosts = parallel(line, "NodeHostname", names);
    List<String> addresses = parallel(line, "NodeAddr", hosts);
    List<String> bcast = line.has("BcastAddr") ? parallel(line, "BcastAddr", names) : List.of();
    List<Integer> ports = ports(line, names.size(), slurmdPort);
    NodeCpus cpus = NodeCpus.of(line, warnings);
    SpecialisedCores specialised = SpecialisedCores.of(line, cpus, warnings);
    for (int i = 0; i < names.size(); i++) {
      NodeDef node =
          new NodeDef(
              nodes.size(),
              names.get(i),
              at(hosts, i),
              at(addresses, i),
              bcast.isEmpty() ? null : at(bcast, i),
              at(ports, i),
              cpus,
              specialised,
              line);
      if (byName.put(node.name(), node) != null) {
        throw fatal("Duplicated NodeHostName " + node.hostName() + " in config file", line);
      }
      nodes.add(node);
    }
    if (names.size() > 0 && line.number("MemSpecLimit", 0) >= Math.max(1, line.number("RealMemory", 1))) {
      warnings.add(
          "NodeNames=" + line.first().value() + " MemSpecLimit=" + line.number("MemSpecLimit", 0)
              + " is invalid, reset to 0");
    }
  }

  private static <T> T at(List<T> list, int i) {
    return list.size() == 1 ? list.get(0) : list.get(i);
  }

  /** The key's values, one for each name or one for all; {@code otherwise} if it is not set. */
  private List<String> parallel(LineSettings line, String key, List<String> otherwise) {
    Optional<String> text = line.text(key);
    if (text.isEmpty()) {
      return otherwise;
    }
    List<String> values = expand(line, key, text.get());
    int names = expand(line, "NodeName", line.first().value()).size();
    if (values.size() != names && values.size() != 1) {
      throw fatal(key + " count must equal that of NodeName records or there must be no more than one", line);
    }
    return values;
  }

  private List<Integer> ports(LineSettings line, int names, int slurmdPort) {
    Optional<String> text = line.text("Port");
    if (text.isEmpty()) {
      return List.of(slurmdPort);
    }
    // Port=[7001-7003] and Port=7001-7003 are the same to Slurm
    String ranges = text.get().startsWith("[") ? text.get() : "[" + text.get() + "]";
    List<Integer> ports = new ArrayList<>();
    for (String one : expand(line, "Port", ranges)) {
      if (one.length() > 5 || Integer.parseInt(one) < 1 || Integer.parseInt(one) > 65535) {
        throw fatal("Invalid Port " + one, line);
      }
      ports.add(Integer.valueOf(one));
    }
    if (ports.size() != names && ports.size() != 1) {
      throw fatal(
          "Port count must equal that of NodeName records or there must be no more than one ("
              + ports.size() + " != " + names + ")",
          line);
    }
    return ports;
  }

  private static List<String> expand(LineSettings line, String key, String text) {
    try {
      List<String> names = HostRanges.expand(text);
      if (names.isEmpty()) {
        throw new ConfException(key + " is empty");
      }
      return names;
    } catch (ConfException e) {
      throw fatal(e.getMessage() + "\nUnable to create " + key + " list from " + text, line);
    }
  }

  static ConfException fatal(String sentence, LineSettings line) {
    ConfFile.Token first = line.first();
    return new ConfException(sentence + "\n" + first.parseError().getMessage());
  }

  // ---- node sets, down nodes

  private void readNodeSets(SlurmConf conf) {
    for (ConfFile.Line line : conf.lines(Scope.NODESET)) {
      LineSettings settings = LineSettings.of(Scope.NODESET, line, null);
      for (String name : expand(settings, "NodeSet", settings.first().value())) {
        if (byName.containsKey(name)) {
          throw fatal("NodeSet with name " + name + " overlaps with an existing NodeName", settings);
        }
        nodeSets.put(name, new NodeSetDef(name, settings.text("Feature"), settings.text("Nodes")));
      }
    }
  }

  private void readDownNodes(SlurmConf conf) {
    for (ConfFile.Line line : conf.lines(Scope.DOWNNODES)) {
      LineSettings settings = LineSettings.of(Scope.DOWNNODES, line, null);
      List<NodeDef> known = new ArrayList<>();
      for (String name : expand(settings, "DownNodes", settings.first().value())) {
        NodeDef node = byName.get(name);
        if (node == null) {
          warnings.add("DownNode \"" + name + "\" does not exist!");
        } else {
          known.add(node);
        }
      }
      downNodes.add(
          new DownNodesDef(List.copyOf(known), settings.text("State").orElse("UNKNOWN"), settings.text("Reason")));
    }
  }

  // ---- partitions

  private void readPartitions(SlurmConf conf) {
    LineSettings defaults = null;
    for (ConfFile.Line line : conf.lines(Scope.PARTITION)) {
      LineSettings settings = LineSettings.of(Scope.PARTITION, line, defaults);
      if (settings.first().value().equalsIgnoreCase("DEFAULT")) {
        defaults = settings;
        continue;
      }
      TreeSet<Integer> members = new TreeSet<>();
      List<String> sets = new ArrayList<>();
      settings.text("Nodes").ifPresent(text -> resolve(text, settings, members, sets));
      List<NodeDef> found = members.stream().map(nodes::get).toList();
      PartitionDef partition = new PartitionDef(settings, found, sets);
      partition.warn(warnings);
      if (partitions.put(partition.name(), partition) != null) {
        throw fatal(
            "_build_single_partitionline_info: duplicate entry for partition " + partition.name(), settings);
      }
    }
  }

  /** Adds the nodes that {@code Nodes=} names: nodes, node sets, ALL. */
  private void resolve(String text, LineSettings line, TreeSet<Integer> members, List<String> sets) {
    for (String name : expand(line, "Nodes", text)) {
      NodeSetDef set = nodeSets.get(name);
      if (name.equalsIgnoreCase("ALL")) {
        sets.add(name);
        nodes.forEach(node -> members.add(node.index()));
      } else if (set != null) {
        sets.add(name);
        addSet(set, line, members);
      } else {
        addNode(name, line, members);
      }
    }
  }

  private void addSet(NodeSetDef set, LineSettings line, TreeSet<Integer> members) {
    set.nodes().ifPresent(text -> expand(line, "NodeSet", text).forEach(name -> addNode(name, line, members)));
    set.feature()
        .ifPresent(
            feature -> {
              for (NodeDef node : nodes) {
                if (node.features().map(all -> new OptionList(all).items().contains(feature)).orElse(false)) {
                  members.add(node.index());
                }
              }
            });
  }

  private void addNode(String name, LineSettings line, TreeSet<Integer> members) {
    NodeDef node = byName.get(name);
    if (node == null) {
      throw fatal(
          "_find_node_record: lookup failure for node \"" + name + "\"\nInvalid node names in partition "
              + line.first().value(),
          line);
    }
    members.add(node.index());
  }
}
