package org.slurmctldj.agents;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.slurmctldj.agents.AllocationPrologs.Teller;

class AllocationPrologsTest {
  private static final long JOB = 7;
  private boolean flag = true;
  private final AllocationPrologs prologs = new AllocationPrologs(() -> flag);

  @Test
  void aClientThatAsksBeforeAnyNodeWasToldWaits() {
    prologs.allocated(JOB);
    assertTrue(prologs.run(JOB));
    prologs.told(Teller.AGENTS, JOB, List.of());
    assertTrue(prologs.run(JOB));
    prologs.told(Teller.SLURMDS, JOB, List.of());
    assertFalse(prologs.run(JOB));
  }

  @Test
  void allNodesOfBothKindsAreWaitedFor() {
    prologs.allocated(JOB);
    prologs.told(Teller.AGENTS, JOB, List.of("n1", "n2"));
    prologs.told(Teller.SLURMDS, JOB, List.of("n3"));
    prologs.done(JOB, "n1");
    prologs.done(JOB, "n3");
    assertTrue(prologs.run(JOB));
    prologs.done(JOB, "n2");
    assertFalse(prologs.run(JOB));
  }

  @Test
  void aNodeThatIsLostIsNotWaitedFor() {
    prologs.allocated(JOB);
    prologs.told(Teller.SLURMDS, JOB, List.of());
    prologs.told(Teller.AGENTS, JOB, List.of("n1", "n2"));
    prologs.done(JOB, "n1");
    prologs.gone("n2");
    assertFalse(prologs.run(JOB));
  }

  @Test
  void withoutTheFlagNobodyWaits() {
    flag = false;
    prologs.allocated(JOB);
    assertFalse(prologs.run(JOB));
    prologs.told(Teller.AGENTS, JOB, List.of("n1"));
    assertFalse(prologs.run(JOB));
  }

  @Test
  void aJobThatEndsIsForgotten() {
    prologs.allocated(JOB);
    prologs.told(Teller.AGENTS, JOB, List.of("n1"));
    prologs.over(JOB);
    assertFalse(prologs.run(JOB));
  }

  @Test
  void forAJobWithAScriptTheOneWhoHasItsFirstNodeSpeaksForAll() {
    prologs.allocated(JOB);
    prologs.toldByBatchHost(JOB, List.of("n1", "n2"));
    prologs.done(JOB, "n2");
    assertTrue(prologs.run(JOB));
    prologs.done(JOB, "n1");
    assertFalse(prologs.run(JOB));
  }
}
