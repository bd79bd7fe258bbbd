package org.slurmctldj.client.scontrol;

import java.util.List;
import java.util.Locale;
import org.slurmctldj.client.text.Durations;
import org.slurmctldj.client.text.LocalTime;
import org.slurmctldj.proto.slurm.AccountingEnforce;
import org.slurmctldj.proto.slurm.BuildInfoResponse;
import org.slurmctldj.proto.slurm.ConfigKeyPair;
import org.slurmctldj.proto.slurm.ConfigPluginParams;
import org.slurmctldj.proto.slurm.DebugFlags;
import org.slurmctldj.proto.slurm.JobDefaults;
import org.slurmctldj.proto.slurm.SelectTypeParam;
import org.slurmctldj.proto.wire.SlurmConstants;

/** {@code scontrol show config}: the controller's configuration, key by key in the order of the release that it serves. */
final class ConfigText {
  private static final int CONF_SJC = 1 << 1;
  private static final int CONF_DRJ = 1 << 2;
  private static final int CONF_ASRU = 1 << 3;
  private static final int CONF_PAM = 1 << 4;
  private static final int CONF_WCKEY = 1 << 5;
  private static final int CONF_SJX = 1 << 8;
  private static final int CONF_SJS = 1 << 9;
  private static final int CONF_SJE = 1 << 10;
  private static final long PER_CPU = 1L << 63;

  private static final String[] LEVELS = {
    "quiet", "fatal", "error", "info", "verbose", "debug", "debug2", "debug3", "debug4", "debug5"
  };
  private static final String[] LOG_FORMATS = {
    "iso8601_ms", "iso8601", "rfc5424_ms", "rfc5424", "clock", "short", "thread_id", "rfc3339"
  };
  private static final String[] GOVERNORS = {"Conservative", "OnDemand", "Performance", "PowerSave", "SchedUtil", "UserSpace"};
  private static final long[] GOVERNOR_CODES = {0x88000000L, 0x84000000L, 0x82000000L, 0x81000000L, 0x80400000L, 0x80800000L};

  private final BuildInfoResponse c;
  private final long ownHash;
  private final boolean old;
  private final boolean multifactor;
  private final LocalTime clock;
  private final String yes;
  private final String no;
  private final StringBuilder out = new StringBuilder(8192);

  /** @param ownHash of the slurm.conf that this client reads */
  ConfigText(BuildInfoResponse conf, long ownHash, boolean old, LocalTime clock) {
    this.ownHash = ownHash;
    this.c = conf;
    this.old = old;
    this.multifactor = "priority/multifactor".equals(conf.priorityType());
    this.clock = clock;
    this.yes = old ? "Yes" : "yes";
    this.no = old ? "No" : "no";
  }

  /** Up to the blank line before the controllers' states. */
  String text() {
    out.append("Configuration data as of ").append(clock.text(c.lastUpdate(), 256)).append('\n');
    accountingToPlugins();
    pluginsToX11();
    out.append('\n');
    pairs("Account Gather", c.acctGatherConf());
    pairs("Cgroup Support Configuration:", c.cgroupConf());
    if (old) {
      pairs("External Sensors", c.extSensorsConf());
    }
    pairs("MPI Plugins Configuration:", c.mpiConf());
    plugins("Node Features:", c.nodeFeaturesConf());
    return out.toString();
  }

  /** Whether client and controller read the same slurm.conf. */
  private String hash() {
    return ownHash == c.hashVal()
        ? "Match"
        : String.format(Locale.ROOT, "Different Ours=0x%x Slurmctld=0x%x", ownHash, c.hashVal());
  }

