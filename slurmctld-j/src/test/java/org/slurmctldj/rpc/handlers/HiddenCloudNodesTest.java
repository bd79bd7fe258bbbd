package org.slurmctldj.rpc.handlers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.NodePhase;
import org.slurmctldj.core.PowerRules;
import org.slurmctldj.proto.slurm.NodeInfoSingleRequest;
import org.slurmctldj.rpc.Reply;
import org.slurmctldj.rpc.Request;

/** Observed on 22.05.8: nodes that are switched off are shown only with PrivateData=cloud; 24.11.5 always shows them. */
class HiddenCloudNodesTest {
  private static final int PRIVATE_CLOUD_NODES = 1 << 7;

  private final ControllerOnHeap on = new ControllerOnHeap(Cluster.of(2));

  @BeforeEach
  void theSecondNodeIsSwitchedOff() {
    Cluster c = on.cluster;
    ClusterConfig plain = c.store.config();
    List<PowerRules.NodePower> power = List.of(new PowerRules.NodePower(-1, 30, 60, false), new PowerRules.NodePower(300, 30, 60, false));
    c.apply(
        new Command.Reconfigure(
            c.now, new ClusterConfig(2, "test", plain.nodes(), plain.partitions(), plain.limits(), new PowerRules(true, power, List.of(), 0))));
    c.pass(301);
    c.apply(new Command.PowerIssued(c.now, List.of("n2"), Command.PowerProgram.SUSPEND, c.now));
    c.pass(31);
    assertEquals(NodePhase.POWERED_DOWN, c.node(1).phase);
  }

  private Reply ask(int version, String node) {
    Request r = new Request(2040, version, new NodeInfoSingleRequest().nodeName(node), Cluster.ALICE, new InetSocketAddress(0), null);
    return Rpcs.table(on.controller).find(2040).orElseThrow().handler().handle(r);
  }

  @Test
  void clientsOf2205DoNotSeeIt() {
    assertEquals(Reply.rc(2018), ask(38, "n2"));
    assertInstanceOf(Reply.Message.class, ask(38, "n1"));
  }

  @Test
  void withPrivateDataCloudTheyDo() {
    on.privateData = PRIVATE_CLOUD_NODES;
    assertInstanceOf(Reply.Message.class, ask(38, "n2"));
  }

  @Test
  void laterOnesAlwaysDo() {
    assertInstanceOf(Reply.Message.class, ask(42, "n2"));
  }
}
