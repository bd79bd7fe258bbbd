package org.slurmctldj.daemon;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slurmctldj.agents.Agents;
import org.slurmctldj.agents.AllocationPrologs;
import org.slurmctldj.agents.LaunchIds;
import org.slurmctldj.agents.LinkCredentials;
import org.slurmctldj.agents.LinkPeer;
import org.slurmctldj.agents.NodeScripts;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.Effect;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.NodePhase;
import org.slurmctldj.core.Result;
import org.slurmctldj.core.SlurmNumbers;
import org.slurmctldj.proto.agent.AgentMessage;
import org.slurmctldj.proto.agent.ControllerMessage;
import org.slurmctldj.proto.agent.ExitReport;
import org.slurmctldj.proto.agent.Hardware;
import org.slurmctldj.proto.agent.Heartbeat;
import org.slurmctldj.proto.agent.Hello;
import org.slurmctldj.proto.agent.LaunchGone;
import org.slurmctldj.proto.agent.LaunchStarted;
import org.slurmctldj.proto.agent.LaunchStatus;
import org.slurmctldj.proto.agent.NodeLinkGrpc;
import org.slurmctldj.proto.agent.Prepare;
import org.slurmctldj.proto.agent.PrologDone;
import org.slurmctldj.proto.agent.PrologFailed;
import org.slurmctldj.proto.agent.Refused;
import org.slurmctldj.proto.agent.Registration;
import org.slurmctldj.proto.nodelink.ChannelBinding;
import org.slurmctldj.proto.nodelink.LinkCertificate;
import org.slurmctldj.proto.nodelink.LinkProof;
import org.slurmctldj.rpc.WorkerPool;
import org.slurmctldj.rpc.net.FrontPort;

/** Agents over a real socket: through the front port's sniffer and the relay into gRPC, and what they make of the state. */
class NodeLinkTest {
  private static final byte[] SCRIPT = "#!/bin/sh\necho hi\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ENVIRONMENT = "A=1\0B=2\0".getBytes(StandardCharsets.US_ASCII);

  private final Cluster cluster = Cluster.of(2);
  private final WorkerPool workers = new WorkerPool("link-test", 4, 1000);
  @TempDir static Path directory;
  private static LinkCertificate certificate;
  private AgentServer server;
  private Agents agents;
  private FrontPort port;
  /** What was applied is told to who submitted it. */
  private volatile CompletableFuture<Void> told = CompletableFuture.completedFuture(null);
  /** Agents count as of another host. */
  private volatile boolean elsewhere;

  @BeforeAll
  static void makeCertificate() throws IOException {
    certificate = LinkCertificate.in(directory);
  }

  @BeforeEach
  void open() throws IOException {
    server = new AgentServer(certificate);
    agents =
        new Agents(
            new Agents.Surroundings(
                cluster.store,
                this::submit,
                hash -> hash.equals("script") ? SCRIPT : ENVIRONMENT,
                new Honest(),
                () -> false,
                uid -> uid == 0,
                _ -> "group",
                this::peerOf,
                () -> cluster.now,
                workers::follow,
                "test",
                1));
    server.start(agents, java.util.Optional::empty, workers::follow);
    port =
        FrontPort.open(
            FrontPort.Settings.DEFAULT, List.of(new InetSocketAddress("127.0.0.1", 0)), (_, from) -> from.drop(), server.relay());
  }

  @AfterEach
  void close() {
    agents.close();
    server.close();
    port.close();
    workers.close();
  }

  private synchronized CompletableFuture<Result> submit(LongFunction<Command> maker) {
    Result result = cluster.apply(maker.apply(cluster.now));
    return told.thenApply(_ -> result);
  }

  private LinkPeer peerOf(SocketAddress inner) {
    LinkPeer peer = server.peerOf(inner);
    return elsewhere ? new LinkPeer(peer.address(), false, peer.channel()) : peer;
  }

  /** A credential is its payload; "liar" is nobody's. */
  private static final class Honest implements LinkCredentials {
    @Override
    public byte[] make(byte[] payload) {
      return payload;
    }

