package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.slurmctldj.core.StepRecord.StepShare;

/**
 * The life of steps within their job: made for srun, ended by what their nodes report, at the latest with the job. A
 * step has no phase of its own: it is there until all its nodes have reported.
 */
final class StepLife {

  /** What one job record can bear; more steps at a time wait as for resources. */
  private static final int MAX_LIVE = 2_000;

  private static final int SIGKILL = 9;

  private StepLife() {}

  // ---- birth

  static Result create(Change c, Command.CreateStep s) {
    JobRecord j = c.job(s.jobId());
    int no = refused(j, s);
    if (no != 0) {
      return Result.error(no);
    }
    JobFields r = s.request().copy();
    int bad = normalise(r);
    if (bad != 0) {
      return Result.error(bad);
    }
    boolean interactive = isInteractive(r);
    long id = interactive ? StepRecord.INTERACTIVE_STEP : s.stepId() == NO_VAL ? next(c, j) : s.stepId();
    if (j.steps.find(id, r.number(JobField.STEP_HET_COMP)) != null) {
      return Result.error(ESLURM_DUPLICATE_STEP_ID);
    }
    if (!interactive && id >= c.config().limits().maxStepCount()) {
      return Result.error(ESLURM_STEP_LIMIT);
    }
    if (j.steps.live().size() >= MAX_LIVE) {
      return Result.error(ESLURM_NODES_BUSY);
    }
    if (c.featureLevel >= 3) {
      Result objection = gres(r, j.request, c.featureLevel);
      if (objection != null) {
        return objection;
      }
    }
    StepPlacement.Placed p = new StepPlacement(c.config(), j, r, c.featureLevel).find();
    if (p.error() != 0) {
      return Result.error(p.error());
    }
    j.steps = j.steps.plus(made(id, r, c.nowSeconds(), p));
    TimeLimits.arm(c, j);
    c.touch(j);
    return Result.ok(id);
  }

  private static boolean isInteractive(JobFields r) {
    return (r.number(JobField.BITFLAGS) & StepRecord.INTERACTIVE) != 0;
  }

  private static StepRecord made(long id, JobFields r, long nowSeconds, StepPlacement.Placed p) {
    long limit = r.number(JobField.TIME_LIMIT);
    return new StepRecord(
        id, r, nowSeconds, limit == NO_VAL || limit == 0 ? INFINITE : limit, p.cpusPerTask(), p.nodes(), new int[0], 0, false);
  }

  /**
   * What {@link #create} will make of that job if nothing comes between, the next number given to it; null if it will refuse, or
   * if that depends on more than this job. Pure.
   */
  static StepRecord likely(ClusterConfig config, JobRecord job, JobFields request, int featureLevel, long nowSeconds) {
    boolean runs = job.phase == JobPhase.STARTING || job.phase == JobPhase.RUNNING;
    JobFields r = request.copy();
    if (!runs || job.isHet() || job.allocation == null || job.epoch != config.epoch() || featureLevel < 4 || isInteractive(r)) {
      return null;
    }
    if (normalise(r) != 0 || gres(r, job.request, featureLevel) != null) {
      return null;
    }
    StepPlacement.Placed p = new StepPlacement(config, job, r, featureLevel).find();
    return p.error() != 0 ? null : made(job.steps.next(), r, nowSeconds, p);
  }

  /** Fills in what the step has from its job; an objection or null. */
  private static Result gres(JobFields step, JobFields job, int featureLevel) {
    StepGres.inherit(step, job);
    step.number(JobField.GRES_JOINT, featureLevel >= 4 ? GresRequest.MEMORY_BY_SHARE : 1);
    return StepGres.objection(step, job, featureLevel);
  }

  /** Where a step would go now; pure. */
  static StepPlacement.Placed place(ClusterConfig config, JobRecord job, JobFields request, int featureLevel) {
    int bad = normalise(request);
    if (bad == 0 && featureLevel >= 3 && gres(request, job.request, featureLevel) != null) {
      bad = ESLURM_INVALID_GRES;
    }
    return bad != 0 ? StepPlacement.Placed.no(bad) : new StepPlacement(config, job, request, featureLevel).find();
  }

  /** The components of a heterogeneous job number their steps together: one step may span several of them. */
  private static long next(Change c, JobRecord j) {
    return j.isHet() ? HetJobs.components(c, j).stream().mapToLong(x -> x.steps.next()).max().orElse(0) : j.steps.next();
  }

