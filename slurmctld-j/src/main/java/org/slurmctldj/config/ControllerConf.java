package org.slurmctldj.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slurmctldj.config.pools.Examiner;
import org.slurmctldj.config.pools.Pools;
import org.slurmctldj.config.pools.PoolsFile;
import org.slurmctldj.proto.conf.ClusterLayout;
import org.slurmctldj.proto.conf.ConfException;
import org.slurmctldj.proto.conf.NodeDef;
import org.slurmctldj.proto.conf.OptionList;
import org.slurmctldj.proto.conf.PortRange;
import org.slurmctldj.proto.conf.SlurmConf;
import org.slurmctldj.proto.os.UserDatabase;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * slurm.conf as the controller needs it: everything checked, users found, nodes and partitions
 * expanded. Loaded at start and on reconfigure, on the thread that does either; immutable after
 * that, any thread.
 *
 * <p>A file that cannot be used is a {@link ConfException}: each line of its message goes out after
 * "error: ", then "fatal: Unable to process configuration file", exit status 1.
 */
public final class ControllerConf {
  /** A job's ids stay below this (Slurm keeps the higher bits for federations). */
  static final long LARGEST_JOB_ID = 0x03ffffffL;

  static final long LARGEST_ARRAY = 4_000_001;

  private final SlurmConf slurm;
  private final ClusterLayout layout;
  private final List<ConfMessage> messages = new ArrayList<>();
  private final UserDatabase.User slurmUser;
  private final UserDatabase.User slurmdUser;
  private final SelectType select;
  private final Map<String, String> cgroup = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  private final Pools pools;

  private ControllerConf(SlurmConf slurm, Pools pools, boolean review) {
    this.slurm = slurm;
    this.pools = pools;
    List<String> errors = new ArrayList<>();
    slurm.warnings().forEach(text -> messages.add(new ConfMessage(ConfMessage.Level.ERROR, text)));
    pools.warnings().forEach(text -> messages.add(new ConfMessage(ConfMessage.Level.WARN, text)));
    if (review) {
      KeyReview keys = KeyReview.of(slurm);
      errors.addAll(keys.fatal());
      messages.addAll(keys.messages());
    }
    slurmUser = user("SlurmUser", slurm.slurmUser(), errors);
    slurmdUser = user("SlurmdUser", slurm.slurmdUser(), errors);
    select = select(errors);
    checkNumbers(errors);
    checkLists(errors);
    check(errors, "ProctrackType", () -> cgroup.putAll(CgroupConfView.read(slurm)));
    ClusterLayout found = null;
    try {
      found = ClusterLayout.of(slurm);
      found.warnings().forEach(text -> messages.add(new ConfMessage(ConfMessage.Level.ERROR, text)));
      checkCluster(found, errors);
    } catch (ConfException e) {
      errors.add(e.getMessage());
    }
    if (!errors.isEmpty()) {
      throw new ConfException(String.join("\n", errors));
    }
    layout = found;
  }

  public static ControllerConf load(Path file) {
    return load(file, Examiner.NOBODY, false);
  }

  /**
   * @param examiner asks the cloud of a pools.yaml
   * @param always also where all its instance types are known
   */
  public static ControllerConf load(Path file, Examiner examiner, boolean always) {
    SlurmConf plain = SlurmConf.load(file);
    Pools pools = Pools.beside(file.toAbsolutePath(), plain, examiner, always);
    String lines = pools.lines();
    return new ControllerConf(
        lines.isEmpty() ? plain : SlurmConf.load(file, "lines of " + PoolsFile.FILE_NAME, lines), pools, true);
  }

  public static ControllerConf of(SlurmConf slurm) {
    return new ControllerConf(slurm, Pools.NONE, true);
  }

  /** Without asking whether all of it is supported: tests answer with what real Slurm was given. */
  static ControllerConf unreviewed(SlurmConf slurm) {
    return new ControllerConf(slurm, Pools.NONE, false);
  }

  /** Every key as it stands in the file. */
  public SlurmConf slurm() {
    return slurm;
  }

  /** Groups and queues of pools.yaml. */
  public Pools pools() {
    return pools;
  }

  public ClusterLayout layout() {
    return layout;
  }

  /** To be logged once at start, in this order. */
  public List<ConfMessage> messages() {
    return List.copyOf(messages);
  }

  public UserDatabase.User slurmUser() {
    return slurmUser;
  }

  public UserDatabase.User slurmdUser() {
    return slurmdUser;
  }

  /** cgroup.conf as written, for those who ask what it says. */
  Map<String, String> cgroup() {
    return Collections.unmodifiableMap(cgroup);
  }

