package org.slurmctldj.rpc.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slurmctldj.core.Cluster;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobScan;
import org.slurmctldj.proto.slurm.JobInfo;
import org.slurmctldj.proto.slurm.JobInfoResponse;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.Unpacker;
import org.slurmctldj.state.OffHeapStore;

/** Many ask in many forms while jobs change: each answer is whole, and the memory of what nobody needs goes back. */
class EncodedJobsTest {
  private static final int JOBS = 700;
  private static final int ASKERS = 4;

  private final ClusterConfig config = Cluster.config(1, 4);

  private static final EncodedJobs.Waits WAITS =
      new EncodedJobs.Waits() {
        @Override
        public Object moment() {
          return this;
        }

        @Override
        public JobWire.Waiting of(JobRecord job) {
          return null;
        }

        @Override
        public JobWire.Waiting of(long jobId, Supplier<JobRecord> job) {
          return null;
        }
      };

  private static JobRecord job(Random r, long id, long version) {
    JobRecord j = new JobRecord();
    j.jobId = id;
    j.version = version;
    j.submitTime = version;
    j.request.text(JobField.NAME, id + ":" + version + ":" + "x".repeat(r.nextInt(200)));
    return j;
  }

  private EncodedJobs.Form form(int i) {
    return new EncodedJobs.Form(config, 38 + i % 8, i / 8, null);
  }

  /** Asks, reads the answer back as a client would, and gives it back; its length. */
  private static long ask(EncodedJobs encoded, OffHeapStore store, EncodedJobs.Form form, boolean some) {
    JobScan scan = some ? store.scan((id, user, array) -> id % 3 == 0) : store.scan();
    EncodedJobs.Selection s =
        some
            ? encoded.some(scan, form, WAITS, (user, partition) -> true)
            : encoded.all(scan, form, WAITS, (user, partition) -> true);
    long length = s.pieces().length();
    Packer out = new Packer();
    new JobListing(1, form.version(), s).write(out, form.version());
    JobInfoResponse answer = JobInfoResponse.read(new Unpacker(out.toByteArray()), form.version());
    assertEquals(s.jobs(), answer.jobs().size());
    long last = 0;
    for (JobInfo j : answer.jobs()) {
      assertTrue(j.stepId().jobId() > last, "ascending");
      last = j.stepId().jobId();
      assertTrue(j.name().startsWith(last + ":" + j.submitTime() + ":"), j.name() + " of job " + last);
    }
    return length;
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE >> 1, 600_000, 10})
  void answersAreWholeAndMemoryGoesBack(long mostBytes) throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    AtomicBoolean stop = new AtomicBoolean();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    AtomicLong asked = new AtomicLong();
    EncodedJobs encoded = new EncodedJobs(mostBytes);
    try (OffHeapStore store = OffHeapStore.create()) {
      List<Thread> askers = new ArrayList<>();
      for (int t = 0; t < ASKERS; t++) {
        Random mine = new Random(seed + t + 1);
        askers.add(Thread.ofPlatform().start(() -> {
          try {
            while (!stop.get()) {
              // Two forms mostly, now and then one of many, so that forms are forgotten, too.
              ask(encoded, store, form(mine.nextInt(10) == 0 ? mine.nextInt(16) : mine.nextInt(2)), mine.nextInt(4) == 0);
              asked.incrementAndGet();
            }
          } catch (Throwable e) {
            failure.compareAndSet(null, e);
          }
        }));
      }
      long end = System.nanoTime() + 60_000_000_000L;
      for (long version = 1; failure.get() == null && asked.get() < 1500; version++) {
        assertTrue(System.nanoTime() < end, "only " + asked + " answers");
        long id = 1 + random.nextInt(JOBS);
        if (random.nextInt(4) == 0) {
          store.removeJob(id);
        } else {
          store.putJob(job(random, id, version));
        }
        if (version % 100 == 0) {
          Thread.yield();
        }
      }
      stop.set(true);
      for (Thread t : askers) {
        t.join();
      }
      if (failure.get() != null) {
        throw new AssertionError("seed " + seed, failure.get());
      }
      long kept = 0;
      for (int i = 0; i < 4; i++) {
        kept += ask(encoded, store, form(i), false);
      }
      assertTrue(encoded.bytes() <= Math.min(kept, mostBytes), encoded.bytes() + " bytes held, " + kept + " of use, seed " + seed);
      assertTrue(mostBytes < kept || encoded.bytes() == kept, encoded.bytes() + " bytes held, " + kept + " of use, seed " + seed);
    }
  }

  /** Its record does not change meanwhile. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theReasonPrologComesAndGoesWithTheProlog(boolean some) {
    AtomicBoolean runs = new AtomicBoolean();
    EncodedJobs.Waits waits =
        new EncodedJobs.Waits() {
          @Override
          public Object moment() {
            return WAITS;
          }

          @Override
          public boolean prologRuns(long jobId) {
            return runs.get();
          }

          @Override
          public JobWire.Waiting of(JobRecord job) {
            return runs.get() ? JobWire.Waiting.PROLOG : null;
          }

          @Override
          public JobWire.Waiting of(long jobId, Supplier<JobRecord> job) {
            return null;
          }
        };
    EncodedJobs encoded = new EncodedJobs(1 << 20);
    EncodedJobs.Form form = form(0);
    try (OffHeapStore store = OffHeapStore.create()) {
      JobRecord job = job(new Random(1), 5, 1);
      job.phase = JobPhase.RUNNING;
      store.putJob(job);
      for (long reason : new long[] {0, 36, 36, 0, 0, 36}) {
        runs.set(reason == 36);
        EncodedJobs.Selection all = encoded.all(store.scan(), form, waits, (user, partition) -> true);
        EncodedJobs.Selection s = some ? encoded.some(store.scan(), form, waits, (user, partition) -> true) : all;
        Packer out = new Packer();
        new JobListing(1, form.version(), s).write(out, form.version());
        assertEquals(reason, JobInfoResponse.read(new Unpacker(out.toByteArray()), form.version()).jobs().getFirst().stateReason());
        if (some) {
          all.pieces().release();
        }
      }
    }
  }
}
