package org.slurmctldj.sim;

import com.google.protobuf.ByteString;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slurmctldj.proto.agent.AgentMessage;
import org.slurmctldj.proto.agent.ControllerMessage;
import org.slurmctldj.proto.agent.ExitAck;
import org.slurmctldj.proto.agent.ExitReport;
import org.slurmctldj.proto.agent.Failure;
import org.slurmctldj.proto.agent.Hardware;
import org.slurmctldj.proto.agent.Hello;
import org.slurmctldj.proto.agent.Launch;
import org.slurmctldj.proto.agent.LaunchAccepted;
import org.slurmctldj.proto.agent.LaunchFailed;
import org.slurmctldj.proto.agent.LaunchGone;
import org.slurmctldj.proto.agent.LaunchStarted;
import org.slurmctldj.proto.agent.LaunchStatus;
import org.slurmctldj.proto.agent.Registration;
import org.slurmctldj.proto.agent.SignalResult;
import org.slurmctldj.proto.agent.Terminate;
import org.slurmctldj.proto.nodelink.LinkProof;

/**
 * A machine with slurmd-agent on it, as far as the controller can tell: follows org.slurmctldj.agent.launch.Launches and
 * LaunchStart (launches held until acknowledged, a launch id never run twice, shepherds that outlive the agent, a spool
 * that outlives the node) and link.NodeLink (one stream, made again for ever with growing pauses).
 */
final class Node {
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 10_000;
  private static final long HANDSHAKE_MILLIS = 30_000;
  private static final int SIGTERM = 15;
  private static final int SIGKILL = 9;

  final String name;
  private final World world;
  private final Promises promises;
  private final Supplier<Optional<Controller>> controllers;
  private final long seed;
  private final long longestRunMillis;

  /** On disk. */
  private final Map<String, Run> spool = new LinkedHashMap<>();
  /** In the agent's memory. */
  private final Map<String, Run> table = new LinkedHashMap<>();
  private final Set<String> forgotten = new LinkedHashSet<>();

  private int boot = 1;
  private long bootedAt;
  private boolean powered = true;
  /** It is a machine of a cloud: its boot time is a real one. */
  private boolean cloud;
  /** Which of the cloud's instances it is; empty: none. */
  private String instance = "";
  private boolean agentRuns;
  /** Counts agent processes and boots: what an earlier one had begun does not go on. */
  private int life;
  private Optional<Link> link = Optional.empty();
  private boolean welcomed;
  private long welcomedAt;
  private long pause = FIRST_PAUSE_MILLIS;

  Node(
      String name, World world, Promises promises, Supplier<Optional<Controller>> controllers, long seed, long longestRunMillis) {
    this.name = name;
    this.world = world;
    this.promises = promises;
    this.controllers = controllers;
    this.seed = seed;
    this.longestRunMillis = longestRunMillis;
  }

  // ---- machine and agent

  /** Not there until a cloud starts it. */
  void toBeBought() {
    cloud = true;
    powered = false;
  }

  void startAgent() {
    if (!powered || agentRuns) {
      return;
    }
    agentRuns = true;
    life++;
    pause = FIRST_PAUSE_MILLIS;
    for (Run r : spool.values()) {
      // Until the shepherd or its record has been looked at.
      r.state = Run.State.ACCEPTED;
      table.put(r.id, r);
      begin(r);
    }
    connect();
  }

  void crashAgent() {
    if (!agentRuns) {
      return;
    }
    world.say(name + ": agent dies");
    agentDown();
    link.ifPresent(l -> l.cut(true));
    link = Optional.empty();
  }

  private void agentDown() {
    agentRuns = false;
    welcomed = false;
    life++;
    table.clear();
    forgotten.clear();
    for (Run r : spool.values()) {
      r.cancelled = false;
    }
  }

