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

/**
 * The power fails after a random number of bytes, while jobs are submitted and snapshots made: any
 * unsynced sector and name may be old or new. Every acknowledged job is there with its script, and no
 * id is given twice.
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
    long snapshots = 0;
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
      snapshots += engine.replayed() < engine.view().globals().lastSequence() ? 1 : 0;
      // A snapshot needs luck with the moment: more rounds until one start was from one, but not for ever.
      if (round >= rounds && (snapshots > 0 || round == 5 * rounds)) {
        engine.abandon();
        break;
      }
      engine.start();
      disk.bytesUntilPowerFails = 1 + random.nextInt(600_000);
      CompletableFuture<Result> configured = engine.reconfigure(Load.config(Load.NODES, 1_000_000, 300));
      await(configured, fatal);
      Map<String, CompletableFuture<Result>> waiting = new LinkedHashMap<>();
      for (int i = 0; fatal.get() == null && i < 3000; i++) {
        String name = "r" + round + "-" + i;
        CompletableFuture<Result> f = Load.submit(engine, name, script(name));
        waiting.put(name, f);
        if (i == 40 && round % 2 == 0) {
          // otherwise they come in quiet times only; every fourth time the power may fail amid it
          CompletableFuture<?> snapshot = engine.snapshotNow();
          while (round % 8 != 0 && !snapshot.isDone() && fatal.get() == null) {
            java.util.concurrent.locks.LockSupport.parkNanos(100_000);
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
    System.out.println(acknowledged.size() + " jobs acknowledged; " + snapshots + " starts from a snapshot");
    assertTrue(acknowledged.size() > rounds && snapshots > 0, "too little happened");
  }

  private static void await(CompletableFuture<Result> f, AtomicReference<Throwable> fatal) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!f.isDone() && fatal.get() == null) {
      assertTrue(System.nanoTime() < until, "waited 20 s in vain");
      java.util.concurrent.locks.LockSupport.parkNanos(100_000);
    }
  }
}
