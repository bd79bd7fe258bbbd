package org.slurmctldj.sim;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slurmctldj.cloud.CapacityOption;
import org.slurmctldj.cloud.CloudFailure;
import org.slurmctldj.cloud.GroupSettings;
import org.slurmctldj.cloud.Instance;
import org.slurmctldj.cloud.LaunchOrder;
import org.slurmctldj.cloud.ModelCloud;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.NodePhase;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.PoolDefinition;

/**
 * A cloud that lies as its faults tell it to, and the machines that it starts: one becomes the node that it is bound to by
 * joining, as slurmd-agent does at boot. Outlives the controller. What it checks: nobody pays for a machine without an
 * owner, no name has two machines, the least number is up when nothing stands in the way.
 */
final class SimulatedCloud implements ModelCloud.Time, ModelCloud.Machines, ModelCloud.Lies {
  static final String POOL = "p";

  /** A machine without an owner, while the controller serves, must be ended by then. */
  private static final long ORPHAN_MILLIS = 60_000;
  private static final long LEAST_MILLIS = 60_000;

  private static final long LOOK_MILLIS = 2_000;
  private static final long JOIN_MILLIS = 2_000;

  private final World world;
  private final Supplier<Optional<Controller>> controllers;
  private final Map<String, Node> nodes;
  final ModelCloud model = new ModelCloud(this, this, this);

  /** The machine that each node is at the moment. */
  private final Map<String, String> machineOf = new HashMap<>();
  private final Map<String, Long> orphanFor = new HashMap<>();
  private final Set<String> orphans = new HashSet<>();

  /** The instance that each node's record named when it was last looked at. */
  private final Map<String, String> boundTo = new HashMap<>();
  private final Map<String, Long> wantedSince = new HashMap<>();
  private final Map<String, Long> shortUntil = new HashMap<>();
  private Controller watched;

  SimulatedCloud(World world, Supplier<Optional<Controller>> controllers, Map<String, Node> nodes) {
    this.world = world;
    this.controllers = controllers;
    this.nodes = nodes;
    look();
  }

  static Map<String, GroupSettings> groups() {
    LaunchOrder.LaunchSettings how = new LaunchOrder.LaunchSettings("lt-1", "1", null, null, Map.of(), null);
    return Map.of(POOL, new GroupSettings(POOL, java.util.List.of(option("a"), option("b")), how));
  }

  private static CapacityOption option(String zone) {
    return new CapacityOption("c7i.2xlarge", "subnet-" + zone, zone, CapacityOption.Market.ON_DEMAND, null);
  }

  // ---- lies

  @Override
  public long answerMillis() {
    return world.between(50, 1_500);
  }

  @Override
  public long bootMillis() {
    return world.fault(Fault.CLOUD_BOOT, 0.08) ? world.chance(0.5) ? -1 : world.between(100_000, 900_000) : world.between(10_000, 90_000);
  }

  @Override
  public long diesAfterMillis() {
    return world.fault(Fault.CLOUD_DEATH, 0.1) ? world.between(1_000, 3_600_000) : -1;
  }

  @Override
  public long hiddenMillis() {
    return world.fault(Fault.CLOUD_LATE, 0.3) ? world.between(500, 40_000) : 0;
  }

  @Override
  public boolean answerLost() {
    return world.fault(Fault.CLOUD_CALLS, 0.02);
  }

  @Override
  public boolean callLost() {
    return world.fault(Fault.CLOUD_CALLS, 0.02);
  }

  @Override
  public long lateMillis() {
    return world.fault(Fault.CLOUD_ORPHANS, 0.05) ? world.between(1_000, 600_000) : -1;
  }

  @Override
  public boolean twice() {
    return world.fault(Fault.CLOUD_ORPHANS, 0.05);
  }

  @Override
  public long untaggedMillis() {
    return world.fault(Fault.CLOUD_LISTS, 0.1) ? world.between(500, 120_000) : 0;
  }

  @Override
  public long overlookedMillis() {
    return world.fault(Fault.CLOUD_LISTS, 0.0005) ? world.between(500, 120_000) : 0;
  }

