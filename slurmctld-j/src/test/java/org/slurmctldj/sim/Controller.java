package org.slurmctldj.sim;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.slurmctldj.agents.Agents;
import org.slurmctldj.agents.LinkCredentials;
import org.slurmctldj.agents.LinkPeer;
import org.slurmctldj.agents.SlurmdTimer;
import org.slurmctldj.cloud.ModelCloud;
import org.slurmctldj.cloud.Provisioner;
import org.slurmctldj.core.Actor;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.CommandCodec;
import org.slurmctldj.core.DryRun;
import org.slurmctldj.core.Effect;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.Proposal;
import org.slurmctldj.core.RecordCodec;
import org.slurmctldj.core.Result;
import org.slurmctldj.core.StateMachine;
import org.slurmctldj.proto.nodelink.ChannelBinding;
import org.slurmctldj.sched.PendingReasons;

/**
 * One life of the controller process. Real: core's state machine, the planner, the whole agents room with its sessions
 * and timers. Modelled, since they are made of threads and files: the engine (group commit, apply, DeadlineTimer,
 * Outbox: see org.slurmctldj.engine) and the scheduler's loop ({@link Scheduler}).
 */
final class Controller {
  static final long SLURMD_TIMEOUT_SECONDS = 300;
  private static final byte[] SCRIPT = "#!/bin/sh\n".getBytes(StandardCharsets.US_ASCII);
  private static final int EAGAIN = 11;
  private static final int ESLURM_WRITING_TO_FILE = 2019;
  private static final int TICK_PAUSE_MILLIS = 20;
  private static final int RETRY_MILLIS = 1_000;

  private record Pending(LongFunction<Command> maker, CompletableFuture<Result> result) {}

  private record Written(Command command, CompletableFuture<Result> result) {}

  private final World world;
  private final JournalDisk disk;
  private final Promises promises;
  private final WatchedStore store;
  private final StateMachine machine;
  private final Agents agents;
  private final SlurmdTimer slurmdTimer;
  private final Scheduler scheduler;
  private final Optional<Provisioner> provisioner;
  private long provisionRound;
  private final List<Outbox> outboxes;

  private boolean alive = true;
  private boolean open;
  private List<Pending> queue = new ArrayList<>();
  private boolean writing;
  private long lastMillis;
  private long refusesUntil;
  private boolean diskFull;

  private boolean ticking;
  private long notBefore;
  private long timerRound;

  /**
   * Takes up the state from the disk.
   *
   * @param before what the life before had applied: sequence and digest, or null
   * @param cloud where nodes of pools are bought
   */
  Controller(World world, JournalDisk disk, Promises promises, Moment before, Optional<ModelCloud> cloud) {
    this.world = world;
    this.disk = disk;
    this.promises = promises;
    this.store = new WatchedStore(promises);
    disk.load(store);
    this.machine = new StateMachine(store);
    long reached = disk.snapshotSequence();
    if (before != null) {
      if (disk.lastSequence() < before.sequence()) {
        world.violated("the journal ends at " + disk.lastSequence() + ", " + before.sequence() + " was applied");
      }
      disk.replay(machine, reached, before.sequence());
      reached = before.sequence();
      if (!Arrays.equals(before.digest(), digest(store))) {
        world.violated("replay up to " + reached + " gives another state than the one before the crash");
      }
      promises.recovered(store);
    }
    store.watch();
    disk.replay(machine, reached, disk.lastSequence());
    this.lastMillis = store.globals().lastMillis();
    this.agents =
        new Agents(
            new Agents.Surroundings(
                store, this::submit, hash -> SCRIPT, new Trusting(), () -> false, uid -> uid == 0, gid -> "users",
                inner -> new LinkPeer("simulated", true, ChannelBinding.PLAIN), this::wall, this::later, "sim", 1_000_000));
    this.slurmdTimer =
        new SlurmdTimer(agents, store, this::submit, () -> SLURMD_TIMEOUT_SECONDS, this::wall, new SimulatedTimer(world));
    this.scheduler = new Scheduler(world, this);
    this.provisioner = cloud.map(c -> new Provisioner(
        store, this::submit, c, SimulatedCloud::groups, () -> world.random.nextLong(), 30_000, this::provision));
    this.outboxes = List.of(new Outbox(agents::effect, agents::resync), new Outbox(scheduler::effect, scheduler::replan));
  }

  /** The state at a moment, to be found again after a crash. */
  record Moment(long sequence, byte[] digest) {}

  static byte[] digest(ClusterView view) {
    byte[] records = Cluster.digest((org.slurmctldj.core.StateStore) view);
    byte[] config = RecordCodec.encodeConfig(view.config());
    byte[] all = Arrays.copyOf(records, records.length + config.length);
    System.arraycopy(config, 0, all, records.length, config.length);
    return all;
  }

