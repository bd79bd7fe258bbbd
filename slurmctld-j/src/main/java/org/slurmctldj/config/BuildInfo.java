package org.slurmctldj.config;

import java.util.ArrayList;
import java.util.List;
import org.slurmctldj.proto.conf.ConfException;
import org.slurmctldj.proto.conf.ControllerHost;
import org.slurmctldj.proto.conf.OptionList;
import org.slurmctldj.proto.conf.PortRange;
import org.slurmctldj.proto.conf.SlurmConf;
import org.slurmctldj.proto.slurm.BuildInfoResponse;
import org.slurmctldj.proto.slurm.JobDefaults;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * RESPONSE_BUILD_INFO (2002), the answer behind {@code scontrol show config}: for the same
 * slurm.conf the bytes a slurmctld of the reader's release sends, but for times, the next job id and
 * the version. Called by the front door for each request; pure.
 */
public final class BuildInfo {
  private static final int V23_11 = 40;
  private static final int V25_05 = 43;

  /**
   * What is not in the file.
   *
   * @param lastUpdate when the configuration was read, seconds of the epoch
   * @param bootTime when the controller started, seconds of the epoch
   * @param confHash {@link org.slurmctldj.proto.conf.ConfHash} of the file
   * @param release what SLURM_VERSION shows
   */
  public record Facts(long lastUpdate, long bootTime, long nextJobId, long confHash, String release) {}

  private BuildInfo() {}

  /** @param version protocol version of the reader, 38 to 45 */
  public static BuildInfoResponse of(ControllerConf conf, Facts facts, int version) {
    BuildInfoResponse r = new BuildInfoResponse();
    ReleaseValues c = new ReleaseValues(conf.slurm(), version);
    BuildInfoPlain.fill(r, c);
    identity(r, conf, facts, c);
    plugins(r, c);
    accounting(r, c);
    limits(r, conf, c);
    flags(r, c);
    priority(r, c);
    daemons(r, conf, c);
    r.acctGatherConf(List.of());
    r.cgroupConf(CgroupConfView.of(conf, version));
    r.mpiConf(MpiConfView.of(version));
    return r;
  }

  private static void identity(BuildInfoResponse r, ControllerConf conf, Facts facts, ReleaseValues c) {
    SlurmConf slurm = conf.slurm();
    r.lastUpdate(facts.lastUpdate());
    r.bootTime(facts.bootTime());
    r.nextJobId(facts.nextJobId());
    r.version(facts.release());
    r.hashVal(facts.confHash());
    r.clusterName(slurm.clusterName());
    r.slurmConf(slurm.path());
    List<ControllerHost> hosts = slurm.controllers();
    r.controlMachine(hosts.stream().map(ControllerHost::name).toArray(String[]::new));
    r.controlAddr(hosts.stream().map(ControllerHost::address).toArray(String[]::new));
    PortRange ports = slurm.slurmctldPorts();
    r.slurmctldPort(ports.first());
    r.slurmctldPortCount(ports.count());
    r.slurmUserId(conf.slurmUser().uid());
    r.slurmUserName(slurm.slurmUser());
    r.slurmdUserId(conf.slurmdUser().uid());
    r.slurmdUserName(slurm.slurmdUser());
    r.authtype(slurm.authType());
    r.credType(slurm.credType());
    r.tlsType(c.text("TLSType", "tls/none"));
  }

