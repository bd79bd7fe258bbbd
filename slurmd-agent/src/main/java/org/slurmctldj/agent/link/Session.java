package org.slurmctldj.agent.link;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agent.launch.Launches;
import org.slurmctldj.agent.node.NodeHardware;
import org.slurmctldj.proto.agent.AgentMessage;
import org.slurmctldj.proto.agent.Challenge;
import org.slurmctldj.proto.agent.ControllerMessage;
import org.slurmctldj.proto.agent.Goodbye;
import org.slurmctldj.proto.agent.Heartbeat;
import org.slurmctldj.proto.agent.Hello;
import org.slurmctldj.proto.agent.Pong;
import org.slurmctldj.proto.agent.Registration;
import org.slurmctldj.proto.agent.Welcome;
import org.slurmctldj.proto.nodelink.ChannelBinding;
import org.slurmctldj.proto.nodelink.LinkIdentity;
import org.slurmctldj.proto.nodelink.LinkProof;

/**
 * One stream's life: hello, proof both ways, registration, then the controller's orders. {@link #receive} is called by
 * one gRPC thread at a time; {@link #send} by any.
 */
public final class Session {
  private static final Logger log = LoggerFactory.getLogger(Session.class);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final long CLOCK_OFF_MILLIS = 10_000;
  private static final int SLOWEST_HEARTBEAT_SECONDS = 3600;

  /** What is the same for all streams of this agent process. */
  public record Node(
      String name,
      String version,
      String bootId,
      ByteString instance,
      LinkIdentity identity,
      long slurmUid,
      Registration registration,
      Runnable whenWelcomed,
      Runnable whenToReconfigure,
      Runnable whenToReboot) {}

  /** Why the controller, or this side, did not go on. */
  record Refusal(String text, long retryAfterMillis) {}

  private final Node node;
  private final Launches launches;
  private final StreamObserver<AgentMessage> out;
  private final ScheduledExecutorService timer;
  private final Supplier<ChannelBinding> channel;
  private final byte[] nonce = new byte[LinkProof.NONCE_LENGTH];
  private long seq;
  private boolean closed;
  private boolean challenged;
  private volatile boolean welcomed;
  private volatile Optional<Refusal> refusal = Optional.empty();
  private Optional<ScheduledFuture<?>> heartbeat = Optional.empty();

  /** {@code channel}: what the stream goes through, asked once the controller has said something. */
  public Session(
      Node node,
      Launches launches,
      ScheduledExecutorService timer,
      StreamObserver<AgentMessage> out,
      Supplier<ChannelBinding> channel) {
    this.node = node;
    this.launches = launches;
    this.timer = timer;
    this.out = out;
    this.channel = channel;
    RANDOM.nextBytes(nonce);
  }

  boolean welcomed() {
    return welcomed;
  }

  Optional<Refusal> refusal() {
    return refusal;
  }

  void hello() {
    send(
        AgentMessage.newBuilder()
            .setHello(
                Hello.newBuilder()
                    .setRevision(LinkProof.REVISION)
                    .setNodeName(node.name())
                    .setNonce(ByteString.copyFrom(nonce))
                    .setBootId(node.bootId())
                    .setInstance(node.instance())
                    .setAgentVersion(node.version())));
  }

  void receive(ControllerMessage message) {
    switch (message.getBodyCase()) {
      case CHALLENGE -> challenged(message.getChallenge());
      case REFUSED ->
          refuse(
              "the controller refused this node, " + message.getRefused().getReason() + ": "
                  + message.getRefused().getText(),
              message.getRefused().getRetryAfterSeconds() * 1000L);
      case WELCOME -> {
        if (!challenged) {
          refuse("the controller sent a welcome without proving itself", 0);
        } else {
          welcomed(message.getWelcome());
        }
      }
      default -> {
        if (!welcomed) {
          refuse("the controller sent " + message.getBodyCase() + " before its welcome", 0);
        } else {
          order(message);
        }
      }
    }
  }

