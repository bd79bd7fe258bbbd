package org.slurmctldj.agents;

import com.google.protobuf.ByteString;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.Actor;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobSelector;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.Outcome;
import org.slurmctldj.core.Result;
import org.slurmctldj.core.SlurmNumbers;
import org.slurmctldj.proto.agent.AgentMessage;
import org.slurmctldj.proto.agent.Challenge;
import org.slurmctldj.proto.agent.ControllerMessage;
import org.slurmctldj.proto.agent.ExitAck;
import org.slurmctldj.proto.agent.ExitReport;
import org.slurmctldj.proto.agent.Failure;
import org.slurmctldj.proto.agent.Goodbye;
import org.slurmctldj.proto.agent.Hardware;
import org.slurmctldj.proto.agent.Hello;
import org.slurmctldj.proto.agent.Launch;
import org.slurmctldj.proto.agent.LaunchStatus;
import org.slurmctldj.proto.agent.Ping;
import org.slurmctldj.proto.agent.Reboot;
import org.slurmctldj.proto.agent.Refused;
import org.slurmctldj.proto.agent.Registration;
import org.slurmctldj.proto.agent.Signal;
import org.slurmctldj.proto.agent.Terminate;
import org.slurmctldj.proto.agent.Usage;
import org.slurmctldj.proto.agent.Welcome;
import org.slurmctldj.proto.nodelink.LinkProof;

/**
 * One agent's stream, from Hello to its end. Everything runs in order on the session's own task queue: what the agent
 * says, and what effects ask for. So a Terminate never overtakes its Launch.
 */
final class AgentSession implements StreamObserver<AgentMessage> {
  private static final Logger LOG = LoggerFactory.getLogger(AgentSession.class);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SIGKILL = 9;
  private static final long NODE_STATE_DRAIN = 1 << 9;

  private enum Phase {
    /** Waits for Hello. */
    NEW,
    /** Has been challenged; waits for Registration. */
    CHALLENGED,
    /** Its registration is being journaled. */
    REGISTERING,
    /** Welcome has been sent. */
    LIVE,
    /** Nothing more is said or heard. */
    ENDED
  }

  private final Agents agents;
  private final Outbox outbox;
  private final SerialTasks tasks;
  private final LinkPeer peer;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Phase phase = Phase.NEW;
  private Hello hello;
  private byte[] nonce;
  /** Names of launches on the agent, and of those that it was told to end; both of the session's queue alone. */
  private final Set<String> held = new LinkedHashSet<>();
  private final Set<String> told = new HashSet<>();

  private volatile String node;
  private volatile long lastHeardNanos = System.nanoTime();

  AgentSession(Agents agents, ServerCallStreamObserver<ControllerMessage> stream, LinkPeer peer) {
    this.agents = agents;
    this.outbox = new Outbox(stream, agents.linkThread());
    this.tasks = new SerialTasks(agents.executor());
    this.peer = peer;
  }

  LinkPeer peer() {
    return peer;
  }

  /** Its node; null until it has registered. */
  String node() {
    return node;
  }

  Hello hello() {
    return hello;
  }

  long silentNanos() {
    return System.nanoTime() - lastHeardNanos;
  }

  // ---- called by gRPC, in order

  @Override
  public void onNext(AgentMessage message) {
    lastHeardNanos = System.nanoTime();
    run(() -> received(message));
  }

  @Override
  public void onError(Throwable cause) {
    run(() -> end("stream broke: " + cause.getMessage()));
  }

  @Override
  public void onCompleted() {
    run(() -> end("agent closed the stream"));
  }

  // ---- for the others

  /** Who has not proved by now that he speaks for a node keeps nothing open here. */
  void registrationDue() {
    if (!closed.get() && node == null) {
      run(
          () -> {
            if (phase == Phase.NEW || phase == Phase.CHALLENGED) {
              LOG.info("stream from {} closed: it has not registered in time", peer);
              end("no registration");
            }
          });
    }
  }

  /** Runs it in order with everything else of this agent. */
  void run(Runnable task) {
    tasks.execute(
        () -> {
          try {
            task.run();
          } catch (RuntimeException e) {
            LOG.error("node {} at {}: {}", node, peer, e.toString(), e);
            end("internal error");
          }
        });
  }

  boolean isLive() {
    return phase == Phase.LIVE;
  }

  void ping() {
    send(ControllerMessage.newBuilder().setPing(Ping.newBuilder().setToken(System.nanoTime())));
  }

