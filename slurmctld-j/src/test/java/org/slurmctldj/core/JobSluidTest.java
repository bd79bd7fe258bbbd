package org.slurmctldj.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JobSluidTest {
  private static long sluid(JobRecord j) {
    return JobSluid.of("test", j);
  }

  @Test
  void jobsOfASecondHaveDifferentOnesAndAreFoundByThem() {
    Cluster c = Cluster.of(1);
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      JobRecord j = c.job(c.submit());
      seen.add(sluid(j));
      assertEquals(j.jobId, JobSluid.find(c.store, sluid(j)).jobId);
    }
    assertEquals(500, seen.size());
    assertNull(JobSluid.find(c.store, 0));
    assertNull(JobSluid.find(c.store, -1));
  }

  @Test
  void jobsAThousandTimesAThousandApartShareNone() {
    JobRecord a = new JobRecord();
    JobRecord b = new JobRecord();
    a.submitTime = b.submitTime = 1_795_976_200L;
    a.jobId = 5;
    b.jobId = 5 + 999_999;
    assertNotEquals(sluid(a), sluid(b));
    // where Slurm has the second: 42 bits of milliseconds above 10 that count
    assertEquals(1_795_976_200L, (sluid(a) >>> 10 & (1L << 42) - 1) / 1000);
    assertEquals(1_795_976_200L, (sluid(b) >>> 10 & (1L << 42) - 1) / 1000);
    assertNotEquals(sluid(a) >>> 52, JobSluid.of("other", a) >>> 52);
  }

  /** Observed on 22.05.8 and 26.05.5: SubmitTime becomes that of the requeue, and the run has a SLUID of its own. */
  @Test
  void aRequeuedJobWasSubmittedAgain() {
    Cluster c = Cluster.of(1);
    long id = c.submit();
    c.start(id, 0);
    c.started(id);
    long first = sluid(c.job(id));
    c.pass(60);
    c.apply(new Command.RequeueJob(c.now, Cluster.ROOT, JobSelector.job(id), false, false));
    assertEquals(first, sluid(c.job(id)), "its processes still have the old one");
    c.ended(id, 15);
    c.released(id);
    assertEquals(JobPhase.PENDING, c.job(id).phase);
    assertEquals(c.now / 1000, c.job(id).submitTime);
    assertNotEquals(first, sluid(c.job(id)));
    assertNull(JobSluid.find(c.store, first));
    assertEquals(id, JobSluid.find(c.store, sluid(c.job(id))).jobId);
  }
}
