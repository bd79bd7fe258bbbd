package org.slurmctldj.sched;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/** Apply has decided, the main pass ends its plan; backfill, which then gets the node, must see what was decided. */
@JCStressTest
@State
@Outcome(id = "false, 0", expect = Expect.ACCEPTABLE, desc = "the plan still goes on")
@Outcome(id = "true, 1", expect = Expect.ACCEPTABLE, desc = "it is over, and what became of it is seen")
@Outcome(id = "true, 0", expect = Expect.FORBIDDEN, desc = "a release before what it stands for: backfill would plan with the node as it was")
public class ClaimReleaseStress {
  private final NodeClaims claims = new NodeClaims();
  private int decided;

  public ClaimReleaseStress() {
    claims.begin(NodeClaims.Planner.MAIN, 1);
    claims.claim(NodeClaims.Planner.MAIN, 0);
    claims.begin(NodeClaims.Planner.BACKFILL, 1);
  }

  @Actor
  public void main() {
    decided = 1;
    claims.end(NodeClaims.Planner.MAIN);
  }

  @Actor
  public void backfill(ZI_Result r) {
    r.r1 = claims.claim(NodeClaims.Planner.BACKFILL, 0);
    r.r2 = r.r1 ? decided : 0;
  }
}
