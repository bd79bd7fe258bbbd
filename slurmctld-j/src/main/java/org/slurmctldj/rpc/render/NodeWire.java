package org.slurmctldj.rpc.render;

import java.util.List;
import java.util.stream.IntStream;
import org.slurmctldj.agents.NodeLoads;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.core.NodeFit;
import org.slurmctldj.core.NodePhase;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.SlurmNumbers;
import org.slurmctldj.proto.slurm.AcctGatherEnergy;
import org.slurmctldj.proto.slurm.ExtSensorsData;
import org.slurmctldj.proto.slurm.NodeInfo;
import org.slurmctldj.proto.slurm.PowerMgmtData;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.wire.SlurmConstants;

/** A node as RESPONSE_NODE_INFO shows it. Values compared field by field with real 22.05.8 and 24.11.5. */
public final class NodeWire {
  private static final long UNKNOWN = 0;
  private static final long DOWN = 1;
  private static final long IDLE = 2;
  private static final long ALLOCATED = 3;
  private static final long FUTURE = 6;
  private static final long DRAIN = 1 << 9;
  private static final long COMPLETING = 1 << 10;
  private static final long NO_RESPOND = 1 << 11;
  private static final long POWERED_DOWN = 1 << 12;
  private static final long POWERING_UP = 1 << 14;
  private static final long POWERING_DOWN = 1 << 18;
  private static final long REBOOT_REQUESTED = 1 << 16;
  private static final long REBOOT_ISSUED = 1 << 20;
  private static final long POWER_DOWN = 1 << 23;
  private static final long CLOUD = 1 << 7;
  private static final int LAST_WITH_UNKNOWN_LOAD = 38;

  /** Slurm's state word: base state and flags. Clients find out about "mixed" themselves. */
  public static long state(NodeDefinition d, NodeRecord n) {
    long base =
        switch (n.phase) {
          case UNKNOWN -> UNKNOWN | NO_RESPOND;
          case UP -> busy(n);
          case LOST -> busy(n) | NO_RESPOND;
          case DOWN -> DOWN;
          case FUTURE -> FUTURE;
          case POWERED_DOWN -> busy(n) | POWERED_DOWN;
          case POWERING_UP -> busy(n) | POWERING_UP | NO_RESPOND;
          case POWERING_DOWN -> busy(n) | POWERING_DOWN;
        };
    // Of a node that slurm.conf calls DOWN slurmctld finds out soon that nobody answers there.
    boolean neverThere = n.registration == null && (d.state() & CLOUD) == 0;
    if (n.phase == NodePhase.DOWN && !n.linked && ("Not responding".equals(n.reason) || neverThere)) {
      base |= NO_RESPOND;
    }
    if (n.phase == NodePhase.DOWN && n.poweredDown) {
      base |= POWERED_DOWN;
    }
    base |=
        switch (n.reboot) {
          case NONE -> 0;
          case REQUESTED -> REBOOT_REQUESTED;
          case ISSUED -> REBOOT_ISSUED;
        };
    base |= d.state() & CLOUD | (n.powerDown ? POWER_DOWN : 0);
    return base | (n.failing ? SlurmNumbers.NODE_STATE_FAIL : n.drain ? DRAIN : 0) | (n.jobsEnding > 0 || n.lingers() && n.phase != NodePhase.DOWN ? COMPLETING : 0);
  }

  private static long busy(NodeRecord n) {
    return n.jobs - n.jobsSuspended > n.jobsEnding ? ALLOCATED : IDLE;
  }

  /** "0-1,8-9": all CPUs of the cores that CpuSpecList takes off, as slurmctld shows it; null for none. */
  private static String specialisedCpus(NodeDefinition d) {
    if (d.specialisedCores().isEmpty()) {
      return null;
    }
    int threads = Math.max(1, d.cpus() / NodeFit.coresOf(d));
    return Hostlist.of(d.specialisedCores().stream()
            .flatMap(c -> IntStream.range(c * threads, (c + 1) * threads).boxed())
            .map(cpu -> "c" + cpu).toList())
        .toString().replace("c[", "").replace("]", "").replace("c", "");
  }