  /** Closes from our side; the agent comes back with a new stream. */
  void close(String why) {
    run(
        () -> {
          send(ControllerMessage.newBuilder().setGoodbye(Goodbye.newBuilder().setText(why)));
          end(why);
        });
  }

  void send(ControllerMessage.Builder message) {
    if (!outbox.post(message) && phase != Phase.ENDED) {
      end("agent does not take its messages");
    }
  }

  private void end(String why) {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    boolean wasLive = phase == Phase.LIVE || phase == Phase.REGISTERING;
    phase = Phase.ENDED;
    outbox.end();
    if (node != null) {
      agents.ended(this, node, wasLive, why);
    }
  }

  private void refuse(Refused.Reason reason, String text, int retrySeconds) {
    LOG.error("agent of node {} at {} refused: {}", hello == null ? "?" : hello.getNodeName(), peer, text);
    send(
        ControllerMessage.newBuilder()
            .setRefused(Refused.newBuilder().setReason(reason).setText(text).setRetryAfterSeconds(retrySeconds)));
    end(text);
  }

  // ---- the conversation

  private void received(AgentMessage m) {
    if (phase == Phase.ENDED) {
      return;
    }
    switch (m.getBodyCase()) {
      case HELLO -> hello(m.getHello());
      case REGISTRATION -> registration(m.getRegistration());
      case HEARTBEAT -> {
        if (isLive()) {
          agents.loads().heard(node, m.getHeartbeat().getLoad(), agents.nowSeconds());
          agents.work().work(this, node, false);
        }
      }
      case PONG -> {
        if (isLive() && m.getPong().hasLoad()) {
          agents.loads().heard(node, m.getPong().getLoad(), agents.nowSeconds());
        }
      }
      case LAUNCH_ACCEPTED -> {}
      case LAUNCH_STARTED -> ofLaunch(m.getLaunchStarted().getLaunchId(), this::started);
      case LAUNCH_FAILED -> {
        gone(m.getLaunchFailed().getLaunchId());
        ofLaunch(
            m.getLaunchFailed().getLaunchId(),
            l -> failed(l, m.getLaunchFailed().getFailure(), m.getLaunchFailed().getText()));
      }
      case EXIT_REPORT -> {
        if (m.getExitReport().getNodeClean()) {
          gone(m.getExitReport().getLaunchId());
        }
        if (isLive() && LaunchIds.parse(m.getExitReport().getLaunchId()).filter(l -> !agents.isOurs(l)).isPresent()) {
          // Of a forgotten state: nothing here wants to know, and the agent need not keep it.
          acknowledge(m.getExitReport());
        } else {
          ofLaunch(m.getExitReport().getLaunchId(), l -> exited(l, m.getExitReport()));
        }
      }
      case LAUNCH_GONE -> {
        gone(m.getLaunchGone().getLaunchId());
        if (m.getLaunchGone().getEpilogFailed() && isLive()) {
          drain("Epilog error");
        }
        boolean epilogFailed = m.getLaunchGone().getEpilogFailed();
        ofLaunch(m.getLaunchGone().getLaunchId(), l -> agents.report(released(l, epilogFailed), this::notWritten));
      }
      case PROLOG_FAILED -> {
        if (isLive()) {
          prologFailed(m.getPrologFailed().getJobId() & 0xffffffffL, m.getPrologFailed().getRestartCount());
        }
      }
      case PROLOG_DONE -> agents.allocationPrologs().done(m.getPrologDone().getJobId() & 0xffffffffL, node);
      case SIGNAL_RESULT -> {
        if (!m.getSignalResult().getDelivered()) {
          LOG.info("{}: signal was not delivered on {}: {}", m.getSignalResult().getLaunchId(), node, m.getSignalResult().getText());
        }
      }
      case GOODBYE -> end("agent says: " + m.getGoodbye().getText());
      case BODY_NOT_SET -> refuse(Refused.Reason.BAD_MESSAGE, "message without content", 10);
    }
  }

