package org.slurmctldj.client.sbatch;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.cli.Getopt;
import org.slurmctldj.client.text.HostNames;
import org.slurmctldj.proto.slurm.JobDescMsg;
import org.slurmctldj.proto.text.MemorySize;
import org.slurmctldj.proto.text.TimeLimit;
import org.slurmctldj.proto.text.TimeSpec;
import org.slurmctldj.proto.text.TimeSpecException;
import org.slurmctldj.proto.wire.ProtocolVersion;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * sbatch's options, from the script, the SBATCH_* environment and the command line, a later one over an earlier one, written into
 * the job description that is submitted. An option of Slurm that is not here is refused by name.
 */
final class SbatchOptions {
  private static final String SHORT =
      "+A:a:b:B:C:c:D:d:e:F:G:Hhi:J:k::L:M:m:N:n:Oo:p:q:QS:st:uVvWw:x:";

  /** Long options without a letter get a number; those of {@link #REFUSED} exist to be refused. */
  private static final String LONG =
      "account:=A array:=a begin:=b extra-node-info:=B constraint:=C cpus-per-task:=c chdir:=D workdir:=D dependency:=d error:=e"
          + " nodefile:=F gpus:=G hold=H help=h input:=i job-name:=J no-kill::=k licenses:=L cluster:=M clusters:=M"
          + " distribution:=m nodes:=N ntasks:=n tasks:=n overcommit=O output:=o partition:=p qos:=q quiet=Q core-spec:=S"
          + " oversubscribe=s share=s time:=t usage=u version=V verbose=v wait=W nodelist:=w exclude:=x"
          + " exclusive::=300 export:=301 mem:=302 mem-per-cpu:=303 gres:=304 gpus-per-node:=305 gpus-per-task:=306"
          + " signal:=307 mail-type:=308 mail-user:=309 nice::=310 priority:=311 requeue=312 no-requeue=313 wckey:=314"
          + " comment:=315 reservation:=316 open-mode:=317 parsable=318 test-only=319 wrap:=320 time-min:=321 deadline:=322"
          + " ntasks-per-node:=323 tasks-per-node:=323 tmp:=324 mincpus:=325 contiguous=326 switches:=327 kill-on-invalid-dep:=328"
          + " uid:=329 gid:=330 sockets-per-node:=331 cores-per-socket:=332 threads-per-core:=333 ntasks-per-core:=334"
          + " ntasks-per-socket:=335 gpus-per-socket:=336 mem-per-gpu:=337 cpus-per-gpu:=338 use-min-nodes=339 spread-job=340"
          + " delay-boot:=341 wait-all-nodes:=342 reboot=343 prefer:=344 extra:=345 admin-comment:=346 mcs-label:=347 network:=348"
          + " cluster-constraint:=349 batch:=350 ignore-pbs=351 get-user-env::=352 propagate::=353 profile:=354 acctg-freq:=355"
          + " container:=356 container-id:=357 bb:=358 bbf:=359 cpu-freq:=360 gpu-bind:=361 gpu-freq:=362 gres-flags:=363 hint:=364"
          + " mem-bind:=365 ntasks-per-gpu:=366 power:=367 thread-spec:=368 tres-per-task:=369 tres-bind:=370 export-file:=371"
          + " oom-kill-step::=372 resv-ports::=373 segment:=374 stepmgr=375 autocomplete:=376 exclude-user:=377";

  private static final long KILL_INV_DEP = 1;
  private static final long NO_KILL_INV_DEP = 1 << 1;
  private static final long SPREAD_JOB = 1 << 8;
  private static final long USE_MIN_NODES = 1 << 9;
  private static final long NTASKS_SET = 1 << 14;
  private static final long CPUS_SET = 1 << 15;
  private static final long DEFAULT_ACCOUNT = 1 << 25;
  private static final long DEFAULT_PARTITION = 1 << 26;
  private static final long DEFAULT_QOS = 1 << 27;
  private static final long DEFAULT_WCKEY = 1 << 28;
  private static final long MEM_PER_CPU = 1L << 63;

