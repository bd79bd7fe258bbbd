package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** {@link Command.UpdateJob}: scontrol update, hold and release, with slurmctld's rules and numbers. */
final class JobUpdate {
  /** Texts and wishes that do not touch an allocation: changed in any phase before DONE. */
  private static final Set<JobField> ANY_TIME = EnumSet.of(
      JobField.NAME, JobField.COMMENT, JobField.ADMIN_COMMENT, JobField.SYSTEM_COMMENT, JobField.EXTRA,
      JobField.MAIL_TYPE, JobField.MAIL_USER, JobField.WCKEY, JobField.REQUEUE, JobField.QOS, JobField.SITE_FACTOR);

  /** These make a job another job: never changed. */
  private static final Set<JobField> NEVER = EnumSet.of(
      JobField.GROUP_ID, JobField.USER_NAME, JobField.GROUP_IDS, JobField.SCRIPT_HASH, JobField.ENVIRONMENT_HASH,
      JobField.ARGV, JobField.BATCH_FLAG, JobField.JOB_ID_WANTED, JobField.CONTAINER, JobField.CRON_SPEC);

  /** An empty text is a value like another. */
  private static final Set<JobField> KEPT_EMPTY = EnumSet.of(JobField.NAME, JobField.COMMENT, JobField.ADMIN_COMMENT, JobField.SYSTEM_COMMENT);

  /** KILL_INV_DEP and NO_KILL_INV_DEP of the job's bit flags. */
  private static final long KILL_INV_DEP_BITS = 3;

  private JobUpdate() {}

  static Result apply(Change c, Command.UpdateJob u) {
    List<JobRecord> found = Selection.records(c, u.jobs());
    if (found.isEmpty()) {
      return Selection.none(u.jobs());
    }
    List<JobRecord> records = Selection.split(c, u.jobs());
    if (records == null) {
      return Result.error(ESLURM_NOT_SUPPORTED, "more than 2000 single tasks in one update");
    }
    if (records.get(0).isHet()) {
      return ofHet(c, records, u);
    }
    int[] soft = {0};
    Result r = Selection.answer(u.jobs(), records, j -> update(c, j, u, soft));
    c.replan("job updated");
    if (r.isOk() && soft[0] != 0) {
      // Slurm complains and does it all the same.
      c.keepOnError = true;
      return new Result(soft[0], r.jobId(), null, r.taskErrors());
    }
    return r;
  }

  /** All components that are not over, or none of them. */
  private static Result ofHet(Change c, List<JobRecord> records, Command.UpdateJob u) {
    List<JobRecord> open = records.stream().filter(j -> j.phase != JobPhase.DONE).toList();
    int[] soft = {0};
    for (JobRecord j : open.isEmpty() ? records : open) {
      int error = update(c, j, u, soft);
      if (error != 0) {
        return Result.error(error);
      }
    }
    c.replan("job updated");
    c.keepOnError = soft[0] != 0;
    return new Result(soft[0], records.get(0).jobId, null, List.of());
  }

  /** Changes a copy and takes it over only where everything was allowed. */
  private static int update(Change c, JobRecord job, Command.UpdateJob u, int[] soft) {
    // In Slurm's order: anybody is told that a job is over.
    if (job.phase == JobPhase.DONE) {
      return ESLURM_JOB_FINISHED;
    }
    JobFields ch = u.changes();
    if (ch.has(JobField.ADMIN_COMMENT) && !u.actor().privileged()) {
      return ESLURM_ACCESS_DENIED;
    }
    if (!Selection.mayChange(u.actor(), job)) {
      return ESLURM_USER_ID_MISSING;
    }
    JobRecord j = job.copy();
    for (JobField f : JobField.VALUES) {
      if (ch.has(f) && !meansNoChange(ch, f)) {
        int error = field(c, j, u, f);
        if (error != 0) {
          return error;
        }
      }
    }
    int error = rechecked(c, job, j, u);
    if (error == 0) {
      error = priority(c, j, u, soft);
    }
    if (error != 0) {
      return error;
    }
    if (j.phase == JobPhase.PENDING) {
      Pending.becomeEligible(c, j);
    } else if (j.phase != JobPhase.ENDING) {
      TimeLimits.arm(c, j);
    }
    c.touch(j);
    c.info("job " + JobArrays.name(j) + " updated by uid " + u.actor().uid() + ": " + briefly(ch));
    return 0;
  }

