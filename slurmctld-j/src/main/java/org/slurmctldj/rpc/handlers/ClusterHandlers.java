package org.slurmctldj.rpc.handlers;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Map;
import java.util.Optional;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.Licenses;
import org.slurmctldj.core.Licenses;
import org.slurmctldj.proto.slurm.AssocMgrInfoResponse;
import org.slurmctldj.proto.slurm.BuildInfoRequest;
import org.slurmctldj.proto.slurm.BurstBufferInfoResponse;
import org.slurmctldj.proto.slurm.ConfigRequest;
import org.slurmctldj.proto.slurm.ConfigResponse;
import org.slurmctldj.proto.slurm.ControlStatusResponse;
import org.slurmctldj.proto.slurm.FedInfoResponse;
import org.slurmctldj.proto.slurm.FrontEndInfoResponse;
import org.slurmctldj.proto.slurm.LicenseInfoResponse;
import org.slurmctldj.proto.slurm.LicenseRecord;
import org.slurmctldj.proto.slurm.PriorityFactorsResponse;
import org.slurmctldj.proto.slurm.ShareInfoResponse;
import org.slurmctldj.proto.slurm.TopoInfoResponse;
import org.slurmctldj.proto.slurm.TopologyInfo;
import org.slurmctldj.proto.slurm.TriggerInfoMsg;
import org.slurmctldj.rpc.Reply;
import org.slurmctldj.rpc.Request;
import org.slurmctldj.rpc.RpcTable;

/**
 * The cluster as a whole: pings, configuration, and the lists that are empty here as they are at a real slurmctld
 * without reservations, triggers, burst buffers, accounting or a federation.
 */
final class ClusterHandlers {
  private static final String[] TRES = {"cpu", "mem", "energy", "node", "billing", "fs/disk", "vmem", "pages"};
  private static final int CONFIGLESS_DISABLED = 2126;

  private final Controller c;

  private ClusterHandlers(Controller c) {
    this.c = c;
  }

  static void register(RpcTable.Builder table, Controller c) {
    ClusterHandlers h = new ClusterHandlers(c);
    table
        .user(1008, "REQUEST_PING", _ -> Reply.OK)
        .user(2053, "REQUEST_CONTROL_STATUS", h::controlStatus)
        .user(2001, "REQUEST_BUILD_INFO", h::buildInfo)
        .user(2015, "REQUEST_CONFIG", h::config)
        .user(2031, "REQUEST_FRONT_END_INFO", h::frontEnds)
        .user(2028, "REQUEST_TOPO_INFO", h::topology)
        .user(2049, "REQUEST_FED_INFO", _ -> Reply.message(2050, new FedInfoResponse()))
        .user(1021, "REQUEST_LICENSE_INFO", h::licenses)
        .user(2037, "REQUEST_BURST_BUFFER_INFO", _ -> Reply.message(2038, new BurstBufferInfoResponse()))
        .user(2018, "REQUEST_TRIGGER_GET", _ -> Reply.message(2020, new TriggerInfoMsg()))
        .user(2043, "REQUEST_ASSOC_MGR_INFO", _ -> Reply.message(2044, new AssocMgrInfoResponse().tresNames(TRES)))
        .user(2022, "REQUEST_SHARE_INFO", _ -> Reply.message(2023, new ShareInfoResponse()))
        .user(2026, "REQUEST_PRIORITY_FACTORS", _ -> Reply.message(2027, new PriorityFactorsResponse().items(List.of())));
  }

  private Reply controlStatus(Request r) {
    return Reply.message(2054, new ControlStatusResponse().backupInx(0).controlTime(c.bootSeconds()));
  }

  private Reply buildInfo(Request r) {
    BuildInfoRequest q = r.body(BuildInfoRequest.class);
    if (Freshness.nothingNew(q.lastUpdate(), c.view().globals().partitionsChangedAt())) {
      return Reply.rc(Freshness.NO_CHANGE_IN_DATA);
    }
    return Reply.message(2002, SuspendExclusionHandlers.shown(
        c.settings().buildInfo(r.version(), c.view().globals().nextJobId()), c.view().config().power().told()));
  }

  private Reply config(Request r) {
    Optional<ConfigResponse> answer = c.settings().configless(r.body(ConfigRequest.class).flags(), r.version());
    return answer.map(a -> Reply.message(2016, a)).orElseGet(() -> Reply.rc(CONFIGLESS_DISABLED));
  }

  private Reply frontEnds(Request r) {
    return Reply.message(2032, new FrontEndInfoResponse().lastUpdate(c.nowSeconds()));
  }

  private Reply topology(Request r) {
    return Reply.message(2029, new TopoInfoResponse().topoInfo(new TopologyInfo()));
  }

  private Reply licenses(Request r) {
    ClusterConfig config = c.view().config();
    List<LicenseRecord> list = new ArrayList<>();
    Map<String, Long> used = Licenses.inUse(c.view());
    Map<String, Long> inUse = Licenses.inUse(c.view());
    Licenses.configured(config)
        .forEach((name, total) -> list.add(new LicenseRecord().name(name).total(total).inUse(inUse.getOrDefault(name, 0L))));
    return Reply.message(1022, new LicenseInfoResponse().lastUpdate(c.nowSeconds()).licenses(list));
  }
}
