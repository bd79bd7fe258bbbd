package org.slurmctldj.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.slurmctldj.core.Actor;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobSelector;
import org.slurmctldj.core.Proposal;
import org.slurmctldj.core.Result;
import org.slurmctldj.core.SlurmNumbers;
import org.slurmctldj.core.TaskSet;
import org.slurmctldj.sched.PendingReasons;

/** Users at their keyboards, and the admin who clears up at the end. Replies may get lost: then nothing was acknowledged. */
final class Clients {
  private static final int USERS = 5;
  private static final int REMEMBERED = 200;

  private final World world;
  private final Promises promises;
  private final Supplier<Optional<Controller>> controllers;
  private final int nodes;
  private final List<Long> known = new ArrayList<>();
  private final long longestMinutes;

  Clients(World world, Promises promises, Supplier<Optional<Controller>> controllers, int nodes, long longestMinutes) {
    this.world = world;
    this.promises = promises;
    this.controllers = controllers;
    this.nodes = nodes;
    this.longestMinutes = longestMinutes;
  }

  private static Actor user(long i) {
    return new Actor(1001 + i, 1001 + i, false, "login");
  }

  private void call(LongFunction<Command> maker, Consumer<Result> answered) {
    world.after(1 + world.below(5), () ->
        controllers.get().filter(Controller::isOpen).ifPresent(c -> c.submit(maker).thenAccept(r -> {
          if (c.isAlive()) {
            answered.accept(r);
          }
        })));
  }

  /** One deed of somebody. */
  void act() {
    int dice = (int) world.below(100);
    if (dice < 70 || known.isEmpty()) {
      submit();
    } else if (dice < 79) {
      Actor a = anyone();
      JobSelector s = selector();
      int signal = world.chance(0.8) ? 9 : 10;
      call(now -> new Command.KillJob(now, a, s, signal, 0), r -> {});
    } else if (dice < 86) {
      Actor a = anyone();
      JobSelector s = selector();
      boolean hold = world.chance(0.3);
      call(now -> new Command.RequeueJob(now, a, s, hold), r -> {});
    } else {
      Actor a = anyone();
      JobSelector s = selector();
      JobFields changes = changes();
      boolean byUser = world.chance(0.5);
      call(now -> new Command.UpdateJob(now, a, s, changes, byUser), r -> {});
    }
  }

  /** Most often the right one: root. */
  private Actor anyone() {
    return world.chance(0.7) ? Cluster.ROOT : user(world.below(USERS));
  }

  private JobSelector selector() {
    long id = known.get((int) world.below(known.size()));
    return new JobSelector(id, world.chance(0.2) ? TaskSet.of(world.random.ints(2, 0, 8).distinct().sorted().toArray()) : null);
  }

  private JobFields changes() {
    JobFields f = new JobFields();
    switch ((int) world.below(6)) {
      case 0, 1 -> f.number(JobField.PRIORITY, 0);
      case 2, 3 -> f.number(JobField.PRIORITY, SlurmNumbers.INFINITE);
      case 4 -> f.number(JobField.TIME_LIMIT, 1 + world.below(longestMinutes));
      default -> f.number(JobField.NICE, SlurmNumbers.NICE_OFFSET + world.below(100));
    }
    return f;
  }

