package org.slurmctldj.client.srun;

import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.client.cli.Exit;
import org.slurmctldj.client.job.ByteNames;
import org.slurmctldj.client.job.Submission;
import org.slurmctldj.client.node.NodeCalls;
import org.slurmctldj.client.rpc.CallbackPort;
import org.slurmctldj.client.rpc.RequestFailed;
import org.slurmctldj.proto.os.Terminal;
import org.slurmctldj.proto.slurm.JobOptions;
import org.slurmctldj.proto.slurm.JobStepCreateRequest;
import org.slurmctldj.proto.slurm.JobStepCreateResponse;
import org.slurmctldj.proto.slurm.KillJobMsg;
import org.slurmctldj.proto.slurm.LaunchTasks;
import org.slurmctldj.proto.slurm.LaunchTasksNode;
import org.slurmctldj.proto.slurm.LaunchTasksResponse;
import org.slurmctldj.proto.slurm.SignalTasks;
import org.slurmctldj.proto.slurm.SlurmStepLayout;
import org.slurmctldj.proto.slurm.SrunNodeFail;
import org.slurmctldj.proto.slurm.SrunStepMissing;
import org.slurmctldj.proto.slurm.SrunUserMsg;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.slurm.StepIdMsg;
import org.slurmctldj.proto.slurm.TaskExit;
import org.slurmctldj.proto.text.Hostlist;
import org.slurmctldj.proto.wire.ProtocolVersion;
import org.slurmctldj.proto.wire.SlurmConstants;
import sun.misc.Signal;

/** One step: created, launched on its nodes, attended until its tasks have ended. One thread of the client runs it. */
final class StepRun {
  private static final int CANCEL_STEP = 5005;
  private static final int LAUNCH_TASKS = 6001;
  private static final int LAUNCHED = 6002;
  private static final int TASK_EXIT = 6003;
  private static final int SIGNAL_TASKS = 6004;
  private static final int SRUN_NODE_FAIL = 7003;
  private static final int SRUN_JOB_COMPLETE = 7004;
  private static final int SRUN_USER_MSG = 7005;
  private static final int SRUN_STEP_MISSING = 7007;

  private static final int MULTI_PROG = 2;
  private static final int PTY = 4;
  private static final int BUFFERED = 8;
  private static final int LABEL = 16;
  private static final int EXTERNAL_LAUNCHER = 32;
  private static final int OVERCOMMIT = 128;

  private static final int SIGINT = 2;
  private static final int SIGKILL = 9;
  private static final int SIGTERM = 15;
  private static final int LAUNCH_TIMEOUT = 20;
  private static final int STREAMS_TIMEOUT_MS = 60_000;
  private static final int ALREADY_COMPLETE = 4002;
  private static final long ONE_SECOND = 1_000_000_000L;

  static final String[] SIGNALS = {"INT", "TERM", "HUP", "USR1", "CONT", "ALRM"};

  private final Client client;
  private final boolean old;
  private final Submission s;
  private final SrunJob job;
  private List<String> command;
  private JobStepCreateRequest request;
  private JobStepCreateResponse step;
  private CallbackPort port;
  private HetPart het = HetPart.NONE;
  private MpiServer mpi;
  /** Of a step of several parts within one plain job. */
  private long component = SlurmConstants.NO_VAL;
  private String used;
  private final LinkedBlockingQueue<Integer> wakeUps = new LinkedBlockingQueue<>();
  private volatile StepTasks tasks;
  private volatile NodeCalls nodes;
  private volatile StepId id;
  private volatile String name;
  private volatile boolean ending;
  private boolean cancelled;
  private long lastInterrupt;
  private int interrupts;

  StepRun(Client client, boolean old, Submission submission, SrunJob job, List<String> command) {
    this.client = client;
    this.old = old;
    this.s = submission;
    this.job = job;
    this.command = command;
  }

  /** Gives the worst wait status of the tasks. */
  int run() {
    for (String signal : SIGNALS) {
      Signal.handle(new Signal(signal), caught -> onSignal(caught.getNumber()));
    }
    try (CallbackPort opened = CallbackPort.open(client, this::hear)) {
      port = opened;
      create(SlurmConstants.NO_VAL, null);
      return launch(HetPart.NONE);
    }
  }

