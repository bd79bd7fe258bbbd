package org.slurmctldj.proto.conf;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * One partition of slurm.conf: its PartitionName line on top of the DEFAULT lines above, its nodes
 * found. Immutable; made by {@link ClusterLayout}. Absent numbers are Slurm's own NO_VAL, INFINITE
 * or 0, as they go over the wire.
 */
public final class PartitionDef {
  /** PartitionName's State. */
  public enum State {
    UP,
    DOWN,
    DRAIN,
    INACTIVE
  }

  /** OverSubscribe: how many jobs a resource may hold. */
  public record OverSubscribe(Kind kind, int count) {
    public enum Kind {
      NO,
      YES,
      FORCE,
      EXCLUSIVE
    }

    /** Set in the wire's max_share for FORCE. */
    public static final int FORCE_BIT = 0x8000;

    /** As max_share goes over the wire: EXCLUSIVE 0, NO 1, YES count, FORCE count with its bit. */
    public int maxShare() {
      return switch (kind) {
        case EXCLUSIVE -> 0;
        case NO -> 1;
        case YES -> count;
        case FORCE -> count | FORCE_BIT;
      };
    }
  }

  private final LineSettings settings;
  private final List<NodeDef> nodes;
  private final List<String> nodeSets;
  private final State state;
  private final OverSubscribe overSubscribe;
  private final long maxTime;
  private final long defaultTime;
  private final long overTimeLimit;

  PartitionDef(LineSettings settings, List<NodeDef> nodes, List<String> nodeSets) {
    this.settings = settings;
    this.nodes = List.copyOf(nodes);
    this.nodeSets = List.copyOf(nodeSets);
    this.state = readState();
    this.overSubscribe = readOverSubscribe();
    this.maxTime = time("MaxTime", SlurmConstants.INFINITE);
    this.defaultTime = time("DefaultTime", SlurmConstants.NO_VAL);
    this.overTimeLimit = time("OverTimeLimit", SlurmConstants.NO_VAL16);
    checkWords("PreemptMode", List.of("OFF", "SUSPEND", "REQUEUE", "CANCEL", "GANG", "ON", "WITHIN", "PRIORITY"));
    checkWords("SelectTypeParameters", List.of("CR_CORE", "CR_CORE_MEMORY", "CR_SOCKET", "CR_SOCKET_MEMORY"));
  }

  public String name() {
    return settings.first().value();
  }

  /** Nodes= as written; empty for a partition without nodes. */
  public Optional<String> nodesText() {
    return settings.text("Nodes");
  }

  /** Its nodes in file order of the NodeName lines. */
  public List<NodeDef> nodes() {
    return nodes;
  }

  /** The NodeSets that Nodes= names, as written; "ALL" counts as one from 23.02 on. */
  public List<String> nodeSets() {
    return nodeSets;
  }

  /** Default=YES on its line; the last such partition of the file is the default one. */
  public boolean isDefault() {
    return settings.flag("Default", false);
  }

  public State state() {
    return state;
  }

  /** Minutes, or INFINITE. */
  public long maxTime() {
    return maxTime;
  }

  /** Minutes, INFINITE, or NO_VAL: MaxTime counts. */
  public long defaultTime() {
    return defaultTime;
  }

  /** Minutes, INFINITE16, or NO_VAL16: the cluster's counts. */
  public int overTimeLimit() {
    return overTimeLimit == SlurmConstants.INFINITE ? SlurmConstants.INFINITE16 : (int) overTimeLimit;
  }

  /** INFINITE if there is no limit. */
  public long maxNodes() {
    return settings.number("MaxNodes", SlurmConstants.INFINITE);
  }

  public long minNodes() {
    return settings.number("MinNodes", 0);
  }

  public OverSubscribe overSubscribe() {
    return overSubscribe;
  }

  public int priorityTier() {
    return (int) settings.number("PriorityTier", settings.number("Priority", 1));
  }

  public int priorityJobFactor() {
    return (int) settings.number("PriorityJobFactor", settings.number("Priority", 1));
  }

  /** Group names, or empty: all. */
  public Optional<String> allowGroups() {
    return unlessAll("AllowGroups");
  }

  public Optional<String> allowAccounts() {
    return unlessAll("AllowAccounts");
  }

  public Optional<String> allowQos() {
    return unlessAll("AllowQos");
  }

  /** Without effect where AllowAccounts is set, as in Slurm. */
  public Optional<String> denyAccounts() {
    return allowAccounts().isPresent() ? Optional.empty() : settings.text("DenyAccounts");
  }

  public Optional<String> denyQos() {
    return allowQos().isPresent() ? Optional.empty() : settings.text("DenyQos");
  }

  /** Hosts that may submit, or empty: all. */
  public Optional<String> allocNodes() {
    return unlessAll("AllocNodes");
  }

  public Optional<String> alternate() {
    return settings.text("Alternate");
  }

  public Optional<String> qos() {
    return settings.text("QOS");
  }

  public Optional<String> tresBillingWeights() {
    return settings.text("TRESBillingWeights");
  }

  public boolean hidden() {
    return settings.flag("Hidden", false);
  }

  public boolean rootOnly() {
    return settings.flag("RootOnly", false);
  }

  public boolean reqResv() {
    return settings.flag("ReqResv", false);
  }

  public boolean lln() {
    return settings.flag("LLN", false);
  }

  public boolean exclusiveUser() {
    return settings.flag("ExclusiveUser", false);
  }

  public boolean exclusiveTopo() {
    return settings.flag("ExclusiveTopo", false);
  }

  public boolean powerDownOnIdle() {
    return settings.flag("PowerDownOnIdle", false);
  }

  /** {@code otherwise}: the cluster's DisableRootJobs. */
  public boolean disableRootJobs(boolean otherwise) {
    return settings.flag("DisableRootJobs", otherwise);
  }