  /** An update message carries every field; these are the words for "leave it" that differ from "unset". */
  private static boolean meansNoChange(JobFields ch, JobField f) {
    if (f.kind() != JobField.Kind.NUMBER) {
      return false;
    }
    long v = ch.number(f);
    return switch (f) {
      case MAIL_TYPE -> v == NO_VAL16;
      case TASK_DIST -> v == NO_VAL || v == f.unset();
      // scontrol sets the USE_DEFAULT bits in every update; only --kill-on-invalid-dep can change.
      case BITFLAGS -> (v & KILL_INV_DEP_BITS) == 0;
      case REQ_SWITCH, WAIT4SWITCH -> v == NO_VAL || v == 0;
      default -> v == f.unset() && v != 0;
    };
  }

  private static String briefly(JobFields ch) {
    String s = ch.toString();
    return s.length() > 300 ? s.substring(0, 300) + "..." : s;
  }

  private static int field(Change c, JobRecord j, Command.UpdateJob u, JobField f) {
    JobFields ch = u.changes();
    boolean privileged = u.actor().privileged();
    switch (f) {
      case PRIORITY, NICE -> {
        return 0;
      }
      case USER_ID -> {
        return ch.number(f) == j.request.number(f) ? 0 : ESLURM_NOT_SUPPORTED;
      }
      case TIME_LIMIT -> {
        return timeLimit(c, j, ch.number(f), privileged);
      }
      case ADMIN_COMMENT, SYSTEM_COMMENT, SITE_FACTOR -> {
        if (!privileged) {
          return ESLURM_ACCESS_DENIED;
        }
      }
      case DEADLINE -> {
        if (c.featureLevel >= 7 && ch.number(f) != 0 && ch.number(f) < c.nowSeconds()) {
          return ESLURM_INVALID_TIME_VALUE;
        }
        if (c.featureLevel >= 7 && !privileged) {
          return ESLURM_ACCESS_DENIED; // an earlier one, too (observed on 22.05.8)
        }
        if (j.phase != JobPhase.PENDING) {
          return ESLURM_JOB_NOT_PENDING;
        }
      }
      case BITFLAGS -> {
        if (j.phase != JobPhase.PENDING) {
          return ESLURM_JOB_NOT_PENDING;
        }
        long kept = j.request.number(f) & ~KILL_INV_DEP_BITS;
        j.request.number(f, kept | ch.number(f) & KILL_INV_DEP_BITS);
        return 0;
      }
      case CONTIGUOUS -> {
        // Only what takes less of the cluster is the owner's to ask for.
        if (c.featureLevel >= 5 && !privileged && !(j.request.number(f) == 1 && ch.number(f) == 0)) {
          return ESLURM_ACCESS_DENIED;
        }
        if (j.phase != JobPhase.PENDING) {
          return ESLURM_JOB_NOT_PENDING;
        }
      }
      case ARRAY_SPEC -> {
        return arrayLimit(c, j, ch.text(f));
      }
      case MIN_NODES, MAX_NODES -> {
        if (j.phase != JobPhase.PENDING) {
          return ESLURM_NOT_SUPPORTED;
        }
      }
      default -> {
        if (NEVER.contains(f)) {
          return ESLURM_NOT_SUPPORTED;
        }
        if (j.phase != JobPhase.PENDING && !ANY_TIME.contains(f)) {
          return ESLURM_JOB_NOT_PENDING;
        }
      }
    }
    if (f == JobField.ACCOUNT && c.featureLevel >= 4) {
      // As slurmctld without accounting: its answer is "done", and the account stays (22.05.8).
      return 0;
    }
    copy(ch, j.request, f);
    if (c.featureLevel >= 5 && KEPT_EMPTY.contains(f)) {
      j.request.text(f, ch.text(f));
    }
    if (f == JobField.PN_MIN_MEMORY) {
      j.request.clear(JobField.MEMORY_BY_DEFAULT);
    }
    if (f == JobField.NUM_TASKS && c.featureLevel >= 7) {
      j.request.number(JobField.BITFLAGS, j.request.number(JobField.BITFLAGS) | JobSize.NTASKS_SET);
    }
    return 0;
  }

  private static void copy(JobFields from, JobFields to, JobField f) {
    switch (f.kind()) {
      case NUMBER -> to.number(f, from.number(f));
      case TEXT -> to.text(f, from.text(f).isEmpty() ? null : from.text(f));
      case NUMBERS -> to.numbers(f, from.numbers(f));
      case TEXTS -> to.texts(f, from.texts(f));
    }
  }

