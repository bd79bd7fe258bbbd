package org.slurmctldj.agents;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.core.NodePhase;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.proto.slurm.NodeAliasAddrsRequest;
import org.slurmctldj.proto.slurm.SlurmAddrArray;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.wire.SlurmAddress;

/**
 * Where the nodes of a job are that no client's slurm.conf can tell: State=CLOUD nodes whose address became known when they
 * were switched on. Until 23.02 as a text (alias_list, SLURM_NODE_ALIASES), from 23.11 on as addresses in credentials. Seen
 * from slurmctld 22.05.8, 24.11.5 and 26.05. A node whose address is its own name has none that is worth telling: clients
 * look it up themselves, as with cloud_dns.
 */
public final class NodeAliases {
  /** The last protocol version that has the text: 23.02. */
  private static final int LAST_WITH_TEXT = 39;

  private static final long CLOUD = 1 << 7;
  private static final String NOT_YET = "TBD";

  private NodeAliases() {}

  /** "name:[address]:hostname,…" of the job's cloud nodes, or null if there are none. */
  public static String text(ClusterConfig config, JobRecord job) {
    StringBuilder text = new StringBuilder();
    for (Allocation.NodeShare s : job.allocation.nodes()) {
      NodeDefinition d = config.nodes().get(s.node());
      if (isTold(d)) {
        text.append(text.isEmpty() ? "" : ",").append(d.name()).append(":[").append(d.address()).append("]:").append(d.hostName());
      }
    }
    return text.isEmpty() ? null : text.toString();
  }

  /**
   * The same for the job's own client: "TBD" as long as one of the nodes is not up, null for clients from 23.11 on.
   *
   * @param clientVersion protocol version, 22.05 = 38
   * @param nodes records by index, or null
   */
  public static String text(ClusterConfig config, JobRecord job, int clientVersion, IntFunction<NodeRecord> nodes) {
    if (clientVersion > LAST_WITH_TEXT) {
      return null;
    }
    for (Allocation.NodeShare s : job.allocation.nodes()) {
      NodeRecord n = nodes.apply(s.node());
      boolean off = n != null && (n.phase == NodePhase.POWERED_DOWN || n.phase == NodePhase.POWERING_UP);
      if (off && (config.nodes().get(s.node()).state() & CLOUD) != 0) {
        return NOT_YET;
      }
    }
    return text(config, job);
  }

  /** The addresses of all of the job's nodes if any of them needs telling; may look names up, hence block. */
  public static Optional<NodeAliasAddrsRequest> addresses(ClusterConfig config, JobRecord job) {
    int[] nodes = job.allocation.nodes().stream().mapToInt(Allocation.NodeShare::node).toArray();
    for (int n : nodes) {
      if (isTold(config.nodes().get(n))) {
        return addresses(config, nodes);
      }
    }
    return Optional.empty();
  }

  /** The addresses of those nodes; empty if one of them cannot be found. May block. */
  public static Optional<NodeAliasAddrsRequest> addresses(ClusterConfig config, int[] nodes) {
    List<String> names = new ArrayList<>(nodes.length);
    List<SlurmAddress> addresses = new ArrayList<>(nodes.length);
    for (int n : nodes) {
      NodeDefinition d = config.nodes().get(n);
      try {
        addresses.add(SlurmAddress.of(new InetSocketAddress(InetAddress.getByName(d.address()), d.port())));
      } catch (UnknownHostException e) {
        return Optional.empty();
      }
      names.add(d.name());
    }
    return Optional.of(
        new NodeAliasAddrsRequest()
            .nodeAddrs(new SlurmAddrArray().addrs(addresses))
            .nodeCnt(names.size())
            .nodeList(Hostlist.of(names).toString()));
  }

  private static boolean isTold(NodeDefinition d) {
    return (d.state() & CLOUD) != 0 && !d.address().equals(d.name());
  }
}
