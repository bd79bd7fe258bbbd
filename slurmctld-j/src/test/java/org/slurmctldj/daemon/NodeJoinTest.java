package org.slurmctldj.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slurmctldj.agents.Agents;
import org.slurmctldj.agents.IdentityDocuments;
import org.slurmctldj.agents.InstanceJoins;
import org.slurmctldj.agents.JoinLedger;
import org.slurmctldj.agents.LinkCredentials;
import org.slurmctldj.agents.NodeJoins;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.Result;
import org.slurmctldj.proto.agent.JoinClaim;
import org.slurmctldj.proto.agent.JoinHello;
import org.slurmctldj.proto.agent.JoinMessage;
import org.slurmctldj.proto.agent.JoinReply;
import org.slurmctldj.proto.agent.NodeJoinGrpc;
import org.slurmctldj.proto.nodelink.ChannelBinding;
import org.slurmctldj.proto.nodelink.JoinSecret;
import org.slurmctldj.proto.nodelink.LinkCertificate;
import org.slurmctldj.rpc.WorkerPool;
import org.slurmctldj.rpc.net.FrontPort;

/** Instances that want to be nodes, through the front port as it is. */
class NodeJoinTest {
  private static final byte[] KEY = new byte[32];
  private static final long NOW = 1_800_000_000L;
  private static final String ID = "i-0123456789abcdef0";

  @TempDir static Path directory;
  private static LinkCertificate certificate;
  private static PrivateKey signer;
  private static IdentityDocuments documents;

  private final WorkerPool workers = new WorkerPool("join-test", 4, 1000);
  private final Map<String, String> nodes = new ConcurrentHashMap<>(Map.of("order-1 " + ID, "g-1"));
  private final List<String> joined = new java.util.concurrent.CopyOnWriteArrayList<>();
  private Path ledgerFile;
  private JoinLedger ledger;
  private AgentServer server;
  private Agents agents;
  private FrontPort port;

  @BeforeAll
  static void makeKeys() throws Exception {
    certificate = LinkCertificate.in(directory);
    Path store = directory.resolve("cloud.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", "cloud", "-keyalg", "RSA", "-keysize", "2048",
                "-dname", "CN=cloud", "-validity", "3650", "-storetype", "PKCS12", "-storepass", "password", "-keystore", store.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool.out").toFile())
            .start();
    assertEquals(0, keytool.waitFor());
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, "password".toCharArray());
    }
    signer = (PrivateKey) keys.getKey("cloud", "password".toCharArray());
    Path pem = directory.resolve("cloud.pem");
    Files.writeString(pem, "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(keys.getCertificate("cloud").getEncoded()) + "\n-----END CERTIFICATE-----\n");
    documents = IdentityDocuments.of(List.of(pem));
  }

  @BeforeEach
  void open() throws IOException {
    ledgerFile = Files.createTempDirectory(directory, "ledger").resolve("joins");
    listen();
  }

  private void listen() throws IOException {
    Cluster cluster = Cluster.of(1);
    ledger = new JoinLedger(ledgerFile, NOW - 3600, 3600);
    server = new AgentServer(certificate);
    agents =
        new Agents(
            new Agents.Surroundings(
                cluster.store, _ -> CompletableFuture.completedFuture(Result.OK), _ -> new byte[0], new Nobody(), () -> false, _ -> true, _ -> "g", server::peerOf,
                () -> NOW * 1000, workers::follow, "test", 1));
    InstanceJoins joins =
        new InstanceJoins() {
          @Override
          public Optional<String> nodeOf(String orderToken, String instanceId) {
            return Optional.ofNullable(nodes.get(orderToken + " " + instanceId));
          }

          @Override
          public CompletableFuture<Optional<String>> joined(String node, String instanceId, String instanceType) {
            joined.add(node + " " + instanceId + " " + instanceType);
            return CompletableFuture.completedFuture(Optional.empty());
          }
        };
    NodeJoins door =
        new NodeJoins(
            new NodeJoins.Surroundings(
                "hydra", "eu-central-1", order -> JoinSecret.of(KEY, "hydra", order), documents, joins, ledger,
                () -> new NodeJoins.Files(List.of(NodeJoins.Files.of("slurm.conf", "ClusterName=hydra\n".getBytes(StandardCharsets.US_ASCII))), List.of(NodeJoins.Files.of("slurm.key", KEY))),
                3600, () -> NOW * 1000, workers::follow));
    server.start(agents, () -> Optional.of(door), workers::follow);
    port = FrontPort.open(FrontPort.Settings.DEFAULT, List.of(new InetSocketAddress("127.0.0.1", 0)), (_, from) -> from.drop(), server.relay());
  }

