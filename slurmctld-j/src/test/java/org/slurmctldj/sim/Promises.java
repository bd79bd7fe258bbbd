package org.slurmctldj.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slurmctldj.core.Allocation.NodeShare;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.Invariants;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.NodePhase;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.Outcome;
import org.slurmctldj.sched.PendingReasons;

/**
 * What the product promises, checked against what the nodes know to have happened. Lives outside the controller and
 * outlives its crashes. Cheap checks come with each stored job, dear ones now and then.
 */
final class Promises {
  /** What is left of a job that should not be must be gone after that long with a link, beyond what cannot be killed. */
  private static final long ORPHAN_MILLIS = 900_000;

  private static final int SIG_OOM = 253;

  private record Seen(JobPhase phase, int restarts, Outcome outcome) {}

  private static final class Truth {
    Node node;
    int starts;
    boolean byItself;
    boolean told;
    int waitStatus;
    boolean outOfMemory;
  }

  private final World world;
  private final Map<Long, Seen> jobs = new TreeMap<>();
  private final Set<Long> ids = new HashSet<>();
  private final Map<Long, Integer> acknowledged = new TreeMap<>();
  private final Map<String, Truth> truths = new HashMap<>();
  private long untilWhole;
  private long checks;
  private long wholeChecks;
  private Map<String, Node> nodes = Map.of();

  Promises(World world) {
    this.world = world;
  }

  void nodes(Map<String, Node> all) {
    nodes = all;
  }

  // ---- the nodes' side

  private Truth truth(Run r) {
    return truths.computeIfAbsent(r.launchId(), k -> new Truth());
  }

  void scriptStarts(Node node, Run r) {
    Truth t = truth(r);
    t.node = node;
    world.count("scripts started");
    if (++t.starts > 1) {
      world.violated("launch " + r.launchId() + " started twice, now on " + node.name);
    }
  }

  void endsByItself(Run r) {
    Truth t = truth(r);
    t.byItself = true;
    t.waitStatus = r.script.waitStatus();
    t.outOfMemory = r.script.outOfMemory();
  }

  void told(Run r) {
    truth(r).told = true;
  }

  // ---- the clients' side

  /** A client was told that its job is there. */
  void acknowledged(long jobId, int tasks) {
    world.count("submissions acknowledged");
    if (acknowledged.put(jobId, tasks) != null) {
      world.violated("job id " + jobId + " was given to two submissions");
    }
    if (!ids.contains(jobId)) {
      world.violated("job " + jobId + " acknowledged and never stored");
    }
  }

  // ---- the controller's side

  /** Each record as it is stored; its nodes are stored already. */
  void stored(JobRecord j, ClusterView view) {
    checks++;
    Seen before = jobs.get(j.jobId);
    if (before == null) {
      if (!ids.add(j.jobId)) {
        world.violated("job id " + j.jobId + " given out twice");
      }
      boolean task = j.arrayTaskId != 0xfffffffeL;
      // in service at once: it was placed before it was submitted
      if (j.phase == JobPhase.ENDING && !task) {
        world.violated("job " + j.jobId + " begins its life in " + j.phase);
      }
      before = new Seen(JobPhase.PENDING, j.restarts, Outcome.NONE);
    }
    jobs.put(j.jobId, new Seen(j.phase, j.restarts, j.outcome));
    if (before.phase() != j.phase || before.restarts() != j.restarts) {
      moved(before, j, view);
    }
    owner(j);
  }

