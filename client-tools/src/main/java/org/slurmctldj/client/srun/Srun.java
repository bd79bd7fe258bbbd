package org.slurmctldj.client.srun;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.cli.Getopt;
import org.slurmctldj.client.job.Allocator;
import org.slurmctldj.client.job.ByteNames;
import org.slurmctldj.client.job.DefinedOptions;
import org.slurmctldj.client.job.JobDescription;
import org.slurmctldj.client.job.JobHelp;
import org.slurmctldj.client.job.JobOption;
import org.slurmctldj.client.job.JobShape;
import org.slurmctldj.client.job.JobWords;
import org.slurmctldj.client.job.NodeCount;
import org.slurmctldj.client.job.Submission;
import org.slurmctldj.client.rpc.Controller;
import org.slurmctldj.client.rpc.RequestFailed;
import org.slurmctldj.client.text.LocalTime;
import org.slurmctldj.proto.os.IgnoredSignals;
import org.slurmctldj.proto.slurm.HetJobAllocInfoRequest;
import org.slurmctldj.proto.slurm.HetJobAllocationResponse;
import org.slurmctldj.proto.slurm.JobDescMsg;
import org.slurmctldj.proto.slurm.JobWillRunResponse;
import org.slurmctldj.proto.slurm.ResourceAllocationResponse;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.ProtocolVersion;
import sun.misc.Signal;

/** srun: runs tasks on the nodes of an allocation, which it gets itself or finds in its environment. */
public final class Srun {
  private static final int SIGHUP = 1;
  private static final int SIGINT = 2;
  private static final int SIGTERM = 15;
  private static final int ALLOCATION_INFO = 4027;
  private static final int ALLOCATIONS = 4026;
  private static final int INVALID_JOB_ID = 2017;

  private final Client client;
  private final int version;
  private final boolean old;
  private final JobWords words;
  private Submission s;
  private final Set<String> onCommandLine = new HashSet<>();
  private volatile StepRun step;

  public Srun(Client client) {
    this.client = client;
    this.version = client.release();
    this.old = version < ProtocolVersion.V23_02;
    this.words = new JobWords(client, JobHelp.Tool.SRUN, SrunOptions.of(version));
    this.s = words.submission();
  }

  public int run() {
    try {
      return start();
    } catch (Exit e) {
      throw JobWords.failure(client, e);
    }
  }

  private int start() {
    IgnoredSignals.heed(SIGINT, SIGTERM, SIGHUP);
    client.conf();
    List<List<String>> lines = componentLines();
    if (lines.size() > 1) {
      return together(lines);
    }
    List<String> argv = options(lines.get(0));
    if (s.testOnly) {
      return test();
    }
    return s.jobId == 0 ? alone(argv) : inside(argv);
  }

  /** What stands between colons: options and a command each. */
  private List<List<String>> componentLines() {
    List<List<String>> lines = new ArrayList<>();
    List<String> line = new ArrayList<>();
    for (String word : client.arguments()) {
      if (word.equals(":")) {
        lines.add(line);
        line = new ArrayList<>();
      } else {
        line.add(word);
      }
    }
    lines.add(line);
    return lines;
  }

  /** Takes the options of a line; its command. */
  private List<String> options(List<String> line) {
    List<String> command = parse(line);
    if (s.verbose > 0) {
      throw client.unsupported("--verbose");
    }
    if ("list".equals(s.mpi)) {
      throw client.unsupported("--mpi=list");
    }
    HetGroups.check(client, s.hetGroup);
    if (command.isEmpty() && !s.testOnly) {
      throw client.fatal("No command given to execute.");
    }
    List<String> argv = command;
    if (s.multiProg) {
      argv = programs(command);
    } else if (!command.isEmpty()) {
      argv = new ProgramBroadcast(client, s, StepRun.directory(client, s)).found(command);
    }
    if (s.jobName == null || !onCommandLine.contains("job-name") && s.jobId == 0) {
      s.jobName = s.jobName != null && s.jobId == 0 ? s.jobName : baseName(command);
    }
    return argv;
  }

  // ---- several components

  private record Component(
      Submission options, List<DefinedOptions.Given> given, Set<String> onCommandLine, List<String> argv) {}

  private int together(List<List<String>> lines) {
    List<Component> components = new ArrayList<>();
    for (List<String> line : lines) {
      if (!components.isEmpty()) {
        onCommandLine.clear();
        s = words.next();
      }
      List<String> argv = options(line);
      components.add(new Component(s, words.given(), Set.copyOf(onCommandLine), argv));
    }
    s = components.get(0).options();
    if (components.stream().anyMatch(x -> x.options().testOnly)) {
      throw client.unsupported("--test-only of a heterogeneous job");
    }
    return s.jobId == 0 ? aloneTogether(components) : insideTogether(components);
  }