  void powerOff(boolean spoolLost) {
    if (!powered) {
      if (spoolLost) {
        spool.clear(); // it was off already when the cloud took it
      }
      return;
    }
    world.say(name + ": power lost" + (spoolLost ? " with its spool" : ""));
    agentDown();
    powered = false;
    link.ifPresent(Link::silence);
    link = Optional.empty();
    for (Run r : spool.values()) {
      r.alive = false;
      r.life++;
      if (r.report.isPresent()) {
        r.report = Optional.of(r.report.get().toBuilder().setNodeClean(true).build());
      } else {
        end(r, SIGKILL, false, Failure.NODE_REBOOTED, true);
      }
    }
    if (spoolLost) {
      spool.clear();
    }
  }

  void powerOn() {
    if (!powered) {
      powered = true;
      boot++;
      bootedAt = world.now / 1000;
      startAgent();
    }
  }

  /** A machine that was not there before takes the name. */
  void newMachine(String id) {
    instance = id;
    cloud = true;
    powerOff(true);
    spool.clear();
    powered = false;
    powerOn();
  }

  boolean isPowered() {
    return powered;
  }

  boolean agentRuns() {
    return agentRuns;
  }

  /** Its process died: the kernel at the other end says so, or a machine is gone with it. */
  void controllerGone() {
    link.ifPresent(l -> l.cut(true));
  }

  void cutStream() {
    link.ifPresent(l -> l.cut(world.chance(0.5)));
  }

  // ---- what promises look at

  /** Milliseconds since it was welcomed on a stream that is whole, or -1. */
  long welcomedFor() {
    return welcomed && link.map(Link::isWhole).orElse(false) ? world.now - welcomedAt : -1;
  }

  Iterable<Run> runs() {
    return spool.values();
  }

  boolean holds(String launchId) {
    return table.values().stream().anyMatch(r -> r.launchId().equals(launchId)) || inSpool(launchId).isPresent();
  }

  private Optional<Run> inSpool(String launchId) {
    return spool.values().stream().filter(r -> r.launchId().equals(launchId)).findFirst();
  }

  boolean isAlive(String launchId) {
    return inSpool(launchId).filter(r -> r.alive).isPresent();
  }

  boolean holdsNothing() {
    return table.isEmpty() && spool.isEmpty();
  }

  // ---- the stream

  private void connect() {
    if (!agentRuns || link.isPresent()) {
      return;
    }
    Optional<Controller> c = controllers.get().filter(Controller::isOpen);
    if (c.isEmpty()) {
      again();
      return;
    }
    Link l = new Link(world, this, c.get());
    link = Optional.of(l);
    l.send(
        AgentMessage.newBuilder()
            .setHello(
                Hello.newBuilder()
                    .setRevision(LinkProof.REVISION)
                    .setNodeName(name)
                    .setNonce(ByteString.copyFrom(new byte[LinkProof.NONCE_LENGTH]))
                    .setBootId("boot" + boot)
                    .setInstance(ByteString.copyFromUtf8(name + life))
                    .setAgentVersion("sim")));
    world.after(HANDSHAKE_MILLIS, () -> {
      if (link.equals(Optional.of(l)) && !welcomed) {
        l.closeByNode();
        streamEnded(l);
      }
    });
  }

  private void again() {
    int mine = life;
    world.after(pause + world.below(pause / 2), () -> {
      if (mine == life) {
        connect();
      }
    });
    pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
  }

  void streamEnded(Link l) {
    if (!link.equals(Optional.of(l))) {
      return;
    }
    if (welcomed) {
      pause = FIRST_PAUSE_MILLIS;
    }
    welcomed = false;
    link = Optional.empty();
    again();
  }

  void received(Link from, ControllerMessage m) {
    if (!agentRuns || !link.equals(Optional.of(from))) {
      return;
    }
    switch (m.getBodyCase()) {
      case CHALLENGE -> register();
      case REFUSED -> {
        pause = Math.max(pause, Math.min(LONGEST_PAUSE_MILLIS, m.getRefused().getRetryAfterSeconds() * 1000L));
        from.closeByNode();
        streamEnded(from);
      }
      case WELCOME -> welcome();
      case LAUNCH -> launch(m.getLaunch());
      case TERMINATE -> terminate(m.getTerminate());
      case EXIT_ACK -> acknowledged(m.getExitAck());
      case SIGNAL -> send(
          AgentMessage.newBuilder().setSignalResult(SignalResult.newBuilder().setLaunchId(m.getSignal().getLaunchId())));
      case PING, RECONFIGURE, GOODBYE, BODY_NOT_SET -> {}
    }
  }

