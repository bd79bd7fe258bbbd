package org.slurmctldj.agent.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slurmctldj.agent.TestNode.until;

import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slurmctldj.agent.AgentProcess;
import org.slurmctldj.agent.TestNode;
import org.slurmctldj.proto.auth.CredentialFactory;
import org.slurmctldj.proto.auth.SlurmKey;
import org.slurmctldj.proto.bcast.BlockCompression;
import org.slurmctldj.proto.client.RpcClient;
import org.slurmctldj.proto.client.RpcException;
import org.slurmctldj.proto.cred.CredSigner;
import org.slurmctldj.proto.os.ProcessFacts;
import org.slurmctldj.proto.slurm.EmptyBody;
import org.slurmctldj.proto.slurm.EpilogComplete;
import org.slurmctldj.proto.slurm.FileBcast;
import org.slurmctldj.proto.slurm.Identity;
import org.slurmctldj.proto.slurm.JobOption;
import org.slurmctldj.proto.slurm.JobOptions;
import org.slurmctldj.proto.slurm.KillJobNodeMsg;
import org.slurmctldj.proto.slurm.LaunchTasks;
import org.slurmctldj.proto.slurm.LaunchTasksNode;
import org.slurmctldj.proto.slurm.LaunchTasksResponse;
import org.slurmctldj.proto.slurm.MessageType;
import org.slurmctldj.proto.slurm.PingSlurmdResponse;
import org.slurmctldj.proto.slurm.ReattachTasksRequest;
import org.slurmctldj.proto.slurm.ReattachTasksResponse;
import org.slurmctldj.proto.slurm.SbcastCredArg;
import org.slurmctldj.proto.slurm.SignalTasks;
import org.slurmctldj.proto.slurm.SlurmBody;
import org.slurmctldj.proto.slurm.SlurmCredArg;
import org.slurmctldj.proto.slurm.SlurmError;
import org.slurmctldj.proto.slurm.StepComplete;
import org.slurmctldj.proto.slurm.StepId;
import org.slurmctldj.proto.slurm.TaskExit;
import org.slurmctldj.proto.wire.Bitmap;
import org.slurmctldj.proto.wire.Frame;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.SlurmAddress;

/** A real agent and steps launched on its SlurmdPort, as srun does it; auth/slurm, version 42. */
class StepTest {
  private static final int VERSION = 42;
  private static final long NO_VAL = 0xfffffffeL;
  private static final long BUFFERED = 1 << 3;

  @TempDir Path directory;
  private TestNode node;
  private AgentProcess agent;
  private FakeSrun controller;
  private FakeSrun srun;
  /** Plays the slurmd of node n0. */
  private FakeSrun above;

  private int port;
  private CredSigner signer;
  private RpcClient client;

  @BeforeEach
  void start() throws Exception {
    controller = new FakeSrun();
    srun = new FakeSrun();
    above = new FakeSrun();
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    node = new TestNode(directory, controller.messagePort(), "SlurmdPort=" + port, "NodeName=n0 NodeAddr=127.0.0.1 Port=" + above.messagePort());
    SlurmKey key = SlurmKey.read(directory.resolve("slurm.key"));
    long me = ProcessFacts.effectiveUid();
    signer = CredSigner.key(key, "test", "ctl", me, 0, () -> System.currentTimeMillis() / 1000);
    client = new RpcClient(RpcClient.Settings.of(CredentialFactory.key(key, "test", "ctl", me, 0, 60), null));
    agent = AgentProcess.start(directory, TestNode.NODE);
    until("the agent listens", () -> agent.output().contains("listening on port"));
  }

  @AfterEach
  void stop() throws Exception {
    agent.close();
    srun.close();
    above.close();
    controller.close();
  }

  private void restart() throws Exception {
    int times = agent.output().split("listening on port", -1).length;
    agent.kill();
    agent = AgentProcess.start(directory, TestNode.NODE);
    until("the agent listens again", () -> agent.output().split("listening on port", -1).length > times);
  }