  private int aloneTogether(List<Component> components) {
    List<JobShape> shapes = new ArrayList<>();
    List<JobDescMsg> jobs = new ArrayList<>();
    for (Component x : components) {
      s = x.options();
      shapes.add(shape());
      JobDescMsg job = new JobDescription(client, old, s).build(shapes.getLast()).waitAllNodes(1);
      jobs.add(job.argv((old ? x.argv().subList(0, 1) : x.argv()).toArray(new String[0])));
    }
    s = components.get(0).options();
    try (Allocator allocator = new Allocator(client, s, new Listener())) {
      for (String name : new String[] {"INT", "TERM", "HUP", "USR1"}) {
        Signal.handle(new Signal(name), signal -> allocator.interrupt(signal.getNumber()));
      }
      List<ResourceAllocationResponse> allocations;
      try {
        allocations = allocator.allocate(jobs);
      } catch (Allocator.Refused e) {
        return refused(allocator, e.number());
      }
      int status = 1 << 8;
      try {
        if (!allocator.awaitReady(true)) {
          client.error("Job allocation " + allocator.job() + " has been revoked");
          return 1;
        }
        if (allocator.hasWaited()) {
          allocations.forEach(a -> allocator.info("Nodes " + a.nodeList() + " are ready for job"));
        }
        List<StepRun> runs = new ArrayList<>();
        for (int i = 0; i < components.size(); i++) {
          s = components.get(i).options();
          SrunJob job = job(allocations.get(i), shapes.get(i));
          runs.add(new StepRun(client, old, s, job, components.get(i).argv()));
        }
        s = components.get(0).options();
        step = runs.get(0);
        status = HetStep.run(allocator.job(), runs, null);
      } finally {
        allocator.complete(status);
      }
      return StepTasks.code(status);
    }
  }

  private SrunJob job(ResourceAllocationResponse allocation, JobShape shape) {
    int nodes = (int) allocation.nodeCnt();
    int ntasks = shape.ntasksSet() ? (int) shape.ntasks() : (int) Math.max(shape.ntasks(), nodes);
    if (!shape.ntasksSet() && s.ntasksPerNode != Submission.UNSET) {
      ntasks = nodes * s.ntasksPerNode;
    }
    return new SrunJob(allocation, true, nodes, ntasks, shape.ntasksSet());
  }

  /** Within a heterogeneous job each component's command goes to those that {@code --het-group} names, or to its own place. */
  private int insideTogether(List<Component> components) {
    List<ResourceAllocationResponse> allocations = existing();
    if (allocations.size() == 1) {
      return insidePlain(components, allocations.get(0));
    }
    StepRun[] runs = new StepRun[allocations.size()];
    for (int i = 0; i < components.size(); i++) {
      s = components.get(i).options();
      words.goOn(s, components.get(i).given());
      onCommandLine.clear();
      onCommandLine.addAll(components.get(i).onCommandLine());
      place(runs, allocations, HetGroups.of(client, s.hetGroup, i, allocations.size() - 1), components.get(i).argv());
    }
    return launch(allocations, runs);
  }

  /** Within a plain job each component has nodes of its own: one, unless it says how many. */
  private int insidePlain(List<Component> components, ResourceAllocationResponse allocation) {
    List<StepRun> runs = new ArrayList<>();
    for (Component x : components) {
      s = x.options();
      int nodes = x.onCommandLine().contains("nodes") ? (int) s.nodes.min() : 1;
      boolean tasksGiven = s.ntasks != Submission.UNSET;
      int ntasks = tasksGiven ? s.ntasks : s.ntasksPerNode != Submission.UNSET ? nodes * s.ntasksPerNode : nodes;
      s.nodes = new NodeCount(nodes, nodes, null);
      runs.add(new StepRun(client, old, s, new SrunJob(allocation, false, nodes, ntasks, tasksGiven), x.argv()));
    }
    step = runs.get(0);
    return StepTasks.code(HetStep.runWithin(client, allocation.stepId().jobId(), (int) allocation.nodeCnt(), runs));
  }

  private void place(StepRun[] runs, List<ResourceAllocationResponse> allocations, List<Integer> groups, List<String> argv) {
    for (int group : groups) {
      if (runs[group] != null) {
        throw client.fatal("Duplicate het groups in single srun not supported");
      }
      // A step's size is worked out in its options: each group has its own.
      String name = s.jobName;
      s = words.again(words.given());
      s.jobName = name;
      runs[group] = new StepRun(client, old, s, within(allocations.get(group)), argv);
    }
  }

