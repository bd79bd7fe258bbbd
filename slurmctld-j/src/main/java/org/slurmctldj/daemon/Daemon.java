package org.slurmctldj.daemon;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agents.Agents;
import org.slurmctldj.agents.AllocationPrologs;
import org.slurmctldj.agents.SlurmdTimer;
import org.slurmctldj.callbacks.ClientCallbacks;
import org.slurmctldj.callbacks.ClientPings;
import org.slurmctldj.callbacks.Post;
import org.slurmctldj.config.ConfiglessFiles;
import org.slurmctldj.config.ControllerConf;
import org.slurmctldj.config.CoreConfig;
import org.slurmctldj.config.PowerKeys;
import org.slurmctldj.config.PrologFlags;
import org.slurmctldj.config.SlurmctldJConf;
import org.slurmctldj.config.pools.CloudFacts;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.Effect;
import org.slurmctldj.core.Result;
import org.slurmctldj.core.StateMachine;
import org.slurmctldj.engine.ClusterEngine;
import org.slurmctldj.engine.EngineOptions;
import org.slurmctldj.jobcomp.JobCompletions;
import org.slurmctldj.journal.Blob;
import org.slurmctldj.journal.JournalOptions;
import org.slurmctldj.proto.auth.SackServer;
import org.slurmctldj.proto.conf.PortRange;
import org.slurmctldj.proto.nodelink.LinkCertificate;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.os.SystemdNotify;
import org.slurmctldj.rpc.FrontDoor;
import org.slurmctldj.rpc.Identities;
import org.slurmctldj.rpc.InTurn;
import org.slurmctldj.rpc.RpcStatistics;
import org.slurmctldj.rpc.WorkerPool;
import org.slurmctldj.rpc.handlers.Controller;
import org.slurmctldj.rpc.handlers.Rpcs;
import org.slurmctldj.rpc.net.FrontPort;
import org.slurmctldj.sched.BackfillThread;
import org.slurmctldj.power.PowerPrograms;
import org.slurmctldj.power.PowerThread;
import org.slurmctldj.sched.NodeClaims;
import org.slurmctldj.sched.Planner;
import org.slurmctldj.sched.SchedulerThread;
import org.slurmctldj.slurmd.NodeDaemonRpcs;
import org.slurmctldj.slurmd.SlurmdNodes;
import org.slurmctldj.steps.StepRpcs;
import org.slurmctldj.steps.StepSignals;
import org.slurmctldj.steps.WaitingSteps;
import org.slurmctldj.slurmd.SlurmdPings;
import org.slurmctldj.slurmd.SlurmdSettings;

/**
 * The running controller: joins the rooms, in the order replay, configuration, agents, port; takes them apart in the
 * opposite one. One per process.
 */
