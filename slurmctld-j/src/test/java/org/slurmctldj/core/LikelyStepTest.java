package org.slurmctldj.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** The step that is foreseen while its record is being written is the one that is made, unless something came between. */
class LikelyStepTest {
  private static final long NO_VAL = SlurmNumbers.NO_VAL;

  private final Cluster c = Cluster.of(3);

  private long allocation() {
    JobFields r = Cluster.request(Cluster.ALICE).number(JobField.BATCH_FLAG, 0).number(JobField.MIN_NODES, 2).number(JobField.MIN_CPUS, 8).number(JobField.SHARED, 0);
    long id = c.submit(r);
    assertTrue(c.start(id, 0, 1).isOk());
    return id;
  }

  private static JobFields srun(long tasks) {
    return new JobFields()
        .number(JobField.USER_ID, Cluster.ALICE.uid()).number(JobField.NUM_TASKS, tasks).number(JobField.STEP_HET_COMP, NO_VAL)
        .number(JobField.MIN_NODES, 1).number(JobField.MAX_NODES, 2);
  }

  private StepRecord likely(long job, JobFields request) {
    return DryRun.step(c.store, c.store.config(), c.job(job), request, c.now / 1000);
  }

  private Result create(long job, JobFields request) {
    return c.apply(new Command.CreateStep(c.now, Cluster.ALICE, job, NO_VAL, request));
  }

  /** Whatever is asked: foreseen and made are the same, and the job's version says so. */
  @Test
  void theForeseenStepIsTheOneThatIsMade() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int made = 0;
    for (int round = 0; round < 40; round++) {
      long job = allocation();
      for (int i = 0; i < 6; i++) {
        JobFields r = srun(1 + random.nextInt(5));
        r.number(JobField.MIN_NODES, 1 + random.nextInt(2));
        r.number(JobField.BITFLAGS, random.nextInt(3) == 0 ? StepRecord.OVERLAP : random.nextInt(3) == 0 ? StepRecord.EXCLUSIVE : 0);
        if (random.nextInt(3) == 0) {
          r.number(JobField.TIME_LIMIT, random.nextInt(5));
        }
        if (random.nextInt(3) == 0) {
          r.number(JobField.TASK_DIST, 1 + random.nextInt(4));
        }
        StepRecord likely = likely(job, r);
        long version = c.job(job).version;
        Result result = create(job, r);
        assertEquals(result.isOk(), likely != null, () -> "seed " + seed + ": " + r + " " + result);
        if (result.isOk()) {
          made++;
          assertEquals(likely, c.job(job).steps.find(result.jobId()), "seed " + seed);
          assertEquals(version + 1, c.job(job).version, "seed " + seed);
          if (random.nextInt(3) == 0) {
            c.apply(new Command.CompleteStep(c.now, Cluster.ALICE, job, result.jobId(), 0, 99, 0, NO_VAL));
          }
        }
      }
      c.apply(new Command.EndAllocation(c.now, Cluster.ALICE, job, 0, AllocationEnd.CLIENT));
      c.released(job);
    }
    assertTrue(made > 40, made + " steps were made");
  }

  @Test
  void aStepThatCameBetweenShowsInTheJobsVersion() {
    long job = allocation();
    JobRecord seen = c.job(job);
    JobFields r = srun(1).number(JobField.BITFLAGS, StepRecord.OVERLAP);
    assertEquals(0, likely(job, r).stepId());
    create(job, r);
    Result mine = create(job, r);
    assertEquals(1, mine.jobId());
    assertEquals(seen.version + 2, c.job(job).version);
  }

  @Test
  void nothingIsForeseenOfJobsThatHaveNoNodesOrAreOver() {
    long pending = c.submit(Cluster.request(Cluster.ALICE));
    assertNull(likely(pending, srun(1)));
    long job = allocation();
    assertNotNull(likely(job, srun(1)));
    assertNull(likely(job, srun(1).number(JobField.BITFLAGS, StepRecord.INTERACTIVE)));
    assertNull(likely(job, srun(1000)));
    c.apply(new Command.EndAllocation(c.now, Cluster.ALICE, job, 0, AllocationEnd.CLIENT));
    assertNull(likely(job, srun(1)));
  }
}
