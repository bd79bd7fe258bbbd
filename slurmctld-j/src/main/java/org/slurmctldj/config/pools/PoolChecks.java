package org.slurmctldj.config.pools;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.slurmctldj.cloud.CapacityCatalog.TypeFacts;
import org.slurmctldj.cloud.CapacityOption;
import org.slurmctldj.core.NodeNames;
import org.slurmctldj.proto.conf.ClusterLayout;
import org.slurmctldj.proto.conf.ConfException;
import org.slurmctldj.proto.conf.ConfFile;
import org.slurmctldj.proto.conf.ConfKey.Scope;
import org.slurmctldj.proto.conf.SlurmConf;

/**
 * The second and third check of a pools.yaml whose fields have been looked at: each group and queue in its context
 * (which settings it may have, which types are known), then all against each other and against slurm.conf.
 */
final class PoolChecks {
  /** PCS's allow-lists (guide 2026, custom Slurm settings). */
  private static final Set<String> GROUP_SETTINGS = Set.of("cpuspeclist", "features", "memspeclimit", "realmemory", "weight");

  private static final Set<String> QUEUE_SETTINGS =
      Set.of(
          "allowaccounts", "allowqos", "default", "defaulttime", "denyaccounts", "denyqos", "exclusiveuser", "gracetime", "maxtime",
          "oversubscribe", "overtimelimit", "powerdownonidle", "preemptmode", "priorityjobfactor", "prioritytier", "qos",
          "tresbillingweights");

  private final PoolsFile file;
  private final SlurmConf slurm;
  private final PoolLines lines;
  private final Yaml yaml;

  PoolChecks(PoolsFile file, SlurmConf slurm, PoolLines lines, List<String> faults) {
    this.file = file;
    this.slurm = slurm;
    this.lines = lines;
    this.yaml = new Yaml(file.path().getFileName().toString(), faults);
  }

  void run() {
    file.groups().forEach(this::group);
    file.queues().forEach(this::queue);
    if (!file.groups().isEmpty() && file.cloud() == null) {
      yaml.fault(1, "groups need a section cloud: where their instances come from");
    }
    file.groups().forEach(this::mixture);
    namesOfSlurmConf();
    gresTypes();
    file.queues().forEach(this::knownGroups);
  }

  // ---- each in its context

  private void group(GroupConf g) {
    settings("group " + g.name(), g.settings(), GROUP_SETTINGS, g.line());
    Set<String> unknown = new TreeSet<>();
    for (CapacityOption o : g.options()) {
      if (!file.types().containsKey(o.instanceType())) {
        unknown.add(o.instanceType());
      }
    }
    unknown.forEach(t -> yaml.fault(g.line(), "group " + g.name() + ": instance type " + t + " is not among instance-types"));
    if (unknown.isEmpty() && g.nodes() != null) {
      parses("group " + g.name(), lines.node(g), g.line());
      memory(g);
    }
  }

  private void memory(GroupConf g) {
    long has = lines.facts(g).memoryMb();
    g.settings().forEach((k, v) -> {
      if (k.equalsIgnoreCase("RealMemory") && v.matches("[0-9]{1,12}") && Long.parseLong(v) > has) {
        yaml.fault(g.line(), "group " + g.name() + ": RealMemory " + v + " MB is more than its smallest type has, " + has);
      }
    });
  }

  private void queue(QueueConf q) {
    settings("queue " + q.name(), q.settings(), QUEUE_SETTINGS, q.line());
    parses("queue " + q.name(), new QueueLine(q).text(), q.line());
  }

  /** Of no nodes: those are looked at with the groups. */
  private record QueueLine(QueueConf q) {
    String text() {
      StringBuilder b = new StringBuilder("PartitionName=" + q.name());
      q.settings().forEach((k, v) -> b.append(' ').append(k).append('=').append(v.contains(" ") ? '"' + v + '"' : v));
      return b.append('\n').toString();
    }
  }