  private long call(MessageType type, SlurmBody body) {
    Frame answer = send(type, body);
    return answer.body().u32();
  }

  private Frame send(MessageType type, SlurmBody body) {
    Packer out = new Packer();
    body.write(out, VERSION);
    return client.call(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), VERSION << 8, type.number(), out.toByteArray(), ProcessFacts.effectiveUid());
  }

  private SlurmCredArg grant(long job, int tasks) {
    return new SlurmCredArg()
        .stepId(new StepId().jobId(job).stepId(0))
        .id(new Identity().uid(TestNode.JOB_UID).gid(TestNode.JOB_GID).pwName("somebody").gids(new long[] {TestNode.JOB_GID}))
        .ctime(System.currentTimeMillis() / 1000)
        .jobHostlist("n1")
        .stepHostlist("n1")
        .jobNhosts(1)
        .totCoreCnt(4)
        .jobCoreBitmap(Bitmap.ofBits(4, 0, 1, 2))
        .stepCoreBitmap(Bitmap.ofBits(4, 0, 1))
        .coresPerSocket(new int[] {1})
        .socketsPerNode(new int[] {4})
        .sockCoreRepCount(new long[] {1})
        .jobNtasks(tasks);
  }

  private LaunchTasks launch(long job, int tasks, String... argv) {
    long[] ids = new long[tasks];
    Arrays.setAll(ids, i -> i);
    return new LaunchTasks()
        .stepId(new StepId().jobId(job).stepId(0))
        .hetJobNodeOffset(NO_VAL)
        .hetJobId(NO_VAL)
        .hetJobOffset(NO_VAL)
        .hetJobTaskOffset(NO_VAL)
        .ntasks(tasks)
        .nodes(List.of(new LaunchTasksNode().globalTaskIds(ids)))
        .completeNodelist("n1")
        .cred(signer.sign(grant(job, tasks), VERSION))
        .respPort(new int[] {srun.messagePort()})
        .ioPort(new int[] {srun.streamPort()})
        .origAddr(SlurmAddress.UNSPECIFIED)
        .env(new String[] {"PATH=/usr/bin:/bin", "SLURM_JOB_NAME=test", "SLURM_UMASK=0027", "SLURM_RLIMIT_NOFILE=123"})
        .cwd(node.work.toString())
        .argv(argv)
        .flags(BUFFERED)
        .options(new JobOptions());
  }

  /** Of two nodes, one of which is this one; a task on each. */
  private LaunchTasks onTwoNodes(long job, String nodes, int place, String... argv) {
    SlurmCredArg grant =
        grant(job, 2)
            .jobHostlist(nodes)
            .stepHostlist(nodes)
            .jobNhosts(2)
            .jobCoreBitmap(Bitmap.ofBits(8, 4 * place))
            .stepCoreBitmap(Bitmap.ofBits(8, 4 * place))
            .sockCoreRepCount(new long[] {2});
    return launch(job, 2, argv)
        .nodes(
            List.of(
                new LaunchTasksNode().globalTaskIds(new long[] {0}),
                new LaunchTasksNode().globalTaskIds(new long[] {1})))
        .completeNodelist(nodes)
        .cred(signer.sign(grant, VERSION));
  }

  private static StepComplete end(long job, int node, long status) {
    return new StepComplete().stepId(new StepId().jobId(job).stepId(0)).rangeFirst(node).rangeLast(node).stepRc(status);
  }

  private StepComplete awaitCompletion() throws Exception {
    return until("the step's completion", () -> controller.received(StepComplete.class).stream().findFirst().orElse(null));
  }

  @Test
  void pingIsAnswered() {
    Frame answer = send(MessageType.REQUEST_PING, EmptyBody.INSTANCE);
    assertEquals(MessageType.RESPONSE_PING_SLURMD.number(), answer.type());
    assertTrue(PingSlurmdResponse.read(answer.body(), VERSION).freeMem() > 0);
  }

  @Test
  void aStepRunsAsItsUserAndSrunHearsAllOfIt() throws Exception {
    LaunchTasks launch =
        launch(12, 2, "sh", "-c", "id -u; pwd; ulimit -n; umask; echo $SLURM_PROCID $SLURM_LOCALID $SLURM_GTIDS $SLURM_CPUS_ON_NODE; echo bad >&2; exit 3");
    assertEquals(0, call(MessageType.REQUEST_LAUNCH_TASKS, launch));
    FakeSrun.Init init = srun.init();
    assertEquals(new FakeSrun.Init(VERSION << 8, 0, 2, 2, launch.cred().signature()), init);
    StepComplete completion = awaitCompletion();
    assertEquals(3 << 8, completion.stepRc());
    assertEquals(0, completion.rangeFirst());
    for (int task = 0; task < 2; task++) {
      assertEquals(
          TestNode.JOB_UID + "\n" + node.work + "\n123\n0027\n" + task + " " + task + " 0,1 2\n", srun.output(1, task));
      assertEquals("bad\n", srun.output(2, task));
      assertTrue(srun.streamEnded(1, task) && srun.streamEnded(2, task));
    }
    LaunchTasksResponse launched = srun.received(LaunchTasksResponse.class).getFirst();
    assertEquals(0, launched.returnCode());
    assertEquals("n1", launched.nodeName());
    assertEquals(2, launched.localPids().length);
    assertEquals(2, srun.received(TaskExit.class).stream().mapToInt(e -> e.taskIdList().length).sum());
    srun.received(TaskExit.class).forEach(e -> assertEquals(3 << 8, e.returnCode()));
  }

  @Test
  void inputGoesToOneTaskOrToAll() throws Exception {
    assertEquals(0, call(MessageType.REQUEST_LAUNCH_TASKS, launch(13, 2, "cat")));
    srun.init();
    srun.send(3, 0xffff, "to all\n");
    srun.send(0, 1, "to one\n");
    srun.send(3, 0xffff, "");
    awaitCompletion();
    assertEquals("to all\n", srun.output(1, 0));
    assertEquals("to all\nto one\n", srun.output(1, 1));
  }

  @Test
  void theAgentIsKilledWhileSrunIsAttachedAndTheStepGoesOn() throws Exception {
    assertEquals(0, call(MessageType.REQUEST_LAUNCH_TASKS, launch(14, 1, "sh", "-c", "read line; echo got $line; exit 5")));
    srun.init();
    Path told = directory.resolve("spool/steps/14.0/told");
    until("the launch is told and noted", () -> Files.exists(told) && Files.readString(told).contains("launched"));
    agent.kill();
    srun.send(3, 0xffff, "word\n");
    until("the output", () -> srun.output(1, 0).equals("got word\n") && srun.streamEnded(1, 0));
    assertTrue(srun.received(TaskExit.class).isEmpty());
    agent = AgentProcess.start(directory, TestNode.NODE);
    assertEquals(5 << 8, awaitCompletion().stepRc());
    assertEquals(5 << 8, srun.received(TaskExit.class).getFirst().returnCode());
    assertEquals(1, srun.received(LaunchTasksResponse.class).size());
  }

  @Test
  void aSignalReachesTheTasks() throws Exception {
    assertEquals(0, call(MessageType.REQUEST_LAUNCH_TASKS, launch(15, 2, "sleep", "1000")));
    until("the launch is told", () -> !srun.received(LaunchTasksResponse.class).isEmpty());
    assertEquals(
        0, call(MessageType.REQUEST_SIGNAL_TASKS, new SignalTasks().stepId(new StepId().jobId(15).stepId(0)).signal(15)));
    assertEquals(15, awaitCompletion().stepRc());
    assertTrue(srun.output(2, 0).contains("*** STEP 15.0 ON n1 CANCELLED AT "), srun.output(2, 0));
    assertEquals(
        SlurmError.ESLURMD_JOB_NOTRUNNING.number(),
        call(MessageType.REQUEST_SIGNAL_TASKS, new SignalTasks().stepId(new StepId().jobId(99).stepId(0)).signal(15)));
  }

  /** A thread of the agent that is just starting a shepherd lends its child what others are writing: ETXTBSY (a kill round lost a job's run to it). */
  @Test
  void aProgramThatIsBeingWrittenIsWaitedFor() throws Exception {
    Path program = node.work.resolve("late");
    Files.writeString(program, "#!/bin/sh\necho ran\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (OutputStream writing = Files.newOutputStream(program, java.nio.file.StandardOpenOption.APPEND)) {
      assertEquals(0, call(MessageType.REQUEST_LAUNCH_TASKS, launch(17, 1, program.toString())));
      until("the launch is told", () -> !srun.received(LaunchTasksResponse.class).isEmpty());
      writing.write("echo whole\n".getBytes(StandardCharsets.US_ASCII));
    }
    assertEquals(0, awaitCompletion().stepRc(), srun.output(2, 0));
    assertEquals("ran\nwhole\n", srun.output(1, 0));
  }

  private long refused(long job, Consumer<LaunchTasks> change) {
    LaunchTasks launch = launch(job, 1, "true");
    change.accept(launch);
    return call(MessageType.REQUEST_LAUNCH_TASKS, launch);
  }

  @Test
  void whatTheControllerDidNotSignIsRefusedWithSlurmsNumbers() {
    assertEquals(
        SlurmError.ESLURMD_CREDENTIAL_EXPIRED.number(),
        refused(20, l -> l.cred(signer.sign(grant(20, 1).ctime(System.currentTimeMillis() / 1000 - 500), VERSION))));
    assertEquals(
        SlurmError.ESLURMD_INVALID_JOB_CREDENTIAL.number(), refused(21, l -> l.cred(signer.sign(grant(77, 1), VERSION))));
    assertEquals(
        SlurmError.ESLURMD_INVALID_JOB_CREDENTIAL.number(),
        refused(22, l -> l.cred(signer.sign(grant(22, 1).stepHostlist("n2").jobHostlist("n2"), VERSION))));
    SlurmKey other = SlurmKey.of(new byte[64]);
    CredSigner forger = CredSigner.key(other, "test", "ctl", 0, 0, () -> System.currentTimeMillis() / 1000);
    assertEquals(
        SlurmError.ESLURMD_INVALID_JOB_CREDENTIAL.number(), refused(23, l -> l.cred(forger.sign(grant(23, 1), VERSION))));
    assertEquals(SlurmError.ESLURM_INVALID_NODE_NAME.number(), refused(24, l -> l.completeNodelist("n2")));
    for (int tasks : new int[] {0, 65_534}) {
      assertEquals(
          SlurmError.ESLURM_BAD_TASK_COUNT.number(),
          refused(25, l -> l.nodes(List.of(new LaunchTasksNode().globalTaskIds(new long[tasks])))));
    }
  }

  @Test
  void aCredentialCountsOnce() throws Exception {
    LaunchTasks launch = launch(30, 1, "true");
    assertEquals(0, call(MessageType.REQUEST_LAUNCH_TASKS, launch));
    awaitCompletion();
    assertEquals(SlurmError.ESLURMD_CREDENTIAL_REPLAYED.number(), call(MessageType.REQUEST_LAUNCH_TASKS, launch));
    restart();
    assertEquals(SlurmError.ESLURMD_CREDENTIAL_REPLAYED.number(), call(MessageType.REQUEST_LAUNCH_TASKS, launch), "after a restart");
  }

  /** As with real slurmd 22.05.8: a TaskEpilog of slurm.conf has no time limit, and scancel ends it. */
  @Test
  void aTaskEpilogThatHangsHearsTheEndOfItsStep() throws Exception {
    Path begun = node.work.resolve("epilog begun");
    Path epilog = directory.resolve("epilog");
    Files.writeString(epilog, "#!/bin/sh\ntrap '' TERM\ntouch '" + begun + "'\nwhile :; do sleep 1; done\n");
    Files.setPosixFilePermissions(epilog, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(directory.resolve("slurm.conf"), "TaskEpilog=" + epilog + "\n", StandardOpenOption.APPEND);
    restart();
    assertEquals(0, call(MessageType.REQUEST_LAUNCH_TASKS, launch(31, 1, "true")));
    until("the epilog runs", () -> Files.exists(begun));
    assertEquals(0, call(MessageType.REQUEST_SIGNAL_TASKS, new SignalTasks().stepId(new StepId().jobId(31).stepId(0)).signal(9)));
    assertEquals(0, awaitCompletion().stepRc());
  }

  @Test
  void anotherClientSeesTheStreamsToo() throws Exception {
    LaunchTasks launch = launch(40, 1, "sh", "-c", "echo before; read line; echo $line");
    assertEquals(0, call(MessageType.REQUEST_LAUNCH_TASKS, launch));
    until("the first line", () -> srun.output(1, 0).equals("before\n"));
    try (FakeSrun sattach = new FakeSrun()) {
      ReattachTasksRequest attach =
          new ReattachTasksRequest()
              .stepId(new StepId().jobId(40).stepId(0))
              .ioKey("the key")
              .ioPort(new int[] {sattach.streamPort()})
              .respPort(new int[] {sattach.messagePort()});
      ReattachTasksResponse answer =
          ReattachTasksResponse.read(send(MessageType.REQUEST_REATTACH_TASKS, attach).body(), VERSION);
      assertEquals(0, answer.returnCode());
      assertEquals("n1", answer.nodeName());
      assertEquals(new FakeSrun.Init(VERSION << 8, 0, 1, 1, "the key"), sattach.init());
      until("what was said before", () -> sattach.output(1, 0).equals("before\n"));
      srun.send(3, 0xffff, "after\n");
      until("the same for both", () -> sattach.output(1, 0).equals("before\nafter\n") && sattach.streamEnded(1, 0));
      awaitCompletion();
      until("both hear of the exit", () -> sattach.received(TaskExit.class).size() == 1);
      assertEquals(1, srun.received(TaskExit.class).size());
    }
  }

  @Test
  void tasksMeetThroughPmi() throws Exception {
    String talk =
        "say() { echo \"cmd=$1\" >&$PMI_FD; read -r answer <&$PMI_FD; }; say 'init pmi_version=1 pmi_subversion=1'; echo $answer;"
            + "say get_maxes; echo $answer; say \"put kvsname=x key=k$PMI_RANK value=v$PMI_RANK\"; say barrier_in; echo $answer;"
            + "say \"get kvsname=x key=k$((1 - PMI_RANK))\"; echo $answer; say 'get kvsname=x key=none'; echo $answer; say finalize";
    LaunchTasks launch =
        launch(16, 2, "bash", "-c", talk)
            .mpiPluginId(102)
            .env(new String[] {"PATH=/usr/bin:/bin", "SLURM_PMI2_STEP_NODES=n1", "SLURM_PMI2_PROC_MAPPING=(vector,(0,1,2))"});
    assertEquals(0, call(MessageType.REQUEST_LAUNCH_TASKS, launch));
    assertEquals(0, awaitCompletion().stepRc(), srun.output(2, 0));
    for (int task = 0; task < 2; task++) {
      assertEquals(
          "cmd=response_to_init rc=0 pmi_version=1 pmi_subversion=1\n"
              + "cmd=maxes rc=0 kvsname_max=256 keylen_max=64 vallen_max=1024\ncmd=barrier_out rc=0\n"
              + "cmd=get_result rc=0 value=v" + (1 - task) + "\ncmd=get_result rc=1\n",
          srun.output(1, task));
    }
    assertEquals(SlurmError.ESLURM_NOT_SUPPORTED.number(), refused(17, l -> l.mpiPluginId(106)), "pmix is refused by name");
  }

  /** Each was once accepted and had no effect. */
  @Test
  void whatAStepCannotHaveHereIsRefusedByName() throws Exception {
    Map<String, Consumer<LaunchTasks>> wishes = new LinkedHashMap<>();
    wishes.put("--cpu-freq", l -> l.cpuFreqMin(NO_VAL).cpuFreqMax(0x80000001L).cpuFreqGov(NO_VAL));
    wishes.put("--x11", l -> l.x11(1));
    wishes.put("--profile", l -> l.profile(4));
    wishes.put("--acctg-freq", l -> l.acctgFreq("task=1"));
    wishes.put("--slurmd-debug", l -> l.slurmdDebug(5));
    wishes.put("--gpu-freq", l -> l.tresFreq("gpu:high"));
    wishes.put("--renice (of a spank plugin)", l -> l.options(new JobOptions().options(List.of(new JobOption().option("renice:renice").optarg("5")))));
    wishes.put("--wait-for-children", l -> l.flags(BUFFERED | 1 << 10));
    wishes.put("--mem-bind", l -> l.memBindType(32));
    long job = 300;
    for (Map.Entry<String, Consumer<LaunchTasks>> wish : wishes.entrySet()) {
      assertEquals(SlurmError.ESLURM_NOT_SUPPORTED.number(), refused(job++, wish.getValue()), wish.getKey());
      LaunchTasks asked = launch(1, 1, "true");
      wish.getValue().accept(asked);
      assertEquals(wish.getKey(), StepWishes.unsupported(asked).orElseThrow());
    }
    assertTrue(StepWishes.unsupported(launch(1, 1, "true").cpuFreqMin(NO_VAL).profile(1).memBindType(1)).isEmpty());
  }

  private FileBcast block(int number, int flags, String name, String data) {
    SbcastCredArg arg =
        new SbcastCredArg()
            .stepId(new StepId().jobId(50).stepId(NO_VAL))
            .hetJobId(NO_VAL)
            .id(new Identity().uid(ProcessFacts.effectiveUid()).gid(0).pwName("root").gids(new long[] {0}))
            .ctime(System.currentTimeMillis() / 1000)
            .expiration(System.currentTimeMillis() / 1000 + 60)
            .nodes("n[1-2]");
    return new FileBcast()
        .blockNo(number)
        .flags(flags)
        .modes(0640)
        .uid(ProcessFacts.effectiveUid())
        .fname(name)
        .block(data.getBytes(StandardCharsets.US_ASCII))
        .cred(signer.sign(arg, VERSION));
  }

  @Test
  void aBroadcastFileArrivesBlockByBlock() throws Exception {
    Path file = node.work.resolve("file");
    assertEquals(0, call(MessageType.REQUEST_FILE_BCAST, block(1, 0, file.toString(), "first ")));
    assertEquals(0, call(MessageType.REQUEST_FILE_BCAST, block(2, 2, file.toString(), "second")));
    assertEquals("first second", Files.readString(file));
    assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    // EEXIST without --force
    assertEquals(17, call(MessageType.REQUEST_FILE_BCAST, block(1, 2, file.toString(), "again")));
    assertEquals(0, call(MessageType.REQUEST_FILE_BCAST, block(1, 3, file.toString(), "again")));
    assertEquals("again", Files.readString(file));
  }

  /** It used to keep the node's helper waiting for five minutes, and with it whoever else sent compressed blocks. */
  @Test
  void aPipeThatNobodyReadsIsAnErrorAtOnce() throws Exception {
    Path pipe = node.work.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", "-m", "666", pipe.toString()).start().waitFor());
    // ENXIO
    assertEquals(6, call(MessageType.REQUEST_FILE_BCAST, block(1, 3, pipe.toString(), "data")));
  }

  @Test
  void compressedBlocksAreWrittenAsTheyWere() throws Exception {
    Path file = node.work.resolve("packed");
    byte[] first = "the same, the same, the same, the same, ".repeat(2000).getBytes(StandardCharsets.US_ASCII);
    byte[] second = "and an end".getBytes(StandardCharsets.US_ASCII);
    assertEquals(0, call(MessageType.REQUEST_FILE_BCAST, packed(block(1, 0, file.toString(), ""), first)));
    assertEquals(0, call(MessageType.REQUEST_FILE_BCAST, packed(block(2, 2, file.toString(), ""), second)));
    assertEquals(new String(first, StandardCharsets.US_ASCII) + "and an end", Files.readString(file));
    // SLURM_ERROR, as slurmd: another length than it says, a compression that no release has, more than a block may be
    for (FileBcast wrong :
        List.of(
            packed(block(1, 3, file.toString(), ""), first).uncompLen(first.length - 1),
            packed(block(1, 3, file.toString(), ""), first).uncompLen(0xffffffffL),
            block(1, 3, file.toString(), "x").compress(1))) {
      assertEquals(0xffffffffL, call(MessageType.REQUEST_FILE_BCAST, wrong));
    }
    assertTrue(Files.readString(file).endsWith("and an end"), "nothing was written");
  }

  private static FileBcast packed(FileBcast block, byte[] data) {
    return block.compress(2).uncompLen(data.length).block(BlockCompression.LZ4.pack(data, data.length));
  }

  /** Flags: 1 force, 2 last block, 4 library, 8 program with libraries. */
  @Test
  void librariesOfAProgramLieBesideItAndItsStepFindsThem() throws Exception {
    Path program = node.work.resolve("program");
    Path directory = node.work.resolve("program_libs");
    FileBcast orphan = block(1, 6, "libx.so", "x").exeFname(program.toString());
    assertEquals(0xffffffffL, call(MessageType.REQUEST_FILE_BCAST, orphan), "its program has not been here");
    assertEquals(0, call(MessageType.REQUEST_FILE_BCAST, block(1, 10, program.toString(), "program")));
    assertEquals(0, call(MessageType.REQUEST_FILE_BCAST, orphan));
    assertEquals("x", Files.readString(directory.resolve("libx.so")));
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
    FileBcast outside = block(1, 6, "../outside.so", "x").exeFname(program.toString());
    assertEquals(0xffffffffL, call(MessageType.REQUEST_FILE_BCAST, outside));
    // the directory is there: EEXIST, or made anew with --force
    Files.delete(program);
    assertEquals(17, call(MessageType.REQUEST_FILE_BCAST, block(1, 10, program.toString(), "again")));
    assertEquals(0, call(MessageType.REQUEST_FILE_BCAST, block(1, 11, program.toString(), "again")));
    assertFalse(Files.exists(directory.resolve("libx.so")));
  }

  @Test
  void endingTheJobEndsItsStepsAndItsCredentials() throws Exception {
    LaunchTasks another = launch(60, 1, "true");
    assertEquals(0, call(MessageType.REQUEST_LAUNCH_TASKS, launch(60, 1, "sleep", "1000")));
    until("the launch is told", () -> !srun.received(LaunchTasksResponse.class).isEmpty());
    KillJobNodeMsg end = new KillJobNodeMsg().stepId(new StepId().jobId(60)).hetJobId(NO_VAL).nodes("n1");
    assertEquals(0, call(MessageType.REQUEST_TERMINATE_JOB, end));
    assertEquals(15, awaitCompletion().stepRc());
    until("the controller hears that nothing is left", () -> !controller.received(EpilogComplete.class).isEmpty());
    assertEquals(SlurmError.ESLURMD_CREDENTIAL_REVOKED.number(), call(MessageType.REQUEST_LAUNCH_TASKS, another));
    assertEquals(SlurmError.ESLURMD_KILL_JOB_ALREADY_COMPLETE.number(), call(MessageType.REQUEST_TERMINATE_JOB, end));
  }

  @Test
  void hostileBytesCostOnlyTheirConnection() throws Exception {
    long seed = System.nanoTime();
    java.util.Random random = new java.util.Random(seed);
    for (int i = 0; i < 50; i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        byte[] bytes = new byte[random.nextInt(400)];
        random.nextBytes(bytes);
        OutputStream out = socket.getOutputStream();
        out.write(new Packer(8).u32(i % 2 == 0 ? bytes.length : 0xfffffff0L).toByteArray());
        out.write(bytes);
        out.flush();
      }
    }
    assertEquals(MessageType.RESPONSE_PING_SLURMD.number(), send(MessageType.REQUEST_PING, EmptyBody.INSTANCE).type(), "seed " + seed);
    assertFalse(agent.output().contains("could not be handled"), "seed " + seed);
  }

  @Test
  void whoAnnouncesMuchAndSendsNothingKeepsNobodyElseOut() throws Exception {
    List<Socket> slow = new java.util.ArrayList<>();
    try {
      // together just what the node reads at once: nothing would be left for a ping
      for (int i = 0; i < 8; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        slow.add(socket);
        socket.getOutputStream().write(new Packer(4).u32((32 << 20) - 1).toByteArray());
        socket.getOutputStream().flush();
      }
      assertEquals(MessageType.RESPONSE_PING_SLURMD.number(), send(MessageType.REQUEST_PING, EmptyBody.INSTANCE).type());
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void aMessageWithoutAGoodCredentialIsRefused() {
    SlurmKey other = SlurmKey.of(new byte[64]);
    RpcClient stranger = new RpcClient(RpcClient.Settings.of(CredentialFactory.key(other, "test", "ctl", 0, 0, 60), null));
    try {
      Frame answer =
          stranger.call(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), VERSION << 8, MessageType.REQUEST_PING.number(), new byte[0], 0);
      assertEquals(1007, answer.body().u32());
    } catch (RpcException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theEndOfAStepOfTwoNodesIsOneMessageToTheControllerAndTheNodeBelowHearsWhenItIsThere() throws Exception {
    assertEquals(0, call(MessageType.REQUEST_LAUNCH_TASKS, onTwoNodes(40, "n[1-2]", 0, "cat")));
    srun.init();
    CompletableFuture<Long> below =
        CompletableFuture.supplyAsync(() -> call(MessageType.REQUEST_STEP_COMPLETE, end(40, 1, 2 << 8)));
    srun.send(3, 0xffff, "");
    assertEquals(0, below.get());
    StepComplete all = awaitCompletion();
    assertEquals(0, all.rangeFirst());
    assertEquals(1, all.rangeLast());
    assertEquals(2 << 8, all.stepRc());
    assertEquals(1, controller.received(StepComplete.class).size());
  }

  @Test
  void theEndOfANodeBelowThatComesTooEarlyIsHandedToTheController() throws Exception {
    assertEquals(0, call(MessageType.REQUEST_STEP_COMPLETE, end(41, 1, 0)));
    assertEquals(1, awaitCompletion().rangeFirst());
    assertEquals(0, call(MessageType.REQUEST_LAUNCH_TASKS, onTwoNodes(41, "n[1-2]", 0, "true")));
    until("both ends", () -> controller.received(StepComplete.class).size() == 2);
    assertEquals(0, controller.received(StepComplete.class).get(1).rangeLast());
  }

  @Test
  void theEndGoesToTheNodeAboveOnceThatKnowsTheStepAndWhenItIsGoneToTheController() throws Exception {
    above.refuse(SlurmError.ESLURM_INVALID_JOB_ID.number());
    assertEquals(0, call(MessageType.REQUEST_LAUNCH_TASKS, onTwoNodes(42, "n[0-1]", 1, "true")));
    until("the node above is told", () -> above.received(StepComplete.class).size() == 1);
    assertEquals(1, above.received(StepComplete.class).getFirst().rangeFirst());
    above.close();
    assertEquals(0, call(MessageType.REQUEST_LAUNCH_TASKS, onTwoNodes(43, "n[0-1]", 1, "false")));
    StepComplete direct = awaitCompletion();
    assertEquals(43, direct.stepId().jobId());
    assertEquals(1 << 8, direct.stepRc());
  }
}
