package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Heterogeneous jobs: several requests, each a job record of its own, that are submitted, started and requeued all
 * together or not at all. Their ids follow one another; the first is the leader, whose id is the whole job's and whose
 * script alone is run. As in Slurm each component has its own time limit and may be cancelled while it runs; the end of
 * the leader ends the others.
 */
final class HetJobs {
  /** Slurm's most components of one job. */
  static final int MOST_COMPONENTS = 128;

  private HetJobs() {}

  // ---- submission

  /** {@link Command.SubmitHetJob}: a component that is refused refuses the job and leaves nothing. */
  static Result submit(Change c, Command.SubmitHetJob s) {
    int size = s.requests().size();
    if (size == 0 || size > MOST_COMPONENTS) {
      return Result.error(EINVAL, "a heterogeneous job has 1 to " + MOST_COMPONENTS + " components, not " + size);
    }
    long leader = c.takeJobIds(size);
    if (leader == 0) {
      return Result.error(EAGAIN, "no " + size + " job ids up to MaxJobId that follow one another are free");
    }
    List<JobRecord> jobs = new ArrayList<>();
    for (JobFields request : s.requests()) {
      JobRecord job = new JobRecord();
      job.request = request.copy();
      job.jobId = leader + jobs.size();
      job.hetJobId = leader;
      job.hetSize = size;
      if (job.request.text(JobField.ARRAY_SPEC) != null) {
        return Result.error(ESLURM_INVALID_ARRAY);
      }
      if (!jobs.isEmpty() && job.request.number(JobField.USER_ID) != jobs.get(0).request.number(JobField.USER_ID)) {
        return Result.error(ESLURM_USER_ID_MISSING);
      }
      Result refused =
          Submission.check(c.config(), job, s.actor(), c.nowSeconds(), c.jobsAgainstLimit() + jobs.size(), c.featureLevel);
      if (refused == null) {
        refused = Submission.enter(c, job, s.actor());
      }
      if (refused != null) {
        return refused;
      }
      jobs.add(job);
    }
    for (JobRecord j : jobs) {
      if (j.phase == JobPhase.PENDING) {
        Pending.missedDeadline(c, j);
      }
    }
    c.replan("heterogeneous job " + leader + " submitted");
    return Result.ok(leader);
  }

  // ---- who belongs together

  /** All components there are of that one's job, in their order. */
  static List<JobRecord> components(Change c, JobRecord one) {
    List<JobRecord> out = new ArrayList<>(one.hetSize);
    for (long id = one.hetJobId; id < one.hetJobId + one.hetSize; id++) {
      JobRecord j = id == one.jobId ? one : c.job(id);
      if (j != null && j.hetJobId == one.hetJobId) {
        out.add(j);
      }
    }
    return out;
  }

  static boolean together(JobRecord a, JobRecord b) {
    return a.isHet() && a.hetJobId == b.hetJobId;
  }

  /** The job whose id that is as part of a heterogeneous job's range: the job itself is a component of it. */
  static boolean isComponentId(JobRecord job, long id) {
    return job.isHet() && id >= job.hetJobId && id < job.hetJobId + job.hetSize;
  }

  // ---- requeue

  /** True if each component is a job that may be requeued; what is lost of one then begins again with all. */
  static boolean mayRequeue(Change c, JobRecord one) {
    List<JobRecord> all = components(c, one);
    return all.size() == one.hetSize && all.stream().allMatch(HetJobs::requeueable);
  }

  private static boolean requeueable(JobRecord j) {
    return AllocationLife.hasScript(j) && j.request.number(JobField.REQUEUE) == 1;
  }

  /**
   * A component's processes are gone by no wish of its own: the whole job begins again, if it may. False: the
   * component is to end alone.
   */
  static boolean loses(Change c, JobRecord lost, String why, int reason) {
    JobRecord leader = c.job(lost.hetJobId);
    if (!leader.hasLaunch() || leader.phase != JobPhase.STARTING && leader.phase != JobPhase.RUNNING || !mayRequeue(c, lost)) {
      return false;
    }
    c.error("heterogeneous job " + lost.hetJobId + ", component " + lost.hetOffset() + ": " + why + "; requeued");
    lost.failure = why;
    for (JobRecord j : components(c, lost).reversed()) {
      beginAgain(c, j, Outcome.NODE_FAIL, reason);
    }
    return true;
  }

