package org.slurmctldj.state;

import org.slurmctldj.core.JobPhase;

/**
 * A planner's way over the jobs: goes through the rows without copying records, without locks and
 * without waiting for the writer. One object per thread; the fields hold the row that {@link #next}
 * found, all from one moment of that job.
 */
public final class JobColumns {
  private final JobRows jobs;
  private int row = -1;

  public long jobId;
  public JobPhase phase;
  public long priority;
  public int partition;
  public long userId;
  public long minNodes;
  public long minCpus;
  public long timeLimit;
  public long eligibleTime;
  public long arrayJobId;
  public int reason;
  public long version;
  public long deadlineMillis;

  JobColumns(JobRows jobs) {
    this.jobs = jobs;
  }

  /** Starts over. */
  public JobColumns rewind() {
    row = -1;
    return this;
  }

  /** The next job, in no particular order; false at the end. */
  public boolean next() {
    Rows rows = jobs.rows;
    while (++row < rows.limit()) {
      if (rows.getInt(JobRows.PHASE, row) == 0) {
        continue;
      }
      long stamp;
      int code;
      do {
        stamp = rows.begin(row);
        code = rows.getInt(JobRows.PHASE, row);
        read(rows);
      } while (!rows.unchanged(row, stamp));
      if (code != 0) {
        phase = JobPhase.byCode(code - 1);
        return true;
      }
    }
    return false;
  }

  private void read(Rows rows) {
    jobId = Integer.toUnsignedLong(rows.getInt(JobRows.ID, row));
    priority = rows.getLong(JobRows.PRIORITY, row);
    partition = rows.getInt(JobRows.PARTITION, row);
    userId = Integer.toUnsignedLong(rows.getInt(JobRows.USER_ID, row));
    minNodes = Integer.toUnsignedLong(rows.getInt(JobRows.MIN_NODES, row));
    minCpus = Integer.toUnsignedLong(rows.getInt(JobRows.MIN_CPUS, row));
    timeLimit = Integer.toUnsignedLong(rows.getInt(JobRows.TIME_LIMIT, row));
    eligibleTime = rows.getLong(JobRows.ELIGIBLE_TIME, row);
    arrayJobId = Integer.toUnsignedLong(rows.getInt(JobRows.ARRAY_ID, row));
    reason = rows.getInt(JobRows.REASON, row);
    version = rows.getLong(JobRows.VERSION, row);
    deadlineMillis = rows.getLong(JobRows.DEADLINE, row);
  }
}
