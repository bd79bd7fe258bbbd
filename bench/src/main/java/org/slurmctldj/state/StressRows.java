package org.slurmctldj.state;

import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Rows for the stress tests: one table for a whole fork, a row of its own for each state, because a
 * table's chunk is too large to be made a million times. Far more rows than states in flight.
 */
final class StressRows {
  static final int A = 1;
  static final int B = 2;
  static final Rows TABLE = new Rows(Arena.global(), 3, 1);
  private static final int COUNT = 1 << 18;
  private static final AtomicInteger NEXT = new AtomicInteger();

  static {
    TABLE.ensure(COUNT);
  }

  private StressRows() {}

  /** A row nobody else has now, its columns zero. Before the state is published to the actors. */
  static int take() {
    int row = NEXT.getAndIncrement() & COUNT - 1;
    TABLE.setLong(A, row, 0);
    TABLE.setLong(B, row, 0);
    TABLE.setInt(0, row, 0);
    return row;
  }
}
