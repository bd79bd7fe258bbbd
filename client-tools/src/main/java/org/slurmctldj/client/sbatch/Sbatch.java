package org.slurmctldj.client.sbatch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.cli.Getopt;
import org.slurmctldj.client.job.ByteNames;
import org.slurmctldj.client.job.HetComponents;
import org.slurmctldj.client.job.JobDescription;
import org.slurmctldj.client.job.JobHelp;
import org.slurmctldj.client.job.JobOption;
import org.slurmctldj.client.job.JobShape;
import org.slurmctldj.client.job.JobWords;
import org.slurmctldj.client.job.Submission;
import org.slurmctldj.client.rpc.RequestFailed;
import org.slurmctldj.client.text.LocalTime;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.slurm.JobDescListMsg;
import org.slurmctldj.proto.slurm.JobDescMsg;
import org.slurmctldj.proto.slurm.JobWillRunResponse;
import org.slurmctldj.proto.slurm.ReturnCodeTextMsg;
import org.slurmctldj.proto.slurm.SlurmBody;
import org.slurmctldj.proto.slurm.SubmitBatchJobResponse;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.ProtocolVersion;

/** sbatch: reads a script and options, and submits the job. */
public final class Sbatch {
  private static final int SUBMIT = 4003;
  private static final int SUBMIT_HET = 4028;
  private static final int SUBMIT_ANSWER = 4004;
  private static final int WILL_RUN = 4012;
  private static final int WILL_RUN_ANSWER = 4013;
  private static final int RETURN_CODE_TEXT = 8002;

  /** Errors after which the controller is asked again. */
  private static final int MAX_JOB_COUNT = 2009;

  private static final int TRY_AGAIN = 11;
  private static final int NODES_BUSY = 2016;
  private static final int PORTS_BUSY = 2059;
  private static final int JOB_HELD = 2042;

  private static final int MOST_TRIES = 15;

  private final Client client;
  private final int version;
  private final boolean old;
  private final JobWords words;
  private Submission submission;

  public Sbatch(Client client) {
    this.client = client;
    this.version = client.release();
    this.old = version < ProtocolVersion.V23_02;
    this.words = new JobWords(client, JobHelp.Tool.SBATCH, SbatchOptions.of(version));
    this.submission = words.submission();
  }

  public int run() {
    try {
      return submit();
    } catch (Exit e) {
      throw JobWords.failure(client, e);
    }
  }

  private int submit() {
    client.conf();
    HetComponents.Line line = HetComponents.split(client.arguments(), words::getopt, words::unknown);
    List<String> operands = line.command();
    for (List<String> part : line.parts()) {
      List<String> rest = firstPass(part);
      operands = line.isHet() ? operands : rest;
    }
    BatchScript script;
    String[] argv = {};
    if (submission.wrap != null) {
      if (!operands.isEmpty()) {
        client.error("Script arguments not permitted with --wrap option");
        throw new Exit(1);
      }
      script = BatchScript.wrapped(submission.wrap);
    } else if (operands.isEmpty()) {
      script = BatchScript.read(client, null);
    } else {
      String here = ByteNames.workingDirectory(client.env("PWD"));
      String file = BatchScript.find(operands.get(0), here, client.env("PATH"));
      if (file == null) {
        client.error("Unable to open file " + operands.get(0));
        throw new Exit(1);
      }
      script = BatchScript.read(client, file);
      argv = operands.toArray(new String[0]);
      argv[0] = file;
    }
    Directives directives = new Directives(client, old, script);
    List<List<String>> parts = new ArrayList<>(line.parts());
    int components = submission.wrap != null ? parts.size() : Math.max(parts.size(), directives.components());
    while (parts.size() < components) {
      parts.add(List.of());
    }
    if (components > 1) {
      return together(script, directives, parts, operands, argv);
    }
    secondPass(directives, 0, parts.get(0));
    // a script from standard input has a name, but its job's environment has none
    String named = submission.jobName;
    if (named == null) {
      submission.jobName =
          submission.wrap != null ? "wrap" : operands.isEmpty() ? "sbatch" : BatchScript.baseName(operands.get(0));
      named = submission.wrap == null && operands.isEmpty() ? null : submission.jobName;
    }
    words.show();
    JobDescription description = new JobDescription(client, old, submission);
    description.check();
    JobShape shape = JobShape.of(client, old, submission);
    String[] environment =
        new JobEnvironment(client, old, submission, ProcessFacts.environment()).build(shape, named);
    JobDescMsg job = description.build(shape, script.text(), argv, environment);
    return submission.testOnly ? willRun(askWillRun(job)) : submit(SUBMIT, job);
  }