final class Daemon implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
  private static final long IDENTITY_MILLIS = 600_000;
  private static final int WORKERS = Math.max(8, 4 * Runtime.getRuntime().availableProcessors());
  private static final int MOST_QUEUED = 20_000;
  private static final int HEARTBEAT_SECONDS = 10;

  private final Path confFile;
  private final CommandLineOptions options;
  private final DaemonLog log;
  private final long bootSeconds = System.currentTimeMillis() / 1000;
  private final LiveSettings settings;
  private final Security security;
  private final SystemdNotify systemd = SystemdNotify.fromEnvironment();
  private final CountDownLatch end = new CountDownLatch(1);
  private final WorkerPool workers = new WorkerPool("worker", WORKERS, MOST_QUEUED);
  private final Identities identities = new Identities(System::currentTimeMillis, IDENTITY_MILLIS);

  private final ScheduledExecutorService mailTimer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("mail-timer").daemon().factory());

  private ClusterEngine engine;
  private Agents agents;
  private AgentServer agentServer;
  /** A signal and scontrol may ask at once: the files are read, applied and followed for one before the other. */
  private final InTurn reconfigures = new InTurn();
  private SchedulerThread scheduler;
  private BackfillThread backfill;
  private SlurmdTimer slurmdTimer;
  private PowerThread power;
  private CloudRoom cloud;
  private JoinDoor joinDoor;
  private SlurmdNodes slurmds;
  private SlurmdPings slurmdPings;
  private ControllerScripts scripts;
  private AllocationPrologs allocationPrologs;
  private JobCompletions completions;
  private ClientCallbacks callbacks;
  private ClientPings pings;
  private final WaitingSteps waitingSteps = new WaitingSteps();
  private StepSignals stepSignals;
  private FrontPort port;
  private Optional<SackServer> sack = Optional.empty();
  private final SlurmctldJConf own;
  private Watchdog watchdog;

  Daemon(ControllerConf conf, Path confFile, CommandLineOptions options, DaemonLog log) {
    this.confFile = confFile;
    this.options = options;
    this.log = log;
    this.settings = new LiveSettings(conf, bootSeconds);
    this.own = SlurmctldJConf.beside(confFile.toAbsolutePath());
    this.security = Security.of(conf);
  }

  void start() throws IOException {
    ControllerConf conf = settings.conf();
    LOG.info("{} started on cluster {}", Slurmctld.VERSION, conf.slurm().clusterName());
    EngineOptions journaled = EngineOptions.standard(conf.stateSaveLocation(), options.adopt);
    if (own.journalSegmentMegabytes() != new SlurmctldJConf().journalSegmentMegabytes()) {
      // else the engine's own choice, which is less on a small file system
      journaled =
          journaled.withJournal(JournalOptions.standard().withSegmentBytes((long) own.journalSegmentMegabytes() << 20));
    }
    // Keys and TLS take their time, and need no state: beside the replay.
    CompletableFuture<AgentServer> agentDoor = new CompletableFuture<>();
    Path secrets = conf.stateSaveLocation().resolve("slurmctld-j");
    engine = ClusterEngine.open(journaled, () -> workers.follow(() -> makeAgentServer(secrets, agentDoor)));
    agentServer = made(agentDoor);
    agents = new Agents(surroundings(conf));
    slurmds = new SlurmdNodes(slurmdSurroundings(conf));
    slurmdPings = new SlurmdPings(slurmds);
    scripts = new ControllerScripts(engine.view(), () -> settings.conf().slurm(), identities::groupName, this::submit);
    agents.launchGate(scripts);
    agents.scripts(new AgentScripts(engine.view(), settings::conf, identities::user));
    slurmds.launchGate(scripts);
    allocationPrologs = new AllocationPrologs(() -> PrologFlags.clientsWait(settings.conf().options("PrologFlags")));
    agents.allocationPrologs(allocationPrologs);
    slurmds.allocationPrologs(allocationPrologs);
    NodeClaims claims = new NodeClaims();
    backfill = new BackfillThread(engine.view(), engine, System::currentTimeMillis, settings::scheduling, claims);
    scheduler =
        new SchedulerThread(
            engine.view(), engine, System::currentTimeMillis, new Planner(1000, settings::scheduling), claims, backfill::replan);
    engine.listen("agents", new EffectListeners.ToAgents(agents));
    engine.listen("slurmds", new EffectListeners.ToSlurmds(slurmds));
    engine.listen("scripts", scripts);
    power =
        new PowerThread(
            engine.view(), this::submit, () -> PowerKeys.programs(settings.conf()),
            new PowerPrograms(confFile.toAbsolutePath(), conf.stateSaveLocation().resolve("slurmctld-j")), System::currentTimeMillis);
    engine.signal(e -> {
      if (e instanceof Effect.Allocated a) {
        allocationPrologs.allocated(a.jobId());
      } else if (e instanceof Effect.Launch l) {
        allocationPrologs.allocated(l.jobId());
      } else if (e instanceof Effect.Terminate t) {
        allocationPrologs.over(t.jobId());
      }
    });
    engine.signal(e -> {
      if (e instanceof Effect.Power) {
        power.wake();
      }
    });
    joinDoor =
        new JoinDoor(
            secrets,
            BoundInstances.joins(engine.view(), this::submit),
            () -> settings.nodeFiles(),
            confFile.toAbsolutePath().getParent(),
            workers::follow);
    String cluster = conf.slurm().clusterName();
    cloud = new CloudRoom(engine.view(), this::submit, System::currentTimeMillis, order -> joinDoor.token(cluster, order));
    engine.signal(cloud::effect);
    engine.signal(this::replan);
    engine.listen("log", new EffectListeners.ToLog());
    callbacks = new ClientCallbacks(engine.view(), this::submit, new Post(security.calls(), engine.view()), identities::groupName);
    pings = new ClientPings(engine.view(), this::submit, new Post(security.calls(), engine.view()), () -> settings.conf().inactiveLimit(), System::currentTimeMillis);
    engine.listen("callbacks", callbacks);
    stepSignals = new StepSignals(engine.view(), new Post(security.calls(), engine.view()), conf.slurmdUser().uid(), waitingSteps);
    engine.listen("steps", stepSignals);
    JobMail mail = new JobMail(engine.view(), () -> settings.conf().slurm());
    engine.listen("mail", mail);
    completions = new JobCompletions(engine.view(), secrets, identities::userName, this::groupName, System::currentTimeMillis);
    completions.configure(conf.jobCompletionLog());
    engine.listen("jobcomp", completions);
    mailTimer.scheduleWithFixedDelay(
        () -> mail.timeLimits(System.currentTimeMillis() / 1000), JobMail.LOOK_SECONDS, JobMail.LOOK_SECONDS, TimeUnit.SECONDS);
    engine.start();
    raiseFeatureLevel();
    apply(conf);
    slurmdTimer =
        new SlurmdTimer(agents, engine.view(), this::submit, () -> settings.conf().slurmdTimeout(), System::currentTimeMillis);
    agentServer.start(agents, joinDoor::open, workers::follow);
    startSack(conf);
    openPort(conf);
    slurmdTimer.start();
    power.start();
    joinDoor.configure(conf);
    cloud.configure(conf);
    keepFacts(conf);
    slurmds.start();
    slurmdPings.start();
    pings.start();
    scheduler.start();
    backfill.start();
    StartFiles.writePid(conf.pidFile());
    new Signals(this).install();
    systemd.ready("serving " + conf.slurm().clusterName());
    watchdog = new Watchdog(systemd, engine.view());
    StartFiles.tellStarter();
    LOG.info("Running as primary controller");
  }

  private SlurmdNodes.Surroundings slurmdSurroundings(ControllerConf conf) {
    return new SlurmdNodes.Surroundings(
        engine.view(),
        new NodeCommands(),
        new StoredBlobs(engine)::read,
        security.signer(),
        security.calls(),
        conf.slurmdUser().uid(),
        identities::user,
        agents::isConnected,
        agents.loads(),
        () -> SlurmdSettings.of(settings.conf()),
        version -> settings.configless(ConfiglessFiles.FLAG_SLURMD, version),
        System::currentTimeMillis);
  }

  private String groupName(long gid) {
    String name = identities.groupName(gid);
    return name.isEmpty() ? Long.toString(gid) : name;
  }

  private static void makeAgentServer(Path secrets, CompletableFuture<AgentServer> into) {
    try {
      into.complete(new AgentServer(LinkCertificate.in(secrets)));
    } catch (IOException | RuntimeException e) {
      into.completeExceptionally(e);
    }
  }

  private static <T> T made(CompletableFuture<T> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    }
  }

  private Agents.Surroundings surroundings(ControllerConf conf) {
    long slurmdUser = conf.slurmdUser().uid();
    return new Agents.Surroundings(
        engine.view(),
        new NodeCommands(),
        new StoredBlobs(engine)::read,
        security.links(),
        () -> settings.conf().configOverrides(),
        uid -> uid == 0 || uid == slurmdUser,
        identities::groupName,
        inner -> agentServer.peerOf(inner),
        System::currentTimeMillis,
        workers::follow,
        Slurmctld.VERSION,
        HEARTBEAT_SECONDS);
  }

  /** For nodes: reports whose result only matters if there is trouble wake no worker. */
  private final class NodeCommands implements Agents.Commands {
    @Override
    public CompletableFuture<Result> submit(LongFunction<Command> command) {
      return Daemon.this.submit(command);
    }

    @Override
    public void report(LongFunction<Command> command, Runnable untaken) {
      engine
          .submit(command)
          .thenAccept(
              result -> {
                if (!Agents.Commands.isTaken(result)) {
                  untaken.run();
                }
              });
    }
  }

  /** For clients, who are answered by workers. */
  private final class ClientCommands implements Controller.Commands {
    @Override
    public CompletableFuture<Result> submit(LongFunction<Command> command, List<Controller.Content> contents) {
      return Daemon.this.submit(command, contents);
    }

    @Override
    public CompletableFuture<Result> submitHere(LongFunction<Command> command) {
      return engine.submit(command);
    }

    @Override
    public CompletableFuture<Result> away(Result result) {
      return CompletableFuture.completedFuture(result).thenApplyAsync(r -> r, workers::follow);
    }
  }

  /** Completes on a worker: whoever waits for a result never works on the apply thread. */
  private CompletableFuture<Result> submit(LongFunction<Command> maker) {
    return submit(maker, List.of());
  }

  private CompletableFuture<Result> submit(LongFunction<Command> maker, List<Controller.Content> contents) {
    List<Blob> blobs = contents.stream().map(content -> new Blob(content.hash(), content.bytes())).toList();
    return engine.submitWithBlobs(maker, blobs).thenApplyAsync(r -> r, workers::follow);
  }

  /** From here on apply behaves as this release does; a journal of an older one has been replayed by its own rules. */
  private void raiseFeatureLevel() {
    if (engine.view().globals().featureLevel() < StateMachine.FEATURE_LEVEL) {
      engine.submit(now -> new Command.RaiseFeatureLevel(now, StateMachine.FEATURE_LEVEL));
    }
  }

  private void apply(ControllerConf conf) throws IOException {
    try {
      Result r = engine.reconfigure(CoreConfig.of(conf, 0, GroupMembers::uids)).get();
      if (!r.isOk()) {
        throw new IOException("configuration refused: error " + r.error() + " " + r.message());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IOException("configuration cannot be written: " + e.getCause(), e);
    }
  }

  private void startSack(ControllerConf conf) throws IOException {
    if (security.key().isPresent()) {
      Path socket = own.sackSocket();
      sack =
          Optional.of(
              SackServer.start(
                  socket,
                  new SackServer.Settings(
                      security.key().get(),
                      conf.slurm().clusterName(),
                      ProcessFacts.shortHostName(),
                      security.info().ttl()),
                  LOG::info));
    }
  }

  private void openPort(ControllerConf conf) throws IOException {
    RpcStatistics statistics = new RpcStatistics();
    Controller controller =
        new Controller(
            engine.view(),
            new ClientCommands(),
            new StoredBlobs(engine),
            new WaitingReasons(engine.view(), scheduler, backfill, workers::follow, allocationPrologs::run),
            agents.loads(),
            identities,
            statistics,
            settings,
            new DaemonOperations(scripts, allocationPrologs, slurmds, settings, log, this::reconfigure, this::stop),
            System::currentTimeMillis,
            bootSeconds);
    FrontDoor door =
        new FrontDoor(
            Rpcs.table(
                controller,
                callbacks,
                table -> {
                  new NodeDaemonRpcs(slurmds, uid -> uid == 0 || uid == settings.conf().slurmdUser().uid()).register(table);
                  new StepRpcs(
                          controller, security.signer(), identities::user, waitingSteps,
                          millis -> CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, workers::follow))
                      .register(table);
                }),
            security.authenticator(),
            security.credentials(),
            uid -> uid == 0 || uid == settings.slurmUserId(),
            workers,
            statistics,
            controller.sluids());
    engine.expect(door::arriving);
    List<InetSocketAddress> addresses = new ArrayList<>();
    PortRange range = conf.ports();
    for (int p = range.first(); p <= range.last(); p++) {
      addresses.add(new InetSocketAddress(p));
    }
    port = FrontPort.open(frontPort(), addresses, door, agentServer.relay());
    LOG.info("listening on port{} {}", range.count() > 1 ? "s" : "", range.count() > 1 ? range.first() + "-" + range.last() : range.first());
  }

  private FrontPort.Settings frontPort() {
    FrontPort.Settings d = FrontPort.Settings.DEFAULT;
    return new FrontPort.Settings(
        d.maxRequestBytes(), own.requestTimeout() * 1000L, own.maxConnections(), d.budgetBytes(), d.eventLoops());
  }

  /** Apply thread. The scheduler's first plan is due at its start, without an effect. */
  private void replan(Effect effect) {
    if (effect instanceof Effect.Replan) {
      scheduler.replan();
    } else if (effect instanceof Effect.Allocated a) {
      scheduler.started(a.jobId());
    }
  }

  // ---- while it runs

  /** Slurm's error number, 0 for done, and in words everything that is wrong with the new configuration. */
  CompletableFuture<Result> reconfigure(String by) {
    return reconfigures.run(
        () ->
            CompletableFuture.supplyAsync(
                    () -> new Reconfiguring(confFile, engine, settings, identities, log, systemd, this::inForce, workers::follow), workers::follow)
                .thenCompose(r -> r.run(by)));
  }

  /** Core has it already: one room that cannot follow must not keep the others back. */
  private void inForce(ControllerConf conf) {
    each("instances that join", () -> joinDoor.configure(conf));
    each("compute node groups", () -> cloud.configure(conf));
    each("what the cloud said", () -> keepFacts(conf));
    conf.pools().warnings().forEach(w -> LOG.warn("{}", w));
    each("agents", agents::reconfigure);
    each("slurmds", slurmds::reconfigure);
    each("finished jobs", () -> completions(conf));
  }

  private static void each(String what, Runnable room) {
    try {
      room.run();
    } catch (RuntimeException e) {
      LOG.error("new configuration, {}: {}", what, e.toString(), e);
    }
  }

  private void completions(ControllerConf conf) {
    try {
      completions.configure(conf.jobCompletionLog());
    } catch (IOException e) {
      LOG.error("JobCompLoc: {}: finished jobs go where they went before", e.getMessage());
    }
  }

  /** What the cloud said of types and subnets, for a start without it. */
  private static void keepFacts(ControllerConf conf) {
    if (conf.pools().cloud() == null || conf.pools().facts().equals(CloudFacts.NONE)) {
      return;
    }
    try {
      conf.pools().facts().write(conf.stateSaveLocation());
    } catch (IOException e) {
      LOG.error("what the cloud said of instance types cannot be kept: {}", e.getMessage());
    }
  }

  void reopenLog() {
    log.reopen(options.foreground);
    completions.reopen();
    LOG.info("log file reopened");
  }

  void stop(String why) {
    LOG.info("Terminate requested: {}", why);
    end.countDown();
  }

  void awaitEnd() {
    try {
      end.await();
      // The answer to scontrol shutdown is on its way.
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    systemd.stopping("ending");
    if (watchdog != null) {
      watchdog.close();
    }
    if (port != null) {
      port.stopListening();
    }
    mailTimer.shutdownNow();
    if (cloud != null) {
      cloud.close();
      joinDoor.close();
    }
    if (scheduler != null) {
      scheduler.close();
      backfill.close();
    }
    if (slurmdTimer != null) {
      slurmdTimer.close();
    }
    if (slurmdPings != null) {
      slurmdPings.close();
      slurmds.close();
    }
    if (pings != null) {
      pings.close();
      callbacks.close();
      stepSignals.close();
    }
    if (agents != null) {
      agents.close();
    }
    if (agentServer != null) {
      agentServer.close();
    }
    if (port != null) {
      port.close();
    }
    sack.ifPresent(SackServer::close);
    if (engine != null) {
      engine.close();
    }
    workers.close();
    try {
      if (completions != null) {
        completions.close();
      }
      if (port != null) {
        Files.deleteIfExists(settings.conf().pidFile());
      }
    } catch (IOException e) {
      LOG.debug("pid file: {}", e.getMessage());
    }
    LOG.info("Slurmctld shutdown completing");
  }
}
