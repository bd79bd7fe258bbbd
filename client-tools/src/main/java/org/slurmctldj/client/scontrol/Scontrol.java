package org.slurmctldj.client.scontrol;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Console;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.cli.Getopt;
import org.slurmctldj.client.cli.Strtol;
import org.slurmctldj.client.rpc.Controller;
import org.slurmctldj.client.rpc.RequestFailed;
import org.slurmctldj.proto.client.RpcException;
import org.slurmctldj.proto.conf.ControllerHost;
import org.slurmctldj.proto.slurm.BatchScriptRequest;
import org.slurmctldj.proto.slurm.BatchScriptResponse;
import org.slurmctldj.proto.slurm.EmptyBody;
import org.slurmctldj.proto.slurm.JobArrayError;
import org.slurmctldj.proto.slurm.JobArrayErrors;
import org.slurmctldj.proto.slurm.JobDescMsg;
import org.slurmctldj.proto.slurm.JobInfo;
import org.slurmctldj.proto.slurm.JobInfoRequest;
import org.slurmctldj.proto.slurm.JobInfoResponse;
import org.slurmctldj.proto.slurm.RequeueMsg;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.ProtocolVersion;
import org.slurmctldj.proto.wire.SlurmConstants;

/** scontrol: shows and changes what the controller holds. */
public final class Scontrol {
  private static final String SHORT = "adFhM:oQu:vV";
  private static final String LONG =
      "all=a cluster:=M clusters:=M details=d federation=F future=258 help=h hide=259 local=260 oneliner=o quiet=Q sibling=261"
          + " uid:=u usage=262 verbose=v version=V json::=263 yaml::=264";
  /** Of releases after 22.05. */
  private static final String NEW_LONG = " autocomplete:=265";
  private static final int REQUEST_PING = 1008;
  private static final int REQUEST_JOB_INFO = 2003;
  private static final int REQUEST_BATCH_SCRIPT = 2051;
  private static final int REQUEST_UPDATE_JOB = 3001;
  private static final int REQUEST_JOB_REQUEUE = 5023;
  private static final int REQUEST_RECONFIGURE = 1003;
  private static final int RESPONSE_JOB_ARRAY_ERRORS = 5034;
  private static final int REQUEUE_HOLD = 1 << 11;
  private static final long USER_HOLD = 2;

  private final Client client;
  private final Console console;
  private boolean all;
  private boolean oneLine;
  private boolean quiet;
  private boolean details;

  public Scontrol(Client client) {
    this.client = client;
    this.console = client.console();
    client.conf();
  }

  /** Gives the exit status. */
  public int run() {
    boolean old = client.release() < ProtocolVersion.V23_02;
    Getopt getopt = new Getopt(client.program(), SHORT, longOptions(old), client.arguments(), console);
    for (int option = getopt.next(); option != Getopt.END; option = getopt.next()) {
      switch (option) {
        case Getopt.UNKNOWN -> {
          console.complain("Try \"scontrol --help\" for more information");
          throw new Exit(1);
        }
        case 'a' -> all = true;
        case 'd' -> details = true;
        case 'h', 262 -> {
          console.println(USAGE);
          throw new Exit(0);
        }
        case 'o' -> oneLine = true;
        case 'Q' -> quiet = true;
        case 'v' -> throw client.unsupported("--verbose");
        case 'V' -> {
          console.println("slurm-wlm " + client.releaseName());
          throw new Exit(0);
        }
        case 259 -> all = false;
        case 260 -> {}
        case 258 -> throw client.unsupported("--future");
        case 263 -> throw client.unsupported("--json");
        case 264 -> throw client.unsupported("--yaml");
        case 265 -> throw client.unsupported("--autocomplete");
        case 'u' -> throw client.unsupported("--uid");
        case 'M' -> throw client.unsupported("--clusters");
        default -> throw client.unsupported(option == 'F' ? "--federation" : "--sibling");
      }
    }
    List<String> words = getopt.operands();
    if (words.isEmpty()) {
      throw client.unsupported("reading commands from standard input");
    }
    return command(words.get(0).toLowerCase(Locale.ROOT), words);
  }

  private static final String USAGE =
      """
      Usage: scontrol [-a] [-d] [-o] [-Q] COMMAND
        ping
        show job [ID] | node [NAME] | partition [NAME] | config | step [ID] | reservation [NAME]
             licenses [NAME] | topology | federation | assoc_mgr | aliases | daemons | hostnames [LIST] | hostlist[sorted] LIST
        hold, uhold, release, requeue, requeuehold ID...      a job id, id_task, or jobname=NAME
        update job ID KEY=VALUE...
        write batch_script ID [FILE or -]
        reconfigure
        version""";