  final JobDescMsg job = new JobDescMsg();
  boolean parsable;
  boolean testOnly;
  boolean quiet;
  boolean wait;
  String wrap;
  String export;
  String directory;
  /** Variables the job gets because of options, in Slurm's order of making them. */
  final List<String> jobVariables = new ArrayList<>();

  private final Client client;
  private final int release;
  private long cpusPerTask;
  private long ntasks;
  private boolean hold;
  private long minCpus;
  private List<String> operands = List.of();

  SbatchOptions(Client client, int release) {
    this.client = client;
    this.release = release;
    job.bitflags(DEFAULT_ACCOUNT | DEFAULT_PARTITION | DEFAULT_QOS | DEFAULT_WCKEY);
  }

  List<String> operands() {
    return operands;
  }

  /** A first look at the command line: what decides where the script comes from. */
  static SbatchOptions peek(Client client, int release) {
    SbatchOptions o = new SbatchOptions(client, release);
    o.commandLine();
    return o;
  }

  void commandLine() {
    operands = words(client.arguments());
  }

  void script(List<String> words) {
    words(words);
  }

  /** SBATCH_* variables stand for options. */
  void environment() {
    String[][] table = {
      {"SBATCH_ACCOUNT", "A"}, {"SBATCH_ARRAY_INX", "a"}, {"SBATCH_CONSTRAINT", "C"}, {"SBATCH_GPUS", "G"},
      {"SBATCH_JOB_NAME", "J"}, {"SBATCH_PARTITION", "p"}, {"SBATCH_QOS", "q"}, {"SBATCH_TIMELIMIT", "t"},
      {"SBATCH_OUTPUT", "o"}, {"SBATCH_ERROR", "e"}, {"SBATCH_INPUT", "i"}, {"SBATCH_DISTRIBUTION", "m"}
    };
    for (String[] row : table) {
      if (client.env(row[0]) != null) {
        take(row[1].charAt(0), client.env(row[0]));
      }
    }
    Object[][] named = {
      {"SBATCH_EXPORT", 301}, {"SBATCH_MEM_PER_NODE", 302}, {"SBATCH_MEM_PER_CPU", 303}, {"SBATCH_GRES", 304},
      {"SBATCH_GPUS_PER_NODE", 305}, {"SBATCH_GPUS_PER_TASK", 306}, {"SBATCH_SIGNAL", 307}, {"SBATCH_WCKEY", 314},
      {"SBATCH_RESERVATION", 316}, {"SBATCH_OPEN_MODE", 317}, {"SBATCH_EXCLUSIVE", 300}, {"SBATCH_REQUEUE", 312},
      {"SBATCH_NO_REQUEUE", 313}, {"SBATCH_COMMENT", 315}
    };
    for (Object[] row : named) {
      String value = client.env((String) row[0]);
      if (value != null) {
        take((Integer) row[1], value.isEmpty() ? null : value);
      }
    }
    if (client.env("SBATCH_WAIT") != null) {
      wait = true;
    }
  }

  private List<String> words(List<String> arguments) {
    Getopt getopt = new Getopt(client.program(), SHORT, LONG, arguments, client.console());
    for (int option = getopt.next(); option != Getopt.END; option = getopt.next()) {
      if (option == Getopt.UNKNOWN) {
        client.console().complain("Try \"sbatch --help\" for more information");
        throw new Exit(255);
      }
      take(option, getopt.argument());
    }
    return getopt.operands();
  }

