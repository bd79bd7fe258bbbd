package org.slurmctldj.state;

import org.slurmctldj.core.NodePhase;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.NodeRow;

/**
 * A planner's way over the nodes, as {@link JobColumns} is over the jobs: no copy of records, no lock.
 * What is configured (CPUs, memory, weight) stands in the epoch's configuration under the same index.
 */
public final class NodeColumns extends NodeRow {
  private final NodeRows nodes;
  private int row = -1;

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
    while (++row < nodes.count()) {
      if (read(nodes, row, this)) {
        return true;
      }
    }
    return false;
  }

  /** That node's row; false if there is none. */
  static boolean read(NodeRows nodes, int row, NodeRow into) {
    Rows rows = nodes.rows;
    if (row < 0 || row >= nodes.count()) {
      return false;
    }
    long stamp;
    int state;
    int length;
    if (into.allocatedCores.length != NodeRows.CORE_WORDS) {
      into.allocatedCores = new long[NodeRows.CORE_WORDS];
    }
    do {
      stamp = rows.begin(row);
      length = rows.getInt(NodeRows.LENGTH, row);
      state = rows.getInt(NodeRows.STATE, row);
      into.allocatedCpus = rows.getInt(NodeRows.ALLOCATED_CPUS, row);
      into.allocatedMemory = rows.getLong(NodeRows.ALLOCATED_MEMORY, row);
      for (int i = 0; i < NodeRows.CORE_WORDS; i++) {
        into.allocatedCores[i] = rows.getLong(NodeRows.CORES + i, row);
      }
      into.jobs = rows.getInt(NodeRows.JOBS, row);
      into.weight = rows.getInt(NodeRows.WEIGHT, row);
      into.version = rows.getLong(NodeRows.VERSION, row);
    } while (!rows.unchanged(row, stamp));
    if (length == 0) {
      return false;
    }
    if ((state & NodeRows.MORE_CORES) != 0) {
      NodeRecord record = nodes.get(row);
      if (record == null) {
        return false;
      }
      into.of(record);
      return true;
    }
    into.index = row;
    into.phase = NodePhase.byCode(state & 0xff);
    into.drain = (state & 1 << 8) != 0;
    into.exclusive = (state & 1 << 9) != 0;
    return true;
  }
}