    @Override
    public long verify(byte[] credential, byte[] payload) {
      if (!Arrays.equals(credential, payload)) {
        throw new IllegalArgumentException("not over these nonces");
      }
      return 0;
    }
  }

  /** An agent's end of a stream. */
  private final class Agent implements AutoCloseable {
    final BlockingQueue<ControllerMessage> heard = new LinkedBlockingQueue<>();
    final ManagedChannel channel;
    /** What this end believes that it talks through. */
    final ChannelBinding binding;
    final StreamObserver<AgentMessage> out;
    final Hello hello;
    final Set<String> launches = new HashSet<>();
    byte[] controllerNonce;

    Agent(String node, String instance) {
      this(node, instance, NettyChannelBuilder.forAddress(port.addresses().getFirst()).usePlaintext(), ChannelBinding.PLAIN);
    }

    Agent(String node, String instance, NettyChannelBuilder to, ChannelBinding binding) {
      this.channel = to.build();
      this.binding = binding;
      byte[] nonce = new byte[LinkProof.NONCE_LENGTH];
      Arrays.fill(nonce, (byte) 7);
      hello =
          Hello.newBuilder()
              .setRevision(LinkProof.REVISION)
              .setNodeName(node)
              .setBootId("boot1")
              .setInstance(ByteString.copyFromUtf8(instance))
              .setNonce(ByteString.copyFrom(nonce))
              .build();
      out =
          NodeLinkGrpc.newStub(channel)
              .connect(
                  new StreamObserver<>() {
                    @Override
                    public void onNext(ControllerMessage m) {
                      heard.add(m);
                    }

                    @Override
                    public void onError(Throwable t) {}

                    @Override
                    public void onCompleted() {}
                  });
      say(AgentMessage.newBuilder().setHello(hello));
    }

    void say(AgentMessage.Builder m) {
      out.onNext(m.build());
    }

    /** A launch that is said again (by its effect and by what follows a registration) counts once, as with agents. */
    ControllerMessage next() throws InterruptedException {
      while (true) {
        ControllerMessage m = heard.poll(20, TimeUnit.SECONDS);
        assertTrue(m != null, "the controller says nothing");
        if (!m.hasLaunch() || launches.add(m.getLaunch().getLaunchId())) {
          return m;
        }
      }
    }

    byte[] payload(LinkProof.Role role) {
      return LinkProof.payload(role, hello.getNodeName(), hello.getBootId(), hello.getNonce().toByteArray(), controllerNonce, binding);
    }

    void challenged() throws InterruptedException {
      var challenge = next().getChallenge();
      controllerNonce = challenge.getNonce().toByteArray();
      assertArrayEquals(payload(LinkProof.Role.CONTROLLER), challenge.getCredential().toByteArray(), "the controller proves itself");
    }

    void register(byte[] credential, LaunchStatus... launches) {
      say(
          AgentMessage.newBuilder()
              .setRegistration(
                  Registration.newBuilder()
                      .setCredential(ByteString.copyFrom(credential))
                      .setHardware(
                          Hardware.newBuilder().setCpus(8).setBoards(1).setSocketsPerBoard(2).setCoresPerSocket(2).setThreadsPerCore(2).setRealMemoryMb(8000))
                      .addAllLaunches(List.of(launches))));
    }

    Agent live(LaunchStatus... launches) throws InterruptedException {
      challenged();
      register(payload(LinkProof.Role.AGENT), launches);
      ControllerMessage welcome = next();
      assertTrue(welcome.hasWelcome(), welcome.toString());
      return this;
    }

    Refused.Reason refused() throws InterruptedException {
      ControllerMessage m = next();
      assertTrue(m.hasRefused(), m.toString());
      return m.getRefused().getReason();
    }

    @Override
    public void close() {
      channel.shutdownNow();
    }
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "waited in vain: " + what);
      Thread.onSpinWait();
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private String launchId(long jobId) {
    return LaunchIds.onStream(jobId, 0, cluster.store.globals().birthMillis());
  }

  private long startedJob() {
    return startedJob(1);
  }

