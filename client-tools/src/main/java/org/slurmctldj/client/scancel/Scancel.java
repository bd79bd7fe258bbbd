package org.slurmctldj.client.scancel;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.cli.Getopt;
import org.slurmctldj.client.cli.Strtol;
import org.slurmctldj.client.rpc.Controller;
import org.slurmctldj.client.rpc.RequestFailed;
import org.slurmctldj.client.text.SignalNames;
import org.slurmctldj.client.text.HostNames;
import org.slurmctldj.client.text.JobStates;
import org.slurmctldj.client.text.TaskMask;
import org.slurmctldj.proto.slurm.JobInfo;
import org.slurmctldj.proto.slurm.JobInfoRequest;
import org.slurmctldj.proto.slurm.JobInfoResponse;
import org.slurmctldj.proto.slurm.KillJobMsg;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.wire.ProtocolVersion;
import org.slurmctldj.proto.wire.SlurmConstants;

/** scancel: signals or cancels jobs, array tasks and steps. */
public final class Scancel {
  private static final String SHORT = "A:bfHiM:n:p:Qq:R:s:t:u:vVw:";
  private static final String LONG =
      "account:=A batch=b ctld=258 full=f help=256 hurry=H interactive=i cluster:=M clusters:=M jobname:=n me=261 name:=n"
          + " nodelist:=w partition:=p qos:=q quiet=Q reservation:=R sibling:=260 signal:=s state:=t usage=257 user:=u verbose=v"
          + " version=V wckey:=259";
  /** Of releases after 22.05. */
  private static final String NEW_SHORT = "c";

  private static final String NEW_LONG = " autocomplete:=262 cron=c";
  private static final int REQUEST_JOB_INFO = 2003;
  private static final int REQUEST_KILL_JOB = 5032;
  private static final int REQUEST_CANCEL_JOB_STEP = 5005;
  private static final int SHOW_ALL_LOCAL = 17;
  private static final int KILL_JOB_BATCH = 1;
  private static final int KILL_FULL_JOB = 1 << 3;
  private static final int KILL_HURRY = 1 << 5;
  private static final int KILL_CRON = 1 << 12;
  private static final int SIGKILL = 9;
  private static final int INVALID_JOB_ID = 2017;
  private static final int TRANSITION = 2020;
  private static final int ALREADY_DONE = 2021;
  private static final int MOST_TRIES = 10;

  private final Client client;
  private int flags;
  private int signal;
  private boolean quiet;
  private int verbose;
  private String account;
  private String name;
  private String partition;
  private String qos;
  private String reservation;
  private String wckey;
  private int state = -1;
  private long user = -1;
  private List<String> nodes;
  private List<String> ids;

  public Scancel(Client client) {
    this.client = client;
    client.conf();
  }

  /** Gives the exit status. */
  public int run() {
    parse();
    boolean filter =
        account != null || name != null || partition != null || qos != null || reservation != null || wckey != null || state >= 0
            || user >= 0 || nodes != null;
    if (ids.isEmpty() && !filter) {
      client.error("No job identification provided");
      return 1;
    }
    for (String id : ids) {
      Strtol number = Strtol.parse(id);
      boolean goesOn = number.end() == id.length() || "_.+[".indexOf(id.charAt(number.end())) >= 0;
      if (number.value() <= 0 || number.value() > 0xffffffffL || !goesOn) {
        client.error("Invalid job id " + id);
        return 1;
      }
    }
    boolean load = filter || signal != 0 || (flags & KILL_JOB_BATCH) != 0;
    int status = 0;
    if (load) {
      return cancelLoaded();
    }
    for (String id : ids) {
      status = Math.max(status, id.indexOf('.') < 0 ? kill(id, false) : killStep(id));
    }
    return status;
  }