  private void accountingToPlugins() {
    put("AccountingStorageBackupHost", c.accountingStorageBackupHost());
    put("AccountingStorageEnforce", enforce(c.accountingStorageEnforce()));
    put("AccountingStorageHost", c.accountingStorageHost());
    put("AccountingStorageExternalHost", c.accountingStorageExtHost());
    put("AccountingStorageParameters", c.accountingStorageParams());
    put("AccountingStoragePort", c.accountingStoragePort());
    put("AccountingStorageTRES", c.accountingStorageTres());
    put("AccountingStorageType", c.accountingStorageType());
    put("AccountingStorageUser", c.accountingStorageUser());
    put("AccountingStoreFlags", storeFlags());
    put("AcctGatherEnergyType", c.acctGatherEnergyType());
    put("AcctGatherFilesystemType", c.acctGatherFilesystemType());
    put("AcctGatherInterconnectType", c.acctGatherInterconnectType());
    put("AcctGatherNodeFreq", sec(c.acctGatherNodeFreq()));
    put("AcctGatherProfileType", c.acctGatherProfileType());
    put("AllowSpecResourcesUsage", yes(CONF_ASRU));
    put("AuthAltTypes", c.authalttypes());
    put("AuthAltParameters", c.authaltParams());
    put("AuthInfo", c.authinfo());
    put("AuthType", c.authtype());
    put("BatchStartTimeout", sec(c.batchStartTimeout()));
    put("BcastExclude", c.bcastExclude());
    put("BcastParameters", c.bcastParameters());
    put("BOOT_TIME", clock.text(c.bootTime(), 256));
    put("BurstBufferType", c.bbType());
    if (!old) {
      put("CertmgrParameters", c.certmgrParams());
      put("CertmgrType", c.certmgrType());
    }
    put("CliFilterPlugins", c.cliFilterPlugins());
    put("ClusterName", c.clusterName());
    put("CommunicationParameters", c.commParams());
    put("CompleteWait", sec(c.completeWait()));
    if (old) {
      put("CoreSpecPlugin", c.coreSpecPlugin());
    }
    put("CpuFreqDef", c.cpuFreqDef() == SlurmConstants.NO_VAL ? "Unknown" : governors(c.cpuFreqDef()));
    put("CpuFreqGovernors", governors(c.cpuFreqGovs()));
    put("CredType", c.credType());
    if (!old) {
      put("DataParserParameters", c.dataParserParameters());
    }
    put("DebugFlags", debugFlags());
    memory("Def", c.defMemPerCpu());
    put("DependencyParameters", c.dependencyParams());
    put("DisableRootJobs", yes(CONF_DRJ));
    put("EioTimeout", c.eioTimeout());
    put("EnforcePartLimits", c.enforcePartLimits() == 0 ? "NO" : c.enforcePartLimits() == 2 ? "ANY" : "ALL");
    programs("Epilog", c.epilog());
    put("EpilogMsgTime", c.epilogMsgTime() + " usec");
    programs("EpilogSlurmctld", c.epilogSlurmctld());
    if (old) {
      put("ExtSensorsType", c.extSensorsType());
      put("ExtSensorsFreq", sec(c.extSensorsFreq()));
    }
    if (!old && multifactor) {
      put("FairShareDampeningFactor", c.fsDampeningFactor());
    }
    put("FederationParameters", c.fedParams());
    put("FirstJobId", c.firstJobId());
    put("GetEnvTimeout", sec(c.getEnvTimeout()));
    put("GresTypes", c.gresPlugins());
    put("GpuFreqDef", c.gpuFreqDef());
    put("GroupUpdateForce", c.groupForce());
    put("GroupUpdateTime", sec(c.groupTime()));
    put("HASH_VAL", hash());
    if (!old) {
      put("HashPlugin", c.hashPlugin());
    }
    put("HealthCheckInterval", sec(c.healthCheckInterval()));
    put("HealthCheckNodeState", healthStates());
    put("HealthCheckProgram", c.healthCheckProgram());
    put("InactiveLimit", sec(c.inactiveLimit()));
    put("InteractiveStepOptions", c.interactiveStepOpts());
    put("JobAcctGatherFrequency", c.jobAcctGatherFreq());
    put("JobAcctGatherType", c.jobAcctGatherType());
    put("JobAcctGatherParams", c.jobAcctGatherParams());
    put("JobCompHost", c.jobCompHost());
    put("JobCompLoc", c.jobCompLoc());
    if (!old) {
      put("JobCompParams", c.jobCompParams());
    }
    put("JobCompPort", c.jobCompPort());
    put("JobCompType", c.jobCompType());
    put("JobCompUser", c.jobCompUser());
    put("JobContainerType", c.jobContainerPlugin());
    if (old) {
      put("JobCredentialPrivateKey", c.jobCredentialPrivateKey());
      put("JobCredentialPublicCertificate", c.jobCredentialPublicCertificate());
    }
    put("JobDefaults", defaults());
    put("JobFileAppend", c.jobFileAppend());
    put("JobRequeue", c.jobRequeue());
    put("JobSubmitPlugins", c.jobSubmitPlugins());
    put("KillOnBadExit", c.killOnBadExit());
    put("KillWait", sec(c.killWait()));
    put("LaunchParameters", c.launchParams());
    if (old) {
      put("LaunchType", c.launchType());
    }
    put("Licenses", c.licenses());
    put("LogTimeFormat", logFormat());
    put("MailDomain", c.mailDomain());
    put("MailProg", c.mailProg());
    put("MaxArraySize", c.maxArraySz());
    if (!old) {
      put("MaxBatchRequeue", c.maxBatchRequeue());
    }
    put("MaxDBDMsgs", c.maxDbdMsgs());
    put("MaxJobCount", c.maxJobCnt());
    put("MaxJobId", c.maxJobId());
    memory("Max", c.maxMemPerCpu());
    put("MaxNodeCount", c.maxNodeCnt());
    put("MaxStepCount", c.maxStepCnt());
    put("MaxTasksPerNode", c.maxTasksPerNode());
    put("MCSPlugin", c.mcsPlugin());
    put("MCSParameters", c.mcsPluginParams());
    put("MessageTimeout", sec(c.msgTimeout()));
    put("MinJobAge", sec(c.minJobAge()));
    put("MpiDefault", c.mpiDefault());
    put("MpiParams", c.mpiParams());
    put("MULTIPLE_SLURMD", old ? "Yes" : "yes");
    put("NEXT_JOB_ID", c.nextJobId());
    put("NodeFeaturesPlugins", c.nodeFeaturesPlugins());
    put("OverTimeLimit", c.overTimeLimit() + " min");
  }