  private long startedJob(int requeue) {
    var request =
        Cluster.request(Cluster.ALICE)
            .number(JobField.REQUEUE, requeue)
            .text(JobField.SCRIPT_HASH, "script")
            .text(JobField.ENVIRONMENT_HASH, "environment")
            .text(JobField.WORK_DIR, "/tmp");
    long id = cluster.submit(request);
    cluster.takeEffects();
    assertTrue(cluster.start(id, 0).isOk());
    return id;
  }

  @Test
  void aJobsWholeWay() throws InterruptedException {
    try (Agent agent = new Agent("n1", "a").live()) {
      long id = startedJob();
      for (Effect e : cluster.takeEffects()) {
        agents.effect(e);
      }
      var launch = agent.next().getLaunch();
      assertEquals(launchId(id), launch.getLaunchId());
      assertArrayEquals(SCRIPT, launch.getScript().toByteArray());
      assertEquals(List.of("A=1", "B=2"), launch.getEnvironmentList().stream().map(ByteString::toStringUtf8).toList());
      assertEquals("/tmp", launch.getWorkDir().toStringUtf8());
      assertEquals("n1", launch.getFacts().getNodeList().toStringUtf8());
      agent.say(AgentMessage.newBuilder().setLaunchStarted(LaunchStarted.newBuilder().setLaunchId(launch.getLaunchId()).setPid(5)));
      await("running", () -> cluster.job(id).phase == JobPhase.RUNNING);
      ExitReport.Builder exit = ExitReport.newBuilder().setLaunchId(launch.getLaunchId()).setWaitStatus(3 << 8).setNodeClean(true);
      agent.say(AgentMessage.newBuilder().setExitReport(exit));
      ControllerMessage m = agent.next();
      assertTrue(m.hasExitAck() && m.getExitAck().getNodeClean(), m.toString());
      assertEquals(JobPhase.DONE, cluster.job(id).phase);
      assertEquals(3 << 8, cluster.job(id).exitCode);
      // The acknowledgement was lost: the same report again is acknowledged again and changes nothing.
      agent.say(AgentMessage.newBuilder().setExitReport(exit.setWaitStatus(0)));
      assertTrue(agent.next().hasExitAck());
      assertEquals(3 << 8, cluster.job(id).exitCode);
    }
  }

  /** SchedulerParameters=nohold_on_prolog_fail and PrologFlags=ForceRequeueOnFail. */
  private record Flags(boolean holdAfterFailure, boolean alwaysRequeue, boolean atAllocation) implements NodeScripts {
    Flags(boolean holdAfterFailure, boolean alwaysRequeue) {
      this(holdAfterFailure, alwaysRequeue, false);
    }

    @Override
    public List<String> environment(JobRecord job, int node, boolean ending) {
      return List.of();
    }

    @Override
    public boolean externSteps() {
      return atAllocation;
    }
  }

  /** @return the job after its Prolog failed on n1 and all of it was ended there */
  private JobRecord afterAFailedProlog(NodeScripts flags, boolean mayBeRequeued) throws InterruptedException {
    agents.scripts(flags);
    try (Agent agent = new Agent("n1", "a").live()) {
      long id = startedJob(mayBeRequeued ? 1 : 0);
      agent.say(AgentMessage.newBuilder().setPrologFailed(PrologFailed.newBuilder().setJobId((int) id).setText("Prolog error")));
      await("the end", () -> cluster.job(id).phase == JobPhase.ENDING);
      cluster.ended(id, 0);
      cluster.released(id);
      assertTrue(cluster.node(0).drain, "the node takes no more jobs");
      assertEquals("Prolog error", cluster.node(0).reason);
      return cluster.job(id);
    }
  }

  @Test
  void aJobWhosePrologFailedIsHeld() throws InterruptedException {
    JobRecord job = afterAFailedProlog(new Flags(true, false), true);
    assertEquals(JobPhase.PENDING, job.phase);
    assertEquals(0, job.priority);
  }

  @Test
  void withNoholdOnPrologFailItIsNotHeld() throws InterruptedException {
    JobRecord job = afterAFailedProlog(new Flags(false, false), true);
    assertEquals(JobPhase.PENDING, job.phase);
    assertTrue(job.priority > 0);
  }

