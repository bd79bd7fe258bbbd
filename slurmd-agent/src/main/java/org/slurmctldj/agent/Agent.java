package org.slurmctldj.agent;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agent.cloud.CloudBoot;
import org.slurmctldj.agent.door.Forwarder;
import org.slurmctldj.agent.door.NodeDoor;
import org.slurmctldj.agent.door.NodeTrust;
import org.slurmctldj.agent.launch.LaunchNode;
import org.slurmctldj.agent.launch.LaunchSpool;
import org.slurmctldj.agent.launch.LaunchStart;
import org.slurmctldj.agent.launch.Launches;
import org.slurmctldj.agent.link.NodeLink;
import org.slurmctldj.agent.link.Session;
import org.slurmctldj.agent.node.NodeHardware;
import org.slurmctldj.agent.node.Processors;
import org.slurmctldj.agent.node.Devices;
import org.slurmctldj.agent.node.Tracking;
import org.slurmctldj.agent.script.JobScriptRuns;
import org.slurmctldj.agent.step.NodeRpcs;
import org.slurmctldj.agent.step.StepNode;
import org.slurmctldj.agent.step.Steps;
import org.slurmctldj.proto.agent.Hardware;
import org.slurmctldj.proto.agent.Registration;
import org.slurmctldj.proto.client.ControllerConnection;
import org.slurmctldj.proto.conf.ClusterLayout;
import org.slurmctldj.proto.nodelink.LinkIdentities;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.os.SystemdNotify;

/**
 * The running agent: spool, launches, link to the controller, in the order in which they must come up. Jobs do not end
 * with it.
 */
