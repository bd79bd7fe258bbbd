package org.slurmctldj.sched;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.slurmctldj.sched.NodeClaims.Planner.BACKFILL;
import static org.slurmctldj.sched.NodeClaims.Planner.MAIN;

import org.junit.jupiter.api.Test;

/** Two planners do not give away the same node at the same time; what a plan claimed is free when it is over. */
class NodeClaimsTest {
  private final NodeClaims claims = new NodeClaims();

  @Test
  void aNodeBelongsToOnePlanAtATime() {
    claims.begin(MAIN, 2);
    claims.begin(BACKFILL, 2);
    assertTrue(claims.claim(MAIN, 0));
    assertTrue(claims.claim(MAIN, 0), "two jobs of one plan may share it");
    assertFalse(claims.claim(BACKFILL, 0));
    assertTrue(claims.claim(BACKFILL, 1));
    assertFalse(claims.claim(MAIN, 1));
  }

  @Test
  void aClaimEndsWithItsPlan() {
    claims.begin(MAIN, 1);
    claims.claim(MAIN, 0);
    claims.end(MAIN);
    claims.begin(BACKFILL, 1);
    assertTrue(claims.claim(BACKFILL, 0));
  }

  /** A planner that died in the middle begins anew: what its former plan held is nobody's. */
  @Test
  void aPlanThatWasNeverEndedHoldsNothingOnceTheNextBegins() {
    claims.begin(MAIN, 1);
    claims.claim(MAIN, 0);
    claims.begin(MAIN, 1);
    claims.begin(BACKFILL, 1);
    assertTrue(claims.claim(BACKFILL, 0));
    assertFalse(claims.claim(MAIN, 0));
  }

  @Test
  void aNodeOfANewerConfigurationIsNotHeldBack() {
    claims.begin(MAIN, 1);
    assertTrue(claims.claim(MAIN, 7));
    claims.begin(BACKFILL, 8);
    assertTrue(claims.claim(BACKFILL, 7));
  }
}