  private static void plugins(BuildInfoResponse r, ReleaseValues c) {
    r.accountingStorageType(c.plugin("AccountingStorageType", "accounting_storage"));
    r.acctGatherEnergyType(c.plugin("AcctGatherEnergyType", "acct_gather_energy"));
    r.acctGatherFilesystemType(c.plugin("AcctGatherFilesystemType", "acct_gather_filesystem"));
    r.acctGatherInterconnectType(
        c.text("AcctGatherInterconnectType") == null && c.text("AcctGatherInfinibandType") != null
            ? c.plugin("AcctGatherInfinibandType", "acct_gather_interconnect")
            : c.plugin("AcctGatherInterconnectType", "acct_gather_interconnect"));
    r.acctGatherProfileType(c.plugin("AcctGatherProfileType", "acct_gather_profile"));
    r.coreSpecPlugin(c.plugin("CoreSpecPlugin", "core_spec"));
    r.extSensorsType(c.plugin("ExtSensorsType", "ext_sensors"));
    r.jobAcctGatherType(c.plugin("JobAcctGatherType", "jobacct_gather"));
    r.jobCompType(c.plugin("JobCompType", "jobcomp"));
    r.jobContainerPlugin(c.plugin("JobContainerType", "job_container"));
    r.namespacePlugin(c.plugin("NamespaceType", "namespace"));
    r.mcsPlugin(c.plugin("MCSPlugin", "mcs"));
    r.mpiDefault(c.version() < V23_11 ? c.text("MpiDefault", "none") : c.plugin("MpiDefault", "mpi"));
    r.preemptType(c.plugin("PreemptType", "preempt"));
    r.switchType(c.plugin("SwitchType", "switch"));
    r.taskPlugin(taskPlugin(c));
    r.priorityType(c.text("PriorityType", c.version() < V23_11 ? "priority/basic" : "priority/multifactor"));
    r.selectType(c.text("SelectType", c.version() < V23_11 ? "select/linear" : "select/cons_tres"));
    r.selectTypeParam(selectTypeParam(r.selectType(), c));
    r.topologyPlugin(topology(c));
  }

  /** From 23.11 on the names are completed, and cgroup comes before affinity. */
  private static String taskPlugin(ReleaseValues c) {
    String text = c.plugin("TaskPlugin", "task");
    if (text == null || c.version() < V23_11) {
      return text;
    }
    List<String> names = new ArrayList<>();
    for (String name : new OptionList(text).items()) {
      String full = name.startsWith("task/") ? name : "task/" + name;
      names.add(full.equals("task/cgroup") ? 0 : names.size(), full);
    }
    return String.join(",", names);
  }

  private static int selectTypeParam(String selectType, ReleaseValues c) {
    String text = c.text("SelectTypeParameters");
    if (text != null) {
      return SelectType.of(text).bits();
    }
    return selectType.equals("select/linear") ? 0 : SelectType.CORE | SelectType.MEMORY;
  }

  private static String topology(ReleaseValues c) {
    String text = c.text("TopologyPlugin");
    int version = c.version();
    if (version < V23_11) {
      return text == null ? "topology/none" : text;
    }
    String flat = version < V25_05 ? "topology/default" : "topology/flat";
    return text == null || text.equalsIgnoreCase("topology/none") ? flat : text;
  }

  private static void accounting(BuildInfoResponse r, ReleaseValues c) {
    boolean database = c.is("AccountingStorageType", "accounting_storage/slurmdbd");
    r.accountingStorageEnforce(ConfMasks.accountingEnforce(c.conf()));
    r.accountingStorageHost(c.text("AccountingStorageHost", "localhost"));
    r.accountingStoragePort((int) c.number("AccountingStoragePort", database ? 6819 : 0));
    r.accountingStorageUser(c.text("AccountingStorageUser", "root"));
    String tres = "cpu,mem,energy,node,billing,fs/disk,vmem,pages";
    r.accountingStorageTres(c.text("AccountingStorageTRES") == null ? tres : tres + "," + c.text("AccountingStorageTRES"));
    r.jobCompParams(c.version() < 39 ? null : c.text("JobCompParams")); // 22.05 does not tell
    r.jobCompLoc(c.text("JobCompLoc", c.version() < 39 ? "/var/log/slurm_jobcomp.log" : null));
    r.gpuFreqDef(c.text("GpuFreqDef", c.version() < 39 ? "high,memory=high" : null));
  }

  private static void limits(BuildInfoResponse r, ControllerConf conf, ReleaseValues c) {
    r.maxArraySz(conf.maxArraySize());
    r.maxJobId(conf.maxJobId());
    r.minJobAge(conf.minJobAge());
    r.maxNodeCnt(Math.max(c.number("MaxNodeCount", 0), conf.layout().nodes().size()));
    r.maxTasksPerNode((int) c.number("MaxTasksPerNode", 512));
    r.defMemPerCpu(memory(c, "DefMemPerNode", "DefMemPerCPU"));
    r.maxMemPerCpu(memory(c, "MaxMemPerNode", "MaxMemPerCPU"));
    r.enforcePartLimits(conf.enforcePartLimits().code());
    long width = c.number("TreeWidth", 0);
    r.treeWidth(width != 0 ? (int) width : c.version() < V23_11 ? 50 : 16);
    r.suspendTime(SuspendTimeText.seconds(c.text("SuspendTime")));
    r.jobDefaultsList(jobDefaults(c));
    PortRange srun = srunPorts(c.text("SrunPortRange", ""));
    r.srunPortRangeFirst(srun.first());
    r.srunPortRangeLast(srun.last());
  }

