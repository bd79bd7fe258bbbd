package org.slurmctldj.client.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.cli.Getopt;
import org.slurmctldj.proto.text.TimeLimit;
import org.slurmctldj.proto.wire.ProtocolVersion;

/**
 * The options of sbatch, salloc and srun on their way from variables and a command line into a {@link Submission}, one
 * component of a heterogeneous job after the other.
 */
public final class JobWords {
  private final Client client;
  private final JobHelp.Tool tool;
  private final boolean old;
  private final List<JobOption> options;
  private final Map<Integer, JobOption> byValue;
  private final List<DefinedOptions.Given> given = new ArrayList<>();
  private Submission submission;
  private OptionReader reader;

  /** Whether a variable that is set counts as that option, and what is done with it. */
  @FunctionalInterface
  public interface Variable {
    boolean take(JobOption option, String name, String value);
  }

  /** @param options those of the client's release */
  public JobWords(Client client, JobHelp.Tool tool, List<JobOption> options) {
    this.client = client;
    this.tool = tool;
    this.old = client.release() < ProtocolVersion.V23_02;
    this.options = options;
    this.byValue = JobOption.byValue(options);
    goOn(new Submission(), List.of());
  }

  public List<JobOption> options() {
    return options;
  }

  /** What has been read of the present component. */
  public Submission submission() {
    return submission;
  }

  /** Options of the present component in the order in which they were given. */
  public List<DefinedOptions.Given> given() {
    return List.copyOf(given);
  }

  // ---- components

  /** The next component: it begins with what holds for it of the one before. */
  public Submission next() {
    return again(HetComponents.kept(given));
  }

  /** A submission of its own that is told these options. */
  public Submission again(List<DefinedOptions.Given> words) {
    List<DefinedOptions.Given> all = List.copyOf(words);
    goOn(new Submission(), List.of());
    all.forEach(g -> take(g.option(), g.value()));
    return submission;
  }

  /** Back to a component that was read before. */
  public void goOn(Submission of, List<DefinedOptions.Given> itsWords) {
    List<DefinedOptions.Given> all = List.copyOf(itsWords);
    given.clear();
    given.addAll(all);
    submission = of;
    reader = new OptionReader(client, old, of);
  }

  // ---- where words come from

  /**
   * Each option's variables, of which the first that counts is taken.
   *
   * @param waitForSwitch the variable of --switches' time, which has no option of its own
   */
  public void variables(String waitForSwitch, Variable variable) {
    for (JobOption option : options) {
      for (String name : option.variable().split(",")) {
        String value = name.isEmpty() ? null : client.env(name);
        if (value != null && variable.take(option, name, value)) {
          break;
        }
      }
    }
    String wait = client.env(waitForSwitch);
    if (wait != null) {
      submission.switchWait = TimeLimit.seconds(wait);
    }
  }

  public Getopt getopt(List<String> words) {
    return new Getopt(client.program(), JobOption.shortOptions(options), JobOption.longOptions(options), words, client.console());
  }

  /** The option that getopt has found; ends the command if it is none. */
  public JobOption option(int value) {
    if (value == Getopt.UNKNOWN) {
      unknown();
    }
    return byValue.get(value);
  }

  /** Ends the command where there is no such option; getopt has complained. */
  public void unknown() {
    client.console().complain("Try \"" + client.program() + " --help\" for more information");
    throw new Exit(255);
  }

  public void take(JobOption option, String value) {
    String text =
        switch (option.name()) {
          case "help" -> JobHelp.help(tool, old);
          case "usage" -> JobHelp.usage(tool, old);
          case "version" -> "slurm-wlm " + client.releaseName() + "\n";
          default -> null;
        };
    if (text != null) {
      client.console().print(text);
      throw new Exit(0);
    }
    given.add(new DefinedOptions.Given(option, value));
    reader.read(option, value);
  }

  // ---- what is said

  /** With -v: the options as they were understood. */
  public void show() {
    if (submission.verbose > 0 && !submission.quiet) {
      String line = " -------------------- --------------------";
      client.console().complain(client.program() + ": defined options");
      client.console().complain(client.program() + ":" + line);
      new DefinedOptions(client, options, given).print();
      client.console().complain(client.program() + ":" + line);
      client.console().complain(client.program() + ": end of defined options");
    }
  }

  /** How a command that failed ends: SLURM_EXIT_ERROR may say with which status. */
  public static Exit failure(Client client, Exit e) {
    String code = client.env("SLURM_EXIT_ERROR");
    return e.status() == 1 && code != null && code.matches("[0-9]{1,3}") ? new Exit(Integer.parseInt(code)) : e;
  }
}
