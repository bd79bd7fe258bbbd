package org.slurmctldj.client.sstat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.cli.Getopt;
import org.slurmctldj.client.cli.Strtol;
import org.slurmctldj.client.job.JobOption;
import org.slurmctldj.client.job.StepSelection;
import org.slurmctldj.client.node.NodeCalls;
import org.slurmctldj.client.rpc.RequestFailed;
import org.slurmctldj.client.text.Units;
import org.slurmctldj.proto.slurm.JobStepInfo;
import org.slurmctldj.proto.slurm.JobStepInfoRequest;
import org.slurmctldj.proto.slurm.JobStepInfoResponse;
import org.slurmctldj.proto.slurm.JobStepStatResponse;
import org.slurmctldj.proto.slurm.SlurmStepLayout;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.slurm.StepIdMsg;
import org.slurmctldj.proto.slurm.StepLayoutResponse;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.SlurmConstants;

/** sstat: what running steps use, asked of their nodes. */
public final class Sstat {
  private static final int STEP_INFO = 2005;
  private static final int STEP_LAYOUT = 5021;
  private static final int STEP_STAT = 5019;
  private static final int STEP_STAT_ANSWER = 5020;
  private static final int INVALID_JOB_ID = 2017;
  private static final int SHOW_ALL = 1;

  private final Client client;
  private final List<StepSelection> asked = new ArrayList<>();
  private final List<StatColumns.Column> columns = new ArrayList<>();
  private boolean header = true;
  private boolean allSteps;
  private boolean perNode;
  private boolean bars;
  private boolean lastBar;
  private Units.Style units = Units.Style.EXACT;

  public Sstat(Client client) {
    this.client = client;
  }

  public int run() {
    client.conf();
    parse();
    if (asked.isEmpty()) {
      client.error("You didn't give me any jobs to stat.");
      return 1;
    }
    StatColumns table = new StatColumns(client.console(), columns, bars, lastBar);
    if (header) {
      table.header();
    }
    for (StepSelection s : asked) {
      stepsOf(table, s.job(), s.step());
    }
    return 0;
  }

  /** @param wanted NO_VAL: the lowest one, or all of them */
  private void stepsOf(StatColumns table, long job, long wanted) {
    List<JobStepInfo> steps;
    try {
      StepId id = new StepId().jobId(job).stepId(wanted);
      Frame answer = client.controller().ask(STEP_INFO, new JobStepInfoRequest().lastUpdate(0).stepId(id).showFlags(SHOW_ALL));
      steps = JobStepInfoResponse.read(answer.body(), answer.version() >> 8).steps();
    } catch (RequestFailed e) {
      client.error("couldn't get steps for job " + job);
      return;
    }
    if (wanted != SlurmConstants.NO_VAL) {
      stat(table, job, wanted, steps.isEmpty() ? null : steps.get(0));
      return;
    }
    if (steps.isEmpty()) {
      client.error("No steps running for job " + job);
      return;
    }
    if (allSteps) {
      for (JobStepInfo step : steps) {
        stat(table, job, step.stepId().stepId(), step);
      }
      return;
    }
    JobStepInfo lowest = steps.get(0);
    for (JobStepInfo step : steps) {
      if (step.stepId().stepId() < lowest.stepId().stepId()) {
        lowest = step;
      }
    }
    stat(table, job, lowest.stepId().stepId(), lowest);
  }

