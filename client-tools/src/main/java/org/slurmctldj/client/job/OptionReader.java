package org.slurmctldj.client.job;

import java.util.OptionalLong;
import org.slurmctldj.client.bcast.BroadcastOptions;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.cli.Getopt;
import org.slurmctldj.client.cli.Strtol;
import org.slurmctldj.client.text.SignalNames;
import org.slurmctldj.proto.os.UserDatabase;
import org.slurmctldj.proto.wire.SlurmConstants;

/** Takes one option's value into the {@link Submission}, or ends the command with what Slurm says about it. */
public final class OptionReader {
  private static final int NICE_OFFSET = 0x80000000;
  private static final int NICE_LIMIT = 0x7fffffff - 2;
  private static final int DEFAULT_NICE = 100;
  private static final int DEFAULT_SIGNAL_SECONDS = 60;
  private static final int SIGTERM = 15;
  private static final long TOP_PRIORITY = 0xfffffffdL;

  private final Client client;
  private final boolean old;
  private final Submission s;
  private final OptionValues values;
  private final ResourceOptions resources;

  public OptionReader(Client client, boolean old, Submission submission) {
    this.client = client;
    this.old = old;
    this.s = submission;
    this.values = new OptionValues(client, old);
    this.resources = new ResourceOptions(client, old, submission, values);
  }