  // ---- heterogeneous jobs

  /** A job of several components: each has options of its own and keeps some of those before it. */
  private int together(
      BatchScript script, Directives directives, List<List<String>> parts, List<String> operands, String[] argv) {
    List<JobDescMsg> jobs = new ArrayList<>();
    Map<String, String> leads = new LinkedHashMap<>();
    String wrap = submission.wrap;
    boolean test = submission.testOnly;
    for (int i = 0; i < parts.size(); i++) {
      submission = words.next();
      submission.wrap = wrap;
      secondPass(directives, i, parts.get(i));
      test |= submission.testOnly;
      if (submission.jobName == null) {
        submission.jobName = wrap != null ? "wrap" : operands.isEmpty() ? "sbatch" : BatchScript.baseName(operands.get(0));
      }
      JobDescription description = new JobDescription(client, old, submission);
      description.check();
      JobShape shape = JobShape.of(client, old, submission);
      JobEnvironment environment = new JobEnvironment(client, old, submission, ProcessFacts.environment());
      // Only the first one's script is run.
      jobs.add(description.build(shape, i == 0 ? script.text() : null, argv, environment.build(shape, submission.jobName)));
      environment.component(shape).forEach(
          (name, value) -> HetComponents.names(name, jobs.size() - 1).forEach(n -> leads.put(n, value)));
    }
    List<String> environment = new ArrayList<>(List.of(jobs.get(0).environment()));
    leads.forEach((name, value) -> environment.add(name + "=" + value));
    jobs.get(0).environment(environment.toArray(String[]::new));
    return test ? testTogether(jobs) : submit(SUBMIT_HET, new JobDescListMsg().jobs(jobs));
  }

  /** When the last of them could start, and what they would have all together. */
  private int testTogether(List<JobDescMsg> jobs) {
    long first = 0;
    long start = 0;
    long cpus = 0;
    List<String> nodes = new ArrayList<>();
    for (JobDescMsg job : jobs) {
      JobWillRunResponse answer = askWillRun(job);
      first = first == 0 ? answer.jobId() : first;
      start = Math.max(start, answer.startTime());
      cpus += answer.procCnt();
      for (String node : Hostlist.parse(answer.nodeList()).toList()) {
        if (!nodes.contains(node)) {
          nodes.add(node);
        }
      }
    }
    if (!submission.quiet) {
      LocalTime time = LocalTime.of(client.env("SLURM_TIME_FORMAT"), System.currentTimeMillis() / 1000, client.program(), client.console());
      client.console().complain(
          "sbatch: Job " + first + " to start at " + time.text(start) + " using " + cpus + " processors on " + Hostlist.of(nodes));
    }
    return 0;
  }

  /** Help, version and {@code --wrap}: what decides whether there is a script. */
  private List<String> firstPass(List<String> line) {
    Getopt getopt = words.getopt(line);
    for (int value = getopt.next(); value != Getopt.END; value = getopt.next()) {
      JobOption option = words.option(value);
      switch (option.name()) {
        case "help", "usage", "version" -> words.take(option, null);
        case "wrap" -> submission.wrap = getopt.argument();
        case "ignore-pbs" -> submission.ignorePbs = true;
        default -> {
          // the second pass takes it
        }
      }
    }
    return getopt.operands();
  }

  /** Environment, then the script's lines for that component, then its part of the command line. */
  private void secondPass(Directives directives, int component, List<String> line) {
    words.variables(
        "SBATCH_WAIT4SWITCH",
        (option, name, value) -> {
          // Of SBATCH_REQUEUE any text means the option.
          words.take(option, option.name().equals("requeue") && !value.equals("expedite") ? null : value);
          return true;
        });
    if (submission.wrap == null) {
      if (!submission.ignorePbs && component == 0) {
        for (Directives.Translated t : directives.foreign()) {
          words.options().stream().filter(o -> o.name().equals(t.option())).findFirst().ifPresent(o -> words.take(o, t.value()));
        }
      }
      Getopt getopt = words.getopt(directives.words(component));
      for (int value = getopt.next(); value != Getopt.END; value = getopt.next()) {
        JobOption option = words.option(value);
        switch (option.name()) {
          case "help", "usage", "version", "wrap", "test-only" -> {
            if (option.name().equals("test-only")) {
              words.take(option, null);
            }
          }
          default -> words.take(option, getopt.argument());
        }
      }
      if (!getopt.operands().isEmpty()) {
        throw directives.invalid(getopt.operands().get(0));
      }
    }
    Getopt getopt = words.getopt(line);
    for (int value = getopt.next(); value != Getopt.END; value = getopt.next()) {
      words.take(words.option(value), getopt.argument());
    }
  }