  private int launch(List<ResourceAllocationResponse> allocations, StepRun[] runs) {
    List<StepRun> parts = new ArrayList<>();
    for (StepRun r : runs) {
      if (r != null) {
        parts.add(r);
      }
    }
    step = parts.get(0);
    return StepTasks.code(HetStep.run(allocations.get(0).stepId().jobId(), parts, HetGroups.mask(runs)));
  }

  private static String baseName(List<String> command) {
    String word = command.isEmpty() ? "" : command.get(0);
    return word.substring(word.lastIndexOf('/') + 1);
  }

  /** The file of --multi-prog, as it goes to the nodes: its name and its text. */
  private List<String> programs(List<String> command) {
    try {
      String text = Files.readString(ByteNames.path(command.get(0)), StandardCharsets.ISO_8859_1);
      List<String> argv = new ArrayList<>(command);
      argv.add(1, text);
      if (s.ntasks == Submission.UNSET) {
        int most = MultiProgram.tasks(text);
        if (most > 0) {
          s.ntasks = most;
        }
      }
      return argv;
    } catch (IOException e) {
      client.error("Could not open multi_prog config file " + command.get(0));
      throw new Exit(1);
    }
  }

  // ---- an allocation of its own

  private final class Listener implements Allocator.Listener {
    private final boolean quiet = s.quiet;

    @Override
    public void revoked(long job) {
      StepRun running = step;
      if (running != null) {
        running.revoked();
      }
    }

    @Override
    public void message(String text) {
      if (!quiet) {
        client.console().complain("srun: " + text);
      }
    }

    @Override
    public void nodesFailed(String nodes) {
      client.error("Node failure on " + nodes);
    }
  }

  private int alone(List<String> argv) {
    JobShape shape = shape();
    JobDescription description = new JobDescription(client, old, s);
    try (Allocator allocator = new Allocator(client, s, new Listener())) {
      for (String name : new String[] {"INT", "TERM", "HUP", "USR1"}) {
        Signal.handle(new Signal(name), signal -> allocator.interrupt(signal.getNumber()));
      }
      ResourceAllocationResponse allocation;
      try {
        JobDescMsg job = description.build(shape).waitAllNodes(1);
        job.argv((old ? argv.subList(0, 1) : argv).toArray(new String[0]));
        allocation = allocator.allocate(job);
      } catch (Allocator.Refused e) {
        return refused(allocator, e.number());
      }
      int status = 1 << 8;
      try {
        if (!allocator.awaitReady(true)) {
          client.error("Job allocation " + allocator.job() + " has been revoked");
          return 1;
        }
        if (allocator.hasWaited()) {
          allocator.info("Nodes " + allocation.nodeList() + " are ready for job");
        }
        step = new StepRun(client, old, s, job(allocation, shape), argv);
        status = step.run();
      } finally {
        allocator.complete(status);
      }
      return StepTasks.code(status);
    }
  }

  private JobShape shape() {
    new JobDescription(client, old, s).check();
    return JobShape.of(client, old, s);
  }

  private int refused(Allocator allocator, int number) {
    if (allocator.signal() != 0) {
      allocator.info("Job allocation " + allocator.job() + " has been revoked");
      return 1;
    }
    String text = number == Allocator.TIMED_OUT ? "Connection timed out" : new RequestFailed(number).text(version);
    client.error("Unable to allocate resources: " + text);
    String code = client.env("SLURM_EXIT_IMMEDIATE");
    boolean immediate = s.immediate > 0 && (number == Allocator.TIMED_OUT || number == Allocator.NODES_BUSY);
    if (immediate && code != null && code.matches("[0-9]{1,3}")) {
      return Integer.parseInt(code);
    }
    throw new Exit(1);
  }

  private int test() {
    JobShape shape = shape();
    try (Allocator allocator = new Allocator(client, s, new Listener())) {
      JobDescMsg job = new JobDescription(client, old, s).build(shape);
      JobWillRunResponse answer = allocator.willRun(job);
      LocalTime time = LocalTime.of(client.env("SLURM_TIME_FORMAT"), System.currentTimeMillis() / 1000, client.program(), client.console());
      allocator.info(
          "Job " + answer.jobId() + " to start at " + time.text(answer.startTime()) + " using " + answer.procCnt()
              + " processors on nodes " + answer.nodeList() + " in partition " + answer.partName());
      return 0;
    } catch (Allocator.Refused e) {
      client.console().complain("allocation failure: " + new RequestFailed(e.number()).text(version));
      throw new Exit(1);
    }
  }

  // ---- within an allocation

  private int inside(List<String> argv) {
    List<ResourceAllocationResponse> allocations = existing();
    if (allocations.size() > 1) {
      StepRun[] runs = new StepRun[allocations.size()];
      place(runs, allocations, HetGroups.of(client, s.hetGroup, 0, allocations.size() - 1), argv);
      return launch(allocations, runs);
    }
    if (s.hetGroup != null && !HetGroups.of(client, s.hetGroup, 0, 0).equals(List.of(0))) {
      throw new Exit(1);
    }
    step = new StepRun(client, old, s, within(allocations.get(0)), argv);
    return StepTasks.code(step.run());
  }

