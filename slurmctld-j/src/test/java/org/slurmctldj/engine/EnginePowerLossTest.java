package org.slurmctldj.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.Result;
import org.slurmctldj.journal.JournalOptions;
import org.slurmctldj.journal.MemoryDisk;
import org.slurmctldj.journal.Snapshots;

/**
 * The power fails after a random number of bytes, while jobs are submitted and snapshots made: any
 * unsynced sector and name may be old or new. Every acknowledged job is there with its script, no
 * id is given twice, and the next start begins at the last snapshot that was said to be made.
 */
final class EnginePowerLossTest {
  @TempDir Path folder;

  private static byte[] script(String name) {
    return ("#!/bin/sh\necho " + name + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void everyAcknowledgedJobSurvivesAPowerLossAlsoAmidSnapshots() throws Exception {
    long seed = Long.getLong("slurmctldj.test.seed", new Random().nextLong());
    int rounds = Integer.getInteger("slurmctldj.test.powerLossRounds", 20);
    System.out.println("engine power loss seed " + seed + ", rounds " + rounds);
    Random random = new Random(seed);
    MemoryDisk disk = new MemoryDisk();
    Map<Long, String> acknowledged = new HashMap<>();
    int snapshots = 0;
    long promised = 0;
    for (int round = 0; ; round++) {
      AtomicReference<Throwable> fatal = new AtomicReference<>();
      ClusterEngine engine = ClusterEngine.open(
          EngineOptions.standard(folder, false)
              .withJournal(JournalOptions.standard().withSegmentBytes(64 << 10).withDisk(disk)
                  .withFatal(t -> fatal.compareAndSet(null, t)))
              .withSnapshotBytes(15_000));
      for (Map.Entry<Long, String> job : acknowledged.entrySet()) {
        String when = "seed " + seed + " round " + round + " job " + job.getKey();
        JobRecord j = engine.view().job(job.getKey());
        assertNotNull(j, when);
        assertEquals(job.getValue(), j.request.text(JobField.NAME), when);
        assertArrayEquals(
            script(job.getValue()), engine.blobs().get(j.request.text(JobField.SCRIPT_HASH)).orElseThrow(), when);
      }
      long begun = engine.view().globals().lastSequence() - engine.replayed();
      assertTrue(begun >= promised, "seed " + seed + " round " + round + ": begun at " + begun + ", snapshot at " + promised);
      if (round == rounds) {
        engine.abandon();
        break;
      }
      engine.start();
      // Every second round asks for a snapshot; in every fourth one the power waits for it, in the others it may fail
      // amid it. A snapshot is as long as the state: the power must last the longer the more there is.
      boolean asks = round % 2 == 0;
      boolean waits = round % 4 == 2;
      int budget = 1 + random.nextInt(300_000 + (asks ? 400 * acknowledged.size() : 300_000));
      disk.powerFailsAfter(waits ? Long.MAX_VALUE : budget);
      CompletableFuture<Result> configured = engine.reconfigure(Load.config(Load.NODES, 1_000_000, 300));
      await(configured, fatal);
      Map<String, CompletableFuture<Result>> waiting = new LinkedHashMap<>();
      for (int i = 0; fatal.get() == null && i < 3000; i++) {
        String name = "r" + round + "-" + i;
        CompletableFuture<Result> f = Load.submit(engine, name, script(name));
        waiting.put(name, f);
        if (i == 40 && asks) {
          CompletableFuture<Snapshots.Moment> made = engine.snapshotNow();
          if (waits) {
            promised = made.get(5, TimeUnit.MINUTES).sequence();
            snapshots++;
            disk.powerFailsAfter(budget);
          }
        }
        if (i % 20 == 19) {
          await(f, fatal);
        }
      }
      MemoryDisk after = disk.afterPowerLoss(random); // at the latest now
      for (CompletableFuture<Result> f : waiting.values()) {
        await(f, fatal);
      }
      engine.abandon();
      waiting.forEach((name, f) -> {
        if (f.isDone() && f.join().isOk()) {
          assertEquals(null, acknowledged.put(f.join().jobId(), name), () -> "seed " + seed + ": id given twice");
        }
      });
      disk = after;
    }
    System.out.println(acknowledged.size() + " jobs acknowledged; " + snapshots + " starts after a promised snapshot");
    assertTrue(acknowledged.size() > rounds && snapshots == (rounds + 1) / 4, "too little happened");
  }

  private static void await(CompletableFuture<Result> f, AtomicReference<Throwable> fatal) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!f.isDone() && fatal.get() == null) {
      assertTrue(System.nanoTime() < until, "waited 20 s in vain");
      java.util.concurrent.locks.LockSupport.parkNanos(100_000);
    }
  }
}