  @AfterEach
  void close() throws IOException {
    agents.close();
    server.close();
    port.close();
    ledger.close();
    workers.close();
  }

  private static final class Nobody implements LinkCredentials {
    @Override
    public byte[] make(byte[] payload) {
      return payload;
    }

    @Override
    public long verify(byte[] credential, byte[] payload) {
      throw new IllegalArgumentException("nobody");
    }
  }

  private static String document(String id, String region, long started) {
    return "{\n  \"accountId\" : \"1\",\n  \"availabilityZone\" : \"" + region + "a\",\n  \"billingProducts\" : null,\n  \"instanceId\" : \"" + id
        + "\",\n  \"instanceType\" : \"c5.large\",\n  \"pendingTime\" : \"" + Instant.ofEpochSecond(started) + "\",\n  \"region\" : \"" + region + "\"\n}";
  }

  private static String sign(String document) throws Exception {
    Signature s = Signature.getInstance("SHA256withRSA");
    s.initSign(signer);
    s.update(document.getBytes(StandardCharsets.UTF_8));
    return Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(s.sign());
  }

  /** An instance that says what it is made to say. */
  private final class Visitor {
    String order = "order-1";
    String id = ID;
    JoinSecret secret = JoinSecret.of(KEY, "hydra", "order-1");
    String document = document(ID, "eu-central-1", NOW - 60);
    String signature = sign(document);
    byte claim = 1;
    boolean tls = true;

    Visitor() throws Exception {}

    Visitor showing(String text) throws Exception {
      document = text;
      signature = sign(text);
      return this;
    }

    /** What the controller finally says. */
    JoinReply asks() throws Exception {
      NettyChannelBuilder builder = NettyChannelBuilder.forAddress(port.addresses().getFirst());
      if (tls) {
        builder
            .sslContext(GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK).protocols("TLSv1.3").trustManager(InsecureTrustManagerFactory.INSTANCE).build())
            .overrideAuthority("localhost");
      } else {
        builder.usePlaintext();
      }
      ManagedChannel channel = builder.build();
      BlockingQueue<JoinReply> heard = new LinkedBlockingQueue<>();
      StreamObserver<JoinMessage> out =
          NodeJoinGrpc.newStub(channel)
              .join(
                  new StreamObserver<>() {
                    @Override
                    public void onNext(JoinReply r) {
                      heard.add(r);
                    }

                    @Override
                    public void onError(Throwable t) {
                      heard.add(JoinReply.getDefaultInstance());
                    }

                    @Override
                    public void onCompleted() {}
                  });
      byte[] nonce = new byte[32];
      Arrays.fill(nonce, (byte) 9);
      try {
        out.onNext(JoinMessage.newBuilder().setHello(JoinHello.newBuilder().setRevision(1).setOrder(order).setInstanceId(id).setNonce(ByteString.copyFrom(nonce))).build());
        JoinReply reply = heard.poll(20, TimeUnit.SECONDS);
        if (!reply.hasChallenge()) {
          return reply;
        }
        byte[] theirs = reply.getChallenge().getNonce().toByteArray();
        ChannelBinding binding = certificate.binding();
        if (secret.text().equals(JoinSecret.of(KEY, "hydra", order).text())) {
          assertTrue(
              secret.isProof(reply.getChallenge().getProof().toByteArray(), JoinSecret.Role.CONTROLLER, order, id, nonce, theirs, binding), "the controller proves itself");
        }
        byte[] claims = new byte[32];
        Arrays.fill(claims, claim);
        out.onNext(
            JoinMessage.newBuilder()
                .setClaim(
                    JoinClaim.newBuilder()
                        .setProof(ByteString.copyFrom(secret.proof(JoinSecret.Role.AGENT, order, id, nonce, theirs, binding)))
                        .setDocument(document)
                        .setSignature(signature)
                        .setClaim(ByteString.copyFrom(claims)))
                .build());
        return heard.poll(20, TimeUnit.SECONDS);
      } finally {
        channel.shutdownNow();
      }
    }

