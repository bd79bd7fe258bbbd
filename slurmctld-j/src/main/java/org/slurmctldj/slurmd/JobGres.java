package org.slurmctldj.slurmd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.GresLayout;
import org.slurmctldj.core.GresRequest;
import org.slurmctldj.core.GresShare;
import org.slurmctldj.core.GresText;
import org.slurmctldj.core.StepRecord;
import org.slurmctldj.proto.conf.GresConf;
import org.slurmctldj.proto.slurm.GresJobState;
import org.slurmctldj.proto.slurm.GresStepState;
import org.slurmctldj.proto.wire.Bitmap;

/**
 * The generic resources of a job and of a step as its credential names them: per kind, node after node, how many and
 * which devices. Both count nodes as the job does: slurmd looks itself up among the job's.
 */
public final class JobGres {
  /** What of one kind each node of the job gives. */
  private static final class Kind {
    final long[] counts;
    final Bitmap[] devices;

    Kind(int nodes) {
      counts = new long[nodes];
      devices = new Bitmap[nodes];
    }
  }

  private JobGres() {}

  /** Null where the job has none, as slurmctld packs it. */
  static List<GresJobState> of(ClusterConfig config, Allocation allocation) {
    int nodes = allocation.nodes().size();
    Map<String, Kind> kinds = new TreeMap<>();
    for (int i = 0; i < nodes; i++) {
      Allocation.NodeShare share = allocation.nodes().get(i);
      if (!share.gres().isEmpty()) {
        node(kinds, nodes, i, GresLayout.of(config.nodes().get(share.node())).entries(), share.gres());
      }
    }
    if (kinds.isEmpty()) {
      return null;
    }
    List<GresJobState> list = new ArrayList<>();
    kinds.forEach((name, kind) -> list.add(state(name, kind, nodes)));
    return list;
  }

  /** Null where the step has none. */
  public static List<GresStepState> ofStep(ClusterConfig config, Allocation allocation, StepRecord step) {
    int nodes = allocation.nodes().size();
    Map<String, Kind> kinds = new TreeMap<>();
    BitSet used = new BitSet();
    for (StepRecord.StepShare s : step.nodes()) {
      for (int i = 0; i < nodes; i++) {
        if (allocation.nodes().get(i).node() == s.node() && !s.gres().isEmpty()) {
          node(kinds, nodes, i, GresLayout.of(config.nodes().get(s.node())).entries(), s.gres());
          used.set(i);
        }
      }
    }
    if (kinds.isEmpty()) {
      return null;
    }
    GresRequest asked = GresRequest.of(step.request());
    List<GresStepState> list = new ArrayList<>();
    kinds.forEach(
        (name, kind) -> {
          GresStepState s = stepState(name, kind, nodes).nodeInUse(Bitmap.of(nodes, used));
          if (asked != null) {
            s.gresPerStep(sum(asked.perJob(), name))
                .gresPerNode(sum(asked.perNode(), name))
                .gresPerSocket(sum(asked.perSocket(), name))
                .gresPerTask(sum(asked.perTask(), name));
          }
          list.add(s);
        });
    return list;
  }

  private static long sum(List<GresText.Item> items, String name) {
    return items.stream().filter(i -> i.name().equals(name)).mapToLong(GresText.Item::count).sum();
  }

  private static GresStepState stepState(String name, Kind kind, int nodes) {
    List<long[]> perBit = new ArrayList<>();
    long total = 0;
    for (int i = 0; i < nodes; i++) {
      perBit.add(null);
      total += kind.counts[i];
    }
    boolean devices = Arrays.stream(kind.devices).anyMatch(Objects::nonNull);
    return new GresStepState()
        .pluginId(GresConf.kind(name))
        .totalGres(total)
        .nodeCnt(nodes)
        .gresCntNodeAlloc(kind.counts)
        .gresBitAlloc(devices ? Arrays.asList(kind.devices) : null)
        .gresPerBitAlloc(perBit);
  }

  private static void node(Map<String, Kind> kinds, int nodes, int at, List<GresLayout.Entry> entries, List<GresShare> shares) {
    for (GresShare share : shares) {
      if (share.entry() >= entries.size()) {
        continue;
      }
      GresLayout.Entry entry = entries.get(share.entry());
      Kind kind = kinds.computeIfAbsent(entry.name(), _ -> new Kind(nodes));
      kind.counts[at] += share.count();
      if (entry.devices()) {
        BitSet bits = new BitSet();
        BitSet.valueOf(share.devices()).stream().forEach(d -> bits.set(d + entry.first()));
        Bitmap before = kind.devices[at];
        for (int b = 0; before != null && b < before.size(); b++) {
          if (before.get(b)) {
            bits.set(b);
          }
        }
        kind.devices[at] = Bitmap.of(size(entries, entry.name()), bits);
      }
    }
  }

  /** All devices of that name on the node. */
  private static int size(List<GresLayout.Entry> entries, String name) {
    long n = 0;
    for (GresLayout.Entry e : entries) {
      n += e.name().equals(name) ? e.count() : 0;
    }
    return (int) n;
  }

  private static GresJobState state(String name, Kind kind, int nodes) {
    List<Bitmap> bits = new ArrayList<>();
    List<long[]> perBit = new ArrayList<>();
    long total = 0;
    boolean devices = false;
    for (int i = 0; i < nodes; i++) {
      bits.add(kind.devices[i]);
      perBit.add(null);
      total += kind.counts[i];
      devices |= kind.devices[i] != null;
    }
    return new GresJobState()
        .pluginId(GresConf.kind(name))
        .totalGres(total)
        .nodeCnt(nodes)
        .gresCntNodeAlloc(kind.counts)
        .gresBitAlloc(devices ? bits : null)
        .gresPerBitAlloc(perBit)
        .gresPerBitStepAlloc(new ArrayList<>(perBit));
  }
}
