package org.slurmctldj.rpc.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.proto.slurm.JobInfo;
import org.slurmctldj.proto.wire.SlurmConstants;

/** What real controllers show for such jobs. */
class JobWireTest {
  private static final int V22_05 = 38;
  private static final int V24_11 = 42;
  private static final int V26_05 = 45;
  private static final long NTASKS_SET = 1L << 14;

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

  private String nodes(int version, long id) {
    JobInfo shown = new JobWire(c.store.config(), version, 0, null).of(c.job(id), null);
    return shown.numNodes() + "-" + shown.maxNodes();
  }

  /** NumNodes as sbatch --begin with -n5; with --ntasks-per-node=4 -n8; with neither: 26.05.5 shows 2-5, 2-2 and 1. */
  @Test
  void aPendingJobHasAtMostAsManyNodesAsTasksFrom2605On() {
    JobFields later = Cluster.request(Cluster.ROOT).number(JobField.BEGIN_TIME, c.now / 1000 + 1000);
    long five = c.submit(Cluster.ROOT, later.copy().number(JobField.NUM_TASKS, 5).number(JobField.BITFLAGS, NTASKS_SET)).jobId();
    long eight = c.submit(Cluster.ROOT, later.copy().number(JobField.NUM_TASKS, 8).number(JobField.NTASKS_PER_NODE, 4)
        .number(JobField.MIN_NODES, 2).number(JobField.BITFLAGS, NTASKS_SET)).jobId();
    long plain = c.submit(Cluster.ROOT, later).jobId();
    assertEquals("5", nodes(V26_05, five).split("-")[1]);
    assertEquals("2-2", nodes(V26_05, eight));
    assertEquals("1-0", nodes(V26_05, plain));
    assertEquals("0", nodes(V24_11, five).split("-")[1]);
  }

  /** NumNodes of sbatch --hold: 24.11.5 shows 1-1, with --ntasks-per-socket, too, and 1 with --ntasks-per-node or -c2. */
  @Test
  void aHeldJobThatNobodyLookedAtHasOneNode() {
    JobFields held = Cluster.request(Cluster.ROOT).number(JobField.PRIORITY, 0);
    long plain = c.submit(Cluster.ROOT, held.copy()).jobId();
    long socket = c.submit(Cluster.ROOT, held.copy().number(JobField.NTASKS_PER_SOCKET, 1)).jobId();
    long node = c.submit(Cluster.ROOT, held.copy().number(JobField.NTASKS_PER_NODE, 1)).jobId();
    assertEquals("1-1", nodes(V24_11, plain));
    assertEquals("1-1", nodes(V24_11, socket));
    assertEquals("1-0", nodes(V24_11, node));
    assertEquals("1-0", nodes(V22_05, socket));
  }

  /** LicensesAlloc of scontrol show job, 26.05.5. */
  @Test
  void licencesAreAllocatedOnceTheJobRuns() {
    long id = c.submit(Cluster.request(Cluster.ALICE).text(JobField.LICENSES, "foo:1"));
    assertNull(new JobWire(c.store.config(), V26_05, 0, null).of(c.job(id), null).licensesAllocated());
    c.start(id, 0);
    assertEquals("foo:1", new JobWire(c.store.config(), V26_05, 0, null).of(c.job(id), null).licensesAllocated());
  }
}
