package org.slurmctldj.agent;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agent.launch.LaunchSpool;
import org.slurmctldj.agent.launch.LaunchStarts;
import org.slurmctldj.agent.launch.Launches;
import org.slurmctldj.agent.link.NodeLink;
import org.slurmctldj.agent.link.Session;
import org.slurmctldj.agent.node.NodeHardware;
import org.slurmctldj.agent.node.Tracking;
import org.slurmctldj.proto.agent.Hardware;
import org.slurmctldj.proto.agent.Registration;
import org.slurmctldj.proto.nodelink.LinkIdentities;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.os.SystemdNotify;

/**
 * The running agent: spool, launches, link to the controller, in the order in which they must come up. Jobs do not end
 * with it.
 */
final class Agent implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Agent.class);

  private final AgentConfig config;
  private final LaunchSpool spool;
  private final Launches launches;
  private final NodeLink link;
  private final SystemdNotify systemd;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("timer").daemon().factory());
  private final CountDownLatch stopped = new CountDownLatch(1);

  /** @throws IOException a sentence for the user: spool not usable, no shepherd */
  Agent(AgentConfig config, Path shepherd, SystemdNotify systemd) throws IOException {
    this.config = config;
    this.systemd = systemd;
    boolean privileged = ProcessFacts.effectiveUid() == 0;
    String node = config.node().name();
    if (!Files.isExecutable(shepherd)) {
      throw new IOException("the shepherd " + shepherd + " is missing or not executable: build slurmd-agent first");
    }
    Tracking tracking =
        Tracking.find(config.cgroup(), privileged, config.taskCgroup(), config.nodeNamed() ? "_" + node : "");
    log.info("slurmd-agent {} started, node {}, {}", SlurmdAgent.VERSION, node, tracking.description());
    if (!privileged) {
      log.warn(
          "not running as root: only jobs of uid {} are run here, without memory limits", ProcessFacts.effectiveUid());
    }
    this.spool = new LaunchSpool(config.spoolDirectory(), privileged);
    // real slurmd on hosts with one node calls itself slurmstepd, with -N slurmstepd-NODE
    String prefix = config.nodeNamed() ? "slurmstepd-" + node : "slurmstepd";
    this.launches =
        new Launches(
            spool,
            LaunchStarts.of(
                node,
                ProcessFacts.shortHostName(),
                config.confFile().toString(),
                prefix,
                config.appendByDefault(),
                privileged,
                tracking,
                shepherd),
            node,
            privileged,
            ProcessFacts.effectiveUid());
    launches.adopt();
    Session.Node self = self(tracking);
    this.link =
        new NodeLink(config.controllers(), out -> new Session(self, launches, timer, out));
  }

  private Session.Node self(Tracking tracking) {
    byte[] instance = new byte[16];
    new SecureRandom().nextBytes(instance);
    Hardware hardware = NodeHardware.find(config.temporaryFileSystem(), SlurmdAgent.VERSION);
    Registration registration =
        Registration.newBuilder()
            .setHardware(hardware)
            .setBootTime(NodeHardware.bootTime())
            .setAgentStartTime(System.currentTimeMillis() / 1000)
            .setTracking(tracking.kind().text())
            .setEnforcesMemory(tracking.enforcesMemory())
            .build();
    return new Session.Node(
        config.node().name(),
        SlurmdAgent.VERSION,
        ProcessFacts.bootId(),
        ByteString.copyFrom(instance),
        LinkIdentities.of(config.conf(), config.keyDirectory()),
        config.slurmUid(),
        registration,
        () -> systemd.status("registered with the controller"),
        () -> log.warn("reconfigure: slurm.conf is read again when the agent is started again"));
  }

  void start() throws IOException {
    writePidFile();
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

  void await() throws InterruptedException {
    stopped.await();
  }

  @Override
  public void close() {
    systemd.stopping("jobs go on");
    link.close();
    launches.close();
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