  /**
   * This component's part of a step over several, whose first part has told the step's number.
   *
   * @param number of the step, or NO_VAL for the first part
   * @param groups the components that {@code --het-group} names, as the controller is told, or null
   * @return the step's number
   */
  long create(long number, String groups) {
    if (port == null) {
      port = CallbackPort.open(client, this::hear);
    }
    StepCreate create = new StepCreate(client, old, s, wakeUps);
    request = create.request(job, port.port());
    if (number != SlurmConstants.NO_VAL || component != SlurmConstants.NO_VAL) {
      request.stepId(new StepId().jobId(job.id()).stepId(number).stepHetComp(component));
    }
    if (used != null) {
      request.excNodes(s.exclude == null ? used : s.exclude + "," + used);
    }
    request.stepHetGrps(groups);
    step = create.create(request, job.id());
    return step.stepId().stepId();
  }

  /**
   * A part of a step over nodes of one plain job.
   *
   * @param component its place in the step
   * @param used nodes of the parts before it, or null
   */
  long create(long number, int component, String used) {
    this.component = component;
    this.used = used;
    return create(number, null);
  }

  String nodeList() {
    return s.nodeList;
  }

  int nodesWanted() {
    return job.stepNodes();
  }

  SlurmStepLayout layout() {
    return step.stepLayout();
  }

  void close() {
    if (port != null) {
      port.close();
    }
  }

  /** Runs what {@link #create} made; gives the worst wait status of its tasks. */
  int launch(HetPart part) {
    try (MpiServer opened = openMpi(part, this::giveUp)) {
      return launch(part, opened);
    }
  }

  /**
   * srun's side of the step's MPI plugin.
   *
   * @param part this component's, or NONE
   * @param giveUp ends the step
   */
  MpiServer openMpi(HetPart part, Runnable giveUp) {
    SlurmStepLayout layout = step.stepLayout();
    long number = step.stepId().stepId();
    MpiServer.Step whole =
        part.isPart()
            ? new MpiServer.Step(part.leader(), number, part.nodes(), part.ranks())
            : new MpiServer.Step(job.id(), number, layout.nodeList(), layout.tids());
    return MpiServer.open(client, s, whole, new NodeCalls(client, version(layout)), giveUp);
  }

  private int version(SlurmStepLayout layout) {
    return layout.startProtocolVer() == 0 ? client.controller().version() : layout.startProtocolVer();
  }

  /** As {@link #launch(HetPart)}, with a plugin that other components share. */
  int launch(HetPart part, MpiServer plugin) {
    het = part;
    mpi = plugin;
    SlurmStepLayout layout = step.stepLayout();
    long number = step.stepId().stepId();
    id = new StepId().jobId(job.id()).stepId(number).stepHetComp(component);
    name = "StepId=" + job.id() + "." + stepName(number);
    List<String> hosts = Hostlist.parse(layout.nodeList()).toList();
    StepTasks attended = new StepTasks(client, s, name, hosts, layout.tids());
    attended.onBadExit(() -> terminate(SIGTERM));
    int version = version(layout);
    nodes = new NodeCalls(client, version);
    broadcast(number);
    StepFiles files = new StepFiles(client, old, s, job.id(), number, (int) layout.taskCnt());
    OutputStream out = files.openOutput();
    OutputStream err = files.openError(out);
    StepStreams.Settings settings = settings(files, layout);
    boolean reads = files.in.kind() == StepFiles.Kind.ALL || files.in.kind() == StepFiles.Kind.ONE;
    try (StepStreams streams =
        new StepStreams(client, step.cred().signature(), settings, reads ? files.openInput() : null, out, err)) {
      LaunchTasks launch = message(request, step, layout, files, port.port(), streams.port(), version);
      tasks = attended;
      byte[] terminal = rawTerminal();
      try {
        return attend(attended, streams, launch, hosts);
      } finally {
        if (terminal != null) {
          Terminal.restore(0, terminal);
        }
      }
    }
  }

