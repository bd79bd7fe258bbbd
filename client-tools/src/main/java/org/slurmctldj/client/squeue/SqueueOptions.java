package org.slurmctldj.client.squeue;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.cli.Getopt;
import org.slurmctldj.client.cli.Strtol;
import org.slurmctldj.client.text.HostNames;
import org.slurmctldj.client.text.JobStates;
import org.slurmctldj.proto.wire.ProtocolVersion;
import org.slurmctldj.proto.wire.SlurmConstants;

/** squeue's command line and the SQUEUE_* environment, read once at the start. */
public final class SqueueOptions {
  /** A job asked for: {@code 12}, {@code 12_3}; the task is NO_VAL for all of them. */
  record JobId(long job, long task) {}

  /** A step asked for: {@code 12.0}, {@code 12_3.0}. */
  record StepRequest(long job, long task, long step) {}

  private static final String SHORT = "A:ahi:j::lL:n:M:O:o:p:Pq:R:rs::S:t:u:U:vVw:";
  private static final int HELP = 256;
  private static final int USAGE = 257;
  private static final int HIDE = 258;
  private static final int START = 259;
  private static final int NOCONVERT = 260;
  private static final int ARRAY_UNIQUE = 261;
  private static final int LOCAL = 262;
  private static final int SIBLING = 263;
  private static final int FEDERATION = 264;
  private static final int ME = 265;
  private static final int JSON = 272;
  private static final int YAML = 273;
  private static final int AUTOCOMPLETE = 274;
  private static final int NOTME = 275;
  private static final int HELPSTATE = 276;
  private static final int HELPFORMAT = 277;
  private static final int HELPFORMAT_LONG = 278;
  private static final int ONLY_JOB_STATE = 279;
  private static final int EXPAND_PATTERNS = 280;

  /** In Slurm's order: an ambiguous abbreviation lists what it may mean. */
  private static final String LONG =
      "accounts:=A all=a array=r %s Format:=O format:=o federation=264 help=256 %s hide=258 iterate:=i jobs::=j local=262"
          + " long=l licenses:=L cluster:=M clusters:=M me=265 name:=n noconvert=260 node:=w nodes:=w nodelist:=w noheader=h %s"
          + " partitions:=p priority=P qos:=q reservation:=R sib=263 sibling=263 sort:=S start=259 steps::=s states:=t usage=257"
          + " user:=u users:=u verbose=v version=V %s";
  private static final String[] OLD = {"array-unique=261", "", "", "json=272 yaml=273"};
  private static final String[] NEW = {
    "expand-patterns=280", "helpstate=276 helpformat=277 helpFormat=278", "notme=275 only-job-state=279", "json::=272 yaml::=273"
  };

  private static final String STATE_NAMES =
      "PENDING,RUNNING,SUSPENDED,COMPLETED,CANCELLED,FAILED,TIMEOUT,NODE_FAIL,PREEMPTED,BOOT_FAIL,DEADLINE,OUT_OF_MEMORY,"
          + "COMPLETING,CONFIGURING,RESIZING,RESV_DEL_HOLD,REQUEUED,REQUEUE_FED,REQUEUE_HOLD,REVOKED,SIGNALING,SPECIAL_EXIT,"
          + "STAGE_OUT,STOPPED";

  final boolean old;
  List<String> accounts;
  boolean all;
  boolean array;
  boolean arrayUnique;
  boolean expandPatterns;
  String formatNames;
  String format;
  int iterate;
  List<JobId> jobs;
  boolean localOnly;
  boolean longListing;
  List<String> licenses;
  List<String> names;
  boolean noConvert;
  List<String> nodes;
  boolean noHeader;
  boolean onlyJobState;
  List<String> partitions;
  boolean priority;
  List<String> qos;
  String reservation;
  String sort;
  boolean start;
  List<StepRequest> steps;
  boolean stepsAsked;
  List<Long> states;
  boolean allStates;
  List<Long> users;
  boolean notMe;
  int verbose;

  private final Client client;
  private final int release;

  private SqueueOptions(Client client, int release) {
    this.client = client;
    this.release = release;
    this.old = release < ProtocolVersion.V23_02;
  }

  static SqueueOptions parse(Client client, int release) {
    SqueueOptions o = new SqueueOptions(client, release);
    o.environment();
    o.commandLine();
    o.finish();
    return o;
  }

  private void environment() {
    all |= client.env("SQUEUE_ALL") != null;
    array |= client.env("SQUEUE_ARRAY") != null;
    arrayUnique |= old && client.env("SQUEUE_ARRAY_UNIQUE") != null;
    priority |= client.env("SQUEUE_PRIORITY") != null;
    localOnly |= client.env("SQUEUE_LOCAL") != null;
    sort = client.env("SQUEUE_SORT");
  }