  private static int refused(JobRecord j, Command.CreateStep s) {
    if (j == null) {
      return ESLURM_INVALID_JOB_ID;
    }
    if (j.request.number(JobField.USER_ID) != s.actor().uid() && !s.actor().privileged()) {
      return ESLURM_ACCESS_DENIED;
    }
    if (s.request().number(JobField.USER_ID) != j.request.number(JobField.USER_ID)) {
      return ESLURM_ACCESS_DENIED;
    }
    return switch (j.phase) {
      case PENDING -> ESLURM_JOB_PENDING;
      case STARTING, RUNNING -> j.suspended ? ESLURM_DISABLED : 0;
      case ENDING, DONE -> ESLURM_ALREADY_DONE;
    };
  }

  /** Fills in what srun leaves open; Slurm's error number or 0. */
  private static int normalise(JobFields r) {
    long dist = r.number(JobField.TASK_DIST) & 0xffff;
    if (dist == 0 || dist == 0x2000) {
      r.number(JobField.TASK_DIST, r.number(JobField.TASK_DIST) & ~0xffffL | 2);
    } else if ((dist & 0xf) < 1 || (dist & 0xf) > 4) {
      return ESLURM_BAD_DIST;
    }
    if (!r.isSet(JobField.NUM_TASKS)) {
      long cpus = r.isSet(JobField.MIN_CPUS) ? r.number(JobField.MIN_CPUS) : 0;
      r.number(JobField.NUM_TASKS, cpus > 0 ? cpus : Math.max(1, r.isSet(JobField.MIN_NODES) ? r.number(JobField.MIN_NODES) : 1));
    }
    return r.number(JobField.NUM_TASKS) < 1 ? ESLURM_BAD_TASK_COUNT : 0;
  }

  // ---- end

  static Result complete(Change c, Command.CompleteStep s) {
    JobRecord j = c.job(s.jobId());
    if (j == null) {
      return Result.error(ESLURM_INVALID_JOB_ID);
    }
    if (!Selection.mayChange(s.actor(), j)) {
      return Result.error(ESLURM_USER_ID_MISSING);
    }
    StepRecord step = j.steps.find(s.stepId(), s.component());
    if (step == null) {
      return Result.error(ESLURM_ALREADY_DONE);
    }
    if (s.first() < 0 || s.last() < s.first()) {
      return Result.error(EINVAL);
    }
    int last = Math.min(s.last(), step.nodes().size() - 1);
    int[] reported =
        IntStream.concat(Arrays.stream(step.reported()), IntStream.rangeClosed(s.first(), last)).sorted().distinct().toArray();
    settle(c, j, step.with(reported, worse(step.exitCode(), s.exitCode())));
    return Result.ok(s.stepId());
  }

  private static int worse(int a, int b) {
    return Integer.compareUnsigned(a, b) >= 0 ? a : b;
  }

  /** Stores the step, or ends it if all its nodes have reported. */
  private static void settle(Change c, JobRecord j, StepRecord step) {
    if (step.reported().length < step.nodes().size()) {
      j.steps = j.steps.replace(step);
    } else {
      j.steps = j.steps.minus(step);
      j.derivedExitCode = worse(j.derivedExitCode, step.exitCode());
      c.effect(new Effect.StepOver(j.jobId, step.stepId()));
    }
    c.touch(j);
  }

  /** The job is ending: every srun of a step is told; what runs is ended with the job on its nodes. */
  static void jobEnds(Change c, JobRecord j) {
    for (StepRecord s : j.steps.live()) {
      if (j.outcome == Outcome.TIMEOUT) {
        tell(c, j, s, Effect.Notice.TIMEOUT);
      }
      tell(c, j, s, Effect.Notice.COMPLETE);
    }
  }

  /** A job goes on without a node: so do its steps, as far as that node is concerned they are over. */
  static void nodeFailed(Change c, JobRecord j, int node) {
    for (StepRecord s : j.steps.live()) {
      for (int rank = 0; rank < s.nodes().size(); rank++) {
        if (s.nodes().get(rank).node() == node && !s.isReported(rank)) {
          int at = rank;
          int[] reported = IntStream.concat(Arrays.stream(s.reported()), IntStream.of(at)).sorted().toArray();
          tell(c, j, s, Effect.Notice.NODE_FAIL, c.config().nodes().get(node).name());
          settle(c, j, s.with(reported, s.exitCode()));
        }
      }
    }
  }

