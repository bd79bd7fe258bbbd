package org.slurmctldj.client.node;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.rpc.RequestFailed;
import org.slurmctldj.proto.auth.AuthInfo;
import org.slurmctldj.proto.auth.MungeClient;
import org.slurmctldj.proto.auth.MungeException;
import org.slurmctldj.proto.conf.ClusterLayout;
import org.slurmctldj.proto.conf.NodeDef;
import org.slurmctldj.proto.cred.CredException;
import org.slurmctldj.proto.cred.NetCred;
import org.slurmctldj.proto.slurm.NodeAliasAddrsRequest;
import org.slurmctldj.proto.slurm.NodeAliasAddrsResponse;
import org.slurmctldj.proto.slurm.SlurmAddrArray;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.ProtocolVersion;

/**
 * Where nodes are: what slurm.conf says, and for cloud nodes, whose addresses it cannot know, what the controller says
 * (REQUEST_NODE_ALIAS_ADDRS, from 23.11 on).
 */
final class NodeAddresses {
  private static final int REQUEST_NODE_ALIAS_ADDRS = 3016;

  private final ClusterLayout layout;
  private final Map<String, InetSocketAddress> told;

  /** What the controller signed, for nodes that pass a message on; null if slurm.conf was enough. */
  final String netCred;

  private NodeAddresses(ClusterLayout layout, Map<String, InetSocketAddress> told, String netCred) {
    this.layout = layout;
    this.told = told;
    this.netCred = netCred;
  }

  static NodeAddresses of(Client client, ClusterLayout layout, List<String> nodes) {
    boolean all = nodes.stream().allMatch(n -> layout.node(n).filter(d -> !isCloud(d)).isPresent());
    if (all || client.controller().version() < ProtocolVersion.V23_11) {
      return new NodeAddresses(layout, Map.of(), null);
    }
    try {
      NodeAliasAddrsRequest question =
          new NodeAliasAddrsRequest().nodeAddrs(new SlurmAddrArray()).nodeCnt(nodes.size()).nodeList(Hostlist.of(nodes).toString());
      Frame answer = client.controller().ask(REQUEST_NODE_ALIAS_ADDRS, question);
      int version = answer.version() >> 8;
      String signed = NodeAliasAddrsResponse.read(answer.body(), version).netCred();
      Map<String, InetSocketAddress> told =
          signed.startsWith("MUNGE:") ? NetCred.ofPayload(payload(client, signed), version) : NetCred.ofTokenUnverified(signed);
      return new NodeAddresses(layout, told, signed);
    } catch (RequestFailed | MungeException | CredException e) {
      // the nodes that slurm.conf does not know are named when they are called
      return new NodeAddresses(layout, Map.of(), null);
    }
  }

  private static byte[] payload(Client client, String signed) {
    AuthInfo info = AuthInfo.parse(client.conf().text("AuthInfo").orElse(null));
    try {
      return new MungeClient(info.socket()).decode(signed).payload();
    } catch (MungeException e) {
      // another client of this host has opened the same one
      return e.decoded().orElseThrow(() -> e).payload();
    }
  }

  /** Empty: neither slurm.conf nor the controller knows it. */
  Optional<InetSocketAddress> of(String node) {
    InetSocketAddress address = told.get(node);
    return address != null
        ? Optional.of(address)
        : layout.node(node).map(d -> new InetSocketAddress(d.address(), d.port()));
  }

  private static boolean isCloud(NodeDef d) {
    return d.state().equalsIgnoreCase("CLOUD");
  }
}
