package org.slurmctldj.client.job;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.cli.Strtol;
import org.slurmctldj.client.text.SignalNames;
import org.slurmctldj.proto.os.UserDatabase;
import org.slurmctldj.proto.text.MemorySize;
import org.slurmctldj.proto.text.TimeLimit;
import org.slurmctldj.proto.text.TimeSpec;
import org.slurmctldj.proto.text.TimeSpecException;
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

  public OptionReader(Client client, boolean old, Submission submission) {
    this.client = client;
    this.old = old;
    this.s = submission;
  }

  /** @param value the option's argument; null for none */
  public void read(JobOption option, String value) {
    if (!option.works()) {
      throw client.unsupported("--" + option.name());
    }
    switch (option.name()) {
      case "account" -> s.account = value;
      case "acctg-freq" -> s.acctgFreq = acctgFreq(value);
      case "array" -> s.array = value;
      case "batch" -> s.batch = value;
      case "begin" -> s.begin = time("begin", value);
      case "bb" -> s.burstBuffer = value;
      case "cluster-constraint" -> s.clusterConstraint = value;
      case "chdir" -> s.directory = value;
      case "comment" -> s.comment = value;
      case "container" -> s.container = value;
      case "container-id" -> s.containerId = value;
      case "context" -> s.context = value;
      case "contiguous" -> s.contiguous = true;
      case "constraint" -> s.constraint = value;
      case "core-spec" -> specialised("-S", value, false);
      case "thread-spec" -> specialised("--thread-spec", value, true);
      case "cores-per-socket" -> s.coresPerSocket = maxOfRange(number("cores-per-socket", value));
      case "cpu-freq" -> {
        s.cpuFreq = CpuFreqRequest.parse(client, value, old);
        if (s.cpuFreq == null) {
          client.error("Invalid --cpu-freq argument");
          throw new Exit(255);
        }
      }
      case "cpus-per-gpu" -> s.cpusPerGpu = number("cpus-per-gpu", value);
      case "cpus-per-task" -> s.cpusPerTask = number("cpus-per-task", value);
      case "deadline" -> s.deadline = time("deadline", value);
      case "delay-boot" -> s.delayBoot = seconds("delay-boot", value);
      case "dependency" -> s.dependency = value;
      case "distribution" -> {
        s.distribution = Distribution.parse(value, client.env("SLURM_DIST_PLANESIZE"));
        if (s.distribution == null) {
          if (value.startsWith("plane")) {
            client.error("Invalid plane size or size not specified");
          }
          throw invalid("distribution");
        }
        s.planeSize = s.distribution.planeSize();
      }
      case "error" -> s.error = file(value);
      case "output" -> s.output = file(value);
      case "input" -> s.input = file(value);
      case "exclude" -> s.exclude = fromFile(value);
      case "nodelist" -> s.nodeList = fromFile(value);
      case "nodefile" -> {
        s.nodeList = readHostFile(value);
        if (s.nodeList == null) {
          client.error("Invalid --nodefile node file");
          throw new Exit(255);
        }
      }
      case "exclusive" -> exclusive(value);
      case "oversubscribe" -> {
        s.oversubscribe = true;
        s.shared = 1;
      }
      case "export" -> s.export = value;
      case "export-file" -> s.exportFile = value;
      case "extra" -> s.extra = value;
      case "extra-node-info" -> geometry(value);
      case "get-user-env" -> s.getUserEnv = true;
      case "gid" -> s.gid = id("gid", value, gid(value));
      case "uid" -> s.uid = id("uid", value, client.names().uid(value));
      case "gpu-bind" -> gpuBind(value);
      case "gpu-freq" -> s.gpuFreq = gpuFreq(value);
      case "gpus" -> s.gpus = value;
      case "gpus-per-node" -> s.gpusPerNode = value;
      case "gpus-per-socket" -> s.gpusPerSocket = value;
      case "gpus-per-task" -> s.gpusPerTask = value;
      case "gres" -> gres(value);
      case "gres-flags" -> gresFlags(value);
      case "hint" -> hint(value);
      case "hold" -> s.hold = true;
      case "immediate" -> s.immediate = value == null ? 1 : immediate(value);
      case "bell" -> s.bell = 1;
      case "no-bell" -> s.bell = -1;
      case "no-shell" -> s.noShell = true;
      case "kill-command" -> {
        s.killCommand = value == null ? SIGTERM : SignalNames.number(value);
        if (s.killCommand == 0) {
          throw invalid("kill-command");
        }
      }
      case "ignore-pbs" -> s.ignorePbs = true;
      case "job-name" -> s.jobName = value;
      case "kill-on-invalid-dep" ->
          s.killInvalidDep =
              switch (value.toLowerCase(java.util.Locale.ROOT)) {
                case "yes" -> 1;
                case "no" -> 2;
                default -> throw invalid("kill-on-invalid-dep");
              };
      case "licenses" -> s.licenses = value;
      case "mail-type" -> {
        s.mailType = MailTypes.parse(value);
        if (s.mailType < 0) {
          throw invalid("mail-type");
        }
      }
      case "mail-user" -> s.mailUser = value;
      case "mcs-label" -> s.mcsLabel = value;
      case "mem" -> s.memPerNode = memory("mem", value);
      case "mem-per-cpu" -> s.memPerCpu = memory("mem-per-cpu", value);
      case "mem-per-gpu" -> s.memPerGpu = memory("mem-per-gpu", value);
      case "mem-bind" -> memBind(value);
      case "mincpus" -> s.minCpus = number("mincpus", value);
      case "network" -> s.network = value;
      case "nice" -> nice(value);
      case "no-kill" -> {
        if (value == null || value.equalsIgnoreCase("set")) {
          s.killOnNodeFail = 0;
        } else if (value.equalsIgnoreCase("off") || value.equalsIgnoreCase("no")) {
          s.killOnNodeFail = Submission.UNSET;
        } else {
          throw invalid("no-kill");
        }
      }
      case "requeue" -> s.requeue = 1;
      case "no-requeue" -> s.requeue = 0;
      case "nodes" -> nodes(value);
      case "ntasks" -> s.ntasks = number("ntasks", value);
      case "ntasks-per-core" -> s.ntasksPerCore = number("ntasks-per-core", value);
      case "ntasks-per-gpu", "ntasks-per-tres" -> s.ntasksPerGpu = number(option.name(), value);
      case "ntasks-per-node", "tasks-per-node" -> s.ntasksPerNode = number(option.name(), value);
      case "ntasks-per-socket" -> s.ntasksPerSocket = number("ntasks-per-socket", value);
      case "oom-kill-step" -> s.oomKillStep = value == null ? 1 : oneOrZero("oom-kill-step", value);
      case "open-mode" ->
          s.openMode =
              switch (value.isEmpty() ? ' ' : value.charAt(0)) {
                case 'a', 'A' -> 1;
                case 't', 'T' -> 2;
                default -> throw invalid("open-mode");
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
      case "segment" -> s.segment = number("segment", value);
      case "signal" -> signal(value);
      case "sockets-per-node" -> s.socketsPerNode = maxOfRange(number("sockets-per-node", value));
      case "spread-job" -> s.spreadJob = true;
      case "stepmgr" -> s.stepmgr = true;
      case "switches" -> switches(value);
      case "test-only" -> s.testOnly = true;
      case "threads-per-core" -> s.threadsPerCore = maxOfRange(number("threads-per-core", value));
      case "time" -> s.time = limit("time", value);
      case "time-min" -> s.timeMin = limit("time-min", value);
      case "tmp" -> s.tmp = memory("tmp", value);
      case "tres-bind" -> s.tresBind = value;
      case "tres-per-task" -> s.tresPerTask = value;
      case "use-min-nodes" -> s.useMinNodes = true;
      case "verbose" -> s.verbose += value == null ? 1 : (int) Strtol.value(value);
      case "wait" -> {
        if (value == null) {
          s.wait = true;
        } else {
          s.maxWait = count("wait", value);
        }
      }
      case "label" -> s.label = true;
      case "unbuffered" -> s.unbuffered = true;
      case "jobid" -> s.jobId = jobId(value);
      case "overlap" -> s.overlap = true;
      case "exact" -> s.exact = true;
      case "whole" -> s.whole = true;
      case "relative" -> s.relative = count("relative", value);
      case "kill-on-bad-exit" -> s.killOnBadExit = value == null || value.isEmpty() ? 1 : count("kill-on-bad-exit", value);
      case "pty" -> {
        if (value != null && !value.isEmpty()) {
          throw client.unsupported("--pty=<fd>");
        }
        s.pty = true;
      }
      case "multi-prog" -> s.multiProg = true;
      case "interactive" -> s.interactive = true;
      case "mpi" -> s.mpi = value;
      case "cpu-bind" -> cpuBind(value);
      case "disable-status" -> s.disableStatus = true;
      case "quit-on-interrupt" -> s.quitOnInterrupt = true;
      case "preserve-env" -> s.preserveEnv = true;
      case "task-prolog" -> s.taskProlog = value;
      case "task-epilog" -> s.taskEpilog = value;
      case "slurmd-debug" -> s.slurmdDebug = count("slurmd-debug", value);
      case "wait-all-nodes" -> s.waitAllNodes = oneOrZero("wait-all-nodes", value);
      case "wckey" -> s.wckey = value;
      case "wrap" -> s.wrap = value;
      default -> throw new IllegalStateException("option " + option.name());
    }
  }

  private Exit invalid(String option) {
    client.error("Invalid --" + option + " specification");
    return new Exit(255);
  }

  /** A count above zero. */
  private int number(String option, String text) {
    Strtol n = Strtol.parse(text);
    if (n.end() == 0 || n.end() != text.length() || n.value() <= 0) {
      client.error("Invalid numeric value \"" + text + "\" for --" + option + ".");
      throw new Exit(1);
    }
    if (n.value() > Integer.MAX_VALUE) {
      client.error("Numeric argument (" + text + ") too large for --" + option + ".");
      throw new Exit(1);
    }
    return (int) n.value();
  }

  /** Seconds to wait for resources; an empty text or a number of 0 is none. */
  private int immediate(String text) {
    Strtol n = Strtol.parse(text);
    if (n.end() != text.length() || n.value() < 0 || n.value() > Integer.MAX_VALUE) {
      client.error("Invalid numeric value \"" + text + "\" for immediate.");
      throw new Exit(1);
    }
    return (int) n.value();
  }

  /** A count, of which 0 is one. */
  private int count(String option, String text) {
    Strtol n = Strtol.parse(text);
    if (n.end() == 0 || n.end() != text.length() || n.value() < 0 || n.value() > Integer.MAX_VALUE) {
      client.error("Invalid numeric value \"" + text + "\" for --" + option + ".");
      throw new Exit(1);
    }
    return (int) n.value();
  }

  private long jobId(String text) {
    Strtol n = Strtol.parse(text);
    if (n.end() == 0 || n.end() != text.length() || n.value() <= 0) {
      throw invalid("jobid");
    }
    return n.value();
  }

  private void cpuBind(String value) {
    if (value.equalsIgnoreCase("help")) {
      throw client.unsupported("--cpu-bind=help");
    }
    String plugins = client.conf().text("TaskPlugin").orElse("task/none");
    if (old && !plugins.contains("affinity") && !plugins.contains("cgroup")) {
      client.console().complain("srun: cluster configuration lacks support for cpu binding");
    }
    s.cpuBind = CpuBinding.parse(value);
    if (s.cpuBind == null) {
      client.error("unrecognized --cpu-bind argument \"" + value + "\"");
      throw client.fatal("Failed to parse --cpu-bind= values.");
    }
    if (s.cpuBind.rank()) {
      if (old) {
        throw client.unsupported("--cpu-bind=rank");
      }
      client.console().complain("srun: Ignoring --cpu-bind=rank. Rank binding is obsolete.");
    }
  }

  private static int maxOfRange(int n) {
    return n;
  }

  private int oneOrZero(String option, String text) {
    if (text.equals("0") || text.equals("1")) {
      return text.charAt(0) - '0';
    }
    throw invalid(option);
  }

  private String file(String file) {
    return client.program().equals("srun") ? file : none(file);
  }

  private static String none(String file) {
    return file.equalsIgnoreCase("none") ? "/dev/null" : file;
  }

  private long time(String option, String text) {
    try {
      long t = TimeSpec.parse(text, System.currentTimeMillis() / 1000, ZoneId.systemDefault(), false);
      if (t != 0) {
        return t;
      }
    } catch (TimeSpecException e) {
      client.console().complain(e.getMessage());
    }
    throw invalid(option);
  }

  /** Minutes. */
  private long limit(String option, String text) {
    long minutes = TimeLimit.minutes(text);
    if (minutes == SlurmConstants.NO_VAL) {
      throw invalid(option);
    }
    return minutes == 0 ? SlurmConstants.INFINITE : minutes;
  }

  private long seconds(String option, String text) {
    long seconds = TimeLimit.seconds(text);
    if (seconds == SlurmConstants.NO_VAL) {
      throw invalid(option);
    }
    return seconds;
  }

  private long memory(String option, String text) {
    long mebibytes = MemorySize.parseMebibytes(text);
    if (mebibytes == SlurmConstants.NO_VAL64) {
      throw invalid(option);
    }
    return mebibytes;
  }

  private String acctgFreq(String text) {
    for (String word : text.split(",", -1)) {
      int equals = word.indexOf('=');
      String kind = equals < 0 ? "task" : word.substring(0, equals).toLowerCase(java.util.Locale.ROOT);
      String count = word.substring(equals + 1);
      Strtol n = Strtol.parse(count);
      if (n.end() == 0 || n.end() != count.length() || !",task,energy,network,filesystem,".contains("," + kind + ",")) {
        client.error("Invalid --acctg-freq specification: " + text);
        throw new Exit(255);
      }
    }
    return text;
  }

  private void specialised(String option, String text, boolean threads) {
    int n = number(threads ? "thread-spec" : "core-spec", text);
    if (!client.conf().text("AllowSpecResourcesUsage").map(OptionReader::isYes).orElse(false)) {
      client.error("Ignoring " + option + " since it's not allowed by configuration (AllowSpecResourcesUsage = No)");
    }
    s.coreSpec = n;
    s.threadSpec = threads;
  }

  private static boolean isYes(String text) {
    return text.equalsIgnoreCase("yes") || text.equals("1") || text.equalsIgnoreCase("true") || text.equalsIgnoreCase("up");
  }

  private void exclusive(String value) {
    s.exclusive = true;
    s.shared =
        switch (value == null ? "exclusive" : value.toLowerCase(java.util.Locale.ROOT)) {
          case "exclusive" -> 0;
          case "user" -> 2;
          case "mcs" -> 3;
          default -> throw invalid("exclusive");
        };
  }

  /** A node list, or with a slash the name of a file that holds one. */
  private String fromFile(String value) {
    if (value.indexOf('/') < 0) {
      return value;
    }
    String hosts = readHostFile(value);
    if (hosts == null) {
      throw new Exit(1);
    }
    return hosts;
  }

  private String readHostFile(String file) {
    try {
      List<String> names = new ArrayList<>();
      for (String line : Files.readString(ByteNames.path(file), StandardCharsets.ISO_8859_1).split("\n")) {
        int comment = line.indexOf('#');
        String text = (comment < 0 ? line : line.substring(0, comment)).strip();
        for (String name : text.split("[\\s,]+(?![^\\[]*\\])")) {
          if (!name.isEmpty()) {
            names.add(name);
          }
        }
      }
      return String.join(",", names);
    } catch (IOException e) {
      client.error("slurm_allocate_resources error opening file " + file + ", No such file or directory");
      return null;
    }
  }

  /** {@code -B sockets[:cores[:threads]]}; "*" leaves one out, of a range the least counts. */
  private void geometry(String text) {
    String[] parts = text.split(":", -1);
    String[] names = {"first", "second", "third"};
    int[] counts = {Submission.UNSET, Submission.UNSET, Submission.UNSET};
    for (int i = 0; i < Math.min(3, parts.length); i++) {
      if (parts[i].equals("*")) {
        continue;
      }
      String word = parts[i].indexOf('-') > 0 ? parts[i].substring(0, parts[i].indexOf('-')) : parts[i];
      Strtol n = Strtol.parse(word);
      if (n.end() == 0 || n.end() != word.length() || n.value() < 0) {
        client.error("Invalid numeric value \"" + parts[i] + "\" for " + names[i] + " arg of -B.");
        throw new Exit(1);
      }
      counts[i] = (int) n.value();
    }
    s.geometry = true;
    s.socketsPerNode = counts[0];
    s.coresPerSocket = counts[1];
    s.threadsPerCore = counts[2];
  }

  private long id(String option, String text, OptionalLong found) {
    if (client.uid() != 0) {
      client.error("--" + option + " only permitted by root user");
      throw new Exit(255);
    }
    if (found.isEmpty()) {
      throw invalid(option);
    }
    return found.getAsLong();
  }

  private static OptionalLong gid(String text) {
    Strtol n = Strtol.parse(text);
    if (n.end() > 0 && n.end() == text.length()) {
      return OptionalLong.of(n.value());
    }
    return UserDatabase.groupByName(text).map(g -> OptionalLong.of(g.gid())).orElseGet(OptionalLong::empty);
  }

  private void gpuBind(String value) {
    s.gpuBind = value;
    s.tresBind = old ? "gpu:" + value : "gres/gpu:" + value;
  }

  private String gpuFreq(String value) {
    for (String word : value.split(",", -1)) {
      String speed = word.startsWith("memory=") ? word.substring(7) : word;
      boolean number = !speed.isEmpty() && speed.chars().allMatch(c -> c >= '0' && c <= '9');
      if (!number && !",low,medium,high,highm1,verbose,".contains("," + speed.toLowerCase(java.util.Locale.ROOT) + ",")) {
        client.error("Invalid --gpu-freq argument: gpu:" + value);
        throw new Exit(255);
      }
    }
    return value;
  }

  private void gres(String value) {
    if (value.equalsIgnoreCase("help") || value.equalsIgnoreCase("list")) {
      client.console().println("Valid gres options are:");
      for (String type : Gres.types(client.conf())) {
        client.console().println(type + "[[:type]:count]");
      }
      throw new Exit(0);
    }
    s.gres = value.equalsIgnoreCase("none") ? null : value;
  }

  private void gresFlags(String value) {
    for (String word : value.split(",")) {
      s.gresFlags |=
          switch (word.toLowerCase(java.util.Locale.ROOT)) {
            case "enforce-binding" -> 1 << 4;
            case "disable-binding" -> 1 << 19;
            default -> {
              client.error("Invalid --gres-flags specification" + (old ? "" : ": " + value));
              throw new Exit(255);
            }
          };
    }
  }

  private void hint(String value) {
    switch (value) {
      case "compute_bound", "memory_bound", "multithread", "nomultithread" -> s.hint = value;
      case "help" -> {
        client
            .console()
            .print(
                """
                Application hint options:
                    --hint=             Bind tasks according to application hints
                        compute_bound   use all cores in each socket
                        memory_bound    use only one core in each socket
                        [no]multithread [don't] use extra threads with in-core multi-threading
                        help            show this help message
                """);
        throw new Exit(1);
      }
      default -> {
        client.error("unrecognized --hint argument \"" + value + "\", see --hint=help");
        throw new Exit(1);
      }
    }
  }

  private void memBind(String value) {
    if (value.equalsIgnoreCase("help")) {
      client.console().print(MemBinding.HELP);
      throw new Exit(255);
    }
    s.memBind = MemBinding.parse(value);
    if (s.memBind == null) {
      client.error("unrecognized --mem-bind argument \"" + value + "\"");
      throw new Exit(255);
    }
  }

  private void nice(String value) {
    long n = value == null ? DEFAULT_NICE : Strtol.value(value);
    if (Math.abs(n) > NICE_LIMIT) {
      client.error("Invalid --nice value, out of range (+/- " + NICE_LIMIT + ")");
      throw new Exit(255);
    }
    s.nice = Integer.toUnsignedLong(NICE_OFFSET) + n;
  }

  private void nodes(String value) {
    boolean lists = !old;
    NodeCount count = NodeCount.parse(value, lists);
    if (count == null) {
      client.error("\"" + NodeCount.wrongPart(value) + "\" is not a valid node count");
      throw new Exit(255);
    }
    if (count.max() < count.min()) {
      client.error("Maximum node count " + count.max() + " is less than minimum node count " + count.min());
      throw new Exit(255);
    }
    s.nodes = count;
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
              default -> throw invalid("signal");
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
        throw invalid("signal");
      }
      seconds = (int) n.value();
    }
    if (number == 0) {
      throw invalid("signal");
    }
    s.warnFlags = flags;
    s.warnSignal = number;
    s.warnTime = seconds;
  }

  private void switches(String value) {
    int at = value.indexOf('@');
    if (at >= 0) {
      s.switchWait = TimeLimit.seconds(value.substring(at + 1));
    }
    s.switches = number("switches", at < 0 ? value : value.substring(0, at));
  }
}
