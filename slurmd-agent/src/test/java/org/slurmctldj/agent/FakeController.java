package org.slurmctldj.agent;

import com.google.protobuf.ByteString;
import io.grpc.Server;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slurmctldj.proto.agent.AgentMessage;
import org.slurmctldj.proto.agent.Challenge;
import org.slurmctldj.proto.agent.ControllerMessage;
import org.slurmctldj.proto.agent.ExitAck;
import org.slurmctldj.proto.agent.ExitReport;
import org.slurmctldj.proto.agent.Hello;
import org.slurmctldj.proto.agent.Launch;
import org.slurmctldj.proto.agent.NodeLinkGrpc;
import org.slurmctldj.proto.agent.Registration;
import org.slurmctldj.proto.agent.Welcome;
import org.slurmctldj.proto.nodelink.ChannelBinding;
import org.slurmctldj.proto.nodelink.LinkCertificate;
import org.slurmctldj.proto.nodelink.LinkIdentity;
import org.slurmctldj.proto.nodelink.LinkProof;

/**
 * The controller's end of the stream for tests of the agent: a real gRPC server that proves itself, checks the agent's
 * proof, keeps what it hears, and sends what the test says.
 */
final class FakeController implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final Server server;
  private final LinkIdentity identity;
  private final ChannelBinding channel;
  private final List<AgentMessage> heard = new ArrayList<>();
  private Optional<StreamObserver<ControllerMessage>> stream = Optional.empty();
  private int registrations;
  private boolean acknowledging = true;

  FakeController(LinkIdentity identity, int port) throws IOException {
    this.identity = identity;
    this.channel = ChannelBinding.PLAIN;
    this.server = listening(port).build().start();
  }

  /**
   * Behind TLS, on any port.
   *
   * @param shown what the agent sees
   * @param vouched what the proofs vouch for: another one when somebody sits between
   */
  FakeController(LinkIdentity identity, LinkCertificate shown, LinkCertificate vouched) throws IOException {
    this.identity = identity;
    this.channel = vouched.binding();
    this.server =
        listening(0)
            .sslContext(
                GrpcSslContexts.configure(
                        SslContextBuilder.forServer(shown.key(), shown.certificate()), SslProvider.JDK)
                    .build())
            .build()
            .start();
  }

  private NettyServerBuilder listening(int port) {
    return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port)).addService(new Service());
  }

  /**
   * On a port below the ephemeral ones: a test that lets it die and come back must not lose it to somebody's outgoing
   * connection meanwhile.
   */
  static FakeController anywhere(LinkIdentity identity) throws IOException {
    int first = 21260 + (int) (ProcessHandle.current().pid() % 20);
    for (int port = first; ; port++) {
      try {
        return new FakeController(identity, port);
      } catch (IOException e) {
        if (port > first + 1000) {
          throw e;
        }
      }
    }
  }

  /** Started again on the port of one that was closed: its listening socket may linger for a moment. */
  static FakeController again(LinkIdentity identity, int port) throws Exception {
    return TestNode.until(
        "port " + port,
        () -> {
          try {
            return new FakeController(identity, port);
          } catch (IOException e) {
            return null;
          }
        });
  }

  int port() {
    return server.getPort();
  }

  /** Off: ends stay unacknowledged, as when the controller dies before its journal has them. */
  synchronized void acknowledge(boolean on) {
    acknowledging = on;
  }

  synchronized void send(ControllerMessage.Builder message) {
    stream.orElseThrow(() -> new AssertionError("no agent is connected")).onNext(message.build());
  }

  void launch(Launch launch) {
    send(ControllerMessage.newBuilder().setLaunch(launch));
  }

  /** Waits until this many registrations were welcomed since the start. */
  void awaitRegistrations(int count) {
    await("registration " + count, c -> c.registrations >= count ? Optional.of(true) : Optional.empty());
  }

  Registration lastRegistration() {
    return await(
        "a registration",
        c ->
            c.heard.reversed().stream()
                .filter(AgentMessage::hasRegistration)
                .map(AgentMessage::getRegistration)
                .findFirst());
  }

  /** The launch's end, with nothing left on the node. */
  ExitReport awaitEnd(String launchId) {
    return await(
        "the end of " + launchId,
        c ->
            c.heard.stream()
                .filter(AgentMessage::hasExitReport)
                .map(AgentMessage::getExitReport)
                .filter(r -> r.getLaunchId().equals(launchId) && r.getNodeClean())
                .findFirst());
  }

  AgentMessage awaitMessage(String what, java.util.function.Predicate<AgentMessage> wanted) {
    return await(what, c -> c.heard.stream().filter(wanted).findFirst());
  }

  synchronized long count(java.util.function.Predicate<AgentMessage> wanted) {
    return heard.stream().filter(wanted).count();
  }

  private synchronized <T> T await(String what, Function<FakeController, Optional<T>> condition) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Optional<T> found = condition.apply(this);
      if (found.isPresent()) {
        return found.get();
      }
      long left = (until - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new AssertionError("waited in vain for " + what + "; heard " + heard);
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
    }
  }

  /** The process of the controller dies. */
  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Service extends NodeLinkGrpc.NodeLinkImplBase {
    @Override
    public StreamObserver<AgentMessage> connect(StreamObserver<ControllerMessage> out) {
      return new StreamObserver<>() {
        private Hello hello;
        private final byte[] nonce = new byte[LinkProof.NONCE_LENGTH];

        @Override
        public void onNext(AgentMessage message) {
          synchronized (FakeController.this) {
            heard.add(message);
            if (message.hasHello()) {
              hello = message.getHello();
              new SecureRandom().nextBytes(nonce);
              byte[] proof = identity.prove(payload(LinkProof.Role.CONTROLLER));
              out.onNext(
                  ControllerMessage.newBuilder()
                      .setChallenge(
                          Challenge.newBuilder()
                              .setNonce(ByteString.copyFrom(nonce))
                              .setCredential(ByteString.copyFrom(proof)))
                      .build());
            } else if (message.hasRegistration()) {
              identity.verify(
                  message.getRegistration().getCredential().toByteArray(), payload(LinkProof.Role.AGENT));
              stream = Optional.of(out);
              registrations++;
              out.onNext(
                  ControllerMessage.newBuilder()
                      .setWelcome(
                          Welcome.newBuilder()
                              .setHeartbeatSeconds(30)
                              .setNowMillis(System.currentTimeMillis())
                              .setClusterName("test"))
                      .build());
            } else if (message.hasExitReport() && acknowledging) {
              out.onNext(
                  ControllerMessage.newBuilder()
                      .setExitAck(
                          ExitAck.newBuilder()
                              .setLaunchId(message.getExitReport().getLaunchId())
                              .setNodeClean(message.getExitReport().getNodeClean()))
                      .build());
            }
            FakeController.this.notifyAll();
          }
        }

        private byte[] payload(LinkProof.Role role) {
          return LinkProof.payload(
              role, hello.getNodeName(), hello.getBootId(), hello.getNonce().toByteArray(), nonce, channel);
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {
          out.onCompleted();
        }
      };
    }
  }
}
