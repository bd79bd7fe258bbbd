package org.slurmctldj.proto.slurm;

import java.util.ArrayList;
import java.util.List;
import org.slurmctldj.proto.wire.Bitmap;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.Unpacker;
import org.slurmctldj.proto.wire.WireException;

/**
 * All nodes of the cluster, in the order that node bitmaps index. A node hidden from the asker keeps its place: up to 41
 * as a record without a name, from 42 as a bit of {@code hidden_nodes} and no record at all.
 */
public final class NodeInfoResponse implements SlurmBody {
  private static final int SMALLEST_RECORD = 100;

  private long lastUpdate;
  private Bitmap hiddenNodes;
  private List<NodeInfo> nodes = List.of();

  public long lastUpdate() {
    return lastUpdate;
  }

  public NodeInfoResponse lastUpdate(long value) {
    this.lastUpdate = value;
    return this;
  }

  /** Nodes that the asker must not see; null when none. */
  public Bitmap hiddenNodes() {
    return hiddenNodes;
  }

  public NodeInfoResponse hiddenNodes(Bitmap value) {
    this.hiddenNodes = value;
    return this;
  }

  /** One per node. As read, hidden ones are null; when writing, what is at a hidden place does not matter. */
  public List<NodeInfo> nodes() {
    return nodes;
  }

  public NodeInfoResponse nodes(List<NodeInfo> value) {
    this.nodes = value == null ? List.of() : value;
    return this;
  }

  private boolean hidden(int i) {
    return hiddenNodes != null && hiddenNodes.get(i);
  }

  public static NodeInfoResponse read(Unpacker in, int version) {
    NodeInfoResponse x = new NodeInfoResponse();
    long count = in.u32();
    x.lastUpdate = in.time();
    x.hiddenNodes = version >= 42 ? in.bitmap() : null;
    int unseen = x.hiddenNodes == null ? 0 : x.hiddenNodes.cardinality();
    if (count > Integer.MAX_VALUE || (count - unseen) * SMALLEST_RECORD > in.remaining()) {
      throw new WireException(count + " nodes exceed the message");
    }
    List<NodeInfo> list = new ArrayList<>((int) count);
    for (int i = 0; i < count; i++) {
      if (x.hidden(i)) {
        list.add(null);
      } else {
        NodeInfo node = NodeInfo.read(in, version);
        list.add(version <= 41 && (node.name() == null || node.name().isEmpty()) ? null : node);
      }
    }
    x.nodes = list;
    return x;
  }

  public static void write(Packer out, NodeInfoResponse value, int version) {
    (value == null ? new NodeInfoResponse() : value).write(out, version);
  }

  @Override
  public void write(Packer out, int version) {
    out.u32(nodes.size()).time(lastUpdate);
    Bitmap hidden = hiddenNodes;
    if (version >= 42) {
      out.bitmap(hidden);
    }
    for (int i = 0; i < nodes.size(); i++) {
      if (!hidden(i)) {
        NodeInfo.write(out, nodes.get(i), version);
      } else if (version <= 41) {
        NodeInfo.write(out, null, version);
      }
    }
  }

  static NodeInfoResponse random(RandomValues r, int version) {
    int n = r.count();
    List<NodeInfo> list = new ArrayList<>(n);
    long[] hidden = {version >= 42 && n > 0 ? r.u64() & (1L << n) - 1 : 0};
    for (int i = 0; i < n; i++) {
      list.add((hidden[0] & 1L << i) != 0 ? null : NodeInfo.random(r, version).name("n" + i));
    }
    return new NodeInfoResponse().lastUpdate(r.time()).nodes(list).hiddenNodes(hidden[0] == 0 ? null : Bitmap.of(n, hidden));
  }

  @Override
  public void fields(FieldVisitor visitor) {
    visitor.field("last_update", lastUpdate);
    visitor.field("hidden_nodes", hiddenNodes);
    visitor.field("nodes", nodes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NodeInfoResponse o
        && lastUpdate == o.lastUpdate
        && java.util.Objects.equals(hiddenNodes, o.hiddenNodes)
        && nodes.equals(o.nodes);
  }

  @Override
  public int hashCode() {
    return WireValues.hash(this);
  }

  @Override
  public String toString() {
    return FieldPrinter.oneLine(this);
  }
}