  /** A step whose program does not reach its nodes is given back. */
  private void broadcast(long number) {
    try {
      command = new ProgramBroadcast(client, s, directory(client, s)).send(job.id(), number, command);
    } catch (Exit e) {
      try {
        client.controller().exchange(CANCEL_STEP, new KillJobMsg().stepId(id).signal(SIGKILL));
      } catch (RequestFailed unheard) {
        client.error("Unable to cancel " + name + ": " + unheard.text());
      }
      throw e;
    }
  }

  private static String stepName(long step) {
    if (step == 0xfffffffbL) {
      return "batch";
    }
    return step == 0xfffffffaL ? "interactive" : step == 0xfffffffcL ? "extern" : Long.toString(step);
  }

  /** The terminal's keys go to the task as they are; null when that is not so. */
  private byte[] rawTerminal() {
    if (!s.pty) {
      return null;
    }
    byte[] settings = Terminal.settings(0).orElse(null);
    if (settings != null) {
      Terminal.raw(0, settings);
    }
    return settings;
  }

  private int attend(StepTasks attended, StepStreams streams, LaunchTasks launch, List<String> hosts) {
    boolean failed = false;
    for (Map.Entry<String, Integer> answer : nodes.send(hosts, LAUNCH_TASKS, launch, LAUNCH_TIMEOUT).entrySet()) {
      if (answer.getValue() != 0) {
        failed = true;
        attended.failed(answer.getKey(), answer.getValue());
      }
    }
    if (failed) {
      client.error("Application launch failed: " + "Communication connection failure");
      abort(attended, SIGKILL);
    } else {
      int patience = s.maxWait != Submission.UNSET ? s.maxWait : (int) client.conf().number("WaitTime", 0);
      if (!attended.await(patience)) {
        client.console().complain("srun: First task exited " + patience + "s ago");
        attended.show();
        terminate(SIGKILL);
        failed = true;
        abort(attended, 0);
      } else if (attended.isAborted()) {
        abort(attended, 0);
      }
    }
    streams.awaitEnd(attended.isAborted() || failed ? 1000 : STREAMS_TIMEOUT_MS);
    int signal = attended.status() & 0x7f;
    if ((signal == SIGKILL || signal == SIGTERM) && !failed && !attended.isAborted()) {
      client.console().complain("srun: Force Terminated " + name);
    }
    ending = true;
    // a program that aborts is killed: only its plugin knows what it wanted srun to say
    return mpi.exitCode() != 0 ? (mpi.exitCode() & 0xff) << 8 : attended.status();
  }

  /** Waits a while for tasks that have been told to end. */
  private void abort(StepTasks attended, int signal) {
    if (signal != 0) {
      send(signal);
    }
    int seconds = (int) client.conf().number("KillWait", 30) + 2;
    if (attended.isOver()) {
      return;
    }
    client.console().complain("srun: Job step aborted: Waiting up to " + seconds + " seconds for job step to finish.");
    if (!attended.awaitEnd(seconds)) {
      client.error("Timed out waiting for job step to complete");
    }
  }

  private StepStreams.Settings settings(StepFiles files, SlurmStepLayout layout) {
    int width = s.label ? Integer.toString((int) (het.isPart() ? het.tasks() : layout.taskCnt()) - 1).length() : 0;
    int task = files.in.kind() == StepFiles.Kind.ONE ? files.in.task() : -1;
    return new StepStreams.Settings(layout.tids(), width, task, files.out.task(), files.err.task(), het.taskOffset());
  }

