package org.slurmctldj.core;

import java.util.Arrays;
import java.util.List;

/**
 * A step that srun has made and that is not over: where its tasks are and what it holds of its job's nodes. Steps that
 * are over leave nothing but the job's derived exit code, as in Slurm. Batch and extern steps have no record.
 *
 * @param stepId from 0 on, or Slurm's number of the interactive step
 * @param request what was asked for, under the names of the same things of jobs: NAME, SUBMIT_LINE, NUM_TASKS, TASK_DIST,
 *     BITFLAGS (step flags); RESP_HOST and OTHER_PORT are srun's, ALLOC_NODE and ALLOC_SID its host's name and its pid
 * @param startTime seconds
 * @param timeLimit minutes, or INFINITE
 * @param cpusPerTask 1 or more
 * @param nodes in the order of the job's nodes
 * @param reported ranks within {@code nodes}, ascending, of which nothing of the step is left
 * @param exitCode wait(2) status, the highest of those reported
 * @param ending it has been told to end: its time is over
 */
public record StepRecord(
    long stepId,
    JobFields request,
    long startTime,
    long timeLimit,
    int cpusPerTask,
    List<StepShare> nodes,
    int[] reported,
    int exitCode,
    boolean ending) {

  // Flags of a step's creation, as observed from srun 22.05.8.
  public static final long EXCLUSIVE = 1;
  public static final long NO_KILL = 1 << 1;
  public static final long OVERCOMMIT = 1 << 2;
  public static final long WHOLE = 1 << 3;
  public static final long INTERACTIVE = 1 << 4;
  public static final long MEM_ZERO = 1 << 5;
  public static final long OVERLAP = 1 << 6;

  /** Slurm's number of the step that {@code salloc} runs its shell in, with use_interactive_step. */
  public static final long INTERACTIVE_STEP = 0xfffffffaL;

  public StepRecord {
    nodes = List.copyOf(nodes);
  }

  /**
   * A step's part of one node.
   *
   * @param tasks global numbers of the tasks there, ascending
   * @param cpus logical CPUs it has of the job's
   * @param memory MiB
   * @param gres generic resources of the job's on that node
   */
  public record StepShare(int node, int[] tasks, int cpus, long[] cores, long memory, List<GresShare> gres) {
    public StepShare {
      gres = List.copyOf(gres);
    }

    public StepShare(int node, int[] tasks, int cpus, long[] cores, long memory) {
      this(node, tasks, cpus, cores, memory, List.of());
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof StepShare s && s.toString().equals(toString());
    }

    @Override
    public int hashCode() {
      return node;
    }

    @Override
    public String toString() {
      return node + ":" + Arrays.toString(tasks) + " " + cpus + " " + Arrays.toString(cores) + " " + memory + (gres.isEmpty() ? "" : " " + gres);
    }
  }

  /** Its place in a heterogeneous step of a job without components, which has several records of one number; else NO_VAL. */
  public long component() {
    return request.number(JobField.STEP_HET_COMP);
  }

  /** It and the other are records of the same place. */
  boolean isSameAs(StepRecord other) {
    return stepId == other.stepId && component() == other.component();
  }

  public long flags() {
    return request.number(JobField.BITFLAGS);
  }

  public boolean has(long flag) {
    return (flags() & flag) != 0;
  }

  /** Shares CPUs with whatever else runs: nothing it has keeps another step waiting. */
  boolean overlaps() {
    return has(OVERLAP) || stepId == INTERACTIVE_STEP;
  }

  /** It asked for memory of its own: with {@code --mem=0} a step shares its job's with others. */
  boolean countsMemory() {
    return !has(MEM_ZERO) && asksMemory(request);
  }

  static boolean asksMemory(JobFields request) {
    return request.has(JobField.MEM_PER_TRES)
        || request.isSet(JobField.PN_MIN_MEMORY) && (request.number(JobField.PN_MIN_MEMORY) & ~SlurmNumbers.MEM_PER_CPU) != 0;
  }

  StepRecord with(int[] newReported, int newExitCode) {
    return new StepRecord(stepId, request, startTime, timeLimit, cpusPerTask, nodes, newReported, newExitCode, ending);
  }

  StepRecord withTimeLimit(long minutes) {
    return new StepRecord(stepId, request, startTime, minutes, cpusPerTask, nodes, reported, exitCode, ending);
  }

  StepRecord toldToEnd() {
    return new StepRecord(stepId, request, startTime, timeLimit, cpusPerTask, nodes, reported, exitCode, true);
  }

  StepRecord onNodes(List<StepShare> others) {
    return new StepRecord(stepId, request, startTime, timeLimit, cpusPerTask, others, reported, exitCode, ending);
  }

  /** When its time is over, in seconds; Long.MAX_VALUE for never. */
  long endsAt() {
    return ending || timeLimit == SlurmNumbers.INFINITE ? Long.MAX_VALUE : startTime + timeLimit * 60;
  }

  boolean isReported(int rank) {
    return Arrays.binarySearch(reported, rank) >= 0;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof StepRecord s && s.toString().equals(toString());
  }

  @Override
  public int hashCode() {
    return Long.hashCode(stepId);
  }

  @Override
  public String toString() {
    return "step " + stepId + " " + request + " at " + startTime + " for " + timeLimit + " x" + cpusPerTask + " on " + nodes
        + " reported " + Arrays.toString(reported) + " exit " + exitCode + (ending ? " ending" : "");
  }
}