  /** @param given the option's argument; null for none */
  public void read(JobOption option, String given) {
    if (!option.works()) {
      throw client.unsupported("--" + option.name());
    }
    // "--exclusive=" is "--exclusive"
    boolean none = option.argument() == Getopt.OPTIONAL_ARGUMENT && given != null && given.isEmpty();
    String value = none && !option.name().equals("immediate") ? null : given;
    switch (option.name()) {
      case "account" -> s.account = value;
      case "acctg-freq" -> s.acctgFreq = acctgFreq(value);
      case "array" -> s.array = value;
      case "batch" -> s.batch = value;
      case "bcast" -> {
        s.bcast = true;
        s.bcastTo = value;
      }
      case "bcast-exclude" -> s.bcastExclude = value;
      case "compress" -> s.compression = BroadcastOptions.compression(client, value);
      case "send-libs" -> {
        s.sendLibs = BroadcastOptions.sendLibs(value);
        if (s.sendLibs == null) {
          throw values.invalid("send-libs");
        }
      }
      case "begin" -> s.begin = values.time("begin", value);
      case "bb" -> s.burstBuffer = value;
      case "cluster-constraint" -> s.clusterConstraint = value;
      case "chdir" -> s.directory = value;
      case "comment" -> s.comment = value;
      case "container" -> s.container = value;
      case "container-id" -> s.containerId = value;
      case "context" -> s.context = value;
      case "contiguous" -> s.contiguous = true;
      case "constraint" -> s.constraint = value;
      case "core-spec" -> resources.specialised("-S", value, false);
      case "thread-spec" -> resources.specialised("--thread-spec", value, true);
      case "cores-per-socket" -> s.coresPerSocket = values.number("cores-per-socket", value);
      case "cpu-freq" -> {
        s.cpuFreq = CpuFreqRequest.parse(client, value, old);
        if (s.cpuFreq == null) {
          client.error("Invalid --cpu-freq argument");
          throw new Exit(255);
        }
      }
      case "cpus-per-gpu" -> s.cpusPerGpu = values.number("cpus-per-gpu", value);
      case "cpus-per-task" -> s.cpusPerTask = values.number("cpus-per-task", value);
      case "deadline" -> s.deadline = values.time("deadline", value);
      case "delay-boot" -> s.delayBoot = values.seconds("delay-boot", value);
      case "dependency" -> s.dependency = value;
      case "distribution" -> {
        s.distribution = Distribution.parse(value, client.env("SLURM_DIST_PLANESIZE"));
        if (s.distribution == null) {
          if (value.startsWith("plane")) {
            client.error("Invalid plane size or size not specified");
          }
          throw values.invalid("distribution");
        }
        s.planeSize = s.distribution.planeSize();
      }
      case "error" -> s.error = file(value);
      case "output" -> s.output = file(value);
      case "input" -> s.input = file(value);
      case "exclude" -> s.exclude = HostFile.listOrFile(client, value);
      case "nodelist" -> s.nodeList = HostFile.listOrFile(client, value);
      case "nodefile" -> {
        s.nodeList = HostFile.read(client, value);
        if (s.nodeList == null) {
          client.error("Invalid --nodefile node file");
          throw new Exit(255);
        }
      }
      case "exclusive" -> resources.exclusive(value);
      case "oversubscribe" -> {
        s.oversubscribe = true;
        s.shared = 1;
      }
      case "export" -> s.export = value;
      case "external-launcher" -> s.externalLauncher = true;
      case "export-file" -> s.exportFile = value;
      case "extra" -> s.extra = value;
      case "extra-node-info" -> resources.geometry(value);
      case "get-user-env" -> {
        if (value != null && !value.matches("[-+]?[0-9]*([sSlL].*)?")) {
          throw values.invalid("get-user-env");
        }
        s.getUserEnv = true;
      }
      case "gid" -> s.gid = id("gid", value, gid(value));
      case "uid" -> s.uid = id("uid", value, client.names().uid(value));
      case "gpu-bind" -> resources.gpuBind(value);
      case "gpu-freq" -> s.gpuFreq = resources.gpuFreq(value);
      case "gpus" -> s.gpus = value;
      case "gpus-per-node" -> s.gpusPerNode = value;
      case "gpus-per-socket" -> s.gpusPerSocket = value;
      case "gpus-per-task" -> s.gpusPerTask = value;
      case "gres" -> resources.gres(value);
      case "gres-flags" -> resources.gresFlags(value);
      case "hint" -> resources.hint(value);
      case "hold" -> s.hold = true;
      case "immediate" -> s.immediate = value == null ? 1 : values.immediate(value);
      case "bell" -> s.bell = 1;
      case "no-bell" -> s.bell = -1;
      case "no-shell" -> s.noShell = true;
      case "kill-command" -> {
        s.killCommand = value == null ? SIGTERM : SignalNames.number(value);
        if (s.killCommand == 0) {
          throw values.invalid("kill-command");
        }
      }
      case "ignore-pbs" -> s.ignorePbs = true;
      case "job-name" -> s.jobName = value;
      case "kill-on-invalid-dep" ->
          s.killInvalidDep =
              switch (value.toLowerCase(java.util.Locale.ROOT)) {
                case "yes" -> 1;
                case "no" -> 2;
                default -> throw values.invalid("kill-on-invalid-dep");
              };
      case "licenses" -> s.licenses = value;
      case "mail-type" -> {
        s.mailType = MailTypes.parse(value);
        if (s.mailType < 0) {
          throw values.invalid("mail-type");
        }
      }
      case "mail-user" -> s.mailUser = value;
      case "mcs-label" -> s.mcsLabel = value;
      case "mem" -> s.memPerNode = values.memory("mem", value);
      case "mem-per-cpu" -> s.memPerCpu = values.memory("mem-per-cpu", value);
      case "mem-per-gpu" -> s.memPerGpu = values.memory("mem-per-gpu", value);
      case "mem-bind" -> resources.memBind(value);
      case "mincpus" -> s.minCpus = values.number("mincpus", value);
      case "network" -> s.network = value;
      case "nice" -> nice(value);
      case "no-kill" -> {
        if (value == null || value.equalsIgnoreCase("set")) {
          s.killOnNodeFail = 0;
        } else if (value.equalsIgnoreCase("off") || value.equalsIgnoreCase("no")) {
          s.killOnNodeFail = Submission.UNSET;
        } else {
          throw values.invalid("no-kill");
        }
      }
      case "requeue" -> {
        boolean expedite = "expedite".equals(value);
        if (value != null && !expedite) {
          throw values.invalid("requeue");
        }
        s.requeue = 1;
        s.expeditedRequeue = expedite;
      }
      case "no-requeue" -> s.requeue = 0;
      case "nodes" -> resources.nodes(value);
      case "ntasks" -> s.ntasks = values.number("ntasks", value);
      case "ntasks-per-core" -> s.ntasksPerCore = values.number("ntasks-per-core", value);
      case "ntasks-per-gpu", "ntasks-per-tres" -> s.ntasksPerGpu = values.number(option.name(), value);
      case "ntasks-per-node", "tasks-per-node" -> s.ntasksPerNode = values.number("ntasks-per-node", value);
      case "ntasks-per-socket" -> s.ntasksPerSocket = values.number("ntasks-per-socket", value);
      case "oom-kill-step" -> s.oomKillStep = value == null ? 1 : values.oneOrZero("oom-kill-step", value);
      case "open-mode" ->
          s.openMode =
              switch (value.isEmpty() ? ' ' : value.charAt(0)) {
                case 'a', 'A' -> 1;
                case 't', 'T' -> 2;
                default -> throw values.invalid("open-mode");
              };
      case "overcommit" -> s.overcommit = true;
      case "parsable" -> s.parsable = true;
      case "partition" -> s.partition = value;
      case "prefer" -> s.prefer = value;
      case "priority" -> priority(value);
      case "profile" -> profile(value);
      case "propagate" -> s.propagate = value == null ? "ALL" : value;
      case "qos" -> s.qos = value;
      case "quiet" -> s.quiet = true;
      case "reboot" -> s.reboot = true;
      case "reservation" -> s.reservation = value;
      case "segment" -> s.segment = values.number("segment", value);
      case "signal" -> signal(value);
      case "sockets-per-node" -> s.socketsPerNode = values.number("sockets-per-node", value);
      case "spread-job" -> s.spreadJob = true;
      case "stepmgr" -> s.stepmgr = true;
      case "switches" -> resources.switches(value);
      case "test-only" -> s.testOnly = true;
      case "threads-per-core" -> s.threadsPerCore = values.number("threads-per-core", value);
      case "time" -> s.time = values.limit("time", value);
      case "time-min" -> s.timeMin = values.limit("time-min", value);
      case "tmp" -> s.tmp = values.memory("tmp", value);
      case "tres-bind" -> s.tresBind = value;
      case "tres-per-task" -> s.tresPerTask = value;
      case "use-min-nodes" -> s.useMinNodes = true;
      case "verbose" -> s.verbose += value == null ? 1 : (int) Strtol.value(value);
      case "wait" -> {
        if (value == null) {
          s.wait = true;
        } else {
          s.maxWait = values.count("wait", value);
        }
      }
      case "het-group", "pack-group" -> s.hetGroup = value;
      case "label" -> s.label = true;
      case "unbuffered" -> s.unbuffered = true;
      case "jobid" -> s.jobId = values.jobId(value);
      case "overlap" -> s.overlap = true;
      case "exact" -> s.exact = true;
      case "whole" -> s.whole = true;
      case "relative" -> s.relative = values.count("relative", value);
      case "kill-on-bad-exit" -> s.killOnBadExit = value == null || value.isEmpty() ? 1 : values.count("kill-on-bad-exit", value);
      case "pty" -> {
        if (value != null && !value.isEmpty()) {
          throw client.unsupported("--pty=<fd>");
        }
        s.pty = true;
      }
      case "multi-prog" -> s.multiProg = true;
      case "interactive" -> s.interactive = true;
      case "mpi" -> s.mpi = value;
      case "cpu-bind", "cpu_bind" -> resources.cpuBind(value);
      case "disable-status" -> s.disableStatus = true;
      case "quit-on-interrupt" -> s.quitOnInterrupt = true;
      case "preserve-env" -> s.preserveEnv = true;
      case "task-prolog" -> s.taskProlog = value;
      case "task-epilog" -> s.taskEpilog = value;
      case "slurmd-debug" -> s.slurmdDebug = values.count("slurmd-debug", value);
      case "wait-all-nodes" -> s.waitAllNodes = waitAllNodes(value);
      case "wckey" -> s.wckey = value;
      case "wrap" -> s.wrap = value;
      default -> throw new IllegalStateException("option " + option.name());
    }
  }

