package org.slurmctldj.sched;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.Licenses;
import org.slurmctldj.core.Proposal;
import org.slurmctldj.core.SlurmNumbers;

/** Licenses=foo:4,bar (the test cluster's). Numbers as real slurmctld 22.05.8 answers. */
class LicensesTest {
  private static long submit(Cluster c, String licenses) {
    return c.submit(Cluster.request(Cluster.ALICE).number(JobField.MIN_CPUS, 1).text(JobField.LICENSES, licenses));
  }

  private static Plan plan(Cluster c) {
    return new Planner().plan(c.store, c.now);
  }

  @Test
  void aJobWaitsUntilItsLicencesAreFreeAndHoldsNobodyBack() {
    Cluster c = Cluster.of(3);
    long first = submit(c, "foo:3");
    long second = submit(c, "foo:2");
    long third = submit(c, null);
    Plan p = plan(c);
    assertEquals(2, p.proposals().size());
    assertEquals(SlurmNumbers.WAIT_LICENSES, p.reasons().of(c.job(second)).number());
    for (Proposal x : p.proposals()) {
      assertTrue(c.apply(new Command.StartJob(c.now, x)).isOk());
    }
    assertEquals(JobPhase.STARTING, c.job(first).phase);
    assertEquals(JobPhase.STARTING, c.job(third).phase);
    assertEquals(Map.of("foo", 3L), Licenses.inUse(c.store));
    assertFalse(c.start(second, 1).isOk(), "apply re-checks what a planner may have missed");
    c.started(first);
    c.ended(first, 0);
    assertTrue(Licenses.inUse(c.store).isEmpty(), "a job that ends has given them back");
    assertEquals(1, plan(c).proposals().size());
    assertTrue(c.start(second, 1).isOk());
  }

  @Test
  void whatTheClusterDoesNotHaveIsRefused() {
    Cluster c = Cluster.of(1);
    for (String wrong : new String[] {"nosuch", "foo:5", "bar:2", "foo:x", ":2"}) {
      assertEquals(
          SlurmNumbers.ESLURM_INVALID_LICENSES,
          c.submit(Cluster.ALICE, Cluster.request(Cluster.ALICE).text(JobField.LICENSES, wrong)).error(),
          wrong);
    }
    assertNull(Licenses.parse("foo:"));
    assertEquals(Map.of("bar", 1L, "foo", 2L), Licenses.parse("foo:2,bar"));
  }
}
