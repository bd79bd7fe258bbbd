package org.slurmctldj.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobSluid;
import org.slurmctldj.proto.auth.Authenticator;
import org.slurmctldj.proto.auth.BodyHash;
import org.slurmctldj.proto.auth.CredentialFactory;
import org.slurmctldj.proto.auth.SlurmKey;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.slurm.JobDescMsg;
import org.slurmctldj.proto.slurm.JobInfo;
import org.slurmctldj.proto.slurm.JobInfoRequest;
import org.slurmctldj.proto.slurm.JobInfoResponse;
import org.slurmctldj.proto.slurm.JobInfoSingleRequest;
import org.slurmctldj.proto.slurm.KillJobMsg;
import org.slurmctldj.proto.slurm.KillJobsRequest;
import org.slurmctldj.proto.slurm.KillJobsResponse;
import org.slurmctldj.proto.slurm.ReturnCodeMsg;
import org.slurmctldj.proto.slurm.SlurmBody;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.slurm.SubmitBatchJobResponse;
import org.slurmctldj.proto.slurm.UpdateNodeMsg;
import org.slurmctldj.proto.text.Sluid;
import org.slurmctldj.proto.wire.Credential;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.Header;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.rpc.handlers.ControllerOnHeap;
import org.slurmctldj.rpc.handlers.Rpcs;
import org.slurmctldj.rpc.net.AgentDoor;
import org.slurmctldj.rpc.net.Exchange;
import org.slurmctldj.rpc.net.FrameSink;
import org.slurmctldj.rpc.net.FrontPort;

/** Whole requests through a real socket, with auth/slurm tokens, and what does not deserve to be called one. */
class FrontDoorTest {
  private static final int REQUEST_MILLIS = 1500;
  private static final int MOST_CONNECTIONS = 60;
  private static final byte[] KEY = "a key of thirty-two bytes, or so".getBytes(StandardCharsets.US_ASCII);
  private static final long NOBODY = 65534;

  private final ControllerOnHeap on = new ControllerOnHeap(Cluster.of(3));
  private final SlurmKey key = SlurmKey.of(KEY);
  private final WorkerPool workers = new WorkerPool("test-worker", 4, 1000);
  private FrontPort port;
  private int at;

  @BeforeEach
  void open() throws IOException {
    FrontDoor door =
        new FrontDoor(
            Rpcs.table(on.controller),
            Authenticator.key(key, "test", ProcessFacts.effectiveUid(), Authenticator.Policy.DEFAULT),
            Optional.empty(),
            uid -> uid == 0,
            workers,
            new RpcStatistics(),
            on.controller.sluids());
    FrontPort.Settings settings = new FrontPort.Settings(1 << 24, REQUEST_MILLIS, MOST_CONNECTIONS, 1 << 25, 1);
    port = FrontPort.open(settings, List.of(new InetSocketAddress("127.0.0.1", 0)), door, AgentDoor.CLOSED);
    at = port.addresses().getFirst().getPort();
  }

  @AfterEach
  void close() {
    port.close();
    workers.close();
  }

  private byte[] request(int version, int type, SlurmBody body, long uid) {
    Packer p = new Packer();
    if (body != null) {
      body.write(p, version);
    }
    byte[] bytes = p.toByteArray();
    Credential c =
        CredentialFactory.key(key, "test", "host", uid, uid, 60)
            .create(version << 8, type, BodyHash.K12, bytes, CredentialFactory.ANYONE);
    return Frame.toBytes(Header.request(version << 8, type), c, bytes);
  }

  private Frame ask(byte[] request) throws IOException {
    try (Socket s = new Socket("127.0.0.1", at)) {
      s.getOutputStream().write(request);
      s.setSoTimeout(10_000);
      return Frame.read(s.getInputStream(), 1 << 26);
    }
  }

  private long returnCode(byte[] request) throws IOException {
    Frame f = ask(request);
    assertTrue(f.type() == 8001 || f.type() == 8002, f.toString());
    return f.body().u32();
  }