  /** Steps whose time is over are told to end; only once. */
  static void timeOver(Change c, JobRecord j, long now) {
    for (StepRecord s : j.steps.live()) {
      if (s.endsAt() <= now) {
        c.info("step " + JobArrays.name(j) + "." + s.stepId() + " reached its time limit");
        j.steps = j.steps.replace(s.toldToEnd());
        tell(c, j, s, Effect.Notice.TIMEOUT);
        c.effect(new Effect.SignalStep(j.jobId, s.stepId(), left(s), SIGKILL, 0, Effect.Order.TIMELIMIT, s.component()));
        c.touch(j);
      }
    }
  }

  private static int[] left(StepRecord s) {
    return IntStream.range(0, s.nodes().size()).filter(i -> !s.isReported(i)).map(i -> s.nodes().get(i).node()).toArray();
  }

  // ---- signals and changes

  static Result signal(Change c, Command.SignalStep k) {
    JobRecord j = c.job(k.jobId());
    if (j == null) {
      return Result.error(ESLURM_INVALID_JOB_ID);
    }
    if (!Selection.mayChange(k.actor(), j)) {
      return Result.error(ESLURM_ACCESS_DENIED);
    }
    if (j.phase == JobPhase.ENDING || j.phase == JobPhase.DONE) {
      return Result.error(ESLURM_ALREADY_DONE);
    }
    List<StepRecord> parts = j.steps.all(k.stepId());
    if (parts.isEmpty()) {
      return Result.error(ESLURM_INVALID_JOB_ID);
    }
    c.info("step " + JobArrays.name(j) + "." + k.stepId() + " gets signal " + k.signal() + " of uid " + k.actor().uid());
    for (StepRecord s : parts) {
      if (k.signal() == SIGKILL) {
        tell(c, j, s, Effect.Notice.COMPLETE);
      }
      c.effect(
          new Effect.SignalStep(
              j.jobId, s.stepId(), left(s), k.signal(), k.flags(), Effect.Order.SIGNAL, s.component()));
    }
    return Result.ok(k.stepId());
  }

  static Result update(Change c, Command.UpdateStep u) {
    JobRecord j = c.job(u.jobId());
    if (j == null) {
      return Result.error(ESLURM_INVALID_JOB_ID);
    }
    if (!Selection.mayChange(u.actor(), j)) {
      return Result.error(ESLURM_ACCESS_DENIED);
    }
    if (j.phase != JobPhase.RUNNING && j.phase != JobPhase.STARTING) {
      return Result.error(ESLURM_INVALID_JOB_ID);
    }
    List<StepRecord> which = new ArrayList<>();
    for (StepRecord s : j.steps.live()) {
      if (u.stepId() == NO_VAL || s.stepId() == u.stepId()) {
        which.add(s);
      }
    }
    if (which.isEmpty()) {
      return Result.error(ESLURM_INVALID_JOB_ID);
    }
    for (StepRecord s : which) {
      j.steps = j.steps.replace(s.withTimeLimit(u.timeLimit() == NO_VAL ? INFINITE : u.timeLimit()));
    }
    TimeLimits.arm(c, j);
    c.touch(j);
    return Result.ok(j.jobId);
  }

  // ---- srun

  private static void tell(Change c, JobRecord j, StepRecord s, Effect.Notice notice) {
    tell(c, j, s, notice, null);
  }

  private static void tell(Change c, JobRecord j, StepRecord s, Effect.Notice notice, String nodes) {
    JobFields r = s.request();
    if (r.number(JobField.OTHER_PORT) != 0 && r.text(JobField.RESP_HOST) != null) {
      c.effect(
          new Effect.TellClient(
              j.jobId, s.stepId(), j.request.number(JobField.USER_ID), r.text(JobField.RESP_HOST),
              (int) r.number(JobField.OTHER_PORT), (int) r.number(JobField.START_PROTOCOL_VERSION) >> 8, notice, nodes));
    }
  }

  /** The nodes of steps in a new epoch; a node that is gone has reported. */
  static StepList mapped(StepList steps, int[] nodeMap) {
    StepList out = steps.ended();
    for (StepRecord s : steps.live()) {
      List<StepShare> shares = new ArrayList<>();
      for (StepShare h : s.nodes()) {
        int to = h.node() >= 0 && h.node() < nodeMap.length ? nodeMap[h.node()] : -1;
        if (to < 0) {
          return out;
        }
        shares.add(new StepShare(to, h.tasks(), h.cpus(), h.cores(), h.memory(), h.gres()));
      }
      out = out.plus(s.onNodes(shares));
    }
    return out;
  }
}
