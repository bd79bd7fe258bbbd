package org.slurmctldj.rpc.render;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.proto.wire.SlurmConstants;

/** What real controllers show for such jobs. */
class JobWireTest {
  private static final int V22_05 = 38;
  private static final int V24_11 = 42;

  private final Cluster c = Cluster.of(2);

  private long priority(int version, String priorityType, long id) {
    return new JobWire(c.store.config(), version, 0, priorityType).of(c.job(id), null).priority();
  }

  private long nice(long nice) {
    JobFields r = Cluster.request(Cluster.ROOT).number(JobField.NICE, SlurmConstants.NICE_OFFSET + nice);
    return c.submit(Cluster.ROOT, r).jobId();
  }

  @Test
  void withoutPriorityTypeEachReleaseShowsItsOwnDefault() {
    long plain = c.submit();
    long late = nice(10);
    long early = nice(-10);
    long given = c.submit(Cluster.ROOT, Cluster.request(Cluster.ROOT).number(JobField.PRIORITY, 50)).jobId();
    long held = c.submit(Cluster.ROOT, Cluster.request(Cluster.ROOT).number(JobField.PRIORITY, 0)).jobId();
    assertEquals(4294901759L, priority(V22_05, null, plain));
    assertEquals(4294901748L, priority(V22_05, null, late));
    assertEquals(4294901759L, priority(V24_11, "priority/basic", plain));
    assertEquals(1, priority(V24_11, null, plain));
    assertEquals(1, priority(V24_11, null, late));
    assertEquals(10, priority(V24_11, null, early));
    assertEquals(50, priority(V24_11, null, given));
    assertEquals(0, priority(V24_11, null, held));
    assertEquals(1, priority(V22_05, "priority/multifactor", plain));
  }
}