  private void register() {
    Registration.Builder r =
        Registration.newBuilder()
            .setCredential(ByteString.copyFromUtf8("me"))
            .setBootTime(cloud ? bootedAt : boot)
            .setInstanceId(instance)
            .setHardware(
                Hardware.newBuilder()
                    .setCpus(8)
                    .setBoards(1)
                    .setSocketsPerBoard(2)
                    .setCoresPerSocket(2)
                    .setThreadsPerCore(2)
                    .setRealMemoryMb(8000)
                    .setArch("x86_64")
                    .setVersion("sim"));
    for (Run run : table.values()) {
      r.addLaunches(
          LaunchStatus.newBuilder()
              .setLaunchId(run.id)
              .setJobId((int) run.jobId)
              .setState(
                  switch (run.state) {
                    case NEW, ACCEPTED -> LaunchStatus.State.ACCEPTED;
                    case RUNNING -> LaunchStatus.State.RUNNING;
                    case ENDED -> LaunchStatus.State.ENDED;
                  }));
    }
    send(AgentMessage.newBuilder().setRegistration(r));
  }

  private void welcome() {
    welcomed = true;
    welcomedAt = world.now;
    for (Run r : table.values()) {
      if (r.state == Run.State.RUNNING) {
        sendStarted(r);
      }
      r.report.ifPresent(this::sendReport);
    }
  }

  private void send(AgentMessage.Builder m) {
    link.ifPresent(l -> l.send(m));
  }

  /** What launches say goes nowhere unless the controller has welcomed the node. */
  private void tell(AgentMessage.Builder m) {
    if (welcomed) {
      send(m);
    }
  }

  private void sendStarted(Run r) {
    tell(
        AgentMessage.newBuilder()
            .setLaunchStarted(LaunchStarted.newBuilder().setLaunchId(r.id).setPid(7).setStartTimeMillis(r.startMillis)));
  }

  private void sendReport(ExitReport report) {
    tell(AgentMessage.newBuilder().setExitReport(report));
  }

  // ---- orders

  private void launch(Launch l) {
    String id = l.getLaunchId();
    Run known = table.get(id);
    if (known != null) {
      if (known.state != Run.State.NEW) {
        tell(AgentMessage.newBuilder().setLaunchAccepted(LaunchAccepted.newBuilder().setLaunchId(id).setKnown(true)));
        if (known.state == Run.State.RUNNING) {
          sendStarted(known);
        }
        known.report.ifPresent(this::sendReport);
      }
      return;
    }
    if (forgotten.contains(id)) {
      tell(AgentMessage.newBuilder().setLaunchGone(LaunchGone.newBuilder().setLaunchId(id)));
      return;
    }
    Script script =
        Script.of(seed, Integer.toUnsignedLong(l.getJobId()), l.getRestartCount(), world.has(Fault.STUBBORN_JOB), longestRunMillis);
    Run r = new Run(id, Integer.toUnsignedLong(l.getJobId()), l.getRestartCount(), script);
    table.put(id, r);
    int mine = life;
    long preparing = 1 + world.below(10) + (world.fault(Fault.DELAY, 0.02) ? world.between(100, 120_000) : 0);
    world.after(preparing, () -> {
      if (mine == life) {
        prepared(r);
      }
    });
  }

  private void prepared(Run r) {
    if (r.script.refusal()) {
      table.remove(r.id);
      tell(
          AgentMessage.newBuilder()
              .setLaunchFailed(LaunchFailed.newBuilder().setLaunchId(r.id).setFailure(Failure.SPOOL).setText("no room")));
      return;
    }
    r.state = Run.State.ACCEPTED;
    spool.put(r.id, r);
    tell(AgentMessage.newBuilder().setLaunchAccepted(LaunchAccepted.newBuilder().setLaunchId(r.id)));
    begin(r);
  }

