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
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.Effect;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.core.Result;
import org.slurmctldj.proto.agent.AgentMessage;
import org.slurmctldj.proto.agent.ControllerMessage;
import org.slurmctldj.proto.agent.NodeLinkGrpc;
import org.slurmctldj.proto.agent.Reconfigure;

/**
 * All node links: which node has a live stream, and the way from effects to agents. Effects only hurry; what an agent
 * must do is derived from the state whenever it connects.
 */
public final class Agents extends NodeLinkGrpc.NodeLinkImplBase implements ServerInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger(Agents.class);
  private static final Context.Key<LinkPeer> PEER = Context.key("peer");
  private static final int KILL_JOB_BATCH = 1;
  private static final int KILL_FULL_JOB = 1 << 3;

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
  private final LaunchOrders launches;
  private final NodeWork work;
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
    this.launches = new LaunchOrders(this, new LaunchBuilder(surroundings.blobs(), surroundings.view()::job));
    this.work = new NodeWork(this, launches);
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
    work.work(session, node, true);
  }

  NodeWork work() {
    return work;
  }

  LaunchGate gate() {
    return gate;
  }

  String groupName(long gid) {
    return s.groupName().apply(gid);
  }

  /** The node's one link, registered or not; null: none. */
  AgentSession session(String node) {
    return live.get(node);
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
  AgentSession at(int node) {
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
      case Effect.Launch e -> on(e.node(), session -> launches.launch(session, e.jobId(), e.restarts(), e.node()));
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
      case Effect.Allocated e -> launches.allocated(e.jobId());
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

  /** Effects may have been missed: every connected node is told again what it must do. */
  public void resync() {
    live.forEach(
        (node, session) ->
            session.run(
                () -> {
                  if (session.isLive()) {
                    work.work(session, node, true);
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
              work.work(session, session.node(), true);
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
