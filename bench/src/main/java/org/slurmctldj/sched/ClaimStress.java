package org.slurmctldj.sched;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Both planners want one node while both their plans go on. */
@JCStressTest
@State
@Outcome(id = {"true, false", "false, true"}, expect = Expect.ACCEPTABLE, desc = "one of them has it")
@Outcome(id = "true, true", expect = Expect.FORBIDDEN, desc = "a lost claim: both would give the node away")
@Outcome(id = "false, false", expect = Expect.FORBIDDEN, desc = "nobody has it: a free node stays idle")
public class ClaimStress {
  private final NodeClaims claims = new NodeClaims();

  public ClaimStress() {
    claims.begin(NodeClaims.Planner.MAIN, 1);
    claims.begin(NodeClaims.Planner.BACKFILL, 1);
  }

  @Actor
  public void main(ZZ_Result r) {
    r.r1 = claims.claim(NodeClaims.Planner.MAIN, 0);
  }

  @Actor
  public void backfill(ZZ_Result r) {
    r.r2 = claims.claim(NodeClaims.Planner.BACKFILL, 0);
  }
}