final class Agent implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Agent.class);

  private final boolean bootedNow;
  private final AgentConfig config;
  private final LaunchSpool spool;
  private final Launches launches;
  private final NodeLink link;
  private final SystemdNotify systemd;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("timer").daemon().factory());
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final LaunchStart start;
  private final JobScriptRuns scripts;
  private final Steps steps;
  private final NodeDoor door;
  private volatile NodeTrust trust;
  private volatile ClusterLayout layout;
  private final AtomicBoolean rebooting = new AtomicBoolean();
  private final Callable<AgentConfig> reload;
  private final Optional<CloudBoot.Node> instance;
  private final CountDownLatch welcomed = new CountDownLatch(1);

  /**
   * @param alwaysTls TLS also to a controller on this host
   * @param reload reads the configuration again
   * @param instance the cloud's instance that this node is
   * @throws IOException a sentence for the user: spool not usable, no shepherd
   */
  Agent(AgentConfig config, boolean alwaysTls, boolean bootedNow, Path shepherd, SystemdNotify systemd, Callable<AgentConfig> reload,
      Optional<CloudBoot.Node> instance)
      throws IOException {
    this.config = config;
    this.instance = instance;
    this.bootedNow = bootedNow;
    this.layout = ClusterLayout.of(config.conf());
    this.reload = reload;
    this.systemd = systemd;
    boolean privileged = ProcessFacts.effectiveUid() == 0;
    String node = config.node().name();
    if (!Files.isExecutable(shepherd)) {
      throw new IOException("the shepherd " + shepherd + " is missing or not executable: build slurmd-agent first");
    }
    config.cgroup().warnings().forEach(log::warn);
    Tracking tracking = tracking(config);
    log.info("slurmd-agent {} started, node {}, {}", SlurmdAgent.VERSION, node, tracking.description());
    if (!privileged) {
      log.warn(
          "not running as root: only jobs of uid {} are run here, without memory limits", ProcessFacts.effectiveUid());
    }
    this.spool = new LaunchSpool(config.spoolDirectory(), privileged);
    this.start = new LaunchStart(facts(config, tracking), shepherd);
    this.trust = trust(config);
    this.scripts = new JobScriptRuns(config.spoolDirectory(), shepherd, config.scripts());
    this.steps =
        new Steps(config.spoolDirectory(), shepherd, stepNode(config, tracking), () -> trust, controllers(config), scripts, privileged, this::addressOf);
    this.launches = new Launches(spool, start, steps, scripts, node, privileged, ProcessFacts.effectiveUid());
    this.door =
        new NodeDoor(doorAddress(), trust, new Forwarder(this::addressOf), new NodeRpcs(steps, () -> trust, shepherd, privileged, SlurmdAgent.VERSION));
    steps.adopt();
    launches.adopt();
    Session.Node self = self(tracking);
    this.link =
        new NodeLink(
            config.controllers(), alwaysTls, (out, channel) -> new Session(self, launches, timer, out, channel));
  }

  private static NodeTrust trust(AgentConfig config) throws IOException {
    try {
      return NodeTrust.of(config.conf(), config.keyDirectory(), config.slurmUid(), config.nodeNamed());
    } catch (RuntimeException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static StepNode stepNode(AgentConfig config, Tracking tracking) {
    return new StepNode(
        facts(config, tracking),
        config.node().cpus().cpus(),
        Processors.ofThisMachine(),
        config.conf().options("TaskPlugin").items().stream().anyMatch(p -> p.equals("task/affinity") || p.equals("affinity")),
        config.conf().text("TaskProlog"),
        config.conf().text("TaskEpilog"),
        (int) config.conf().number("KillWait", 30),
        config.conf().options("PrologFlags").has("Contain"));
  }

  private static ControllerConnection.Settings controllers(AgentConfig config) {
    return new ControllerConnection.Settings(
        config.controllers().stream().map(c -> new ControllerConnection.Endpoint(c.host(), c.port())).toList(),
        config.conf().slurmctldTimeout(),
        config.slurmUid());
  }

  private Optional<InetSocketAddress> addressOf(String node) {
    return layout.node(node).flatMap(def -> Forwarder.resolve(def.address(), def.port()));
  }

  private static Devices devices(AgentConfig config, Tracking tracking) {
    boolean wanted = config.cgroup().constrainDevices();
    boolean can = wanted && config.taskCgroup() && tracking.limitsDevices();
    if (wanted && !can) {
      log.warn(
          "cgroup.conf: ConstrainDevices=yes has no effect: {}",
          config.taskCgroup() ? "it needs a cgroup v1 devices hierarchy" : "TaskPlugin does not name task/cgroup");
    }
    return new Devices(config.gres(), can);
  }

  private static Tracking tracking(AgentConfig config) {
    return Tracking.find(
        config.cgroup(),
        ProcessFacts.effectiveUid() == 0,
        config.taskCgroup(),
        config.nodeNamed() ? suffix(config) : "");
  }

  /**
   * Several agents of a host must not meet in one control group: a job's end empties it. Two clusters may well have the
   * same node names and job ids; spool directories are their own.
   */
  private static String suffix(AgentConfig config) {
    CRC32 spool = new CRC32();
    spool.update(config.spoolDirectory().toAbsolutePath().normalize().toString().getBytes(StandardCharsets.UTF_8));
    return String.format("_%s_%08x", config.node().name(), spool.getValue());
  }

  private static LaunchNode facts(AgentConfig config, Tracking tracking) {
    String node = config.node().name();
    return new LaunchNode(
        node,
        ProcessFacts.shortHostName(),
        config.confFile().toString(),
        // real slurmd on hosts with one node calls itself slurmstepd, with -N slurmstepd-NODE
        config.nodeNamed() ? "slurmstepd-" + node : "slurmstepd",
        config.appendByDefault(),
        ProcessFacts.effectiveUid() == 0,
        tracking,
        devices(config, tracking),
        config.conf().text("TaskProlog"),
        config.conf().text("TaskEpilog"));
  }

  /** On a thread of its own: it may fetch the files from a controller. What launches need is replaced, the rest named. */
  private synchronized void reconfigure() {
    systemd.reloading();
    try {
      AgentConfig next = reload.call();
      next.cgroup().warnings().forEach(log::warn);
      Tracking tracking = tracking(next);
      start.use(facts(next, tracking));
      steps.use(stepNode(next, tracking));
      scripts.use(next.scripts());
      trust = trust(next);
      layout = ClusterLayout.of(next.conf());
      door.use(trust);
      log.info("reconfigured, {}", tracking.description());
      if (!next.controllers().equals(config.controllers()) || !next.spoolDirectory().equals(config.spoolDirectory())) {
        log.warn("SlurmctldHost, SlurmctldPort and SlurmdSpoolDir have changed: they count when the agent is started again");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      log.error("reconfigure: the configuration in use stays: {}", e.getMessage());
    }
    systemd.ready("reconfigured");
  }

  private Session.Node self(Tracking tracking) {
    byte[] instance = new byte[16];
    new SecureRandom().nextBytes(instance);
    Hardware hardware = NodeHardware.find(config.temporaryFileSystem(), SlurmdAgent.VERSION);
    Registration.Builder registration =
        Registration.newBuilder()
            .setHardware(hardware)
            .setBootTime(bootedNow ? System.currentTimeMillis() / 1000 : NodeHardware.bootTime())
            .setAgentStartTime(System.currentTimeMillis() / 1000)
            .setTracking(tracking.kind().text())
            .setGres(config.gres().reported(config.node().gres().orElse("")))
            .setEnforcesMemory(tracking.enforcesMemory());
    this.instance.ifPresent(i -> registration.setInstanceId(i.instanceId()).setInstanceType(i.instanceType()));
    return new Session.Node(
        config.node().name(),
        SlurmdAgent.VERSION,
        bootedNow ? UUID.randomUUID().toString() : ProcessFacts.bootId(),
        ByteString.copyFrom(instance),
        LinkIdentities.of(config.conf(), config.keyDirectory()),
        config.slurmUid(),
        registration.build(),
        () -> {
          systemd.status("registered with the controller");
          welcomed.countDown();
        },
        this::reconfigureAside,
        this::reboot);
  }

  /** scontrol reboot: RebootProgram, as slurmd runs it; the controller says it until this node has booted. */
  private void reboot() {
    Optional<String> program = config.conf().text("RebootProgram");
    if (program.isEmpty()) {
      log.error("the controller wants this node to reboot, and slurm.conf here has no RebootProgram");
      return;
    }
    if (!rebooting.compareAndSet(false, true)) {
      return;
    }
    log.info("reboot: running {}", program.get());
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                int status = new ProcessBuilder(program.get().trim().split("\\s+")).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
                if (status != 0) {
                  log.error("{} ended with status {}", program.get(), status);
                  rebooting.set(false);
                }
              } catch (IOException e) {
                log.error("{} cannot be run: {}", program.get(), e.getMessage());
                rebooting.set(false);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  /** SIGHUP, as for slurmd. */
  void reconfigureAside() {
    Thread.ofVirtual().start(this::reconfigure);
  }

  void start() throws IOException {
    writePidFile();
    door.start();
    link.start();
    systemd.ready("looking for the controller");
    systemd
        .watchdogInterval()
        .ifPresent(
            every ->
                timer.scheduleAtFixedRate(
                    () -> {
                      // answers only while the launches thread does
                      launches.running();
                      systemd.watchdog();
                    },
                    0,
                    every.toMillis() / 3,
                    TimeUnit.MILLISECONDS));
  }

  private void writePidFile() throws IOException {
    Path file = config.pidFile();
    try {
      Optional<Path> directory = Optional.ofNullable(file.getParent());
      if (directory.isPresent()) {
        Files.createDirectories(directory.get());
      }
      Files.writeString(file, ProcessHandle.current().pid() + "\n");
    } catch (IOException e) {
      throw new IOException("SlurmdPidFile " + file + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** False if the controller has not taken this node in that time. */
  boolean awaitWelcome(long seconds) throws InterruptedException {
    return welcomed.await(seconds, TimeUnit.SECONDS);
  }

  /** Every address, or with CommunicationParameters=NoInAddrAny the node's own: several nodes may share a machine then. */
  private InetSocketAddress doorAddress() {
    int port = config.node().port();
    if (config.conf().options("CommunicationParameters").items().stream().noneMatch("NoInAddrAny"::equalsIgnoreCase)) {
      return new InetSocketAddress(port);
    }
    return new InetSocketAddress(instance.map(CloudBoot.Node::address).orElse(config.node().address()), port);
  }

  void await() throws InterruptedException {
    stopped.await();
  }

  @Override
  public void close() {
    systemd.stopping("jobs go on");
    door.close();
    link.close();
    steps.close();
    launches.close();
    tracking(config).tidy();
    timer.shutdownNow();
    try {
      Files.deleteIfExists(config.pidFile());
      spool.close();
    } catch (IOException e) {
      log.warn("while stopping: {}", e.getMessage());
    }
    stopped.countDown();
  }
}
