package org.slurmctldj.core;

import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/**
 * Reads the state. Any thread, no lock, never waits for the writer: a record is the one before or
 * the one after a change, never a mixture; a list may mix records of neighbouring moments, which is
 * why callers take {@code last_update} from {@link #globals()} before they scan.
 */
public interface ClusterView {

  /** A copy of the job's record with its whole request, or null. */
  JobRecord job(long jobId);

  /** As {@link #job} without the bulky fields of its request: never touches Chronicle Map. */
  JobRecord lightJob(long jobId);

  int jobCount();

  /** Ids of the jobs that hold that node or end there, ascending; see {@link NodeJobs} for when they may be late. */
  long[] jobsOn(int node);

  /** Every job in ascending job id; the argument is a copy without bulky request fields. */
  void forEachJob(Consumer<JobRecord> visitor);

  /** As {@link #forEachJob}, those that hold nodes alone: the others cost a look at their rows, of which there may be a million. */
  default void forEachJobOnNodes(Consumer<JobRecord> visitor) {
    LongStream.Builder ids = LongStream.builder();
    forEachJobRow(row -> {
      if (row.phase.holdsNodes()) {
        ids.add(row.jobId);
      }
    });
    ids.build().sorted().forEach(id -> {
      JobRecord job = lightJob(id);
      if (job != null) {
        visitor.accept(job);
      }
    });
  }

  /** The jobs there are now, for one thread to go over without copying what it does not need. */
  default JobScan scan() {
    return scan((jobId, userId, arrayJobId) -> true);
  }

  /** As above, some of them: costs a look at each job's row and nothing more for those that are not chosen. */
  default JobScan scan(JobScan.Choice choice) {
    return JobScan.of(this, choice);
  }

  /** A copy of that node's record, or null if the epoch has no such index. */
  NodeRecord node(int index);

  /** Differs after each change of that node's record within a configuration. */
  default long nodeStamp(int index) {
    NodeRecord n = node(index);
    return n == null ? -1 : n.version;
  }

  int nodeCount();

  /** Fills in what planners look at; false if there is no such job. */
  boolean jobRow(long jobId, JobRow into);

  /** Every job, in no particular order; the argument is the same object each time. */
  void forEachJobRow(Consumer<JobRow> visitor);

  /** Fills in what planners look at; false if the epoch has no such index. */
  boolean nodeRow(int index, NodeRow into);

  /** Where the changes stand: a reader of {@link #changes} takes it, then looks at everything once. */
  long changesHead();

  /** Ids of the jobs and {@code ~index} of the nodes that changed since; where to go on, or {@link ChangeRing#LOST}. */
  long changes(long since, LongConsumer entries);

  /** The few numbers beside records: next job id, last time, feature level, statistics. */
  Globals globals();

  ClusterConfig config();
}
