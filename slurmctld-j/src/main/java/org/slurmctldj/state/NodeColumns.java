package org.slurmctldj.state;

import org.slurmctldj.core.NodePhase;

/**
 * A planner's way over the nodes, as {@link JobColumns} is over the jobs: no copy of records, no lock.
 * What is configured (CPUs, memory, weight) stands in the epoch's configuration under the same index.
 */
public final class NodeColumns {
  private final NodeRows nodes;
  private int row = -1;

  public int index;
  public NodePhase phase;
  public boolean drain;
  public boolean exclusive;
  public int allocatedCpus;
  public long allocatedMemory;
  public int jobs;
  public long version;

  NodeColumns(NodeRows nodes) {
    this.nodes = nodes;
  }

  /** Starts over. */
  public NodeColumns rewind() {
    row = -1;
    return this;
  }

  /** The next node by index; false at the end. */
  public boolean next() {
    Rows rows = nodes.rows;
    while (++row < nodes.count()) {
      long stamp;
      int state;
      int length;
      do {
        stamp = rows.begin(row);
        length = rows.getInt(NodeRows.LENGTH, row);
        state = rows.getInt(NodeRows.STATE, row);
        allocatedCpus = rows.getInt(NodeRows.ALLOCATED_CPUS, row);
        allocatedMemory = rows.getLong(NodeRows.ALLOCATED_MEMORY, row);
        jobs = rows.getInt(NodeRows.JOBS, row);
        version = rows.getLong(NodeRows.VERSION, row);
      } while (!rows.unchanged(row, stamp));
      if (length > 0) {
        index = row;
        phase = NodePhase.byCode(state & 0xff);
        drain = (state & 1 << 8) != 0;
        exclusive = (state & 1 << 9) != 0;
        return true;
      }
    }
    return false;
  }
}