  /** As Daemon: the configuration first, then the port, then the timers. */
  void start(ClusterConfig wanted) {
    outboxes.forEach(Outbox::start);
    armTimer();
    Runnable serve = () -> {
      open = true;
      slurmdTimer.start();
      scheduler.replan();
      provision();
    };
    if (same(wanted)) {
      later(serve);
    } else {
      configure(wanted, serve);
    }
  }

  /** As ProvisioningThread: soon after something woke it, and when its next look is due. */
  private void provision() {
    provisionAfter(200);
  }

  private void provisionAfter(long millis) {
    long mine = ++provisionRound;
    provisioner.ifPresent(p -> world.after(millis, () -> {
      if (alive && open && mine == provisionRound) {
        long next = p.doWork(wall());
        if (mine == provisionRound) {
          provisionAfter(Math.max(1, next - wall()));
        }
      }
    }));
  }

  private boolean same(ClusterConfig wanted) {
    ClusterConfig now = store.config();
    return now.epoch() > 0
        && Arrays.equals(RecordCodec.encodeConfig(now), RecordCodec.encodeConfig(Clusters.withEpoch(wanted, now.epoch())));
  }

  private void configure(ClusterConfig wanted, Runnable then) {
    if (store.globals().featureLevel() < StateMachine.FEATURE_LEVEL) {
      submit(now -> new Command.RaiseFeatureLevel(now, StateMachine.FEATURE_LEVEL));
    }
    ClusterConfig next = Clusters.withEpoch(wanted, store.config().epoch() + 1);
    submit(now -> new Command.Reconfigure(now, next)).thenAccept(r -> {
      if (r.isOk()) {
        then.run();
      } else {
        world.after(RETRY_MILLIS, () -> {
          if (alive) {
            configure(wanted, then);
          }
        });
      }
    });
  }

  void reconfigure(ClusterConfig wanted) {
    if (!same(wanted)) {
      configure(wanted, agents::reconfigure);
    }
  }

  /** The process is gone this instant. */
  Moment crash() {
    alive = false;
    open = false;
    scheduler.close();
    slurmdTimer.close();
    disk.lose(world);
    return new Moment(store.globals().lastSequence(), digest(store));
  }

  boolean isAlive() {
    return alive;
  }

  boolean isOpen() {
    return alive && open;
  }

  Agents agents() {
    return agents;
  }

  /** Why pending jobs wait, by the last plan. */
  PendingReasons reasons() {
    return scheduler.reasons();
  }

  ClusterView view() {
    return store;
  }

  long wall() {
    return world.now + world.clockOff;
  }

  /** On some worker thread, soon. */
  void later(Runnable task) {
    long delay = world.below(3) + (world.fault(Fault.DELAY, 0.001) ? world.between(10, 3_000) : 0);
    world.after(delay, () -> {
      if (alive) {
        task.run();
      }
    });
  }

  /** As WaitingReasons.first, for requests of all kinds. */
  Proposal firstPlace(Actor actor, JobFields request) {
    DryRun made = DryRun.of(store, actor, request, wall() / 1000);
    Proposal place = made.refusal() != null || made.job().arrayPending != null ? null : scheduler.first(made.job());
    if (place != null) {
      world.count("jobs placed before they were there");
    }
    return place;
  }

  // ---- the engine

  CompletableFuture<Result> submit(LongFunction<Command> maker) {
    CompletableFuture<Result> result = new CompletableFuture<>();
    if (!alive) {
      return result;
    }
    Command command = maker.apply(wall());
    if (world.now < refusesUntil && !(diskFull && mayUseReserve(command))) {
      world.did(Fault.JOURNAL_REFUSES);
      later(() -> result.complete(Result.error(diskFull ? ESLURM_WRITING_TO_FILE : EAGAIN, "the journal refuses")));
      return result;
    }
    queue.add(new Pending(maker, result));
    write();
    return result;
  }