  private void settings(String what, Map<String, String> settings, Set<String> allowed, int line) {
    Set<String> seen = new HashSet<>();
    settings.forEach((k, v) -> {
      if (!allowed.contains(k.toLowerCase(Locale.ROOT))) {
        yaml.fault(line, what + ": " + k + " is no setting of it; those are " + String.join(", ", new TreeSet<>(allowed)));
      } else if (!seen.add(k.toLowerCase(Locale.ROOT))) {
        yaml.fault(line, what + ": " + k + " is set twice");
      }
      if (v.isEmpty() || v.chars().anyMatch(c -> c < ' ' || c == '"' || c == '#' || c == '\\')) {
        yaml.fault(line, what + ": " + k + " has an empty value or one that no line of slurm.conf can hold");
      }
    });
  }

  /** Slurm's own rules for the line's values. */
  private void parses(String what, String line, int at) {
    try {
      ClusterLayout.of(SlurmConf.parse("pools", line));
    } catch (ConfException e) {
      yaml.fault(at, what + ": " + e.getMessage().lines().findFirst().orElse(""));
    }
  }

  // ---- against each other

  /** PCS: all types of a group have the same architecture, CPUs and GPUs. */
  private void mixture(GroupConf g) {
    differ(g, "architectures", TypeFacts::architecture);
    differ(g, "numbers of CPUs", TypeFacts::cpus);
    differ(g, "numbers of GPUs", TypeFacts::gpus);
    differ(g, "kinds of GPU", t -> Optional.ofNullable(t.gpu()));
  }

  private void differ(GroupConf g, String what, Function<TypeFacts, Object> of) {
    Set<Object> found = new HashSet<>();
    Set<String> named = new TreeSet<>();
    for (CapacityOption o : g.options()) {
      TypeFacts t = file.types().get(o.instanceType());
      if (t != null) {
        found.add(of.apply(t));
        named.add(o.instanceType());
      }
    }
    if (found.size() > 1) {
      yaml.fault(g.line(), "group " + g.name() + " mixes " + what + ": " + String.join(", ", named));
    }
  }

  private void knownGroups(QueueConf q) {
    for (String name : q.groups()) {
      if (file.groups().stream().noneMatch(g -> g.name().equals(name))) {
        yaml.fault(q.line(), "queue " + q.name() + ": there is no group " + name);
      }
    }
  }

  private void namesOfSlurmConf() {
    Set<String> nodes = new HashSet<>();
    for (ConfFile.Line l : slurm.lines(Scope.NODE)) {
      nodes.addAll(expand(l.first().value()));
    }
    String missing = lines.missing();
    for (GroupConf g : file.groups()) {
      if (g.nodes() != null && missing.contains("NodeName=" + g.nodes() + " ")) {
        expand(g.nodes()).stream().filter(nodes::contains).findFirst().ifPresent(n -> yaml.fault(
            g.line(), "group " + g.name() + ": slurm.conf has another line for node " + n
                + " (lines for an Include are printed by slurmctld-j --print-pools)"));
      }
    }
    for (QueueConf q : file.queues()) {
      boolean there = slurm.lines(Scope.PARTITION).stream().anyMatch(l -> l.first().value().equals(q.name()));
      if (there && missing.contains(lines.partition(q))) {
        yaml.fault(q.line(), "queue " + q.name() + ": slurm.conf has another line for a partition of that name");
      }
    }
  }

  private static List<String> expand(String text) {
    List<String> names = NodeNames.expand(text);
    return names == null ? List.of() : names; // slurm.conf's own check says what is wrong with it
  }

  private void gresTypes() {
    Optional<String> known = slurm.text("GresTypes");
    boolean gpus = file.groups().stream().anyMatch(g -> g.nodes() != null && lines.facts(g).gpus() > 0);
    if (gpus && known.isPresent() && !Set.of(known.get().split(",")).contains("gpu")) {
      yaml.fault(1, "groups have GPUs, and GresTypes=" + known.get() + " of slurm.conf does not name gpu");
    }
  }
}
