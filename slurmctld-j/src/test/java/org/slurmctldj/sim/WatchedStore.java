package org.slurmctldj.sim;

import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.Globals;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobRow;
import org.slurmctldj.core.NodeJobs;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.NodeRow;
import org.slurmctldj.core.PartitionDefinition;
import org.slurmctldj.core.PlainStore;
import org.slurmctldj.core.ReservationDefinition;
import org.slurmctldj.core.StateStore;

/** The controller's state, with somebody who sees each change of a job as it is stored. */
final class WatchedStore implements StateStore {
  private final PlainStore store = new PlainStore();
  private final Promises promises;
  private boolean watching;

  WatchedStore(Promises promises) {
    this.promises = promises;
  }

  /** From now on changes are new ones, no repetition of what was seen before a crash. */
  void watch() {
    watching = true;
  }

  @Override
  public void reserve(int jobs, int nodes) {
    store.reserve(jobs, nodes);
  }

  @Override
  public void putJob(JobRecord job) {
    store.putJob(job);
    if (watching) {
      promises.stored(job, store);
    }
  }

  @Override
  public void removeJob(long jobId) {
    JobRecord last = watching ? store.job(jobId) : null;
    store.removeJob(jobId);
    if (last != null) {
      promises.removed(last);
    }
  }

  @Override
  public void putNode(NodeRecord node) {
    store.putNode(node);
  }

  @Override
  public void clearNodes() {
    store.clearNodes();
  }

  @Override
  public void putGlobals(Globals globals) {
    store.putGlobals(globals);
  }

  @Override
  public void putPartition(int index, PartitionDefinition partition) {
    store.putPartition(index, partition);
  }

  @Override
  public void putReservation(ReservationDefinition reservation) {
    store.putReservation(reservation);
  }

  @Override
  public void removeReservation(String name) {
    store.removeReservation(name);
  }

  @Override
  public void clearDefinitions() {
    store.clearDefinitions();
  }

  @Override
  public void putConfig(ClusterConfig config) {
    store.putConfig(config);
  }

  @Override
  public JobRecord job(long jobId) {
    return store.job(jobId);
  }

  @Override
  public JobRecord lightJob(long jobId) {
    return store.lightJob(jobId);
  }

  @Override
  public int jobCount() {
    return store.jobCount();
  }

  @Override
  public void forEachJob(Consumer<JobRecord> visitor) {
    store.forEachJob(visitor);
  }

  @Override
  public NodeJobs nodeJobs() {
    return store.nodeJobs();
  }

  @Override
  public long[] jobsOn(int node) {
    return store.jobsOn(node);
  }

  @Override
  public NodeRecord node(int index) {
    return store.node(index);
  }

  @Override
  public int nodeCount() {
    return store.nodeCount();
  }

  @Override
  public boolean jobRow(long jobId, JobRow into) {
    return store.jobRow(jobId, into);
  }

  @Override
  public void forEachJobRow(Consumer<JobRow> visitor) {
    store.forEachJobRow(visitor);
  }

  @Override
  public boolean nodeRow(int index, NodeRow into) {
    return store.nodeRow(index, into);
  }

  @Override
  public long changesHead() {
    return store.changesHead();
  }

  @Override
  public long changes(long since, LongConsumer entries) {
    return store.changes(since, entries);
  }

  @Override
  public Globals globals() {
    return store.globals();
  }

  @Override
  public ClusterConfig config() {
    return store.config();
  }
}