  /** As PendingCommand has it. */
  private static boolean mayUseReserve(Command command) {
    return switch (command) {
      case Command.KillJob c -> true;
      case Command.LaunchStarted c -> true;
      case Command.LaunchEnded c -> true;
      case Command.NodeReleased c -> true;
      case Command.RegisterNode c -> true;
      case Command.NodeLost c -> true;
      case Command.NodeFailed c -> true;
      case Command.PowerIssued c -> true;
      case Command.UpdateNode c -> true;
      case Command.SuspendJob c -> true;
      case Command.LaunchAnswered c -> true;
      case Command.InstanceSeen c -> true;
      case Command.InstanceGone c -> true;
      case Command.PoolBlocked c -> true;
      case Command.LaunchOrdered c -> false;
      case Command.UpdatePartition c -> false;
      case Command.DeletePartition c -> false;
      case Command.UpdateSuspendExclusions c -> false;
      case Command.TopJobs c -> false;
      case Command.ChangeReservation c -> false;
      case Command.DeleteReservation c -> false;
      case Command.Tick c -> true;
      case Command.EndAllocation c -> true;
      case Command.CompleteStep c -> true;
      case Command.SignalStep c -> true;
      case Command.CreateStep c -> false;
      case Command.UpdateStep c -> false;
      case Command.Reconfigure c -> false;
      case Command.SubmitJob c -> false;
      case Command.SubmitHetJob c -> false;
      case Command.UpdateJob c -> false;
      case Command.RequeueJob c -> false;
      case Command.StartJob c -> false;
      case Command.RaiseFeatureLevel c -> false;
    };
  }

  /** For a while the journal takes nothing, or only what may use the reserve. */
  void refuse(long millis, boolean full) {
    refusesUntil = world.now + millis;
    diskFull = full;
  }

  private void write() {
    if (writing || queue.isEmpty()) {
      return;
    }
    writing = true;
    world.after(0, () -> {
      if (!alive) {
        return;
      }
      List<Written> group = new ArrayList<>();
      for (Pending p : queue) {
        lastMillis = Math.max(lastMillis, wall());
        Command c = p.maker().apply(lastMillis);
        disk.append(CommandCodec.encode(c));
        group.add(new Written(c, p.result()));
      }
      queue = new ArrayList<>();
      long sync = 1 + world.below(3) + (world.fault(Fault.SLOW_DISK, 0.01) ? world.between(20, 5_000) : 0);
      world.after(sync, () -> {
        if (alive) {
          disk.sync();
          world.after(world.below(2), () -> apply(group));
        }
      });
    });
  }

  private void apply(List<Written> group) {
    if (!alive) {
      return;
    }
    for (Written w : group) {
      world.count(w.command().getClass().getSimpleName());
      Result r = machine.apply(store.globals().lastSequence() + 1, w.command(), this::hand);
      promises.applied(store);
      later(() -> w.result().complete(r));
    }
    outboxes.forEach(Outbox::wake);
    armTimer();
    writing = false;
    write();
  }

  private void hand(Effect e) {
    if (e instanceof Effect.Log l) {
      if (l.line().startsWith("apply stumbled") || l.line().startsWith("broken invariant")) {
        world.violated(l.line());
      }
      world.say(l.line());
      return;
    }
    if (e instanceof Effect.Power && provisioner.isPresent()) {
      provision();
    }
    outboxes.forEach(o -> o.hand(e));
  }

  /** Slow disks and threads must not come between a snapshot and what it is compared with. */
  void snapshot() {
    long upTo = store.globals().lastSequence();
    if (!Arrays.equals(digest(disk.compact(upTo)), digest(store))) {
      world.violated("the second core's snapshot at " + upTo + " differs from the state");
    }
  }

  /** One listener's effects on their way: in order, on a thread of its own; after an overflow it starts over. */
  private final class Outbox {
    private final java.util.function.Consumer<Effect> effect;
    private final Runnable resync;
    private List<Effect> queue = new ArrayList<>();
    private boolean awake;

    Outbox(java.util.function.Consumer<Effect> effect, Runnable resync) {
      this.effect = effect;
      this.resync = resync;
    }

    void start() {
      later(resync);
    }

    void hand(Effect e) {
      queue.add(e);
    }

    void wake() {
      if (awake || queue.isEmpty()) {
        return;
      }
      awake = true;
      later(() -> {
        awake = false;
        List<Effect> batch = queue;
        queue = new ArrayList<>();
        if (world.fault(Fault.EFFECTS_LOST, 0.001 * Math.min(1, 12.0 / store.nodeCount()))) {
          resync.run();
          return;
        }
        batch.forEach(effect);
      });
    }
  }

  // ---- DeadlineTimer

  void armTimer() {
    long due = machine.nextDeadlineMillis();
    if (ticking || due == Long.MAX_VALUE) {
      return;
    }
    long mine = ++timerRound;
    world.after(Math.max(due, notBefore) - wall(), () -> {
      if (!alive || mine != timerRound || ticking) {
        return;
      }
      ticking = true;
      submit(Command.Tick::new).thenAccept(r -> {
        notBefore = wall() + (r.isOk() ? TICK_PAUSE_MILLIS : RETRY_MILLIS);
        ticking = false;
        armTimer();
      });
    });
  }

  private static final class Trusting implements LinkCredentials {
    @Override
    public byte[] make(byte[] payload) {
      return payload;
    }

    @Override
    public long verify(byte[] credential, byte[] payload) {
      return 0;
    }
  }
}