  private void moved(Seen before, JobRecord j, ClusterView view) {
    boolean ok = switch (before.phase()) {
      case PENDING -> j.phase == JobPhase.STARTING || j.phase == JobPhase.DONE || !j.hasLaunch() && j.phase == JobPhase.RUNNING;
      case STARTING -> j.phase != JobPhase.STARTING;
      case RUNNING -> j.phase != JobPhase.STARTING && j.phase != JobPhase.RUNNING;
      case ENDING, DONE -> j.phase == JobPhase.PENDING || j.phase == JobPhase.DONE;
    };
    boolean again = j.phase == JobPhase.PENDING;
    // Given back by a pool that had no machine for it: not a restart, since nothing was started.
    boolean neverRan = again && before.phase() == JobPhase.STARTING && j.restarts == before.restarts()
        && truths.getOrDefault(j.launchId(), new Truth()).starts == 0;
    if (!ok || j.restarts != before.restarts() + (again && !neverRan ? 1 : 0)) {
      world.violated("job " + j.jobId + " went from " + before + " to " + j.phase + ", restart " + j.restarts);
    }
    if (j.phase == JobPhase.RUNNING && j.hasLaunch() && truths.getOrDefault(j.launchId(), new Truth()).starts != 1) {
      world.violated("job " + j.jobId + " counts as running, but launch " + j.launchId() + " never started");
    }
    if (before.phase() == JobPhase.PENDING && j.phase == JobPhase.STARTING) {
      uncrowded(j, view);
    }
    boolean held = before.phase() == JobPhase.STARTING || before.phase() == JobPhase.RUNNING;
    if (held && (j.phase == JobPhase.ENDING || j.phase == JobPhase.DONE)) {
      outcome(j);
    }
    if (before.phase() == JobPhase.ENDING) {
      gone(j, before, view);
    }
    if (j.phase == JobPhase.DONE) {
      world.count("ended " + j.outcome);
    } else if (again) {
      world.count("requeued");
    }
  }

  /** What core says of how a job ended is what happened. */
  private void outcome(JobRecord j) {
    boolean own = switch (j.outcome) {
      case COMPLETED, FAILED, OUT_OF_MEMORY -> j.failure == null;
      default -> false;
    };
    if (!own || !j.hasLaunch()) {
      // A component without a launch ends as its leader's did.
      return;
    }
    Truth t = truths.get(j.launchId());
    if (t == null || t.starts != 1 || !t.byItself) {
      world.violated("job " + j.jobId + " is " + j.outcome + " with status " + j.exitCode + ", but its launch "
          + j.launchId() + (t == null ? " never started" : " did not end by itself" + (t.told ? ": it was told to" : "")));
      return;
    }
    int expected = t.outOfMemory ? SIG_OOM : t.waitStatus;
    if (j.exitCode != expected || (j.outcome == Outcome.OUT_OF_MEMORY) != t.outOfMemory) {
      world.violated("job " + j.jobId + " is " + j.outcome + " with status " + j.exitCode + ", the truth is " + expected);
    }
  }

  /** A job's place on a node in service is given back only when nothing of it is left there. */
  private void gone(JobRecord j, Seen before, ClusterView view) {
    String launch = j.jobId + "." + before.restarts();
    Truth t = truths.get(launch);
    if (t == null || t.node == null || !t.node.isAlive(launch)) {
      return;
    }
    int index = view.config().nodeIndex(t.node.name);
    NodeRecord r = index < 0 ? null : view.node(index);
    boolean open = r != null && r.phase == NodePhase.UP && r.linked && !r.closed();
    if (open && t.node.welcomedFor() > 0) {
      world.violated("job " + j.jobId + " is over for the controller, its processes live on " + t.node.name);
    }
  }

  /** No job is given a connected node on which processes of a job live that is over for the controller. */
  private void uncrowded(JobRecord j, ClusterView view) {
    for (NodeShare s : j.allocation.nodes()) {
      Node n = nodes.get(view.config().nodes().get(s.node()).name());
      NodeRecord record = view.node(s.node());
      if (n == null || n.welcomedFor() <= 0 || !record.linked || record.phase != NodePhase.UP) {
        continue;
      }
      for (Run r : n.runs()) {
        JobRecord other = view.job(r.jobId);
        boolean counts = other != null && other.restarts == r.restarts && other.phase.holdsNodes();
        if (r.alive && !counts) {
          world.violated("job " + j.jobId + " is given " + n.name + ", where processes of " + r.launchId() + " live on");
        }
      }
    }
  }

  /** Whoever is not over has a deadline or somebody who acts. */
  private void owner(JobRecord j) {
    boolean endless = j.timeLimit == 0xffffffffL;
    boolean ok = switch (j.phase) {
      case PENDING -> true;
      case STARTING, ENDING -> j.deadlineMillis > 0;
      case RUNNING, DONE -> j.deadlineMillis > 0 || endless;
    };
    if (!ok) {
      world.violated("job " + j.jobId + " in " + j.phase + " has neither a deadline nor an owner");
    }
  }