  private void hello(Hello h) {
    if (phase != Phase.NEW || h.getNonce().size() != LinkProof.NONCE_LENGTH || h.getBootId().isEmpty()) {
      refuse(Refused.Reason.BAD_MESSAGE, "unexpected or incomplete Hello", 30);
      return;
    }
    hello = h;
    if (h.getRevision() != LinkProof.REVISION) {
      refuse(Refused.Reason.BAD_REVISION, "revision " + h.getRevision() + " of the node link; here " + LinkProof.REVISION, 60);
      return;
    }
    if (!peer.mayTalk()) {
      refuse(
          Refused.Reason.PLAIN_TEXT,
          "it came in plain text from another host: off loopback an agent must use TLS",
          30);
      return;
    }
    if (agents.nodeIndex(h.getNodeName()) < 0) {
      refuse(Refused.Reason.UNKNOWN_NODE, "slurm.conf has no node " + h.getNodeName(), 30);
      return;
    }
    nonce = new byte[LinkProof.NONCE_LENGTH];
    RANDOM.nextBytes(nonce);
    byte[] payload =
        LinkProof.payload(
            LinkProof.Role.CONTROLLER, h.getNodeName(), h.getBootId(), h.getNonce().toByteArray(), nonce, peer.channel());
    byte[] credential;
    try {
      credential = agents.credentials().make(payload);
    } catch (RuntimeException e) {
      refuse(Refused.Reason.NOT_READY, "no credential can be made: " + e.getMessage(), 5);
      return;
    }
    phase = Phase.CHALLENGED;
    send(
        ControllerMessage.newBuilder()
            .setChallenge(
                Challenge.newBuilder()
                    .setNonce(ByteString.copyFrom(nonce))
                    .setCredential(ByteString.copyFrom(credential))
                    .setControllerVersion(agents.version())
                    .setClusterName(agents.view().config().clusterName())));
  }

  private void registration(Registration r) {
    if (phase != Phase.CHALLENGED) {
      refuse(Refused.Reason.BAD_MESSAGE, "Registration out of turn", 30);
      return;
    }
    byte[] payload =
        LinkProof.payload(
            LinkProof.Role.AGENT, hello.getNodeName(), hello.getBootId(), hello.getNonce().toByteArray(), nonce, peer.channel());
    long uid;
    try {
      uid = agents.credentials().verify(r.getCredential().toByteArray(), payload);
    } catch (RuntimeException e) {
      refuse(Refused.Reason.BAD_CREDENTIAL, "credential: " + e.getMessage(), 10);
      return;
    }
    if (!agents.mayBeNode(uid)) {
      refuse(Refused.Reason.BAD_CREDENTIAL, "uid " + uid + " is neither root nor SlurmdUser", 30);
      return;
    }
    Optional<AgentSession> other = agents.claim(hello.getNodeName(), this);
    if (other.isPresent()) {
      refuse(
          Refused.Reason.NODE_IS_CONNECTED,
          "another agent of this node is connected from " + other.get().peer(),
          2);
      return;
    }
    node = hello.getNodeName();
    phase = Phase.REGISTERING;
    NodeRecord.Registration record = hardware(r);
    List<String> launches = new ArrayList<>();
    for (LaunchStatus s : r.getLaunchesList()) {
      LaunchIds.parse(s.getLaunchId())
          .filter(agents::isOurs)
          .ifPresent(l -> launches.add(l.jobId() + "." + l.restarts()));
      if (s.getState() != LaunchStatus.State.ENDED) {
        held.add(s.getLaunchId());
      }
    }
    long lastHeard = NodeLoads.lastHeard(agents.loads().of(node));
    String from = host();
    String hostName = from == null ? null : r.getHardware().getHostname();
    agents
        .submit(now -> new Command.RegisterNode(now, node, record, launches, lastHeard, r.getInstanceId(), from, hostName))
        .whenComplete((result, failure) -> run(() -> registered(r, result, failure)));
  }

  /** Where its connection comes from, for cloud_reg_addrs; null where nobody asks. */
  private String host() {
    int port = peer.address().lastIndexOf(':');
    return agents.view().config().limits().cloudRegAddrs() && port > 0 ? peer.address().substring(0, port) : null;
  }

  private NodeRecord.Registration hardware(Registration r) {
    Hardware h = r.getHardware();
    NodeDefinition d = agents.view().config().nodes().get(agents.nodeIndex(node));
    boolean as = agents.configOverrides();
    return new NodeRecord.Registration(
        h.getVersion(),
        h.getArch(),
        h.getOs(),
        as ? d.cpus() : h.getCpus(),
        as ? d.boards() : h.getBoards(),
        as ? d.sockets() : h.getSocketsPerBoard() * Math.max(1, h.getBoards()),
        as ? d.coresPerSocket() : h.getCoresPerSocket(),
        as ? d.threadsPerCore() : h.getThreadsPerCore(),
        as ? d.realMemory() : h.getRealMemoryMb(),
        as ? d.tmpDisk() : h.getTmpDiskMb(),
        r.getBootTime(),
        r.getAgentStartTime(),
        hello.getBootId(),
        0,
        r.getGres().isEmpty() ? null : r.getGres());
  }