  private void take(int option, String value) {
    switch (option) {
      case 'A' -> {
        job.account(release >= ProtocolVersion.V23_02 ? value.toLowerCase(Locale.ROOT) : value);
        job.bitflags(job.bitflags() & ~DEFAULT_ACCOUNT);
      }
      case 'a' -> job.arrayInx(value);
      case 'b' -> job.beginTime(time(value, "begin"));
      case 'B' -> extraNodeInfo(value);
      case 'C' -> job.features(value);
      case 'c' -> {
        cpusPerTask = positive(value, "cpus-per-task");
        job.cpusPerTask((int) cpusPerTask);
        job.bitflags(job.bitflags() | CPUS_SET);
      }
      case 'D' -> directory = value;
      case 'd' -> job.dependency(value);
      case 'e' -> job.stdErr(value.equalsIgnoreCase("none") ? "/dev/null" : value);
      case 'G' -> {
        job.tresPerJob(gpus(value));
        variable("SLURM_GPUS=" + value);
      }
      case 'H' -> hold = true;
      case 'h' -> {
        client.console().println(SbatchHelp.HELP);
        throw new Exit(0);
      }
      case 'i' -> job.stdIn(value.equalsIgnoreCase("none") ? "/dev/null" : value);
      case 'J' -> job.name(value);
      case 'k' -> job.killOnNodeFail(value == null || !value.equalsIgnoreCase("set=off") && !value.equalsIgnoreCase("off") ? 0 : SlurmConstants.NO_VAL16);
      case 'L' -> job.licenses(value);
      case 'N' -> nodes(value);
      case 'n' -> {
        ntasks = positive(value, "ntasks");
        job.numTasks(ntasks);
        job.bitflags(job.bitflags() | NTASKS_SET);
      }
      case 'O' -> job.overcommit(1);
      case 'o' -> job.stdOut(value.equalsIgnoreCase("none") ? "/dev/null" : value);
      case 'p' -> {
        job.partition(value);
        job.bitflags(job.bitflags() & ~DEFAULT_PARTITION);
      }
      case 'q' -> {
        job.qos(value);
        job.bitflags(job.bitflags() & ~DEFAULT_QOS);
      }
      case 'Q' -> quiet = true;
      case 's' -> job.shared(1);
      case 't' -> job.timeLimit(minutes(value, "time"));
      case 'u' -> {
        client.console().println(SbatchHelp.USAGE);
        throw new Exit(0);
      }
      case 'V' -> {
        client.console().println("slurm " + client.releaseName());
        throw new Exit(0);
      }
      case 'v' -> {}
      case 'W' -> wait = true;
      case 'w' -> job.reqNodes(value);
      case 'x' -> job.excNodes(value);
      default -> named(option, value);
    }
  }

