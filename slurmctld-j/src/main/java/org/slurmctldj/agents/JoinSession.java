package org.slurmctldj.agents;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slurmctldj.proto.agent.JoinChallenge;
import org.slurmctldj.proto.agent.JoinClaim;
import org.slurmctldj.proto.agent.JoinHello;
import org.slurmctldj.proto.agent.JoinMessage;
import org.slurmctldj.proto.agent.JoinRefused;
import org.slurmctldj.proto.agent.JoinReply;
import org.slurmctldj.proto.agent.Joined;
import org.slurmctldj.proto.nodelink.JoinSecret;

/** One instance's way in, from its hello to yes or no. In order on its own queue. */
final class JoinSession implements StreamObserver<JoinMessage> {
  private static final Logger LOG = LoggerFactory.getLogger(JoinSession.class);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int LATER = 5;
  private static final int NEVER = 0;
  /** Clocks differ: so far ahead an instance may have been started. */
  private static final long AHEAD_SECONDS = 300;

  private final NodeJoins.Surroundings s;
  private final LinkPeer peer;
  private final StreamObserver<JoinReply> out;
  private final SerialTasks tasks;
  private JoinHello hello;
  private JoinSecret secret;
  private byte[] nonce;
  private boolean ended;

  JoinSession(NodeJoins.Surroundings surroundings, LinkPeer peer, StreamObserver<JoinReply> out) {
    this.s = surroundings;
    this.peer = peer;
    this.out = out;
    this.tasks = new SerialTasks(surroundings.executor());
  }

  @Override
  public void onNext(JoinMessage message) {
    run(
        () -> {
          switch (message.getBodyCase()) {
            case HELLO -> hello(message.getHello());
            case CLAIM -> claim(message.getClaim());
            case BODY_NOT_SET -> refuse("a message without content", NEVER);
          }
        });
  }

  @Override
  public void onError(Throwable cause) {
    run(() -> ended = true);
  }

  @Override
  public void onCompleted() {
    run(this::complete);
  }

  private void run(Runnable task) {
    tasks.execute(
        () -> {
          try {
            if (!ended) {
              task.run();
            }
          } catch (RuntimeException e) {
            LOG.error("join from {}: {}", peer, e.toString(), e);
            ended = true;
            out.onError(Status.INTERNAL.asRuntimeException());
          }
        });
  }

  private void refuse(String text, int retrySeconds) {
    LOG.atLevel(retrySeconds == NEVER ? Level.ERROR : Level.INFO)
        .log(
            "instance {} of order {} at {} {}: {}",
            hello == null ? "?" : hello.getInstanceId(),
            hello == null ? "?" : hello.getOrder(),
            peer,
            retrySeconds == NEVER ? "refused" : "told to come again",
            text);
    out.onNext(JoinReply.newBuilder().setRefused(JoinRefused.newBuilder().setText(text).setRetryAfterSeconds(retrySeconds)).build());
    complete();
  }

  private void complete() {
    if (!ended) {
      ended = true;
      out.onCompleted();
    }
  }

  private void hello(JoinHello h) {
    if (hello != null || h.getNonce().size() != JoinSecret.NONCE_LENGTH || !h.getOrder().matches("[!-~]{1,64}") || !h.getInstanceId().matches("i-[0-9a-f]{8,17}")) {
      refuse("unexpected or malformed hello", NEVER);
      return;
    }
    hello = h;
    if (h.getRevision() != JoinSecret.REVISION) {
      refuse("revision " + h.getRevision() + " of the join protocol; here " + JoinSecret.REVISION, NEVER);
      return;
    }
    if (!peer.channel().isTls()) {
      refuse("it came in plain text: keys are given out through TLS only", NEVER);
      return;
    }
    secret = s.secret().apply(h.getOrder());
    nonce = new byte[JoinSecret.NONCE_LENGTH];
    RANDOM.nextBytes(nonce);
    out.onNext(
        JoinReply.newBuilder()
            .setChallenge(
                JoinChallenge.newBuilder()
                    .setNonce(ByteString.copyFrom(nonce))
                    .setProof(ByteString.copyFrom(proof(JoinSecret.Role.CONTROLLER)))
                    .setClusterName(s.cluster()))
            .build());
  }

  private byte[] proof(JoinSecret.Role role) {
    return secret.proof(role, hello.getOrder(), hello.getInstanceId(), hello.getNonce().toByteArray(), nonce, peer.channel());
  }

  private void claim(JoinClaim c) {
    if (secret == null || c.getClaim().size() != JoinSecret.NONCE_LENGTH) {
      refuse("unexpected or malformed claim", NEVER);
      return;
    }
    boolean knows =
        secret.isProof(
            c.getProof().toByteArray(), JoinSecret.Role.AGENT, hello.getOrder(), hello.getInstanceId(), hello.getNonce().toByteArray(), nonce, peer.channel());
    if (!knows) {
      refuse("wrong join token", NEVER);
      return;
    }
    IdentityDocuments.Identity identity;
    try {
      identity = s.documents().verify(c.getDocument(), c.getSignature());
    } catch (IllegalArgumentException e) {
      refuse(e.getMessage(), NEVER);
      return;
    }
    if (!identity.instanceId().equals(hello.getInstanceId())) {
      refuse("its identity document is that of " + identity.instanceId(), NEVER);
      return;
    }
    if (!identity.region().equals(s.region())) {
      refuse("it is an instance of " + identity.region() + ", the cluster's are of " + s.region(), NEVER);
      return;
    }
    long now = s.wallMillis().getAsLong() / 1000;
    long age = now - identity.pending().getEpochSecond();
    if (age > s.window() || age < -AHEAD_SECONDS) {
      refuse("the join token has expired: started at " + Instant.ofEpochSecond(identity.pending().getEpochSecond()) + ", it may join for " + s.window() + " seconds", NEVER);
      return;
    }
    Optional<String> node = s.joins().nodeOf(hello.getOrder(), hello.getInstanceId());
    if (node.isEmpty()) {
      refuse("no node is waiting for it", LATER);
      return;
    }
    try {
      if (!s.ledger().claim(hello.getInstanceId(), c.getClaim().toByteArray(), now)) {
        refuse("its join token has been used: somebody else has joined as " + hello.getInstanceId(), NEVER);
        return;
      }
    } catch (IOException e) {
      refuse("the ledger of joins cannot be written: " + e.getMessage(), LATER);
      return;
    }
    s.joins()
        .joined(node.get(), hello.getInstanceId(), identity.instanceType())
        .whenComplete((no, failure) -> run(() -> decided(node.get(), identity, no, failure)));
  }

  private void decided(String node, IdentityDocuments.Identity identity, Optional<String> no, Throwable failure) {
    if (failure != null) {
      refuse("it cannot be written: " + failure.getMessage(), LATER);
      return;
    }
    if (no.isPresent()) {
      refuse(no.get(), NEVER);
      return;
    }
    NodeJoins.Files files = s.files().get();
    LOG.info("instance {} ({}, {}) at {} joins as node {}", identity.instanceId(), identity.instanceType(), identity.zone(), peer, node);
    out.onNext(
        JoinReply.newBuilder()
            .setJoined(
                Joined.newBuilder().setNodeName(node).setClusterName(s.cluster()).addAllFiles(files.configuration()).addAllSecrets(files.secrets()))
            .build());
    complete();
  }
}