  /** Seconds. */
  public long graceTime() {
    return settings.number("GraceTime", 0);
  }

  /** INFINITE if there is no limit. */
  public long maxCpusPerNode() {
    return settings.number("MaxCPUsPerNode", SlurmConstants.INFINITE);
  }

  /** INFINITE if there is no limit. */
  public long maxCpusPerSocket() {
    return settings.number("MaxCPUsPerSocket", SlurmConstants.INFINITE);
  }

  /** MB per node, or per CPU with MEM_PER_CPU set; 0 if there is none. */
  public long defMemory() {
    return memory("DefMemPerNode", "DefMemPerCPU");
  }

  /** MB per node, or per CPU with MEM_PER_CPU set; 0 if there is none. */
  public long maxMemory() {
    return memory("MaxMemPerNode", "MaxMemPerCPU");
  }

  public Optional<String> preemptMode() {
    return settings.text("PreemptMode");
  }

  /** Any other key of the line, as written. */
  public Optional<String> text(String key) {
    return settings.text(key);
  }

  /** Any other number of the line. */
  public long number(String key, long otherwise) {
    return settings.number(key, otherwise);
  }

  /** File and line of the PartitionName line. */
  public ConfFile.Token line() {
    return settings.first();
  }

  /** Slurm's sentences about keys of this line that rule each other out. */
  void warn(List<String> warnings) {
    both("AllowAccounts", "DenyAccounts", warnings);
    both("AllowQos", "DenyQos", warnings);
    perCpuIgnored("DefMemPerCPU", "DefMemPerNode", warnings);
    perCpuIgnored("MaxMemPerCPU", "MaxMemPerNode", warnings);
  }

  private void both(String allow, String deny, List<String> warnings) {
    if (settings.has(allow) && settings.has(deny)) {
      warnings.add("Both " + allow + " and " + deny + " are defined, " + deny + " will be ignored");
    }
  }

  private void perCpuIgnored(String perCpu, String perNode, List<String> warnings) {
    if (settings.has(perCpu) && settings.has(perNode)) {
      warnings.add(perCpu + " ignored, since it's mutually exclusive with " + perNode);
    }
  }

  private Optional<String> unlessAll(String key) {
    return settings.text(key).filter(value -> !value.equalsIgnoreCase("ALL"));
  }

  private long memory(String perNode, String perCpu) {
    long node = settings.number(perNode, 0);
    if (settings.has(perNode)) {
      return node == SlurmConstants.INFINITE64 ? 0 : node;
    }
    long cpu = settings.number(perCpu, 0);
    return cpu == 0 || cpu == SlurmConstants.INFINITE64 ? 0 : cpu | SlurmConstants.MEM_PER_CPU;
  }

  /** As written, "" if the line says so. */
  private String word(String key, String otherwise) {
    Optional<ConfFile.Token> token = settings.token(key);
    return token.isPresent() ? token.get().value() : otherwise;
  }

  private long time(String key, long otherwise) {
    if (!settings.has(key)) {
      return otherwise;
    }
    long minutes = ConfTime.minutes(word(key, ""));
    if (minutes < 0) {
      throw bad(key);
    }
    return minutes;
  }

  private void checkWords(String key, List<String> known) {
    Optional<String> text = settings.text(key);
    if (key.equals("SelectTypeParameters") && settings.isEmpty(key)) {
      // As real Slurm: one of its words, and nothing is none.
      throw bad(key, "Bad value for " + key + ": ");
    }
    if (text.isPresent()) {
      for (String word : new OptionList(text.get()).items()) {
        if (!known.contains(word.toUpperCase(Locale.ROOT))) {
          throw bad(key, key.equals("SelectTypeParameters") ? "Bad value for " + key + ": " + text.get() : null);
        }
      }
    }
  }

  private State readState() {
    return switch (word("State", "UP").toUpperCase(Locale.ROOT)) {
      case "UP" -> State.UP;
      case "DOWN" -> State.DOWN;
      case "DRAIN" -> State.DRAIN;
      case "INACTIVE" -> State.INACTIVE;
      default -> throw bad("State");
    };
  }

  private OverSubscribe readOverSubscribe() {
    String text = word("OverSubscribe", "NO").toUpperCase(Locale.ROOT);
    int colon = text.indexOf(':');
    String word = colon < 0 ? text : text.substring(0, colon);
    int count = 4;
    if (colon >= 0) {
      long number;
      try {
        number = Long.parseLong(text.substring(colon + 1));
      } catch (NumberFormatException e) {
        throw bad("OverSubscribe");
      }
      if (number < 1 || number >= OverSubscribe.FORCE_BIT) {
        throw bad("OverSubscribe");
      }
      count = (int) number;
    }
    return switch (word) {
      case "NO" -> new OverSubscribe(OverSubscribe.Kind.NO, 1);
      case "YES" -> new OverSubscribe(OverSubscribe.Kind.YES, count);
      case "FORCE" -> new OverSubscribe(OverSubscribe.Kind.FORCE, count);
      case "EXCLUSIVE" -> new OverSubscribe(OverSubscribe.Kind.EXCLUSIVE, 0);
      default -> throw bad("OverSubscribe");
    };
  }

  private ConfException bad(String key) {
    return bad(key, null);
  }

  /** Slurm's sentence, then file and line, which Slurm leaves out. */
  private ConfException bad(String key, String sentence) {
    ConfFile.Token token = settings.token(key).orElseThrow();
    String said = sentence == null ? "Bad value \"" + token.value() + "\" for " + key : sentence;
    return new ConfException(said + "\n" + token.parseError().getMessage());
  }

  @Override
  public String toString() {
    return name();
  }
}
