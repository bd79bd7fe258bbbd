package org.slurmctldj.client.salloc;

import java.util.ArrayList;
import java.util.List;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.cli.Getopt;
import org.slurmctldj.client.job.Allocator;
import org.slurmctldj.client.job.HetComponents;
import org.slurmctldj.client.job.JobDescription;
import org.slurmctldj.client.job.JobHelp;
import org.slurmctldj.client.job.JobShape;
import org.slurmctldj.client.job.JobWords;
import org.slurmctldj.client.job.Submission;
import org.slurmctldj.client.rpc.RequestFailed;
import org.slurmctldj.proto.os.ChildProcess;
import org.slurmctldj.proto.os.Terminal;
import org.slurmctldj.proto.os.UserDatabase;
import org.slurmctldj.proto.slurm.JobDescMsg;
import org.slurmctldj.proto.slurm.ResourceAllocationResponse;
import org.slurmctldj.proto.wire.ProtocolVersion;

/** salloc: gets an allocation, runs a command with it, and gives it back. */
public final class Salloc {
  private static final String DEFAULT_NAME = "interactive";

  private final Client client;
  private final int version;
  private final boolean old;
  private final JobWords words;
  private Submission s;

  public Salloc(Client client) {
    this.client = client;
    this.version = client.release();
    this.old = version < ProtocolVersion.V23_02;
    this.words = new JobWords(client, JobHelp.Tool.SALLOC, SallocOptions.of(version));
    this.s = words.submission();
  }

  public int run() {
    try {
      return allocate();
    } catch (Exit e) {
      throw e.status() == 1 ? new Exit(errorStatus()) : e;
    }
  }

  private int errorStatus() {
    return status("SLURM_EXIT_ERROR");
  }

  private int status(String variable) {
    String code = client.env(variable);
    return code != null && code.matches("[0-9]{1,3}") ? Integer.parseInt(code) : 1;
  }

  /** A component's options, what it comes to, and what is asked for it. */
  private record Component(Submission options, JobShape shape, JobDescMsg job) {}

  private int allocate() {
    client.conf();
    HetComponents.Line line = HetComponents.split(client.arguments(), words::getopt, words::unknown);
    List<Component> components = new ArrayList<>();
    List<String> command = line.command();
    for (List<String> part : line.parts()) {
      if (!components.isEmpty()) {
        s = words.next();
      }
      List<String> rest = parse(part);
      command = line.isHet() ? command : rest;
      components.add(component(command));
    }
    Submission first = components.get(0).options();
    List<String> run = command;
    if (run.isEmpty() && !first.noShell) {
      run = shell();
    }
    CommandRun commandRun = new CommandRun(client, first);
    s = first;
    try (Allocator allocator = new Allocator(client, first, commandRun)) {
      commandRun.use(allocator);
      return allocate(allocator, commandRun, components, run);
    }
  }

  private Component component(List<String> command) {
    if (s.jobName == null) {
      s.jobName = DEFAULT_NAME;
    }
    words.show();
    if (s.directory != null && !ChildProcess.changeDirectory(s.directory)) {
      client.error("chdir(" + s.directory + "): No such file or directory");
      throw new Exit(1);
    }
    JobDescription description = new JobDescription(client, old, s);
    description.check();
    JobShape shape = JobShape.of(client, old, s);
    JobDescMsg job = description.build(shape);
    if (!old) {
      job.argv(command.toArray(new String[0]));
    }
    return new Component(s, shape, job);
  }

  private int allocate(Allocator allocator, CommandRun run, List<Component> components, List<String> command) {
    List<ResourceAllocationResponse> allocations;
    try {
      allocations = allocator.allocate(components.stream().map(Component::job).toList());
    } catch (Allocator.Refused e) {
      return refused(allocator, e.number());
    }
    ResourceAllocationResponse allocation = allocations.get(0);
    allocator.info("Granted job allocation " + allocation.stepId().jobId());
    if (s.bell > 0 && Terminal.isTerminal(1)) {
      client.console().print("\007").flush();
    }
    boolean wait = waitsForNodes();
    if (!allocator.awaitReady(wait)) {
      if (allocator.signal() == 0) {
        client.error("Nodes " + allocation.nodeList() + " are still not ready");
      }
      return run.relinquish(1, 1);
    }
    if (old ? wait && allocator.hasWaited() : true) {
      allocations.forEach(a -> allocator.info("Nodes " + a.nodeList() + " are ready for job"));
    }
    if (s.noShell) {
      return 0;
    }
    if (run.isRevoked()) {
      client.error("Allocation was revoked for job " + allocator.job() + " before command could be run");
      return errorStatus();
    }
    AllocationEnvironment environment = new AllocationEnvironment(client, old, s);
    if (components.size() == 1) {
      return run.run(command, environment.build(allocation, components.get(0).shape()));
    }
    for (int i = 0; i < allocations.size() && i < components.size(); i++) {
      environment.component(components.get(i).options(), allocations.get(i), components.get(i).shape(), i);
    }
    return run.run(command, environment.together(allocation.stepId().jobId(), allocations.size()));
  }

  private int refused(Allocator allocator, int number) {
    String text = new RequestFailed(number).text(version);
    if (allocator.signal() != 0) {
      allocator.info("Job aborted due to signal");
      return errorStatus();
    }
    if (s.immediate > 0 && (number == Allocator.TIMED_OUT || number == Allocator.NODES_BUSY)) {
      client.error("Unable to allocate resources: " + (number == Allocator.TIMED_OUT ? "Connection timed out" : text));
      return status("SLURM_EXIT_IMMEDIATE");
    }
    client.error("Job submit/allocate failed: " + text);
    return errorStatus();
  }

  private boolean waitsForNodes() {
    if (s.waitAllNodes != Submission.UNSET) {
      return s.waitAllNodes == 1;
    }
    return !old || client.conf().text("SchedulerParameters").orElse("").contains("salloc_wait_nodes");
  }

  /** What runs without a command: the user's shell, here or, with use_interactive_step, on the first node. */
  private List<String> shell() {
    if (client.conf().text("LaunchParameters").orElse("").contains("use_interactive_step")) {
      String arguments = client.conf().text("InteractiveStepOptions").orElse("--interactive --preserve-env --pty $SHELL");
      return List.of("/bin/sh", "-c", "exec srun " + arguments);
    }
    String shell = client.env("SHELL");
    return List.of(shell != null ? shell : UserDatabase.userById(client.uid()).map(UserDatabase.User::shell).orElse("/bin/sh"));
  }

  private List<String> parse(List<String> line) {
    words.variables(
        "SALLOC_WAIT4SWITCH",
        (option, name, value) -> {
          words.take(option, value);
          return true;
        });
    Getopt getopt = words.getopt(line);
    for (int value = getopt.next(); value != Getopt.END; value = getopt.next()) {
      words.take(words.option(value), getopt.argument());
    }
    return getopt.operands();
  }
}