  @Override
  public int capacity(CapacityOption option) {
    return world.now < shortUntil.getOrDefault(option.zone(), 0L) ? (int) world.below(2) : Integer.MAX_VALUE;
  }

  @Override
  public CloudFailure refusal(LaunchOrder order) {
    return world.fault(Fault.CLOUD_CALLS, 0.02)
        ? new CloudFailure("RequestLimitExceeded", "too many", CloudFailure.Kind.LIMIT)
        : null;
  }

  /** A zone, or both, has nothing for a while. */
  void shortage() {
    long until = world.now + world.between(30_000, 3_600_000);
    int which = (int) world.below(3);
    if (which != 1) {
      shortUntil.put("a", until);
    }
    if (which != 0) {
      shortUntil.put("b", until);
    }
    world.say("cloud: shortage in " + (which == 0 ? "a" : which == 1 ? "b" : "a and b"));
  }

  /** A machine of ours is taken away. */
  void takeOne() {
    var alive = model.alive();
    if (!alive.isEmpty()) {
      model.end(alive.get((int) world.below(alive.size())).id());
    }
  }

  void calm() {
    shortUntil.clear();
  }

  // ---- machines

  @Override
  public long now() {
    return world.now;
  }

  @Override
  public void after(long millis, Runnable run) {
    world.after(millis, run);
  }

  @Override
  public void boots(Instance i) {
    if (model.alive().stream().noneMatch(x -> x.id().equals(i.id()))) {
      return;
    }
    Optional<Controller> c = controllers.get().filter(Controller::isOpen);
    NodeRecord n = c.map(x -> bound(x.view(), i)).orElse(null);
    if (n == null) {
      world.after(JOIN_MILLIS, () -> boots(i));
      return;
    }
    c.get()
        .submit(t -> new Command.InstanceSeen(t, i.node(), i.id(), Command.InstancePhase.HELLO, null, null))
        .thenAccept(r -> {
          if (r.isOk()) {
            joined(i);
          } else {
            world.after(JOIN_MILLIS, () -> boots(i));
          }
        });
    // The answer may never come: the controller dies.
    Controller asked = c.get();
    world.after(30_000, () -> {
      if (!asked.isAlive() && !i.id().equals(machineOf.get(i.node()))) {
        boots(i);
      }
    });
  }

  private static NodeRecord bound(ClusterView view, Instance i) {
    int index = view.config().nodeIndex(i.node());
    NodeRecord n = index < 0 ? null : view.node(index);
    return n != null && i.id().equals(n.instanceId) ? n : null;
  }

  private void joined(Instance i) {
    if (model.alive().stream().noneMatch(x -> x.id().equals(i.id())) || i.id().equals(machineOf.get(i.node()))) {
      return;
    }
    String before = machineOf.put(i.node(), i.id());
    if (before != null) {
      world.violated("node " + i.node() + " is machine " + before + " and joins as " + i.id());
    }
    world.count("machines joined");
    nodes.get(i.node()).newMachine(i.id());
  }

  @Override
  public void dies(Instance i) {
    if (i.id().equals(machineOf.get(i.node()))) {
      machineOf.remove(i.node());
      nodes.get(i.node()).powerOff(true);
    }
  }

  /** Not for a machine that has gone meanwhile. */
  boolean isMachine(Node n) {
    return !nodes.containsKey(n.name) || machineOf.containsKey(n.name);
  }

  // ---- promises

  private void look() {
    world.after(LOOK_MILLIS, () -> {
      check();
      look();
    });
  }

  private void check() {
    Controller c = controllers.get().filter(Controller::isOpen).orElse(null);
    if (c == null || c != watched) {
      orphanFor.clear();
      wantedSince.clear();
      watched = c;
      return;
    }
    Map<String, Long> still = new HashMap<>();
    for (Instance i : model.alive()) {
      if (owned(c.view(), i)) {
        continue;
      }
      if (orphans.add(i.id())) {
        world.count("machines without an owner");
      }
      if (!model.isShown(i.id())) {
        continue;
      }
      long since = orphanFor.getOrDefault(i.id(), world.now);
      still.put(i.id(), since);
      if (world.now - since > ORPHAN_MILLIS) {
        world.violated("machine " + i.id() + " of " + i.node() + " has no owner since " + (world.now - since) / 1000 + " s");
      }
    }
    orphanFor.clear();
    orphanFor.putAll(still);
    names(c.view());
    least(c.view());
  }