  public SelectType select() {
    return select;
  }

  // ---- what the controller acts on; seconds unless said otherwise

  public int maxJobCount() {
    return (int) Math.min(slurm.number("MaxJobCount", 10000), Integer.MAX_VALUE);
  }

  public long firstJobId() {
    return slurm.number("FirstJobId", 1);
  }

  public long maxJobId() {
    return Math.min(slurm.number("MaxJobId", 0x03ff0000L), LARGEST_JOB_ID);
  }

  /** The highest task id is one less. */
  public int maxArraySize() {
    return (int) Math.min(slurm.number("MaxArraySize", 1001), Integer.MAX_VALUE);
  }

  public long minJobAge() {
    return Math.max(2, slurm.number("MinJobAge", 300)); // Slurm raises 0 and 1, too
  }

  public long killWait() {
    return slurm.number("KillWait", 30);
  }

  public long completeWait() {
    return slurm.number("CompleteWait", 0);
  }

  public long batchStartTimeout() {
    return slurm.number("BatchStartTimeout", 10);
  }

  public int returnToService() {
    return (int) slurm.number("ReturnToService", 0);
  }

  /** Minutes, or INFINITE16. */
  public int overTimeLimit() {
    return (int) slurm.number("OverTimeLimit", 0);
  }

  public boolean jobRequeue() {
    return slurm.number("JobRequeue", 1) != 0;
  }

  public boolean jobFileAppend() {
    return slurm.number("JobFileAppend", 0) != 0;
  }

  public boolean disableRootJobs() {
    return slurm.flag("DisableRootJobs", false);
  }

  public EnforcePartLimits enforcePartLimits() {
    return EnforcePartLimits.of(slurm.text("EnforcePartLimits", "NO")).orElseThrow();
  }

  /** InactiveLimit, seconds; 0 none. */
  public int inactiveLimit() {
    return (int) slurm.number("InactiveLimit", 0);
  }

  public int slurmdTimeout() {
    return slurm.slurmdTimeout();
  }

  /** MB per node, or per CPU with MEM_PER_CPU set; 0: no default. */
  public long defMemory() {
    return memory("DefMemPerNode", "DefMemPerCPU");
  }

  /** MB per node, or per CPU with MEM_PER_CPU set; 0: no limit. */
  public long maxMemory() {
    return memory("MaxMemPerNode", "MaxMemPerCPU");
  }

  public boolean configless() {
    return slurm.slurmctldParameters().has("enable_configless");
  }

  /** Whether a node counts with what slurm.conf says even if it registers with less. */
  public boolean configOverrides() {
    return slurm.slurmdParameters().has("config_overrides");
  }

  /** Bits of PrivateData: jobs 1, nodes 2, partitions 4, usage 8, users 16, accounts 32, reservations 64, events 256. */
  public int privateData() {
    return ConfMasks.privateData(slurm, 38);
  }

  public PortRange ports() {
    return slurm.slurmctldPorts();
  }

  public Path stateSaveLocation() {
    return Path.of(slurm.stateSaveLocation());
  }

  /** Where a line for each finished job goes: JobCompLoc with JobCompType=jobcomp/filetxt; empty: nowhere. */
  public Optional<Path> jobCompletionLog() {
    return slurm.text("JobCompType", "").equals("jobcomp/filetxt")
        ? Optional.of(Path.of(slurm.text("JobCompLoc", "/var/log/slurm_jobcomp.log")))
        : Optional.empty();
  }

  public Optional<Path> logFile() {
    return slurm.text("SlurmctldLogFile").map(Path::of);
  }

  public Path pidFile() {
    return Path.of(slurm.text("SlurmctldPidFile", "/run/slurmctld.pid"));
  }

  // ---- checks

  private long memory(String perNode, String perCpu) {
    long node = slurm.number(perNode, 0);
    if (node != 0 && node != SlurmConstants.INFINITE64) {
      return node;
    }
    long cpu = slurm.number(perCpu, 0);
    return cpu == 0 || cpu == SlurmConstants.INFINITE64 ? 0 : cpu | SlurmConstants.MEM_PER_CPU;
  }

  private UserDatabase.User user(String key, String name, List<String> errors) {
    Optional<UserDatabase.User> found = UserDatabase.userByName(name);
    if (found.isEmpty() && !name.isEmpty() && name.length() < 11 && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
      found = UserDatabase.userById(Long.parseLong(name));
    }
    if (found.isEmpty()) {
      errors.add("Invalid user for " + key + " " + name + ", ignored");
      where(key, errors);
      return null;
    }
    return found.get();
  }