  private void pluginsToX11() {
    put("PluginDir", c.plugindir());
    put("PlugStackConfig", c.plugstack());
    if (old) {
      put("PowerParameters", c.powerParameters());
      put("PowerPlugin", c.powerPlugin());
    }
    put("PreemptMode", preemptMode());
    if (!old) {
      put("PreemptParameters", c.preemptParams());
    }
    put("PreemptType", c.preemptType());
    put("PreemptExemptTime", c.preemptExemptTime() == SlurmConstants.INFINITE ? "NONE" : Durations.clock(c.preemptExemptTime()));
    put("PrEpParameters", c.prepParams());
    put("PrEpPlugins", c.prepPlugins());
    put("PriorityParameters", c.priorityParams());
    put("PrioritySiteFactorParameters", (String) null);
    put("PrioritySiteFactorPlugin", (String) null);
    if (multifactor) {
      put("PriorityDecayHalfLife", Durations.clock(c.priorityDecayHl()));
      put("PriorityCalcPeriod", Durations.clock(c.priorityCalcPeriod()));
      put("PriorityFavorSmall", c.priorityFavorSmall() != 0 ? yes : no);
      put("PriorityFlags", priorityFlags());
      put("PriorityMaxAge", Durations.clock(c.priorityMaxAge()));
    }
    put("PriorityType", c.priorityType());
    if (multifactor) {
      put("PriorityUsageResetPeriod", resetPeriod());
      put("PriorityWeightAge", c.priorityWeightAge());
      put("PriorityWeightAssoc", c.priorityWeightAssoc());
      put("PriorityWeightFairShare", c.priorityWeightFs());
      put("PriorityWeightJobSize", c.priorityWeightJs());
      put("PriorityWeightPartition", c.priorityWeightPart());
      put("PriorityWeightQOS", c.priorityWeightQos());
      put("PriorityWeightTRES", c.priorityWeightTres());
    }
    put("PrivateData", privateData());
    put("ProctrackType", c.proctrackType());
    programs("Prolog", c.prolog());
    put("PrologEpilogTimeout", c.prologEpilogTimeout());
    programs("PrologSlurmctld", c.prologSlurmctld());
    put("PrologFlags", prologFlags());
    put("PropagatePrioProcess", c.propagatePrioProcess());
    put("PropagateResourceLimits", c.propagateRlimits());
    put("PropagateResourceLimitsExcept", c.propagateRlimitsExcept());
    put("RebootProgram", c.rebootProgram());
    put("ReconfigFlags", reconfigFlags());
    put("RequeueExit", c.requeueExit());
    put("RequeueExitHold", c.requeueExitHold());
    put("ResumeFailProgram", c.resumeFailProgram());
    put("ResumeProgram", c.resumeProgram());
    put("ResumeRate", c.resumeRate() + " nodes/min");
    put("ResumeTimeout", sec(c.resumeTimeout()));
    put("ResvEpilog", c.resvEpilog());
    put("ResvOverRun", c.resvOverRun() == SlurmConstants.INFINITE16 ? "UNLIMITED" : c.resvOverRun() + " min");
    put("ResvProlog", c.resvProlog());
    put("ReturnToService", c.ret2service());
    if (old) {
      put("RoutePlugin", c.routePlugin());
    }
    put("SchedulerParameters", c.schedParams());
    put("SchedulerTimeSlice", sec(c.schedTimeSlice()));
    put("SchedulerType", c.schedtype());
    put("ScronParameters", c.scronParams());
    put("SelectType", c.selectType());
    put("SelectTypeParameters", selectParameters());
    put("SlurmUser", c.slurmUserName() + "(" + c.slurmUserId() + ")");
    put("SlurmctldAddr", c.slurmctldAddr());
    put("SlurmctldDebug", level(c.slurmctldDebug()));
    hosts();
    put("SlurmctldLogFile", c.slurmctldLogfile());
    put("SlurmctldPort", c.slurmctldPortCount() > 1 ? c.slurmctldPort() + "-" + (c.slurmctldPort() + c.slurmctldPortCount() - 1) : Long.toString(c.slurmctldPort()));
    put("SlurmctldSyslogDebug", level(c.slurmctldSyslogDebug()));
    put("SlurmctldPrimaryOffProg", c.slurmctldPrimaryOffProg());
    put("SlurmctldPrimaryOnProg", c.slurmctldPrimaryOnProg());
    put("SlurmctldTimeout", sec(c.slurmctldTimeout()));
    put("SlurmctldParameters", c.slurmctldParams());
    put("SlurmdDebug", level(c.slurmdDebug()));
    put("SlurmdLogFile", c.slurmdLogfile());
    put("SlurmdParameters", c.slurmdParams());
    put("SlurmdPidFile", c.slurmdPidfile());
    put("SlurmdPort", c.slurmdPort());
    put("SlurmdSpoolDir", c.slurmdSpooldir());
    put("SlurmdSyslogDebug", level(c.slurmdSyslogDebug()));
    put("SlurmdTimeout", sec(c.slurmdTimeout()));
    put("SlurmdUser", c.slurmdUserName() + "(" + c.slurmdUserId() + ")");
    put("SlurmSchedLogFile", c.schedLogfile());
    put("SlurmSchedLogLevel", c.schedLogLevel());
    put("SlurmctldPidFile", c.slurmctldPidfile());
    if (old) {
      put("SlurmctldPlugstack", c.slurmctldPlugstack());
    }
    put("SLURM_CONF", c.slurmConf());
    put("SLURM_VERSION", c.version());
    put("SrunEpilog", c.srunEpilog());
    put("SrunPortRange", c.srunPortRangeFirst() + "-" + c.srunPortRangeLast());
    put("SrunProlog", c.srunProlog());
    put("StateSaveLocation", c.stateSaveLocation());
    put("SuspendExcNodes", c.suspendExcNodes());
    put("SuspendExcParts", c.suspendExcParts());
    if (!old) {
      put("SuspendExcStates", c.suspendExcStates());
    }
    put("SuspendProgram", c.suspendProgram());
    put("SuspendRate", c.suspendRate() + " nodes/min");
    put("SuspendTime", c.suspendTime() == SlurmConstants.INFINITE ? "INFINITE" : sec(c.suspendTime()));
    put("SuspendTimeout", sec(c.suspendTimeout()));
    put("SwitchParameters", c.switchParam());
    put("SwitchType", c.switchType());
    put("TaskEpilog", c.taskEpilog());
    put("TaskPlugin", c.taskPlugin());
    put("TaskPluginParam", taskParameters());
    put("TaskProlog", c.taskProlog());
    put("TCPTimeout", sec(c.tcpTimeout()));
    if (!old) {
      put("TLSParameters", c.tlsParams());
      put("TLSType", c.tlsType());
    }
    put("TmpFS", c.tmpFs());
    put("TopologyParam", c.topologyParam());
    put("TopologyPlugin", c.topologyPlugin());
    put("TrackWCKey", yes(CONF_WCKEY));
    put("TreeWidth", c.treeWidth());
    put("UsePam", yes(CONF_PAM));
    put("UnkillableStepProgram", c.unkillableProgram());
    put("UnkillableStepTimeout", sec(c.unkillableTimeout()));
    put("VSizeFactor", c.vsizeFactor() + " percent");
    put("WaitTime", sec(c.waitTime()));
    put("X11Parameters", c.x11Params());
  }

