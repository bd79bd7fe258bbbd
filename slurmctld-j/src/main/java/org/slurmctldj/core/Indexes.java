package org.slurmctldj.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What apply looks up beside the records, derived from them and never stored: deadlines, the
 * members of arrays, the jobs on each node, the jobs that wait for others, jobs of one name. Every answer is in
 * ascending order, so that apply stays deterministic.
 */
final class Indexes {
  private record Due(long millis, long jobId) implements Comparable<Due> {
    @Override
    public int compareTo(Due o) {
      int byTime = Long.compare(millis, o.millis);
      return byTime != 0 ? byTime : Long.compare(jobId, o.jobId);
    }
  }

  private record ArrayTask(long arrayJobId, long task) {}

  private record UserAndName(long userId, String name) {}

  private final TreeSet<Due> deadlines = new TreeSet<>();
  private final TreeSet<Due> nodeDeadlines = new TreeSet<>();
  private final Map<Integer, Long> nodeDue = new HashMap<>();
  private final Map<Long, TreeSet<Long>> arrays = new HashMap<>();
  private final Map<ArrayTask, Long> tasks = new HashMap<>();
  private final NodeJobs byNode;
  private final Map<Long, TreeSet<Long>> waiters = new HashMap<>();
  private final Map<UserAndName, TreeSet<Long>> singletons = new HashMap<>();
  private final Map<UserAndName, TreeSet<Long>> live = new HashMap<>();
  private final Map<String, Long> licenses = new HashMap<>();
  private long pendingTasks;

  /** Fills {@code byNode} anew, for all to read. */
  Indexes(NodeJobs byNode) {
    this.byNode = byNode;
    byNode.clear();
  }

  /** Replaces a job's entry; null before or after: there was or will be none. */
  void put(IndexedJob before, IndexedJob after) {
    if (before != null) {
      if (before.deadlineMillis() != 0) {
        deadlines.remove(new Due(before.deadlineMillis(), before.jobId()));
      }
      if (before.arrayJobId() != 0 && (after == null || after.arrayJobId() != before.arrayJobId())) {
        drop(arrays, before.arrayJobId(), before.jobId());
      }
      tasks.remove(new ArrayTask(before.arrayJobId(), before.arrayTaskId()), before.jobId());
      for (int n : before.nodes()) {
        byNode.remove(n, before.jobId());
      }
      for (long id : before.waitsFor()) {
        drop(waiters, id, before.jobId());
      }
      UserAndName key = new UserAndName(before.userId(), before.name());
      if (before.singleton()) {
        drop(singletons, key, before.jobId());
      }
      if (before.phase() != JobPhase.DONE) {
        drop(live, key, before.jobId());
      }
      charge(before.licenses(), -1);
      pendingTasks -= Math.max(0, before.pendingTasks() - 1);
    }
    if (after != null) {
      if (after.deadlineMillis() != 0) {
        deadlines.add(new Due(after.deadlineMillis(), after.jobId()));
      }
      if (after.arrayJobId() != 0) {
        arrays.computeIfAbsent(after.arrayJobId(), k -> new TreeSet<>()).add(after.jobId());
        if (after.arrayTaskId() != SlurmNumbers.NO_VAL) {
          tasks.put(new ArrayTask(after.arrayJobId(), after.arrayTaskId()), after.jobId());
        }
      }
      for (int n : after.nodes()) {
        byNode.add(n, after.jobId());
      }
      for (long id : after.waitsFor()) {
        waiters.computeIfAbsent(id, k -> new TreeSet<>()).add(after.jobId());
      }
      UserAndName key = new UserAndName(after.userId(), after.name());
      if (after.singleton()) {
        singletons.computeIfAbsent(key, k -> new TreeSet<>()).add(after.jobId());
      }
      if (after.phase() != JobPhase.DONE) {
        live.computeIfAbsent(key, k -> new TreeSet<>()).add(after.jobId());
      }
      charge(after.licenses(), 1);
      pendingTasks += Math.max(0, after.pendingTasks() - 1);
    }
  }

  private static <K> void drop(Map<K, TreeSet<Long>> map, K key, long jobId) {
    TreeSet<Long> set = map.get(key);
    if (set != null && set.remove(jobId) && set.isEmpty()) {
      map.remove(key);
    }
  }

  private void charge(String text, int sign) {
    if (text != null) {
      Map<String, Long> wanted = Licenses.parse(text);
      if (wanted != null) {
        wanted.forEach((name, n) -> licenses.merge(name, sign * n, Long::sum));
      }
    }
  }

  /** Licences that running jobs hold, by name. */
  Map<String, Long> licensesInUse() {
    return licenses;
  }

  long nextDeadlineMillis() {
    long job = deadlines.isEmpty() ? Long.MAX_VALUE : deadlines.first().millis();
    return nodeDeadlines.isEmpty() ? job : Math.min(job, nodeDeadlines.first().millis());
  }

  /** That node's deadline, or 0 for none, replaces the one it had. */
  void node(int node, long deadlineMillis) {
    Long before = deadlineMillis == 0 ? nodeDue.remove(node) : nodeDue.put(node, deadlineMillis);
    if (before != null) {
      nodeDeadlines.remove(new Due(before, node));
    }
    if (deadlineMillis != 0) {
      nodeDeadlines.add(new Due(deadlineMillis, node));
    }
  }

  /** A new epoch: other nodes. */
  void clearNodes() {
    nodeDue.clear();
    nodeDeadlines.clear();
  }

  /** Nodes whose deadline is at or before that moment, earliest first, at most {@code limit}. */
  List<Integer> nodesDue(long millis, int limit) {
    return nodeDeadlines.stream().takeWhile(d -> d.millis() <= millis).limit(limit).map(d -> (int) d.jobId()).toList();
  }

  /** Jobs whose deadline is at or before that moment, earliest first, at most {@code limit}. */
  List<Long> due(long millis, int limit) {
    List<Long> out = new ArrayList<>();
    for (Due d : deadlines) {
      if (d.millis() > millis || out.size() == limit) {
        break;
      }
      out.add(d.jobId());
    }
    return out;
  }

  List<Long> members(long arrayJobId) {
    TreeSet<Long> set = arrays.get(arrayJobId);
    return set == null ? List.of() : List.copyOf(set);
  }

  /** The id of that task's own record, or 0. */
  long taskOf(long arrayJobId, long task) {
    return tasks.getOrDefault(new ArrayTask(arrayJobId, task), 0L);
  }

  /** Jobs that hold that node, or have not yet confirmed their end there. */
  long[] onNode(int node) {
    return byNode.on(node);
  }

  /** Pending jobs whose dependency names that job or array. */
  List<Long> waitersFor(long jobId) {
    TreeSet<Long> set = waiters.get(jobId);
    return set == null ? List.of() : List.copyOf(set);
  }

  /** Pending jobs of that user and name that wait to be the only one. */
  List<Long> singletonsLike(long userId, String name) {
    TreeSet<Long> set = singletons.get(new UserAndName(userId, name));
    return set == null ? List.of() : List.copyOf(set);
  }

  /** Jobs of that user and name that are not over. */
  List<Long> liveLike(long userId, String name) {
    TreeSet<Long> set = live.get(new UserAndName(userId, name));
    return set == null ? List.of() : List.copyOf(set);
  }

  /** How many jobs the array records stand for beyond one each. */
  long tasksBeyondRecords() {
    return pendingTasks;
  }
}