  private JobDescMsg job(int version) {
    return new JobDescMsg()
        .script("#!/bin/sh\ntrue\n")
        .environment(new String[] {"PATH=/bin"})
        .name("test")
        .workDir("/tmp")
        .minNodes(1)
        .userId(0)
        .groupId(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 41, 42, 43, 44, 45})
  void aPingIsAnsweredInItsOwnVersionWithoutCredential(int version) throws IOException {
    Frame f = ask(request(version, 1008, null, NOBODY));
    assertEquals(version << 8, f.version());
    assertEquals(8001, f.type());
    assertTrue(f.header().has(Header.NO_AUTH_CRED));
    assertEquals(new ReturnCodeMsg().returnCode(0), ReturnCodeMsg.read(f.body(), version));
  }

  @ParameterizedTest
  @ValueSource(ints = {42, 45})
  void aJobComesInIsSeenAndIsCancelled(int version) throws IOException {
    Frame submitted = ask(request(version, 4003, job(version), 0));
    assertEquals(4004, submitted.type());
    long id = SubmitBatchJobResponse.read(submitted.body(), version).jobId();
    assertEquals(1, id);
    Frame listed = ask(request(version, 2003, new JobInfoRequest(), NOBODY));
    JobInfoResponse jobs = JobInfoResponse.read(listed.body(), version);
    assertEquals(1, jobs.jobs().size());
    assertEquals("test", jobs.jobs().getFirst().name());
    KillJobMsg kill = new KillJobMsg().stepId(new StepId().jobId(id)).sjobId("" + id).signal(9);
    assertNotEquals(0, returnCode(request(version, 5032, kill, NOBODY)), "a stranger's scancel");
    assertEquals(0, on.cluster.job(id).slurmState());
    assertEquals(0, returnCode(request(version, 5032, kill, 0)));
    assertEquals(4, on.cluster.job(id).slurmState());
  }

  @Test
  void aHeldJobIsSaidToBeHeldFrom2411On() throws IOException {
    Frame f = ask(request(42, 4003, job(42).priority(0), 0));
    assertEquals(2042, SubmitBatchJobResponse.read(f.body(), 42).errorCode());
    f = ask(request(41, 4003, job(41).priority(0), 0));
    assertEquals(0, SubmitBatchJobResponse.read(f.body(), 41).errorCode());
  }

  /** scancel --ctld: state 12 stands for any, user_id says nothing without a user name. */
  @Test
  void manyJobsAreCancelledByFilterOrByIds() throws IOException {
    for (String name : new String[] {"a", "b", "b"}) {
      ask(request(42, 4003, job(42).name(name).priority(0), 0));
    }
    KillJobsRequest byName = new KillJobsRequest().jobName("b").signal(9).state(12).userId(0).flags(0);
    Frame f = ask(request(42, 5041, byName, 0));
    assertEquals(5042, f.type());
    assertEquals(List.of(), KillJobsResponse.read(f.body(), 42).jobs());
    assertEquals(List.of(0L, 4L, 4L), List.of(on.cluster.job(1).slurmState(), on.cluster.job(2).slurmState(), on.cluster.job(3).slurmState()));
    KillJobsRequest byId = new KillJobsRequest().jobsArray(new String[] {"1", "77"}).signal(9).state(12).flags(0);
    f = ask(request(42, 5041, byId, 0));
    var answers = KillJobsResponse.read(f.body(), 42).jobs();
    assertEquals(1, answers.size());
    assertEquals("Invalid job id specified", answers.getFirst().errorMsg());
    assertEquals(4, on.cluster.job(1).slurmState());
    assertEquals(2173, returnCode(request(42, 5041, new KillJobsRequest().signal(9).state(12).flags(0), 0)));
  }

  @Test
  void whatNoClusterOfThatSizeCanRunIsRefusedFrom2411On() throws IOException {
    assertEquals(2014, returnCode(request(42, 4003, job(42).minNodes(99), 0)));
    assertEquals(2014, returnCode(request(42, 4003, job(42).minCpus(1000).numTasks(1000), 0)));
    assertEquals(2038, returnCode(request(42, 4003, job(42).dependency("afterok:99999"), 0)));
    assertEquals(4004, ask(request(41, 4003, job(41).minNodes(99), 0)).type());
    assertEquals(4004, ask(request(42, 4003, job(42).dependency("afterany:1"), 0)).type());
  }