  private void named(int option, String value) {
    switch (option) {
      case 300 -> job.shared(exclusive(value));
      case 301 -> export = value;
      case 302 -> job.pnMinMemory(memory(value, "mem"));
      case 303 -> job.pnMinMemory(memory(value, "mem-per-cpu") | MEM_PER_CPU);
      case 304 -> job.tresPerNode(gres(value));
      case 305 -> {
        String gpus = gpus(value);
        job.tresPerNode(job.tresPerNode() == null ? gpus : job.tresPerNode() + "," + gpus);
        variable("SLURM_GPUS_PER_NODE=" + value);
      }
      case 306 -> {
        job.tresPerTask(gpus(value));
        variable("SLURM_GPUS_PER_TASK=" + value);
      }
      case 307 -> signal(value);
      case 308 -> job.mailType(mailType(value));
      case 309 -> job.mailUser(value);
      case 310 -> job.nice(SlurmConstants.NICE_OFFSET + nice(value));
      case 311 -> job.priority(priority(value));
      case 312 -> job.requeue(1);
      case 313 -> job.requeue(0);
      case 314 -> {
        job.wckey(value);
        job.bitflags(job.bitflags() & ~DEFAULT_WCKEY);
      }
      case 315 -> job.comment(value);
      case 316 -> job.reservation(value);
      case 317 -> openMode(value);
      case 318 -> parsable = true;
      case 319 -> testOnly = true;
      case 320 -> wrap = value;
      case 321 -> job.timeMin(minutes(value, "time-min"));
      case 322 -> job.deadline(time(value, "deadline"));
      case 323 -> {
        job.ntasksPerNode((int) positive(value, "ntasks-per-node"));
        variable("SLURM_NTASKS_PER_NODE=" + value);
      }
      case 324 -> job.pnMinTmpDisk(memory(value, "tmp"));
      case 325 -> minCpus = positive(value, "mincpus");
      case 326 -> job.contiguous(1);
      case 327 -> switches(value);
      case 328 -> job.bitflags(job.bitflags() & ~(KILL_INV_DEP | NO_KILL_INV_DEP) | (yes(value) ? KILL_INV_DEP : NO_KILL_INV_DEP));
      case 331 -> job.socketsPerNode((int) positive(value, "sockets-per-node"));
      case 332 -> job.coresPerSocket((int) positive(value, "cores-per-socket"));
      case 333 -> {
        job.threadsPerCore((int) positive(value, "threads-per-core"));
        variable("SLURM_THREADS_PER_CORE=" + value);
      }
      case 334 -> {
        job.ntasksPerCore((int) positive(value, "ntasks-per-core"));
        variable("SLURM_NTASKS_PER_CORE=" + value);
      }
      case 335 -> {
        job.ntasksPerSocket((int) positive(value, "ntasks-per-socket"));
        variable("SLURM_NTASKS_PER_SOCKET=" + value);
      }
      case 339 -> job.bitflags(job.bitflags() | USE_MIN_NODES);
      case 340 -> job.bitflags(job.bitflags() | SPREAD_JOB);
      case 343 -> job.reboot(1);
      case 344 -> job.prefer(value);
      case 345 -> job.extra(value);
      case 346 -> job.adminComment(value);
      case 347 -> job.mcsLabel(value);
      case 348 -> job.network(value);
      case 350 -> job.batchFeatures(value);
      case 351 -> {}
      default -> throw client.unsupported(longName(option));
    }
  }

  private static String longName(int option) {
    String value = option < 256 ? String.valueOf((char) option) : Integer.toString(option);
    for (String word : LONG.split(" ")) {
      int equals = word.indexOf('=');
      if (word.substring(equals + 1).equals(value)) {
        return "--" + word.substring(0, equals).replace(":", "");
      }
    }
    return "-" + value;
  }

  /** Numbers that follow from several options; to be called when all are known. */
  void finish() {
    if (hold) {
      job.priority(0);
    }
    long nodes = job.minNodes() == SlurmConstants.NO_VAL ? 0 : job.minNodes();
    if (job.reqNodes() != null && nodes == 0) {
      nodes = HostNames.count(job.reqNodes());
      job.minNodes(nodes);
    }
    long perTask = Math.max(1, cpusPerTask);
    if (ntasks == 0 && job.ntasksPerNode() != SlurmConstants.NO_VAL16 && release < ProtocolVersion.V23_02) {
      ntasks = job.ntasksPerNode() * Math.max(1, nodes);
      job.numTasks(ntasks);
      job.bitflags(job.bitflags() | NTASKS_SET);
    }
    boolean fixedNodes = job.maxNodes() == SlurmConstants.NO_VAL || job.maxNodes() == nodes;
    long perNode = job.ntasksPerNode() == SlurmConstants.NO_VAL16 ? 0 : job.ntasksPerNode();
    long tasks = ntasks > 0 ? ntasks : perNode > 0 ? perNode * Math.max(1, nodes) : fixedNodes ? Math.max(1, nodes) : 1;
    job.minCpus(job.overcommit() == 1 ? Math.max(1, nodes) : tasks * perTask);
    if (minCpus > 0 || cpusPerTask > 0) {
      job.pnMinCpus((int) Math.max(minCpus, cpusPerTask));
    }
    if (cpusPerTask > 0) {
      if (release >= ProtocolVersion.V23_02) {
        job.tresPerTask(job.tresPerTask() == null ? "cpu=" + cpusPerTask : "cpu=" + cpusPerTask + "," + job.tresPerTask());
        variable("SLURM_TRES_PER_TASK=cpu=" + cpusPerTask);
      }
      variable("SLURM_CPUS_PER_TASK=" + cpusPerTask);
    }
    if (ntasks > 0) {
      variable("SLURM_NPROCS=" + ntasks);
      variable("SLURM_NTASKS=" + ntasks);
    }
    if (job.dependency() != null) {
      variable("SLURM_JOB_DEPENDENCY=" + job.dependency());
    }
  }