  /** Variables that fill what the command line left open. */
  private void defaults() {
    if (accounts == null) {
      accounts = commaList(client.env("SQUEUE_ACCOUNT"));
    }
    if (format == null && formatNames == null && !longListing) {
      format = client.env("SQUEUE_FORMAT");
      formatNames = format == null ? client.env("SQUEUE_FORMAT2") : null;
    }
    if (names == null) {
      names = commaList(client.env("SQUEUE_NAMES"));
    }
    if (licenses == null) {
      licenses = commaList(client.env("SQUEUE_LICENSES"));
    }
    if (partitions == null) {
      partitions = commaList(client.env("SQUEUE_PARTITION"));
    }
    if (qos == null) {
      qos = commaList(client.env("SQUEUE_QOS"));
    }
    if (states == null && !allStates && client.env("SQUEUE_STATES") != null) {
      parseStates(client.env("SQUEUE_STATES"));
    }
    if (users == null && client.env("SQUEUE_USERS") != null) {
      users = parseUsers(client.env("SQUEUE_USERS"));
    }
  }

  private void commandLine() {
    String table = longOptions(old);
    Getopt getopt = new Getopt(client.program(), SHORT, table, client.arguments(), client.console());
    for (int option = getopt.next(); option != Getopt.END; option = getopt.next()) {
      option(option, getopt);
    }
    // -j and -s take their list from the next word, too
    for (String operand : getopt.operands()) {
      client.error("Unrecognized option: " + operand);
      usage();
      throw new Exit(1);
    }
  }

  private void option(int option, Getopt getopt) {
    String value = getopt.argument();
    switch (option) {
      case Getopt.UNKNOWN -> {
        client.console().complain("Try \"squeue --help\" for more information");
        throw new Exit(1);
      }
      case 'A' -> accounts = commaList(value);
      case 'a' -> all = true;
      case 'h' -> noHeader = true;
      case 'i' -> iterate = iterate(value);
      case 'j' -> jobs = jobs(value != null ? value : getopt.takeOperand());
      case 'l' -> longListing = true;
      case 'L' -> licenses = commaList(value);
      case 'M' -> throw client.unsupported("--clusters");
      case 'n' -> names = commaList(value);
      case 'O' -> {
        incompatible(format, "-O (--Format) is incompatible with -o (--format)");
        formatNames = value;
      }
      case 'o' -> {
        incompatible(formatNames, "-o (--format) is incompatible with -O (--Format)");
        format = value;
      }
      case 'p' -> partitions = commaList(value);
      case 'P' -> priority = true;
      case 'q' -> qos = commaList(value);
      case 'R' -> reservation = value;
      case 'r' -> array = true;
      case 's' -> {
        stepsAsked = true;
        steps = steps(value != null ? value : getopt.takeOperand());
      }
      case 'S' -> sort = value;
      case 't' -> parseStates(value);
      case 'u', 'U' -> users = parseUsers(value);
      case 'v' -> verbose++;
      case 'V' -> {
        client.console().println("slurm " + client.releaseName());
        throw new Exit(0);
      }
      case 'w' -> nodes = nodes(value);
      case HELP -> {
        help();
        throw new Exit(0);
      }
      case USAGE -> {
        usage();
        throw new Exit(0);
      }
      case HIDE -> all = false;
      case START -> start = true;
      case NOCONVERT -> noConvert = true;
      case ARRAY_UNIQUE -> arrayUnique = true;
      case LOCAL -> localOnly = true;
      case ME -> users = List.of(client.uid());
      case NOTME -> {
        users = List.of(client.uid());
        notMe = true;
      }
      case ONLY_JOB_STATE -> onlyJobState = true;
      case EXPAND_PATTERNS -> throw client.unsupported("--expand-patterns");
      case SIBLING -> throw client.unsupported("--sibling");
      case FEDERATION -> throw client.unsupported("--federation");
      case JSON -> throw client.unsupported("--json");
      case YAML -> throw client.unsupported("--yaml");
      case AUTOCOMPLETE -> throw client.unsupported("--autocomplete");
      case HELPSTATE -> {
        for (String name : STATE_NAMES.split(",")) {
          client.console().println(name.toLowerCase(java.util.Locale.ROOT));
        }
        throw new Exit(0);
      }
      case HELPFORMAT, HELPFORMAT_LONG -> throw client.unsupported(option == HELPFORMAT ? "--helpformat" : "--helpFormat");
      default -> throw new IllegalStateException("option " + option);
    }
  }

