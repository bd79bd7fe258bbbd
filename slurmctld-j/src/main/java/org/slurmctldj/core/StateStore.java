package org.slurmctldj.core;

/**
 * Where core keeps its records. One thread (apply) writes; it hands in and gets out copies. The
 * off-heap store in the {@code state} room and the plain one for tests and simulations behave alike.
 */
public interface StateStore extends ClusterView {

  /** One object for the store's life; kept by {@link Indexes}. */
  NodeJobs nodeJobs();

  /** Makes room for that many records before they are needed; called before append, so that apply cannot fail. */
  void reserve(int jobs, int nodes);

  /** Inserts or replaces. */
  void putJob(JobRecord job);

  void removeJob(long jobId);

  void putNode(NodeRecord node);

  /** Drops all nodes; a new epoch puts its own. */
  void clearNodes();

  void putGlobals(Globals globals);

  void putConfig(ClusterConfig config);
}