  private void parse() {
    boolean old = client.release() < ProtocolVersion.V23_02;
    Getopt getopt = new Getopt(client.program(), old ? SHORT : SHORT + NEW_SHORT, longOptions(old), client.arguments(), client.console());
    for (int option = getopt.next(); option != Getopt.END; option = getopt.next()) {
      String value = getopt.argument();
      switch (option) {
        case Getopt.UNKNOWN -> {
          client.console().complain("Try \"scancel --help\" for more information");
          throw new Exit(1);
        }
        case 'A' -> account = value;
        case 'b' -> flags |= KILL_JOB_BATCH;
        case 'c' -> flags |= KILL_CRON;
        case 'f' -> flags |= KILL_FULL_JOB;
        case 'H' -> flags |= KILL_HURRY;
        case 'i' -> throw client.unsupported("--interactive");
        case 'M' -> throw client.unsupported("--clusters");
        case 'n' -> name = value;
        case 'p' -> partition = value;
        case 'Q' -> quiet = true;
        case 'q' -> qos = value;
        case 'R' -> reservation = value;
        case 's' -> signal = signal(value);
        case 't' -> state = state(value);
        case 'u' -> user = user(value);
        case 'v' -> verbose++;
        case 'V' -> {
          client.console().println("slurm-wlm " + client.releaseName());
          throw new Exit(0);
        }
        case 'w' -> nodes = HostNames.tryExpand(value);
        case 256, 257 -> {
          client.console().print(ScancelHelp.of(option == 256 ? ScancelHelp.HELP : ScancelHelp.USAGE, old));
          throw new Exit(0);
        }
        case 259 -> wckey = value;
        case 261 -> user = client.uid();
        case 258 -> throw client.unsupported("--ctld");
        case 260 -> throw client.unsupported("--sibling");
        case 262 -> throw client.unsupported("--autocomplete");
        default -> throw new IllegalStateException("option " + option);
      }
    }
    ids = new ArrayList<>();
    for (String operand : getopt.operands()) {
      ids.addAll(List.of(splitList(operand)));
    }
  }

  /** Commas outside of brackets. */
  private static String[] splitList(String text) {
    return text.split(",(?![^\\[]*\\])");
  }

  private int signal(String text) {
    int number = SignalNames.number(text);
    if (number <= 0) {
      client.console().complain("Unknown job signal: " + text);
      throw new Exit(1);
    }
    return number;
  }

  private int state(String text) {
    OptionalLong parsed = JobStates.parse(text);
    if (parsed.isEmpty() || parsed.getAsLong() > JobStates.SUSPENDED) {
      client.console().complain("Invalid job state specified: " + text);
      client.console().complain("Valid job states are PENDING, RUNNING, and SUSPENDED");
      throw new Exit(1);
    }
    return (int) parsed.getAsLong();
  }

  private long user(String text) {
    OptionalLong uid = client.names().uid(text);
    if (uid.isEmpty()) {
      client.error("Invalid user name: " + text);
      throw new Exit(1);
    }
    return uid.getAsLong();
  }

  // ---- by what the controller knows

  private int cancelLoaded() {
    List<JobInfo> jobs;
    try {
      JobInfoRequest request = new JobInfoRequest().showFlags(SHOW_ALL_LOCAL);
      jobs =
          JobInfoResponse.read(client.controller().ask(REQUEST_JOB_INFO, request).body(), client.controller().number()).jobs();
    } catch (RequestFailed e) {
      client.console().complain("slurm_load_jobs error: " + e.text(client.controller().version()));
      return 1;
    }
    int status = 0;
    if (ids.isEmpty()) {
      for (JobInfo job : jobs) {
        if (live(job) && accepts(job) && !led(job, jobs)) {
          status = Math.max(status, kill(idOf(job), signal != 0));
        }
      }
      return status;
    }
    for (String id : ids) {
      if (id.indexOf('.') >= 0) {
        status = Math.max(status, killStep(id));
        continue;
      }
      boolean found = false;
      for (JobInfo job : jobs) {
        if (live(job) && named(id, job) && accepts(job) && !(id.equals(Long.toString(job.hetJobId())) && led(job, jobs))) {
          found = true;
          boolean task = id.indexOf('_') >= 0;
          status = Math.max(status, kill(task ? id : idOf(job), true));
        }
      }
      if (!found) {
        client.error("Kill job error on job id " + id + ": Invalid job id specified");
        status = 1;
      }
    }
    return status;
  }

  private static boolean live(JobInfo job) {
    return JobStates.base(job.jobState()) <= JobStates.SUSPENDED;
  }

  private boolean accepts(JobInfo job) {
    return (account == null || account.equals(job.account()))
        && (name == null || name.equals(job.name()))
        && (partition == null || job.partition() != null && List.of(job.partition().split(",")).contains(partition))
        && (qos == null || qos.equals(job.qos()))
        && (reservation == null || reservation.equals(job.resvName()))
        && (wckey == null || wckey.equals(job.wckey()))
        && (state < 0 || JobStates.base(job.jobState()) == state)
        && (user < 0 || user == job.userId())
        && (nodes == null || HostNames.intersect(job.nodes(), nodes));
  }

