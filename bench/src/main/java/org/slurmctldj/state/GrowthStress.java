package org.slurmctldj.state;

import java.lang.foreign.Arena;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A table that grows beside its readers: a reader goes to the limit it saw and must find a chunk
 * there, and what stood in the rows before must still stand.
 */
@JCStressTest
@State
@Outcome(id = {"5, 0", "5, 9"}, expect = Expect.ACCEPTABLE, desc = "old rows as they were, new row not yet or as it is")
@Outcome(id = {"-2, -2"}, expect = Expect.FORBIDDEN, desc = "a limit without its chunk")
@Outcome(expect = Expect.FORBIDDEN, desc = "growth lost or tore a row")
public class GrowthStress {
  private final Arena arena = Arena.ofAuto();
  private final Rows rows = new Rows(arena, 2, 0);

  public GrowthStress() {
    for (int i = 0; i < Rows.CHUNK; i++) {
      rows.allocate();
    }
    rows.setLong(1, 0, 5);
  }

  @Actor
  public void apply() {
    int row = rows.allocate(); // the first of a new chunk
    rows.beginWrite(row);
    rows.setLong(1, row, 9);
    rows.endWrite(row);
  }

  @Actor
  public void reader(II_Result r) {
    try {
      int last = rows.limit() - 1;
      long stamp = rows.begin(last);
      long value = rows.getLong(1, last);
      boolean whole = rows.unchanged(last, stamp);
      r.r1 = (int) rows.getLong(1, 0);
      r.r2 = whole ? (int) value : 0;
    } catch (RuntimeException e) {
      r.r1 = r.r2 = -2;
    }
  }
}
