package org.slurmctldj.rpc.render;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.wire.Bitmap;

/** Node indexes to Slurm's hostlist text and back. */
public final class NodeNames {

  /** "n[1-3,7]" for these nodes of the epoch. */
  public static String of(ClusterConfig config, int[] nodes) {
    List<String> names = new ArrayList<>(nodes.length);
    for (int n : nodes) {
      names.add(config.nodes().get(n).name());
    }
    return Hostlist.of(names).toString();
  }

  /** The bits of a request's node list; null for no list or one that names unknown nodes. */
  public static Bitmap bitmap(ClusterConfig config, String list) {
    int[] nodes = list == null || list.isEmpty() ? null : org.slurmctldj.core.NodeNames.indexes(list, config);
    return nodes == null ? null : Bitmap.ofBits(config.nodes().size(), Arrays.stream(nodes).toArray());
  }

  private NodeNames() {}
}
