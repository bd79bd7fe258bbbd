package org.slurmctldj.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The work of one command: working copies of the records it looks at, what it changed, and its
 * effects. Nothing reaches the store before {@link #commit}. Only {@link StateMachine} makes one.
 */
final class Change {
  private final StateStore store;
  private final Indexes indexes;
  private final Globals globals;
  final long sequence;
  final long nowMillis;

  private final Map<Long, JobRecord> jobs = new HashMap<>();
  private final Map<Long, IndexedJob> indexed = new HashMap<>();
  private final TreeSet<Long> changedJobs = new TreeSet<>();
  private final TreeSet<Long> removedJobs = new TreeSet<>();
  private final TreeMap<Integer, NodeRecord> nodes = new TreeMap<>();
  private final TreeSet<Integer> changedNodes = new TreeSet<>();
  private final List<Effect> effects = new ArrayList<>();
  private ClusterConfig newConfig;

  /** In order: partitions and reservations to be stored before {@link #newConfig}. */
  private final List<Consumer<StateStore>> definitions = new ArrayList<>();

  private boolean newEpoch;
  private Function<JobRecord, String> rewrite;
  private long nextJobId;
  private long lowestPriority;
  long birthMillis;
  int featureLevel;
  long submitted;
  long started;
  long completed;
  long canceled;
  long failed;

  /** Set where an error goes with changes that stay: part of an array was concerned. */
  boolean keepOnError;

  Change(StateStore store, Indexes indexes, Globals globals, long sequence, long nowMillis) {
    this.store = store;
    this.indexes = indexes;
    this.globals = globals;
    this.sequence = sequence;
    this.nowMillis = Math.max(nowMillis, globals.lastMillis());
    start();
  }

  private void start() {
    nextJobId = globals.nextJobId();
    lowestPriority = globals.lowestPriority();
    birthMillis = globals.birthMillis();
    featureLevel = globals.featureLevel();
    submitted = globals.jobsSubmitted();
    started = globals.jobsStarted();
    completed = globals.jobsCompleted();
    canceled = globals.jobsCanceled();
    failed = globals.jobsFailed();
  }

  /** Forgets everything but what was logged. */
  void discard() {
    jobs.clear();
    indexed.clear();
    changedJobs.clear();
    removedJobs.clear();
    nodes.clear();
    changedNodes.clear();
    effects.removeIf(e -> !(e instanceof Effect.Log));
    newConfig = null;
    definitions.clear();
    newEpoch = false;
    rewrite = null;
    start();
  }

  long nowSeconds() {
    return nowMillis / 1000;
  }

  ClusterConfig config() {
    return newConfig != null ? newConfig : store.config();
  }

  /** Licences held before this command, by name. */
  java.util.Map<String, Long> licensesInUse() {
    return indexes.licensesInUse();
  }

  Indexes indexes() {
    return indexes;
  }

  /** The working copy of that job, or null. Whoever changes it calls {@link #touch}. */
  JobRecord job(long jobId) {
    if (removedJobs.contains(jobId)) {
      return null;
    }
    JobRecord j = jobs.get(jobId);
    if (j == null) {
      j = store.job(jobId);
      if (j != null) {
        jobs.put(jobId, j);
        indexed.put(jobId, IndexedJob.of(j));
        if (rewrite != null) {
          rewrite.apply(j);
          touch(j);
        }
      }
    }
    return j;
  }

  void touch(JobRecord job) {
    jobs.put(job.jobId, job);
    changedJobs.add(job.jobId);
    removedJobs.remove(job.jobId);
  }

  void remove(JobRecord job) {
    changedJobs.remove(job.jobId);
    removedJobs.add(job.jobId);
    effect(new Effect.JobPurged(job.jobId));
  }

  /** The array's records, changed ones of this command included, ascending. */
  List<Long> members(long arrayJobId) {
    TreeSet<Long> ids = new TreeSet<>(indexes.members(arrayJobId));
    for (long id : changedJobs) {
      if (jobs.get(id).arrayJobId == arrayJobId) {
        ids.add(id);
      }
    }
    ids.removeAll(removedJobs);
    return List.copyOf(ids);
  }

  /** The record of that task of the array, if it has one of its own; else null. */
  JobRecord arrayTask(long arrayJobId, long task) {
    for (long id : changedJobs) {
      JobRecord j = jobs.get(id);
      if (j.arrayJobId == arrayJobId && j.arrayTaskId == task) {
        return j;
      }
    }
    long id = indexes.taskOf(arrayJobId, task);
    return id == 0 ? null : job(id);
  }

  long jobsAgainstLimit() {
    return store.jobCount() + indexes.tasksBeyondRecords();
  }

  /**
   * Ids, ascending, of the jobs for which that holds as they are now. Each is looked at without its bulky fields and not
   * kept: there may be a million.
   */
  List<Long> jobsWhere(Predicate<JobRecord> holds) {
    TreeSet<Long> found = new TreeSet<>();
    store.forEachJob(j -> {
      if (!jobs.containsKey(j.jobId) && !removedJobs.contains(j.jobId) && holds.test(j)) {
        found.add(j.jobId);
      }
    });
    for (JobRecord j : jobs.values()) {
      if (!removedJobs.contains(j.jobId) && holds.test(j)) {
        found.add(j.jobId);
      }
    }
    return List.copyOf(found);
  }

  /**
   * Changes every job there is, in a way that depends on nothing but its record and not on its bulky fields. Tried out now,
   * so that it cannot fail when it is stored; the records are not kept meanwhile, as there may be a million.
   *
   * @param how changes the record; returns a line for the log or null
   */
  void rewriteJobs(Function<JobRecord, String> how) {
    store.forEachJob(j -> {
      if (!jobs.containsKey(j.jobId) && !removedJobs.contains(j.jobId)) {
        tell(how.apply(j));
        Invariants.checkJob(j);
      }
    });
    for (JobRecord j : new TreeMap<>(jobs).values()) {
      if (!removedJobs.contains(j.jobId)) {
        tell(how.apply(j));
        touch(j);
      }
    }
    rewrite = how;
  }

  private void tell(String line) {
    if (line != null) {
      error(line);
    }
  }

  private boolean storeRewritten() {
    List<Long> ids = new ArrayList<>();
    store.forEachJobRow(row -> {
      if (!changedJobs.contains(row.jobId)) {
        ids.add(row.jobId);
      }
    });
    for (long id : ids) {
      JobRecord j = store.job(id);
      IndexedJob before = IndexedJob.of(j);
      rewrite.apply(j);
      store(j, before);
    }
    return !ids.isEmpty();
  }

  private void store(JobRecord j, IndexedJob before) {
    j.version++;
    j.changedAt = sequence;
    store.putJob(j);
    indexes.put(before, IndexedJob.of(j));
  }

  /** Jobs of the same user and name, ascending. */
  List<Long> sameName(JobRecord job) {
    TreeSet<Long> out = new TreeSet<>(indexes.liveLike(job.request.number(JobField.USER_ID), job.request.text(JobField.NAME)));
    out.removeAll(removedJobs);
    return List.copyOf(out);
  }

  /** Records whose phase this command changed so far, removed ones included. */
  List<Long> phaseChanged() {
    TreeSet<Long> out = new TreeSet<>(removedJobs);
    for (long id : changedJobs) {
      IndexedJob before = indexed.get(id);
      if (before == null || before.phase() != jobs.get(id).phase || before.pendingTasks() != IndexedJob.of(jobs.get(id)).pendingTasks()) {
        out.add(id);
      }
    }
    return List.copyOf(out);
  }

  /** An id that no live record has: the next one, past MaxJobId from FirstJobId again. 0 if all are taken. */
  long takeJobId() {
    ClusterConfig.Limits l = config().limits();
    long first = Math.max(1, l.firstJobId());
    long last = Math.max(first, l.maxJobId());
    long id = nextJobId;
    for (long tries = 0; tries <= last - first; tries++) {
      if (id < first || id > last) {
        id = first;
      }
      if (job(id) == null && indexes.members(id).isEmpty()) {
        nextJobId = id + 1;
        return id;
      }
      id++;
    }
    return 0;
  }

  /** The first of so many ids in a row that no live record has; 0 if there is no such row. */
  long takeJobIds(int count) {
    ClusterConfig.Limits l = config().limits();
    long first = Math.max(1, l.firstJobId());
    long last = Math.max(first, l.maxJobId());
    long from = nextJobId;
    long free = 0;
    // Once around, and the length of a row more: it may lie across the point where the search began.
    for (long tries = 0; tries <= last - first + count; tries++) {
      if (from + free < first || from + free > last) {
        from = first;
        free = 0;
      }
      if (job(from + free) != null || !indexes.members(from + free).isEmpty()) {
        from += free + 1;
        free = 0;
      } else if (++free == count) {
        nextJobId = from + count;
        return from;
      }
    }
    return 0;
  }

  /** priority/basic: each job that becomes eligible for one gets a lower one than any before. */
  long takePriority() {
    lowestPriority = Math.max(1, lowestPriority - 1);
    return lowestPriority;
  }

  NodeRecord node(int index) {
    NodeRecord n = nodes.get(index);
    if (n == null) {
      n = store.node(index);
      if (n != null) {
        nodes.put(index, n);
      }
    }
    return n;
  }

  void touch(NodeRecord node) {
    node.failing &= node.drain;
    nodes.put(node.index, node);
    changedNodes.add(node.index);
  }

  boolean changesNodes() {
    return !changedNodes.isEmpty();
  }

  int nodeIndex(String name) {
    return config().nodeIndex(name);
  }

  /** A new epoch: these are all nodes there are. */
  void replaceConfig(ClusterConfig config, List<NodeRecord> newNodes) {
    newConfig = config;
    definitions.clear();
    newEpoch = true;
    nodes.clear();
    changedNodes.clear();
    newNodes.forEach(this::touch);
  }

  /** Changed nodes' attributes of the same epoch: every index stays what it is. */
  void amendConfig(ClusterConfig config) {
    newConfig = config;
  }

  /** A changed partition, or a new one at the end: every index stays what it is. */
  void putPartition(int index, PartitionDefinition partition) {
    List<PartitionDefinition> all = new ArrayList<>(config().partitions());
    if (index == all.size()) {
      all.add(partition);
    } else {
      all.set(index, partition);
    }
    newConfig = config().withPartitions(all);
    definitions.add(s -> s.putPartition(index, partition));
  }

  /** A changed reservation in its place, or a new one at the end. */
  void putReservation(ReservationDefinition reservation) {
    List<ReservationDefinition> all = new ArrayList<>(config().reservations());
    int at = 0;
    while (at < all.size() && !all.get(at).name().equals(reservation.name())) {
      at++;
    }
    if (at == all.size()) {
      all.add(reservation);
    } else {
      all.set(at, reservation);
    }
    newConfig = config().withReservations(all);
    definitions.add(s -> s.putReservation(reservation));
  }

  void removeReservation(String name) {
    List<ReservationDefinition> left = new ArrayList<>(config().reservations());
    left.removeIf(r -> r.name().equals(name));
    newConfig = config().withReservations(left);
    definitions.add(s -> s.removeReservation(name));
  }

  void effect(Effect e) {
    effects.add(e);
  }

  List<Effect> effects() {
    return effects;
  }

  void replan(String cause) {
    effects.add(new Effect.Replan(cause));
  }

  void info(String line) {
    effects.add(new Effect.Log(false, line));
  }

  void error(String line) {
    effects.add(new Effect.Log(true, line));
  }

  /** The cheap invariants, on whatever is about to be stored; throws where one is broken. */
  void verify() {
    changedJobs.forEach(id -> Invariants.checkJob(jobs.get(id)));
    for (int i : changedNodes) {
      Invariants.checkNode(nodes.get(i), config().nodes().get(i));
    }
  }

  void commit() {
    if (newEpoch) {
      store.putWholeConfig(newConfig);
      store.clearNodes();
      indexes.clearNodes();
    } else if (newConfig != null) {
      definitions.forEach(d -> d.accept(store));
      store.putConfig(newConfig);
    }
    for (int i : changedNodes) {
      NodeRecord n = nodes.get(i);
      n.version++;
      n.changedAt = sequence;
      n.powerDeadlineMillis = PowerSave.deadline(config(), n);
      store.putNode(n);
      indexes.node(i, n.powerDeadlineMillis);
    }
    for (long id : removedJobs) {
      store.removeJob(id);
      indexes.put(indexed.get(id), null);
    }
    for (long id : changedJobs) {
      store(jobs.get(id), indexed.get(id));
    }
    long seconds = nowSeconds();
    boolean rewritten = rewrite != null && storeRewritten();
    boolean jobsChanged = rewritten || !changedJobs.isEmpty() || !removedJobs.isEmpty();
    store.putGlobals(
        new Globals(
            sequence,
            nowMillis,
            nextJobId,
            featureLevel,
            jobsChanged ? seconds : globals.jobsChangedAt(),
            changedNodes.isEmpty() && newConfig == null ? globals.nodesChangedAt() : seconds,
            newConfig == null ? globals.partitionsChangedAt() : seconds,
            submitted,
            started,
            completed,
            canceled,
            failed,
            lowestPriority,
            birthMillis));
  }
}
