package org.slurmctldj.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import net.openhft.chronicle.map.ChronicleMapBuilder;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobScan;
import org.slurmctldj.core.NodeRecord;

/**
 * One writer changes, removes and adds jobs and nodes while readers read them in each way there is:
 * every record a reader gets must be one that was written, whole. Every field of a record repeats its
 * version, so a mixture shows.
 */
final class ConcurrentReadersTest {
  private static final int FEW = 64;
  private static final int MANY = 4000;

  private static JobRecord job(Random r, long id, long version) {
    JobRecord j = new JobRecord();
    j.jobId = id;
    j.phase = JobPhase.byCode((int) (version % 5));
    j.version = version;
    j.priority = version * 3;
    j.eligibleTime = version * 5;
    j.timeLimit = version % 100_000;
    j.request.number(JobField.USER_ID, version % 60_000);
    j.request.text(JobField.NAME, id + ":" + version + ":" + "x".repeat(r.nextInt(300)));
    j.request.text(JobField.SUBMIT_LINE, id + ":" + version + ":" + "y".repeat(1100 + r.nextInt(300)));
    return j;
  }

  private static void whole(JobRecord j, boolean withBulky) {
    String prefix = j.jobId + ":" + j.version + ":";
    String name = j.request.text(JobField.NAME);
    assertTrue(name.startsWith(prefix) && name.indexOf('x') == (name.length() == prefix.length() ? -1 : prefix.length()), name);
    assertEquals(j.version * 3, j.priority);
    if (withBulky) {
      String line = j.request.text(JobField.SUBMIT_LINE);
      assertTrue(line.startsWith(prefix), () -> line + " in a record of " + prefix);
    }
  }

  @Test
  void noReaderEverSeesAMixture() throws Exception {
    readWhileWriting(JobRows.newMap(), FEW, () -> true);
  }

  /** The first map is far too small: records are parked, a larger map is made beside the full one, they move, and all that while read. */
  @Test
  void noReaderSeesAMixtureWhileMapsGrow() throws Exception {
    AtomicInteger made = new AtomicInteger();
    RecordMap growing = new RecordMap("jobs", 20, entries -> {
      made.incrementAndGet();
      return ChronicleMapBuilder.of(Long.class, byte[].class).averageValueSize(300).entries(entries).create();
    });
    readWhileWriting(growing, MANY, () -> made.get() > 2);
  }

  private static void readWhileWriting(RecordMap bulky, int jobs, BooleanSupplier enough) throws Exception {
    long seed = Long.getLong("slurmctldj.test.seed", new Random().nextLong());
    System.out.println("ConcurrentReadersTest seed " + seed);
    Random r = new Random(seed);
    OffHeapStore store = OffHeapStore.with(bulky, Definitions.newMap());
    AtomicBoolean stop = new AtomicBoolean();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    AtomicLong reads = new AtomicLong();
    List<Runnable> ways = List.of(
        () -> {
          for (int id = 1; id <= jobs; id++) {
            JobRecord j = store.job(id);
            if (j != null) {
              assertEquals(id, j.jobId);
              whole(j, true);
              reads.incrementAndGet();
            }
          }
        },
        () -> store.forEachJob(j -> {
          whole(j, false);
          reads.incrementAndGet();
        }),
        () -> {
          JobScan scan = store.scan();
          for (int row = 0; row < scan.size(); row++) {
            long before = scan.stamp(row);
            JobRecord j = scan.job(row);
            if (j != null) {
              whole(j, false);
              assertEquals(scan.jobId(row), j.jobId);
              long of = scan.stampOfJob();
              JobRecord again = scan.job(row);
              assertTrue(of >= before);
              assertTrue(again == null || scan.stampOfJob() != of || again.version == j.version, "two records with one stamp");
              reads.incrementAndGet();
            }
          }
        },
        () -> {
          JobColumns c = store.columns();
          while (c.next()) {
            assertEquals(c.version * 3, c.priority);
            assertEquals(c.version * 5, c.eligibleTime);
            assertEquals(c.version % 60_000, c.userId);
            assertEquals(c.version % 100_000, c.timeLimit);
            assertEquals(c.version % 5, c.phase.code());
            reads.incrementAndGet();
          }
        },
        () -> {
          for (int i = 0; i < 8; i++) {
            NodeRecord n = store.node(i);
            if (n != null) {
              assertTrue(n.reason.startsWith(n.version + ":"), n.reason);
              assertEquals(n.version, n.allocatedMemory);
            }
          }
        });
    List<Thread> readers = new ArrayList<>();
    for (Runnable way : ways) {
      readers.add(Thread.ofPlatform().start(() -> {
        try {
          while (!stop.get()) {
            way.run();
          }
        } catch (Throwable t) {
          failure.compareAndSet(null, t);
        }
      }));
    }
    long version = 1;
    long end = System.nanoTime() + Long.getLong("slurmctldj.test.readerMillis", 2_000) * 1_000_000;
    long giveUp = end + 120_000_000_000L;
    while ((System.nanoTime() < end || !enough.getAsBoolean()) && failure.get() == null) {
      assertTrue(System.nanoTime() < giveUp, "what was to happen did not");
      for (int i = 0; i < 100; i++, version++) {
        long id = 1 + r.nextInt(jobs);
        if (r.nextInt(4) == 0) {
          store.removeJob(id);
        } else {
          store.putJob(job(r, id, version));
        }
        NodeRecord n = new NodeRecord();
        n.index = r.nextInt(8);
        n.name = "n" + n.index;
        n.version = version;
        n.allocatedMemory = version;
        n.reason = version + ":" + "z".repeat(r.nextInt(200));
        store.putNode(n);
      }
    }
    stop.set(true);
    for (Thread t : readers) {
      t.join();
    }
    if (failure.get() != null) {
      throw new AssertionError("seed " + seed, failure.get());
    }
    System.out.println("ConcurrentReadersTest: " + version + " writes, " + reads + " reads");
    assertTrue(reads.get() > 10_000, "only " + reads + " reads");
  }
}
