package org.slurmctldj.rpc.handlers;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.core.NodePhase;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.PartitionDefinition;
import org.slurmctldj.proto.slurm.NodeInfo;
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
import org.slurmctldj.rpc.render.NodeWire;
import org.slurmctldj.rpc.render.PartitionWire;

/** Nodes and partitions: sinfo, scontrol show node and partition. */
final class NodeHandlers {
  private static final int RESPONSE_NODE_INFO = 2008;
  private static final int RESPONSE_PARTITION_INFO = 2010;
  private static final int V24_11 = 42;

  private final Controller c;

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

  private Reply nodes(Request r) {
    NodeInfoRequest q = r.body(NodeInfoRequest.class);
    if (!new Privacy(c).nodes(r)) {
      return Reply.rc(Privacy.ERROR_ACCESS_DENIED);
    }
    if (Freshness.nothingNew(q.lastUpdate(), c.view().globals().nodesChangedAt())) {
      return Reply.rc(Freshness.NO_CHANGE_IN_DATA);
    }
    return list(r, q.showFlags(), null);
  }

  private Reply node(Request r) {
    NodeInfoSingleRequest q = r.body(NodeInfoSingleRequest.class);
    if (!new Privacy(c).nodes(r)) {
      return Reply.rc(Privacy.ERROR_ACCESS_DENIED);
    }
    return list(r, q.showFlags() | ShowFlags.ALL | ShowFlags.FUTURE, q.nodeName() == null ? "" : q.nodeName());
  }

  /** Record i is node i, always: the bitmaps of partitions and jobs count on it. Hidden nodes keep their slot. */
  private Reply list(Request r, int showFlags, String only) {
    ClusterConfig config = c.view().config();
    long now = c.nowSeconds();
    List<NodeInfo> list = new ArrayList<>(config.nodes().size());
    BitSet hidden = new BitSet();
    BitSet visible = visibleThroughPartitions(r, config, showFlags);
    for (int i = 0; i < config.nodes().size(); i++) {
      NodeDefinition d = config.nodes().get(i);
      NodeRecord n = c.view().node(i);
      boolean hide =
          n == null
              || !visible.get(i)
              || only != null && !only.equals(d.name())
              || n.phase == NodePhase.FUTURE && !ShowFlags.has(showFlags, ShowFlags.FUTURE);
      if (hide) {
        hidden.set(i);
        if (only == null || r.version() >= V24_11) {
          list.add(NodeWire.hidden());
        }
      } else {
        list.add(NodeWire.of(d, n, c.loads().of(d.name()), ShowFlags.has(showFlags, ShowFlags.DETAIL)));
      }
    }
    if (only != null) {
      list.removeIf(n -> n.name() == null);
      if (list.isEmpty()) {
        return Reply.rc(2018);
      }
      hidden.clear();
    }
    return Reply.message(
        RESPONSE_NODE_INFO,
        new NodeInfoResponse()
            .lastUpdate(now)
            .hiddenNodes(r.version() >= V24_11 ? Bitmap.of(list.size(), hidden) : null)
            .nodes(list));
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
