package org.slurmctldj.rpc.handlers;

import static org.slurmctldj.proto.wire.SlurmConstants.NO_VAL;
import static org.slurmctldj.proto.wire.SlurmConstants.NO_VAL64;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.core.ReservationDefinition;
import org.slurmctldj.core.Reservations;
import org.slurmctldj.proto.os.UserDatabase;
import org.slurmctldj.proto.slurm.CreateReservationResponse;
import org.slurmctldj.proto.slurm.DeleteReservationRequest;
import org.slurmctldj.proto.slurm.ReservationInfoResponse;
import org.slurmctldj.proto.slurm.ReserveInfo;
import org.slurmctldj.proto.slurm.ResvDescMsg;
import org.slurmctldj.proto.wire.Bitmap;
import org.slurmctldj.rpc.Reply;
import org.slurmctldj.rpc.Request;
import org.slurmctldj.rpc.RpcTable;
import org.slurmctldj.rpc.Verdict;
import org.slurmctldj.rpc.render.NodeNames;

/** scontrol create, update, delete and show reservation, sinfo -T. */
final class ReservationHandlers {
  private static final Logger LOG = LoggerFactory.getLogger(ReservationHandlers.class);
  private static final int RESPONSE_CREATE_RESERVATION = 3007;
  private static final int USER_ID_MISSING = 2010;
  private static final int NOT_SUPPORTED = 2036;

  /** Flags that are acted on; the bit above each of the first clears it. */
  private static final long SETTABLE =
      ReservationDefinition.RECURRING | ReservationDefinition.MAINT | ReservationDefinition.IGNORE_JOBS
          | ReservationDefinition.PART_NODES;

  /** Protocol version of 24.11: only one recurring flag from there on (22.05.8 takes several). */
  private static final int ONE_RECURRING = 42;

  private static final long OTHERS =
      ReservationDefinition.OVERLAP | ReservationDefinition.SPEC_NODES | ReservationDefinition.ALL_NODES
          | ReservationDefinition.REPLACE | ReservationDefinition.REPLACE_DOWN;

  private final Controller c;

  private ReservationHandlers(Controller c) {
    this.c = c;
  }

  static void register(RpcTable.Builder table, Controller c) {
    ReservationHandlers h = new ReservationHandlers(c);
    table
        .user(2024, "REQUEST_RESERVATION_INFO", h::list)
        .user(3006, "REQUEST_CREATE_RESERVATION", r -> h.change(r, true))
        .user(3009, "REQUEST_UPDATE_RESERVATION", r -> h.change(r, false))
        .user(3008, "REQUEST_DELETE_RESERVATION", h::delete);
  }

  private Reply list(Request r) {
    if (!new Privacy(c).reservations(r)) {
      return Reply.rc(Privacy.ERROR_ACCESS_DENIED);
    }
    long now = c.nowSeconds();
    ClusterConfig config = c.view().config();
    List<ReserveInfo> out = new ArrayList<>();
    for (ReservationDefinition d : config.reservations()) {
      if (!d.isOver(now)) {
        out.add(wire(config, d.at(now)));
      }
    }
    return Reply.message(2025, new ReservationInfoResponse().lastUpdate(now).reservations(out));
  }

  private static ReserveInfo wire(ClusterConfig config, ReservationDefinition d) {
    long cores = 0;
    long cpus = 0;
    for (int n : d.nodes()) {
      NodeDefinition node = config.nodes().get(n);
      cores += node.cores();
      cpus += node.cpus();
    }
    return new ReserveInfo()
        .name(d.name())
        .startTime(d.start())
        .endTime(d.end())
        .flags(d.flags())
        .nodeCnt(d.nodes().length)
        .nodeList(NodeNames.of(config, d.nodes()))
        .nodeInx(Bitmap.ofBits(config.nodes().size(), d.nodes()))
        .coreCnt(cores)
        .tresStr("cpu=" + cpus)
        .users(d.users().isEmpty() ? null : String.join(",", d.users()))
        .accounts(d.accounts().isEmpty() ? null : String.join(",", d.accounts()))
        .partition(d.partition())
        .comment(d.comment());
  }

