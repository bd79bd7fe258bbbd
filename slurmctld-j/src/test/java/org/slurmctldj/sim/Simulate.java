package org.slurmctldj.sim;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.List;
import java.util.Set;
import org.slf4j.LoggerFactory;

/** bin/simulate: one simulation, told in words. Exit status 0 when every promise held. */
public final class Simulate {
  private Simulate() {}

  /** Rooms of the product log to files of their own accord; a simulation has its own story. */
  static void quiet() {
    ((Logger) LoggerFactory.getLogger("org.slurmctldj")).setLevel(Level.OFF);
  }

  /** Arguments as {@code --name value}; see bin/simulate. */
  public static void main(String[] args) {
    long seed = System.nanoTime() & 0xffff_ffffL;
    int nodes = 1000;
    double hours = 24;
    Set<Fault> faults = Fault.parse("all");
    double rate = -1;
    long longest = 0;
    boolean small = false;
    boolean cloud = false;
    int several = 1;
    for (int i = 0; i < args.length; i++) {
      String value = i + 1 < args.length ? args[i + 1] : "";
      switch (args[i]) {
        case "--seed" -> seed = Long.parseLong(value);
        case "--nodes" -> nodes = Integer.parseInt(value);
        case "--hours" -> hours = Double.parseDouble(value);
        case "--faults" -> faults = Fault.parse(value);
        case "--jobs-per-node-hour" -> rate = Double.parseDouble(value);
        case "--longest-minutes" -> longest = Long.parseLong(value);
        case "--seeds" -> several = Integer.parseInt(value);
        case "--cloud" -> {
          cloud = true;
          continue;
        }
        case "--small" -> {
          small = true;
          continue;
        }
        default -> {
          System.err.println("simulate: unknown argument " + args[i]);
          System.exit(2);
        }
      }
      i++;
    }
    if (rate < 0) {
      rate = Math.clamp(120.0 / nodes, 1, 12);
    }
    if (longest == 0) {
      longest = nodes > 50 ? 240 : 30;
    }
    Simulation.Settings settings =
        cloud
            ? Simulation.Settings.cloud(seed, faults)
            : small ? Simulation.Settings.small(seed, faults) : new Simulation.Settings(seed, nodes, hours, faults, rate, longest);
    boolean ok = several > 1 ? scan(seed, several, faults, cloud) : tell(settings);
    System.exit(ok ? 0 : 1);
  }

  /** Many small clusters, a line for each that broke a promise. */
  private static boolean scan(long first, int seeds, Set<Fault> faults, boolean cloud) {
    quiet();
    System.out.println("seeds " + first + " to " + (first + seeds - 1));
    int bad = 0;
    for (long seed = first; seed < first + seeds; seed++) {
      Simulation s = new Simulation(cloud ? Simulation.Settings.cloud(seed, faults) : Simulation.Settings.small(seed, faults));
      try {
        s.run();
      } catch (World.Violation v) {
        bad++;
        System.out.println("BROKEN with " + (cloud ? "--cloud" : "--small") + " --seed " + seed + " at " + s.world().time() + ": " + v.getMessage());
      }
    }
    System.out.println((seeds - bad) + " passed, " + bad + " failed, 0 skipped");
    return bad == 0;
  }

  private static boolean tell(Simulation.Settings settings) {
    quiet();
    System.out.println("seed " + settings.seed() + ": " + settings.nodes() + " nodes, " + settings.hours() + " hours, "
        + settings.jobsPerNodeHour() + " jobs per node and hour, faults " + settings.faults());
    Simulation s = new Simulation(settings);
    long begin = System.nanoTime();
    String failure = null;
    try {
      s.run();
    } catch (World.Violation v) {
      failure = v.getMessage();
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    World w = s.world();
    double nodeHours = settings.nodes() * (w.now - World.START) / 3_600_000.0;
    System.out.println("faults that happened: " + w.faultsDone());
    System.out.println("what was done: " + w.counts());
    System.out.println("checked: " + s.promises().summary());
    System.out.printf(
        "%d events, %.1f node-hours in %.1f s: %.0f node-hours per second; at rest %.1f hours after the faults ended%n",
        w.happened(), nodeHours, seconds, nodeHours / seconds, s.restMillis() / 3_600_000.0);
    if (failure == null) {
      System.out.println("every promise held");
      return true;
    }
    List<String> story = w.story();
    story.forEach(System.out::println);
    System.out.println("BROKEN at " + w.time() + ": " + failure);
    System.out.println("repeat with --seed " + settings.seed() + " and the same other arguments");
    return false;
  }
}