  /** @param facts what the list says of the step; null: it is not there */
  private void stat(StatColumns table, long job, long step, JobStepInfo facts) {
    String name = "StepId=" + job + "." + StepSelection.name(step);
    StepIdMsg question = new StepIdMsg().stepId(new StepId().jobId(job).stepId(step));
    SlurmStepLayout layout;
    try {
      Frame answer = client.controller().ask(STEP_LAYOUT, question);
      layout = StepLayoutResponse.read(answer.body(), answer.version() >> 8).stepLayout();
    } catch (RequestFailed e) {
      failed(name, e.number());
      return;
    }
    int version = layout.startProtocolVer() == 0 ? client.controller().version() : layout.startProtocolVer();
    List<String> nodes = Hostlist.parse(layout.nodeList()).toList();
    StepUsage usage = new StepUsage();
    int trouble = 0;
    for (Map.Entry<String, NodeCalls.Answer> a :
        new NodeCalls(client, version).ask(nodes, STEP_STAT, question, client.conf().messageTimeout()).entrySet()) {
      Frame frame = a.getValue().frame();
      int code = a.getValue().code() == -1 ? RequestFailed.NO_CONNECTION : a.getValue().code();
      if (code == 0 && frame != null && frame.type() == STEP_STAT_ANSWER) {
        add(usage, JobStepStatResponse.read(frame.body(), frame.version() >> 8));
      } else if (code != INVALID_JOB_ID) {
        client.error("slurm_job_step_stat: there was an error with the request to " + a.getKey() + " rc = " + text(code));
        trouble = code;
      } else {
        trouble = code;
      }
    }
    if (trouble != 0 && usage.pidNodes.isEmpty()) {
      failed(name, trouble);
      return;
    }
    StatRow row =
        new StatRow(
            job + "." + StepSelection.name(step), layout.nodeList(), nodes, usage, facts == null ? SlurmConstants.NO_VAL : facts.cpuFreqMin(),
            facts == null ? SlurmConstants.NO_VAL : facts.cpuFreqMax(), facts == null ? SlurmConstants.NO_VAL : facts.cpuFreqGov(), units);
    if (!perNode) {
      table.row(row);
      return;
    }
    for (int i = 0; i < usage.pidNodes.size(); i++) {
      StepUsage part = new StepUsage();
      part.pids.add(usage.pids.get(i));
      table.row(row.of(usage.pidNodes.get(i), part));
    }
  }

  private static void add(StepUsage usage, JobStepStatResponse r) {
    usage.tasks += r.numTasks();
    if (r.jobacct() != null) {
      usage.add(r.jobacct());
    }
    if (r.stepPids() != null) {
      usage.pidNodes.add(r.stepPids().nodeName());
      usage.pids.add(r.stepPids().pid());
    }
  }

  private void failed(String name, int code) {
    if (code == INVALID_JOB_ID) {
      client.error(name + " not found running.");
    } else {
      client.error("problem getting step_layout for " + name + ": " + text(code));
    }
  }

  private String text(int code) {
    return new RequestFailed(code).text(client.controller().version());
  }

  // ---- options

  private void parse() {
    List<JobOption> options = SstatOptions.of(client.release());
    Map<Integer, JobOption> byValue = JobOption.byValue(options);
    String format = null;
    Getopt getopt =
        new Getopt(
            client.program(), JobOption.shortOptions(options).substring(1), JobOption.longOptions(options), client.arguments(), client.console());
    for (int value = getopt.next(); value != Getopt.END; value = getopt.next()) {
      if (value == Getopt.UNKNOWN) {
        throw new Exit(1);
      }
      JobOption option = byValue.get(value);
      switch (option.name()) {
        case "allsteps" -> allSteps = true;
        case "fields", "format" -> format = format == null ? getopt.argument() : format + "," + getopt.argument();
        case "jobs" -> select(getopt.argument());
        case "noconvert" -> units = Units.Style.RAW;
        case "noheader" -> header = false;
        case "parsable" -> {
          bars = true;
          lastBar = true;
        }
        case "parsable2" -> {
          bars = true;
          lastBar = false;
        }
        case "pidformat" -> {
          perNode = true;
          format = StatField.PIDS_OF_NODES;
        }
        case "helpformat" -> {
          StatColumns.names(client.console());
          throw new Exit(0);
        }
        case "help" -> {
          client.console().print(SstatHelp.HELP);
          throw new Exit(0);
        }
        case "usage" -> {
          client.console().print(SstatHelp.USAGE);
          throw new Exit(0);
        }
        case "version" -> {
          client.console().println("slurm-wlm " + client.releaseName());
          throw new Exit(0);
        }
        default -> throw client.unsupported("--" + option.name());
      }
    }
    getopt.operands().forEach(this::select);
    for (String word : (format == null ? StatField.DEFAULT : format).split(",")) {
      column(word.strip());
    }
  }

  private void select(String list) {
    for (String word : list.split("[, ]+")) {
      if (word.isEmpty()) {
        continue;
      }
      if (!Character.isDigit(word.charAt(0))) {
        throw client.fatal("Bad job/step specified: " + word);
      }
      asked.add(StepSelection.parse(client, word));
    }
  }

  private void column(String word) {
    if (word.isEmpty()) {
      return;
    }
    int percent = word.indexOf('%');
    String name = percent < 0 ? word : word.substring(0, percent);
    StatField field = StatField.of(name);
    if (field == null) {
      client.error("Invalid field requested: \"" + name + "\"");
      throw new Exit(1);
    }
    int width = percent < 0 ? 0 : (int) Strtol.value(word.substring(percent + 1));
    columns.add(new StatColumns.Column(field, width == 0 ? field.width : width));
  }
}