  private void put(String key, String value) {
    out.append(key);
    for (int i = key.length(); i < 23; i++) {
      out.append(' ');
    }
    out.append(" = ").append(value == null ? "(null)" : value).append('\n');
  }

  private void put(String key, long value) {
    put(key, Long.toString(value));
  }

  private static String sec(long seconds) {
    return seconds + " sec";
  }

  private String yes(int flag) {
    return (c.confFlags() & flag) != 0 ? yes : no;
  }

  private void pairs(String title, List<ConfigKeyPair> pairs) {
    if (pairs == null || pairs.isEmpty()) {
      return;
    }
    out.append(title).append('\n');
    pairs.forEach(p -> put(p.name(), p.value()));
    out.append('\n');
  }

  private void plugins(String title, List<ConfigPluginParams> plugins) {
    if (plugins == null || plugins.isEmpty()) {
      return;
    }
    out.append(title).append('\n');
    for (ConfigPluginParams p : plugins) {
      out.append("----- ").append(p.name()).append(" -----\n");
      p.keyPairs().forEach(k -> put(k.name(), k.value()));
    }
    out.append('\n');
  }

  /** One line in the old releases; newer ones number them and leave out what is not there. */
  private void programs(String key, String[] programs) {
    if (old) {
      put(key, programs == null || programs.length == 0 || programs[0] == null ? null : String.join(",", programs));
      return;
    }
    for (int i = 0; programs != null && i < programs.length; i++) {
      put(key + "[" + i + "]", programs[i]);
    }
  }