  /**
   * @param load null: the node has not been heard of since the controller started
   * @param detail SHOW_DETAIL was asked for
   * @param version of the client: 22.05 says N/A of a load that is not known, 24.11 0.00
   */
  public static NodeInfo of(NodeDefinition d, NodeRecord n, NodeLoads.NodeLoad load, boolean detail, int version) {
    NodeRecord.Registration r = n.registration;
    int specialised = d.coreSpecCount() * d.threadsPerCore();
    int usable = Math.max(0, d.cpus() - specialised);
    String features = d.features().isEmpty() ? null : String.join(",", d.features());
    String allocated = TresText.allocated(n.allocatedCpus, n.allocatedMemory);
    return new NodeInfo()
        .name(d.name())
        .nodeHostname(d.hostName())
        .nodeAddr(d.address())
        .port(d.port())
        .nextState(n.rebootNext == 0 ? SlurmConstants.NO_VAL : n.rebootNext)
        .nodeState(state(d, n))
        .version(r == null ? null : r.version())
        .cpus(d.cpus())
        .boards(d.boards())
        .sockets(d.sockets() / Math.max(1, d.boards()))
        .cores(d.coresPerSocket())
        .threads(d.threadsPerCore())
        .realMemory(d.realMemory())
        .tmpDisk(d.tmpDisk())
        .owner(SlurmConstants.NO_VAL)
        .coreSpecCnt(d.coreSpecCount())
        .cpuSpecList(specialisedCpus(d))
        .memSpecLimit(d.memSpecLimit())
        .cpusEfctv(usable)
        .cpuLoad(load == null ? version <= LAST_WITH_UNKNOWN_LOAD ? SlurmConstants.NO_VAL : 0 : load.cpuLoad())
        .freeMem(load == null ? SlurmConstants.NO_VAL64 : load.freeMemory())
        .weight(n.weight >= 0 ? n.weight : d.weight())
        .reasonUid(n.reasonUid)
        .bootTime(r == null ? 0 : r.bootTime())
        .lastBusy(n.lastBusy == 0 && r != null ? r.startTime() : n.lastBusy)
        .reasonTime(n.reasonTime)
        .slurmdStartTime(r == null ? 0 : r.startTime())
        .allocCpus(n.allocatedCpus)
        .allocMemory(n.allocatedMemory)
        .allocTresFmtStr(allocated)
        .allocTresWeighted(n.allocatedCpus)
        .arch(r == null ? null : r.arch())
        .features(features)
        .featuresAct(d.activeFeatures().equals(d.features()) ? features : String.join(",", d.activeFeatures()))
        .cpuBind(n.cpuBind)
        .instanceId(n.instanceId)
        .instanceType(n.instanceType)
        .gres(d.gres())
        .gresUsed(detail ? GresWire.used(d, n) : null)
        .gresDrain(detail ? "N/A" : null)
        .os(r == null ? null : r.os())
        .comment(n.comment)
        .extra(n.extra == null ? BootPhases.text(n) : n.extra)
        .reason(n.reason)
        .energy(new AcctGatherEnergy())
        .extSensors(
            new ExtSensorsData().consumedEnergy(SlurmConstants.NO_VAL64).temperature(SlurmConstants.NO_VAL).currentWatts(0))
        .power(new PowerMgmtData().capWatts(SlurmConstants.NO_VAL))
        .tresFmtStr(TresText.configured(usable, d.realMemory(), 0));
  }

  /** The slot of a node that the asker may not see, for clients before 24.11. */
  public static NodeInfo hidden() {
    return of(
            new NodeDefinition("", "", "", 0, 0, 1, 1, 1, 1, 0, 0, 0, List.of(), null, 0, 0, 0, null),
            new NodeRecord(),
            null,
            false,
            LAST_WITH_UNKNOWN_LOAD)
        .name(null);
  }

  private NodeWire() {}
}
