package org.slurmctldj.state;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The free list: job 7 ends, its row is freed and given to job 8 while a reader that looked 7 up is
 * on its way to the row (as OffHeapStore.encoded does: stamp, columns, id, stamp).
 */
@JCStressTest
@State
@Outcome(id = "7, 70", expect = Expect.ACCEPTABLE, desc = "the job as it was")
@Outcome(id = "-1, -1", expect = Expect.ACCEPTABLE, desc = "gone, or changed meanwhile: the reader looks again")
@Outcome(expect = Expect.FORBIDDEN, desc = "another job's columns under this job's id")
public class RowReuseStress {
  private final int row = StressRows.take();

  public RowReuseStress() {
    StressRows.TABLE.setInt(0, row, 7);
    StressRows.TABLE.setLong(StressRows.A, row, 70);
  }

  @Actor
  public void apply() {
    StressRows.TABLE.beginWrite(row); // job 7 leaves
    StressRows.TABLE.setInt(0, row, 0);
    StressRows.TABLE.endWrite(row);
    StressRows.TABLE.beginWrite(row); // job 8 gets the row
    StressRows.TABLE.setInt(0, row, 8);
    StressRows.TABLE.setLong(StressRows.A, row, 80);
    StressRows.TABLE.endWrite(row);
  }

  @Actor
  public void reader(II_Result r) {
    long stamp = StressRows.TABLE.begin(row);
    int value = (int) StressRows.TABLE.getLong(StressRows.A, row);
    int id = StressRows.TABLE.getInt(0, row);
    boolean whole = StressRows.TABLE.unchanged(row, stamp);
    r.r1 = whole && id == 7 ? id : -1;
    r.r2 = whole && id == 7 ? value : -1;
  }
}
