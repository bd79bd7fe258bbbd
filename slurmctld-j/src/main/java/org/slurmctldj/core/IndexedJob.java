package org.slurmctldj.core;

/** What {@link Indexes} remember of a job record: enough to take it out again. */
record IndexedJob(
    long jobId,
    long arrayJobId,
    long arrayTaskId,
    JobPhase phase,
    int pendingTasks,
    long deadlineMillis,
    int[] nodes,
    long[] waitsFor,
    boolean singleton,
    long userId,
    String name,
    String licenses) {

  static IndexedJob of(JobRecord j) {
    int[] nodes = {};
    if (j.allocation != null && j.phase.holdsNodes()) {
      nodes = j.phase == JobPhase.ENDING
          ? j.nodesEnding.clone()
          : j.allocation.nodes().stream().mapToInt(Allocation.NodeShare::node).toArray();
    }
    String dependency = j.phase == JobPhase.PENDING ? j.request.text(JobField.DEPENDENCY) : null;
    return new IndexedJob(
        j.jobId,
        j.arrayJobId,
        j.arrayTaskId,
        j.phase,
        j.arrayPending == null ? 0 : j.arrayPending.size(),
        j.deadlineMillis,
        nodes,
        DependencyText.ids(dependency),
        DependencyText.isSingleton(dependency),
        j.request.number(JobField.USER_ID),
        j.request.text(JobField.NAME),
        Licenses.holds(j.phase) ? j.request.text(JobField.LICENSES) : null);
  }
}