  private String file(String file) {
    if (client.program().equals("srun")) {
      return file.isEmpty() ? null : file;
    }
    return none(file);
  }

  private int waitAllNodes(String value) {
    int number = value == null ? 0 : values.count("wait-all-nodes", value);
    if (number > 1) {
      throw values.invalid("wait-all-nodes");
    }
    return number;
  }

  private static String none(String file) {
    return file.equalsIgnoreCase("none") ? "/dev/null" : file;
  }

  private String acctgFreq(String text) {
    for (String word : text.split(",")) {
      if (word.isEmpty()) {
        continue;
      }
      int equals = word.indexOf('=');
      String kind = equals < 0 ? "task" : word.substring(0, equals).toLowerCase(java.util.Locale.ROOT);
      String count = word.substring(equals + 1);
      Strtol n = Strtol.parse(count);
      // a number that is -1 as an int: what stands for none
      if (n.end() == 0 || n.end() != count.length() || (int) n.value() == -1 || !",task,energy,network,filesystem,".contains("," + kind + ",")) {
        client.error("Invalid --acctg-freq specification: " + text);
        throw new Exit(255);
      }
    }
    return text;
  }

  private long id(String option, String text, OptionalLong found) {
    if (client.uid() != 0) {
      client.error("--" + option + " only permitted by root user");
      throw new Exit(255);
    }
    if (found.isEmpty()) {
      throw values.invalid(option);
    }
    return found.getAsLong();
  }