  /** 26.05 lets them wait, as 22.05 did. */
  @Test
  void whatNoClusterOfThatSizeCanRunWaitsFrom2605On() throws IOException {
    assertEquals(4004, ask(request(45, 4003, job(45).minNodes(99), 0)).type());
    assertEquals(4004, ask(request(45, 4003, job(45).minCpus(1000).numTasks(1000), 0)).type());
    assertEquals(2038, returnCode(request(45, 4003, job(45).dependency("afterok:99999"), 0)));
  }

  /** As scancel and scontrol of 26.05 do it. */
  @Test
  void aJobIsKnownByItsSluid() throws IOException {
    Frame f = ask(request(45, 4003, job(45).priority(0), 0));
    StepId answer = SubmitBatchJobResponse.read(f.body(), 45).stepId();
    long sluid = JobSluid.of("test", on.cluster.job(1));
    assertEquals(1, answer.jobId());
    assertEquals(sluid, answer.sluid());
    JobInfoSingleRequest one = new JobInfoSingleRequest().stepId(new StepId().sluid(sluid));
    List<JobInfo> shown = JobInfoResponse.read(ask(request(45, 2021, one, 0)).body(), 45).jobs();
    assertEquals(List.of(1L), shown.stream().map(j -> j.stepId().jobId()).toList());
    assertEquals(List.of(sluid), shown.stream().map(j -> j.stepId().sluid()).toList());
    assertEquals(2017, returnCode(request(45, 2021, new JobInfoSingleRequest().stepId(new StepId().sluid(sluid + 1)), 0)));
    assertEquals(2017, returnCode(request(45, 5032, new KillJobMsg().sjobId(Sluid.text(sluid + 1)).signal(9), 0)));
    assertEquals(0, returnCode(request(45, 5032, new KillJobMsg().sjobId(Sluid.text(sluid)).signal(9), 0)));
    assertEquals(4, on.cluster.job(1).slurmState());
  }

  /** Observed on 26.05.5: the tasks that run have SLUIDs of their own. */
  @Test
  void theSluidOfAnArrayStandsForTheTasksThatHaveNotBegun() throws IOException {
    ask(request(45, 4003, job(45).arrayInx("0-3"), 0));
    on.cluster.start(1, 0);
    JobRecord rest = on.cluster.job(1);
    assertTrue(rest.isArrayRest());
    assertEquals(0, returnCode(request(45, 5032, new KillJobMsg().sjobId(Sluid.text(JobSluid.of("test", rest))).signal(9), 0)));
    List<Integer> states = new ArrayList<>();
    on.cluster.store.forEachJob(j -> states.add((int) j.slurmState()));
    assertTrue(states.contains(1), "the task that runs goes on: " + states);
    assertTrue(states.stream().noneMatch(s -> s == 0), "the others are gone: " + states);
  }

  @Test
  void whoHasSeenEverythingIsToldSo() throws IOException {
    long later = on.cluster.now / 1000 + 100;
    assertEquals(1900, returnCode(request(42, 2003, new JobInfoRequest().lastUpdate(later), NOBODY)));
  }

  @Test
  void onlyRootChangesNodes() throws IOException {
    UpdateNodeMsg drain = new UpdateNodeMsg().nodeNames("n1").nodeState(1 << 9).reason("test");
    assertEquals(2010, returnCode(request(42, 3002, drain, NOBODY)));
    assertEquals(0, returnCode(request(42, 3002, drain, 0)));
    assertTrue(on.cluster.node(0).drain);
  }

  @Test
  void nobodySubmitsForSomebodyElse() throws IOException {
    assertEquals(2010, returnCode(request(42, 4003, job(42).userId(0), NOBODY)));
  }

  @Test
  void unknownRequestsAreRefused() throws IOException {
    assertEquals(22, returnCode(request(42, 4999, null, 0)));
  }

