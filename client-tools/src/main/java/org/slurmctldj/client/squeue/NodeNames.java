package org.slurmctldj.client.squeue;

import java.util.ArrayList;
import java.util.List;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.slurm.NodeInfo;
import org.slurmctldj.proto.slurm.NodeInfoRequest;
import org.slurmctldj.proto.slurm.NodeInfoResponse;

/** Turns what users call nodes (NodeName, NodeHostname, localhost) into NodeNames, with the controller's help. */
final class NodeNames {
  private static final int REQUEST_NODE_INFO = 2007;
  private static final int SHOW_ALL = 1;

  private final Client client;

  NodeNames(Client client) {
    this.client = client;
  }

  /** The nodes by NodeName; one that does not exist ends the command. */
  List<String> existing(List<String> asked) {
    NodeInfoResponse response =
        NodeInfoResponse.read(
            client.controller().ask(REQUEST_NODE_INFO, new NodeInfoRequest().showFlags(SHOW_ALL)).body(),
            client.controller().number());
    List<String> found = new ArrayList<>();
    for (String name : asked) {
      found.add(find(name.equals("localhost") ? ProcessFacts.shortHostName() : name, response.nodes()));
    }
    return found;
  }

  private String find(String name, List<NodeInfo> nodes) {
    for (NodeInfo node : nodes) {
      if (node != null && name.equals(node.name())) {
        return name;
      }
    }
    for (NodeInfo node : nodes) {
      if (node != null && name.equals(node.nodeHostname())) {
        return node.name();
      }
    }
    client.error("Invalid node name " + name);
    throw new Exit(1);
  }
}