  private Reply change(Request r, boolean create) {
    ResvDescMsg m = r.body(ResvDescMsg.class);
    if (!r.privileged()) {
      return Reply.rc(USER_ID_MISSING);
    }
    long flags = m.flags() == NO_VAL || m.flags() == NO_VAL64 ? 0 : m.flags();
    Optional<String> unsupported = unsupported(m, flags);
    if (unsupported.isPresent()) {
      LOG.info("reservation {}: {} is not supported yet", m.name(), unsupported.get());
      return Reply.rc(NOT_SUPPORTED);
    }
    if (m.users() != null && !usersExist(m.users())) {
      return Reply.rc(USER_ID_MISSING);
    }
    long off = flags >>> 1 & SETTABLE;
    long on = flags & (SETTABLE | OTHERS);
    ReservationDefinition before = Reservations.find(c.view().config(), m.name(), c.nowSeconds());
    long recurring = ((create || before == null ? 0 : before.flags() & ~off) | on) & ReservationDefinition.RECURRING;
    if (r.version() >= ONE_RECURRING && (on & ReservationDefinition.RECURRING) != 0 && Long.bitCount(recurring) > 1) {
      return new Reply.ReturnCodeMessage(
          NOT_SUPPORTED,
          (create ? "Reservation has" : "Cannot update reservation to have")
              + " multiple reoccurring flags. Please specify only one reoccurring flag");
    }
    long count = m.nodeCnt() != NO_VAL ? m.nodeCnt() : sum(m.nodeCntArray());
    return new Reply.Later(
        c.commands()
            .submit(
                now ->
                    new Command.ChangeReservation(
                        now, r.actor(), create, m.name(), m.startTime(), m.endTime(), m.duration(), on, off, m.nodeList(),
                        m.nodeList() != null ? NO_VAL : count, m.users(), m.accounts(), m.partition(), m.comment(), zoneSeconds(now)))
            .thenApply(
                result -> {
                  LOG.info(
                      "{} reservation={} by uid {} from {}{}",
                      create ? "create" : "update",
                      m.name(),
                      r.uid(),
                      r.actor().from(),
                      Verdict.of(result));
                  return result.isOk() && create
                      ? Reply.message(RESPONSE_CREATE_RESERVATION, new CreateReservationResponse().name(result.message()))
                      : Reply.rc(result.error());
                }));
  }

  private Reply delete(Request r) {
    String name = r.body(DeleteReservationRequest.class).name();
    return new Reply.Later(
        c.commands()
            .submit(now -> new Command.DeleteReservation(now, r.actor(), name == null ? "" : name))
            .thenApply(result -> Reply.rc(result.error())));
  }

  /** Local time of the controller east of UTC. */
  private static int zoneSeconds(long nowMillis) {
    return ZoneId.systemDefault().getRules().getOffset(Instant.ofEpochMilli(nowMillis)).getTotalSeconds();
  }

  private static boolean usersExist(String users) {
    for (String word : users.split(",")) {
      String name = word.startsWith("+") || word.startsWith("-") ? word.substring(1) : word;
      if (!name.isEmpty() && UserDatabase.userByName(name.startsWith("=") ? name.substring(1) : name).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private static long sum(long[] counts) {
    long sum = 0;
    for (long n : counts == null ? new long[0] : counts) {
      sum += n;
    }
    return sum == 0 ? NO_VAL : sum;
  }

  private static Optional<String> unsupported(ResvDescMsg m, long flags) {
    long known = SETTABLE | SETTABLE << 1 | OTHERS;
    if ((flags & ~known) != 0) {
      return Optional.of("flags 0x" + Long.toHexString(flags & ~known));
    }
    if (m.features() != null) {
      return Optional.of("Features");
    }
    if (m.licenses() != null) {
      return Optional.of("Licenses");
    }
    if (m.groups() != null) {
      return Optional.of("Groups");
    }
    if (m.burstBuffer() != null || m.qos() != null || m.allowedParts() != null) {
      return Optional.of("BurstBuffer, QOS or AllowedPartitions");
    }
    if (m.coreCnt() != NO_VAL || sum(m.coreCntArray()) != NO_VAL) {
      return Optional.of("CoreCnt");
    }
    if (m.tresStr() != null) {
      return Optional.of("TRES");
    }
    return Optional.empty();
  }
}
