package org.slurmctldj.agent.cloud;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slurmctldj.agent.link.LinkChannel;
import org.slurmctldj.agent.link.NodeLink;
import org.slurmctldj.proto.agent.JoinChallenge;
import org.slurmctldj.proto.agent.JoinClaim;
import org.slurmctldj.proto.agent.JoinHello;
import org.slurmctldj.proto.agent.JoinMessage;
import org.slurmctldj.proto.agent.JoinRefused;
import org.slurmctldj.proto.agent.JoinReply;
import org.slurmctldj.proto.agent.Joined;
import org.slurmctldj.proto.agent.NodeJoinGrpc;
import org.slurmctldj.proto.nodelink.JoinSecret;

/** One try to join at one controller. Blocks; once only. */
final class JoinCall implements StreamObserver<JoinReply> {
  private static final long PATIENCE_SECONDS = 30;

  /** Who this instance is. */
  record Self(String instanceId, String document, String signature, byte[] claim, String bootId, String version) {}

  private final JoinFacts facts;
  private final Self self;
  private final LinkChannel link;
  private final byte[] nonce = new byte[JoinSecret.NONCE_LENGTH];
  private final CompletableFuture<Joined> answer = new CompletableFuture<>();
  private volatile StreamObserver<JoinMessage> out;
  private volatile boolean proven;

  private JoinCall(JoinFacts facts, Self self, LinkChannel link) {
    this.facts = facts;
    this.self = self;
    this.link = link;
    new SecureRandom().nextBytes(nonce);
  }

  /**
   * @throws JoinRefusedException it is no use to try again
   * @throws IOException a sentence: try again
   */
  static Joined at(NodeLink.Controller controller, JoinFacts facts, Self self) throws IOException, InterruptedException {
    LinkChannel link = LinkChannel.tls(controller);
    ManagedChannel channel = link.channel();
    try {
      JoinCall call = new JoinCall(facts, self, link);
      call.out = NodeJoinGrpc.newStub(channel).withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS).join(call);
      call.out.onNext(
          JoinMessage.newBuilder()
              .setHello(
                  JoinHello.newBuilder()
                      .setRevision(JoinSecret.REVISION)
                      .setOrder(facts.order())
                      .setInstanceId(self.instanceId())
                      .setNonce(ByteString.copyFrom(call.nonce))
                      .setAgentVersion(self.version()))
              .build());
      return call.answer.get(PATIENCE_SECONDS + 5, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(String.valueOf(e.getCause()), e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("no answer from " + controller, e);
    } finally {
      channel.shutdownNow();
      channel.awaitTermination(5, TimeUnit.SECONDS);
    }
  }

  @Override
  public void onNext(JoinReply reply) {
    switch (reply.getBodyCase()) {
      case CHALLENGE -> challenged(reply.getChallenge());
      case REFUSED -> refused(reply.getRefused());
      case JOINED -> {
        if (proven) {
          answer.complete(reply.getJoined());
        } else {
          fail(new IOException("the controller has not proven itself"));
        }
      }
      case BODY_NOT_SET -> fail(new IOException("the controller sent a message without content"));
    }
  }

  private void challenged(JoinChallenge c) {
    try {
      byte[] theirs = c.getNonce().toByteArray();
      boolean knows =
          facts.secret().isProof(c.getProof().toByteArray(), JoinSecret.Role.CONTROLLER, facts.order(), self.instanceId(), nonce, theirs, link.binding());
      if (!knows) {
        fail(new IOException("the controller did not prove itself: it does not know this order's join token"));
        return;
      }
      proven = true;
      byte[] proof = facts.secret().proof(JoinSecret.Role.AGENT, facts.order(), self.instanceId(), nonce, theirs, link.binding());
      out.onNext(
          JoinMessage.newBuilder()
              .setClaim(
                  JoinClaim.newBuilder()
                      .setProof(ByteString.copyFrom(proof))
                      .setDocument(self.document())
                      .setSignature(self.signature())
                      .setClaim(ByteString.copyFrom(self.claim()))
                      .setBootId(self.bootId()))
              .build());
    } catch (RuntimeException e) {
      fail(new IOException("the controller's challenge is malformed: " + e.getMessage(), e));
    }
  }

  private void refused(JoinRefused r) {
    // before its proof anybody could say so
    boolean final_ = proven && r.getRetryAfterSeconds() == 0;
    String text = "the controller refused this instance: " + r.getText();
    fail(final_ ? new JoinRefusedException(text) : new IOException(text));
  }

  private void fail(IOException e) {
    answer.completeExceptionally(e);
  }

  @Override
  public void onError(Throwable error) {
    Throwable deepest = error;
    while (deepest.getCause() != null && deepest.getCause() != deepest) {
      deepest = deepest.getCause();
    }
    Status status = Status.fromThrowable(error);
    fail(new IOException(status.getCode() + (deepest == error ? "" : ": " + deepest.getMessage()), error));
  }

  @Override
  public void onCompleted() {
    fail(new IOException("the controller closed the stream"));
  }
}