  private void incompatible(String other, String complaint) {
    if (other != null) {
      client.error(complaint);
      throw new Exit(1);
    }
  }

  private void finish() {
    if (longListing && format != null) {
      throw client.fatal("Options -o(--format) and -l(--long) are mutually exclusive. Please remove one and retry.");
    }
    defaults();
    if (start) {
      // what is to start is pending, and the order is that of starting
      if (states == null && !allStates) {
        states = List.of((long) JobStates.PENDING);
      }
      if (sort == null) {
        sort = "S";
      }
    }
    if (jobs != null && steps != null && !steps.isEmpty()) {
      client.error("Incompatible options --jobs and --steps");
      throw new Exit(1);
    }
  }

  private int iterate(String text) {
    Strtol number = Strtol.parse(text);
    if (number.value() <= 0 || number.value() > Integer.MAX_VALUE) {
      client.console().complain("squeue: error: --iterate=" + text + "\n");
      throw new Exit(1);
    }
    return (int) number.value();
  }

  private List<JobId> jobs(String text) {
    if (text == null) {
      return null;
    }
    List<JobId> list = new ArrayList<>();
    for (String word : tokens(text)) {
      Strtol job = Strtol.parse(word);
      long task = SlurmConstants.NO_VAL;
      if (job.value() <= 0 || job.value() > 0xffffffffL) {
        client.error("Invalid job id: " + word);
        throw new Exit(1);
      }
      if (word.startsWith("_", job.end())) {
        task = Strtol.value(word.substring(job.end() + 1));
        array = true;
      }
      list.add(new JobId(job.value(), task));
    }
    return list;
  }

  private List<StepRequest> steps(String text) {
    if (text == null) {
      return null;
    }
    List<StepRequest> list = new ArrayList<>();
    for (String word : tokens(text)) {
      int dot = word.indexOf('.');
      String jobPart = dot < 0 ? word : word.substring(0, dot);
      Strtol job = Strtol.parse(jobPart);
      long task = SlurmConstants.NO_VAL;
      if (jobPart.startsWith("_", job.end())) {
        task = Strtol.value(jobPart.substring(job.end() + 1));
      }
      Strtol step = dot < 0 ? new Strtol(0, 0) : Strtol.parse(word.substring(dot + 1));
      if (job.value() <= 0 || step.end() == 0 || step.value() < 0) {
        client.error("Invalid job_step id: " + jobPart + "." + (dot < 0 ? "??" : word.substring(dot + 1)));
        throw new Exit(1);
      }
      list.add(new StepRequest(job.value(), task, step.value()));
    }
    return list;
  }

  private void parseStates(String text) {
    states = null;
    allStates = text.equalsIgnoreCase("all");
    if (allStates) {
      return;
    }
    List<Long> list = new ArrayList<>();
    for (String word : tokens(text)) {
      OptionalLong state = JobStates.parse(word);
      if (state.isEmpty()) {
        client.error("Invalid job state specified: " + word);
        String names = old ? STATE_NAMES : STATE_NAMES.toLowerCase(java.util.Locale.ROOT);
        client.error("Valid job states include: " + names + "\n");
        throw new Exit(1);
      }
      list.add(state.getAsLong());
    }
    states = list;
  }

  private List<Long> parseUsers(String text) {
    List<Long> list = new ArrayList<>();
    for (String word : tokens(text)) {
      OptionalLong uid = client.names().uid(word);
      if (uid.isPresent()) {
        list.add(uid.getAsLong());
      } else {
        client.error("Invalid user: " + word + "\n");
      }
    }
    return list;
  }

  private List<String> nodes(String text) {
    List<String> list = HostNames.tryExpand(text);
    if (list == null) {
      client.error(old ? "Invalid node name " + text : "'" + text + "' invalid entry for --nodelist");
      throw new Exit(1);
    }
    return list;
  }

  private void usage() {
    client.console().println(SqueueHelp.USAGE);
  }

  private void help() {
    client.console().println(SqueueHelp.HELP);
  }

  int release() {
    return release;
  }

  private static List<String> commaList(String text) {
    return text == null ? null : tokens(text);
  }

  /** As strtok: empty words vanish. */
  static List<String> tokens(String text) {
    List<String> list = new ArrayList<>();
    for (String word : text.split(",")) {
      if (!word.isEmpty()) {
        list.add(word);
      }
    }
    return list;
  }

  /** The long options, as {@link Getopt} takes them; the documentation's table is made from them. */
  public static String longOptions(boolean old) {
    return String.format(LONG, (Object[]) (old ? OLD : NEW)) + (old ? "" : " autocomplete:=274");
  }
}
