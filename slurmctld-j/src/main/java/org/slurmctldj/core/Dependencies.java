package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.slurmctldj.core.DependencyText.Kind;
import org.slurmctldj.core.DependencyText.Term;

/**
 * Jobs that wait for others. The request's text always holds what is still open; it is looked at
 * again whenever a job it names changes its phase, in the same command.
 */
final class Dependencies {
  private enum Answer {
    OPEN,
    FULFILLED,
    NEVER
  }

  private static final int MOST_ROUNDS = 10_000;

  private Dependencies() {}

  static Result onSubmit(Change c, JobRecord job) {
    return onUpdate(c, job);
  }

  /** Null if the text is good; the job's text is normalised, fulfilled parts left out. */
  static Result onUpdate(Change c, JobRecord job) {
    String text = job.request.text(JobField.DEPENDENCY);
    if (text == null || text.isEmpty()) {
      job.request.text(JobField.DEPENDENCY, null);
      return null;
    }
    DependencyText d = DependencyText.parse(text);
    if (d == null) {
      return Result.error(ESLURM_DEPENDENCY);
    }
    TreeSet<Long> seen = new TreeSet<>();
    for (Term t : d.terms()) {
      if (t.kind() == Kind.AFTERCORR || t.kind() == Kind.EXPAND || t.kind() == Kind.AFTERBURSTBUFFER) {
        return Result.error(ESLURM_NOT_SUPPORTED, "dependency type " + t.kind().word() + " is not supported");
      }
      if (t.jobId() == job.jobId || HetJobs.isComponentId(job, t.jobId()) || reaches(c, t.jobId(), job.jobId, seen)) {
        return Result.error(ESLURM_CIRCULAR_DEPENDENCY);
      }
      if (outcomeOfNobody(c, job, t)) {
        return Result.error(ESLURM_DEPENDENCY);
      }
    }
    settle(c, job, d);
    return null;
  }

  /** Observed: 24.11 refuses to wait for the outcome of a job that it does not know; 22.05 takes it for a good one. */
  private static boolean outcomeOfNobody(Change c, JobRecord job, Term t) {
    boolean outcome = t.kind() == Kind.AFTEROK || t.kind() == Kind.AFTERNOTOK;
    return outcome
        && !job.submittedBefore(JobRecord.V24_11)
        && (t.task() >= 0 ? task(c, t) == null : c.job(t.jobId()) == null);
  }

  /** True if that job waits, directly or through others, for {@code target}. */
  private static boolean reaches(Change c, long from, long target, TreeSet<Long> seen) {
    List<Long> open = new ArrayList<>(List.of(from));
    while (!open.isEmpty() && seen.size() < MOST_ROUNDS) {
      long id = open.remove(open.size() - 1);
      JobRecord j = id == 0 || !seen.add(id) ? null : c.job(id);
      if (j == null || j.phase != JobPhase.PENDING) {
        continue;
      }
      for (long next : DependencyText.ids(j.request.text(JobField.DEPENDENCY))) {
        if (next == target) {
          return true;
        }
        open.add(next);
      }
    }
    return false;
  }

  /** Leaves the open terms in the job's text, or none, or marks it as never to be satisfied. */
  private static void settle(Change c, JobRecord job, DependencyText d) {
    List<Term> open = new ArrayList<>();
    List<Term> failed = new ArrayList<>();
    boolean never = false;
    boolean anyFulfilled = false;
    for (Term t : d.terms()) {
      switch (ask(c, job, t)) {
        case OPEN -> open.add(t.withFailed(false));
        case FULFILLED -> anyFulfilled = true;
        case NEVER -> {
          never = true;
          failed.add(t.withFailed(true));
        }
      }
    }
    if (d.any() ? anyFulfilled : open.isEmpty() && !never) {
      job.request.text(JobField.DEPENDENCY, null);
      if (job.priority != 0) {
        job.reason = WAIT_NO_REASON;
      }
      return;
    }
    boolean hopeless = d.any() ? open.isEmpty() : never;
    open.addAll(failed);
    job.request.text(JobField.DEPENDENCY, new DependencyText(open, d.any()).toString());
    if (job.priority != 0) {
      job.reason = hopeless ? WAIT_DEP_INVALID : WAIT_DEPENDENCY;
    }
  }

  private static Answer ask(Change c, JobRecord job, Term t) {
    Answer now = asNow(c, job, t);
    // What a held job waits for stays open until its release asks, true as it may be (observed on 22.05.8, 26.05.5).
    return c.featureLevel >= 7 && now == Answer.FULFILLED && held(c, job) ? Answer.OPEN : now;
  }

  private static Answer asNow(Change c, JobRecord job, Term t) {
    if (t.kind() == Kind.SINGLETON) {
      // Of a held job nobody asks yet (observed on 22.05.8): its release does.
      return !(c.featureLevel >= 4 && held(c, job)) && singleton(c, job) ? Answer.FULFILLED : Answer.OPEN;
    }
    JobRecord head = c.job(t.jobId());
    if (head == null) {
      // Slurm takes a job that it does not know for one that ended well (observed on 22.05.8).
      return t.failed() ? Answer.NEVER : Answer.FULFILLED;
    }
    if (t.task() >= 0 || head.arrayJobId != t.jobId()) {
      JobRecord one = t.task() >= 0 ? task(c, t) : head;
      if (one == null) {
        return Answer.FULFILLED;
      }
      boolean failed = one.outcome != Outcome.COMPLETED;
      return answer(c, t, one.phase, one.startTime, failed);
    }
    return array(c, t, head);
  }