  @Test
  void aBodyThatIsNotWhatItSaysIsRefused() throws IOException {
    assertEquals(22, returnCode(request(42, 2003, new ReturnCodeMsg().returnCode(7), 0)));
  }

  @Test
  void credentialsOfAnotherKeyOrForAnotherBodyAreRefused() throws IOException {
    byte[] body = {0, 0, 0, 1};
    Credential forged =
        CredentialFactory.key(SlurmKey.of(new byte[32]), "test", "host", 0, 0, 60)
            .create(42 << 8, 1008, BodyHash.K12, new byte[0], CredentialFactory.ANYONE);
    assertEquals(1007, returnCode(Frame.toBytes(Header.request(42 << 8, 1008), forged, new byte[0])));
    Credential other =
        CredentialFactory.key(key, "test", "host", 0, 0, 60)
            .create(42 << 8, 1005, BodyHash.K12, new byte[0], CredentialFactory.ANYONE);
    assertEquals(1007, returnCode(Frame.toBytes(Header.request(42 << 8, 1005), other, body)));
    assertEquals(0, on.shutdowns);
  }

  @Test
  void aVersionWeDoNotSpeakClosesTheConnection() throws IOException {
    byte[] bytes = request(42, 1008, null, 0);
    bytes[4] = 0x24;
    assertEquals(-1, closesAfter(bytes));
  }

  /** -1 if the peer closed without an answer. */
  private int closesAfter(byte[] bytes) throws IOException {
    try (Socket s = new Socket("127.0.0.1", at)) {
      s.setSoTimeout(10_000);
      s.getOutputStream().write(bytes);
      return s.getInputStream().read();
    } catch (java.net.SocketException e) {
      return -1;
    }
  }

