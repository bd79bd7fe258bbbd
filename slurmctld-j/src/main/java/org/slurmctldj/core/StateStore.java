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

  /** Inserts the partition behind the last one, or replaces the one at that index; readers see it from the next {@link #putConfig} on. */
  void putPartition(int index, PartitionDefinition partition);

  /** Inserts behind the last one, or replaces the one of that name in its place; seen from the next {@link #putConfig} on. */
  void putReservation(ReservationDefinition reservation);

  /** Gone from the next {@link #putConfig} on. */
  void removeReservation(String name);

  /** Drops all partitions and reservations; a new epoch puts its own. */
  void clearDefinitions();

  /**
   * Puts the configuration into force together with the partitions and reservations put since the last one: a reader sees
   * all of it or nothing. Its own lists of these do not count.
   */
  void putConfig(ClusterConfig config);

  /** Puts the configuration into force with the partitions and reservations that its lists have, and no others. */
  default void putWholeConfig(ClusterConfig config) {
    clearDefinitions();
    for (int i = 0; i < config.partitions().size(); i++) {
      putPartition(i, config.partitions().get(i));
    }
    config.reservations().forEach(this::putReservation);
    putConfig(config);
  }
}