  void removed(JobRecord last) {
    jobs.remove(last.jobId);
    if (last.phase != JobPhase.DONE) {
      world.violated("job " + last.jobId + " removed in " + last.phase);
    }
    if (last.arrayJobId == last.jobId && last.arrayEnded != last.arrayTasks) {
      world.violated("array " + last.jobId + " removed with " + last.arrayEnded + " of " + last.arrayTasks + " tasks ended");
    }
    for (int i = 0; i <= last.restarts; i++) {
      truths.remove(last.jobId + "." + i);
    }
  }

  /** After a crash, before anything new is done: everything that was seen is there. */
  void recovered(ClusterView view) {
    for (Map.Entry<Long, Seen> e : jobs.entrySet()) {
      JobRecord j = view.job(e.getKey());
      if (j == null) {
        world.violated("job " + e.getKey() + " lost in the crash" + (acknowledged.containsKey(e.getKey()) ? ", acknowledged" : ""));
      } else if (!e.getValue().equals(new Seen(j.phase, j.restarts, j.outcome))) {
        world.violated("job " + e.getKey() + " was " + e.getValue() + " before the crash");
      }
    }
  }

  /** After each command: the whole state now and then, more often while it is small. */
  void applied(ClusterView view) {
    if (--untilWhole < 0) {
      untilWhole = (view.jobCount() + view.nodeCount()) / 10;
      whole(view);
    }
  }

  void whole(ClusterView view) {
    wholeChecks++;
    // Among them: the components of a heterogeneous job run together or not at all.
    for (String broken : Invariants.broken(view)) {
      world.violated(broken);
    }
  }

  /** Both sides compared: what a connected node runs is what the controller wants there. */
  void compare(ClusterView view) {
    Map<String, JobRecord> held = new HashMap<>();
    List<JobRecord> running = new ArrayList<>();
    view.forEachJob(j -> {
      if (j.phase.holdsNodes()) {
        held.put(j.launchId(), j);
        if (j.phase == JobPhase.RUNNING && j.hasLaunch()) {
          running.add(j);
        }
      }
    });
    for (Node n : nodes.values()) {
      int index = view.config().nodeIndex(n.name);
      if (n.welcomedFor() < ORPHAN_MILLIS || index < 0) {
        continue;
      }
      NodeRecord record = view.node(index);
      if (!record.linked || record.phase == NodePhase.LOST) {
        world.violated("node " + n.name + " is connected since " + n.welcomedFor() / 1000 + " s and counts as " + record.phase);
      }
      for (Run r : n.runs()) {
        JobRecord j = held.get(r.launchId());
        boolean here = j != null && j.allocation.nodes().stream().map(NodeShare::node).anyMatch(x -> x == index);
        boolean old = world.now - Math.max(r.startMillis, r.toldMillis) > ORPHAN_MILLIS;
        if (r.alive && !here && old) {
          world.violated("node " + n.name + " runs launch " + r.launchId() + " that the controller has forgotten");
        }
      }
    }
    for (JobRecord j : running) {
      Node n = nodes.get(view.config().nodes().get(j.batchNode).name());
      if (n != null && n.welcomedFor() > ORPHAN_MILLIS && !n.holds(j.launchId())) {
        world.violated("job " + j.jobId + " counts as running on " + n.name + ", which does not have it");
      }
    }
  }

  /** Nothing more is to come. */
  void atRest(ClusterView view, PendingReasons reasons) {
    whole(view);
    view.forEachJob(j -> {
      if (j.phase != JobPhase.DONE) {
        world.violated("job " + j.jobId + " never came to an end: " + j.phase + ", reason " + j.reason + ", planner says "
            + reasons.of(j) + ", dependency " + j.request.text(JobField.DEPENDENCY) + ", array " + j.arrayJobId);
      }
    });
    for (int i = 0; i < view.nodeCount(); i++) {
      if (view.node(i).jobs != 0) {
        world.violated("node " + view.node(i).name + " still counts " + view.node(i).jobs + " jobs");
      }
    }
    for (Node n : nodes.values()) {
      if (!n.holdsNothing()) {
        world.violated("node " + n.name + " still holds launches");
      }
    }
  }

  String summary() {
    return checks + " stored jobs checked, " + wholeChecks + " times the whole state";
  }
}
