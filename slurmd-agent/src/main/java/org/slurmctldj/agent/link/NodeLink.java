package org.slurmctldj.agent.link;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.proto.agent.AgentMessage;
import org.slurmctldj.proto.agent.ControllerMessage;
import org.slurmctldj.proto.agent.NodeLinkGrpc;
import org.slurmctldj.proto.nodelink.ChannelBinding;

/**
 * Keeps the node connected to a controller: one stream, made again for ever. Own thread ("node-link") for connecting and
 * waiting; a {@link Session} handles what comes in on gRPC's threads.
 */
public final class NodeLink implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NodeLink.class);
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 10_000;
  /** While the cause stays the same, every so many failures give a line. */
  private static final int LINES_APART = 6;
  private static final int LARGEST_MESSAGE = 256 << 20;
  private static final long HANDSHAKE_SECONDS = 30;

  /** A controller's address. */
  public record Controller(String host, int port) {
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /** Makes the handler of one stream; called anew for each. */
  @FunctionalInterface
  public interface Sessions {
    Session open(StreamObserver<AgentMessage> out, Supplier<ChannelBinding> channel);
  }

  private final List<Controller> controllers;
  private final Sessions sessions;
  private final boolean alwaysTls;
  private final Thread thread = Thread.ofPlatform().name("node-link").unstarted(this::run);
  private volatile boolean closed;
  private volatile Optional<Session> current = Optional.empty();
  private String lastCause = "";
  private int sameCause;

  /** {@code alwaysTls}: also to a controller on this host; to others it is always so. */
  public NodeLink(List<Controller> controllers, boolean alwaysTls, Sessions sessions) {
    this.alwaysTls = alwaysTls;
    this.controllers = List.copyOf(controllers);
    this.sessions = sessions;
  }

  public void start() {
    thread.start();
  }

  private void run() {
    long pause = FIRST_PAUSE_MILLIS;
    try {
      while (!closed) {
        for (Controller controller : controllers) {
          Attempt attempt = new Attempt();
          connect(controller, attempt);
          if (closed) {
            return;
          }
          tell(controller, attempt);
          if (attempt.welcomed()) {
            pause = FIRST_PAUSE_MILLIS;
            break;
          }
          pause = Math.max(pause, Math.min(LONGEST_PAUSE_MILLIS, attempt.retryAfterMillis()));
        }
        // spread: a restarted controller must not see all of its nodes in the same millisecond
        Thread.sleep(pause + (long) (Math.random() * pause / 2));
        pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(Controller controller, Attempt attempt) {
    String cause = controller + ": " + attempt.cause();
    if (attempt.welcomed()) {
      log.warn("lost the controller at {}; connecting again", cause);
      lastCause = "";
      return;
    }
    sameCause = cause.equals(lastCause) ? sameCause + 1 : 0;
    lastCause = cause;
    if (sameCause % LINES_APART == 0) {
      log.warn("cannot connect to the controller at {}; trying on", cause);
    }
  }

  /** Returns when the stream has ended. */
  private void connect(Controller controller, Attempt attempt) throws InterruptedException {
    LinkTls tls = new LinkTls();
    NettyChannelBuilder builder = NettyChannelBuilder.forAddress(controller.host(), controller.port());
    if (alwaysTls || LinkTls.isNeededFor(controller.host())) {
      tls.addTo(builder);
    } else {
      builder.usePlaintext();
    }
    ManagedChannel channel =
        builder
            .intercept(tls)
            .maxInboundMessageSize(LARGEST_MESSAGE)
            .keepAliveTime(30, TimeUnit.SECONDS)
            .keepAliveTimeout(20, TimeUnit.SECONDS)
            .build();
    CountDownLatch ended = new CountDownLatch(1);
    try {
      Inbound inbound = new Inbound(attempt, ended);
      StreamObserver<AgentMessage> out = NodeLinkGrpc.newStub(channel).connect(inbound);
      Session session = sessions.open(out, tls::binding);
      inbound.session(session);
      current = Optional.of(session);
      session.hello();
      if (!ended.await(HANDSHAKE_SECONDS, TimeUnit.SECONDS) && !session.welcomed()) {
        attempt.because("no welcome within " + HANDSHAKE_SECONDS + " s");
      } else {
        ended.await();
      }
      session.closed();
      session.refusal().ifPresent(attempt::refused);
      attempt.welcomed(session.welcomed());
    } finally {
      channel.shutdownNow();
      channel.awaitTermination(5, TimeUnit.SECONDS);
    }
  }

  /** What became of one try. */
  private static final class Attempt {
    private Optional<String> cause = Optional.empty();
    private boolean welcomed;
    private long retryAfterMillis;

    synchronized void because(String text) {
      if (cause.isEmpty()) {
        cause = Optional.of(text);
      }
    }

    synchronized void refused(Session.Refusal refusal) {
      cause = Optional.of(refusal.text());
      retryAfterMillis = refusal.retryAfterMillis();
    }

    synchronized void welcomed(boolean was) {
      welcomed = was;
    }

    synchronized boolean welcomed() {
      return welcomed;
    }

    synchronized long retryAfterMillis() {
      return retryAfterMillis;
    }

    synchronized String cause() {
      return cause.orElse("the stream ended");
    }
  }

  /** gRPC's callbacks: one at a time. */
  private static final class Inbound implements StreamObserver<ControllerMessage> {
    private final Attempt attempt;
    private final CountDownLatch ended;
    private final CountDownLatch ready = new CountDownLatch(1);
    private volatile Session session;

    Inbound(Attempt attempt, CountDownLatch ended) {
      this.attempt = attempt;
      this.ended = ended;
    }

    void session(Session of) {
      session = of;
      ready.countDown();
    }

    @Override
    public void onNext(ControllerMessage message) {
      try {
        // nothing comes before our Hello, which is sent after this is set
        ready.await();
        session.receive(message);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException e) {
        log.error("a message of the controller could not be handled", e);
        attempt.because("a message could not be handled: " + e);
        ended.countDown();
      }
    }

    @Override
    public void onError(Throwable error) {
      attempt.because(describe(error));
      ended.countDown();
    }

    @Override
    public void onCompleted() {
      attempt.because("the controller closed the stream");
      ended.countDown();
    }

    /** gRPC wraps the reason that matters ("Connection refused") some levels deep. */
    private static String describe(Throwable error) {
      Throwable deepest = error;
      while (deepest.getCause() != null && deepest.getCause() != deepest) {
        deepest = deepest.getCause();
      }
      Status status = Status.fromThrowable(error);
      String text = deepest == error ? String.valueOf(status.getDescription()) : deepest.getMessage();
      return status.getCode() + (text == null || text.equals("null") ? "" : ": " + text);
    }
  }

  @Override
  public void close() {
    closed = true;
    current.ifPresent(session -> session.goodbye("the agent stops; jobs go on"));
    thread.interrupt();
  }
}
