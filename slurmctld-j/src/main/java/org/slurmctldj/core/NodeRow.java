package org.slurmctldj.core;

/** What planners see of a node without decoding its record; filled in by {@link ClusterView#nodeRow}. */
public class NodeRow {
  public int index;
  public NodePhase phase;
  /** Takes no new jobs: {@link NodeRecord#closed}. */
  public boolean drain;
  public boolean exclusive;
  public int allocatedCpus;
  public long allocatedMemory;
  /** Bit i of word i/64: core i is given to a job. Words beyond the last one read as 0. */
  public long[] allocatedCores = new long[4];
  public int jobs;
  /** An admin's weight, or -1 for slurm.conf's. */
  public int weight;
  public long version;

  /** The same of a whole record. */
  public final void of(NodeRecord n) {
    index = n.index;
    phase = n.phase;
    drain = n.closed();
    exclusive = n.exclusive;
    allocatedCpus = n.allocatedCpus;
    allocatedMemory = n.allocatedMemory;
    allocatedCores = n.allocatedCores.clone();
    jobs = n.jobs;
    weight = (int) n.weight;
    version = n.version;
  }
}
