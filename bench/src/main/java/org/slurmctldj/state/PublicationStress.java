package org.slurmctldj.state;

import java.util.ArrayList;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.slurmctldj.core.ChangeRing;

/**
 * Publication of changes to planners: apply changes a row, then says so in the ring and moves its head; a planner that sees
 * the new head finds the entry and, behind it, the row as it is now. It would else plan with what is no longer so and
 * never look again.
 */
@JCStressTest
@State
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "nothing was said yet")
@Outcome(id = "7, 70", expect = Expect.ACCEPTABLE, desc = "the change was said and is there")
@Outcome(expect = Expect.FORBIDDEN, desc = "a change that is said but not there, or another job's")
public class PublicationStress {
  private final int row = StressRows.take();
  private final ChangeRing changes = new ChangeRing(8);

  public PublicationStress() {
    StressRows.TABLE.setInt(0, row, 7);
    StressRows.TABLE.setLong(StressRows.A, row, 0);
  }

  @Actor
  public void apply() {
    StressRows.TABLE.beginWrite(row);
    StressRows.TABLE.setLong(StressRows.A, row, 70);
    StressRows.TABLE.endWrite(row);
    changes.add(7);
  }

  @Actor
  public void planner(II_Result r) {
    List<Integer> seen = new ArrayList<>();
    changes.read(0, entry -> seen.add((int) entry));
    if (!seen.isEmpty()) {
      r.r1 = seen.getFirst();
      long stamp = StressRows.TABLE.begin(row);
      int value = (int) StressRows.TABLE.getLong(StressRows.A, row);
      r.r2 = StressRows.TABLE.unchanged(row, stamp) ? value : -1;
    }
  }
}