  private int command(String keyword, List<String> words) {
    if (abbreviates(keyword, "ping", 3)) {
      return ping();
    }
    if (abbreviates(keyword, "show", 2)) {
      if (words.size() < 2) {
        return complain("too few arguments for keyword:" + words.get(0));
      }
      int status = new Show(client, all, oneLine, quiet, details).run(words.subList(1, words.size()));
      String entity = words.get(1).toLowerCase(Locale.ROOT);
      if (status == 0 && entity.startsWith("c")) {
        ping();
      }
      return status;
    }
    if (abbreviates(keyword, "version", 4)) {
      console.println("slurm-wlm " + client.releaseName());
      return 0;
    }
    for (String action : new String[] {"hold", "uhold", "release", "requeue", "requeuehold"}) {
      if (keyword.equals(action)) {
        return words.size() < 2 ? complain("too few arguments for keyword:" + words.get(0)) : jobs(action, words.subList(1, words.size()));
      }
    }
    if (abbreviates(keyword, "update", 1)) {
      return words.size() < 2 ? complain("too few arguments for update keyword") : update(words.subList(1, words.size()));
    }
    if (keyword.equals("write") && words.size() > 1 && words.get(1).equalsIgnoreCase("batch_script")) {
      return words.size() < 3 ? complain("too few arguments for keyword:write") : writeScript(words.subList(2, words.size()));
    }
    if (abbreviates(keyword, "reconfigure", 4)) {
      return reconfigure();
    }
    if (KNOWN.contains(" " + keyword + " ")) {
      throw client.unsupported(keyword);
    }
    return complain("invalid keyword: " + words.get(0));
  }

  private static final String KNOWN =
      " abort cancel_reboot create completing delete errnumstr fsdampeningfactor getaddrs listjobs listpids liststeps notify pidinfo"
          + " reboot resume schedloglevel setdebug setdebugflags shutdown suspend takeover token top version wait_job write ";

  static boolean abbreviates(String word, String whole, int least) {
    return word.length() >= Math.min(least, whole.length()) && whole.startsWith(word);
  }

  private int complain(String text) {
    if (!quiet) {
      console.complain(text);
    }
    return 1;
  }

  // ---- ping

  private int ping() {
    List<ControllerHost> hosts = client.conf().controllers();
    int release = client.release();
    int down = 0;
    for (int i = 0; i < hosts.size(); i++) {
      boolean up;
      try {
        Frame answer = client.controller().connection().callOne(i, release, REQUEST_PING, new byte[0]);
        up = Controller.returnCode(answer) == 0;
      } catch (RpcException e) {
        up = false;
      }
      down += up ? 0 : 1;
      String role = i == 0 ? "primary" : i == 1 && hosts.size() == 2 ? "backup" : "backup" + i;
      console.println("Slurmctld(" + role + ") at " + hosts.get(i).name() + " is " + (up ? "UP" : "DOWN"));
    }
    return down == hosts.size() ? 1 : 0;
  }

  // ---- jobs

  private int jobs(String action, List<String> words) {
    int status = 0;
    for (String word : words) {
      for (String id : word.toLowerCase(Locale.ROOT).startsWith("jobname=") ? named(word.substring(8)) : List.of(word)) {
        int code =
            action.startsWith("requeue")
                ? send(REQUEST_JOB_REQUEUE, new RequeueMsg().jobIdStr(id).jobId(SlurmConstants.NO_VAL).flags(action.equals("requeuehold") ? REQUEUE_HOLD : 0), id)
                : send(REQUEST_UPDATE_JOB, priority(action, id), id);
        if (code != 0) {
          status = 1;
          if (!action.startsWith("requeue") && !quiet) {
            console.complain("slurm_suspend error: " + text(code));
          }
        }
      }
    }
    return status;
  }

  private int reconfigure() {
    try {
      client.controller().ask(REQUEST_RECONFIGURE, EmptyBody.INSTANCE);
      return 0;
    } catch (RequestFailed e) {
      if (e.detail() != null) {
        // The whole list of what is wrong, as 24.11's client prints it.
        client.error(e.detail());
      }
      console.complain("slurm_reconfigure error: " + text(e.number()));
      return 1;
    }
  }