  private void submit() {
    Actor a = user(world.below(USERS));
    JobFields r = Cluster.request(a).text(JobField.NAME, "j" + world.below(4 + nodes / 5)).text(JobField.SCRIPT_HASH, "script");
    r.number(JobField.PN_MIN_MEMORY, 100 + world.below(2_000));
    r.number(JobField.TIME_LIMIT, 1 + world.below(longestMinutes));
    if (world.chance(0.4)) {
      r.number(JobField.NUM_TASKS, 1 + world.below(8));
    }
    if (world.chance(0.15)) {
      r.number(JobField.MIN_NODES, 1 + world.below(Math.min(4, nodes)));
    }
    if (world.chance(0.1)) {
      r.number(JobField.SHARED, 0);
    }
    if (world.chance(0.2)) {
      r.number(JobField.REQUEUE, 0);
    }
    if (world.chance(0.1)) {
      r.number(JobField.KILL_ON_NODE_FAIL, 0);
    }
    if (world.chance(0.1)) {
      r.number(JobField.BEGIN_TIME, world.now / 1000 + world.below(3_600));
    }
    if (world.chance(0.05)) {
      r.number(JobField.PRIORITY, 0);
    }
    if (world.chance(0.05)) {
      r.number(JobField.DEADLINE, world.now / 1000 + 60 + world.below(7_200));
    }
    if (world.chance(0.1)) {
      r.number(JobField.WARN_SIGNAL, 10);
      r.number(JobField.WARN_TIME, 30);
    }
    if (world.chance(0.1)) {
      r.text(JobField.LICENSES, "foo:" + (1 + world.below(3)));
    }
    if (world.chance(0.1)) {
      r.text(JobField.PARTITION, world.chance(0.5) ? "short,debug" : "short");
      r.number(JobField.TIME_LIMIT, 1 + world.below(10));
    }
    int tasks = 1;
    if (world.chance(0.1)) {
      tasks = 1 + (int) world.below(8);
      r.text(JobField.ARRAY_SPEC, "0-" + (tasks - 1) + (world.chance(0.4) ? "%2" : ""));
    }
    if (!known.isEmpty() && world.chance(0.08)) {
      String[] kinds = {"after:%d", "afterok:%d", "afterany:%d", "afternotok:%d", "singleton"};
      String kind = kinds[(int) world.below(kinds.length)];
      r.text(JobField.DEPENDENCY, kind.replace("%d", Long.toString(known.get((int) world.below(known.size())))));
    }
    if (tasks == 1 && world.chance(0.15)) {
      together(a, r);
      return;
    }
    int count = tasks;
    // as salloc's and srun's are: placed before they are there, and much may happen on the way
    Proposal place = controllers.get().filter(Controller::isOpen).map(c -> c.firstPlace(a, r)).orElse(null);
    call(now -> new Command.SubmitJob(now, a, r, place), result -> {
      if (result.isOk()) {
        promises.acknowledged(result.jobId(), count);
        if (known.size() >= REMEMBERED) {
          known.remove(0);
        }
        known.add(result.jobId());
      } else {
        world.count("submissions refused with " + result.error());
      }
    });
  }

  /** A heterogeneous job: that request, and others like it and unlike it. */
  private void together(Actor a, JobFields first) {
    List<JobFields> requests = new ArrayList<>(List.of(first));
    for (long i = world.below(4); i > 0; i--) {
      JobFields r = first.copy();
      r.number(JobField.PN_MIN_MEMORY, 100 + world.below(2_000));
      r.number(JobField.TIME_LIMIT, 1 + world.below(10));
      r.number(JobField.NUM_TASKS, 1 + world.below(4));
      if (world.chance(0.3)) {
        r.number(JobField.MIN_NODES, 1 + world.below(Math.min(3, nodes)));
      }
      if (world.chance(0.3)) {
        r.clear(JobField.LICENSES);
        r.clear(JobField.DEPENDENCY);
      }
      requests.add(r);
    }
    world.count("heterogeneous jobs submitted");
    call(now -> new Command.SubmitHetJob(now, a, requests), result -> {
      if (!result.isOk()) {
        world.count("heterogeneous jobs refused with " + result.error());
        return;
      }
      for (int i = 0; i < requests.size(); i++) {
        promises.acknowledged(result.jobId() + i, 1);
        if (known.size() >= REMEMBERED) {
          known.remove(0);
        }
        known.add(result.jobId() + i);
      }
    });
  }

  /** What an admin does to see the queue end: release what is held, cancel what waits for what will never be. */
  void clearUp() {
    controllers.get().filter(Controller::isOpen).ifPresent(c -> c.view().forEachJob(j -> {
      boolean never = waitsForEver(j, c.reasons().of(j)) || j.isHet() && nothingRuns(c);
      if (j.phase == JobPhase.PENDING && never) {
        JobSelector s = JobSelector.job(j.isHet() ? j.hetJobId : j.jobId);
        call(now -> new Command.KillJob(now, Cluster.ROOT, s, 9, 0), r -> {});
      } else if (j.isHeld()) {
        JobFields release = new JobFields().number(JobField.PRIORITY, SlurmNumbers.INFINITE);
        JobSelector s = JobSelector.job(j.jobId);
        call(now -> new Command.UpdateJob(now, Cluster.ROOT, s, release, false), r -> {});
      }
    }));
  }

  /** What waits on an empty cluster is a job whose components cannot have all their nodes at once. */
  private static boolean nothingRuns(Controller c) {
    boolean[] some = {false};
    c.view().forEachJob(j -> some[0] |= j.phase.holdsNodes());
    return !some[0];
  }

  private static boolean waitsForEver(JobRecord j, PendingReasons.Reason r) {
    return j.reason == SlurmNumbers.WAIT_DEP_INVALID
        || r != null && (r.number() == SlurmNumbers.WAIT_PART_NODE_LIMIT || r.number() == SlurmNumbers.WAIT_PART_TIME_LIMIT);
  }
}
