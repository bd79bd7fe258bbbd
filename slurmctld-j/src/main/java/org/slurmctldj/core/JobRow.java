package org.slurmctldj.core;

/** What planners see of a job without decoding its record; filled in by {@link ClusterView#jobRow}. Times in seconds. */
public class JobRow {
  public long jobId;
  public JobPhase phase;
  public long priority;
  /** The partition it runs in, or the first it asks for. */
  public int partition;
  public long userId;
  /** Minutes, INFINITE, or NO_VAL. */
  public long timeLimit;
  public long submitTime;
  public long endTime;
  public long arrayJobId;
  /** Pending tasks it stands for; 1 for a plain job. */
  public int tasks;
  /** The array's limit of running tasks, 0 none; on the array's head also how many run. */
  public int arrayMaxRunning;
  public int arrayRunning;
  /** Of a heterogeneous job's component the leader's id, else 0; how many components it has. */
  public long hetJobId;
  public int hetSize;
  /** Core's own reason of waiting; 0: a planner's business. */
  public int reason;
  public long version;
  /** {@link RequestShape}: jobs with the same number ask for the same. */
  public long shape;

  /** True if a planner may start it now. */
  public final boolean startable() {
    return phase == JobPhase.PENDING && priority != 0 && reason == SlurmNumbers.WAIT_NO_REASON;
  }

  /** The same of a whole record. */
  public final void of(JobRecord j) {
    jobId = j.jobId;
    phase = j.phase;
    priority = j.queuePriority();
    partition = j.partition;
    userId = j.request.number(JobField.USER_ID);
    timeLimit = j.timeLimit;
    submitTime = j.submitTime;
    endTime = j.endTime;
    arrayJobId = j.arrayJobId;
    tasks = j.arrayPending == null ? 1 : j.arrayPending.size();
    arrayMaxRunning = j.arrayMaxRunning;
    arrayRunning = j.arrayRunning;
    hetJobId = j.hetJobId;
    hetSize = j.hetSize;
    reason = j.reason;
    version = j.version;
    shape = RequestShape.of(j);
  }
}
