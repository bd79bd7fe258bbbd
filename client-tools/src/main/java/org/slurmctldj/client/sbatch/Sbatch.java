package org.slurmctldj.client.sbatch;

import java.util.ArrayList;
import java.util.List;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.rpc.RequestFailed;
import org.slurmctldj.client.text.JobStates;
import org.slurmctldj.client.text.LocalTime;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.slurm.JobDescMsg;
import org.slurmctldj.proto.slurm.JobInfo;
import org.slurmctldj.proto.slurm.JobInfoResponse;
import org.slurmctldj.proto.slurm.JobInfoSingleRequest;
import org.slurmctldj.proto.slurm.JobWillRunResponse;
import org.slurmctldj.proto.slurm.SubmitBatchJobResponse;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.ProtocolVersion;
import org.slurmctldj.proto.wire.SlurmConstants;

/** sbatch: submits a script to run later. */
public final class Sbatch {
  private static final int REQUEST_SUBMIT_BATCH_JOB = 4003;
  private static final int REQUEST_JOB_WILL_RUN = 4012;
  private static final int REQUEST_JOB_INFO_SINGLE = 2021;
  private static final int MOST_PAUSE = 10;

  private final Client client;
  private final int release;

  public Sbatch(Client client) {
    this.client = client;
    client.conf();
    this.release = client.release();
  }

  /** Gives the exit status. */
  public int run() {
    SbatchOptions first = SbatchOptions.peek(client, release);
    String path = null;
    String script;
    if (first.wrap != null) {
      if (!first.operands().isEmpty()) {
        client.error("Script arguments not permitted with --wrap option");
        return 1;
      }
      script = BatchScript.wrapped(first.wrap);
    } else {
      path = first.operands().isEmpty() ? null : located(first.operands().get(0));
      script = BatchScript.read(path, client);
      BatchScript.check(script, client);
    }
    SbatchOptions options = new SbatchOptions(client, release);
    if (first.wrap == null) {
      options.script(BatchScript.directives(script));
    }
    options.environment();
    options.commandLine();
    options.finish();
    complete(options, script, path);
    return options.testOnly ? test(options.job) : submit(options);
  }

  private static String located(String script) {
    return script.startsWith("/") ? script : JobEnvironment.workingDirectory() + "/" + script;
  }

  private void complete(SbatchOptions o, String script, String path) {
    JobDescMsg job = o.job;
    String here = JobEnvironment.workingDirectory();
    String directory = o.directory == null ? here : o.directory.startsWith("/") ? o.directory : here + "/" + o.directory;
    if (job.name() == null) {
      String base = path == null ? null : path.substring(path.lastIndexOf('/') + 1);
      job.name(o.wrap != null ? "wrap" : base == null ? "sbatch" : base);
    }
    job.script(script).workDir(directory).allocSid(JobEnvironment.session()).contiguous(job.contiguous() == 1 ? 1 : 0);
    job.stdIn(job.stdIn() == null ? "/dev/null" : within(directory, job.stdIn()));
    job.stdOut(within(directory, job.stdOut())).stdErr(within(directory, job.stdErr()));
    job.taskDist(1 << 13).memBindType(0).mailType(job.mailType() == SlurmConstants.NO_VAL16 ? 0 : job.mailType());
    if (release < ProtocolVersion.V23_02) {
      job.userId(client.uid()).groupId(ProcessFacts.effectiveGid());
    }
    List<String> argv = new ArrayList<>();
    if (path != null) {
      argv.add(path);
      argv.addAll(o.operands().subList(1, o.operands().size()));
    }
    job.argv(argv.toArray(String[]::new));
    job.submitLine(String.join(" ", prepend(client.program(), client.arguments())));
    List<String> environment =
        JobEnvironment.of(
            ProcessFacts.environment(), client.environment(), o.export, job.name(), o.jobVariables, release);
    job.environment(environment.toArray(String[]::new));
  }

  private static List<String> prepend(String first, List<String> rest) {
    List<String> all = new ArrayList<>();
    all.add(first);
    all.addAll(rest);
    return all;
  }

  private static String within(String directory, String file) {
    return file == null || file.startsWith("/") ? file : directory + "/" + file;
  }

  private int submit(SbatchOptions o) {
    SubmitBatchJobResponse answer;
    try {
      Frame frame = client.controller().ask(REQUEST_SUBMIT_BATCH_JOB, o.job);
      answer = SubmitBatchJobResponse.read(frame.body(), client.controller().number());
    } catch (RequestFailed e) {
      tellError(e.detail());
      client.error("Batch job submission failed: " + e.text(client.controller().version()));
      return 1;
    }
    tell(answer.jobSubmitUserMsg());
    long id = answer.stepId().jobId();
    if (!o.quiet) {
      client.console().println(o.parsable ? Long.toString(id) : "Submitted batch job " + id);
    }
    client.console().flush();
    return o.wait ? waitFor(id) : 0;
  }

  private void tell(String message) {
    if (message != null) {
      for (String line : message.split("\n")) {
        client.console().complain(client.program() + ": " + line);
      }
    }
  }

  private void tellError(String message) {
    if (message != null) {
      for (String line : message.split("\n")) {
        client.error(line);
      }
    }
  }

  private int test(JobDescMsg job) {
    JobWillRunResponse answer;
    try {
      Frame frame = client.controller().ask(REQUEST_JOB_WILL_RUN, job);
      if (frame.type() == 8001) {
        return 0;
      }
      answer = JobWillRunResponse.read(frame.body(), client.controller().number());
    } catch (RequestFailed e) {
      tellError(e.detail());
      client.console().complain("allocation failure: " + e.text(client.controller().version()));
      return 1;
    }
    tell(answer.jobSubmitUserMsg());
    LocalTime clock =
        LocalTime.of(client.env("SLURM_TIME_FORMAT"), System.currentTimeMillis() / 1000, client.program(), client.console());
    client
        .console()
        .complain(
            client.program() + ": Job " + answer.stepId().jobId() + " to start at " + clock.text(answer.startTime(), 256) + " using "
                + answer.procCnt() + " processors on nodes " + answer.nodeList() + " in partition " + answer.partName());
    return 0;
  }

  // ---- --wait

  private int waitFor(long id) {
    int pause = 2;
    while (true) {
      pause(pause);
      pause = Math.min(pause + 2, MOST_PAUSE);
      List<JobInfo> jobs;
      try {
        Frame frame = client.controller().ask(REQUEST_JOB_INFO_SINGLE, new JobInfoSingleRequest().jobId(id).showFlags(1));
        jobs = JobInfoResponse.read(frame.body(), client.controller().number()).jobs();
      } catch (RequestFailed e) {
        client.error("Job no longer found and exit code not found");
        return 1;
      }
      int worst = 0;
      boolean running = false;
      for (JobInfo job : jobs) {
        boolean over =
            JobStates.base(job.jobState()) >= JobStates.COMPLETED && (job.jobState() & JobStates.COMPLETING) == 0;
        running |= !over;
        int code = (int) job.exitCode();
        worst = Math.max(worst, (code & 0x7f) != 0 ? 1 : code >> 8 & 0xff);
      }
      if (!running) {
        return worst;
      }
    }
  }

  private static void pause(int seconds) {
    try {
      Thread.sleep(seconds * 1000L);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Exit(1);
    }
  }
}