  /** How large a step that allocation is to have. */
  private SrunJob within(ResourceAllocationResponse allocation) {
    int all = (int) allocation.nodeCnt();
    boolean nodesAsked = onCommandLine.contains("nodes");
    int nodes = s.nodes == null ? all : (int) s.nodes.min();
    boolean tasksGiven = s.ntasks != Submission.UNSET;
    if (tasksGiven && s.ntasks < nodes) {
      if (s.nodes != null) {
        client
            .console()
            .complain(
                "srun: " + (old ? "Warning" : "warning") + ": can't run " + s.ntasks + " processes on " + nodes + " nodes, setting nnodes to " + s.ntasks);
      }
      nodes = s.ntasks;
    }
    if (nodes > all && !nodesAsked) {
      nodes = all;
    }
    if (nodes > all) {
      client.error("Only allocated " + all + " nodes asked for " + nodes);
      throw new Exit(1);
    }
    if (s.relative != Submission.UNSET && s.relative + nodes > all) {
      String option = nodesAsked ? "-N" : "SLURM_JOB_NUM_NODES";
      client.error(
          "--relative and " + option + " option incompatible with count of allocated nodes (" + s.relative + "+" + nodes + ">" + all + ")");
      throw new Exit(1);
    }
    int ntasks = tasksGiven ? s.ntasks : s.ntasksPerNode != Submission.UNSET ? nodes * s.ntasksPerNode : nodes;
    s.nodes = new NodeCount(nodes, s.nodes == null || s.nodes.max() < nodes || !nodesAsked ? nodes : s.nodes.max(), null);
    return new SrunJob(allocation, false, nodes, ntasks, tasksGiven);
  }

  /** The allocation that srun runs in, or those of all components. */
  private List<ResourceAllocationResponse> existing() {
    int error;
    try {
      Frame answer = client.controller().exchange(ALLOCATION_INFO, new HetJobAllocInfoRequest().jobId(s.jobId));
      if (answer.type() == ALLOCATIONS) {
        return HetJobAllocationResponse.read(answer.body(), client.controller().number()).allocations();
      }
      error = Controller.returnCode(answer);
    } catch (RequestFailed e) {
      error = e.number();
    }
    client.error("Unable to confirm allocation for job " + s.jobId + ": " + new RequestFailed(error).text(version));
    if (error == INVALID_JOB_ID || error == Allocator.ALREADY_DONE) {
      client.console().complain("srun: Check SLURM_JOB_ID environment variable. Expired or invalid job " + s.jobId);
    }
    throw new Exit(1);
  }

  // ---- options

  private List<String> parse(List<String> line) {
    words.variables("SLURM_WAIT4SWITCH", this::variable);
    Getopt getopt = words.getopt(line);
    boolean memory = false;
    for (int value = getopt.next(); value != Getopt.END; value = getopt.next()) {
      JobOption option = words.option(value);
      onCommandLine.add(option.name());
      if (option.name().startsWith("mem") && !option.name().equals("mem-bind") && !memory) {
        memory = true;
        s.memPerNode = Submission.UNSET;
        s.memPerCpu = Submission.UNSET;
        s.memPerGpu = Submission.UNSET;
      }
      words.take(option, getopt.argument());
    }
    return getopt.operands();
  }

  private boolean variable(JobOption option, String name, String value) {
    boolean ofStreams = option.argument() == Getopt.REQUIRED_ARGUMENT && "input output error".contains(option.name());
    if (old && name.startsWith("SRUN_") && ofStreams || !counts(option, value)) {
      return false;
    }
    words.take(option, value.isEmpty() && option.argument() != Getopt.REQUIRED_ARGUMENT ? null : value);
    return true;
  }

  /** Variables that a step's own environment holds for another reason, and switches that are off. */
  private boolean counts(JobOption option, String value) {
    if (option.name().equals("immediate") && value.isEmpty()) {
      return true;
    }
    boolean flag = option.argument() == Getopt.NO_ARGUMENT;
    if (flag && (value.equals("0") || value.equalsIgnoreCase("no") || value.equalsIgnoreCase("false"))) {
      return false;
    }
    return switch (option.name()) {
      // what srun itself sets for its tasks
      case "verbose", "slurmd-debug" -> false;
      // the job's name names a step only where srun makes the job
      case "job-name", "partition", "account", "qos", "reservation" ->
          client.env("SLURM_JOB_ID") == null;
      default -> option.works();
    };
  }
}
