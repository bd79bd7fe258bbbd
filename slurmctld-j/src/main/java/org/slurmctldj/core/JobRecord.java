package org.slurmctldj.core;

import java.util.ArrayList;
import java.util.List;

/**
 * Everything core knows of one job, or of the pending rest of a job array. A plain struct: the
 * store hands out copies, apply changes one and puts it back; readers get copies and never write.
 * Times are seconds since the epoch unless the name says milliseconds; 0 = not yet.
 */
public final class JobRecord {
  /** Protocol version of 24.11, which refuses some requests that 22.05 lets wait. */
  static final int V24_11 = 42;
  /** That of 26.05, which lets them wait again. */
  static final int V26_05 = 45;

  /** Unique while the record lives; never given out twice before the id space wraps. */
  public long jobId;

  /** The array's id, which is the id of its pending record; 0 for a plain job. */
  public long arrayJobId;

  /** The task this record is, or NO_VAL: plain job, or the pending rest of an array. */
  public long arrayTaskId = 0xfffffffeL;

  /** Pending tasks of the array's rest, bit i = task i; null unless this is one. */
  public TaskSet arrayPending;

  /** The tasks that ended with the rest without having run, once it is over: what clients show it by; else null. */
  public TaskSet arrayDropped;

  /** Most tasks that may run at once (the % limit); 0 no limit. */
  public int arrayMaxRunning;

  /** Tasks of the array that run now; kept on the record that has the array's id. */
  public int arrayRunning;

  /** Tasks of the array that ended; kept on the record that has the array's id. */
  public int arrayEnded;

  /** Of {@link #arrayEnded}, those that did not complete with exit code 0. */
  public int arrayFailed;

  /** How many tasks the array was submitted with; kept on the record that has the array's id. */
  public int arrayTasks;

  /** Of a heterogeneous job's component: the id of the first one, its leader; 0 for any other job. */
  public long hetJobId;

  /** How many components the job was submitted with; their ids follow one another from {@link #hetJobId} on. */
  public int hetSize;

  public JobPhase phase = JobPhase.PENDING;
  public Outcome outcome = Outcome.NONE;

  /** Slurm's reason number (state_reason) that core decided (held, dependency, ended ...). */
  public int reason;

  /** Free text that goes with the reason (state_desc), or null. */
  public String reasonText;

  /** Effective priority; 0 = held. */
  public long priority;

  /** True when a user or admin set the priority: the controller leaves it alone. */
  public boolean prioritySet;

  /** Index of the partition the job runs in, or of the first it asks for. */
  public int partition;

  /** All partitions it may start in, in order asked. */
  public int[] partitions = new int[0];

  /** How many nodes it will take, as far as its request tells: what lists show while it is pending. */
  public int nodesExpected;

  /** Seconds; 0 not yet. */
  public long submitTime;

  public long eligibleTime;
  public long accrueTime;
  public long startTime;
  public long endTime;
  public long suspendTime;
  public long preSuspendedSeconds;
  public long resizeTime;
  public long lastSchedTime;

  /** Minutes, INFINITE for none; what applies after partition defaults. */
  public long timeLimit;

  /** wait(2) status. */
  public int exitCode;

  public int derivedExitCode;

  /** How often it was requeued; part of each launch's identity. */
  public int restarts;

  /** After ENDING go back to PENDING instead of DONE; with it, held if {@link #requeueHold}. */
  public boolean requeueAfterEnd;

  public boolean requeueHold;

  /** Shown SPECIAL_EXIT while it is held after it was requeued (scontrol requeuehold State=SpecialExit). */
  public boolean specialExit;

  /**
   * What it holds while STARTING, RUNNING or ENDING, and what it held once DONE (for displays: a
   * DONE job's allocation counts nowhere); null before the first start.
   */
  public Allocation allocation;

  /** Nodes of the allocation that have not confirmed their end yet: indexes, while ENDING. */
  public int[] nodesEnding = new int[0];

  /** Node index of the batch host, or -1. */
  public int batchNode = -1;

  /** Config epoch that {@link #allocation} and {@link #partition} count in. */
  public long epoch;

  /** Set when this job is told to end: who asked, by uid; NO_VAL if nobody did. */
  public long endedBy = 0xfffffffeL;

  /** Deadline of the current phase in milliseconds (time limit, KillWait, purge); 0 none. */
  public long deadlineMillis;

  /** Its steps that are not over. */
  public StepList steps = StepList.NONE;

  /** Raised at every change of this record; what planners' proposals are checked against. */
  public long version;

  /** Journal sequence that last changed it. */
  public long changedAt;

  /** The warning signal ({@code --signal}) of this incarnation has been sent. */
  public boolean warned;

  /** On its way back to the queue because a node could not start it: it waits there, as Slurm's jobs do. */
  public boolean launchFailed;

  /** Back in the queue by an expedited requeue ({@code --requeue=expedite}): before all others until it starts. */
  public boolean expediting;

  /** SIGSTOP was sent to it (scancel -s STOP), no SIGCONT since: shown STOPPED, keeps what it has. */
  public boolean stopped;

  /** STARTING, and not all of its nodes are up yet: nothing was launched. */
  public boolean configuring;

  /** Stopped by an admin's scontrol suspend; only while RUNNING. {@link #suspendTime} is when that or its end was. */
  public boolean suspended;

  /** Its cores do not count on its nodes: given back when it was suspended, and others may have them since. */
  public boolean coresReleased;

  /** Agent's named failure ("shepherd died", "could not open output file ..."), or null. */
  public String failure;