  @Test
  void aLengthOfAGibibyteCostsNothing() throws IOException {
    assertEquals(-1, closesAfter(new byte[] {0x3f, (byte) 0xff, (byte) 0xff, (byte) 0xff, 1, 2, 3}));
    assertEquals(-1, closesAfter(new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff}));
    assertEquals(-1, closesAfter(new byte[] {0, 0, 0, 3, 1, 2, 3}));
    assertEquals(0, port.heldBytes());
  }

  @Test
  void tlsIsRefusedAndHttpIsToldThatThereIsNothing() throws IOException {
    assertEquals(-1, closesAfter(new byte[] {0x16, 0x03, 0x01, 0x00, 0x50}));
    try (Socket s = new Socket("127.0.0.1", at)) {
      s.setSoTimeout(10_000);
      s.getOutputStream().write("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      String answer = new String(s.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertTrue(answer.startsWith("HTTP/1.1 404 "), answer);
    }
  }

  @Test
  void aRequestInSmallPiecesIsARequest() throws IOException {
    byte[] bytes = request(42, 1008, null, 0);
    try (Socket s = new Socket("127.0.0.1", at)) {
      s.setTcpNoDelay(true);
      s.setSoTimeout(10_000);
      OutputStream out = s.getOutputStream();
      for (byte b : bytes) {
        out.write(b);
      }
      assertEquals(8001, Frame.read(s.getInputStream(), 1 << 20).type());
    }
  }

  @Test
  void whoNeverFinishesHisRequestIsShownOut() throws IOException {
    try (Socket s = new Socket("127.0.0.1", at)) {
      s.getOutputStream().write(Arrays.copyOf(request(42, 1008, null, 0), 20));
      s.setSoTimeout(REQUEST_MILLIS * 5);
      InputStream in = s.getInputStream();
      assertEquals(-1, in.read());
    }
  }

  @Test
  void idleConnectionsDoNotStopOthers() throws IOException {
    List<Socket> idle = new ArrayList<>();
    try {
      for (int i = 0; i < MOST_CONNECTIONS * 3; i++) {
        idle.add(new Socket("127.0.0.1", at));
        if (i % 20 == 0) {
          assertEquals(0, returnCode(request(42, 1008, null, 0)));
        }
      }
      assertEquals(0, returnCode(request(42, 1008, null, 0)));
      // a connection without a byte is the kernel's for a second
      awaitTrue(() -> port.shedConnections() > 0);
      awaitTrue(() -> port.openConnections() <= MOST_CONNECTIONS + 1);
    } finally {
      for (Socket s : idle) {
        s.close();
      }
    }
  }

  @Test
  void aConnectionWhoseRequestBreaksTheServingThreadIsClosedAndCountedOut() throws IOException {
    FrameSink breaking =
        new FrameSink() {
          @Override
          public void received(byte[] frame, Exchange from) {
            throw new LinkageError("on purpose");
          }
        };
    FrontPort.Settings settings = new FrontPort.Settings(1 << 24, REQUEST_MILLIS, MOST_CONNECTIONS, 1 << 25, 1);
    try (FrontPort other = FrontPort.open(settings, List.of(new InetSocketAddress("127.0.0.1", 0)), breaking, AgentDoor.CLOSED);
        Socket s = new Socket("127.0.0.1", other.addresses().getFirst().getPort())) {
      s.getOutputStream().write(request(42, 1008, null, 0));
      s.setSoTimeout(10_000);
      assertEquals(-1, s.getInputStream().read());
      awaitTrue(() -> other.openConnections() == 0);
    }
  }

  private static void awaitTrue(BooleanSupplier condition) {
    long end = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "not within 20 s");
      Thread.onSpinWait();
    }
  }

  /** 22.05's clients do that; the rest may come a moment later, or much later. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 50})
  void theLengthMayComeByItself(int millisBetween) throws Exception {
    byte[] bytes = request(42, 1008, null, 0);
    try (Socket s = new Socket("127.0.0.1", at)) {
      s.setTcpNoDelay(true);
      s.setSoTimeout(10_000);
      s.getOutputStream().write(bytes, 0, 4);
      LockSupport.parkNanos(millisBetween * 1_000_000L);
      s.getOutputStream().write(bytes, 4, bytes.length - 4);
      assertEquals(8001, Frame.read(s.getInputStream(), 1 << 20).type());
      assertEquals(-1, s.getInputStream().read());
    }
  }

  @Test
  void aRequestBehindAConnectionThatWasSilentIsServed() throws Exception {
    try (Socket s = new Socket("127.0.0.1", at)) {
      s.setSoTimeout(10_000);
      // until it is no longer the kernel's
      awaitTrue(() -> port.openConnections() > 0);
      s.getOutputStream().write(request(42, 1008, null, 0));
      assertEquals(8001, Frame.read(s.getInputStream(), 1 << 20).type());
    }
    awaitTrue(() -> port.openConnections() == 0);
  }

  /** More than the socket's buffers hold at once, and more than goes out by the thread that made it. */
  @Test
  void aLongListGoesOutWhole() throws IOException {
    String comment = "x".repeat(60_000);
    for (int i = 0; i < 200; i++) {
      assertEquals(4004, ask(request(42, 4003, job(42).priority(0).comment(comment), 0)).type());
    }
    JobInfoResponse jobs = JobInfoResponse.read(ask(request(42, 2003, new JobInfoRequest(), 0)).body(), 42);
    assertEquals(200, jobs.jobs().size());
    assertTrue(jobs.jobs().stream().allMatch(j -> comment.equals(j.comment())));
    awaitTrue(() -> port.openConnections() == 0);
  }

  @Test
  void garbageNeverStopsTheDoor() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] good = request(45, 4003, job(45), 0);
    for (int i = 0; i < 300; i++) {
      byte[] bad = good.clone();
      int flips = 1 + random.nextInt(8);
      for (int f = 0; f < flips; f++) {
        bad[4 + random.nextInt(bad.length - 4)] ^= (byte) (1 << random.nextInt(8));
      }
      try (Socket s = new Socket("127.0.0.1", at)) {
        s.setSoTimeout(10_000);
        s.getOutputStream().write(bad);
        s.getInputStream().readAllBytes();
      } catch (java.net.SocketException e) {
        // reset is as good as closed
      }
    }
    assertEquals(0, returnCode(request(45, 1008, null, 0)), "seed " + seed);
    assertEquals(0, port.heldBytes());
  }
}
