package org.slurmctldj.state;

import java.lang.foreign.Arena;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.RecordCodec;

/** The nodes' rows: row = node index of the epoch. The writer's methods are apply's. */
final class NodeRows {
  // Columns of 8 bytes; 0 is the stamp.
  static final int ADDRESS = 1;
  static final int ALLOCATED_MEMORY = 2;
  static final int VERSION = 3;
  /** The first of {@value #CORE_WORDS} words of allocated cores. */
  static final int CORES = 4;
  static final int CORE_WORDS = 4;
  private static final int LONGS = CORES + CORE_WORDS;

  // Columns of 4 bytes.
  /** 0 = no node in this row. */
  static final int LENGTH = 0;
  /** Phase code; bit 8 drain, bit 9 exclusive, bit 10 more cores than the columns hold. */
  static final int STATE = 1;
  static final int ALLOCATED_CPUS = 2;
  static final int JOBS = 3;
  static final int WEIGHT = 4;
  private static final int INTS = 5;
  static final int MORE_CORES = 1 << 10;

  final Rows rows;
  private final BlockArena blocks;
  private volatile int count;

  NodeRows(Arena arena, BlockArena blocks) {
    this.rows = new Rows(arena, LONGS, INTS);
    this.blocks = blocks;
  }

  int count() {
    return count;
  }

  void reserve(int nodes) {
    rows.ensure(nodes);
  }

  void put(NodeRecord node) {
    byte[] bytes = RecordCodec.encodeNode(node);
    int row = node.index;
    while (rows.limit() <= row) {
      rows.allocate();
    }
    long oldAddress = rows.getLong(ADDRESS, row);
    int oldLength = rows.getInt(LENGTH, row);
    long address = blocks.store(bytes);
    rows.beginWrite(row);
    rows.setLong(ADDRESS, row, address);
    rows.setInt(LENGTH, row, bytes.length);
    rows.setLong(ALLOCATED_MEMORY, row, node.allocatedMemory);
    rows.setLong(VERSION, row, node.version);
    rows.setInt(
        STATE, row,
        node.phase.code() | (node.closed() ? 1 << 8 : 0) | (node.exclusive ? 1 << 9 : 0)
            | (node.allocatedCores.length > CORE_WORDS ? MORE_CORES : 0));
    for (int i = 0; i < CORE_WORDS; i++) {
      rows.setLong(CORES + i, row, i < node.allocatedCores.length ? node.allocatedCores[i] : 0);
    }
    rows.setInt(WEIGHT, row, (int) node.weight);
    rows.setInt(ALLOCATED_CPUS, row, node.allocatedCpus);
    rows.setInt(JOBS, row, node.jobs);
    rows.endWrite(row);
    if (oldLength > 0) {
      blocks.free(oldAddress, oldLength);
    }
    count = Math.max(count, row + 1);
  }

  void clear() {
    int nodes = count;
    count = 0;
    for (int row = 0; row < nodes; row++) {
      long address = rows.getLong(ADDRESS, row);
      int length = rows.getInt(LENGTH, row);
      rows.beginWrite(row);
      rows.setInt(LENGTH, row, 0);
      rows.setLong(ADDRESS, row, 0);
      rows.endWrite(row);
      if (length > 0) {
        blocks.free(address, length);
      }
    }
  }

  /** Any thread: differs after each change of that row; -1 if there is none. */
  long stamp(int row) {
    return row < 0 || row >= count ? -1 : rows.begin(row);
  }

  /** Any thread: a copy of the record, or null. */
  NodeRecord get(int row) {
    if (row < 0 || row >= count) {
      return null;
    }
    while (true) {
      long stamp = rows.begin(row);
      long address = rows.getLong(ADDRESS, row);
      int length = rows.getInt(LENGTH, row);
      if (!rows.unchanged(row, stamp)) {
        continue;
      }
      if (length == 0) {
        return null;
      }
      byte[] bytes = new byte[length];
      blocks.copy(address, length, bytes, 0);
      if (rows.unchanged(row, stamp)) {
        return RecordCodec.decodeNode(bytes);
      }
    }
  }
}
