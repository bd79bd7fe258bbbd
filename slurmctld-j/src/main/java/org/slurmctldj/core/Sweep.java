package org.slurmctldj.core;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The dear invariants in production: a little with every {@link #EVERY}th command, so that no command ever waits for the
 * whole state to be looked at. One step takes the next few job records and the next node with the jobs that it has; all
 * have had their turn after so many commands as there are records, give or take. What is broken is told and left as it is.
 * On the apply thread; nothing here changes the state.
 */
final class Sweep {
  static final int EVERY = 256;
  private static final int JOBS_AT_ONCE = 8;

  /** Ids looked up at most for those jobs: most ids below the next one are of jobs long gone. */
  private static final int IDS_AT_ONCE = 1024;

  private final StateStore store;
  private final Indexes indexes;
  private long nextId;
  private long seen;
  private int nextNode;

  Sweep(StateStore store, Indexes indexes) {
    this.store = store;
    this.indexes = indexes;
  }

  void step(long sequence, Consumer<Effect> effects) {
    List<String> broken = new ArrayList<>();
    jobs(broken);
    node(broken);
    for (String b : broken) {
      effects.accept(new Effect.Log(true, "broken invariant at journal sequence " + sequence + ": " + b));
    }
  }

  private void jobs(List<String> broken) {
    int found = 0;
    for (int i = 0; i < IDS_AT_ONCE && found < JOBS_AT_ONCE; i++) {
      JobRecord j = store.lightJob(++nextId);
      if (j != null) {
        found++;
        Invariants.job(j, store.config(), broken);
        if (j.arrayJobId == j.jobId && j.jobId != 0) {
          array(j, broken);
        }
      } else if (nextId >= end()) {
        nextId = 0;
        seen = 0;
        return;
      }
    }
    seen += found;
  }

  /** Past the newest job; once ids have begun again from the first, jobs of before may have any up to the last. */
  private long end() {
    boolean most = 2 * seen >= store.jobCount();
    return most ? store.globals().nextJobId() : store.config().limits().maxJobId();
  }

  /** Long arrays of many records of their own are left to the tests. */
  private void array(JobRecord head, List<String> broken) {
    List<Long> members = indexes.members(head.jobId);
    if (members.size() > IDS_AT_ONCE / 4) {
      return;
    }
    int open = 0;
    for (long id : members) {
      JobRecord j = store.lightJob(id);
      open += j == null ? 0 : Invariants.openTasks(j);
    }
    Invariants.array(head, open, broken);
  }

  private void node(List<String> broken) {
    if (nextNode >= store.nodeCount()) {
      nextNode = 0;
    }
    NodeRecord n = store.node(nextNode);
    if (n == null) {
      return;
    }
    Invariants.Sum sum = new Invariants.Sum();
    for (long id : store.jobsOn(nextNode)) {
      JobRecord j = store.lightJob(id);
      if (j == null || !j.phase.holdsNodes()) {
        broken.add("node " + n.name + " is said to have job " + id + ", which holds nothing");
      } else {
        Invariants.share(j, nextNode, sum, broken);
      }
    }
    Invariants.node(n, store.config(), sum, broken);
    nextNode++;
  }
}