  private void hosts() {
    for (int i = 0; i < c.controlMachine().length; i++) {
      String machine = c.controlMachine()[i];
      String address = i < c.controlAddr().length ? c.controlAddr()[i] : null;
      put("SlurmctldHost[" + i + "]", address == null || address.equals(machine) ? machine : machine + "(" + address + ")");
    }
  }

  private void memory(String which, long value) {
    if ((value & PER_CPU) != 0) {
      put(which + "MemPerCPU", Long.toString(value & ~PER_CPU));
    } else {
      put(which + "MemPerNode", value == 0 ? "UNLIMITED" : Long.toString(value));
    }
  }

  private static String level(int level) {
    return level >= 0 && level < LEVELS.length ? LEVELS[level] : null;
  }

  private String logFormat() {
    int format = c.logFmt();
    return format < LOG_FORMATS.length ? LOG_FORMATS[format] : "unknown";
  }

  private static String governors(long bits) {
    StringBuilder b = new StringBuilder();
    for (int i = 0; i < GOVERNORS.length; i++) {
      if ((bits & GOVERNOR_CODES[i]) == GOVERNOR_CODES[i]) {
        b.append(b.isEmpty() ? "" : ",").append(GOVERNORS[i]);
      }
    }
    return b.isEmpty() ? "Unknown" : b.toString();
  }

  /** Names for bits from 0 up; null for none set. */
  private static String bits(long value, String... names) {
    StringBuilder b = new StringBuilder();
    for (int i = 0; i < names.length; i++) {
      if ((value >> i & 1) != 0 && !names[i].isEmpty()) {
        b.append(b.isEmpty() ? "" : ",").append(names[i]);
      }
    }
    return b.isEmpty() ? null : b.toString();
  }

  private static String enforce(int bits) {
    return bits == 0 ? "none" : AccountingEnforce.names(bits).replace('+', ',').toLowerCase(Locale.ROOT);
  }

  private String storeFlags() {
    long f = c.confFlags();
    return bits(
        ((f & CONF_SJC) != 0 ? 1 : 0) | ((f & CONF_SJE) != 0 ? 2 : 0) | ((f & CONF_SJX) != 0 ? 4 : 0) | ((f & CONF_SJS) != 0 ? 8 : 0),
        "job_comment",
        "job_env",
        "job_extra",
        "job_script");
  }

