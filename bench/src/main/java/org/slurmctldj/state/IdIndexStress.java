package org.slurmctldj.state;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** Job id to row: one job stays, one leaves, one comes, while a reader looks all three up. */
@JCStressTest
@State
@Outcome(id = {"1, -1, -1", "1, -1, 3", "1, 2, -1", "1, 2, 3"}, expect = Expect.ACCEPTABLE,
    desc = "the one that stays is found; the others are there or not")
@Outcome(expect = Expect.FORBIDDEN, desc = "a job that is there was not found, or an id led to another job's row")
public class IdIndexStress {
  private final IdIndex index = IndexPool.take();

  @Actor
  public void apply() {
    index.remove(12);
    index.put(13, 3);
  }

  @Actor
  public void reader(III_Result r) {
    r.r1 = index.row(11);
    r.r2 = index.row(12);
    r.r3 = index.row(13);
  }

  /** Indexes are larger than a stress state may be: a ring of them, refilled on take. */
  private static final class IndexPool {
    private static final IdIndex[] RING = new IdIndex[1 << 15];
    private static int next;

    static synchronized IdIndex take() {
      int i = next++ & RING.length - 1;
      IdIndex index = RING[i] == null ? RING[i] = new IdIndex() : RING[i];
      for (int id = 11; id <= 13; id++) {
        index.remove(id);
      }
      index.put(11, 1);
      index.put(12, 2);
      return index;
    }
  }
}