  private LaunchTasks message(
      JobStepCreateRequest request, JobStepCreateResponse step, SlurmStepLayout layout, StepFiles files, int port, int ioPort,
      int version) {
    List<LaunchTasksNode> perNode = new ArrayList<>();
    for (long[] ids : layout.tids()) {
      perNode.add(new LaunchTasksNode().globalTaskIds(ids));
    }
    String[] environment = new TaskEnvironment(client, old, s).build(job, id.stepId(), layout, port, request.taskDist());
    if (het.isPart()) {
      environment = het.into(environment);
    }
    environment = withPlugin(environment);
    boolean named = version >= ProtocolVersion.V23_11;
    LaunchTasks m =
        new LaunchTasks()
            .stepId(id)
            .hetJobId(het.isPart() ? het.leader() : SlurmConstants.NO_VAL)
            .hetJobOffset(het.isPart() ? het.offset() : SlurmConstants.NO_VAL)
            .hetJobStepCnt(het.isPart() ? het.parts() : 1)
            .hetJobTaskOffset(het.isPart() ? het.taskOffset() : SlurmConstants.NO_VAL)
            .mpiPluginId(MpiPlugin.of(client, s).number(version))
            .ntasks(layout.taskCnt())
            .ntasksPerCore(65535)
            .ntasksPerSocket(s.ntasksPerSocket == Submission.UNSET ? 65535 : s.ntasksPerSocket)
            .cpusPerTask(s.cpusPerTask == Submission.UNSET ? 1 : s.cpusPerTask)
            .cptCompactArray(layout.cptCompactArray())
            .cptCompactReps(layout.cptCompactReps())
            .tresPerTask(request.tresPerTask())
            .threadsPerCore(s.threadsPerCore == Submission.UNSET ? 0xfffe : s.threadsPerCore)
            .taskDist(request.taskDist())
            .cred(step.cred())
            .nodes(perNode)
            .respPort(new int[] {port})
            .env(environment)
            .cwd(directory(client, s))
            .argv(arguments())
            .flags(flags())
            .ofname(files.out.remote())
            .efname(files.err.remote())
            .ifname(files.in.remote())
            .ioPort(new int[] {ioPort})
            .profile(s.profile)
            .taskProlog(s.taskProlog)
            .taskEpilog(s.taskEpilog)
            .slurmdDebug(s.slurmdDebug != Submission.UNSET ? s.slurmdDebug : version < ProtocolVersion.V23_02 ? 0 : 2)
            .switchStep(step.switchStep())
            .options(new JobOptions())
            .completeNodelist(layout.nodeList())
            .openMode(s.openMode)
            .acctgFreq(s.acctgFreq)
            .cpuFreqMin(s.cpuFreq == null ? SlurmConstants.NO_VAL : s.cpuFreq.min())
            .cpuFreqMax(s.cpuFreq == null ? SlurmConstants.NO_VAL : s.cpuFreq.max())
            .cpuFreqGov(s.cpuFreq == null ? SlurmConstants.NO_VAL : s.cpuFreq.governor())
            .selectPluginId(109)
            .tresBind(request.tresBind())
            .tresFreq(request.tresFreq())
            .stepmgr(step.stepmgr());
    if (het.isPart()) {
      het.into(m);
    }
    if (s.cpuBind != null) {
      m.cpuBindType(s.cpuBind.type()).cpuBind(s.cpuBind.text());
    } else {
      m.cpuBindType((int) step.defCpuBindType());
    }
    if (s.memBind != null) {
      m.memBindType(s.memBind.flags()).memBind(s.memBind.list());
    }
    if (!named) {
      m.uid(client.uid()).gid(org.slurmctldj.proto.os.ProcessFacts.effectiveGid());
    }
    return m;
  }

  private String[] withPlugin(String[] environment) {
    Map<String, String> added = mpi.environment();
    List<String> all = new ArrayList<>(environment.length + added.size());
    for (String entry : environment) {
      if (!added.containsKey(entry.substring(0, entry.indexOf('=')))) {
        all.add(entry);
      }
    }
    added.forEach((name, value) -> all.add(name + "=" + value));
    return all.toArray(new String[0]);
  }

  private String[] arguments() {
    return command.toArray(new String[0]);
  }

  private long flags() {
    long flags = s.multiProg ? MULTI_PROG : 0;
    flags |= s.pty ? PTY : 0;
    flags |= s.unbuffered || s.pty ? 0 : BUFFERED;
    flags |= s.label ? LABEL : 0;
    flags |= s.externalLauncher ? EXTERNAL_LAUNCHER : 0;
    flags |= s.overcommit ? OVERCOMMIT : 0;
    return flags;
  }

  static String directory(Client client, Submission s) {
    String here = ByteNames.workingDirectory(client.env("PWD"));
    return s.directory == null ? here : s.directory.startsWith("/") ? s.directory : here + "/" + s.directory;
  }

  // ---- messages

