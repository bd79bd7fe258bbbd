package org.slurmctldj.rpc.handlers;

import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.NodeChanges;
import org.slurmctldj.core.NodeReboot;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.Result;
import org.slurmctldj.core.SlurmNumbers;
import org.slurmctldj.proto.slurm.RebootMsg;
import org.slurmctldj.proto.slurm.UpdateNodeMsg;
import org.slurmctldj.proto.wire.SlurmConstants;
import org.slurmctldj.rpc.Reply;
import org.slurmctldj.rpc.Request;
import org.slurmctldj.rpc.RpcTable;
import org.slurmctldj.rpc.Verdict;
import org.slurmctldj.rpc.render.NodeNames;

/** scontrol update node, and the changes of reservations and nodes that are not there yet. */
final class NodeUpdateHandlers {
  private static final Logger LOG = LoggerFactory.getLogger(NodeUpdateHandlers.class);
  private static final int INVALID_NODE_NAME = 2018;
  private static final int NOT_SUPPORTED = 2036;
  private static final int DISABLED = 2037;
  private static final int INVALID_POWER_ACTION = 2187;
  private static final int V26_05 = 45;

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
        .privileged(3011, "REQUEST_UPDATE_FRONT_END", _ -> Reply.rc(INVALID_NODE_NAME))
        .user(1015, "REQUEST_REBOOT_NODES", h::reboot);
  }

  private static final int EACCES = 13;
  private static final int REBOOT_ASAP = 1;
  private static final long NEXT_DOWN = 1;
  private static final long NEXT_RESUME = 1 << 8;
  private static final long DRAIN = 1 << 9;

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
      names = m.nodeNames() == null ? null : names(m.nodeNames());
      if (names == null || NodeNames.bitmap(config, m.nodeNames()) == null) {
        return Reply.rc(INVALID_NODE_NAME);
      }
    }
    List<String> addresses = m.nodeAddr() == null ? List.of() : names(m.nodeAddr());
    List<String> hostNames = m.nodeHostname() == null ? List.of() : names(m.nodeHostname());
    boolean counted = counted(addresses, names) && counted(hostNames, names);
    if (addresses == null || hostNames == null || !counted) {
      return Reply.rc(INVALID_NODE_NAME);
    }
    NodeChanges more =
        new NodeChanges(
            m.features(), m.featuresAct(), m.gres(), addresses, hostNames, m.cpuBind() == SlurmConstants.NO_VAL ? 0 : m.cpuBind(),
            m.instanceId(), m.instanceType());
    LongFunction<Command> command =
        now ->
            new Command.UpdateNode(
                now, r.actor(), names, m.nodeState(), m.reason(), m.comment(), m.extra(), m.weight(), more);
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
                      Verdict.of(result));
                  return Reply.rc(error(r, m, result));
                }));
  }

  /** 26.05 has a number of its own for a power action on a node that nobody switches. */
  private static int error(Request r, UpdateNodeMsg m, Result result) {
    boolean power = (m.nodeState() & (SlurmNumbers.NODE_STATE_POWER_UP | SlurmNumbers.NODE_STATE_POWER_DOWN)) != 0;
    boolean refused = result.error() == SlurmNumbers.ESLURM_INVALID_NODE_STATE && power;
    return refused && r.version() >= V26_05 ? INVALID_POWER_ACTION : result.error();
  }

  /** scontrol reboot: the node daemon, slurmd or our agent, runs RebootProgram; clients refuse it where none is set. */
  private Reply reboot(Request r) {
    if (!r.privileged()) {
      LOG.error("Security violation, REBOOT_NODES RPC from uid={}", r.uid());
      return Reply.rc(EACCES);
    }
    RebootMsg m = r.body(RebootMsg.class);
    ClusterConfig config = c.view().config();
    boolean all = m.nodeList() == null || m.nodeList().equalsIgnoreCase("ALL");
    if (!all && NodeNames.bitmap(config, m.nodeList()) == null) {
      return Reply.rc(INVALID_NODE_NAME);
    }
    if (m.features() != null && !m.features().isEmpty() || m.powerActionName() != null) {
      return notYet(r, "scontrol reboot with features or a power action");
    }
    List<String> names = all ? config.nodes().stream().map(n -> n.name()).toList() : names(m.nodeList());
    for (String name : names) {
      NodeRecord n = c.view().node(config.nodeIndex(name));
      if (n == null || n.registration == null) {
        LOG.info("reboot of node {} refused: it has never registered", name);
        return Reply.rc(DISABLED);
      }
    }
    long next = m.nextState() == SlurmConstants.NO_VAL ? 0 : m.nextState() & (NEXT_RESUME | NEXT_DOWN);
    long state = NodeReboot.REQUESTED | next | ((m.flags() & REBOOT_ASAP) != 0 ? DRAIN : 0);
    return new Reply.Later(
        c.commands()
            .submit(now -> new Command.UpdateNode(now, r.actor(), names, state, m.reason(), null, null, SlurmConstants.NO_VAL))
            .thenApply(result -> Reply.rc(result.error())));
  }

  /** In the order of the text, each once; null if it is no host list. */
  private static List<String> names(String text) {
    List<String> all = org.slurmctldj.core.NodeNames.expand(text);
    return all == null ? null : all.stream().distinct().toList();
  }

  private static boolean counted(List<String> values, List<String> names) {
    return values == null || values.isEmpty() || values.size() == names.size();
  }

  private static Optional<String> unsupported(UpdateNodeMsg m) {
    if (m.resumeAfter() != SlurmConstants.NO_VAL) {
      return Optional.of("resumeafter");
    }
    if (m.topologyStr() != null || m.powerActionName() != null || m.certToken() != null) {
      return Optional.of("topology, power action or certificate token");
    }
    return Optional.empty();
  }
}
