package org.slurmctldj.core;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * A {@link StateStore} of plain objects on the heap, for tests, simulations and the second core
 * that makes snapshots. Copies go in and out, so nobody can change a record behind its back.
 */
public final class PlainStore implements StateStore {
  private final NavigableMap<Long, JobRecord> jobs = new ConcurrentSkipListMap<>();
  private final NavigableMap<Integer, NodeRecord> nodes = new ConcurrentSkipListMap<>();
  private final ChangeRing ring = new ChangeRing(1 << 12);
  private final NodeJobs nodeJobs = new NodeJobs();
  private volatile int jobCount;
  private volatile Globals globals = Globals.INITIAL;
  private volatile ClusterConfig config = ClusterConfig.EMPTY;
  private final List<PartitionDefinition> partitions = new ArrayList<>();
  private final List<ReservationDefinition> reservations = new ArrayList<>();

  @Override
  public void reserve(int jobsWanted, int nodesWanted) {
    // The heap grows by itself.
  }

  @Override
  public void putJob(JobRecord job) {
    if (jobs.put(job.jobId, job.copy()) == null) {
      jobCount++;
    }
    ring.add(job.jobId);
  }

  @Override
  public void removeJob(long jobId) {
    if (jobs.remove(jobId) != null) {
      jobCount--;
    }
    ring.add(jobId);
  }

  @Override
  public void putNode(NodeRecord node) {
    nodes.put(node.index, node.copy());
    ring.add(ChangeRing.ofNode(node.index));
  }

  @Override
  public void clearNodes() {
    nodes.clear();
  }

  @Override
  public void putGlobals(Globals g) {
    globals = g;
  }

  @Override
  public void putPartition(int index, PartitionDefinition partition) {
    if (index == partitions.size()) {
      partitions.add(partition);
    } else {
      partitions.set(index, partition);
    }
  }

  @Override
  public void putReservation(ReservationDefinition reservation) {
    for (int i = 0; i < reservations.size(); i++) {
      if (reservations.get(i).name().equals(reservation.name())) {
        reservations.set(i, reservation);
        return;
      }
    }
    reservations.add(reservation);
  }

  @Override
  public void removeReservation(String name) {
    reservations.removeIf(r -> r.name().equals(name));
  }

  @Override
  public void clearDefinitions() {
    partitions.clear();
    reservations.clear();
  }

  @Override
  public void putConfig(ClusterConfig c) {
    config = c.withRecords(partitions, reservations);
  }

  @Override
  public JobRecord job(long jobId) {
    JobRecord j = jobs.get(jobId);
    return j == null ? null : j.copy();
  }

  @Override
  public JobRecord lightJob(long jobId) {
    JobRecord j = jobs.get(jobId);
    return j == null ? null : j.copyWithoutBulky();
  }

  @Override
  public int jobCount() {
    return jobCount;
  }

  @Override
  public void forEachJob(Consumer<JobRecord> visitor) {
    for (JobRecord j : jobs.values()) {
      visitor.accept(j.copyWithoutBulky());
    }
  }

  @Override
  public NodeJobs nodeJobs() {
    return nodeJobs;
  }

  @Override
  public long[] jobsOn(int node) {
    return nodeJobs.on(node);
  }

  @Override
  public NodeRecord node(int index) {
    NodeRecord n = nodes.get(index);
    return n == null ? null : n.copy();
  }

  @Override
  public int nodeCount() {
    return nodes.size();
  }

  @Override
  public boolean jobRow(long jobId, JobRow into) {
    JobRecord j = jobs.get(jobId);
    if (j != null) {
      into.of(j);
    }
    return j != null;
  }

  @Override
  public void forEachJobRow(Consumer<JobRow> visitor) {
    JobRow row = new JobRow();
    for (JobRecord j : jobs.values()) {
      row.of(j);
      visitor.accept(row);
    }
  }

  @Override
  public boolean nodeRow(int index, NodeRow into) {
    NodeRecord n = nodes.get(index);
    if (n != null) {
      into.of(n);
    }
    return n != null;
  }

  @Override
  public long changesHead() {
    return ring.head();
  }

  @Override
  public long changes(long since, LongConsumer entries) {
    return ring.read(since, entries);
  }

  @Override
  public Globals globals() {
    return globals;
  }

  @Override
  public ClusterConfig config() {
    return config;
  }

  /** Another store with the same records. */
  public PlainStore copy() {
    PlainStore c = new PlainStore();
    jobs.values().forEach(c::putJob);
    nodes.values().forEach(c::putNode);
    c.putGlobals(globals);
    c.putWholeConfig(config);
    return c;
  }
}
