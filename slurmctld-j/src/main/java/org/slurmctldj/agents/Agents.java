package org.slurmctldj.agents;

import io.grpc.Grpc;
import io.grpc.ServerCall;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.Effect;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.NodeRow;
import org.slurmctldj.core.Outcome;
import org.slurmctldj.core.Result;
import org.slurmctldj.proto.agent.AgentMessage;
import org.slurmctldj.proto.agent.ControllerMessage;
import org.slurmctldj.proto.agent.NodeLinkGrpc;
import org.slurmctldj.proto.agent.Prepare;
import org.slurmctldj.proto.agent.Reconfigure;
import org.slurmctldj.proto.agent.StepJob;

/**
 * All node links: which node has a live stream, and the way from effects to agents. Effects only hurry; what an agent
 * must do is derived from the state whenever it connects.
 */
public final class Agents extends NodeLinkGrpc.NodeLinkImplBase implements ServerInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger(Agents.class);
  private static final Context.Key<LinkPeer> PEER = Context.key("peer");
  private static final int KILL_JOB_BATCH = 1;
  private static final int KILL_FULL_JOB = 1 << 3;
  private static final int SIGCONT = 18;
  private static final int SIGSTOP = 19;

  /** Where commands go; completes when the command is durable and applied. */
  public interface Commands {
    CompletableFuture<Result> submit(LongFunction<Command> command);

    /**
     * The same for a report that nobody waits for: no thread is woken for its result. {@code untaken} is called if the
     * journal did not take it, on whatever thread: it only hands on.
     */
    default void report(LongFunction<Command> command, Runnable untaken) {
      submit(command)
          .whenComplete(
              (result, failure) -> {
                if (failure != null || !isTaken(result)) {
                  untaken.run();
                }
              });
    }

    /** False if the journal did not take the command; whatever else apply decided is final. */
    static boolean isTaken(Result result) {
      return result.error() != EAGAIN && result.error() != ESLURM_WRITING_TO_FILE;
    }

    int EAGAIN = 11;
    int ESLURM_WRITING_TO_FILE = 2019;
  }

  /**
   * What the agents room needs from the daemon.
   *
   * @param configOverrides SlurmdParameters=config_overrides: a node counts with what slurm.conf says of it
   * @param mayBeNode whether that uid may speak for a node: root or SlurmdUser
   * @param groupName a gid's name or "", may block
   * @param peerOf who is behind an address that the gRPC server sees
   * @param wallMillis the wall clock
   */
  public record Surroundings(
      ClusterView view,
      Commands commands,
      LaunchBuilder.Blobs blobs,
      LinkCredentials credentials,
      BooleanSupplier configOverrides,
      LongPredicate mayBeNode,
      LongFunction<String> groupName,
      Function<SocketAddress, LinkPeer> peerOf,
      LongSupplier wallMillis,
      Executor executor,
      String version,
      int heartbeatSeconds) {}

  private final Surroundings s;
  private final LaunchBuilder launches;
  private final NodeLoads loads = new NodeLoads();
  private final Map<String, AgentSession> live = new ConcurrentHashMap<>();
  private volatile LaunchGate gate = LaunchGate.OPEN;
  private volatile NodeScripts scripts = NodeScripts.NONE;
  private volatile AllocationPrologs prologs = new AllocationPrologs(() -> false);
  private volatile NodeWatch watch = NodeWatch.NOBODY;
  private volatile Executor linkThread = Runnable::run;
  private volatile long registerMillis = 60_000;
  /** Of the effects' thread alone. */
  private long effectsEpoch;

  /** Told when nodes come and go; the timer behind SlurmdTimeout. */
  interface NodeWatch {
    void connected(String node);

    void disconnected(String node);

    NodeWatch NOBODY =
        new NodeWatch() {
          @Override
          public void connected(String node) {}

          @Override
          public void disconnected(String node) {}
        };
  }

  public Agents(Surroundings surroundings) {
    this.s = surroundings;
    this.launches = new LaunchBuilder(surroundings.blobs(), surroundings.view()::job);
    this.effectsEpoch = surroundings.view().config().epoch();
  }

  /** What must be done before a job's first launch; by default nothing. */
  public void launchGate(LaunchGate g) {
    this.gate = g;
  }

  /** Who is told of Prologs that allocations wait for. */
  public void allocationPrologs(AllocationPrologs p) {
    this.prologs = p;
  }

  AllocationPrologs allocationPrologs() {
    return prologs;
  }

  /** Prolog and Epilog; by default there are none. */
  public void scripts(NodeScripts nodeScripts) {
    this.scripts = nodeScripts;
  }

  NodeScripts scripts() {
    return scripts;
  }

  /** The one thread that gRPC's streams belong to; by default whichever has something to say. Before the first stream. */
  public void linkThread(Executor thread) {
    this.linkThread = thread;
  }

  /** So long a stream may take from its beginning to its registration; where streams have a thread with a clock. */
  public void registerWithin(long millis) {
    this.registerMillis = millis;
  }

  Executor linkThread() {
    return linkThread;
  }

  void watch(NodeWatch nodeWatch) {
    this.watch = nodeWatch;
  }

  public NodeLoads loads() {
    return loads;
  }

  public boolean isConnected(String node) {
    AgentSession session = live.get(node);
    return session != null && session.isLive();
  }

  // ---- gRPC

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    SocketAddress inner = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    return Contexts.interceptCall(Context.current().withValue(PEER, s.peerOf().apply(inner)), call, headers, next);
  }

  /** Who is behind the call that is being taken. */
  static LinkPeer peer() {
    return Optional.ofNullable(PEER.get()).orElse(LinkPeer.UNKNOWN);
  }

  @Override
  public StreamObserver<AgentMessage> connect(StreamObserver<ControllerMessage> out) {
    var stream = (ServerCallStreamObserver<ControllerMessage>) out;
    // Without the interceptor (no gRPC below, as in the simulator) there is no address either.
    LinkPeer peer = Optional.ofNullable(PEER.get()).orElseGet(() -> s.peerOf().apply(null));
    AgentSession session = new AgentSession(this, stream, peer);
    stream.setOnCancelHandler(() -> session.onError(new IOException("connection lost")));
    if (linkThread instanceof ScheduledExecutorService clock) {
      clock.schedule(session::registrationDue, registerMillis, TimeUnit.MILLISECONDS);
    }
    return session;
  }

  // ---- for sessions

  ClusterView view() {
    return s.view();
  }

  LinkCredentials credentials() {
    return s.credentials();
  }

  boolean mayBeNode(long uid) {
    return s.mayBeNode().test(uid);
  }

  boolean configOverrides() {
    return s.configOverrides().getAsBoolean();
  }

  Executor executor() {
    return s.executor();
  }

  String version() {
    return s.version();
  }

  int heartbeatSeconds() {
    return s.heartbeatSeconds();
  }

  long nowMillis() {
    return s.wallMillis().getAsLong();
  }

  long nowSeconds() {
    return nowMillis() / 1000;
  }

  CompletableFuture<Result> submit(LongFunction<Command> command) {
    return s.commands().submit(command);
  }

  void report(LongFunction<Command> command, Runnable untaken) {
    s.commands().report(command, untaken);
  }

  /** The node's index in the current configuration, or -1. */
  int nodeIndex(String name) {
    return s.view().config().nodeIndex(name);
  }

  /**
   * Makes {@code session} the node's one link. Empty: done. Otherwise the link that is in the way: the same agent
   * process replaces its own old stream at once, another one is refused while the old one answers.
   */
  Optional<AgentSession> claim(String node, AgentSession session) {
    AgentSession before = live.putIfAbsent(node, session);
    if (before == null) {
      return Optional.empty();
    }
    if (before.hello().getInstance().equals(session.hello().getInstance()) && live.replace(node, before, session)) {
      before.close("replaced by a new stream of the same agent");
      return Optional.empty();
    }
    before.ping();
    if (before.silentNanos() > 3_000_000_000L * heartbeatSeconds()) {
      before.close("silent while another agent of the node asks for its place");
    }
    return Optional.of(before);
  }

  void ended(AgentSession session, String node, boolean wasLive, String why) {
    // In one step: a new session of the node must not get its RegisterNode in before this NodeLost.
    boolean[] was = new boolean[1];
    live.computeIfPresent(
        node,
        (_, current) -> {
          if (current != session) {
            return current;
          }
          was[0] = true;
          if (wasLive) {
            submit(now -> new Command.NodeLost(now, node));
          }
          return null;
        });
    if (was[0]) {
      LOG.info("link of node {} ended: {}", node, why);
      prologs.gone(node);
      if (wasLive) {
        watch.disconnected(node);
      }
    }
  }

  /** Runs it, shortly, if no session of that node is live or about to be; none begins to register meanwhile. */
  void unlessLinked(String node, Runnable then) {
    live.compute(
        node,
        (_, current) -> {
          if (current == null) {
            then.run();
          }
          return current;
        });
  }

  /** The name of that incarnation's launch on any stream of this state. */
  String launchId(long jobId, int restarts) {
    return LaunchIds.onStream(jobId, restarts, s.view().globals().birthMillis());
  }

  /** Whether it is of this state and not of one that was forgotten. */
  boolean isOurs(LaunchIds.Launch launch) {
    return launch.birthMillis() == s.view().globals().birthMillis();
  }

  /** Tells a node that has just registered everything it must do, from the state alone. Runs on the session's queue. */
  void reconcile(AgentSession session, String node) {
    watch.connected(node);
    work(session, node, true);
  }

  /**
   * Sends what the state wants of that node and has not been said on this stream. Costs a look at the node's own jobs and
   * at what its agent holds. Runs on the session's queue.
   *
   * @param all false: only ends that the agent has not been told of, as after each heartbeat; true: launches, and whether
   *     a job is suspended, too
   */
  void work(AgentSession session, String node, boolean all) {
    ClusterConfig config = s.view().config();
    int nodeIndex = config.nodeIndex(node);
    if (nodeIndex < 0) {
      return;
    }
    NodeRecord record = s.view().node(nodeIndex);
    if (record != null && record.reboot == NodeRecord.Reboot.ISSUED && record.registration != null && record.registration.bootTime() < record.rebootTime) {
      session.reboot();
    }
    for (long id : s.view().jobsOn(nodeIndex)) {
      JobRecord job = s.view().lightJob(id);
      // Of another epoch: it is being carried over at this moment, and the new epoch has its own resync.
      if (job == null || !job.phase.holdsNodes() || job.epoch != config.epoch() || !holds(job, nodeIndex)) {
        continue;
      }
      if (job.phase == JobPhase.ENDING) {
        if (contains(job.nodesEnding, nodeIndex) && !session.wasToldToEnd(launchId(job.jobId, job.restarts))) {
          terminate(session, job, nodeIndex);
        }
      } else if (!all) {
        continue;
      } else if (job.batchNode == nodeIndex && job.phase == JobPhase.STARTING && !job.configuring) {
        if (!session.hasLaunch(launchId(job.jobId, job.restarts))) {
          launch(session, job.jobId, job.restarts, nodeIndex);
        }
      } else if (job.phase == JobPhase.RUNNING && job.suspendTime != 0) {
        // Nobody acknowledges these: whichever was last is said again.
        session.signal(job.jobId, job.restarts, job.suspended ? SIGSTOP : SIGCONT, false, true);
      }
    }
    endLeftovers(session, nodeIndex);
    for (String launch : session.launches()) {
      if (!session.wasToldToEnd(launch)) {
        LaunchIds.parse(launch).ifPresent(id -> endIfOver(session, config, nodeIndex, launch, id));
      }
    }
  }

  /** What the state waits for the end of, whether or not this stream knows it: launches without a batch script here. */
  private void endLeftovers(AgentSession session, int nodeIndex) {
    NodeRow row = new NodeRow();
    if (!s.view().nodeRow(nodeIndex, row) || !row.drain) {
      return; // not closed: spares each heartbeat the decoding of a record
    }
    for (NodeRecord.Leftover l : s.view().node(nodeIndex).leftovers) {
      String launch = launchId(l.jobId(), l.restarts());
      if (!session.wasToldToEnd(launch)) {
        session.terminate(launch, l.jobId(), Outcome.NONE, false, 0, List.of());
      }
    }
  }

  /** What the agent has and the state does not want there: of a job that is over, an earlier incarnation, a forgotten state. */
  private void endIfOver(AgentSession session, ClusterConfig config, int nodeIndex, String launch, LaunchIds.Launch id) {
    JobRecord job = isOurs(id) ? s.view().lightJob(id.jobId()) : null;
    boolean live = job != null && job.restarts == id.restarts() && job.phase.holdsNodes();
    if (live && (job.epoch != config.epoch() || holds(job, nodeIndex) && (job.phase != JobPhase.ENDING || contains(job.nodesEnding, nodeIndex)))) {
      return;
    }
    LOG.info("node {} still has launch {}, which is over: ending it there", session.hello().getNodeName(), launch);
    session.terminate(launch, id.jobId(), Outcome.NONE, false, 0, List.of());
  }

  /**
   * Steps on the agent whose job this state does not know there: after {@code slurmctld-j -c}, or of a job that was given up.
   * Those that came with a batch script are ended with its launch; here are the others.
   */
  void endForgotten(AgentSession session, String node, List<StepJob> jobs) {
    int nodeIndex = nodeIndex(node);
    long birth = s.view().globals().birthMillis() / 1000;
    for (StepJob of : jobs) {
      long id = Integer.toUnsignedLong(of.getJobId());
      boolean forgotten = of.getMade() != 0 && of.getMade() < birth;
      JobRecord job = forgotten ? null : s.view().lightJob(id);
      if (session.launches().stream().flatMap(l -> LaunchIds.parse(l).stream()).anyMatch(l -> l.jobId() == id)) {
        continue;
      }
      if (job == null || !job.phase.holdsNodes() || job.epoch == s.view().config().epoch() && !holds(job, nodeIndex)) {
        LOG.info("node {} still has steps of job {}, which is not known there: ending them", node, id);
        session.terminate(LaunchIds.onStream(id, 0, Math.max(1, of.getMade()) * 1000), id, Outcome.NONE, false, 0, List.of());
      }
    }
  }

  private static boolean holds(JobRecord job, int node) {
    for (Allocation.NodeShare share : job.allocation.nodes()) {
      if (share.node() == node) {
        return true;
      }
    }
    return false;
  }

  private static boolean contains(int[] nodes, int node) {
    for (int n : nodes) {
      if (n == node) {
        return true;
      }
    }
    return false;
  }

  // ---- effects

  /**
   * Apply thread: whether an agent is to be told of it now. One that links just then registers by a later command and is
   * told from the state.
   */
  public boolean wants(Effect effect) {
    return switch (effect) {
      case Effect.Launch e -> at(e.node()) != null;
      case Effect.Signal e -> at(e.node()) != null;
      case Effect.Terminate e -> at(e.node()) != null;
      case Effect.ForgetLaunch e -> false;
      case Effect.Replan e -> false;
      case Effect.Power e -> false;
      case Effect.Reboot e -> at(e.node()) != null;
      case Effect.Log e -> false;
      case Effect.Allocated e -> scripts.atAllocation();
      case Effect.TellClient e -> false;
      case Effect.SignalStep e -> false;
      case Effect.StepOver e -> false;
      case Effect.JobOver e -> false;
      case Effect.JobPurged e -> false;
    };
  }

  /** Null: no agent of that node is linked. */
  private AgentSession at(int node) {
    List<NodeDefinition> nodes = s.view().config().nodes();
    return node < 0 || node >= nodes.size() ? null : live.get(nodes.get(node).name());
  }

  /** Takes one effect of the applied journal; returns at once. Effects that are not for nodes are left alone. */
  public void effect(Effect effect) {
    if (s.view().config().epoch() != effectsEpoch) {
      // Node indexes of effects that are still on their way may mean other nodes now: none of them must be missed.
      effectsEpoch = s.view().config().epoch();
      resync();
    }
    switch (effect) {
      case Effect.Launch e -> on(e.node(), session -> launch(session, e.jobId(), e.restarts(), e.node()));
      case Effect.Signal e ->
          on(
              e.node(),
              session ->
                  session.signal(
                      e.jobId(), e.restarts(), e.signal(), (e.flags() & KILL_JOB_BATCH) != 0, (e.flags() & KILL_FULL_JOB) != 0));
      case Effect.Terminate e ->
          on(
              e.node(),
              session -> {
                JobRecord job = s.view().job(e.jobId());
                boolean requeued = job != null && job.requeueAfterEnd;
                session.terminate(
                    launchId(e.jobId(), e.restarts()), e.jobId(), e.outcome(), requeued, e.killWaitSeconds(),
                    job == null || job.restarts != e.restarts() ? List.of() : scripts.environment(job, e.node(), true));
              });
      // The report's own answer carries the acknowledgement, once it is journaled.
      case Effect.ForgetLaunch e -> {}
      case Effect.Replan e -> {}
      case Effect.Power e -> {}
      case Effect.Reboot e -> on(e.node(), AgentSession::reboot);
      case Effect.Log e -> {}
      case Effect.Allocated e -> allocated(e.jobId());
      case Effect.TellClient e -> {}
      case Effect.SignalStep e -> {}
      case Effect.StepOver e -> {}
      case Effect.JobOver e -> {}
      case Effect.JobPurged e -> {}
    }
  }

  private interface OnSession {
    void accept(AgentSession session);
  }

  private void on(int node, OnSession action) {
    AgentSession session = at(node);
    if (session != null) {
      session.run(
          () -> {
            if (session.isLive()) {
              action.accept(session);
            }
          });
    }
  }

  private void launch(AgentSession session, long jobId, int restarts, int node) {
    JobRecord job = s.view().job(jobId);
    if (job == null || job.restarts != restarts || job.phase != JobPhase.STARTING || job.batchNode != node) {
      return;
    }
    if (!gate.isOpen(job, () -> session.run(() -> launch(session, jobId, restarts, node)))) {
      return;
    }
    try {
      ClusterConfig config = s.view().config();
      String group = s.groupName().apply(job.request.number(org.slurmctldj.core.JobField.GROUP_ID));
      if (scripts.atAllocation()) {
        List<String> told = connected(job);
        prologs.toldByBatchHost(jobId, told);
        prepare(job, told);
      }
      session.launch(
          launches.build(config, job, launchId(jobId, restarts), node, group).toBuilder()
              .addAllScriptEnvironment(LaunchBuilder.bytes(scripts.environment(job, node, false)))
              .build());
    } catch (IOException e) {
      String name = s.view().config().nodes().get(node).name();
      LOG.error("job {} cannot be launched: {}", jobId, e.getMessage());
      submit(now -> new Command.LaunchEnded(now, jobId, restarts, name, 0, false, "script or environment cannot be read: " + e.getMessage(), 2019, 0, 0, 0));
      submit(now -> new Command.NodeReleased(now, jobId, restarts, name));
    }
  }

  private void allocated(long jobId) {
    JobRecord job = s.view().job(jobId);
    List<String> told = job != null && job.allocation != null && scripts.atAllocation() ? connected(job) : List.of();
    prologs.told(AllocationPrologs.Teller.AGENTS, jobId, told);
    if (job != null) {
      prepare(job, told);
    }
  }

  /** Those of the job's nodes that hear what is said now. */
  private List<String> connected(JobRecord job) {
    List<String> nodes = new ArrayList<>();
    for (Allocation.NodeShare share : job.allocation.nodes()) {
      if (at(share.node()) != null) {
        nodes.add(s.view().config().nodes().get(share.node()).name());
      }
    }
    return nodes;
  }

  /**
   * PrologFlags=Alloc: all nodes of the job get ready at once. One that is not told does so at its first launch or step:
   * nobody waits for one whose link has ended or is not up yet when its turn comes.
   */
  private void prepare(JobRecord job, List<String> nodes) {
    for (String name : nodes) {
      AgentSession session = live.get(name);
      if (session == null) {
        prologs.done(job.jobId, name);
        continue;
      }
      session.run(
          () -> {
            int node = nodeIndex(name);
            if (session.isLive() && node >= 0) {
              List<String> environment = scripts.environment(job, node, false);
              Prepare.Builder prepare =
                  Prepare.newBuilder()
                      .setJobId((int) job.jobId)
                      .setRestartCount(job.restarts)
                      .addAllScriptEnvironment(LaunchBuilder.bytes(environment));
              if (scripts.externSteps()) {
                LaunchBuilder.share(s.view().config(), job, node).ifPresent(prepare::setShare);
              }
              session.send(ControllerMessage.newBuilder().setPrepare(prepare));
            } else {
              prologs.done(job.jobId, name);
            }
          });
    }
  }

  private void terminate(AgentSession session, JobRecord light, int node) {
    // its request is read only where scripts want to be told of it
    JobRecord job = scripts == NodeScripts.NONE ? light : s.view().job(light.jobId);
    session.terminate(
        launchId(light.jobId, light.restarts), light.jobId, light.outcome, light.requeueAfterEnd,
        s.view().config().limits().killWaitSeconds(),
        job == null || job.restarts != light.restarts ? List.of() : scripts.environment(job, node, true));
  }

  /** Effects may have been missed: every connected node is told again what it must do. */
  public void resync() {
    live.forEach(
        (node, session) ->
            session.run(
                () -> {
                  if (session.isLive()) {
                    work(session, node, true);
                  }
                }));
  }

  // ---- for the daemon

  /** Tells every connected agent that slurm.conf may have changed; effects on their way may have lost their node with it. */
  public void reconfigure() {
    for (AgentSession session : live.values()) {
      session.run(
          () -> {
            if (session.isLive()) {
              session.send(ControllerMessage.newBuilder().setReconfigure(Reconfigure.getDefaultInstance()));
              work(session, session.node(), true);
            }
          });
    }
  }

  /** Says goodbye to all; they will look for the controller again. */
  public void close() {
    for (AgentSession session : live.values()) {
      session.close("controller is stopping");
    }
  }
}