  private String debugFlags() {
    return c.debugFlags() == 0 ? null : DebugFlags.names(c.debugFlags()).replace('+', ',');
  }

  private String healthStates() {
    int states = c.healthCheckNodeState();
    String cycle = (states & 0x8000) != 0 ? "CYCLE," : "";
    if ((states & 0xf) == 0xf || (states & 0x7fff) == 0) {
      return cycle + "ANY";
    }
    return cycle + bits(states, "IDLE", "ALLOC", "MIXED", "NONDRAINED_IDLE");
  }

  private String defaults() {
    if (c.jobDefaultsList() == null || c.jobDefaultsList().isEmpty()) {
      return null;
    }
    StringBuilder b = new StringBuilder();
    for (JobDefaults d : c.jobDefaultsList()) {
      b.append(b.isEmpty() ? "" : ",").append(d.type() == 1 ? "DefCpuPerGPU" : "DefMemPerGPU").append('=').append(d.value());
    }
    return b.toString();
  }

  private String preemptMode() {
    int mode = c.preemptMode();
    boolean gang = (mode & 0x8000) != 0;
    boolean within = (mode & 0x4000) != 0;
    String name =
        switch (mode & ~(0x8000 | 0x4000 | 0x2000)) {
          case 0 -> "OFF";
          case 1 -> "SUSPEND";
          case 2 -> "REQUEUE";
          case 8 -> "CANCEL";
          default -> "UNKNOWN";
        };
    if (gang && name.equals("OFF")) {
      return "GANG";
    }
    return (gang ? "GANG," : "") + (within ? "WITHIN," : "") + name;
  }

  private String priorityFlags() {
    String text =
        bits(
            c.priorityFlags(), "ACCRUE_ALWAYS", "MAX_TRES", "SMALL_RELATIVE_TO_TIME", "DEPTH_OBLIVIOUS", "CALCULATE_RUNNING", "",
            "INCR_ONLY", "NO_NORMAL_ASSOC", "NO_NORMAL_PART", "NO_NORMAL_QOS", "NO_NORMAL_TRES");
    return text == null ? "" : text;
  }

  private String resetPeriod() {
    String[] names = {"NONE", "NOW", "DAILY", "WEEKLY", "MONTHLY", "QUARTERLY", "YEARLY"};
    return c.priorityResetPeriod() < names.length ? names[c.priorityResetPeriod()] : "UNKNOWN";
  }

  private String privateData() {
    String text =
        bits(
            c.privateData(), "jobs", "nodes", "partitions", "usage", "users", "accounts", "reservations", "cloud", "events");
    return text == null ? "none" : text;
  }

  private String prologFlags() {
    return bits(
        c.prologFlags(), "Alloc", "NoHold", "Contain", "Serial", "X11", "DeferBatch", "ForceRequeueOnFail", "RunInJob");
  }

  private String reconfigFlags() {
    return bits(c.reconfigFlags(), "KeepPartInfo", "KeepPartState", "KeepPowerSaveSettings");
  }

  private String selectParameters() {
    int p = c.selectTypeParam();
    String unit = (p & SelectTypeParam.CR_CPU) != 0 ? "CR_CPU" : (p & SelectTypeParam.CR_SOCKET) != 0 ? "CR_SOCKET" : null;
    unit = unit == null && (p & SelectTypeParam.CR_CORE) != 0 ? "CR_CORE" : unit;
    boolean memory = (p & SelectTypeParam.CR_MEMORY) != 0;
    String first = unit == null ? memory ? "CR_MEMORY" : "" : memory ? unit + "_MEMORY" : unit;
    String rest =
        bits(
            p >> 8, "CR_ONE_TASK_PER_CORE", "CR_PACK_NODES", "", "OTHER_CONS_TRES", "CR_CORE_DEFAULT_DIST_BLOCK", "", "CR_LLN");
    return first.isEmpty() ? rest == null ? "NONE" : rest : rest == null ? first : first + "," + rest;
  }

  private String taskParameters() {
    return c.taskPluginParam() == 0 ? "(null type)" : Long.toHexString(c.taskPluginParam());
  }
}