  @Test
  void oneThatMayNotBeRequeuedIsCancelled() throws InterruptedException {
    assertEquals(JobPhase.DONE, afterAFailedProlog(new Flags(true, false), false).phase);
  }

  @Test
  void withForceRequeueOnFailItIsRequeuedAllTheSame() throws InterruptedException {
    JobRecord job = afterAFailedProlog(new Flags(true, true), false);
    assertEquals(JobPhase.PENDING, job.phase);
    assertEquals(1, job.restarts);
  }

  private AllocationPrologs withPrologsAtAllocation() {
    AllocationPrologs prologs = new AllocationPrologs(() -> true);
    agents.allocationPrologs(prologs);
    agents.scripts(new Flags(true, false, true));
    return prologs;
  }

  /** salloc gets n1, and its agents hear of it. */
  private long allocation(AllocationPrologs prologs) {
    long id = cluster.submit(Cluster.request(Cluster.ALICE).number(JobField.BATCH_FLAG, 0));
    cluster.takeEffects();
    assertTrue(cluster.start(id, 0).isOk());
    prologs.allocated(id);
    prologs.told(AllocationPrologs.Teller.SLURMDS, id, List.of());
    for (Effect e : cluster.takeEffects()) {
      agents.effect(e);
    }
    return id;
  }

  /** Nobody would ever tell it to run the Prolog, and salloc waited for as long as its job lived. */
  @Test
  void anAllocationDoesNotWaitForAnAgentThatIsJustRegistering() throws InterruptedException {
    AllocationPrologs prologs = withPrologsAtAllocation();
    CompletableFuture<Void> later = new CompletableFuture<>();
    told = later;
    try (Agent agent = new Agent("n1", "a")) {
      agent.challenged();
      agent.register(agent.payload(LinkProof.Role.AGENT));
      await("its registration is in the journal", () -> cluster.node(0).linked && cluster.node(0).registration.bootId().equals("boot1"));
      long id = allocation(prologs);
      await("the client's turn", () -> !prologs.run(id));
    } finally {
      later.complete(null);
    }
  }

  @Test
  void anAllocationWaitsForThePrologsOfItsAgents() throws InterruptedException {
    AllocationPrologs prologs = withPrologsAtAllocation();
    try (Agent agent = new Agent("n1", "a").live()) {
      long id = allocation(prologs);
      Prepare prepare = agent.next().getPrepare();
      assertEquals(id, prepare.getJobId());
      assertEquals(Cluster.ALICE.uid(), prepare.getShare().getUid());
      assertEquals(0, prepare.getShare().getNodeIndex());
      assertTrue(prologs.run(id));
      agent.say(AgentMessage.newBuilder().setPrologDone(PrologDone.newBuilder().setJobId((int) id)));
      await("the client's turn", () -> !prologs.run(id));
    }
  }

  @Test
  void anAgentThatComesBackIsToldWhatItMissed() throws InterruptedException {
    long id = startedJob();
    LaunchStatus stranger =
        LaunchStatus.newBuilder().setLaunchId(launchId(77)).setJobId(77).setState(LaunchStatus.State.RUNNING).build();
    try (Agent agent = new Agent("n1", "a").live(stranger)) {
      ControllerMessage first = agent.next();
      ControllerMessage second = agent.next();
      ControllerMessage launch = first.hasLaunch() ? first : second;
      ControllerMessage terminate = first.hasLaunch() ? second : first;
      assertEquals(launchId(id), launch.getLaunch().getLaunchId());
      assertEquals(launchId(77), terminate.getTerminate().getLaunchId());
    }
  }

