package org.slurmctldj.state;

import java.lang.foreign.Arena;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.slurmctldj.core.RecordList;
import org.slurmctldj.core.ReservationDefinition;

/**
 * A definition's bytes: a reader has the list of a moment ago and no decoded form (the heap was short), so it copies the bytes
 * out of the arena, while apply puts another record in this one's place and a third one into the block that became free. Each
 * record says the same number twice.
 */
@JCStressTest
@State
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "the record as it was when the list was made")
@Outcome(expect = Expect.FORBIDDEN, desc = "another record's bytes in this one's place, parts of two, or none that can be read")
public class DefinitionsStress {
  /** Shared: blocks go from hand to hand between runs too. One run's writer at a time, as apply is one thread. */
  private static final BlockArena BLOCKS = new BlockArena(Arena.global());

  private final Definitions definitions = new Definitions(BLOCKS, Definitions.newMap());
  private final RecordList<ReservationDefinition> before;

  public DefinitionsStress() {
    synchronized (BLOCKS) {
      definitions.reservations.put(0, record(1));
      definitions.reservations.forgetDecoded();
      before = definitions.reservations.list();
    }
  }

  private static ReservationDefinition record(int number) {
    return new ReservationDefinition("r", number, number, 0, new int[] {number}, List.of(), List.of(), "p", "c");
  }

  @Actor
  public void apply() {
    synchronized (BLOCKS) {
      definitions.reservations.put(0, record(2));
      definitions.reservations.put(1, record(3));
      definitions.reservations.clear();
    }
  }

  @Actor
  public void reader(II_Result r) {
    try {
      ReservationDefinition v = before.get(0);
      r.r1 = (int) v.start();
      r.r2 = (int) v.end();
    } catch (RuntimeException e) {
      r.r1 = -1;
      r.r2 = -1;
    }
  }
}