  private void registered(Registration r, Result result, Throwable failure) {
    if (phase != Phase.REGISTERING) {
      return;
    }
    if (failure != null) {
      refuse(Refused.Reason.NOT_READY, "registration cannot be written: " + failure.getMessage(), 5);
      return;
    }
    if (!result.isOk()) {
      refuse(
          result.error() == SlurmNumbers.ESLURM_ACCESS_DENIED ? Refused.Reason.BAD_CREDENTIAL : Refused.Reason.UNKNOWN_NODE,
          result.message() == null ? "registration refused, error " + result.error() : result.message(),
          30);
      return;
    }
    phase = Phase.LIVE;
    agents.loads().heard(node, r.getLoad(), agents.nowSeconds());
    send(
        ControllerMessage.newBuilder()
            .setWelcome(
                Welcome.newBuilder()
                    .setHeartbeatSeconds(agents.heartbeatSeconds())
                    .setNowMillis(agents.nowMillis())
                    .setClusterName(agents.view().config().clusterName())));
    LOG.info(
        "Node {} now responding: agent {} at {}, {} CPUs, {} MB, {} launches, {}",
        node,
        hello.getAgentVersion(),
        peer,
        r.getHardware().getCpus(),
        r.getHardware().getRealMemoryMb(),
        r.getLaunchesCount(),
        r.getTracking());
    agents.reconcile(this, node);
    agents.work().endForgotten(this, node, r.getStepJobsList());
  }

  // ---- reports

  private interface OnLaunch {
    void accept(LaunchIds.Launch launch);
  }

  private void ofLaunch(String id, OnLaunch then) {
    if (!isLive()) {
      refuse(Refused.Reason.BAD_MESSAGE, "report before Welcome", 10);
      return;
    }
    LaunchIds.parse(id)
        .ifPresentOrElse(
            launch -> {
              if (agents.isOurs(launch)) {
                then.accept(launch);
              }
            },
            () -> LOG.error("node {} reports on launch '{}', which is no launch of ours", node, id));
  }

  private void started(LaunchIds.Launch l) {
    agents.report(now -> new Command.LaunchStarted(now, l.jobId(), l.restarts(), node), this::notWritten);
  }

  private LongFunction<Command> released(LaunchIds.Launch l, boolean epilogFailed) {
    return now -> new Command.NodeReleased(now, l.jobId(), l.restarts(), node, epilogFailed);
  }

  private void failed(LaunchIds.Launch l, Failure failure, String text) {
    LOG.error("launch of job {} on {} failed: {} {}", l.jobId(), node, failure, text);
    agents.submit(now -> new Command.LaunchEnded(now, l.jobId(), l.restarts(), node, 0, false, words(failure, text), Failures.slurmError(failure), 0, 0, 0));
    agents.submit(released(l, false));
  }

  /**
   * The job goes back to the queue, held, and the node takes no more jobs: as slurmctld does it for slurmd. What is not a
   * batch job, or may not be requeued, is cancelled. Said twice it does nothing twice.
   */
  private void prologFailed(long jobId, int restarts) {
    JobRecord job = agents.view().job(jobId);
    if (job == null || job.restarts != restarts || job.phase != JobPhase.STARTING && job.phase != JobPhase.RUNNING) {
      return;
    }
    LOG.error("Prolog launch failure, JobId={} on {}", jobId, node);
    drain("Prolog error");
    JobSelector self = JobSelector.job(job.hetJobId != 0 ? job.hetJobId : jobId);
    boolean script = job.request.number(JobField.BATCH_FLAG) != 0;
    boolean force = script && agents.scripts().alwaysRequeue() && job.request.number(JobField.REQUEUE) == 0;
    if (force) {
      JobFields requeue = new JobFields().number(JobField.REQUEUE, 1);
      agents.submit(now -> new Command.UpdateJob(now, Actor.CONTROLLER, self, requeue, false));
    }
    if (script && (force || job.request.number(JobField.REQUEUE) != 0)) {
      boolean hold = agents.scripts().holdAfterFailure();
      agents.submit(now -> new Command.RequeueJob(now, Actor.CONTROLLER, self, hold, true));
    } else {
      agents.submit(now -> new Command.KillJob(now, Actor.CONTROLLER, self, SIGKILL, 0));
    }
  }

