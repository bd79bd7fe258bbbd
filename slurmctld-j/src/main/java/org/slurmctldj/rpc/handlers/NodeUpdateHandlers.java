package org.slurmctldj.rpc.handlers;

import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.Command;
import org.slurmctldj.proto.slurm.UpdateNodeMsg;
import org.slurmctldj.proto.wire.Bitmap;
import org.slurmctldj.proto.wire.SlurmConstants;
import org.slurmctldj.rpc.Reply;
import org.slurmctldj.rpc.Request;
import org.slurmctldj.rpc.RpcTable;
import org.slurmctldj.rpc.render.NodeNames;

/** scontrol update node, and the changes of partitions, reservations and nodes that are not there yet. */
final class NodeUpdateHandlers {
  private static final Logger LOG = LoggerFactory.getLogger(NodeUpdateHandlers.class);
  private static final int INVALID_NODE_NAME = 2018;
  private static final int NOT_SUPPORTED = 2036;
  private static final int DISABLED = 2037;

  private final Controller c;

  private NodeUpdateHandlers(Controller c) {
    this.c = c;
  }

  static void register(RpcTable.Builder table, Controller c) {
    NodeUpdateHandlers h = new NodeUpdateHandlers(c);
    table
        .user(3002, "REQUEST_UPDATE_NODE", h::update)
        .privileged(3014, "REQUEST_DELETE_NODE", r -> notYet(r, "scontrol delete node"))
        .privileged(3015, "REQUEST_CREATE_NODE", r -> notYet(r, "scontrol create node"))
        .privileged(3003, "REQUEST_CREATE_PARTITION", r -> notYet(r, "scontrol create partition"))
        .privileged(3004, "REQUEST_DELETE_PARTITION", r -> notYet(r, "scontrol delete partition"))
        .privileged(3005, "REQUEST_UPDATE_PARTITION", r -> notYet(r, "scontrol update partition"))
        .privileged(3006, "REQUEST_CREATE_RESERVATION", r -> notYet(r, "scontrol create reservation"))
        .privileged(3008, "REQUEST_DELETE_RESERVATION", _ -> Reply.rc(2053))
        .privileged(3009, "REQUEST_UPDATE_RESERVATION", _ -> Reply.rc(2053))
        .privileged(3011, "REQUEST_UPDATE_FRONT_END", _ -> Reply.rc(INVALID_NODE_NAME))
        .privileged(1015, "REQUEST_REBOOT_NODES", _ -> Reply.rc(DISABLED));
  }

  private static Reply notYet(Request r, String what) {
    LOG.info("{} from uid {} at {} refused: not supported yet", what, r.uid(), r.actor().from());
    return Reply.rc(NOT_SUPPORTED);
  }

  /** Slurm's word for "only for administrators" here: Invalid user id. */
  private static final int USER_ID_MISSING = 2010;

  private Reply update(Request r) {
    UpdateNodeMsg m = r.body(UpdateNodeMsg.class);
    if (!r.privileged()) {
      return Reply.rc(USER_ID_MISSING);
    }
    Optional<String> unsupported = unsupported(m);
    if (unsupported.isPresent()) {
      return notYet(r, "scontrol update node " + unsupported.get());
    }
    ClusterConfig config = c.view().config();
    List<String> names;
    if (m.nodeNames() != null && m.nodeNames().equalsIgnoreCase("ALL")) {
      names = config.nodes().stream().map(n -> n.name()).toList();
    } else {
      Bitmap bits = NodeNames.bitmap(config, m.nodeNames());
      if (bits == null) {
        return Reply.rc(INVALID_NODE_NAME);
      }
      names = bits.toBitSet().stream().mapToObj(i -> config.nodes().get(i).name()).toList();
    }
    LongFunction<Command> command =
        now ->
            new Command.UpdateNode(
                now, r.actor(), names, m.nodeState(), m.reason(), m.comment(), m.extra(), m.weight());
    return new Reply.Later(
        c.commands()
            .submit(command)
            .thenApply(
                result -> {
                  LOG.info(
                      "update_node: {} state 0x{} reason '{}' by uid {} from {}{}",
                      m.nodeNames(),
                      Long.toHexString(m.nodeState()),
                      m.reason(),
                      r.uid(),
                      r.actor().from(),
                      result.isOk() ? "" : ": error " + result.error());
                  return Reply.rc(result.error());
                }));
  }

  private static Optional<String> unsupported(UpdateNodeMsg m) {
    if (m.features() != null || m.featuresAct() != null) {
      return Optional.of("features");
    }
    if (m.gres() != null) {
      return Optional.of("gres");
    }
    if (m.nodeAddr() != null || m.nodeHostname() != null) {
      return Optional.of("nodeaddr");
    }
    if (m.instanceId() != null || m.instanceType() != null) {
      return Optional.of("instanceid");
    }
    if (m.cpuBind() != SlurmConstants.NO_VAL && m.cpuBind() != 0) {
      return Optional.of("cpubind");
    }
    if (m.resumeAfter() != SlurmConstants.NO_VAL) {
      return Optional.of("resumeafter");
    }
    if (m.topologyStr() != null || m.powerActionName() != null || m.certToken() != null) {
      return Optional.of("topology, power action or certificate token");
    }
    return Optional.empty();
  }
}
