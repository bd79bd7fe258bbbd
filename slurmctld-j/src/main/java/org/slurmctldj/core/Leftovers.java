package org.slurmctldj.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slurmctldj.core.NodeRecord.Leftover;

/**
 * What jobs left behind on a node: launches that count no more for the controller and that the node has not said to be
 * gone. Such a node is in service for its clients as Slurm's would be (an admin's DOWN ends when it answers, with
 * ReturnToService=2), but takes no new job until the last of them is confirmed. From feature level 4 on.
 */
final class Leftovers {
  private static final int LEVEL = 4;

  private Leftovers() {}

  /** The job's share of the node is given back though nobody has said that its processes are gone. */
  static void add(Change c, NodeRecord n, long jobId, int restarts) {
    if (c.featureLevel < LEVEL || !n.linked) {
      // One that is not linked names what it has when it registers.
      return;
    }
    Set<Leftover> all = new HashSet<>(n.leftovers);
    if (all.add(new Leftover(jobId, restarts))) {
      set(c, n, all);
    }
  }

  /** The node has nothing of that launch any more. True: it was the last one. */
  static boolean gone(Change c, NodeRecord n, long jobId, int restarts) {
    if (!n.leftovers.contains(new Leftover(jobId, restarts))) {
      return false;
    }
    Set<Leftover> all = new HashSet<>(n.leftovers);
    all.remove(new Leftover(jobId, restarts));
    set(c, n, all);
    return all.isEmpty();
  }

  /**
   * The node has registered.
   *
   * @param launches what it has. An agent names all of it; slurmd lists only steps, a job whose epilog runs is not among them
   */
  static void registered(Change c, NodeRecord n, List<String> launches, boolean rebooted) {
    boolean namesAll = rebooted || n.registration.protocolVersion() == 0;
    if (namesAll && !n.leftovers.isEmpty()) {
      Set<Leftover> all = new HashSet<>(n.leftovers);
      all.removeIf(l -> !launches.contains(l.jobId() + "." + l.restarts()));
      set(c, n, all);
    }
  }

  private static void set(Change c, NodeRecord n, Set<Leftover> all) {
    List<Leftover> sorted = new ArrayList<>(all);
    sorted.sort(Comparator.comparingLong(Leftover::jobId).thenComparingInt(Leftover::restarts));
    n.leftovers = List.copyOf(sorted);
    c.touch(n);
  }
}
