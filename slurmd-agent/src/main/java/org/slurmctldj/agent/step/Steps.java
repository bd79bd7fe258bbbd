package org.slurmctldj.agent.step;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agent.door.NodeAnswer;
import org.slurmctldj.agent.door.NodeRequest;
import org.slurmctldj.agent.door.NodeTrust;
import org.slurmctldj.agent.launch.JobHold;
import org.slurmctldj.agent.launch.JobScripts;
import org.slurmctldj.agent.launch.JobSteps;
import org.slurmctldj.proto.agent.Terminate;
import org.slurmctldj.proto.client.ControllerConnection;
import org.slurmctldj.proto.nodelink.ScriptEnvironment;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.slurm.LaunchTasks;
import org.slurmctldj.proto.slurm.MessageType;
import org.slurmctldj.proto.slurm.SlurmBody;
import org.slurmctldj.proto.slurm.SlurmCredArg;
import org.slurmctldj.proto.slurm.SlurmError;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * The job steps of this node. Requests come from the connections' threads, ends of jobs from the launches thread; each step
 * is followed by a virtual thread of its own. The table is guarded by this object's lock, never held over anything slow.
 */
public final class Steps implements JobSteps, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Steps.class);
  private static final int READY = 0;

  /** Of the credentials that say whether a job shares its nodes (23.02); earlier ones leave it to the partition. */
  private static final int FIRST_WITH_OVERSUBSCRIBE = 39;

  private static final int STARTS_AT_ONCE = 8;
  private static final int MOST_STEPS = 20_000;
  private static final int REMEMBERED = 20_000;
  private static final int SIGTERM = 15;
  private static final int SIGKILL = 9;
  private static final long PAUSE_MILLIS = 20;

  private final StepSpool spool;
  private final Path executable;
  private final StepReports reports;
  private final StepCompletions completions;
  private final StepCheck check;
  private final Supplier<NodeTrust> trust;
  private final JobScripts scripts;
  private volatile StepNode node;
  private final SentLibraries libraries = new SentLibraries();
  private final Semaphore starts = new Semaphore(STARTS_AT_ONCE);

  private final ExternSteps externs;

  private final Map<StepKey, StepRun> table = new LinkedHashMap<>();
  /** When jobs were ended here, by {@link System#nanoTime}; the oldest are forgotten. */
  private final Map<Long, Long> ended = new LinkedHashMap<>();
  private final Map<Long, List<Runnable>> waiting = new LinkedHashMap<>();
  private final List<Thread> followers = new ArrayList<>();
  private boolean closed;

  /**
   * @param addresses where a node's daemon listens, by slurm.conf
   * @throws IOException the spool cannot be used
   */
  public Steps(
      Path spoolDirectory,
      Path executable,
      StepNode node,
      Supplier<NodeTrust> trust,
      ControllerConnection.Settings controllers,
      JobScripts scripts,
      boolean privileged,
      Function<String, Optional<InetSocketAddress>> addresses)
      throws IOException {
    this.scripts = scripts;
    this.spool = new StepSpool(spoolDirectory);
    this.externs = new ExternSteps(this, spoolDirectory);
    this.executable = executable;
    this.node = node;
    this.trust = trust;
    this.reports = new StepReports(node.launch().nodeName(), trust, controllers, addresses);
    this.completions = new StepCompletions(reports, trust);
    this.check = new StepCheck(
            node.launch().nodeName(),
            privileged,
            ProcessFacts.effectiveUid(),
            new UsedCredentials(spoolDirectory.resolve("credentials"), System.currentTimeMillis() / 1000));
  }

  /** For steps from now on. */
  public void use(StepNode next) {
    node = next;
  }

  /** At the agent's start, before SlurmdPort is open: takes up what an earlier agent left. */
  public void adopt() throws IOException {
    for (StepFacts facts : spool.held()) {
      StepRun run = new StepRun(facts, spool, reports, completions, node, true);
      synchronized (this) {
        table.put(facts.key(), run);
      }
      log.info("step {}: taken up from the spool", facts.key());
      if (ExternSteps.is(facts.key())) {
        externs.open(run);
      }
      follow(run);
    }
  }

  // ---------------------------------------------------------------- requests

  public NodeAnswer launch(NodeRequest request) {
    LaunchTasks launch = (LaunchTasks) request.body();
    StepKey key = StepKey.of(launch.stepId());
    long heard = System.nanoTime();
    try {
      StepOrder order = check.check(request, launch, trust.get());
      log.info(
          "launch task StepId={} request from UID:{} GID:{} HOST:{}",
          key,
          order.user().uid(),
          order.user().gid(),
          request.origin().getHostAddress());
      prepare(order, heard);
      launch.env(libraries.into(new SentLibraries.Owner(order.user().uid(), key.jobId(), key.stepId()), launch.env()));
      StepRun run = begin(order);
      // the answer first: srun knows of its step before the step speaks
      return NodeAnswer.ok().then(() -> follow(run));
    } catch (StepRefusal e) {
      log.error("step {} of uid {} at {} refused, {}: {}", key, request.uid(), request.origin(), e.number(), e.getMessage());
      return e.told().isEmpty() ? NodeAnswer.code(e.number()) : NodeAnswer.error(SlurmError.of((int) e.number()).orElseThrow(), e.told());
    }
  }

  /** The job's Prolog comes before its first step here; srun waits for it, and its job may be over by then. */
  private void prepare(StepOrder order, long heard) throws StepRefusal {
    SlurmCredArg job = order.granted();
    if (order.version() < FIRST_WITH_OVERSUBSCRIBE) {
      job.jobOversubscribe(SlurmConstants.NO_VAL16);
    }
    List<String> environment =
        ScriptEnvironment.of(
            job,
            node.launch().nodeName(),
            new ScriptEnvironment.More(order.launch().cwd(), order.heterogeneous() ? order.launch().hetJobId() : 0));
    try {
      if (!scripts.prepare(order.key().jobId(), job.jobRestartCnt(), environment)) {
        check.rewind(order.launch().cred().signature());
        throw new StepRefusal(SlurmError.ESLURMD_PROLOG_FAILED, "the job's prolog failed here");
      }
      contain(order.hold(node.launch().nodeName(), heard));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepRefusal(SlurmError.ESLURMD_FORK_FAILED.number(), "the agent stops", "");
    }
    check.stillGood(order.key().jobId(), job.ctime());
  }

  @Override
  public void contain(JobHold hold) throws InterruptedException {
    if (node.externSteps()) {
      externs.contain(hold);
    }
  }

  /**
   * Starts a step that nobody asked for by a credential.
   *
   * @param heard {@link System#nanoTime} of what it comes from
   * @return empty: the job has been ended since, or there is such a step
   */
  Optional<StepRun> begin(StepFacts facts, byte[] spec, long heard) throws IOException, InterruptedException, StepRefusal {
    StepRun run = new StepRun(facts, spool, reports, completions, node, false);
    synchronized (this) {
      Long over = ended.get(facts.key().jobId());
      if (closed || over != null && heard - over <= 0 || table.putIfAbsent(facts.key(), run) != null) {
        return Optional.empty();
      }
    }
    boolean good = false;
    try {
      if (!spool.create(facts, spec)) {
        throw new StepRefusal(SlurmError.ESLURMD_STEP_EXISTS, "its directory is in the spool");
      }
      startProcess(facts.key());
      good = true;
    } finally {
      if (!good) {
        spool.forget(facts.key());
        over(facts.key());
      }
    }
    follow(run);
    return Optional.of(run);
  }

  private StepRun begin(StepOrder order) throws StepRefusal {
    StepNode now = node;
    StepTree tree = order.tree();
    StepFacts facts =
        new StepFacts(
            order.key(),
            order.launch().stepId().sluid(),
            order.version(),
            order.user().uid(),
            order.user().gid(),
            order.node(),
            order.launch().nodes().size(),
            order.launch().ntasks(),
            order.respond(),
            order.allocation().stepMemoryMb(),
            order.shownJobId(),
            order.granted().ctime(),
            tree,
            tree.parent().isPresent() ? order.nodeAt(tree.parent().get()) : Optional.empty(),
            ProcessFacts.bootId());
    StepRun run = new StepRun(facts, spool, reports, completions, now, false);
    synchronized (this) {
      if (closed || table.size() >= MOST_STEPS) {
        throw new StepRefusal(SlurmError.ESLURMD_TOOMANYSTEPS, table.size() + " steps are on this node");
      }
      if (table.putIfAbsent(order.key(), run) != null) {
        throw new StepRefusal(SlurmError.ESLURMD_STEP_EXISTS, "it is on this node already");
      }
    }
    try {
      StepPlan.Settings settings = new StepPlan.Settings(now.cpus(), now.taskProlog(), now.taskEpilog());
      List<TaskProgram> programs = new ArrayList<>();
      if (order.has(StepOrder.MULTI_PROG)) {
        String[] argv = order.launch().argv();
        String file = argv.length < 2 || argv[1] == null ? "" : argv[1];
        List<String> more = argv.length < 3 ? List.of() : List.of(argv).subList(2, argv.length);
        MultiProg all = MultiProg.read(file, more);
        for (long task : order.taskIds()) {
          programs.add(all.of(task + order.taskOffset()));
        }
      }
      List<TaskBinding> bindings = CpuBinding.of(order, now.launch().nodeName(), now.processors(), now.affinity());
      byte[] spec = StepPlan.spec(order, now.launch(), settings, programs, bindings);
      if (!spool.create(facts, spec)) {
        throw new StepRefusal(SlurmError.ESLURMD_STEP_EXISTS, "its directory is in the spool");
      }
      startProcess(order.key());
      return run;
    } catch (StepRefusal e) {
      giveUp(order);
      throw e;
    } catch (IOException | RuntimeException e) {
      // whatever a message may hold: the step must not stay in the table
      giveUp(order);
      throw new StepRefusal(SlurmError.ESLURMD_SETUP_ENVIRONMENT_ERROR, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      giveUp(order);
      throw new StepRefusal(SlurmError.ESLURMD_FORK_FAILED.number(), "the agent stops", "");
    }
  }

  private void giveUp(StepOrder order) {
    check.rewind(order.launch().cred().signature());
    if (Files.exists(spool.directory(order.key()))) {
      spool.forget(order.key());
    }
    over(order.key());
  }

  private void startProcess(StepKey key) throws IOException, InterruptedException, StepRefusal {
    Path directory = spool.directory(key);
    starts.acquire();
    int code;
    try {
      code =
          new ProcessBuilder(executable.toString(), "step", directory.toString())
              .directory(directory.toFile())
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()))
              .start()
              .waitFor();
    } finally {
      starts.release();
    }
    if (code != READY) {
      throw new StepRefusal(SlurmError.ESLURMD_FORK_FAILED.number(), "the step's process ended with code " + code, "");
    }
  }

  private void follow(StepRun run) {
    Thread thread =
        Thread.ofVirtual()
            .name("step-" + run.facts().key())
            .unstarted(
                () -> {
                  try {
                    run.follow(() -> processGone(run));
                    spool.forget(run.facts().key());
                    over(run.facts().key());
                  } catch (InterruptedException e) {
                    // the agent stops: its successor finds the rest in the spool
                  } catch (IOException | RuntimeException e) {
                    log.error("step {}: {}", run.facts().key(), e.getMessage(), e);
                    over(run.facts().key());
                  }
                });
    synchronized (this) {
      if (closed) {
        return;
      }
      followers.removeIf(t -> !t.isAlive() && t.getState() != Thread.State.NEW);
      followers.add(thread);
    }
    thread.start();
  }

  private void over(StepKey key) {
    if (ExternSteps.is(key)) {
      externs.close(key);
    }
    synchronized (this) {
      table.remove(key);
      jobMayBeGone(key.jobId());
    }
  }

  private synchronized void processGone(StepRun run) {
    jobMayBeGone(run.facts().key().jobId());
  }

  // ---------------------------------------------------------------- orders

  Optional<StepRun> find(StepKey key) {
    synchronized (this) {
      StepRun exact = table.get(key);
      if (exact != null || key.component() != StepKey.NO_VAL) {
        return Optional.ofNullable(exact);
      }
      return table.values().stream()
          .filter(run -> run.facts().key().jobId() == key.jobId() && run.facts().key().stepId() == key.stepId())
          .findFirst();
    }
  }

  /** By the job's id that the user knows; each component of a heterogeneous job has its own nodes. */
  synchronized Optional<StepRun> findShown(long job, long step) {
    return table.values().stream()
        .filter(run -> run.facts().shown() == job && run.facts().key().stepId() == step && !run.processGone())
        .findFirst();
  }

  synchronized List<StepRun> all() {
    return List.copyOf(table.values());
  }

  StepCompletions completions() {
    return completions;
  }

  StepNode node() {
    return node;
  }

  SentLibraries libraries() {
    return libraries;
  }

  JobScripts scripts() {
    return scripts;
  }

  /** slurmstepd's line on a step's standard error when it is ended from outside; "" for a signal that says nothing. */
  String message(StepRun run, String due) {
    String at = DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(Instant.now().atZone(ZoneId.systemDefault()).withNano(0));
    // one node of a step speaks for all
    return run.facts().node() != 0
        ? ""
        : "*** STEP " + run.facts().key() + " ON " + node.launch().nodeName() + " CANCELLED AT " + at + due + " ***";
  }

  String failed(StepRun run) {
    return run.facts().node() != 0
        ? ""
        : "*** STEP " + run.facts().key() + " ON " + node.launch().nodeName()
            + " FAILED (non-zero exit code or other failure mode) ***";
  }

  /** Says to steps of the job (NO_VAL: all) what is going to happen to them. */
  void say(long job, long step, String due) {
    for (StepRun run : all()) {
      StepKey key = run.facts().key();
      if (key.jobId() == job && (step == StepKey.NO_VAL || step == key.stepId())) {
        run.say(message(run, due));
      }
    }
  }

  /** On a thread of its own, until it has been taken. */
  void tellController(int version, MessageType type, SlurmBody body) {
    Thread.startVirtualThread(
        () -> {
          try {
            reports.toController(version, type, body, type.toString());
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /** Its process may be starting still: waits for it a moment. */
  boolean signal(StepRun run, int signal) throws InterruptedException {
    awaitStart(run);
    return run.signal(signal, signal == SIGTERM || signal == SIGKILL ? message(run, "") : "");
  }

  void awaitStart(StepRun run) throws InterruptedException {
    for (int i = 0; run.starting() && i < 250; i++) {
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  // ---------------------------------------------------------------- ends of jobs

  @Override
  public synchronized boolean any(long jobId) {
    return table.values().stream().anyMatch(run -> run.facts().key().jobId() == jobId && !run.processGone());
  }

  @Override
  public synchronized Map<Long, Long> jobs() {
    Map<Long, Long> jobs = new LinkedHashMap<>();
    for (StepRun run : table.values()) {
      if (!run.processGone()) {
        jobs.merge(run.facts().key().jobId(), run.facts().made(), Math::min);
      }
    }
    return jobs;
  }

  @Override
  public void end(long jobId, Terminate.Reason reason, long killWaitMillis, boolean atOnce, Runnable whenGone) {
    check.revoke(jobId);
    libraries.forget(jobId);
    List<StepRun> runs;
    synchronized (this) {
      ended.remove(jobId);
      ended.put(jobId, System.nanoTime());
      if (ended.size() > REMEMBERED) {
        ended.remove(ended.keySet().iterator().next());
      }
      runs = table.values().stream().filter(run -> run.facts().key().jobId() == jobId && !run.processGone()).toList();
      if (!runs.isEmpty()) {
        waiting.computeIfAbsent(jobId, _ -> new ArrayList<>()).add(whenGone);
      }
    }
    if (runs.isEmpty()) {
      whenGone.run();
      return;
    }
    String due =
        switch (reason) {
          case TIME_LIMIT -> " DUE TO TIME LIMIT";
          case PREEMPTED -> " DUE TO PREEMPTION";
          case NODE_FAILURE -> " DUE TO NODE FAILURE, SEE SLURMCTLD LOG FOR DETAILS";
          case REQUEUED -> " DUE TO JOB REQUEUE";
          case OUT_OF_MEMORY, CANCELLED, ENDED, UNSPECIFIED, UNRECOGNIZED -> "";
        };
    for (StepRun run : runs) {
      Thread.startVirtualThread(
          () -> {
            try {
              awaitStart(run);
              run.terminate(killWaitMillis, atOnce, message(run, due));
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
    }
  }

  /** Under the lock. */
  private void jobMayBeGone(long jobId) {
    if (waiting.containsKey(jobId) && !any(jobId)) {
      waiting.remove(jobId).forEach(Thread::startVirtualThread);
    }
  }

  /** Steps go on. */
  @Override
  public void close() {
    List<Thread> running;
    synchronized (this) {
      closed = true;
      running = List.copyOf(followers);
    }
    running.forEach(Thread::interrupt);
    externs.close();
  }
}