  private void drain(String reason) {
    LOG.error("{} on node {}, draining the node", reason, node);
    String name = node;
    agents.submit(
        now -> new Command.UpdateNode(now, Actor.CONTROLLER, List.of(name), NODE_STATE_DRAIN, reason, null, null, SlurmNumbers.NO_VAL));
  }

  private void exited(LaunchIds.Launch l, ExitReport e) {
    if (e.getFailure() == Failure.PROLOG) {
      // if it was said before, it is known by now
      prologFailed(l.jobId(), l.restarts());
    }
    if (e.getEpilogFailed()) {
      drain("Epilog error");
    }
    Usage u = e.getUsage();
    boolean bad = e.getFailure() != Failure.NONE;
    LongFunction<Command> ended =
        now -> new Command.LaunchEnded(
            now,
            l.jobId(),
            l.restarts(),
            node,
            e.getWaitStatus(),
            e.getOutOfMemory(),
            bad ? words(e.getFailure(), e.getText()) : null,
            Failures.slurmError(e.getFailure()),
            u.getUserMicros(),
            u.getSystemMicros(),
            u.getMaxRssKb());
    CompletableFuture<Result> all = agents.submit(ended);
    if (e.getNodeClean()) {
      all = all.thenCombine(agents.submit(released(l, e.getEpilogFailed())), (a, b) -> Agents.Commands.isTaken(a) ? b : a);
    }
    written(all, () -> acknowledge(e));
  }

  private void acknowledge(ExitReport e) {
    send(
        ControllerMessage.newBuilder()
            .setExitAck(ExitAck.newBuilder().setLaunchId(e.getLaunchId()).setNodeClean(e.getNodeClean())));
  }

  /**
   * Goes on once the report is in the journal. One that the journal did not take ends the stream: the agent keeps what it
   * has to say and says all of it on its next one.
   */
  private void written(CompletableFuture<Result> report, Runnable then) {
    report.whenComplete(
        (result, failure) -> {
          if (failure == null && Agents.Commands.isTaken(result)) {
            then.run();
          } else {
            LOG.error("a report of node {} could not be written: {}", node, failure == null ? result : failure.toString());
            notWritten();
          }
        });
  }

  private void notWritten() {
    close("a report could not be written");
  }


  private static String words(Failure failure, String text) {
    return text.isEmpty() ? failure.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ') : text;
  }

  // ---- orders

  /** Launches that the agent has, as far as is known here: what it reported and what it was sent, until it says that it is gone. */
  List<String> launches() {
    return List.copyOf(held);
  }

  boolean hasLaunch(String launchId) {
    return held.contains(launchId);
  }

  boolean wasToldToEnd(String launchId) {
    return told.contains(launchId);
  }

  private void gone(String launchId) {
    held.remove(launchId);
    told.remove(launchId);
  }

  void launch(Launch launch) {
    held.add(launch.getLaunchId());
    send(ControllerMessage.newBuilder().setLaunch(launch));
  }

  void signal(long jobId, int restarts, int signal, boolean batchOnly, boolean full) {
    send(
        ControllerMessage.newBuilder()
            .setSignal(
                Signal.newBuilder()
                    .setLaunchId(agents.launchId(jobId, restarts))
                    .setSignal(signal)
                    .setBatchOnly(batchOnly)
                    .setFull(full)));
  }

  void reboot() {
    send(ControllerMessage.newBuilder().setReboot(Reboot.getDefaultInstance()));
  }

  /** @param environment for the job's Epilog */
  void terminate(
      String launchId, long jobId, Outcome outcome, boolean requeued, long killWaitSeconds, List<String> environment) {
    told.add(launchId);
    send(
        ControllerMessage.newBuilder()
            .setTerminate(
                Terminate.newBuilder()
                    .setLaunchId(launchId)
                    .setJobId((int) jobId)
                    .setReason(Failures.terminateReason(outcome, requeued))
                    .setKillWaitSeconds((int) killWaitSeconds)
                    .setAtMillis(agents.nowMillis())
                    .addAllScriptEnvironment(LaunchBuilder.bytes(environment))));
  }
}
