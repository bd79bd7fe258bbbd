package org.slurmctldj.sim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.NodePhase;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.SlurmNumbers;

/**
 * A whole cluster in one thread: controller, nodes, users, network and disk, driven by one seed. {@link #run} lets it
 * live with faults for so many hours, then calms it down and waits until every job is over.
 */
final class Simulation {
  private static final long HOUR = 3_600_000;
  /** After the faults have ended, everything must be over by then. */
  private static final long REST_HOURS = 200;

  /**
   * @param jobsPerNodeHour what users submit, array tasks not counted
   * @param longestMinutes of scripts and time limits
   * @param bought so many nodes more that a cloud has to start
   * @param least so many of these are kept up
   */
  record Settings(
      long seed, int nodes, double hours, Set<Fault> faults, double jobsPerNodeHour, long longestMinutes, int bought, int least) {
    Settings(long seed, int nodes, double hours, Set<Fault> faults, double jobsPerNodeHour, long longestMinutes) {
      this(seed, nodes, hours, faults, jobsPerNodeHour, longestMinutes, 0, 0);
    }

    /** A few nodes that are there and some that have to be bought. */
    static Settings cloud(long seed, Set<Fault> faults) {
      int bought = 1 + (int) Math.floorMod(seed * 5, 8L);
      return new Settings(
          seed, 1 + (int) Math.floorMod(seed, 3L), 3, faults, 12, 20, bought, (int) Math.floorMod(seed, 4L) == 0 ? Math.min(2, bought) : 0);
    }

    /** A small cluster with a lot happening, of a shape that depends on the seed. */
    static Settings small(long seed, Set<Fault> faults) {
      int nodes = 1 + (int) Math.floorMod(seed * 7, 12L);
      return new Settings(seed, nodes, 4, faults, 12, 30);
    }
  }

  private final Settings settings;
  private final World world;
  private final Promises promises;
  private final JournalDisk disk = new JournalDisk();
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final List<Node> nodeList = new ArrayList<>();
  private final Clients clients;
  private final Optional<SimulatedCloud> cloud;
  private Optional<Controller> controller = Optional.empty();
  private Controller.Moment lastMoment;
  private ClusterConfig config;
  private boolean usersGone;
  private long restMillis;

  Simulation(Settings settings) {
    this.settings = settings;
    this.world = new World(settings.seed(), settings.faults());
    this.promises = new Promises(world);
    for (int i = 1; i <= settings.nodes(); i++) {
      Node n =
          new Node(
              Clusters.name(i), world, promises, () -> controller, settings.seed(), settings.longestMinutes() * 60_000);
      nodes.put(n.name, n);
      nodeList.add(n);
    }
    Map<String, Node> machines = new LinkedHashMap<>();
    for (int i = 1; i <= settings.bought(); i++) {
      Node n =
          new Node(
              Clusters.bought(i), world, promises, () -> controller, settings.seed(), settings.longestMinutes() * 60_000);
      n.toBeBought();
      nodes.put(n.name, n);
      nodeList.add(n);
      machines.put(n.name, n);
    }
    cloud = settings.bought() == 0 ? Optional.empty() : Optional.of(new SimulatedCloud(world, () -> controller, machines));
    promises.nodes(nodes);
    clients = new Clients(world, promises, () -> controller, settings.nodes() + settings.bought(), settings.longestMinutes());
    config = configuration(0);
  }

  private ClusterConfig configuration(int turn) {
    return Clusters.of(settings.nodes(), settings.bought(), settings.least(), world, turn);
  }

  World world() {
    return world;
  }

  Promises promises() {
    return promises;
  }

  long restMillis() {
    return restMillis;
  }

  /** @throws World.Violation at the first broken promise */
  void run() {
    startController();
    nodeList.forEach(n -> world.after(world.below(2_000), n::startAgent));
    users();
    every(600_000, () -> controller.ifPresent(c -> promises.compare(c.view())));
    faults();
    long end = World.START + (long) (settings.hours() * HOUR);
    until(end);
    calmDown();
    long rest = world.now;
    every(600_000, this::clearUp);
    while (!over()) {
      if (world.now > rest + REST_HOURS * HOUR) {
        break;
      }
      until(world.now + 60_000);
    }
    // Reports and acknowledgements under way come to rest as well.
    until(world.now + 120_000);
    restMillis = world.now - rest;
    cloud.ifPresent(c -> {
      until(world.now + 1_800_000);
      clearUp();
      until(world.now + 600_000);
      c.atRest(controller.orElseThrow().view());
    });
    promises.atRest(controller.orElseThrow().view(), controller.orElseThrow().reasons());
    if (!controller.orElseThrow().isOpen()) {
      world.violated("the controller does not serve");
    }
    until(world.now + 1);
  }

  private void until(long then) {
    while (world.step(then)) {
      // Events do the work.
    }
    // A promise may have been broken outside of any event.
    world.after(0, () -> {});
    world.step(world.now);
  }

  private void every(long millis, Runnable deed) {
    world.after(millis, () -> {
      deed.run();
      every(millis, deed);
    });
  }

