package org.slurmctldj.sched;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobRow;
import org.slurmctldj.core.RequestShape;
import org.slurmctldj.sched.PendingReasons.Reason;

/**
 * The jobs that may start, in order, each in the queue of every partition it asks for: fed with the jobs
 * that changed, never sorted anew. Of one configuration epoch and one planner thread.
 */
final class JobQueue {
  private final ClusterConfig config;
  private final NodeClasses classes;
  private final SortedLongs[] byPartition;
  private final QueuedJobs jobs = new QueuedJobs();
  private final Map<Long, Shape> shapes = new HashMap<>();
  /** Why jobs of a shape can start in none of their partitions; read by queries. */
  private final ConcurrentHashMap<Long, Reason> limits = new ConcurrentHashMap<>();
  private long limitChanges;
  private final JobRow decoded = new JobRow();

  JobQueue(ClusterConfig config, NodeClasses classes) {
    this.config = config;
    this.classes = classes;
    this.byPartition = new SortedLongs[config.partitions().size()];
    for (int i = 0; i < byPartition.length; i++) {
      byPartition[i] = new SortedLongs();
    }
  }

  /** Higher priority first, then the older job: both numbers are of 32 bits on Slurm's wire. */
  private static long key(long priority, long jobId) {
    return (0xffffffffL - priority << 32 | jobId) ^ Long.MIN_VALUE;
  }

  static long jobId(long key) {
    return key & 0xffffffffL;
  }

  int size() {
    return jobs.count();
  }

  Map<Long, Reason> limits() {
    return limits;
  }

  /** Differs after each change of {@link #limits}. */
  long limitChanges() {
    return limitChanges;
  }

  /** What that queued job asks for; null if it is not queued. */
  Shape shape(long jobId) {
    return jobs.shape(jobId);
  }

  /** That job is as in the row now. */
  void update(ClusterView view, JobRow row) {
    long id = row.jobId;
    Shape before = jobs.shape(id);
    if (row.startable() && before != null && before.number == row.shape && jobs.priority(id) == row.priority) {
      return;
    }
    if (before != null) {
      remove(id);
    }
    if (!row.startable()) {
      return;
    }
    Shape shape = shapes.get(row.shape);
    long priority = row.priority;
    if (shape == null) {
      JobRecord record = view.lightJob(id);
      if (record == null) {
        return;
      }
      decoded.of(record);
      if (!decoded.startable()) {
        return; // it changed once more: another entry of the ring says so
      }
      priority = decoded.priority;
      shape = shapes.computeIfAbsent(decoded.shape, n -> new Shape(n, record, config, classes));
    }
    add(id, priority, shape);
  }

  private void add(long id, long priority, Shape shape) {
    jobs.put(id, priority, shape);
    shape.jobs++;
    if (shape.limit != null) {
      limitChanges += limits.put(shape.number, shape.limit) == null ? 1 : 0;
      return;
    }
    for (Shape.Place p : shape.places) {
      if (p.limit == null) {
        byPartition[p.partition].add(key(priority, id));
      }
    }
  }

  void remove(long id) {
    Shape shape = jobs.shape(id);
    if (shape == null) {
      return;
    }
    long key = key(jobs.priority(id), id);
    for (Shape.Place p : shape.places) {
      byPartition[p.partition].remove(key);
    }
    jobs.remove(id);
    if (--shape.jobs == 0) {
      shapes.remove(shape.number);
      limitChanges += limits.remove(shape.number) == null ? 0 : 1;
    }
  }

  /** A job in one of its partitions, on the way through the queue. */
  final class Turn {
    final int partition;
    private final int tier;
    private final SortedLongs.Walk walk;

    private Turn(int partition) {
      this.partition = partition;
      this.tier = config.partitions().get(partition).priorityTier();
      this.walk = byPartition[partition].walk();
    }

    long jobId() {
      return JobQueue.jobId(walk.key());
    }

    private int asked() {
      Shape.Place[] places = jobs.shape(jobId()).places;
      int i = 0;
      while (places[i].partition != partition) {
        i++;
      }
      return i;
    }
  }

  /** An expedited requeue comes before every other job, of whatever partition. */
  private static boolean isFirst(long key) {
    return (key ^ Long.MIN_VALUE) >>> 32 == 0;
  }

  private static final Comparator<Turn> ORDER =
      Comparator.<Turn>comparingInt(t -> isFirst(t.walk.key()) ? Integer.MIN_VALUE : -t.tier)
          .thenComparingLong(t -> t.walk.key())
          .thenComparingInt(t -> t.asked());

  /**
   * Goes through everything that may start, in the order in which it should: partition tier, priority,
   * age, the job's own order of partitions. Void once the queue changes.
   */
  final class Walk {
    private final PriorityQueue<Turn> turns = new PriorityQueue<>(ORDER);
    private Turn last;

    private Walk() {
      for (int p = 0; p < byPartition.length; p++) {
        Turn t = new Turn(p);
        if (t.walk.next()) {
          turns.add(t);
        }
      }
    }

    /** The next one, or null at the end. The object is good until the next call. */
    Turn next() {
      if (last != null && last.walk.next()) {
        turns.add(last);
      }
      last = turns.poll();
      return last;
    }

    /** No more jobs of the last one's partition. */
    void skipPartition() {
      last = null;
    }
  }

  Walk walk() {
    return new Walk();
  }
}
