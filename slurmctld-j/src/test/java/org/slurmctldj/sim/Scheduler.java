package org.slurmctldj.sim;

import org.slurmctldj.core.Command;
import org.slurmctldj.core.Effect;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.Proposal;
import org.slurmctldj.sched.Backfill;
import org.slurmctldj.sched.BackfillPlan;
import org.slurmctldj.sched.PendingReasons;
import org.slurmctldj.sched.Plan;
import org.slurmctldj.sched.Planner;
import org.slurmctldj.sched.SchedulingParameters;

/**
 * The loop of org.slurmctldj.sched.SchedulerThread as events: one plan at a time, results awaited, then what is wanted; and,
 * at bf_interval while jobs wait, backfill's.
 */
final class Scheduler {
  private final World world;
  private final Controller controller;
  private static final long BF_INTERVAL_MILLIS = 30_000;

  private final Planner planner = new Planner(200);
  private final Backfill backfill = new Backfill(() -> SchedulingParameters.DEFAULT, () -> 0);
  private boolean lookingAhead;
  private boolean wanted;
  private boolean busy;
  private boolean closed;
  private int outstanding;
  private int rejected;
  private long againRound;
  private PendingReasons reasons = PendingReasons.NONE;

  Scheduler(World world, Controller controller) {
    this.world = world;
    this.controller = controller;
  }

  PendingReasons reasons() {
    return reasons;
  }

  void close() {
    closed = true;
  }

  void effect(Effect e) {
    if (e instanceof Effect.Replan) {
      replan();
    }
  }

  Proposal first(JobRecord job) {
    return planner.first(controller.view(), job, controller.wall());
  }

  void replan() {
    wanted = true;
    if (!busy) {
      busy = true;
      // A plan of many nodes costs simulated time too; events that come meanwhile make one plan.
      world.after(1 + world.below(3) + controller.view().nodeCount() * 12L, this::round);
    }
  }

  private void round() {
    if (closed) {
      return;
    }
    wanted = false;
    world.count("plans");
    Plan plan = planner.plan(controller.view(), controller.wall());
    reasons = plan.reasons();
    outstanding = plan.proposals().size();
    rejected = 0;
    again(plan);
    if (outstanding == 0) {
      finished(plan);
    }
    for (Proposal p : plan.proposals()) {
      controller.submit(now -> new Command.StartJob(now, p)).thenAccept(r -> {
        rejected += r.isOk() ? 0 : 1;
        if (--outstanding == 0) {
          finished(plan);
        }
      });
    }
  }

  private void finished(Plan plan) {
    int of = plan.proposals().size();
    busy = false;
    if (wanted || !plan.complete() || rejected > 0 && rejected < of) {
      replan();
    } else if (!plan.reasons().behind().isEmpty() && !lookingAhead) {
      lookingAhead = true;
      world.after(BF_INTERVAL_MILLIS, this::lookAhead);
    }
  }

  private void lookAhead() {
    lookingAhead = false;
    if (closed) {
      return;
    }
    BackfillPlan plan = backfill.plan(controller.view(), controller.wall());
    world.count("backfill plans");
    for (Proposal p : plan.proposals()) {
      controller.submit(now -> new Command.StartJob(now, p)).thenAccept(r -> {
        if (r.isOk()) {
          world.count("backfilled jobs");
        }
      });
    }
    if (plan.queued() > 0) {
      lookingAhead = true;
      world.after(BF_INTERVAL_MILLIS, this::lookAhead);
    }
  }

  private void again(Plan plan) {
    long mine = ++againRound;
    if (plan.againAtMillis() != 0) {
      world.after(Math.max(1, plan.againAtMillis() - controller.wall()), () -> {
        if (!closed && mine == againRound) {
          replan();
        }
      });
    }
  }
}
