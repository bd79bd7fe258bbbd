package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/** The records that a {@link JobSelector} means. */
final class Selection {
  private static final int MOST_SPLIT = 2000;

  private Selection() {}

  /**
   * Records concerned, ascending by id: the job; or an array's pending rest and every task record;
   * or the named tasks. Empty: there is no such job.
   */
  static List<JobRecord> records(Change c, JobSelector s) {
    List<JobRecord> out = new ArrayList<>();
    if (s.isComponent()) {
      JobRecord j = c.job(s.jobId() + s.component());
      return j != null && j.hetJobId == s.jobId() ? List.of(j) : List.of();
    }
    JobRecord byId = c.job(s.jobId());
    boolean arrayId = byId == null || byId.arrayJobId == s.jobId();
    List<Long> members = arrayId ? c.members(s.jobId()) : List.of();
    if (s.tasks() == null) {
      if (byId != null && byId.isHetLeader()) {
        return HetJobs.components(c, byId);
      }
      if (members.isEmpty()) {
        return byId == null ? List.of() : List.of(byId);
      }
      for (long id : members) {
        out.add(c.job(id));
      }
      return out;
    }
    for (long id : members) {
      JobRecord j = c.job(id);
      if (j.arrayPending != null ? !j.arrayPending.intersection(s.tasks()).isEmpty()
          : j.arrayTaskId != NO_VAL && s.tasks().contains((int) j.arrayTaskId)) {
        out.add(j);
      }
    }
    return out;
  }

  /**
   * As {@link #records}, with the named tasks of a pending rest split off, so that each record can
   * be changed as a whole. Null if job ids ran out, or if it were more records than a command may
   * make: the store has room for so many before the command is journaled.
   */
  static List<JobRecord> split(Change c, JobSelector s) {
    List<JobRecord> out = new ArrayList<>();
    for (JobRecord j : records(c, s)) {
      if (j.arrayPending == null || s.tasks() == null) {
        out.add(j);
        continue;
      }
      TaskSet wanted = j.arrayPending.intersection(s.tasks());
      if (wanted.equals(j.arrayPending)) {
        out.add(j);
        continue;
      }
      int[] ranges = wanted.ranges();
      for (int i = 0; i < ranges.length; i += 2) {
        for (int task = ranges[i]; task <= ranges[i + 1]; task++) {
          JobRecord one = out.size() >= MOST_SPLIT ? null : JobArrays.split(c, j, task);
          if (one == null) {
            return null;
          }
          out.add(one);
        }
      }
    }
    return out;
  }

  /** True if the selector means one component of a heterogeneous job, not the whole of it. */
  static boolean onePart(JobSelector s, List<JobRecord> records) {
    return records.size() == 1 && records.get(0).isHet() && (s.isComponent() || !records.get(0).isHetLeader());
  }

  /** What one operation on the components of a job answers: that it went well if it did with any. */
  static Result whole(List<JobRecord> components, ToIntFunction<JobRecord> operation) {
    Result r = combine(components, operation);
    return new Result(r.error(), components.get(0).hetJobId, r.message(), List.of());
  }

  static boolean mayChange(Actor actor, JobRecord j) {
    return actor.privileged() || j.request.number(JobField.USER_ID) == actor.uid();
  }

  /** The first error where nothing succeeded. */
  static Result combine(List<JobRecord> records, ToIntFunction<JobRecord> operation) {
    int first = 0;
    boolean succeeded = false;
    for (JobRecord j : records) {
      int error = operation.applyAsInt(j);
      succeeded |= error == 0;
      first = first == 0 ? error : first;
    }
    return new Result(succeeded ? 0 : first, records.get(0).jobId, null, List.of());
  }

  /** There is no such job; of tasks Slurm says it by their names. */
  static Result none(JobSelector s) {
    return s.tasks() == null
        ? Result.error(ESLURM_INVALID_JOB_ID)
        : new Result(ESLURM_INVALID_JOB_ID, s.jobId(), null, List.of(new Result.TaskError(ESLURM_INVALID_JOB_ID, s.jobId() + "_" + s.tasks(), null)));
  }

  /**
   * What one operation on several records answers: of a job its error; of an array the tasks of each error together,
   * those that went well among them, unless all went well (observed on 22.05.8).
   */
  static Result answer(JobSelector s, List<JobRecord> records, ToIntFunction<JobRecord> operation) {
    JobRecord head = records.get(0);
    if (s.tasks() == null && head.arrayJobId != s.jobId()) {
      return combine(records, operation);
    }
    Map<Integer, TaskSet> answers = new TreeMap<>();
    TaskSet missing = s.tasks() == null ? TaskSet.EMPTY : s.tasks();
    for (JobRecord j : records) {
      TaskSet tasks = j.arrayPending != null ? j.arrayPending : j.arrayTaskId == NO_VAL ? TaskSet.EMPTY : TaskSet.of((int) j.arrayTaskId);
      answers.merge(operation.applyAsInt(j), tasks, TaskSet::union);
      missing = missing.without(tasks);
    }
    if (!missing.isEmpty()) {
      answers.merge(ESLURM_INVALID_JOB_ID, missing, TaskSet::union);
    }
    List<Result.TaskError> each = new ArrayList<>();
    answers.forEach((error, tasks) -> each.add(new Result.TaskError(error, head.arrayJobId + (tasks.isEmpty() ? "" : "_" + tasks), null)));
    if (answers.keySet().equals(Set.of(0))) {
      return new Result(0, head.arrayJobId, null, List.of());
    }
    Comparator<Integer> byTask = Comparator.comparingInt(error -> answers.get(error).isEmpty() ? 0 : answers.get(error).first());
    List<Integer> order = new ArrayList<>(answers.keySet());
    order.sort(byTask);
    each.sort(Comparator.comparingInt(e -> order.indexOf(e.error())));
    return new Result(answers.containsKey(0) ? 0 : order.get(0), head.arrayJobId, null, each);
  }
}