  private JobDescMsg priority(String action, String id) {
    JobDescMsg job = JobUpdate.blank(client.release()).jobIdStr(id);
    return switch (action) {
      case "release" -> job.priority(SlurmConstants.INFINITE).allocSid(0);
      case "uhold" -> job.priority(0).allocSid(USER_HOLD);
      default -> job.priority(0).allocSid(0);
    };
  }

  private List<String> named(String name) {
    try {
      List<JobInfo> jobs =
          JobInfoResponse.read(
                  client.controller().ask(REQUEST_JOB_INFO, new JobInfoRequest().showFlags(16)).body(), client.controller().number())
              .jobs();
      List<String> ids = new ArrayList<>();
      for (JobInfo job : jobs) {
        if (name.equals(job.name())) {
          ids.add(Long.toString(job.jobId()));
        }
      }
      return ids;
    } catch (RequestFailed e) {
      console.complain("slurm_load_jobs error: " + e.text(client.controller().version()));
      throw new Exit(1);
    }
  }

  /** Gives the error number, which has been complained about. */
  private int send(int type, org.slurmctldj.proto.slurm.SlurmStruct request, String id) {
    Frame answer;
    try {
      answer = client.controller().exchange(type, request);
    } catch (RequestFailed e) {
      complain(text(e.number()) + " for job " + id);
      return e.number();
    }
    if (answer.type() == RESPONSE_JOB_ARRAY_ERRORS) {
      int last = 0;
      for (JobArrayError error : JobArrayErrors.read(answer.body(), client.controller().number()).errors()) {
        if (error.errorCode() != 0) {
          last = (int) error.errorCode();
          complain(error.jobArrayId() + ": " + text(last));
        }
      }
      return last;
    }
    int code = Controller.returnCode(answer);
    if (code != 0) {
      complain(text(code) + " for job " + id);
    }
    return code;
  }

  private String text(int code) {
    return new RequestFailed(code).text(client.controller().version());
  }

  private int update(List<String> words) {
    String id = null;
    List<String> changes = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      String lower = word.toLowerCase(Locale.ROOT);
      int equals = word.indexOf('=');
      if (equals > 0 && abbreviates(lower.substring(0, equals), "jobid", 3)) {
        id = word.substring(equals + 1);
      } else if (i == 0 && lower.equals("job") && words.size() > 1) {
        id = words.get(++i);
      } else {
        changes.add(word);
      }
    }
    if (id == null) {
      for (String word : words) {
        String key = word.toLowerCase(Locale.ROOT);
        if (key.startsWith("node") || key.startsWith("part") || key.startsWith("reserv") || key.startsWith("stepid")) {
          throw client.unsupported("update " + key.replaceAll("=.*", ""));
        }
      }
      console.complain("No valid entity in update command");
      console.complain(
          "Input line must include \"NodeName\", \"PartitionName\", \"Reservation\", \"JobId\", or \"SlurmctldDebug\"");
      return 1;
    }
    if (Strtol.parse(id).value() <= 0 || id.indexOf(',') >= 0 && id.indexOf('[') < 0) {
      client.error("Invalid job ID " + id);
      return 1;
    }
    JobUpdate update = new JobUpdate(client, client.release());
    if (!update.take(changes)) {
      return 1;
    }
    return send(REQUEST_UPDATE_JOB, update.job().jobIdStr(id), id) == 0 ? 0 : 1;
  }

  // ---- write

  private int writeScript(List<String> words) {
    String id = words.get(0);
    long job = Strtol.value(id);
    String script;
    try {
      Frame answer = client.controller().ask(REQUEST_BATCH_SCRIPT, new BatchScriptRequest().jobId(job));
      script = BatchScriptResponse.read(answer.body(), client.controller().number()).msg();
    } catch (RequestFailed e) {
      console.complain("job script retrieval failed: " + e.text(client.controller().version()));
      return 0;
    }
    String file = words.size() > 1 ? words.get(1) : "slurm-" + job + ".sh";
    if (file.equals("-")) {
      console.print(script == null ? "" : script);
      return 0;
    }
    try (FileOutputStream out = new FileOutputStream(file)) {
      out.write((script == null ? "" : script).getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      client.error("failed to open file `" + file + "`: " + e.getMessage());
      return 1;
    }
    if (!quiet) {
      console.println("batch script for job " + id + " written to " + file);
    }
    return 0;
  }

  /** The long options, as {@link Getopt} takes them; the documentation's table is made from them. */
  public static String longOptions(boolean old) {
    return old ? LONG : LONG + NEW_LONG;
  }
}
