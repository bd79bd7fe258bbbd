package org.slurmctldj.rpc.handlers;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.core.NodePhase;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.PartitionDefinition;
import org.slurmctldj.proto.slurm.NodeInfoRequest;
import org.slurmctldj.proto.slurm.NodeInfoResponse;
import org.slurmctldj.proto.slurm.NodeInfoSingleRequest;
import org.slurmctldj.proto.slurm.PartitionInfo;
import org.slurmctldj.proto.slurm.PartitionInfoRequest;
import org.slurmctldj.proto.slurm.PartitionInfoResponse;
import org.slurmctldj.proto.wire.Bitmap;
import org.slurmctldj.rpc.Reply;
import org.slurmctldj.rpc.Request;
import org.slurmctldj.rpc.RpcTable;
import org.slurmctldj.rpc.render.EncodedNodes;
import org.slurmctldj.rpc.render.NodeListing;
import org.slurmctldj.rpc.render.NodeWire;
import org.slurmctldj.rpc.render.PartitionWire;

/** Nodes and partitions: sinfo, scontrol show node and partition. */
final class NodeHandlers {
  private static final int RESPONSE_NODE_INFO = 2008;
  private static final int RESPONSE_PARTITION_INFO = 2010;
  private static final int V22_05 = 38;
  private static final int V24_11 = 42;
  private static final int CLOUD_NODES = 1 << 7;

  private final Controller c;
  private final EncodedNodes encoded = new EncodedNodes();

  private NodeHandlers(Controller c) {
    this.c = c;
  }

  static void register(RpcTable.Builder table, Controller c) {
    NodeHandlers h = new NodeHandlers(c);
    table
        .user(2007, "REQUEST_NODE_INFO", h::nodes)
        .user(2040, "REQUEST_NODE_INFO_SINGLE", h::node)
        .user(2009, "REQUEST_PARTITION_INFO", h::partitions);
  }

  /** Record i is node i, always: the bitmaps of partitions and jobs count on it. Hidden nodes keep their slot. */
  private Reply nodes(Request r) {
    NodeInfoRequest q = r.body(NodeInfoRequest.class);
    if (!new Privacy(c).nodes(r)) {
      return Reply.rc(Privacy.ERROR_ACCESS_DENIED);
    }
    if (Freshness.nothingNew(q.lastUpdate(), c.view().globals().nodesChangedAt())) {
      return Reply.rc(Freshness.NO_CHANGE_IN_DATA);
    }
    ClusterConfig config = c.view().config();
    long now = c.nowSeconds();
    boolean detail = ShowFlags.has(q.showFlags(), ShowFlags.DETAIL);
    boolean future = ShowFlags.has(q.showFlags(), ShowFlags.FUTURE);
    BitSet visible = visibleThroughPartitions(r, config, q.showFlags());
    for (int i = 0; cloudHidden(r, config) && i < config.nodes().size(); i++) {
      visible.set(i, visible.get(i) && !isOff(c.view().node(i)));
    }
    return Reply.message(
        RESPONSE_NODE_INFO,
        new NodeListing(
            now, r.version(), encoded.all(c.view(), config, r.version(), detail, future, c.loads()::of, visible::get)));
  }

  private Reply node(Request r) {
    NodeInfoSingleRequest q = r.body(NodeInfoSingleRequest.class);
    if (!new Privacy(c).nodes(r)) {
      return Reply.rc(Privacy.ERROR_ACCESS_DENIED);
    }
    ClusterConfig config = c.view().config();
    long now = c.nowSeconds();
    int index = q.nodeName() == null ? -1 : config.nodeIndex(q.nodeName());
    NodeRecord n = index < 0 ? null : c.view().node(index);
    if (n == null || cloudHidden(r, config) && isOff(n)) {
      return Reply.rc(2018);
    }
    NodeDefinition d = config.nodes().get(index);
    boolean detail = ShowFlags.has(q.showFlags(), ShowFlags.DETAIL);
    return Reply.message(
        RESPONSE_NODE_INFO,
        new NodeInfoResponse()
            .lastUpdate(now)
            .hiddenNodes(r.version() >= V24_11 ? Bitmap.of(1, new BitSet()) : null)
            .nodes(List.of(NodeWire.of(d, n, c.loads().of(d.name()), detail, r.version()))));
  }

  /** Slurm before 23.02 shows nodes that are switched off only with PrivateData=cloud. */
  private boolean cloudHidden(Request r, ClusterConfig config) {
    return config.power().enabled() && r.version() <= V22_05 && (c.settings().privateData() & CLOUD_NODES) == 0;
  }

  private static boolean isOff(NodeRecord n) {
    return n == null || n.phase == NodePhase.POWERED_DOWN || n.poweredDown;
  }

  /** A node is hidden if it has partitions and none of them may be seen. */
  private BitSet visibleThroughPartitions(Request r, ClusterConfig config, int showFlags) {
    BitSet visible = new BitSet();
    visible.set(0, config.nodes().size());
    if (ShowFlags.has(showFlags, ShowFlags.ALL) || r.uid() == 0) {
      return visible;
    }
    BitSet seen = new BitSet();
    BitSet member = new BitSet();
    for (PartitionDefinition p : config.partitions()) {
      boolean shown = Privacy.partition(r, p, showFlags);
      for (int n : p.nodes()) {
        member.set(n);
        if (shown) {
          seen.set(n);
        }
      }
    }
    member.andNot(seen);
    visible.andNot(member);
    return visible;
  }

  private Reply partitions(Request r) {
    PartitionInfoRequest q = r.body(PartitionInfoRequest.class);
    if (!new Privacy(c).partitions(r)) {
      return Reply.rc(Privacy.ERROR_ACCESS_DENIED);
    }
    if (Freshness.nothingNew(q.lastUpdate(), c.view().globals().partitionsChangedAt())) {
      return Reply.rc(Freshness.NO_CHANGE_IN_DATA);
    }
    long now = c.nowSeconds();
    ClusterConfig config = c.view().config();
    List<PartitionInfo> list = new ArrayList<>();
    for (PartitionDefinition p : config.partitions()) {
      if (Privacy.partition(r, p, q.showFlags())) {
        list.add(PartitionWire.of(config, p, r.version()));
      }
    }
    return Reply.message(RESPONSE_PARTITION_INFO, new PartitionInfoResponse().lastUpdate(now).partitions(list));
  }
}