    String refusal() throws Exception {
      JoinReply reply = asks();
      assertTrue(reply.hasRefused(), String.valueOf(reply));
      return reply.getRefused().getRetryAfterSeconds() + " " + reply.getRefused().getText();
    }
  }

  @Test
  void anInstanceOfOursGetsItsNodesNameTheFilesAndTheKey() throws Exception {
    JoinReply reply = new Visitor().asks();
    assertEquals("g-1", reply.getJoined().getNodeName());
    assertEquals("hydra", reply.getJoined().getClusterName());
    assertEquals("slurm.conf", reply.getJoined().getFiles(0).getName());
    assertEquals(ByteString.copyFrom(KEY), reply.getJoined().getSecrets(0).getContent());
    assertEquals(List.of("g-1 " + ID + " c5.large"), joined);
  }

  @Test
  void aLostAnswerIsGivenAgainToTheSameInstanceOnly() throws Exception {
    assertTrue(new Visitor().asks().hasJoined());
    assertTrue(new Visitor().asks().hasJoined());
    Visitor other = new Visitor();
    other.claim = 2;
    assertEquals("0 its join token has been used: somebody else has joined as " + ID, other.refusal());
  }

  @Test
  void aRestartedControllerKnowsWhoHasJoined() throws Exception {
    assertTrue(new Visitor().asks().hasJoined());
    ledger.close();
    server.close();
    port.close();
    Files.writeString(ledgerFile, "1800000000 i-0torn", java.nio.file.StandardOpenOption.APPEND);
    listen();
    Visitor other = new Visitor();
    other.claim = 2;
    assertTrue(other.refusal().startsWith("0 its join token has been used"));
    assertTrue(new Visitor().asks().hasJoined());
  }

  @Test
  void aWrongTokenIsRefused() throws Exception {
    Visitor v = new Visitor();
    v.secret = JoinSecret.of(KEY, "hydra", "another order");
    assertEquals("0 wrong join token", v.refusal());
    Visitor otherCluster = new Visitor();
    otherCluster.secret = JoinSecret.of(KEY, "lerna", "order-1");
    assertEquals("0 wrong join token", otherCluster.refusal());
    assertEquals(List.of(), joined);
  }

  @Test
  void aForeignInstanceIsRefused() throws Exception {
    assertEquals("0 its identity document is that of i-0fedcba9876543210", new Visitor().showing(document("i-0fedcba9876543210", "eu-central-1", NOW)).refusal());
    assertEquals("0 it is an instance of us-east-1, the cluster's are of eu-central-1", new Visitor().showing(document(ID, "us-east-1", NOW)).refusal());
    Visitor unsigned = new Visitor();
    unsigned.document = unsigned.document.replace("c5.large", "p5.48xlarge");
    assertEquals("0 the identity document's signature is by none of our certificates", unsigned.refusal());
    Visitor noise = new Visitor();
    noise.signature = "%%%";
    assertTrue(noise.refusal().startsWith("0 the identity document's signature"));
  }

  @Test
  void aTokenExpires() throws Exception {
    assertTrue(new Visitor().showing(document(ID, "eu-central-1", NOW - 3601)).refusal().startsWith("0 the join token has expired"));
    assertTrue(new Visitor().showing(document(ID, "eu-central-1", NOW + 301)).refusal().startsWith("0 the join token has expired"));
  }

  @Test
  void anInstanceThatTheControllerDoesNotKnowYetIsToldToComeAgain() throws Exception {
    nodes.clear();
    assertEquals("5 no node is waiting for it", new Visitor().refusal());
    nodes.put("order-1 " + ID, "g-2");
    assertEquals("g-2", new Visitor().asks().getJoined().getNodeName());
  }

  @Test
  void keysAreNotGivenOutInPlainText() throws Exception {
    Visitor plain = new Visitor();
    plain.tls = false;
    assertEquals("0 it came in plain text: keys are given out through TLS only", plain.refusal());
  }

  @Test
  void nonsenseIsRefused() throws Exception {
    Visitor v = new Visitor();
    v.id = "../../etc";
    assertEquals("0 unexpected or malformed hello", v.refusal());
    Visitor w = new Visitor();
    w.order = "an order\nwith a line";
    assertEquals("0 unexpected or malformed hello", w.refusal());
  }
}
