package org.slurmctldj.slurmd;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.agents.Agents;
import org.slurmctldj.agents.AllocationPrologs;
import org.slurmctldj.agents.LaunchBuilder;
import org.slurmctldj.agents.LaunchGate;
import org.slurmctldj.agents.NodeLoads;
import org.slurmctldj.core.Allocation;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.Effect;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.NodeDefinition;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.Outcome;
import org.slurmctldj.core.Result;
import org.slurmctldj.proto.client.RpcClient;
import org.slurmctldj.proto.client.RpcException;
import org.slurmctldj.proto.cred.CredException;
import org.slurmctldj.proto.cred.CredSigner;
import org.slurmctldj.proto.os.UserDatabase;
import org.slurmctldj.proto.slurm.ConfigResponse;
import org.slurmctldj.proto.slurm.EmptyBody;
import org.slurmctldj.proto.slurm.KillJobNodeMsg;
import org.slurmctldj.proto.slurm.MessageType;
import org.slurmctldj.proto.slurm.SignalTasks;
import org.slurmctldj.proto.slurm.RebootMsg;
import org.slurmctldj.proto.slurm.ShutdownMsg;
import org.slurmctldj.proto.wire.SlurmConstants;
import org.slurmctldj.slurmd.SlurmdNode.Order;

/**
 * All nodes whose daemon is a real slurmd, and the way from effects to them. A node is one of these from its
 * registration (1002) on, until a slurmd-agent registers in its name. Effects only hurry: what a node must do is derived
 * from the state whenever it registers, and what it did not take is said again after the next ping it answers.
 */