  /** A node's record lets go of an instance when that has ended, not before: its name may go to another at once. */
  private void names(ClusterView view) {
    for (int k = 0; k < view.nodeCount(); k++) {
      NodeRecord n = view.node(k);
      String before = n.instanceId == null ? boundTo.remove(n.name) : boundTo.put(n.name, n.instanceId);
      if (before != null && !before.equals(n.instanceId) && model.isAlive(before)) {
        world.violated("node " + n.name + " was bound to " + before + ", which lives, and is to " + n.instanceId);
      }
    }
  }

  /** A group's least number is asked for at once, where nothing is known that forbids it; and no group has more than its most. */
  private void least(ClusterView view) {
    ClusterConfig config = view.config();
    Map<String, Long> still = new HashMap<>();
    for (PoolDefinition pool : config.pools().pools()) {
      Set<String> own = new HashSet<>();
      for (int k = 0; k < pool.nodes().length; k++) {
        NodeRecord n = view.node(pool.nodes()[k]);
        own.add(n.name);
        if (k < pool.least() && n.phase == NodePhase.POWERED_DOWN && n.order == null && !n.drain && n.blockedUntil <= world.now
            && !blocked(view, pool)) {
          long since = wantedSince.getOrDefault(n.name, world.now);
          still.put(n.name, since);
          if (world.now - since > LEAST_MILLIS) {
            world.violated("node " + n.name + " of " + pool.least() + " that are kept up was not asked for in " + (world.now - since) / 1000 + " s");
          }
        }
      }
      // What nobody can know of is not more than the most, but an orphan.
      long machines = model.alive().stream()
          .filter(i -> pool.name().equals(i.group()) && (bound(view, i) != null || !model.isStray(i.id())))
          .count();
      if (machines > own.size()) {
        world.violated("pool " + pool.name() + " has " + machines + " machines, at most " + own.size());
      }
    }
    wantedSince.clear();
    wantedSince.putAll(still);
  }

  /** Nothing to be had, or so many did not come up that one is tried at a time. */
  private boolean blocked(ClusterView view, PoolDefinition pool) {
    int failures = 0;
    for (int index : pool.nodes()) {
      failures += view.node(index).bootFailures;
      if (view.node(index).blockedUntil > world.now) {
        return true;
      }
    }
    return pool.bootFailures() > 0 && failures >= pool.bootFailures();
  }

  private static boolean owned(ClusterView view, Instance i) {
    for (int n = 0; n < view.nodeCount(); n++) {
      NodeRecord r = view.node(n);
      if (r != null && (i.id().equals(r.instanceId) || i.token().equals(r.order))) {
        return true;
      }
    }
    return false;
  }

  /** Nothing more is asked for and nothing goes wrong: the least number is up, and nothing else is paid for. */
  void atRest(ClusterView view) {
    ClusterConfig config = view.config();
    for (PoolDefinition pool : config.pools().pools()) {
      for (int k = 0; k < pool.nodes().length; k++) {
        NodeRecord n = view.node(pool.nodes()[k]);
        boolean up = n.phase == NodePhase.UP;
        if (k < pool.least() ? !up && !n.drain : n.phase != NodePhase.POWERED_DOWN) {
          world.violated(
              "node " + n.name + " is " + n.phase + " at rest (powerUp " + n.powerUp + ", powerDown " + n.powerDown + ", drain " + n.drain + ", order " + n.order
                  + ", blocked until " + n.blockedUntil + ", jobs " + n.jobs + ", reason " + n.reason + "); " + pool.least() + " are kept up");
        }
      }
      if (model.alive().size() != pool.least()) {
        world.violated(model.alive().size() + " machines at rest, " + pool.least() + " are kept up");
      }
    }
  }
}
