package org.slurmctldj.core;

import java.util.function.Consumer;

/**
 * Reads the state. Any thread, no lock, never waits for the writer: a record is the one before or
 * the one after a change, never a mixture; a list may mix records of neighbouring moments, which is
 * why callers take {@code last_update} from {@link #globals()} before they scan.
 */
public interface ClusterView {

  /** A copy of the job's record with its whole request, or null. */
  JobRecord job(long jobId);

  int jobCount();

  /** Every job in ascending job id; the argument is a copy without bulky request fields. */
  void forEachJob(Consumer<JobRecord> visitor);

  /** The jobs there are now, for one thread to go over without copying what it does not need. */
  default JobScan scan() {
    return JobScan.of(this);
  }

  /** A copy of that node's record, or null if the epoch has no such index. */
  NodeRecord node(int index);

  int nodeCount();

  /** The few numbers beside records: next job id, last time, feature level, statistics. */
  Globals globals();

  ClusterConfig config();
}