  /** Like rain: independent of what was before. */
  private void poisson(double perHour, Runnable deed) {
    if (perHour <= 0) {
      return;
    }
    long wait = (long) (-Math.log(1 - world.random.nextDouble()) * HOUR / perHour);
    world.after(wait, () -> {
      deed.run();
      poisson(perHour, deed);
    });
  }

  private void users() {
    poisson(settings.jobsPerNodeHour() * (settings.nodes() + settings.bought()) / 0.7, () -> {
      if (!usersGone) {
        clients.act();
      }
    });
    // The quiet of the night makes no snapshot, a busy hour some.
    poisson(1, () -> controller.ifPresent(Controller::snapshot));
  }

  private void startController() {
    Controller c = new Controller(world, disk, promises, lastMoment, cloud.map(x -> x.model));
    controller = Optional.of(c);
    c.start(config);
  }

  private void crashController() {
    controller.ifPresent(c -> {
      world.say("controller dies");
      lastMoment = c.crash();
      controller = Optional.empty();
      nodeList.forEach(n -> n.controllerGone());
      world.after(world.between(500, 120_000), () -> {
        world.say("controller starts again");
        startController();
      });
    });
  }

  private Node anyNode() {
    return nodeList.get((int) world.below(nodeList.size()));
  }

  /** Rates are per cluster for what hits the controller, per node for the rest; small clusters suffer more. */
  private void faults() {
    double small = Math.min(1, 12.0 / settings.nodes());
    double perNode = settings.nodes() * small;
    on(Fault.CONTROLLER_CRASH, 0.3 + 4 * small, this::crashController);
    on(Fault.JOURNAL_REFUSES, 0.2 + 2 * small, () -> controller.ifPresent(c -> c.refuse(world.between(5, 60_000), world.chance(0.5))));
    on(Fault.AGENT_CRASH, 0.5 * perNode + 0.02 * settings.nodes(), () -> {
      Node n = anyNode();
      n.crashAgent();
      world.after(world.between(100, 600_000), n::startAgent);
    });
    on(Fault.NODE_REBOOT, 0.3 * perNode + 0.01 * settings.nodes(), () -> {
      Node n = anyNode();
      n.powerOff(world.chance(0.3));
      world.after(world.between(1_000, 1_500_000), () -> powerOn(n));
    });
    cloud.ifPresent(c -> {
      on(Fault.CLOUD_SHORTAGE, 1, c::shortage);
      on(Fault.CLOUD_DEATH, 1, c::takeOne);
    });
    on(Fault.STREAM_BREAK, 2 * perNode + 0.1 * settings.nodes(), () -> anyNode().cutStream());
    on(Fault.ADMIN, 0.5 * perNode + 0.01 * settings.nodes(), this::admin);
    on(Fault.RECONFIGURE, 0.1 + 0.5 * small, () -> {
      config = configuration((int) world.below(settings.nodes()));
      controller.filter(Controller::isOpen).ifPresent(c -> c.reconfigure(config));
    });
    on(Fault.CLOCK, 0.5, () -> {
      world.clockOff = world.random.nextInt(-20_000, 20_000);
      controller.ifPresent(Controller::armTimer);
    });
  }

  private void on(Fault f, double perHour, Runnable deed) {
    if (world.has(f)) {
      poisson(perHour, () -> {
        if (world.has(f)) {
          world.did(f);
          deed.run();
        }
      });
    }
  }

  private void admin() {
    Node n = anyNode();
    long state = switch ((int) world.below(5)) {
      case 0 -> SlurmNumbers.NODE_STATE_DOWN;
      case 1 -> SlurmNumbers.NODE_STATE_DRAIN;
      default -> SlurmNumbers.NODE_RESUME;
    };
    update(n.name, state, state == SlurmNumbers.NODE_RESUME ? null : "maintenance");
  }

  private void update(String node, long state, String reason) {
    controller
        .filter(Controller::isOpen)
        .ifPresent(
            c ->
                c.submit(
                    now ->
                        new Command.UpdateNode(
                            now, Cluster.ROOT, List.of(node), state, reason, null, null, SlurmNumbers.NO_VAL)));
  }

  /** No faults any more, no users: what is down comes back. */
  private void calmDown() {
    world.say("calm from now on");
    world.endFaults();
    usersGone = true;
    world.clockOff = 0;
    cloud.ifPresent(SimulatedCloud::calm);
    nodeList.forEach(n -> {
      powerOn(n);
      n.startAgent();
    });
  }

  /** A machine that was bought and given back stays away. */
  private void powerOn(Node n) {
    if (cloud.map(c -> c.isMachine(n)).orElse(true)) {
      n.powerOn();
    }
  }

  private void clearUp() {
    controller.filter(Controller::isOpen).ifPresent(c -> {
      ClusterView view = c.view();
      for (int i = 0; i < view.nodeCount(); i++) {
        NodeRecord n = view.node(i);
        if (n.drain || n.phase == NodePhase.DOWN) {
          update(n.name, SlurmNumbers.NODE_RESUME, null);
        }
      }
    });
    clients.clearUp();
  }

  private boolean over() {
    boolean[] all = {controller.isPresent()};
    controller.ifPresent(c -> c.view().forEachJob(j -> all[0] &= j.phase == JobPhase.DONE));
    return all[0];
  }
}