  private void variable(String entry) {
    String key = entry.substring(0, entry.indexOf('=') + 1);
    jobVariables.removeIf(v -> v.startsWith(key));
    jobVariables.add(entry);
  }

  // ---- values

  private Exit invalid(String option) {
    client.error("Invalid --" + option + " specification");
    return new Exit(255);
  }

  private long positive(String text, String option) {
    long n = digits(text);
    if (n <= 0) {
      client.error("Invalid numeric value \"" + text + "\" for --" + option + ".");
      throw new Exit(1);
    }
    return n;
  }

  /** -1 for what is no number. */
  private static long digits(String text) {
    return !text.isEmpty() && text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9') ? Long.parseLong(text) : -1;
  }

  private long minutes(String text, String option) {
    long minutes = TimeLimit.minutes(text);
    if (minutes == SlurmConstants.NO_VAL) {
      throw invalid(option);
    }
    return minutes == 0 ? SlurmConstants.INFINITE : minutes;
  }

  private long time(String text, String option) {
    try {
      return TimeSpec.parse(text, System.currentTimeMillis() / 1000, ZoneId.systemDefault(), false);
    } catch (TimeSpecException e) {
      client.console().complain(e.getMessage());
      throw invalid(option);
    }
  }

  private long memory(String text, String option) {
    long mebibytes = MemorySize.parseMebibytes(text);
    if (mebibytes == SlurmConstants.NO_VAL64) {
      throw invalid(option);
    }
    return mebibytes;
  }

  private void nodes(String text) {
    int dash = text.indexOf('-');
    long min = suffixed(dash < 0 ? text : text.substring(0, dash));
    long max = dash < 0 ? min : suffixed(text.substring(dash + 1));
    if (min < 0 || max < 0) {
      client.error("\"" + text + "\" is not a valid node count");
      throw new Exit(255);
    }
    if (min == 0 && max == 0) {
      return;
    }
    if (max < min) {
      client.error("\"" + text + "\" is not a valid node count");
      throw new Exit(255);
    }
    job.minNodes(min).maxNodes(max);
  }

  private static long suffixed(String text) {
    if (text.endsWith("k") || text.endsWith("K")) {
      return digits(text.substring(0, text.length() - 1)) * 1024;
    }
    return digits(text);
  }

  private void extraNodeInfo(String text) {
    String[] parts = text.split(":");
    for (int i = 0; i < parts.length && i < 3; i++) {
      if (parts[i].equals("*") || parts[i].isEmpty()) {
        continue;
      }
      int n = (int) positive(parts[i], "extra-node-info");
      if (i == 0) {
        job.socketsPerNode(n);
      } else if (i == 1) {
        job.coresPerSocket(n);
      } else {
        job.threadsPerCore(n);
      }
    }
  }