  private static int timeLimit(Change c, JobRecord j, long minutes, boolean privileged) {
    if (j.phase == JobPhase.ENDING) {
      return ESLURM_JOB_FINISHED;
    }
    if (j.phase != JobPhase.PENDING && minutes > j.timeLimit && !privileged) {
      return ESLURM_ACCESS_DENIED;
    }
    long min = j.request.number(JobField.TIME_MIN);
    if (min != NO_VAL && min != 0 && min > minutes) {
      return ESLURM_INVALID_TIME_MIN_LIMIT;
    }
    // No time at all: a running job ends at once (observed on 22.05.8); sbatch -t 0 is made "without end" by the client.
    j.timeLimit = minutes == 0 && c.featureLevel < 7 ? INFINITE : minutes;
    j.request.number(JobField.TIME_LIMIT, j.timeLimit);
    return 0;
  }

  /** scontrol update arraytaskthrottle=. */
  private static int arrayLimit(Change c, JobRecord j, String text) {
    if (c.featureLevel >= 2 && j.arrayJobId != 0 && j.arrayJobId != j.jobId) {
      // A task of it: the limit is the array's, and Slurm says nothing.
      return 0;
    }
    if (c.featureLevel >= 5 && j.arrayJobId == 0) {
      // Of no array: Slurm says nothing to that, too.
      return 0;
    }
    JobRecord head = j.arrayJobId == j.jobId ? j : null;
    if (head == null || !text.matches("%?[0-9]{1,9}")) {
      return ESLURM_NOT_SUPPORTED;
    }
    head.arrayMaxRunning = Integer.parseInt(text.replace("%", ""));
    return 0;
  }

  /** A pending job's request must still be one that the cluster could run. */
  private static int rechecked(Change c, JobRecord before, JobRecord j, Command.UpdateJob u) {
    if (j.phase != JobPhase.PENDING || j.request.equals(before.request)) {
      return 0;
    }
    if (u.changes().has(JobField.PARTITION)) {
      Result r = PartitionChoice.resolve(c.config(), j, ownerOf(j, u.actor()), c.featureLevel);
      if (r != null) {
        return r.error();
      }
    }
    if (c.featureLevel >= 5 && u.changes().has(JobField.PN_MIN_CPUS) && !u.changes().has(JobField.MIN_CPUS)) {
      j.request.number(JobField.MIN_CPUS, Math.max(1, j.request.number(JobField.PN_MIN_CPUS)) * leastNodes(j));
    }
    if (c.featureLevel >= 7 && !j.submittedBefore(JobRecord.V24_11)) {
      resized(j, u.changes());
    } else if (u.changes().has(JobField.MIN_NODES) && !u.changes().has(JobField.NUM_TASKS)) {
      long nodes = j.request.number(JobField.MIN_NODES);
      // A number of tasks that nobody asked for is one a node, of fewer nodes, too (observed on 22.05.8).
      boolean counted = c.featureLevel >= 7 && (j.request.number(JobField.BITFLAGS) & JobSize.NTASKS_SET) == 0;
      j.request.number(JobField.NUM_TASKS, counted ? nodes : Math.max(nodes, j.request.number(JobField.NUM_TASKS)));
      j.request.number(JobField.MIN_CPUS, Math.max(nodes, j.request.number(JobField.MIN_CPUS)));
    }
    if (c.featureLevel >= 5 && j.request.number(JobField.MIN_CPUS) != before.request.number(JobField.MIN_CPUS)
        && Possible.moreCpusThanIn(c.config(), j.request.number(JobField.MIN_CPUS), c.config().partitions().get(j.partition))) {
      return ESLURM_REQUESTED_PART_CONFIG_UNAVAILABLE;
    }
    long timeLimit = j.timeLimit;
    Result r = RequestChecks.beforePartition(c.config(), j, c.featureLevel);
    if (r == null) {
      r = RequestChecks.check(c.config(), j, c.nowSeconds(), c.featureLevel);
    }
    if (r != null) {
      return r.error();
    }
    if (c.featureLevel >= 5 && !u.changes().has(JobField.PN_MIN_CPUS)) {
      // Counted at submission: more CPUs for a task do not change it afterwards (observed on 22.05.8).
      j.request.number(JobField.PN_MIN_CPUS, before.request.number(JobField.PN_MIN_CPUS));
    }
    if (c.featureLevel >= 5 && !u.changes().has(JobField.TIME_MIN)) {
      // A deadline brings a shortest time at submission alone.
      j.request.number(JobField.TIME_MIN, before.request.number(JobField.TIME_MIN));
    }
    if (j.request.isSet(JobField.TIME_LIMIT)) {
      j.timeLimit = timeLimit;
    }
    if (u.changes().has(JobField.DEPENDENCY)) {
      if (c.featureLevel < 4 || j.priority != 0) {
        j.reason = 0;
      }
      Result d = Dependencies.onUpdate(c, j);
      return d == null ? 0 : d.error();
    }
    return 0;
  }