public final class SlurmdNodes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SlurmdNodes.class);

  /** An order to end a job that was taken but brought no word of the end is repeated after that many seconds. */
  private static final long REPEAT_SECONDS = 60;

  private static final long FAREWELL_SECONDS = 10;
  private static final long AGAIN_MILLIS = 1100;

  /**
   * What this room needs from the daemon.
   *
   * @param users by uid, may block
   * @param agentConnected whether a slurmd-agent has that node
   * @param settings slurm.conf as it is in force
   * @param configFiles for nodes without a slurm.conf of their own, by protocol version; empty without enable_configless
   * @param wallMillis the wall clock
   */
  public record Surroundings(
      ClusterView view,
      Agents.Commands commands,
      LaunchBuilder.Blobs blobs,
      CredSigner signer,
      RpcClient client,
      long slurmdUid,
      LongFunction<Optional<UserDatabase.User>> users,
      Predicate<String> agentConnected,
      NodeLoads loads,
      Supplier<SlurmdSettings> settings,
      IntFunction<Optional<ConfigResponse>> configFiles,
      LongSupplier wallMillis) {}

  private final Surroundings s;
  private final SlurmdCalls calls;
  private final JobMessages messages;
  private final Map<String, SlurmdNode> nodes = new ConcurrentHashMap<>();
  private final Collection<CompletableFuture<Void>> farewell = new ConcurrentLinkedQueue<>();
  private volatile LaunchGate gate = LaunchGate.OPEN;
  private volatile AllocationPrologs prologs = new AllocationPrologs(() -> false);


  public SlurmdNodes(Surroundings surroundings) {
    this.s = surroundings;
    this.calls = new SlurmdCalls(surroundings.client(), surroundings.slurmdUid(), surroundings.view());
    this.messages =
        new JobMessages(
            surroundings.blobs(), surroundings.signer(), surroundings.users(), () -> surroundings.wallMillis().getAsLong() / 1000,
            surroundings.view()::job);
  }

  // ---- for the room

  Surroundings surroundings() {
    return s;
  }

  SlurmdCalls calls() {
    return calls;
  }

  ClusterView view() {
    return s.view();
  }

  SlurmdSettings settings() {
    return s.settings().get();
  }

  long nowSeconds() {
    return s.wallMillis().getAsLong() / 1000;
  }

  CompletableFuture<Result> submit(LongFunction<Command> command) {
    return s.commands().submit(command);
  }

  /** What is derived and said again if the journal did not take it. */
  void report(LongFunction<Command> command) {
    s.commands().report(command, () -> {});
  }

  Collection<SlurmdNode> all() {
    return nodes.values();
  }

  /** Null: not one of ours. */
  SlurmdNode find(String name) {
    return nodes.get(name);
  }

  /** The node's index in the current configuration, or -1. */
  int nodeIndex(String name) {
    return name == null ? -1 : s.view().config().nodeIndex(name);
  }

  /** The node as it registers in that version; what it has been told before is remembered. */
  SlurmdNode joined(int nodeIndex, int version) {
    NodeDefinition d = s.view().config().nodes().get(nodeIndex);
    return nodes.compute(
        d.name(),
        (name, known) -> {
          InetSocketAddress address = new InetSocketAddress(d.address(), d.port());
          if (known != null && known.version == version && known.address.equals(address)) {
            known.heard();
            return known;
          }
          SlurmdNode node = new SlurmdNode(name, version, address, calls.threads());
          if (known != null) {
            node.orders.putAll(known.orders);
          }
          return node;
        });
  }

  /** Another daemon has the node now, or slurm.conf no longer has it. */
  void left(SlurmdNode node) {
    nodes.remove(node.name, node);
  }

  static boolean holds(JobRecord job, int node) {
    if (job.allocation != null) {
      for (Allocation.NodeShare share : job.allocation.nodes()) {
        if (share.node() == node) {
          return true;
        }
      }
    }
    return false;
  }

  static boolean isEndingOn(JobRecord job, int node) {
    if (job.phase == JobPhase.ENDING) {
      for (int n : job.nodesEnding) {
        if (n == node) {
          return true;
        }
      }
    }
    return false;
  }

  // ---- after the controller's start

  /** Takes up the nodes that were slurmd's before the restart: they do not register again by themselves. */
  public void start() {
    for (int i = 0; i < s.view().nodeCount(); i++) {
      NodeRecord n = s.view().node(i);
      if (n != null && isSlurmd(n)) {
        joined(i, n.registration.protocolVersion());
      }
    }
    resync();
  }

  /** Whether the node registered last as a real slurmd. */
  public static boolean isSlurmd(NodeRecord node) {
    return node.registration != null && node.registration.protocolVersion() != 0;
  }

  /** Effects may have been missed: what slurmd nodes must do is derived from the state. */
  public void resync() {
    long now = System.nanoTime();
    s.view()
        .forEachJobOnNodes(
            job -> {
              if (!job.phase.holdsNodes() || job.allocation == null || job.configuring) {
                return;
              }
              for (Allocation.NodeShare share : job.allocation.nodes()) {
                SlurmdNode node = at(share.node());
                if (node == null) {
                  continue;
                }
                if (isEndingOn(job, share.node())) {
                  node.orders.put(job.jobId, new Order.Ending(job.restarts, job.outcome, false, 0));
                  node.run(() -> terminate(node, job.jobId));
                } else if (job.batchNode == share.node()) {
                  node.orders.putIfAbsent(job.jobId, new Order.Launched(job.restarts, now));
                  if (job.phase == JobPhase.STARTING) {
                    node.run(() -> launch(node, job.jobId, job.restarts));
                  }
                }
              }
            });
  }

  // ---- effects

  /** Apply thread: whether a slurmd is to be told of it. A node that registers just then is told from the state. */
  public boolean wants(Effect effect) {
    return switch (effect) {
      case Effect.Launch e -> at(e.node()) != null;
      case Effect.Signal e -> at(e.node()) != null;
      case Effect.Terminate e -> at(e.node()) != null;
      case Effect.Reboot e -> at(e.node()) != null;
      case Effect.Allocated e -> settings().prologAtAllocation();
      case Effect.ForgetLaunch e -> false;
      case Effect.Replan e -> false;
      case Effect.Power e -> false;
      case Effect.Log e -> false;
      case Effect.TellClient e -> false;
      case Effect.SignalStep e -> false;
      case Effect.StepOver e -> false;
      case Effect.JobOver e -> false;
      case Effect.JobPurged e -> false;
    };
  }

  /** Takes one effect of the applied journal; returns at once. Those of other nodes are left alone. */
  public void effect(Effect effect) {
    switch (effect) {
      case Effect.Launch e -> on(e.node(), node -> node.run(() -> launch(node, e.jobId(), e.restarts())));
      case Effect.Signal e ->
          on(e.node(), node -> node.run(() -> signal(node, e)));
      case Effect.Terminate e ->
          on(
              e.node(),
              node -> {
                node.orders.put(e.jobId(), new Order.Ending(e.restarts(), e.outcome(), false, 0));
                node.run(() -> terminate(node, e.jobId()));
              });
      case Effect.Allocated e -> allocated(e.jobId());
      case Effect.TellClient e -> {}
      case Effect.SignalStep e -> {}
      case Effect.StepOver e -> {}
      case Effect.JobOver e -> {}
      case Effect.ForgetLaunch e -> {}
      case Effect.Replan e -> {}
      case Effect.Power e -> {}
      case Effect.Reboot e -> on(e.node(), this::reboot);
      case Effect.Log e -> {}
      case Effect.JobPurged e -> {}
    }
  }

  private interface OnNode {
    void accept(SlurmdNode node);
  }

  private void on(int nodeIndex, OnNode action) {
    SlurmdNode node = at(nodeIndex);
    if (node != null) {
      action.accept(node);
    }
  }

  private SlurmdNode at(int nodeIndex) {
    List<NodeDefinition> all = s.view().config().nodes();
    return nodeIndex < 0 || nodeIndex >= all.size() ? null : nodes.get(all.get(nodeIndex).name());
  }

  /** What former jobs left there, as far as the state knows. */
  List<NodeRecord.Leftover> leftovers(String name) {
    int index = nodeIndex(name);
    NodeRecord record = index < 0 ? null : s.view().node(index);
    return record == null ? List.of() : record.leftovers;
  }

  /** After a ping was answered: what the node did not take, or took long ago without a word since. */
  void redrive(SlurmdNode node) {
    for (NodeRecord.Leftover l : leftovers(node.name)) {
      // After a restart of ours the state alone knows of them.
      node.orders.putIfAbsent(l.jobId(), new Order.Ending(l.restarts(), Outcome.NONE, false, 0));
    }
    long now = System.nanoTime();
    long startTimeout = s.view().config().limits().batchStartTimeoutSeconds() * 1_000_000_000L;
    node.orders.forEach(
        (jobId, order) -> {
          switch (order) {
            case Order.Launched l -> {
              if (now - l.nanos() > startTimeout) {
                node.orders.remove(jobId, l);
              }
            }
            case Order.Ending e -> {
              if (!e.answered() || now - e.nanos() > REPEAT_SECONDS * 1_000_000_000L) {
                node.run(() -> terminate(node, jobId));
              }
            }
          }
        });
  }

  // ---- orders, on the threads of calls

  private void launch(SlurmdNode node, long jobId, int restarts) {
    int at = nodeIndex(node.name);
    JobRecord job = s.view().job(jobId);
    if (job == null || job.restarts != restarts || job.phase != JobPhase.STARTING || job.configuring || job.batchNode != at) {
      return;
    }
    if (node.orders.get(jobId) instanceof Order.Ending e && e.restarts() != restarts) {
      // An earlier incarnation is still being ended there: slurmd knows jobs by their number alone.
      return;
    }
    if (!gate.isOpen(job, () -> node.run(() -> launch(node, jobId, restarts)))) {
      return;
    }
    ClusterConfig config = s.view().config();
    try {
      node.orders.put(jobId, new Order.Launched(restarts, System.nanoTime()));
      if (settings().prologAtAllocation()) {
        List<SlurmdNode> told = new ArrayList<>();
        job.allocation.nodes().forEach(share -> on(share.node(), told::add));
        prologs.toldByBatchHost(jobId, told.stream().map(n -> n.name).toList());
        told.forEach(other -> prolog(other, config, job));
      }
      SlurmdCalls.Answer answer = calls.call(node, MessageType.REQUEST_BATCH_JOB_LAUNCH, messages.batch(config, job, node.version));
      node.heard();
      launched(node, job, answer.code());
    } catch (RpcException e) {
      silent(node, "launch of job " + jobId, e);
    } catch (IOException | CredException e) {
      LOG.error("job {} cannot be launched: {}", jobId, e.getMessage());
      launchFailed(node, job, "cannot be launched: " + e.getMessage(), 2019);
    }
  }

  /** An allocation without a script: with PrologFlags=Alloc its nodes get ready now, else at its first step. */
  private void allocated(long jobId) {
    JobRecord job = s.view().job(jobId);
    ClusterConfig config = s.view().config();
    List<SlurmdNode> told = new ArrayList<>();
    if (job != null && job.phase == JobPhase.RUNNING && settings().prologAtAllocation()) {
      job.allocation.nodes().forEach(share -> on(share.node(), told::add));
    }
    prologs.told(AllocationPrologs.Teller.SLURMDS, jobId, told.stream().map(n -> n.name).toList());
    told.forEach(node -> prolog(node, config, job));
  }

  private void launched(SlurmdNode node, JobRecord job, int code) {
    switch (code) {
      // A second copy of a message whose answer was lost finds the job there.
      case 0, SlurmdErrors.DUPLICATE_JOB_ID -> report(now -> new Command.LaunchStarted(now, job.jobId, job.restarts, node.name));
      // Its last incarnation ended there within this second, and credentials count seconds.
      case SlurmdErrors.CREDENTIAL_REVOKED ->
          CompletableFuture.delayedExecutor(AGAIN_MILLIS, TimeUnit.MILLISECONDS, calls.threads())
              .execute(() -> node.run(() -> launch(node, job.jobId, job.restarts)));
      default -> {
        String words = SlurmdErrors.words(code);
        LOG.error("Killing non-startable batch JobId={} on {}: {}", job.jobId, node.name, words);
        launchFailed(node, job, words, code);
      }
    }
  }

  private void launchFailed(SlurmdNode node, JobRecord job, String words, int code) {
    submit(now -> new Command.LaunchEnded(now, job.jobId, job.restarts, node.name, 0, false, words, code, 0, 0, 0));
  }

  private void prolog(SlurmdNode node, ClusterConfig config, JobRecord job) {
    calls
        .threads()
        .execute(
            () -> {
              try {
                calls.call(node, MessageType.REQUEST_LAUNCH_PROLOG, messages.prolog(config, job, node.version));
              } catch (RpcException e) {
                silent(node, "prolog of job " + job.jobId, e);
                prologs.done(job.jobId, node.name);
              } catch (CredException e) {
                LOG.error("prolog of job {} cannot be started on {}: {}", job.jobId, node.name, e.getMessage());
                prologs.done(job.jobId, node.name);
              }
            });
  }

  private void signal(SlurmdNode node, Effect.Signal e) {
    JobRecord job = s.view().job(e.jobId());
    if (job == null || job.restarts != e.restarts()) {
      return;
    }
    try {
      for (SignalTasks message : JobMessages.signals(job, e.node(), e.signal(), e.flags())) {
        SlurmdCalls.Answer answer = calls.call(node, MessageType.REQUEST_SIGNAL_TASKS, message);
        node.heard();
        if (answer.code() != 0) {
          LOG.debug("signal {} to job {} on {}: {}", e.signal(), e.jobId(), node.name, SlurmdErrors.words(answer.code()));
        }
      }
    } catch (RpcException x) {
      silent(node, "signal to job " + e.jobId(), x);
    }
  }

  private void terminate(SlurmdNode node, long jobId) {
    if (!(node.orders.get(jobId) instanceof Order.Ending order)) {
      return;
    }
    int at = nodeIndex(node.name);
    JobRecord job = s.view().job(jobId);
    boolean waiting = job != null && job.phase == JobPhase.STARTING && job.restarts != order.restarts();
    boolean live = job != null && (job.phase == JobPhase.STARTING || job.phase == JobPhase.RUNNING) && holds(job, at);
    if (live && !waiting) {
      // slurmd knows jobs by their number alone: the one that shall live must not be hit for an earlier incarnation.
      node.orders.remove(jobId, order);
      return;
    }
    boolean ours = job != null && job.phase == JobPhase.ENDING && job.restarts == order.restarts();
    // Only an unknown job is aborted: of that slurmd would not tell the end.
    MessageType type =
        ours ? SlurmdErrors.killMessage(order.outcome()) : job == null ? MessageType.REQUEST_ABORT_JOB : MessageType.REQUEST_TERMINATE_JOB;
    node.orders.replace(jobId, order, new Order.Ending(order.restarts(), order.outcome(), false, System.nanoTime()));
    try {
      KillJobNodeMsg body =
          ours ? messages.kill(s.view().config(), job, job.slurmState(), node.version) : messages.stranger(jobId, job);
      SlurmdCalls.Answer answer = calls.call(node, type, body);
      node.heard();
      terminated(node, jobId, order, answer.code());
    } catch (RpcException e) {
      silent(node, "end of job " + jobId, e);
    } catch (CredException e) {
      LOG.error("job {} cannot be ended on {}: {}", jobId, node.name, e.getMessage());
    }
  }

  private void terminated(SlurmdNode node, long jobId, Order.Ending order, int code) {
    switch (code) {
      // 4002: nothing of it was there; else the epilog's end is reported by a message of its own.
      case SlurmdErrors.KILL_JOB_ALREADY_COMPLETE, SlurmdErrors.INVALID_JOB_ID -> {
        report(now -> new Command.NodeReleased(now, jobId, order.restarts(), node.name));
        released(node, jobId);
      }
      case 0 ->
          node.orders.computeIfPresent(
              jobId,
              (_, o) -> o instanceof Order.Ending e ? new Order.Ending(e.restarts(), e.outcome(), true, System.nanoTime()) : o);
      default -> LOG.error("node {} does not end job {}: {}", node.name, jobId, SlurmdErrors.words(code));
    }
  }

  /**
   * Tells a node to run its RebootProgram, once for each time that it is to reboot. Also after each registration: the
   * word may have been lost.
   */
  void reboot(SlurmdNode node) {
    NodeRecord n = s.view().node(nodeIndex(node.name));
    if (n == null || n.reboot != NodeRecord.Reboot.ISSUED || node.rebootSent == n.rebootTime) {
      return;
    }
    node.run(
        () -> {
          if (node.rebootSent == n.rebootTime) {
            return;
          }
          try {
            RebootMsg m = new RebootMsg().nextState(SlurmConstants.NO_VAL).nodeList(node.name).reason(n.reason);
            SlurmdCalls.Answer answer = calls.call(node, MessageType.REQUEST_REBOOT_NODES, m);
            node.rebootSent = n.rebootTime;
            if (answer.code() != 0) {
              LOG.error("node {} does not reboot: {}", node.name, SlurmdErrors.words(answer.code()));
            }
          } catch (RpcException e) {
            if (e.slurmError() != RpcException.SLURM_COMMUNICATIONS_CONNECTION_ERROR) {
              // slurmd 26.05 closes without an answer: it has been told.
              node.rebootSent = n.rebootTime;
            }
            silent(node, "reboot", e);
          }
        });
  }

  /** Nothing of the job is left there: what waited for that, its next incarnation, may start. */
  void released(SlurmdNode node, long jobId) {
    if (!(node.orders.get(jobId) instanceof Order.Ending order)) {
      return;
    }
    node.orders.remove(jobId, order);
    JobRecord job = s.view().job(jobId);
    if (job != null && job.phase == JobPhase.STARTING && job.restarts != order.restarts()) {
      node.run(() -> launch(node, jobId, job.restarts));
    }
  }

  /** A node that did not take a message is looked after at once by the pinger. */
  void silent(SlurmdNode node, String what, RpcException e) {
    LOG.error("{} on node {}: {}", what, node.name, e.getMessage());
    node.pingSoon();
  }

  // ---- for the daemon

  /** scontrol reconfigure: every node reads its configuration again, or takes it from us where it is configless. */
  public void reconfigure() {
    // Effects that were on their way name nodes by numbers of the epoch before.
    resync();
    for (SlurmdNode node : nodes.values()) {
      node.run(
          () -> {
            try {
              Optional<ConfigResponse> files = s.configFiles().apply(node.version);
              if (files.isPresent()) {
                calls.tell(node, MessageType.REQUEST_RECONFIGURE_WITH_CONFIG, files.get());
              } else {
                calls.tell(node, MessageType.REQUEST_RECONFIGURE, EmptyBody.INSTANCE);
              }
            } catch (RpcException e) {
              silent(node, "reconfigure", e);
            }
          });
    }
  }

  /** scontrol shutdown without "slurmctld": the nodes' daemons end, too. {@link #close} waits for it. */
  public void shutdown() {
    for (SlurmdNode node : nodes.values()) {
      farewell.add(
          CompletableFuture.runAsync(
              () -> {
                try {
                  calls.tell(node, MessageType.REQUEST_SHUTDOWN, new ShutdownMsg());
                } catch (RpcException e) {
                  silent(node, "shutdown", e);
                }
              },
              calls.threads()));
    }
  }

  /** Who is told of Prologs that allocations wait for. */
  public void allocationPrologs(AllocationPrologs p) {
    this.prologs = p;
  }

  AllocationPrologs allocationPrologs() {
    return prologs;
  }

  /** What must be done before a job's first launch; by default nothing. */
  public void launchGate(LaunchGate g) {
    this.gate = g;
  }

  @Override
  public void close() {
    CompletableFuture<Void> told = CompletableFuture.allOf(farewell.toArray(CompletableFuture[]::new));
    told.completeOnTimeout(null, FAREWELL_SECONDS, TimeUnit.SECONDS).join();
    calls.close();
  }
}
