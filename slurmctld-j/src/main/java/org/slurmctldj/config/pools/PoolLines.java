package org.slurmctldj.config.pools;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slurmctldj.cloud.CapacityCatalog.TypeFacts;
import org.slurmctldj.proto.conf.ConfFile;
import org.slurmctldj.proto.conf.ConfKey.Scope;
import org.slurmctldj.proto.conf.SlurmConf;

/**
 * The slurm.conf lines that groups and queues stand for. Those that slurm.conf has already, word for word, by an Include
 * of what {@code slurmctld-j --print-pools} printed, are left out.
 */
final class PoolLines {
  /** As PCS: 131072 MiB become RealMemory=124518. */
  private static final int MEMORY_PERCENT = 95;

  private final PoolsFile file;
  private final SlurmConf slurm;

  PoolLines(PoolsFile file, SlurmConf slurm) {
    this.file = file;
    this.slurm = slurm;
  }

  /** What nodes of that group have: the least of its types; a type of nothing where none is known. */
  TypeFacts facts(GroupConf g) {
    TypeFacts least = null;
    for (var o : g.options()) {
      TypeFacts t = file.types().get(o.instanceType());
      if (t != null && (least == null || t.memoryMb() < least.memoryMb())) {
        least = t;
      }
    }
    return least == null ? new TypeFacts(1, 1, "x86_64", 0, null) : least;
  }

  /** The NodeName line, or "" for a group of no node. */
  String node(GroupConf g) {
    if (g.nodes() == null) {
      return "";
    }
    TypeFacts t = facts(g);
    Map<String, String> s = lower(g.settings());
    StringBuilder b = new StringBuilder("NodeName=").append(g.nodes()).append(" Sockets=").append(t.cpus())
        .append(" CoresPerSocket=1 ThreadsPerCore=1 RealMemory=")
        .append(s.getOrDefault("realmemory", Long.toString(t.memoryMb() * MEMORY_PERCENT / 100)));
    String features = s.get("features");
    b.append(" Feature=").append(g.name()).append(features == null || features.isEmpty() ? "" : "," + features);
    if (t.gpus() > 0) {
      b.append(" Gres=gpu:").append(t.gpu() == null ? "" : t.gpu() + ":").append(t.gpus());
    }
    append(b, "Weight", s.get("weight"));
    append(b, "MemSpecLimit", s.get("memspeclimit"));
    append(b, "CpuSpecList", s.get("cpuspeclist"));
    return b.append(" State=CLOUD\n").toString();
  }

  private static Map<String, String> lower(Map<String, String> settings) {
    Map<String, String> out = new LinkedHashMap<>();
    settings.forEach((k, v) -> out.put(k.toLowerCase(Locale.ROOT), v));
    return out;
  }

  private static void append(StringBuilder b, String key, String value) {
    if (value != null) {
      b.append(' ').append(key).append('=').append(value.contains(" ") ? '"' + value + '"' : value);
    }
  }

  String partition(QueueConf q) {
    List<String> nodes = new ArrayList<>();
    for (String name : q.groups()) {
      file.groups().stream().filter(g -> g.name().equals(name) && g.nodes() != null).forEach(g -> nodes.add(g.nodes()));
    }
    StringBuilder b = new StringBuilder("PartitionName=").append(q.name());
    if (!nodes.isEmpty()) {
      b.append(" Nodes=").append(String.join(",", nodes));
    }
    q.settings().forEach((k, v) -> append(b, k, v));
    return b.append('\n').toString();
  }

  /** "" or the line that makes gpu a known kind where slurm.conf names none. */
  private String gresTypes() {
    boolean gpus = file.groups().stream().anyMatch(g -> g.nodes() != null && facts(g).gpus() > 0);
    return gpus && slurm.text("GresTypes").isEmpty() ? "GresTypes=gpu\n" : "";
  }

  String all() {
    return text(line -> true);
  }

  String missing() {
    return text(line -> !has(line));
  }

  private String text(java.util.function.Predicate<String> wanted) {
    StringBuilder b = new StringBuilder(gresTypes());
    for (GroupConf g : file.groups()) {
      String line = node(g);
      b.append(!line.isEmpty() && wanted.test(line) ? line : "");
    }
    for (QueueConf q : file.queues()) {
      String line = partition(q);
      b.append(wanted.test(line) ? line : "");
    }
    return b.isEmpty() ? "" : "# compute node groups and queues of " + PoolsFile.FILE_NAME + "\n" + b;
  }

  private boolean has(String line) {
    Scope scope = line.startsWith("NodeName") ? Scope.NODE : Scope.PARTITION;
    List<ConfFile.Token> ours = ConfFile.parse("line", line).lines().get(0).tokens();
    for (ConfFile.Line l : slurm.lines(scope)) {
      if (l.tokens().size() == ours.size() && same(l.tokens(), ours)) {
        return true;
      }
    }
    return false;
  }

  private static boolean same(List<ConfFile.Token> a, List<ConfFile.Token> b) {
    for (int i = 0; i < a.size(); i++) {
      if (!a.get(i).key().equalsIgnoreCase(b.get(i).key()) || !a.get(i).value().equals(b.get(i).value())) {
        return false;
      }
    }
    return true;
  }

  /** As the guide's nodes have it: one file for each device. */
  String gres() {
    StringBuilder b = new StringBuilder();
    for (GroupConf g : file.groups()) {
      TypeFacts t = facts(g);
      if (g.nodes() != null && t.gpus() > 0) {
        b.append("NodeName=").append(g.nodes()).append(" Name=gpu").append(t.gpu() == null ? "" : " Type=" + t.gpu())
            .append(" File=/dev/nvidia").append(t.gpus() == 1 ? "0" : "[0-" + (t.gpus() - 1) + "]").append('\n');
      }
    }
    return b.toString();
  }
}