  /** Starts its shepherd, or finds what became of it. */
  private void begin(Run r) {
    int mine = life;
    boolean cancelled = r.cancelled;
    world.after(1 + world.below(20), () -> {
      if (mine != life || !spool.containsKey(r.id)) {
        return;
      }
      if (r.started || r.report.isPresent()) {
        found(r);
      } else if (cancelled) {
        end(r, SIGKILL, false, Failure.CANCELLED_BEFORE_START, true);
      } else {
        start(r);
      }
    });
  }

  /** Left by an earlier agent. */
  private void found(Run r) {
    if (r.report.isPresent()) {
      r.state = Run.State.ENDED;
      sendReport(r.report.get());
    } else {
      r.state = Run.State.RUNNING;
      sendStarted(r);
    }
  }

  private void start(Run r) {
    r.started = true;
    if (r.script.failure() != Failure.NONE) {
      end(r, 1 << 8, false, r.script.failure(), true);
      return;
    }
    r.alive = true;
    r.state = Run.State.RUNNING;
    r.startMillis = world.now;
    promises.scriptStarts(this, r);
    sendStarted(r);
    if (r.cancelled) {
      kill(r, 0);
    }
    processes(r, r.script.runMillis(), () -> {
      promises.endsByItself(r);
      scriptEnds(r, r.script.waitStatus(), r.script.outOfMemory());
    });
  }

  /** An event of the job's processes: whatever happens to the agent, but not if the node has gone down. */
  private void processes(Run r, long millis, Runnable event) {
    int mine = r.life;
    world.after(millis, () -> {
      if (mine == r.life && r.alive && r.report.isEmpty()) {
        event.run();
      }
    });
  }

  private void scriptEnds(Run r, int waitStatus, boolean outOfMemory) {
    long left = r.script.leftoverMillis();
    if (left > 0) {
      end(r, waitStatus, outOfMemory, Failure.NONE, false);
      int mine = r.life;
      world.after(left, () -> {
        if (mine == r.life) {
          end(r, waitStatus, outOfMemory, Failure.NONE, true);
        }
      });
      return;
    }
    end(r, waitStatus, outOfMemory, Failure.NONE, true);
  }

  private void end(Run r, int waitStatus, boolean outOfMemory, Failure failure, boolean clean) {
    ExitReport report =
        ExitReport.newBuilder()
            .setLaunchId(r.id)
            .setJobId((int) r.jobId)
            .setWaitStatus(waitStatus)
            .setOutOfMemory(outOfMemory)
            .setFailure(failure)
            .setText(failure == Failure.NONE ? "" : failure.name())
            .setNodeClean(clean)
            .build();
    r.state = Run.State.ENDED;
    r.alive = !clean;
    r.report = Optional.of(report);
    if (agentRuns && table.containsKey(r.id)) {
      sendReport(report);
    }
  }

  private void terminate(Terminate t) {
    Run r = table.get(t.getLaunchId());
    if (r == null) {
      tell(AgentMessage.newBuilder().setLaunchGone(LaunchGone.newBuilder().setLaunchId(t.getLaunchId())));
      return;
    }
    if (r.state == Run.State.ENDED) {
      r.report.ifPresent(this::sendReport);
      return;
    }
    r.cancelled = true;
    if (r.alive) {
      kill(r, t.getKillWaitSeconds() * 1000L);
    }
  }

  /** The shepherd's work, whatever becomes of the agent. */
  private void kill(Run r, long killWaitMillis) {
    r.toldMillis = r.toldMillis == 0 ? world.now : r.toldMillis;
    promises.told(r);
    if (r.script.termMillis() >= 0) {
      processes(r, r.script.termMillis(), () -> scriptEnds(r, SIGTERM, false));
    }
    processes(r, killWaitMillis + r.script.unkillableMillis(), () -> scriptEnds(r, SIGKILL, false));
  }

  private void acknowledged(ExitAck ack) {
    Run r = table.get(ack.getLaunchId());
    if (r == null || !ack.getNodeClean() || !r.report.map(ExitReport::getNodeClean).orElse(false)) {
      return;
    }
    table.remove(r.id);
    spool.remove(r.id);
    forgotten.add(r.id);
  }
}
