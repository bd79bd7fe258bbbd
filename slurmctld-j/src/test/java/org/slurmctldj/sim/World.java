package org.slurmctldj.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Time, chance and what was seen: the only clock and the only source of randomness of a simulation. Everything that
 * happens is an event at a time; one thread runs them in the order of time, ties in the order in which they were made.
 */
final class World {
  static final long START = 1_700_000_000_000L;
  private static final int LINES_KEPT = 400;

  /** A promise that was broken; the text names it. */
  static final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Violation(String text) {
      super(text);
    }
  }

  private record Event(long at, long number, Runnable run) {}

  final Random random;
  private final Set<Fault> faults;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
  private final Deque<String> lines = new ArrayDeque<>();
  private final List<String> broken = new ArrayList<>();
  private final Map<String, Long> counts = new TreeMap<>();
  private final Map<Fault, Long> done = new EnumMap<>(Fault.class);
  private long number;
  private boolean calm;
  long now = START;
  /** What the controller's wall clock shows beyond the true time. */
  long clockOff;

  World(long seed, Set<Fault> faults) {
    this.random = new Random(seed);
    this.faults = faults.isEmpty() ? EnumSet.noneOf(Fault.class) : EnumSet.copyOf(faults);
  }

  void after(long millis, Runnable run) {
    events.add(new Event(now + Math.max(0, millis), number++, run));
  }

  /** Runs the next event if it is due by then; false: time is then, or there is nothing more. */
  boolean step(long until) {
    Event e = events.peek();
    if (e == null || e.at > until) {
      now = until;
      return false;
    }
    events.poll();
    now = e.at;
    e.run.run();
    if (!broken.isEmpty()) {
      throw new Violation(String.join("; ", broken));
    }
    return true;
  }

  long happened() {
    return number - events.size();
  }

  /** From 0 to that number, that one excluded. */
  long below(long bound) {
    return bound <= 0 ? 0 : random.nextLong(bound);
  }

  boolean chance(double p) {
    return random.nextDouble() < p;
  }

  /** True if that kind of fault is on and its dice fall so; counted. */
  boolean fault(Fault f, double p) {
    if (calm || !faults.contains(f) || !chance(p)) {
      return false;
    }
    done.merge(f, 1L, Long::sum);
    return true;
  }

  boolean has(Fault f) {
    return !calm && faults.contains(f);
  }

  void did(Fault f) {
    done.merge(f, 1L, Long::sum);
  }

  void endFaults() {
    calm = true;
  }

  boolean isCalm() {
    return calm;
  }

  /** Milliseconds, log-uniform: as many short ones as long ones. */
  long between(long least, long most) {
    return (long) (least * Math.exp(random.nextDouble() * Math.log((double) most / least)));
  }

  /** Broken promises are collected: whoever finds one may be called by code that swallows exceptions. */
  void violated(String text) {
    say("VIOLATION " + text);
    broken.add(text);
  }

  void say(String line) {
    if (lines.size() >= LINES_KEPT) {
      lines.removeFirst();
    }
    lines.addLast(time() + " " + line);
    if (Boolean.getBoolean("sim.trace")) {
      System.out.println(time() + " " + line);
    }
  }

  String time() {
    long s = (now - START) / 1000;
    return String.format("%d:%02d:%02d.%03d", s / 3600, s / 60 % 60, s % 60, now % 1000);
  }

  /** The last things that happened, oldest first. */
  List<String> story() {
    return List.copyOf(lines);
  }

  void count(String what) {
    counts.merge(what, 1L, Long::sum);
  }

  Map<String, Long> counts() {
    return counts;
  }

  Map<Fault, Long> faultsDone() {
    return done;
  }
}
