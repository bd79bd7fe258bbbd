package org.slurmctldj.client.sbcast;

import java.util.List;
import java.util.Map;
import org.slurmctldj.client.bcast.Broadcast;
import org.slurmctldj.client.bcast.BroadcastOptions;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.cli.Getopt;
import org.slurmctldj.client.cli.HelpText;
import org.slurmctldj.client.cli.Strtol;
import org.slurmctldj.client.job.ByteNames;
import org.slurmctldj.client.job.JobOption;
import org.slurmctldj.client.job.StepSelection;
import org.slurmctldj.proto.wire.ProtocolVersion;

/** sbcast: copies a file to the nodes of a job or step. */
public final class Sbcast {
  /** Our own words. */
  private static final String HELP =
      """
      sbcast [OPTIONS] SOURCE DEST
        -C, --compress[=LIBRARY] blocks are compressed on their way: lz4 or none
            --exclude=PATHS      directories whose libraries --send-libs leaves out
        -f, --force              replace DEST where it exists
      <  -F, --fanout=N           nodes that are sent to from here, the others by them
      >      --treewidth=N        nodes that are sent to from here, the others by them
        -j, --jobid=JOB[+HET][.STEP]
                                 the job or step on whose nodes DEST is made; within a job: this one
        -p, --preserve           times of SOURCE go with it
            --send-libs[=yes|no] the libraries that SOURCE is linked with go to DEST_libs
        -s, --size=BYTES[k|m]    how much goes in one message
        -t, --timeout=SECONDS    how long to wait for a node
        -v, --verbose            say what is done
        -V, --version            the version
            --help, --usage      this text, a shorter one
      """;

  private final Client client;
  private final boolean old;
  private final List<JobOption> options;
  private BroadcastOptions request;
  private StepSelection target;

  public Sbcast(Client client) {
    this.client = client;
    this.old = client.release() < ProtocolVersion.V23_02;
    this.options = SbcastOptions.of(client.release());
  }

  public int run() {
    request = new BroadcastOptions(client);
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
    return new Broadcast(client, request, target).run() & 0xff;
  }

  /** A path as it is; a bare name lies in BcastParameters' DestDir, else in the working directory. */
  private String destination(String name) {
    if (name.startsWith("/")) {
      return name;
    }
    String directory = BroadcastOptions.directory(client.conf());
    return (directory != null ? directory : ByteNames.workingDirectory(client.env("PWD"))) + "/" + name;
  }

  // ---- options

  private List<String> parse() {
    for (JobOption option : options) {
      String value = option.variable().isEmpty() ? null : client.env(option.variable());
      if (value != null && option.name().equals("send-libs")) {
        sendLibs(value, option.variable());
      } else if (value != null) {
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
      case "compress" -> request.compression = BroadcastOptions.compression(client, value);
      case "exclude" -> request.exclude = value;
      case "fanout", "treewidth" -> request.fanout = (int) Strtol.value(value);
      case "force" -> request.force = true;
      case "jobid" -> target = StepSelection.parse(client, value);
      case "preserve" -> request.preserve = true;
      case "send-libs" -> sendLibs(value, "--send-libs");
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

  private void sendLibs(String value, String where) {
    Boolean wanted = BroadcastOptions.sendLibs(value);
    if (wanted == null) {
      client.error("Ignoring unrecognized " + where + " value '" + value + "'");
    } else {
      request.sendLibs = wanted;
    }
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
      return BroadcastOptions.BLOCK;
    }
    return (int) Math.min(Integer.MAX_VALUE, number.value() * factor);
  }

  private void describe() {
    say("-----------------------------");
    say("block_size = " + request.blockSize);
    say("compress   = " + request.compression.number());
    say("exclude    = " + request.exclude);
    say("force      = " + request.force);
    say((old ? "fanout     = " : "treewidth     = ") + request.fanout);
    say("preserve   = " + request.preserve);
    say("send_libs  = " + request.sendLibs);
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
