package org.slurmctldj.core;

import static org.slurmctldj.core.SlurmNumbers.*;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * {@link Command.TopJobs}: the named jobs take the highest priorities that their user has in the queue, his others
 * the rest; what each gains or loses stands in its nice value (observed on 22.05.8).
 */
final class JobTop {
  private JobTop() {}

  static Result apply(Change c, Command.TopJobs t) {
    if (!t.actor().privileged()) {
      return Result.error(ESLURM_ACCESS_DENIED);
    }
    Set<Long> named = new LinkedHashSet<>();
    List<JobRecord> first = new ArrayList<>();
    List<JobRecord> wanted = new ArrayList<>();
    for (long id : t.jobs()) {
      wanted.addAll(Selection.records(c, JobSelector.job(id)).stream().filter(j -> j.jobId == id || j.hetJobId == id).toList());
      if (c.job(id) == null) {
        return Result.error(ESLURM_INVALID_JOB_ID);
      }
    }
    for (JobRecord j : wanted) {
      long id = j.jobId;
      if (j.phase != JobPhase.PENDING) {
        continue;
      }
      if (j.priority == 0) {
        return Result.error(ESLURM_JOB_HELD);
      }
      if (j.partitions.length > 1) {
        return Result.error(ESLURM_REQUESTED_PART_CONFIG_UNAVAILABLE);
      }
      if (!first.isEmpty() && !alike(first.get(0), j)) {
        return Result.error(ESLURM_ACCESS_DENIED);
      }
      if (named.add(id)) {
        first.add(j);
      }
    }
    if (first.isEmpty()) {
      return c.featureLevel >= 7 ? Result.error(ESLURM_JOB_NOT_PENDING) : Result.OK;
    }
    List<JobRecord> queue = new ArrayList<>();
    for (long id : c.jobsWhere(j -> waits(j) && alike(first.get(0), j))) {
      queue.add(c.job(id));
    }
    queue.sort(Comparator.comparingLong((JobRecord j) -> j.priority).reversed().thenComparingLong(j -> j.jobId));
    long[] priorities = queue.stream().mapToLong(j -> j.priority).toArray();
    List<JobRecord> order = new ArrayList<>(first);
    queue.stream().filter(j -> !named.contains(j.jobId)).forEach(order::add);
    for (int i = 0; i < order.size(); i++) {
      JobRecord j = order.get(i);
      long gain = priorities[i] - j.priority;
      if (gain != 0) {
        j.priority = priorities[i];
        j.request.number(JobField.NICE, Math.clamp(NICE_OFFSET + Priorities.nice(j) - gain, 1, NO_VAL - 1));
        c.touch(j);
      }
    }
    c.replan("job order changed");
    return Result.OK;
  }

  private static boolean alike(JobRecord a, JobRecord b) {
    return a.request.number(JobField.USER_ID) == b.request.number(JobField.USER_ID) && a.partition == b.partition;
  }

  private static boolean waits(JobRecord j) {
    return j.phase == JobPhase.PENDING && j.priority != 0 && j.partitions.length == 1;
  }
}