  /** Slurm takes what is no range for none. */
  private static PortRange srunPorts(String text) {
    try {
      return PortRange.parse("SrunPortRange", text);
    } catch (ConfException e) {
      return new PortRange(0, 0);
    }
  }

  /** As written: UNLIMITED stays INFINITE64 here. */
  private static long memory(ReleaseValues c, String perNode, String perCpu) {
    long cpu = c.number(perCpu, 0);
    return c.text(perNode) == null && cpu != 0 ? cpu | SlurmConstants.MEM_PER_CPU : c.number(perNode, 0);
  }

  private static List<JobDefaults> jobDefaults(ReleaseValues c) {
    List<JobDefaults> list = new ArrayList<>();
    if (c.text("DefCPUPerGPU") != null) {
      list.add(new JobDefaults().type(1).value(c.number("DefCPUPerGPU", 0)));
    }
    if (c.text("DefMemPerGPU") != null) {
      list.add(new JobDefaults().type(2).value(c.number("DefMemPerGPU", 0)));
    }
    return list.isEmpty() ? null : list;
  }

  private static void flags(BuildInfoResponse r, ReleaseValues c) {
    r.confFlags(ConfFlagBits.of(c));
    r.debugFlags(DebugFlagNames.of(c.conf()));
    r.logFmt(ConfMasks.logFormat(c.conf(), c.version()));
    r.healthCheckNodeState(ConfMasks.healthCheckNodeState(c.conf(), c.version()));
    r.privateData(ConfMasks.privateData(c.conf(), c.version()));
    r.prologFlags(ConfMasks.prologFlags(c.conf(), c.version()));
    r.reconfigFlags(ConfMasks.reconfigFlags(c.conf(), c.version()));
    r.preemptMode(ConfMasks.preemptMode(c.conf()));
    r.preemptExemptTime(c.seconds("PreemptExemptTime", 0));
    String cli = c.text("CliFilterPlugins");
    r.cliFilterPlugins(c.version() >= V23_11 && "none".equals(cli) ? null : cli);
    r.taskPluginParam(ConfMasks.taskPluginParam(c.conf()));
    r.cpuFreqDef(ConfMasks.cpuFreqDef(c.conf()));
    r.cpuFreqGovs(ConfMasks.cpuFreqGovernors(c.conf()));
    boolean except = c.text("PropagateResourceLimitsExcept") != null;
    r.propagateRlimits(except ? null : c.text("PropagateResourceLimits", "ALL"));
    r.propagateRlimitsExcept(c.text("PropagateResourceLimitsExcept"));
    r.prolog(c.list("Prolog"));
    r.epilog(c.list("Epilog"));
    r.prologSlurmctld(c.list("PrologSlurmctld"));
    r.epilogSlurmctld(c.list("EpilogSlurmctld"));
  }

  private static void priority(BuildInfoResponse r, ReleaseValues c) {
    r.priorityDecayHl(c.seconds("PriorityDecayHalfLife", 7 * 86400));
    r.priorityCalcPeriod(c.seconds("PriorityCalcPeriod", 300));
    r.priorityMaxAge(c.seconds("PriorityMaxAge", 7 * 86400));
    r.priorityFavorSmall(c.conf().flag("PriorityFavorSmall", false) ? 1 : 0);
    r.priorityFlags(PriorityWords.flags(c.conf()));
    r.priorityResetPeriod(PriorityWords.resetPeriod(c.conf()));
  }

  private static void daemons(BuildInfoResponse r, ControllerConf conf, ReleaseValues c) {
    SlurmConf slurm = conf.slurm();
    r.slurmctldDebug(ConfMasks.debugLevel(slurm, "SlurmctldDebug"));
    r.slurmdDebug(ConfMasks.debugLevel(slurm, "SlurmdDebug"));
    r.slurmctldSyslogDebug(ConfMasks.syslogLevel(slurm, "SlurmctldSyslogDebug"));
    r.slurmdSyslogDebug(ConfMasks.syslogLevel(slurm, "SlurmdSyslogDebug"));
  }
}
