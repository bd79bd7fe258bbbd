package org.slurmctldj.client.sattach;

import java.util.List;
import java.util.Map;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.cli.Getopt;
import org.slurmctldj.client.job.JobOption;
import org.slurmctldj.client.job.StepSelection;
import org.slurmctldj.client.rpc.RequestFailed;
import org.slurmctldj.proto.slurm.SlurmStepLayout;
import org.slurmctldj.proto.slurm.StepIdMsg;
import org.slurmctldj.proto.slurm.StepLayoutResponse;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.SlurmConstants;

/** sattach: joins the streams of a running step. */
public final class Sattach {
  private static final int STEP_LAYOUT = 5021;

  static final String USAGE = "Usage: sattach [options] <jobid.stepid>\n";
  /** Our own words. */
  private static final String HELP =
      """
      sattach [OPTIONS] JOB.STEP
            --input-filter=TASK  standard input goes to this task only
            --output-filter=TASK standard output of this task only
            --error-filter=TASK  standard error of this task only
        -l, --label              the task's number before each line
            --layout             say where the step's tasks are, and end
            --pty                the step has a terminal (srun --pty)
        -Q, --quiet              errors only
        -V, --version            the version
        -h, --help, -u, --usage  this text, a shorter one
      """;

  /** What the command line says. */
  static final class Request {
    int inputTask = -1;
    int outputTask = -1;
    int errorTask = -1;
    boolean label;
    boolean pty;
    boolean layout;
    boolean quiet;
  }

  private final Client client;
  private final Request request = new Request();

  public Sattach(Client client) {
    this.client = client;
  }

  public int run() {
    try {
      return attach();
    } catch (Exit e) {
      String code = client.env("SLURM_EXIT_ERROR");
      throw e.status() == 1 && code != null && code.matches("[0-9]{1,3}") ? new Exit(Integer.parseInt(code)) : e;
    }
  }

  private int attach() {
    client.conf();
    List<String> operands = parse();
    if (operands.size() != 1) {
      client.error("too many parameters");
      throw usage();
    }
    StepSelection step = StepSelection.parse(client, operands.get(0));
    if (step.step() == SlurmConstants.NO_VAL) {
      client.error("Failed to parse stepid from command line options");
      throw usage();
    }
    if (request.pty && (request.inputTask >= 0 || request.outputTask >= 0 || request.errorTask >= 0)) {
      client.error("--pty is incompatible with --input-filter, --output-filter and --error-filter");
      throw new Exit(1);
    }
    SlurmStepLayout layout = layout(step);
    if (request.layout) {
      print(layout);
      return 0;
    }
    return new Attachment(client, request, step.id(), layout).run();
  }

  private Exit usage() {
    client.console().print(USAGE);
    return new Exit(1);
  }

  private SlurmStepLayout layout(StepSelection step) {
    try {
      Frame answer = client.controller().ask(STEP_LAYOUT, new StepIdMsg().stepId(step.id()));
      return StepLayoutResponse.read(answer.body(), answer.version() >> 8).stepLayout();
    } catch (RequestFailed e) {
      client.error("Could not get job step info: " + e.text(client.controller().version()));
      throw new Exit(1);
    }
  }

  private void print(SlurmStepLayout layout) {
    List<String> nodes = Hostlist.parse(layout.nodeList()).toList();
    StringBuilder b = new StringBuilder("Job step layout:\n");
    b.append('\t').append(layout.taskCnt()).append(" tasks, ").append(nodes.size());
    b.append(" nodes (").append(layout.nodeList()).append(")\n\n");
    for (int n = 0; n < nodes.size() && n < layout.tids().size(); n++) {
      long[] tasks = layout.tids().get(n);
      b.append("\tNode ").append(n).append(" (").append(nodes.get(n)).append("), ").append(tasks.length).append(" task(s): ");
      for (long task : tasks) {
        b.append(task).append(' ');
      }
      b.append('\n');
    }
    client.console().print(b.toString());
  }

  private List<String> parse() {
    List<JobOption> options = SattachOptions.of(client.release());
    Map<Integer, JobOption> byValue = JobOption.byValue(options);
    Getopt getopt =
        new Getopt(client.program(), JobOption.shortOptions(options), JobOption.longOptions(options), client.arguments(), client.console());
    for (int value = getopt.next(); value != Getopt.END; value = getopt.next()) {
      if (value == Getopt.UNKNOWN) {
        client.console().complain("Try \"sattach --help\" for more information");
        throw new Exit(1);
      }
      take(byValue.get(value), getopt.argument());
    }
    return getopt.operands();
  }

  private void take(JobOption option, String value) {
    switch (option.name()) {
      case "input-filter" -> request.inputTask = task(option, value);
      case "output-filter" -> request.outputTask = task(option, value);
      case "error-filter" -> request.errorTask = task(option, value);
      case "label" -> request.label = true;
      case "layout" -> request.layout = true;
      case "pty" -> request.pty = true;
      case "quiet" -> request.quiet = true;
      case "help" -> {
        client.console().print(HELP);
        throw new Exit(0);
      }
      case "usage" -> {
        client.console().print(USAGE);
        throw new Exit(0);
      }
      case "version" -> {
        client.console().println("slurm-wlm " + client.releaseName());
        throw new Exit(0);
      }
      default -> throw client.unsupported("--" + option.name());
    }
  }

  private int task(JobOption option, String value) {
    if (!value.matches("[0-9]{1,9}")) {
      client.error("Invalid numeric value \"" + value + "\" for " + option.name() + ".");
      throw new Exit(1);
    }
    return Integer.parseInt(value);
  }
}