  /** Only from a controller that has proven itself. */
  private void order(ControllerMessage message) {
    switch (message.getBodyCase()) {
      case LAUNCH -> launches.launch(message.getLaunch());
      case SIGNAL -> launches.signal(message.getSignal());
      case TERMINATE -> launches.terminate(message.getTerminate());
      case PREPARE -> launches.prepare(message.getPrepare());
      case EXIT_ACK -> launches.acknowledged(message.getExitAck());
      case PING ->
          send(
              AgentMessage.newBuilder()
                  .setPong(Pong.newBuilder().setToken(message.getPing().getToken()).setLoad(NodeHardware.load())));
      case RECONFIGURE -> node.whenToReconfigure().run();
      case REBOOT -> node.whenToReboot().run();
      case GOODBYE -> log.info("the controller goes: {}", message.getGoodbye().getText());
      case CHALLENGE, REFUSED, WELCOME, BODY_NOT_SET ->
          log.warn("message {} of the controller is unknown to this agent", message.getSeq());
    }
  }

  private void challenged(Challenge challenge) {
    if (challenge.getNonce().size() != LinkProof.NONCE_LENGTH || challenged) {
      refuse("the controller's challenge is malformed", 0);
      return;
    }
    byte[] theirs = challenge.getNonce().toByteArray();
    ChannelBinding through;
    long uid;
    try {
      through = channel.get();
      byte[] expected =
          LinkProof.payload(LinkProof.Role.CONTROLLER, node.name(), node.bootId(), nonce, theirs, through);
      uid = node.identity().verify(challenge.getCredential().toByteArray(), expected);
    } catch (LinkIdentity.LinkIdentityException e) {
      refuse("the controller did not prove itself: " + e.getMessage(), 0);
      return;
    }
    if (uid != 0 && uid != node.slurmUid()) {
      refuse("the controller runs as uid " + uid + ", neither root nor SlurmUser (uid " + node.slurmUid() + ")", 0);
      return;
    }
    challenged = true;
    byte[] proof;
    try {
      proof =
          node.identity()
              .prove(LinkProof.payload(LinkProof.Role.AGENT, node.name(), node.bootId(), nonce, theirs, through));
    } catch (LinkIdentity.LinkIdentityException e) {
      refuse(e.getMessage(), 0);
      return;
    }
    send(
        AgentMessage.newBuilder()
            .setRegistration(
                node.registration().toBuilder()
                    .setCredential(ByteString.copyFrom(proof))
                    .addAllLaunches(launches.inventory())
                    .addAllStepJobs(launches.stepJobs())
                    .setLoad(NodeHardware.load())));
  }

  private void welcomed(Welcome welcome) {
    welcomed = true;
    long off = System.currentTimeMillis() - welcome.getNowMillis();
    if (welcome.getNowMillis() != 0 && Math.abs(off) > CLOCK_OFF_MILLIS) {
      log.warn("this node's clock is {} s ahead of the controller's", off / 1000);
    }
    int seconds = Math.clamp(welcome.getHeartbeatSeconds(), 1, SLOWEST_HEARTBEAT_SECONDS);
    synchronized (this) {
      if (closed) {
        return;
      }
      heartbeat = Optional.of(timer.scheduleWithFixedDelay(this::beat, seconds, seconds, TimeUnit.SECONDS));
    }
    log.info("registered as node {} of cluster {}", node.name(), welcome.getClusterName());
    launches.connected(this::send);
    node.whenWelcomed().run();
  }

  private void beat() {
    send(
        AgentMessage.newBuilder()
            .setHeartbeat(
                Heartbeat.newBuilder().setLoad(NodeHardware.load()).setRunningLaunches(launches.running())));
  }

  void send(AgentMessage.Builder message) {
    synchronized (this) {
      if (!closed) {
        try {
          out.onNext(message.setSeq(++seq).build());
        } catch (IllegalStateException e) {
          // the stream was cancelled from the other side at this moment: everything that matters is sent again
          closed = true;
        }
      }
    }
  }

  private void refuse(String text, long retryAfterMillis) {
    refusal = Optional.of(new Refusal(text, retryAfterMillis));
    synchronized (this) {
      if (!closed) {
        closed = true;
        out.onError(io.grpc.Status.CANCELLED.withDescription(text).asRuntimeException());
      }
    }
  }

  /** In good order: the agent stops. */
  void goodbye(String text) {
    send(AgentMessage.newBuilder().setGoodbye(Goodbye.newBuilder().setText(text)));
    synchronized (this) {
      if (!closed) {
        closed = true;
        out.onCompleted();
      }
    }
  }

  /** The stream has ended. */
  void closed() {
    if (welcomed) {
      launches.disconnected();
    }
    synchronized (this) {
      closed = true;
      heartbeat.ifPresent(beat -> beat.cancel(false));
    }
  }
}
