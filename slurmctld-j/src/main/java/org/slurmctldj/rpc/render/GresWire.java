package org.slurmctldj.rpc.render;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.GresLayout;
import org.slurmctldj.core.GresShare;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.core.NodeRecord;

/** Generic resources as clients print them; texts observed on 22.05.8. */
final class GresWire {

  /** GresUsed of a node, "gpu:tesla:1(IDX:0),lic:3"; null where the node has none. */
  static String used(NodeDefinition d, NodeRecord n) {
    if (d.gres() == null) {
      return null;
    }
    StringJoiner out = new StringJoiner(",");
    List<GresLayout.Entry> entries = GresLayout.of(d).entries();
    for (int i = 0; i < entries.size(); i++) {
      GresShare s = of(n.gres, i);
      GresLayout.Entry e = entries.get(i);
      String devices = s == null || s.count() == 0 ? "N/A" : indexes(e, s);
      out.add(name(e) + ":" + (s == null ? 0 : s.count()) + (e.type() != null && e.devices() ? "(IDX:" + devices + ")" : ""));
    }
    return out.length() == 0 ? null : out.toString();
  }

  /** JOB_GRES: what the job holds over all its nodes, every type of a kind that it has some of; null for nothing. */
  static String total(ClusterConfig config, JobRecord j) {
    Map<String, Long> sums = new LinkedHashMap<>();
    for (Allocation.NodeShare s : j.allocation.nodes()) {
      if (s.gres().isEmpty()) {
        continue;
      }
      List<GresLayout.Entry> entries = GresLayout.of(config.nodes().get(s.node())).entries();
      for (int i : shown(j, entries, s.gres())) {
        GresShare g = of(s.gres(), i);
        sums.merge(name(entries.get(i)), g == null ? 0 : g.count(), Long::sum);
      }
    }
    StringJoiner out = new StringJoiner(",");
    sums.forEach((name, count) -> out.add(name + ":" + count));
    return sums.isEmpty() ? null : out.toString();
  }

  /** For scontrol -d: a text for each node; null where the job has none at all. */
  static String[] details(ClusterConfig config, JobRecord j) {
    if (j.allocation.nodes().stream().allMatch(s -> s.gres().isEmpty())) {
      return null;
    }
    List<String> out = new ArrayList<>();
    for (Allocation.NodeShare s : j.allocation.nodes()) {
      StringJoiner text = new StringJoiner(",");
      List<GresLayout.Entry> entries = GresLayout.of(config.nodes().get(s.node())).entries();
      for (int i : shown(j, entries, s.gres())) {
        GresShare g = of(s.gres(), i);
        GresLayout.Entry e = entries.get(i);
        boolean indexed = e.devices() && (e.type() != null || e.name().equals("gpu"));
        long count = g == null ? 0 : g.count();
        text.add(name(e) + (indexed ? ":" + count + "(IDX:" + (g == null ? "" : indexes(e, g)) + ")" : "(CNT:" + count + ")"));
      }
      out.add(text.toString());
    }
    return out.toArray(String[]::new);
  }

  /** Entries of the kinds held; of a kind that was asked for by type only those held. */
  private static List<Integer> shown(JobRecord j, List<GresLayout.Entry> entries, List<GresShare> held) {
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      String kind = entries.get(i).name();
      boolean has = of(held, i) != null;
      boolean kindHeld = held.stream().anyMatch(s -> s.entry() < entries.size() && entries.get(s.entry()).name().equals(kind));
      if (has || kindHeld && !org.slurmctldj.core.GresRequest.namesType(j.request, kind)) {
        out.add(i);
      }
    }
    return out;
  }

  private static GresShare of(List<GresShare> shares, int entry) {
    for (GresShare s : shares) {
      if (s.entry() == entry) {
        return s;
      }
    }
    return null;
  }

  private static String name(GresLayout.Entry e) {
    return e.type() == null ? e.name() : e.name() + ":" + e.type();
  }

  /** "0-1,3", counted among all devices of the name. */
  private static String indexes(GresLayout.Entry e, GresShare s) {
    BitSet bits = BitSet.valueOf(s.devices());
    StringJoiner out = new StringJoiner(",");
    for (int from = bits.nextSetBit(0); from >= 0; ) {
      int to = bits.nextClearBit(from) - 1;
      out.add(from == to ? Integer.toString(from + e.first()) : (from + e.first()) + "-" + (to + e.first()));
      from = bits.nextSetBit(to + 1);
    }
    return out.toString();
  }

  private GresWire() {}
}