  private static OptionalLong gid(String text) {
    Strtol n = Strtol.parse(text);
    if (n.end() > 0 && n.end() == text.length()) {
      return n.value() < 0 || n.value() > 0xffffffffL ? OptionalLong.empty() : OptionalLong.of(n.value());
    }
    return UserDatabase.groupByName(text).map(g -> OptionalLong.of(g.gid())).orElseGet(OptionalLong::empty);
  }

  private void nice(String value) {
    long n = value == null ? DEFAULT_NICE : Strtol.value(value);
    if (Math.abs(n) > NICE_LIMIT) {
      client.error("Invalid --nice value, out of range (+/- " + NICE_LIMIT + ")");
      throw new Exit(255);
    }
    s.nice = Integer.toUnsignedLong(NICE_OFFSET) + n;
  }

  private void priority(String value) {
    if (value.equalsIgnoreCase("top")) {
      s.priority = TOP_PRIORITY;
      return;
    }
    Strtol n = Strtol.parse(value);
    if (n.value() < 0) {
      client.error("Priority must be >= 0");
      throw new Exit(255);
    }
    if (n.value() >= SlurmConstants.NO_VAL) {
      client.error("Priority must be < " + SlurmConstants.NO_VAL);
      throw new Exit(255);
    }
    s.priority = n.end() == 0 ? SlurmConstants.NO_VAL : n.value();
  }

  private void profile(String value) {
    long bits = 0;
    for (String word : value.split(",")) {
      switch (word.toLowerCase(java.util.Locale.ROOT)) {
        case "none" -> bits = 1;
        case "all" -> bits = SlurmConstants.INFINITE;
        case "energy" -> bits |= 2;
        case "task" -> bits |= 4;
        case "lustre" -> bits |= 8;
        case "network" -> bits |= 16;
        default -> {
          client.error("invalid --profile=" + value + " option");
          throw new Exit(255);
        }
      }
    }
    s.profile = bits;
    s.profileName = bits == 1 ? "None" : profileName(bits);
  }

  private static String profileName(long bits) {
    StringBuilder b = new StringBuilder();
    long[] order = {2, 8, 16, 4};
    String[] names = {"Energy", "Lustre", "Network", "Task"};
    for (int i = 0; i < order.length; i++) {
      if ((bits & order[i]) != 0) {
        b.append(b.isEmpty() ? "" : ",").append(names[i]);
      }
    }
    return b.toString();
  }

  /** {@code [{R|B}:]signal[@seconds]}. */
  private void signal(String value) {
    int colon = value.indexOf(':');
    int flags = 0;
    if (colon > 0) {
      for (char c : value.substring(0, colon).toCharArray()) {
        flags |=
            switch (c) {
              case 'B', 'b' -> 1;
              case 'R', 'r' -> 256;
              default -> throw values.invalid("signal");
            };
      }
    }
    String rest = value.substring(colon + 1);
    int at = rest.indexOf('@');
    int number = SignalNames.number(at < 0 ? rest : rest.substring(0, at));
    int seconds = DEFAULT_SIGNAL_SECONDS;
    if (at >= 0) {
      Strtol n = Strtol.parse(rest.substring(at + 1));
      if (n.end() == 0 || n.end() != rest.length() - at - 1 || n.value() < 0 || n.value() > 0xffff) {
        throw values.invalid("signal");
      }
      seconds = (int) n.value();
    }
    if (number == 0) {
      throw values.invalid("signal");
    }
    s.warnFlags = flags;
    s.warnSignal = number;
    s.warnTime = seconds;
  }

}