  private static JobRecord task(Change c, Term t) {
    JobRecord head = c.job(t.jobId());
    if (head == null) {
      return null;
    }
    if (head.arrayTaskId == t.task() || head.arrayPending != null && head.arrayPending.contains((int) t.task())) {
      return head;
    }
    return c.arrayTask(t.jobId(), t.task());
  }

  private static Answer array(Change c, Term t, JobRecord head) {
    boolean failed = head.arrayFailed > 0;
    // One failed task already decides afterok, however many still run.
    if (failed && t.kind() == Kind.AFTEROK) {
      return Answer.NEVER;
    }
    if (t.kind() != Kind.AFTER) {
      return answer(c, t, JobArrays.allEnded(head) ? JobPhase.DONE : JobPhase.PENDING, 0, failed);
    }
    if (head.phase == JobPhase.PENDING) {
      return Answer.OPEN;
    }
    JobPhase least = JobPhase.DONE;
    long latestStart = 0;
    for (long id : c.members(t.jobId())) {
      JobRecord j = c.job(id);
      least = j.phase.code() < least.code() ? j.phase : least;
      latestStart = Math.max(latestStart, j.startTime);
    }
    return answer(c, t, least, latestStart, failed);
  }

  private static Answer answer(Change c, Term t, JobPhase phase, long startTime, boolean failed) {
    boolean done = phase == JobPhase.DONE;
    return switch (t.kind()) {
      case AFTER -> phase != JobPhase.PENDING && c.nowSeconds() >= startTime + t.minutes() * 60
          ? Answer.FULFILLED
          : Answer.OPEN;
      case AFTERANY -> done ? Answer.FULFILLED : Answer.OPEN;
      case AFTEROK -> !done ? Answer.OPEN : failed ? Answer.NEVER : Answer.FULFILLED;
      case AFTERNOTOK -> !done ? Answer.OPEN : failed ? Answer.FULFILLED : Answer.NEVER;
      case SINGLETON, AFTERCORR, EXPAND, AFTERBURSTBUFFER -> Answer.OPEN;
    };
  }

  /** At its submission a job has no priority yet, only a wish. */
  private static boolean held(Change c, JobRecord job) {
    return c.job(job.jobId) == null ? job.request.number(JobField.PRIORITY) == 0 : job.priority == 0;
  }

  /** The job is held no more: what nobody asked meanwhile is asked now. */
  static void released(Change c, JobRecord job) {
    String text = job.request.text(JobField.DEPENDENCY);
    if (c.featureLevel >= 4 && text != null) {
      settle(c, job, DependencyText.parse(text));
    }
  }

  /** True if no other job of that user and name runs, or waits with a lower id. */
  private static boolean singleton(Change c, JobRecord job) {
    for (long id : c.sameName(job)) {
      JobRecord other = c.job(id);
      if (other == null || id == job.jobId || HetJobs.together(job, other) || other.arrayJobId != 0 && other.arrayJobId == job.arrayJobId) {
        continue;
      }
      if (other.phase.holdsNodes() || other.phase == JobPhase.PENDING && id < job.jobId) {
        return false;
      }
    }
    return true;
  }

  /** Looks again at every job that waits for one which this command changed. */
  static void settleAll(Change c) {
    // Before level 5 each job was looked at once: what waited for two jobs that one command ended kept waiting for the second.
    boolean once = c.featureLevel < 5;
    TreeSet<Long> seen = new TreeSet<>();
    Map<Long, JobPhase> told = new HashMap<>();
    for (int round = 0; round < MOST_ROUNDS; round++) {
      TreeSet<Long> again = new TreeSet<>();
      for (long id : c.phaseChanged()) {
        JobRecord j = c.job(id);
        JobPhase phase = j == null ? JobPhase.DONE : j.phase;
        if (!once && told.put(id, phase) == phase) {
          continue;
        }
        again.addAll(c.indexes().waitersFor(id));
        if (j != null && j.arrayJobId != 0) {
          again.addAll(c.indexes().waitersFor(j.arrayJobId));
        }
        if (j != null) {
          again.addAll(c.indexes().singletonsLike(j.request.number(JobField.USER_ID), j.request.text(JobField.NAME)));
        }
      }
      again.removeIf(id -> once && !seen.add(id));
      if (again.isEmpty()) {
        return;
      }
      again.forEach(id -> look(c, id));
    }
  }

  static void look(Change c, long id) {
    JobRecord j = c.job(id);
    if (j == null || j.phase != JobPhase.PENDING || j.request.text(JobField.DEPENDENCY) == null) {
      return;
    }
    String before = j.request.text(JobField.DEPENDENCY);
    int reason = j.reason;
    settle(c, j, DependencyText.parse(before));
    String after = j.request.text(JobField.DEPENDENCY);
    if (before.equals(after) && reason == j.reason) {
      return;
    }
    if (j.reason == WAIT_DEP_INVALID && killOnInvalid(j)) {
      JobEnd.pendingEnds(c, j, Outcome.CANCELLED, WAIT_DEP_INVALID, NO_VAL);
      return;
    }
    Pending.becomeEligible(c, j);
    c.touch(j);
    if (after == null) {
      c.replan("dependency of job " + id + " satisfied");
    }
  }

  private static boolean killOnInvalid(JobRecord j) {
    return (j.request.number(JobField.BITFLAGS) & 1) != 0;
  }
}