  private SelectType select(List<String> errors) {
    try {
      return SelectType.of(slurm.text("SelectTypeParameters", "CR_Core_Memory"));
    } catch (ConfException e) {
      errors.add(e.getMessage());
      where("SelectTypeParameters", errors);
      return null;
    }
  }

  /** File and line, which Slurm leaves out of these sentences. */
  private void where(String key, List<String> errors) {
    slurm.token(key).ifPresent(token -> errors.add(token.parseError().getMessage()));
  }

  private void checkNumbers(List<String> errors) {
    if (slurm.clusterName().isEmpty()) {
      errors.add("ClusterName needs to be specified");
    }
    if (maxJobId() < firstJobId()) {
      errors.add("FirstJobId > MaxJobId");
      where("MaxJobId", errors);
    }
    if (slurm.number("MaxArraySize", 1001) > LARGEST_ARRAY) {
      messages.add(
          new ConfMessage(
              ConfMessage.Level.ERROR,
              "MaxArraySize value (" + slurm.number("MaxArraySize", 0) + ") is greater than " + LARGEST_ARRAY));
    }
    check(errors, "SlurmctldHost", slurm::controllers);
    check(errors, "SlurmctldPort", slurm::slurmctldPorts);
    check(errors, "SlurmctldDebug", () -> ConfMasks.debugLevel(slurm, "SlurmctldDebug"));
    check(errors, "SlurmdDebug", () -> ConfMasks.debugLevel(slurm, "SlurmdDebug"));
    check(errors, "SlurmctldSyslogDebug", () -> ConfMasks.syslogLevel(slurm, "SlurmctldSyslogDebug"));
    check(errors, "SlurmdSyslogDebug", () -> ConfMasks.syslogLevel(slurm, "SlurmdSyslogDebug"));
    check(errors, "DebugFlags", () -> DebugFlagNames.of(slurm));
    check(errors, "PreemptMode", () -> ConfMasks.preemptMode(slurm));
    check(errors, "TaskPluginParam", () -> ConfMasks.taskPluginParam(slurm));
    check(errors, "PrologFlags", () -> ConfMasks.prologFlags(slurm, 45));
    check(errors, "AccountingStorageEnforce", () -> ConfMasks.accountingEnforce(slurm));
    if (EnforcePartLimits.of(slurm.text("EnforcePartLimits", "NO")).isEmpty()) {
      errors.add("Bad EnforcePartLimits: " + slurm.text("EnforcePartLimits", ""));
      where("EnforcePartLimits", errors);
    }
    if (slurm.number("ReturnToService", 0) > 2) {
      errors.add("ReturnToService " + slurm.number("ReturnToService", 0) + " is none of 0, 1, 2");
      where("ReturnToService", errors);
    }
  }

  private void checkLists(List<String> errors) {
    check(errors, "PropagateResourceLimits", () -> ConfMasks.rlimits(slurm, "PropagateResourceLimits"));
    check(errors, "PropagateResourceLimitsExcept", () -> ConfMasks.rlimits(slurm, "PropagateResourceLimitsExcept"));
    if (slurm.token("PropagateResourceLimits").isPresent() && slurm.token("PropagateResourceLimitsExcept").isPresent()) {
      errors.add("PropagateResourceLimits and PropagateResourceLimitsExcept are mutually exclusive");
    }
    ValueRules.check(
        slurm,
        (key, sentence) -> {
          errors.add(sentence);
          where(key, errors);
        });
  }

  private void check(List<String> errors, String key, Runnable reading) {
    try {
      reading.run();
    } catch (ConfException e) {
      errors.add(e.getMessage());
      where(key, errors);
    }
  }

  private void checkCluster(ClusterLayout found, List<String> errors) {
    for (NodeDef node : found.nodes()) {
      if (NodeStateText.of(node.state()).isEmpty()) {
        errors.add("node " + node.name() + " has invalid state " + node.state());
        errors.add("Invalid state " + node.state() + " from " + node.line().value());
        errors.add(node.line().parseError().getMessage());
        break;
      }
    }
    boolean canGrow = !pools.groups().isEmpty(); // 0/0 groups and none in a queue are PCS's way to change a key
    if (canGrow) {
      return;
    }
    if (found.partitions().isEmpty()) {
      errors.add("No PartitionName information available!");
    } else if (found.nodes().isEmpty()) {
      errors.add("read_slurm_conf: no nodes configured.");
    }
    if (found.defaultPartition().isEmpty()) {
      messages.add(new ConfMessage(ConfMessage.Level.ERROR, "read_slurm_conf: default partition not set."));
    }
  }

  /** SlurmctldParameters and its kin, for those who look for one option. */
  public OptionList options(String key) {
    return slurm.options(key);
  }
}
