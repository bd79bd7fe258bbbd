package org.slurmctldj.client.sbcast;

import java.util.List;
import java.util.Map;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.cli.Getopt;
import org.slurmctldj.client.cli.HelpText;
import org.slurmctldj.client.cli.Strtol;
import org.slurmctldj.client.job.ByteNames;
import org.slurmctldj.client.job.JobOption;
import org.slurmctldj.client.job.StepSelection;
import org.slurmctldj.client.rpc.Controller;
import org.slurmctldj.client.rpc.RequestFailed;
import org.slurmctldj.proto.slurm.JobSbcastCredResponse;
import org.slurmctldj.proto.slurm.SelectedStep;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.ProtocolVersion;
import org.slurmctldj.proto.wire.SlurmConstants;

/** sbcast: copies a file to the nodes of a job or step. */
public final class Sbcast {
  private static final int CREDENTIAL = 4023;
  private static final int CREDENTIAL_ANSWER = 4024;
  private static final int FAILED = 255;
  private static final String EXCLUDED = "/lib,/usr/lib,/lib64,/usr/lib64";

  /** Our own words. */
  private static final String HELP =
      """
      sbcast [OPTIONS] SOURCE DEST
        -C, --compress[=LIBRARY] none; lz4 is not supported
            --exclude=PATHS      directories whose libraries --send-libs leaves out
        -f, --force              replace DEST where it exists
      <  -F, --fanout=N           nodes that are sent to from here, the others by them
      >      --treewidth=N        nodes that are sent to from here, the others by them
        -j, --jobid=JOB[+HET][.STEP]
                                 the job or step on whose nodes DEST is made; within a job: this one
        -p, --preserve           times of SOURCE go with it
            --send-libs[=yes|no] not supported
        -s, --size=BYTES[k|m]    how much goes in one message
        -t, --timeout=SECONDS    how long to wait for a node
        -v, --verbose            say what is done
        -V, --version            the version
            --help, --usage      this text, a shorter one
      """;

  private final Client client;
  private final boolean old;
  private final List<JobOption> options;
  private final Broadcast.Request request = new Broadcast.Request();
  private StepSelection target;

  public Sbcast(Client client) {
    this.client = client;
    this.old = client.release() < ProtocolVersion.V23_02;
    this.options = SbcastOptions.of(client.release());
  }

  public int run() {
    client.conf();
    List<String> files = parse();
    if (files.size() != 2) {
      client.console().complain("Need two file names, have " + files.size() + " names");
      client.console().complain("Try \"sbcast --help\" for more information");
      return 1;
    }
    request.source = files.get(0);
    request.destination = destination(files.get(1));
    if (files.get(1).endsWith("/")) {
      client.error("Target filename cannot be a directory.");
      return 1;
    }
    if (target == null) {
      String id = client.env("SLURM_JOB_ID") != null ? client.env("SLURM_JOB_ID") : client.env("SLURM_JOBID");
      if (id == null) {
        client.error("Need a job id to run this command.  Run from within a Slurm job or use the --jobid option.");
        return 1;
      }
      target = StepSelection.parse(client, id);
    }
    if (request.verbose > 0) {
      describe();
    }
    Broadcast broadcast = new Broadcast(client, request);
    broadcast.open();
    return broadcast.send(credential());
  }

  /** A path as it is; a bare name lies in BcastParameters' DestDir, else in the working directory. */
  private String destination(String name) {
    if (name.startsWith("/")) {
      return name;
    }
    String directory = parameter("destdir");
    return (directory != null ? directory : ByteNames.workingDirectory(client.env("PWD"))) + "/" + name;
  }

  /** A value of BcastParameters; null: not set. */
  private String parameter(String key) {
    for (String word : client.conf().text("BcastParameters").orElse("").split(",")) {
      int equals = word.indexOf('=');
      if ((equals < 0 ? word : word.substring(0, equals)).strip().equalsIgnoreCase(key)) {
        return equals < 0 ? "" : word.substring(equals + 1);
      }
    }
    return null;
  }

