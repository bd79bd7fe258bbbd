package org.slurmctldj.rpc.handlers;

import static org.slurmctldj.proto.wire.SlurmConstants.NO_VAL;
import static org.slurmctldj.proto.wire.SlurmConstants.NO_VAL16;

import java.util.Optional;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.PartitionChanges;
import org.slurmctldj.proto.slurm.DeletePartitionRequest;
import org.slurmctldj.proto.slurm.UpdatePartMsg;
import org.slurmctldj.rpc.Reply;
import org.slurmctldj.rpc.Request;
import org.slurmctldj.rpc.RpcTable;
import org.slurmctldj.rpc.Verdict;

/** scontrol create, update and delete partition. */
final class PartitionUpdateHandlers {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionUpdateHandlers.class);
  private static final int NOT_SUPPORTED = 2036;
  private static final int INVALID_QOS = 2066;
  private static final int V26_05 = 45;

  private final Controller c;

  private PartitionUpdateHandlers(Controller c) {
    this.c = c;
  }

  static void register(RpcTable.Builder table, Controller c) {
    PartitionUpdateHandlers h = new PartitionUpdateHandlers(c);
    table
        .user(3003, "REQUEST_CREATE_PARTITION", r -> h.change(r, true))
        .user(3005, "REQUEST_UPDATE_PARTITION", r -> h.change(r, false))
        .user(3004, "REQUEST_DELETE_PARTITION", h::delete);
  }

  private Reply change(Request r, boolean create) {
    UpdatePartMsg m = r.body(UpdatePartMsg.class);
    Optional<String> unsupported = unsupported(m);
    if (r.privileged() && unsupported.isPresent()) {
      LOG.info("partition {}: {} is not supported yet", m.name(), unsupported.get());
      return Reply.rc(NOT_SUPPORTED);
    }
    if (r.privileged() && r.version() >= V26_05 && (namesQos(m.allowQos()) || namesQos(m.denyQos()))) {
      return Reply.rc(INVALID_QOS);
    }
    // group lists are looked up for those alone who may change something
    boolean groups = r.privileged() && m.allowGroups() != null && !m.allowGroups().isEmpty() && !m.allowGroups().equalsIgnoreCase("ALL");
    PartitionChanges changes =
        new PartitionChanges(
            m.name(),
            m.nodes(),
            m.allowGroups(),
            groups ? c.operations().uidsOfGroups(m.allowGroups()) : null,
            m.allowAccounts(),
            m.denyAccounts(),
            m.allowQos(),
            m.denyQos(),
            m.allowAllocNodes(),
            m.alternate(),
            m.qosChar(),
            m.flags() == NO_VAL || m.flags() == NO_VAL16 ? 0 : m.flags(),
            wide(m.stateUp()),
            m.maxTime(),
            m.defaultTime(),
            m.minNodes(),
            m.maxNodes(),
            m.maxCpusPerNode(),
            wide(m.maxShare()),
            wide(m.priorityTier()),
            wide(m.priorityJobFactor()),
            wide(m.overTimeLimit()),
            wide(m.preemptMode()),
            m.graceTime(),
            m.defMemPerCpu(),
            m.maxMemPerCpu());
    return later(r, create ? "create_part" : "update_part", m.name(), now -> new Command.UpdatePartition(now, r.actor(), create, changes));
  }

  /** From 26.05 on such a list must know its QOS, and without accounting there are none (observed on 26.05.5). */
  private static boolean namesQos(String list) {
    return list != null && !list.isEmpty() && !list.equalsIgnoreCase("ALL");
  }

  private Reply delete(Request r) {
    String name = r.body(DeletePartitionRequest.class).name();
    return later(r, "delete_part", name, now -> new Command.DeletePartition(now, r.actor(), name));
  }

  private Reply later(Request r, String what, String name, LongFunction<Command> command) {
    return new Reply.Later(
        c.commands()
            .submit(command)
            .thenApply(
                result -> {
                  LOG.info("{}: {} by uid {} from {}{}", what, name, r.uid(), r.actor().from(), Verdict.of(result));
                  return Reply.rc(result.error());
                }));
  }

  private static long wide(int value) {
    return value == NO_VAL16 ? NO_VAL : value;
  }

  private static Optional<String> unsupported(UpdatePartMsg m) {
    if (m.billingWeightsStr() != null) {
      return Optional.of("TRESBillingWeights");
    }
    if (m.jobDefaultsStr() != null) {
      return Optional.of("JobDefaults");
    }
    if (m.cpuBind() != NO_VAL && m.cpuBind() != 0) {
      return Optional.of("CpuBind");
    }
    if (m.maxCpusPerSocket() != NO_VAL) {
      return Optional.of("MaxCPUsPerSocket");
    }
    return m.topologyName() == null ? Optional.empty() : Optional.of("Topology");
  }
}