  private static void beginAgain(Change c, JobRecord j, Outcome outcome, int reason) {
    switch (j.phase) {
      case STARTING, RUNNING -> {
        j.requeueAfterEnd = true;
        JobEnd.begin(c, j, outcome, reason, 0);
      }
      case ENDING -> {
        j.requeueAfterEnd = true;
        c.touch(j);
      }
      case DONE -> JobEnd.backToPending(c, j);
      case PENDING -> { }
    }
  }

  // ---- end

  /** The leader's script, or its client, is over: so are the components that still run, with the same outcome. */
  static void leaderOver(Change c, JobRecord leader, Outcome outcome, int reason, int exitCode, long killWaitSeconds) {
    if (!leader.isHetLeader()) {
      return;
    }
    for (JobRecord j : components(c, leader)) {
      if (j != leader && (j.phase == JobPhase.STARTING || j.phase == JobPhase.RUNNING)) {
        j.exitCode = exitCode;
        j.requeueAfterEnd = leader.requeueAfterEnd;
        j.requeueHold = leader.requeueHold;
        j.endedBy = leader.endedBy;
        JobEnd.begin(c, j, outcome, reason, killWaitSeconds);
      }
    }
  }

  /** A pending component is over for good: the others, pending or on their way to it, cannot begin without it. */
  static void cannotBeginAgain(Change c, JobRecord gone) {
    for (JobRecord j : components(c, gone)) {
      if (j != gone && j.phase == JobPhase.ENDING && j.requeueAfterEnd) {
        j.requeueAfterEnd = false;
        j.requeueHold = false;
        c.touch(j);
      } else if (j != gone && j.phase == JobPhase.PENDING) {
        JobEnd.pendingEnds(c, j, gone.outcome, gone.outcome == Outcome.CANCELLED ? j.reason : gone.reason, gone.endedBy);
      }
    }
  }

  /** Records are forgotten together, when the last of them is due. False: nothing was forgotten yet. */
  static boolean purge(Change c, JobRecord one) {
    List<JobRecord> all = components(c, one);
    long due = 0;
    for (JobRecord j : all) {
      if (j.phase != JobPhase.DONE) {
        JobEnd.purgeLater(c, one);
        c.touch(one);
        return false;
      }
      due = Math.max(due, j.deadlineMillis);
    }
    if (due > c.nowMillis) {
      one.deadlineMillis = due;
      c.touch(one);
      return false;
    }
    all.forEach(c::remove);
    return true;
  }

  // ---- what must be true

  /**
   * Broken promises of one job, in words.
   *
   * @param all its components, in their order
   */
  static List<String> broken(List<JobRecord> all) {
    List<String> out = new ArrayList<>();
    JobRecord first = all.get(0);
    String name = "heterogeneous job " + first.hetJobId;
    if (all.size() != first.hetSize || !first.isHetLeader()) {
      out.add(name + " has " + all.size() + " of " + first.hetSize + " components");
      return out;
    }
    Set<JobPhase> phases = new TreeSet<>();
    Set<Integer> incarnations = new TreeSet<>();
    Set<Long> starts = new TreeSet<>();
    for (JobRecord j : all) {
      phases.add(j.phase);
      boolean runs = j.phase == JobPhase.STARTING || j.phase == JobPhase.RUNNING;
      if (runs) {
        incarnations.add(j.restarts);
        starts.add(j.lastSchedTime);
      }
      if (j.arrayJobId != 0) {
        out.add(name + ": component " + j.hetOffset() + " is of an array");
      }
    }
    boolean someRun = phases.contains(JobPhase.STARTING) || phases.contains(JobPhase.RUNNING);
    boolean someWait = all.stream().anyMatch(j -> j.phase == JobPhase.PENDING);
    if (someWait && !all.stream().allMatch(j -> j.phase == JobPhase.PENDING || j.phase == JobPhase.ENDING && j.requeueAfterEnd)) {
      out.add(name + " waits without all of its components: " + phases);
    }
    if (someRun && phases.contains(JobPhase.PENDING)) {
      out.add(name + " runs without all of its components: " + phases);
    }
    if (incarnations.size() > 1 || starts.size() > 1) {
      out.add(name + ": its components did not start together");
    }
    return out;
  }
}
