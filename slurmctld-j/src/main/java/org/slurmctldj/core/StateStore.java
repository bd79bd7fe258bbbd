package org.slurmctldj.core;

import java.util.function.Consumer;

/**
 * Where core keeps its records. One thread (apply) writes; it hands in and gets out copies. The
 * off-heap store in the {@code state} room and the plain one for tests and simulations behave alike.
 */
public interface StateStore {

  /** Makes room for that many records before they are needed; called before append, so that apply cannot fail. */
  void reserve(int jobs, int nodes);

  /** A copy of the job's record with its whole request, or null. */
  JobRecord job(long jobId);

  /** Inserts or replaces. Readers see the old record or the new one, never a mixture. */
  void putJob(JobRecord job);

  void removeJob(long jobId);

  int jobCount();

  /** Every job in ascending job id; the argument is a copy without bulky request fields. */
  void forEachJob(Consumer<JobRecord> visitor);

  /** A copy of that node's record, or null if the epoch has no such index. */
  NodeRecord node(int index);

  void putNode(NodeRecord node);

  int nodeCount();

  /** Drops all nodes; a new epoch puts its own. */
  void clearNodes();

  /** The few numbers beside records: next job id, last time, epoch, feature level, statistics. */
  Globals globals();

  void putGlobals(Globals globals);

  ClusterConfig config();

  void putConfig(ClusterConfig config);
}