  /** The effect never came: it was dropped with others when their listener was too late. */
  @Test
  void aLostTerminateIsDerivedFromTheStateWithoutANewStream() throws InterruptedException {
    try (Agent agent = new Agent("n1", "a").live()) {
      long id = runningJob(agent);
      // Requeued at once: no node is waited for, only the agent knows that something still runs.
      synchronized (this) { // the agent's own reports may still be on their way
        cluster.apply(new Command.UpdateNode(
            cluster.now, Cluster.ROOT, List.of("n1"), SlurmNumbers.NODE_STATE_DOWN, "broken", null, null, SlurmNumbers.NO_VAL));
        assertEquals(JobPhase.PENDING, cluster.job(id).phase);
        cluster.takeEffects();
      }
      agents.resync();
      assertEquals(launchId(id), agent.next().getTerminate().getLaunchId());
      // Said once: neither a heartbeat nor another resync says it again.
      agents.resync();
      agent.say(AgentMessage.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()));
      agents.reconfigure();
      assertTrue(agent.next().hasReconfigure());
    }
  }

  @Test
  void aHeartbeatIsEnoughToFindAnEndThatWasNotTold() throws InterruptedException {
    try (Agent agent = new Agent("n1", "a").live()) {
      long id = runningJob(agent);
      cluster.kill(Cluster.ALICE, id);
      cluster.takeEffects();
      agent.say(AgentMessage.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()));
      assertEquals(launchId(id), agent.next().getTerminate().getLaunchId());
      agent.say(AgentMessage.newBuilder().setLaunchGone(LaunchGone.newBuilder().setLaunchId(launchId(id))));
      await("over", () -> cluster.job(id).phase == JobPhase.DONE);
    }
  }

  /** slurmctld-j -c gives job 1 out again: the agent's launch of the old job 1 is another, and over. */
  @Test
  void aLaunchOfAForgottenStateIsEndedAndDoesNotStandForTheNewJobOfThatId() throws InterruptedException {
    long id = startedJob();
    String forgotten = LaunchIds.onStream(id, 0, cluster.store.globals().birthMillis() - 60_000);
    LaunchStatus old = LaunchStatus.newBuilder().setLaunchId(forgotten).setJobId((int) id).setState(LaunchStatus.State.RUNNING).build();
    try (Agent agent = new Agent("n1", "a").live(old)) {
      ControllerMessage first = agent.next();
      ControllerMessage second = agent.next();
      assertEquals(launchId(id), (first.hasLaunch() ? first : second).getLaunch().getLaunchId());
      assertEquals(forgotten, (first.hasLaunch() ? second : first).getTerminate().getLaunchId());
      agent.say(AgentMessage.newBuilder().setExitReport(ExitReport.newBuilder().setLaunchId(forgotten).setWaitStatus(9).setNodeClean(true)));
      assertEquals(forgotten, agent.next().getExitAck().getLaunchId());
      assertEquals(JobPhase.STARTING, cluster.job(id).phase, "the old one's end is not the new one's");
    }
  }

  private long runningJob(Agent agent) throws InterruptedException {
    long id = startedJob();
    cluster.takeEffects().forEach(agents::effect);
    String launch = agent.next().getLaunch().getLaunchId();
    agent.say(AgentMessage.newBuilder().setLaunchStarted(LaunchStarted.newBuilder().setLaunchId(launch)));
    await("running", () -> cluster.job(id).phase == JobPhase.RUNNING);
    return id;
  }

  @Test
  void aLinkThatEndsLosesTheNodeUntilItIsBack() throws InterruptedException {
    try (Agent agent = new Agent("n1", "a").live()) {
      assertEquals(NodePhase.UP, cluster.node(0).phase);
      assertTrue(agents.isConnected("n1"));
    }
    await("n1 lost", () -> cluster.node(0).phase == NodePhase.LOST);
    try (Agent agent = new Agent("n1", "b").live()) {
      assertEquals(NodePhase.UP, cluster.node(0).phase);
    }
  }

  @Test
  void aSecondAgentOfANodeIsRefusedWhileTheFirstLives() throws InterruptedException {
    try (Agent first = new Agent("n1", "a").live();
        Agent second = new Agent("n1", "b")) {
      second.challenged();
      second.register(second.payload(LinkProof.Role.AGENT));
      assertEquals(Refused.Reason.NODE_IS_CONNECTED, second.refused());
      assertTrue(agents.isConnected("n1"));
      assertTrue(first.next().hasPing(), "the first is asked whether it lives");
    }
  }

  @Test
  void theSameAgentMayReplaceItsOwnStream() throws InterruptedException {
    try (Agent first = new Agent("n1", "a").live();
        Agent again = new Agent("n1", "a").live()) {
      assertTrue(first.next().hasGoodbye());
      assertTrue(agents.isConnected("n1"));
      assertEquals(NodePhase.UP, cluster.node(0).phase);
    }
  }

  private Agent tlsAgent(InetSocketAddress to, LinkCertificate seen) throws IOException {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(to)
            .overrideAuthority("slurmctld-j")
            .sslContext(
                GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
                    .protocols("TLSv1.3")
                    .trustManager(seen.certificate())
                    .endpointIdentificationAlgorithm("")
                    .build());
    return new Agent("n1", "tls", builder, seen.binding());
  }

  @Test
  void theLinkGoesThroughTlsAndTheProofsCoverTheCertificate() throws Exception {
    elsewhere = true;
    try (Agent agent = tlsAgent(port.addresses().getFirst(), certificate).live()) {
      assertTrue(agents.isConnected("n1"));
      long id = startedJob();
      cluster.takeEffects().forEach(agents::effect);
      assertEquals(launchId(id), agent.next().getLaunch().getLaunchId());
    }
    assertEquals(
        PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(directory.resolve("link.p12")));
    assertEquals(certificate, LinkCertificate.in(directory), "the next start uses the same");
  }

  @Test
  void aManInTheMiddleIsRefused(@TempDir Path elsewhereDirectory) throws Exception {
    LinkCertificate his = LinkCertificate.in(elsewhereDirectory);
    try (TlsMiddle middle = new TlsMiddle(his, port.addresses().getFirst());
        Agent agent = tlsAgent(middle.address(), his)) {
      var challenge = agent.next().getChallenge();
      agent.controllerNonce = challenge.getNonce().toByteArray();
      assertFalse(
          Arrays.equals(agent.payload(LinkProof.Role.CONTROLLER), challenge.getCredential().toByteArray()),
          "the controller vouches for another certificate than the agent saw");
      agent.register(agent.payload(LinkProof.Role.AGENT));
      assertEquals(Refused.Reason.BAD_CREDENTIAL, agent.refused());
    }
  }

  @Test
  void plainTextIsForThisHostOnly() throws InterruptedException {
    elsewhere = true;
    try (Agent agent = new Agent("n1", "a")) {
      assertEquals(Refused.Reason.PLAIN_TEXT, agent.refused());
    }
  }

  @Test
  void strangersAreRefused() throws InterruptedException {
    try (Agent unknown = new Agent("nosuchnode", "a")) {
      assertEquals(Refused.Reason.UNKNOWN_NODE, unknown.refused());
    }
    try (Agent liar = new Agent("n1", "a")) {
      liar.challenged();
      // The controller's own credential sent back to it: the role in the payload gives it away.
      liar.register(liar.payload(LinkProof.Role.CONTROLLER));
      assertEquals(Refused.Reason.BAD_CREDENTIAL, liar.refused());
    }
    try (Agent hasty = new Agent("n1", "a")) {
      hasty.challenged();
      hasty.say(AgentMessage.newBuilder().setLaunchStarted(LaunchStarted.newBuilder().setLaunchId("1.0.batch")));
      assertEquals(Refused.Reason.BAD_MESSAGE, hasty.refused());
    }
  }

  @Test
  void whoOpensAStreamAndNeverRegistersIsShownOut() throws Exception {
    agents.registerWithin(200);
    ManagedChannel channel = NettyChannelBuilder.forAddress(port.addresses().getFirst()).usePlaintext().build();
    try {
      CompletableFuture<Void> ended = new CompletableFuture<>();
      StreamObserver<AgentMessage> out =
          NodeLinkGrpc.newStub(channel)
              .connect(
                  new StreamObserver<>() {
                    @Override
                    public void onNext(ControllerMessage m) {}

                    @Override
                    public void onError(Throwable t) {
                      ended.complete(null);
                    }

                    @Override
                    public void onCompleted() {
                      ended.complete(null);
                    }
                  });
      ended.get(20, TimeUnit.SECONDS);
      out.onCompleted();
    } finally {
      channel.shutdownNow();
    }
  }
}
