package org.slurmctldj.state;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/** Apply changes a row while a planner reads it: what the stamp lets through is one moment of the row. */
@JCStressTest
@State
@Outcome(id = "0, 0, 0", expect = Expect.ACCEPTABLE, desc = "before the change")
@Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "after the first change")
@Outcome(id = "2, 2, 2", expect = Expect.ACCEPTABLE, desc = "after the second change")
@Outcome(id = "-1, -1, -1", expect = Expect.ACCEPTABLE, desc = "the stamp moved: the reader looks again")
@Outcome(expect = Expect.FORBIDDEN, desc = "torn row: columns of two moments passed as one")
public class RowStampStress {
  private final int row = StressRows.take();

  @Actor
  public void apply() {
    for (int value = 1; value <= 2; value++) {
      StressRows.TABLE.beginWrite(row);
      StressRows.TABLE.setLong(StressRows.B, row, value);
      StressRows.TABLE.setInt(0, row, value);
      StressRows.TABLE.setLong(StressRows.A, row, value);
      StressRows.TABLE.endWrite(row);
    }
  }

  @Actor
  public void planner(JJJ_Result r) {
    long stamp = StressRows.TABLE.begin(row);
    r.r1 = StressRows.TABLE.getLong(StressRows.A, row);
    r.r2 = StressRows.TABLE.getLong(StressRows.B, row);
    r.r3 = StressRows.TABLE.getInt(0, row);
    if (!StressRows.TABLE.unchanged(row, stamp)) {
      r.r1 = r.r2 = r.r3 = -1;
    }
  }
}