  private void hear(CallbackPort.Call call) {
    StepTasks attended = tasks;
    switch (call.type()) {
      case LAUNCHED -> {
        call.answer(0);
        if (attended != null) {
          attended.launched(LaunchTasksResponse.read(call.frame().body(), call.number()));
        }
      }
      case TASK_EXIT -> {
        call.answer(0);
        if (attended != null) {
          attended.ended(TaskExit.read(call.frame().body(), call.number()));
        }
      }
      case SRUN_JOB_COMPLETE -> jobComplete(StepIdMsg.read(call.frame().body(), call.number()).stepId());
      case SRUN_USER_MSG ->
          client.console().complain("srun: " + SrunUserMsg.read(call.frame().body(), call.number()).msg());
      case SRUN_NODE_FAIL -> {
        call.answer(0);
        client.error("Node failure on " + SrunNodeFail.read(call.frame().body(), call.number()).nodelist());
        if (attended != null && s.killOnNodeFail != 0) {
          attended.abort();
        }
      }
      case SRUN_STEP_MISSING -> {
        String missing = SrunStepMissing.read(call.frame().body(), call.number()).nodelist();
        client.error("Step " + name + " missing from node(s) " + missing);
        if (attended != null) {
          attended.abort();
        }
      }
      default -> call.answer(0);
    }
    if (attended == null) {
      wakeUps.add(0);
    }
  }

  private synchronized void jobComplete(StepId ended) {
    if (ending || cancelled) {
      return;
    }
    cancelled = true;
    StepTasks attended = tasks;
    String what = ended.stepId() == SlurmConstants.NO_VAL ? "JobId=" + ended.jobId() : "StepId=" + ended.jobId() + "." + stepName(ended.stepId());
    if (ended.stepId() == SlurmConstants.NO_VAL) {
      client.console().complain("srun: Force Terminated " + what);
    }
    if (attended != null) {
      attended.abort();
    }
  }

  /** The job's resources are gone, said on the allocation's port. */
  void revoked() {
    StepTasks attended = tasks;
    if (attended != null) {
      attended.abort();
    } else {
      wakeUps.add(SIGTERM);
    }
  }

  // ---- signals

  void onSignal(int number) {
    StepTasks attended = tasks;
    if (attended == null) {
      wakeUps.add(number);
      return;
    }
    switch (number) {
      case SIGINT -> interrupted(attended);
      case SIGTERM, 1 -> {
        client.console().complain("srun: forcing job termination");
        attended.abort();
        send(SIGKILL);
      }
      case 18 -> {
        // continued: nothing to do
      }
      default -> send(number);
    }
  }

  private synchronized void interrupted(StepTasks attended) {
    long now = System.nanoTime();
    boolean soon = interrupts > 0 && now - lastInterrupt < ONE_SECOND;
    lastInterrupt = now;
    if (s.quitOnInterrupt || interrupts >= 2 && soon) {
      client.console().complain("srun: forcing job termination");
      terminate(SIGKILL);
      attended.abort();
      return;
    }
    if (s.disableStatus || soon) {
      interrupts = 2;
      client.console().complain("srun: sending Ctrl-C to " + name);
      send(SIGINT);
      return;
    }
    interrupts = 1;
    client.console().complain("srun: interrupt (one more within 1 sec to abort)");
    attended.show();
  }

  /** Its MPI program cannot go on. */
  void giveUp() {
    terminate(SIGKILL);
  }

  private void terminate(int signal) {
    client.console().complain("srun: " + (old ? "launch/slurm: _step_signal: " : "") + "Terminating " + name);
    send(signal);
  }

  private void send(int signal) {
    StepTasks attended = tasks;
    List<String> active = attended == null ? List.of() : attended.activeNodes();
    if (active.isEmpty()) {
      return;
    }
    Map<String, Integer> answers =
        new LinkedHashMap<>(nodes.send(active, SIGNAL_TASKS, new SignalTasks().stepId(id).signal(signal), LAUNCH_TIMEOUT));
    answers.forEach(
        (node, code) -> {
          if (code > 0 && code != ALREADY_COMPLETE && code != 3 && code != 2021 && code != 4027 && code != 2017) {
            client.error(node + ": signal: " + new RequestFailed(code).text(client.controller().version()));
          }
        });
  }
}