  private int submit(int type, SlurmBody job) {
    for (int tries = 1; ; tries++) {
      int error;
      try {
        Frame answer = client.controller().exchange(type, job);
        if (answer.type() == SUBMIT_ANSWER) {
          return accepted(SubmitBatchJobResponse.read(answer.body(), client.controller().number()));
        }
        error = refused(answer);
      } catch (RequestFailed e) {
        error = e.number();
      }
      String message =
          switch (error) {
            case MAX_JOB_COUNT, PORTS_BUSY, TRY_AGAIN -> "Slurm temporarily unable to accept job, sleeping and retrying";
            case NODES_BUSY -> "Slurm controller not responding, sleeping and retrying";
            default -> null;
          };
      if (message == null || tries >= MOST_TRIES) {
        client.error("Batch job submission failed: " + new RequestFailed(error).text(version));
        return failed();
      }
      if (tries == 1) {
        client.error(message);
      } else {
        client.console().complain("sbatch: " + message);
      }
      Polling.sleepSeconds(tries);
    }
  }

  private static int failed() {
    throw new Exit(1);
  }

  /** The code of a refusal; what the controller says about it is printed. */
  private int refused(Frame answer) {
    if (answer.type() == RETURN_CODE_TEXT) {
      ReturnCodeTextMsg text = ReturnCodeTextMsg.read(answer.body(), client.controller().number());
      lines(text.errMsg(), true);
      return (int) text.returnCode();
    }
    return org.slurmctldj.client.rpc.Controller.returnCode(answer);
  }

  private void lines(String text, boolean asError) {
    if (text != null && !text.isEmpty()) {
      for (String line : text.split("\n")) {
        if (asError) {
          client.error(line);
        } else if (!submission.quiet) {
          client.console().complain("sbatch: " + line);
        }
      }
    }
  }

  private int accepted(SubmitBatchJobResponse answer) {
    if (answer.errorCode() != 0 && answer.errorCode() != JOB_HELD && answer.jobId() == 0) {
      lines(answer.jobSubmitUserMsg(), true);
      client.error("Batch job submission failed: " + new RequestFailed((int) answer.errorCode()).text(version));
      return failed();
    }
    lines(answer.jobSubmitUserMsg(), false);
    if (!submission.quiet) {
      client.console().println(submission.parsable ? Long.toString(answer.jobId()) : "Submitted batch job " + answer.jobId());
    }
    client.console().flush();
    return submission.wait ? new Polling(client).untilEnd(answer.jobId()) : 0;
  }

  private JobWillRunResponse askWillRun(JobDescMsg job) {
    int error;
    try {
      Frame answer = client.controller().exchange(WILL_RUN, job);
      if (answer.type() == WILL_RUN_ANSWER) {
        return JobWillRunResponse.read(answer.body(), client.controller().number());
      }
      error = refused(answer);
    } catch (RequestFailed e) {
      error = e.number();
    }
    client.console().complain("allocation failure: " + new RequestFailed(error).text(version));
    throw new Exit(1);
  }

  private int willRun(JobWillRunResponse answer) {
    lines(answer.jobSubmitUserMsg(), false);
    if (!submission.quiet) {
      LocalTime time = LocalTime.of(client.env("SLURM_TIME_FORMAT"), System.currentTimeMillis() / 1000, client.program(), client.console());
      StringBuilder b = new StringBuilder("sbatch: Job ").append(answer.jobId());
      b.append(" to start at ").append(time.text(answer.startTime()));
      b.append(" using ").append(answer.procCnt()).append(" processors on nodes ").append(answer.nodeList());
      b.append(" in partition ").append(answer.partName());
      client.console().complain(b.toString());
      if (answer.jobIdPtr() != null && !answer.jobIdPtr().isEmpty()) {
        StringBuilder p = new StringBuilder("sbatch:   Preempts: ");
        for (int i = 0; i < answer.jobIdPtr().size(); i++) {
          p.append(i == 0 ? "" : ",").append(answer.jobIdPtr().get(i));
        }
        client.console().complain(p.toString());
      }
    }
    return 0;
  }
}
