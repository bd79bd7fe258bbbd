package org.slurmctldj.state;

import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRow;

/**
 * A planner's way over the jobs: goes through the rows without copying records, without locks and
 * without waiting for the writer. One object per thread; the fields hold the row that {@link #next}
 * found, all from one moment of that job.
 */
public final class JobColumns extends JobRow {
  private final JobRows jobs;
  private int row = -1;

  public long minNodes;
  public long minCpus;
  public long eligibleTime;
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
        read(rows, row, this);
        minNodes = Integer.toUnsignedLong(rows.getInt(JobRows.MIN_NODES, row));
        minCpus = Integer.toUnsignedLong(rows.getInt(JobRows.MIN_CPUS, row));
        eligibleTime = rows.getLong(JobRows.ELIGIBLE_TIME, row);
        deadlineMillis = rows.getLong(JobRows.DEADLINE, row);
      } while (!rows.unchanged(row, stamp));
      if (code != 0) {
        phase = JobPhase.byCode(code - 1);
        return true;
      }
    }
    return false;
  }

  /** That job's row; false if there is none. */
  static boolean read(JobRows jobs, long jobId, JobRow into) {
    Rows rows = jobs.rows;
    while (true) {
      int row = jobs.index.row(jobId);
      if (row < 0) {
        return false;
      }
      long stamp = rows.begin(row);
      int code = rows.getInt(JobRows.PHASE, row);
      read(rows, row, into);
      if (rows.unchanged(row, stamp) && into.jobId == jobId && code != 0) {
        into.phase = JobPhase.byCode(code - 1);
        return true;
      }
      // changed, or removed between the index and the row: look again
    }
  }

  private static void read(Rows rows, int row, JobRow into) {
    into.jobId = Integer.toUnsignedLong(rows.getInt(JobRows.ID, row));
    into.priority = rows.getLong(JobRows.PRIORITY, row);
    into.partition = rows.getInt(JobRows.PARTITION, row);
    into.userId = Integer.toUnsignedLong(rows.getInt(JobRows.USER_ID, row));
    into.timeLimit = Integer.toUnsignedLong(rows.getInt(JobRows.TIME_LIMIT, row));
    into.submitTime = Integer.toUnsignedLong(rows.getInt(JobRows.SUBMIT_TIME, row));
    into.endTime = Integer.toUnsignedLong(rows.getInt(JobRows.END_TIME, row));
    into.arrayJobId = Integer.toUnsignedLong(rows.getInt(JobRows.ARRAY_ID, row));
    into.tasks = rows.getInt(JobRows.TASKS, row);
    into.arrayMaxRunning = rows.getInt(JobRows.ARRAY_MAX_RUNNING, row);
    into.arrayRunning = rows.getInt(JobRows.ARRAY_RUNNING, row);
    into.hetJobId = Integer.toUnsignedLong(rows.getInt(JobRows.HET_ID, row));
    into.hetSize = rows.getInt(JobRows.HET_SIZE, row);
    into.reason = rows.getInt(JobRows.REASON, row);
    into.version = rows.getLong(JobRows.VERSION, row);
    into.shape = rows.getLong(JobRows.SHAPE, row);
  }
}