  /** Tasks and CPUs after a change of nodes or tasks, as 24.11.5 and 26.05.5 count them. */
  private static void resized(JobRecord j, JobFields changes) {
    JobFields r = j.request;
    boolean given = (r.number(JobField.BITFLAGS) & JobSize.NTASKS_SET) != 0;
    boolean perNode = r.isSet(JobField.NTASKS_PER_NODE) && r.number(JobField.NTASKS_PER_NODE) > 0;
    boolean nodes = changes.has(JobField.MIN_NODES) && !changes.has(JobField.NUM_TASKS);
    if (nodes && (perNode || !given)) {
      r.number(JobField.NUM_TASKS, r.number(JobField.MIN_NODES) * (perNode ? r.number(JobField.NTASKS_PER_NODE) : 1));
    }
    if (changes.has(JobField.MIN_CPUS)) {
      return;
    }
    if (changes.has(JobField.NUM_TASKS) || nodes && perNode) {
      long each = r.isSet(JobField.CPUS_PER_TASK) ? Math.max(1, r.number(JobField.CPUS_PER_TASK)) : 1;
      r.number(JobField.MIN_CPUS, r.number(JobField.NUM_TASKS) * each);
    }
    if (changes.has(JobField.MIN_NODES)) {
      r.number(JobField.MIN_CPUS, Math.max(r.number(JobField.MIN_NODES), r.number(JobField.MIN_CPUS)));
    }
  }

  private static long leastNodes(JobRecord j) {
    return j.request.isSet(JobField.MIN_NODES) ? Math.max(1, j.request.number(JobField.MIN_NODES)) : 1;
  }

  private static Actor ownerOf(JobRecord j, Actor actor) {
    return new Actor(j.request.number(JobField.USER_ID), j.request.number(JobField.GROUP_ID), actor.privileged(), null);
  }

  private static int priority(Change c, JobRecord j, Command.UpdateJob u, int[] soft) {
    JobFields ch = u.changes();
    boolean privileged = u.actor().privileged();
    // Slurm answers "done" to a nice value for a running job and leaves it as it is.
    if (ch.isSet(JobField.NICE) && j.phase == JobPhase.PENDING) {
      long old = Priorities.nice(j);
      j.request.number(JobField.NICE, ch.number(JobField.NICE));
      long nice = Priorities.nice(j);
      if (!privileged && nice < Math.min(0, old)) {
        return ESLURM_ACCESS_DENIED;
      }
      if (j.priority != 0) {
        j.priority = Math.clamp(j.priority + old - nice, 1, NO_VAL - 1);
      }
    }
    if (!ch.isSet(JobField.PRIORITY)) {
      return 0;
    }
    long wanted = ch.number(JobField.PRIORITY);
    if (wanted == 0) {
      if (j.phase == JobPhase.ENDING && !j.requeueAfterEnd) {
        return ESLURM_JOB_FINISHED;
      }
      // An admin's hold stands against the owner's: the owner cannot make it his own to release it.
      if (j.priority == 0 && j.reason == WAIT_HELD && !privileged) {
        return 0;
      }
      // What stands beside a hold goes on standing there (22.05.8, 24.11.5: "job requeued in held state").
      String text = c.featureLevel >= 8 && j.priority == 0 ? j.reasonText : null;
      Priorities.hold(j, u.userHold() || !privileged, c.nowSeconds());
      j.reasonText = text;
      return 0;
    }
    if (wanted == INFINITE) {
      return release(c, j, privileged);
    }
    if (j.priority == 0) {
      return ESLURM_JOB_HELD;
    }
    if (!privileged && wanted > j.priority) {
      return ESLURM_ACCESS_DENIED;
    }
    j.priority = wanted;
    j.prioritySet = true;
    soft[0] = privileged ? 0 : ESLURM_PRIO_RESET_FAIL;
    return 0;
  }

  private static int release(Change c, JobRecord j, boolean privileged) {
    if (j.priority != 0) {
      return 0;
    }
    if (!privileged && j.reason == WAIT_HELD) {
      return ESLURM_ACCESS_DENIED;
    }
    Priorities.assign(c, j);
    j.reason = WAIT_NO_REASON;
    j.reasonText = null;
    j.specialExit = false;
    j.exitCode = c.featureLevel >= 8 ? 0 : j.exitCode;
    if (c.featureLevel >= 2 && RequestChecks.possible(c.config(), j, c.featureLevel) != null) {
      // Nobody looked while it was held: Slurm's scheduler does now, and holds it again.
      j.priority = 0;
      j.reason = FAIL_BAD_CONSTRAINTS;
    } else {
      Dependencies.released(c, j);
    }
    return 0;
  }
}