  /** A component of a heterogeneous job that goes with its leader, which is cancelled, too. */
  private boolean led(JobInfo job, List<JobInfo> jobs) {
    return job.hetJobId() != 0
        && job.hetJobId() != job.jobId()
        && jobs.stream().anyMatch(j -> j.jobId() == job.hetJobId() && live(j) && accepts(j));
  }

  private static boolean named(String id, JobInfo job) {
    Strtol number = Strtol.parse(id);
    int under = id.indexOf('_');
    if (under >= 0) {
      long task = Strtol.value(id.substring(under + 1));
      return job.arrayJobId() == number.value()
          && (job.arrayTaskId() == task || TaskMask.has(job.arrayTaskStr(), task) || id.startsWith("[", under + 1));
    }
    int plus = id.indexOf('+');
    if (plus > 0) {
      return job.hetJobId() == number.value() && job.hetJobOffset() == Strtol.value(id.substring(plus + 1));
    }
    return number.value() == job.jobId() || number.value() == job.arrayJobId() || job.hetJobId() == number.value();
  }

  private static String idOf(JobInfo job) {
    if (job.arrayTaskStr() != null) {
      return job.arrayJobId() + "_[" + TaskMask.ranges(job.arrayTaskStr()) + "]";
    }
    return job.arrayJobId() != 0 && job.arrayTaskId() != SlurmConstants.NO_VAL
        ? job.arrayJobId() + "_" + job.arrayTaskId()
        : Long.toString(job.jobId());
  }

  // ---- one job, one step

  private int kill(String id, boolean strict) {
    if (verbose > 0) {
      client.console().complain(client.program() + ": " + (signal == 0 ? "Terminating job " : "Signal " + signal + " to job ") + id);
    }
    StepId any = new StepId().jobId(SlurmConstants.NO_VAL).stepId(SlurmConstants.NO_VAL).stepHetComp(SlurmConstants.NO_VAL);
    KillJobMsg request = new KillJobMsg().stepId(any).sjobId(id).signal(signal == 0 ? SIGKILL : signal).flags(flags);
    int code = patiently(REQUEST_KILL_JOB, request);
    if (code == 0) {
      return 0;
    }
    boolean gone = code == INVALID_JOB_ID || code == ALREADY_DONE;
    if (!quiet && (!gone || verbose > 0 || strict)) {
      client.error("Kill job error on job id " + id + ": " + new RequestFailed(code).text(client.controller().version()));
    }
    // as the real one: the error's number, cut to a byte
    return gone ? strict ? 1 : 0 : code & 0xff;
  }

  private int killStep(String id) {
    int dot = id.indexOf('.');
    Strtol job = Strtol.parse(id.substring(0, dot));
    String stepText = id.substring(dot + 1).toLowerCase(Locale.ROOT);
    long step =
        switch (stepText) {
          case "batch" -> 0xfffffffbL;
          case "extern" -> 0xfffffffcL;
          case "interactive" -> 0xfffffffaL;
          default -> Strtol.parse(stepText).end() == 0 ? -1 : Strtol.value(stepText);
        };
    if (step < 0 || id.indexOf('_') >= 0) {
      client.error("Invalid job id " + id);
      return 1;
    }
    StepId which = new StepId().jobId(job.value()).stepId(step).stepHetComp(SlurmConstants.NO_VAL);
    int code = patiently(REQUEST_CANCEL_JOB_STEP, new KillJobMsg().stepId(which).signal(signal == 0 ? SIGKILL : signal).flags(flags));
    if (code != 0 && code != ALREADY_DONE && !quiet) {
      client.error("Kill job error on job step id " + id + ": " + new RequestFailed(code).text(client.controller().version()));
    }
    return code == 0 || code == ALREADY_DONE ? 0 : 1;
  }

  /** A job in transition is tried again for a while. */
  private int patiently(int type, KillJobMsg request) {
    for (int i = 0; ; i++) {
      int code;
      try {
        code = Controller.returnCode(client.controller().exchange(type, request));
      } catch (RequestFailed e) {
        code = e.number();
      }
      if (code != TRANSITION || i == MOST_TRIES) {
        return code;
      }
      try {
        Thread.sleep(5000L + i * 1000L);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return code;
      }
    }
  }

  /** The long options, as {@link Getopt} takes them; the documentation's table is made from them. */
  public static String longOptions(boolean old) {
    return old ? LONG : LONG + NEW_LONG;
  }
}