  /** The request, as amended. Bulky fields are left out of lists: see {@link JobField#bulky}. */
  public JobFields request = new JobFields();

  /** Who changed what, newest last: short sentences for scontrol and logs; bounded. */
  public List<String> history = new ArrayList<>();

  /** True if a client of an older release than that protocol version's sent it. */
  boolean submittedBefore(int protocolVersion) {
    return request.number(JobField.START_PROTOCOL_VERSION) >> 8 < protocolVersion;
  }

  /** A component of a heterogeneous job. */
  public boolean isHet() {
    return hetJobId != 0;
  }

  /** The component that stands for the whole: its id is the job's, its script is the one that runs. */
  public boolean isHetLeader() {
    return isHet() && hetJobId == jobId;
  }

  /** Its place among the components, 0 for the leader. */
  public int hetOffset() {
    return isHet() ? (int) (jobId - hetJobId) : 0;
  }

  /** It has a batch script that is run: of a heterogeneous job's components the leader alone has. */
  public boolean hasLaunch() {
    return request.number(JobField.BATCH_FLAG) != 0 && hetOffset() == 0;
  }

  public boolean isArrayRest() {
    return arrayPending != null;
  }

  /** The launch identity that agents know: unique per job incarnation. */
  public String launchId() {
    return jobId + "." + restarts;
  }

  public boolean isHeld() {
    return priority == 0 && phase == JobPhase.PENDING;
  }

  /** A copy that shares nothing mutable with this. */
  public JobRecord copy() {
    return copy(true);
  }

  /** As {@link #copy()} without what lists leave out. */
  public JobRecord copyWithoutBulky() {
    return copy(false);
  }

  private JobRecord copy(boolean bulky) {
    JobRecord c = new JobRecord();
    c.jobId = jobId;
    c.arrayJobId = arrayJobId;
    c.arrayTaskId = arrayTaskId;
    c.arrayPending = arrayPending;
    c.arrayDropped = arrayDropped;
    c.arrayMaxRunning = arrayMaxRunning;
    c.arrayRunning = arrayRunning;
    c.arrayEnded = arrayEnded;
    c.arrayFailed = arrayFailed;
    c.arrayTasks = arrayTasks;
    c.hetJobId = hetJobId;
    c.hetSize = hetSize;
    c.phase = phase;
    c.outcome = outcome;
    c.reason = reason;
    c.reasonText = reasonText;
    c.priority = priority;
    c.prioritySet = prioritySet;
    c.partition = partition;
    c.partitions = partitions.clone();
    c.nodesExpected = nodesExpected;
    c.submitTime = submitTime;
    c.eligibleTime = eligibleTime;
    c.accrueTime = accrueTime;
    c.startTime = startTime;
    c.endTime = endTime;
    c.suspendTime = suspendTime;
    c.preSuspendedSeconds = preSuspendedSeconds;
    c.resizeTime = resizeTime;
    c.lastSchedTime = lastSchedTime;
    c.timeLimit = timeLimit;
    c.exitCode = exitCode;
    c.derivedExitCode = derivedExitCode;
    c.restarts = restarts;
    c.requeueAfterEnd = requeueAfterEnd;
    c.requeueHold = requeueHold;
    c.specialExit = specialExit;
    c.allocation = allocation;
    c.nodesEnding = nodesEnding.clone();
    c.batchNode = batchNode;
    c.epoch = epoch;
    c.endedBy = endedBy;
    c.deadlineMillis = deadlineMillis;
    c.steps = steps;
    c.version = version;
    c.changedAt = changedAt;
    c.warned = warned;
    c.configuring = configuring;
    c.launchFailed = launchFailed;
    c.expediting = expediting;
    c.stopped = stopped;
    c.suspended = suspended;
    c.coresReleased = coresReleased;
    c.failure = failure;
    c.request = bulky ? request.copy() : request.copyWithoutBulky();
    if (bulky) {
      c.history = new ArrayList<>(history);
    }
    return c;
  }

  /** Slurm's job state word: base state in the low byte, flags above (semantics: bit15 COMPLETING, bit14 CONFIGURING). */
  public long slurmState() {
    return switch (phase) {
      case PENDING -> expediting ? SlurmNumbers.JOB_EXPEDITING : heldAfterFailure() ? REQUEUE_HOLD : special();
      case STARTING, RUNNING -> configuring ? 1 | 1 << 14 : suspended ? 2 : stopped ? 1 | JOB_STOPPED : 1;
      case ENDING -> (requeueAfterEnd ? special() : outcome.slurmState()) | 1 << 15;
      case DONE -> outcome.slurmState();
    };
  }

  private long special() {
    return specialExit ? SPECIAL_EXIT : 0;
  }

  private static final long REQUEUE_HOLD = 1 << 11;
  private static final long SPECIAL_EXIT = 1 << 12;
  private static final long JOB_STOPPED = 1 << 16;
  private static final long EXPEDITED_REQUEUE = 1L << 45;

  /** {@code --requeue=expedite}. */
  public boolean isExpedited() {
    return (request.number(JobField.BITFLAGS) & EXPEDITED_REQUEUE) != 0;
  }

  /** An expedited job whose script failed without an Epilog that did: requeued, and held. */
  private boolean heldAfterFailure() {
    return priority == 0 && isExpedited() && exitCode != 0;
  }

  /** What the order of the queue goes by; a job that is requeued with haste comes before every other. */
  public long queuePriority() {
    return expediting && priority != 0 ? FIRST : priority;
  }

  /** No priority of a job is higher. */
  private static final long FIRST = 0xffffffffL;
}