  private int exclusive(String value) {
    if (value == null || value.equalsIgnoreCase("exclusive")) {
      return 0;
    }
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "user" -> 2;
      case "mcs" -> 3;
      default -> throw invalid("exclusive");
    };
  }

  /** 22.05 writes {@code gres:gpu:1}, later releases {@code gres/gpu:1}. */
  private String gres(String text) {
    if (text.equalsIgnoreCase("NONE")) {
      return "NONE";
    }
    StringBuilder b = new StringBuilder();
    for (String one : text.split(",")) {
      b.append(b.isEmpty() ? "" : ",").append(one.startsWith("gres") ? "" : prefix()).append(one);
    }
    return b.toString();
  }

  private String gpus(String text) {
    StringBuilder b = new StringBuilder();
    for (String one : text.split(",")) {
      b.append(b.isEmpty() ? "" : ",").append(prefix()).append("gpu:").append(one);
    }
    return b.toString();
  }

  private String prefix() {
    return release < ProtocolVersion.V23_02 ? "gres:" : "gres/";
  }

  private void signal(String text) {
    String rest = text;
    int flags = 0;
    int colon = rest.indexOf(':');
    if (colon >= 0) {
      for (char c : rest.substring(0, colon).toUpperCase(Locale.ROOT).toCharArray()) {
        if (c == 'B') {
          flags |= 1;
        } else if (c == 'R') {
          flags |= 1 << 8;
        } else {
          throw invalid("signal");
        }
      }
      rest = rest.substring(colon + 1);
    }
    int at = rest.indexOf('@');
    long before = at < 0 ? 60 : digits(rest.substring(at + 1));
    int number = SignalNames.number(at < 0 ? rest : rest.substring(0, at));
    if (number <= 0 || before < 0 || before > 0xffff) {
      throw invalid("signal");
    }
    job.warnFlags(flags).warnSignal(number).warnTime((int) before);
  }

  private int mailType(String text) {
    int type = 0;
    for (String word : text.split(",")) {
      type |=
          switch (word.toUpperCase(Locale.ROOT)) {
            case "NONE" -> 0;
            case "BEGIN" -> 1;
            case "END" -> 1 << 1;
            case "FAIL" -> 1 << 2;
            case "REQUEUE" -> 1 << 3;
            case "TIME_LIMIT" -> 1 << 4;
            case "TIME_LIMIT_90" -> 1 << 5;
            case "TIME_LIMIT_80" -> 1 << 6;
            case "TIME_LIMIT_50" -> 1 << 7;
            case "STAGE_OUT" -> 1 << 8;
            case "ARRAY_TASKS" -> 1 << 9;
            case "INVALID_DEPEND" -> 1 << 10;
            case "ALL" -> 0x50f;
            default -> throw invalid("mail-type");
          };
    }
    return type;
  }

  private long nice(String text) {
    if (text == null) {
      return 100;
    }
    boolean minus = text.startsWith("-");
    long n = digits(minus ? text.substring(1) : text);
    if (n < 0) {
      client.error("Invalid nice value, must be between -2147483645 and 2147483645");
      throw new Exit(255);
    }
    return minus ? -n : n;
  }

  private long priority(String text) {
    if (text.equalsIgnoreCase("TOP")) {
      return SlurmConstants.NO_VAL - 1;
    }
    long n = digits(text);
    if (n < 0) {
      throw invalid("priority");
    }
    return n;
  }

  private void openMode(String text) {
    switch (text.toLowerCase(Locale.ROOT)) {
      case "a", "append" -> job.openMode(1);
      case "t", "truncate" -> job.openMode(2);
      default -> throw invalid("open-mode");
    }
    variable("SLURM_OPEN_MODE=" + (job.openMode() == 1 ? "a" : "t"));
  }

  private void switches(String text) {
    int at = text.indexOf('@');
    long count = digits(at < 0 ? text : text.substring(0, at));
    long wait = at < 0 ? SlurmConstants.NO_VAL : TimeLimit.seconds(text.substring(at + 1));
    if (count < 0 || at >= 0 && wait == SlurmConstants.NO_VAL) {
      throw invalid("switches");
    }
    job.reqSwitch(count).wait4switch(wait);
  }

  private boolean yes(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "yes", "y" -> true;
      case "no", "n" -> false;
      default -> throw invalid("kill-on-invalid-dep");
    };
  }
}