  private JobSbcastCredResponse credential() {
    int error;
    SelectedStep asked = target.message();
    try {
      Frame answer = client.controller().exchange(CREDENTIAL, asked);
      if (answer.type() == CREDENTIAL_ANSWER) {
        request.version = answer.version();
        return JobSbcastCredResponse.read(answer.body(), answer.version() >> 8);
      }
      error = Controller.returnCode(answer);
    } catch (RequestFailed e) {
      error = e.number();
    }
    String step = target.step() == SlurmConstants.NO_VAL ? "" : "." + StepSelection.name(target.step());
    client.error("Slurm job " + target.job() + step + " lookup error: " + new RequestFailed(error).text(client.controller().version()));
    throw new Exit(FAILED);
  }

  // ---- options

  private List<String> parse() {
    if (parameter("compression") != null) {
      throw client.unsupported("BcastParameters=Compression");
    }
    sendLibs(parameter("send_libs"));
    for (JobOption option : options) {
      String value = option.variable().isEmpty() ? null : client.env(option.variable());
      if (value != null) {
        take(option, value);
      }
    }
    Map<Integer, JobOption> byValue = JobOption.byValue(options);
    Getopt getopt =
        new Getopt(
            client.program(), JobOption.shortOptions(options).substring(1), JobOption.longOptions(options), client.arguments(), client.console());
    for (int value = getopt.next(); value != Getopt.END; value = getopt.next()) {
      if (value == Getopt.UNKNOWN) {
        client.console().complain("Try \"sbcast --help\" for more information");
        throw new Exit(1);
      }
      take(byValue.get(value), getopt.argument());
    }
    return getopt.operands();
  }

  private void take(JobOption option, String value) {
    switch (option.name()) {
      case "compress" -> compress(value);
      case "exclude" -> request.exclude = value;
      case "fanout", "treewidth" -> request.fanout = (int) Strtol.value(value);
      case "force" -> request.force = true;
      case "jobid" -> target = StepSelection.parse(client, value);
      case "preserve" -> request.preserve = true;
      case "send-libs" -> sendLibs(value == null ? "yes" : value);
      case "size" -> request.blockSize = size(value);
      case "timeout" -> request.timeoutSeconds = (int) Strtol.value(value);
      case "verbose" -> request.verbose++;
      case "help" -> {
        client.console().print(HelpText.of(HELP, old));
        throw new Exit(0);
      }
      case "usage" -> {
        client.console().print("Usage: sbcast [options] SOURCE DEST\n");
        throw new Exit(0);
      }
      case "version" -> {
        client.console().println("slurm-wlm " + client.releaseName());
        throw new Exit(0);
      }
      default -> throw client.unsupported("--" + option.name());
    }
  }

  private void compress(String library) {
    String name = library == null ? "lz4" : library;
    if (name.equalsIgnoreCase("lz4")) {
      throw client.unsupported("--compress=lz4");
    }
    if (!name.equalsIgnoreCase("none")) {
      client.error("Compression type '" + name + "' unknown, disabling compression support.");
    }
  }

  private void sendLibs(String value) {
    if (value == null || value.equalsIgnoreCase("no")) {
      return;
    }
    if (value.isEmpty() || value.equalsIgnoreCase("yes")) {
      throw client.unsupported("--send-libs");
    }
    client.error("Ignoring unrecognized --send-libs value '" + value + "'");
  }

  /** Bytes; a letter k or m multiplies. */
  private int size(String text) {
    Strtol number = Strtol.parse(text);
    String rest = text.substring(number.end());
    long factor =
        switch (rest) {
          case "" -> 1;
          case "k", "K" -> 1024;
          case "m", "M" -> 1024 * 1024;
          default -> 0;
        };
    if (factor == 0 || number.end() == 0 || number.value() < 0) {
      client.console().complain("size specification is invalid, ignored");
      return Broadcast.BLOCK;
    }
    return (int) Math.min(Integer.MAX_VALUE, number.value() * factor);
  }

  private void describe() {
    say("-----------------------------");
    say("block_size = " + request.blockSize);
    say("compress   = 0");
    say("exclude    = " + (request.exclude == null ? EXCLUDED : request.exclude));
    say("force      = " + request.force);
    say((old ? "fanout     = " : "treewidth     = ") + request.fanout);
    say("preserve   = " + request.preserve);
    say("send_libs  = false");
    say("timeout    = " + request.timeoutSeconds);
    say("verbose    = " + request.verbose);
    say("source     = " + request.source);
    say("dest       = " + request.destination);
    say("-----------------------------");
  }

  private void say(String text) {
    client.console().complain("sbcast: " + text);
  }
}
