import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.LoggerFactory;
import org.slurmctldj.proto.agent.AgentMessage;
import org.slurmctldj.proto.agent.Challenge;
import org.slurmctldj.proto.agent.ControllerMessage;
import org.slurmctldj.proto.agent.ExitReport;
import org.slurmctldj.proto.agent.Hardware;
import org.slurmctldj.proto.agent.Hello;
import org.slurmctldj.proto.agent.Launch;
import org.slurmctldj.proto.agent.LaunchAccepted;
import org.slurmctldj.proto.agent.LaunchGone;
import org.slurmctldj.proto.agent.LaunchStarted;
import org.slurmctldj.proto.agent.NodeLinkGrpc;
import org.slurmctldj.proto.agent.Pong;
import org.slurmctldj.proto.agent.Registration;
import org.slurmctldj.proto.conf.SlurmConf;
import org.slurmctldj.proto.nodelink.ChannelBinding;
import org.slurmctldj.proto.nodelink.LinkIdentities;
import org.slurmctldj.proto.nodelink.LinkIdentity;
import org.slurmctldj.proto.nodelink.LinkProof;

/**
 * One process that plays the slurmd-agents of nodes n1..nN: each its own connection and stream, the same proofs, the same
 * messages as a real agent's. Nothing is run: a launch is taken, started, and its end reported, clean, {@code ms} later.
 *
 * <p>{@code java -cp 'slurmctld-j/target/lib/*' bench/FakeAgents.java SLURM_CONF NODES STATUS_FILE [MS]}: every 20 ms
 * STATUS_FILE says {@code live=N launched=N acknowledged=N}; acknowledged: the end is in the controller's journal.
 */
public final class FakeAgents {
  private static final AtomicLong LIVE = new AtomicLong();
  private static final AtomicLong LAUNCHED = new AtomicLong();
  private static final AtomicLong ACKNOWLEDGED = new AtomicLong();
  private static final SecureRandom RANDOM = new SecureRandom();

  private static EventLoopGroup loop;
  private static LinkIdentity identity;
  private static int port;
  private static long millis;

  public static void main(String[] args) throws Exception {
    ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
    Path file = Path.of(args[0]).toRealPath();
    SlurmConf conf = SlurmConf.load(file);
    identity = LinkIdentities.of(conf, file.getParent());
    port = Integer.parseInt(conf.text("SlurmctldPort").orElse("6817"));
    int nodes = Integer.parseInt(args[1]);
    Path status = Path.of(args[2]);
    millis = args.length > 3 ? Long.parseLong(args[3]) : 0;
    loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    for (int i = 1; i <= nodes; i++) {
      new Node("n" + i).connect();
    }
    String said = "";
    while (true) {
      String now = "live=" + LIVE + " launched=" + LAUNCHED + " acknowledged=" + ACKNOWLEDGED + "\n";
      if (!now.equals(said)) {
        Path next = status.resolveSibling(status.getFileName() + ".new");
        Files.writeString(next, now);
        Files.move(next, status, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        said = now;
      }
      Thread.sleep(20);
    }
  }

  /** One stream; everything of it on the one event loop. */
  private static final class Node implements StreamObserver<ControllerMessage> {
    private final String name;
    private final byte[] nonce = new byte[LinkProof.NONCE_LENGTH];
    private StreamObserver<AgentMessage> out;
    private long seq;

    Node(String name) {
      this.name = name;
      RANDOM.nextBytes(nonce);
    }

    void connect() {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", port)
              .eventLoopGroup(loop)
              .channelType(EpollSocketChannel.class)
              .directExecutor()
              .usePlaintext()
              .build();
      out = NodeLinkGrpc.newStub(channel).connect(this);
      send(
          AgentMessage.newBuilder()
              .setHello(
                  Hello.newBuilder()
                      .setRevision(LinkProof.REVISION)
                      .setNodeName(name)
                      .setNonce(ByteString.copyFrom(nonce))
                      .setBootId("fake")
                      .setInstance(ByteString.copyFrom(nonce))
                      .setAgentVersion("fake")));
    }

    private void send(AgentMessage.Builder message) {
      out.onNext(message.setSeq(++seq).build());
    }

    @Override
    public void onNext(ControllerMessage m) {
      switch (m.getBodyCase()) {
        case CHALLENGE -> register(m.getChallenge());
        case WELCOME -> LIVE.incrementAndGet();
        case LAUNCH -> launch(m.getLaunch());
        case TERMINATE ->
            send(AgentMessage.newBuilder().setLaunchGone(LaunchGone.newBuilder().setLaunchId(m.getTerminate().getLaunchId())));
        case EXIT_ACK -> ACKNOWLEDGED.incrementAndGet();
        case PING -> send(AgentMessage.newBuilder().setPong(Pong.newBuilder().setToken(m.getPing().getToken())));
        case SIGNAL, RECONFIGURE -> {}
        case GOODBYE, REFUSED, BODY_NOT_SET -> System.err.println(name + ": " + m);
      }
    }

    private void register(Challenge c) {
      byte[] theirs = c.getNonce().toByteArray();
      identity.verify(
          c.getCredential().toByteArray(),
          LinkProof.payload(LinkProof.Role.CONTROLLER, name, "fake", nonce, theirs, ChannelBinding.PLAIN));
      byte[] proof = identity.prove(LinkProof.payload(LinkProof.Role.AGENT, name, "fake", nonce, theirs, ChannelBinding.PLAIN));
      // what it has is what slurm.conf says of it (SlurmdParameters=config_overrides)
      send(
          AgentMessage.newBuilder()
              .setRegistration(
                  Registration.newBuilder()
                      .setCredential(ByteString.copyFrom(proof))
                      .setHardware(Hardware.newBuilder().setCpus(1).setBoards(1).setSocketsPerBoard(1).setCoresPerSocket(1).setThreadsPerCore(1).setArch("x86_64").setOs("Linux").setVersion("fake"))
                      .setBootTime(1)
                      .setAgentStartTime(System.currentTimeMillis() / 1000)));
    }

    private void launch(Launch l) {
      LAUNCHED.incrementAndGet();
      send(AgentMessage.newBuilder().setLaunchAccepted(LaunchAccepted.newBuilder().setLaunchId(l.getLaunchId())));
      send(
          AgentMessage.newBuilder()
              .setLaunchStarted(
                  LaunchStarted.newBuilder().setLaunchId(l.getLaunchId()).setPid(1).setStartTimeMillis(System.currentTimeMillis())));
      if (millis == 0) {
        ended(l);
      } else {
        loop.schedule(() -> ended(l), millis, TimeUnit.MILLISECONDS);
      }
    }

    private void ended(Launch l) {
      send(
          AgentMessage.newBuilder()
              .setExitReport(
                  ExitReport.newBuilder()
                      .setLaunchId(l.getLaunchId())
                      .setJobId(l.getJobId())
                      .setEndTimeMillis(System.currentTimeMillis())
                      .setNodeClean(true)));
    }

    @Override
    public void onError(Throwable e) {
      System.err.println(name + ": " + e);
      System.exit(1);
    }

    @Override
    public void onCompleted() {
      System.exit(0);
    }
  }
}
