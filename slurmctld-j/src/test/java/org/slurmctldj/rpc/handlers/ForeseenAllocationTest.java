package org.slurmctldj.rpc.handlers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.AllocationEnd;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.DryRun;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobFields;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.Proposal;
import org.slurmctldj.core.Result;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.rpc.render.AllocationWire;
import org.slurmctldj.sched.Planner;

/** What a client is told of an allocation that was foreseen while its record was written is what it has. */
class ForeseenAllocationTest {
  private final Cluster c = Cluster.of(4);
  private final Planner planner = new Planner();

  private byte[] told(JobRecord j, int version) {
    Packer p = new Packer(512);
    AllocationWire.of(c.store, j, 0, "users").write(p, version);
    return p.toByteArray();
  }

  @Test
  void theForeseenAnswerIsThatOfTheJob() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    planner.plan(c.store, c.now);
    int placed = 0;
    for (int i = 0; i < 200; i++) {
      int version = 38 + random.nextInt(6);
      JobFields f =
          Cluster.request(Cluster.ALICE)
              .number(JobField.BATCH_FLAG, 0)
              .number(JobField.MIN_NODES, 1 + random.nextInt(3))
              .number(JobField.NUM_TASKS, 1 + random.nextInt(6))
              .number(JobField.START_PROTOCOL_VERSION, version << 8);
      if (random.nextBoolean()) {
        f.number(JobField.SHARED, 0);
      }
      if (random.nextBoolean()) {
        f.number(JobField.TIME_LIMIT, 1 + random.nextInt(100));
      }
      if (random.nextInt(3) == 0) {
        f.clear(JobField.PN_MIN_MEMORY);
      }
      if (random.nextInt(3) == 0) {
        f.text(JobField.ACCOUNT, "physics");
      }
      DryRun made = DryRun.of(c.store, Cluster.ALICE, f, c.now / 1000);
      assertNull(made.refusal(), () -> "seed " + seed + " " + made.refusal());
      long nextId = c.store.globals().nextJobId();
      Proposal place = planner.first(c.store, made.job(), c.now);
      assertNotNull(place, "seed " + seed);
      JobRecord foreseen = made.at(place, nextId);
      Result r = c.apply(new Command.SubmitJob(c.now, Cluster.ALICE, f, place));
      JobRecord job = c.job(r.jobId());
      assertTrue(r.isOk());
      assertEquals(nextId, job.jobId, "seed " + seed);
      assertEquals(JobPhase.RUNNING, job.phase, "seed " + seed);
      assertEquals(1, job.version, "seed " + seed);
      assertArrayEquals(told(job, version), told(foreseen, version), "seed " + seed);
      placed++;
      c.apply(new Command.EndAllocation(c.now, Cluster.ALICE, job.jobId, 0, AllocationEnd.CLIENT));
      c.released(job.jobId);
    }
    assertEquals(200, placed);
  }

  /** Its record's version is not the first any more: the answer is made anew. */
  @Test
  void whatHappenedToItSinceShowsInTheVersion() {
    planner.plan(c.store, c.now);
    JobFields f = Cluster.request(Cluster.ALICE).number(JobField.BATCH_FLAG, 0);
    Proposal place = planner.first(c.store, DryRun.of(c.store, Cluster.ALICE, f, c.now / 1000).job(), c.now);
    long id = c.apply(new Command.SubmitJob(c.now, Cluster.ALICE, f, place)).jobId();
    assertEquals(1, c.job(id).version);
    c.apply(new Command.EndAllocation(c.now, Cluster.ALICE, id, 0, AllocationEnd.CLIENT));
    assertTrue(c.job(id).version > 1);
    // one that had to wait first has another version when it runs
    long waits = c.submit(Cluster.request(Cluster.ALICE).number(JobField.BATCH_FLAG, 0));
    assertTrue(c.start(waits, 1).isOk());
    assertTrue(c.job(waits).version > 1);
  }
}
