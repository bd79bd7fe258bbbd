package org.slurmctldj.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a broken, full or powerless disk does to the journal. */
final class JournalFaultTest {
  @TempDir Path folder;

  private static void waitUntil(java.util.function.BooleanSupplier condition) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < until, "waited 20 s in vain");
      java.util.concurrent.locks.LockSupport.parkNanos(100_000);
    }
  }

  @Test
  void shortWritesLoseNothing() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("shortWritesLoseNothing seed " + seed);
    MemoryDisk disk = new MemoryDisk();
    disk.shortWrites = new Random(seed);
    List<String> texts = new ArrayList<>();
    try (Fixture j = new Fixture(folder, Fixture.small().withDisk(disk))) {
      for (int i = 0; i < 50; i++) {
        texts.add("text " + i);
        j.append(texts.getLast()).get(20, TimeUnit.SECONDS);
      }
    }
    try (Fixture j = new Fixture(folder, Fixture.small().withDisk(disk))) {
      assertEquals(texts, j.replayed);
    }
  }

  @Test
  void whenFsyncFailsNothingMoreIsAcknowledged() throws Exception {
    MemoryDisk disk = new MemoryDisk();
    Fixture j = new Fixture(folder, Fixture.small().withDisk(disk));
    j.append("on disk").get(20, TimeUnit.SECONDS);
    disk.failForce = true;
    CompletableFuture<Long> lost = j.append("never on disk");
    waitUntil(() -> j.fatal.get() != null);
    disk.failForce = false; // Linux's next fsync would say yes
    CompletableFuture<Long> later = j.append("after the failure");
    j.crash();
    MemoryDisk after = disk.afterPowerLoss(new Random(1));
    try (Fixture k = new Fixture(folder, Fixture.small().withDisk(after))) {
      assertEquals("on disk", k.replayed.getFirst());
      assertFalse(lost.isDone());
      assertFalse(later.isDone());
    }
  }

  @Test
  void whenTheThreadThatMakesSegmentsFailsTheWriterDoesNotWaitForItForEver() throws Exception {
    MemoryDisk disk = new MemoryDisk() {
      @Override
      public long usableBytes(Path directory) {
        if (Thread.currentThread().getName().equals("journal-space")) {
          throw new OutOfMemoryError("on purpose");
        }
        return super.usableBytes(directory);
      }
    };
    Fixture j = new Fixture(folder, Fixture.small().withDisk(disk));
    for (int i = 0; i < 100; i++) { // more than the segment there is can take
      j.append("x".repeat(1000));
    }
    waitUntil(() -> j.fatal.get() != null);
    assertTrue(j.fatal.get().getMessage().contains("no further journal segment"), j.fatal.get().toString());
    j.crash();
  }

  @Test
  void whenWritingFailsNothingMoreIsAcknowledged() throws Exception {
    MemoryDisk disk = new MemoryDisk();
    Fixture j = new Fixture(folder, Fixture.small().withDisk(disk));
    j.append("on disk").get(20, TimeUnit.SECONDS);
    disk.failWrite = true;
    CompletableFuture<Long> lost = j.append("never on disk");
    waitUntil(() -> j.fatal.get() != null);
    assertNotNull(j.fatal.get());
    assertFalse(lost.isDone());
    j.crash();
  }

  @Test
  void aFullDiskRefusesNewWorkLetsJobsEndAndResumes() throws Exception {
    MemoryDisk disk = new MemoryDisk();
    try (Fixture j = new Fixture(folder, Fixture.small().withDisk(disk))) {
      String kilobyte = "k".repeat(1000);
      assertNull(j.tryAppend("submit 0", false));
      waitUntil(() -> disk.exists(j.directory.journal().resolve("reserve.space")));
      waitUntil(() -> disk.exists(j.directory.journal().resolve("next.space")));
      disk.capacity = disk.usedNow(); // full from here on
      int submitted = 0;
      while (j.tryAppend("submit " + kilobyte, false) == null) {
        submitted++;
      }
      assertTrue(submitted > 60, "the prepared segments can be used up: " + submitted);
      int ended = 0;
      for (; ended < 50; ended++) {
        assertNull(j.tryAppend("complete " + kilobyte, true), "completion " + ended);
      }
      assertEquals(Refusal.DISK_FULL, j.tryAppend("submit " + kilobyte, false));
      assertTrue(j.writer.diskFull());
      disk.capacity = Long.MAX_VALUE;
      j.writer.spaceFreed();
      waitUntil(() -> !j.writer.diskFull());
      assertNull(j.tryAppend("submit again", false));
      assertNull(j.fatal.get());
      long total = 1 + submitted + ended + 1;
      j.close();
      try (Fixture k = new Fixture(folder, Fixture.small().withDisk(disk))) {
        assertEquals(total, k.replayed.size());
        assertEquals("submit again", k.replayed.getLast());
      }
    }
  }

  @Test
  void aDaemonThatStartsOnAFullDiskStillTakesCompletions() throws Exception {
    MemoryDisk disk = new MemoryDisk();
    try (Fixture j = new Fixture(folder, Fixture.small().withDisk(disk))) {
      assertNull(j.tryAppend("submit 0", false));
      waitUntil(() -> disk.exists(j.directory.journal().resolve("reserve.space")));
      waitUntil(() -> disk.exists(j.directory.journal().resolve("next.space")));
    }
    disk.delete(folder.resolve("slurmctld-j/journal/next.space"));
    disk.capacity = disk.usedNow();
    try (Fixture j = new Fixture(folder, Fixture.small().withDisk(disk))) {
      assertEquals(List.of("submit 0"), j.replayed);
      assertEquals(Refusal.DISK_FULL, j.tryAppend("submit 1", false));
      assertNull(j.tryAppend("complete 0", true));
    }
  }

  @Test
  void aBlobThatDoesNotFitRefusesItsRecordOnly() throws Exception {
    MemoryDisk disk = new MemoryDisk();
    try (Fixture j = new Fixture(folder, Fixture.small().withDisk(disk))) {
      assertNull(j.tryAppend("submit 0", false));
      waitUntil(() -> disk.exists(j.directory.journal().resolve("reserve.space")));
      waitUntil(() -> disk.exists(j.directory.journal().resolve("next.space")));
      disk.capacity = disk.usedNow() + 1000;
      Blob large = Blob.of(new byte[5000]);
      CompletableFuture<Long> refused = j.append("with a large script", false, List.of(large));
      Throwable why = org.junit.jupiter.api.Assertions.assertThrows(
          java.util.concurrent.ExecutionException.class, () -> refused.get(20, TimeUnit.SECONDS)).getCause();
      assertEquals(Refusal.DISK_FULL, ((Fixture.RefusedRecord) why).why);
      Blob fits = Blob.of("#!/bin/sh\nhostname\n".getBytes(StandardCharsets.US_ASCII));
      assertEquals(2, j.append("with a script that fits", false, List.of(fits)).get(20, TimeUnit.SECONDS));
      assertArrayEquals(fits.content(), j.blobs.get(fits.hash()).orElseThrow());
      assertTrue(j.blobs.get(large.hash()).isEmpty());
    }
  }

  /** Any unsynced sector and name may or may not have reached the disk. */
  @Test
  void afterAPowerLossEveryAcknowledgedRecordIsThereOnceWithItsBlob() throws Exception {
    long seed = Long.getLong("slurmctldj.test.seed", new Random().nextLong());
    int rounds = Integer.getInteger("slurmctldj.test.powerLossRounds", 60);
    System.out.println("power loss seed " + seed + ", rounds " + rounds);
    Random random = new Random(seed);
    MemoryDisk disk = new MemoryDisk();
    Map<Long, String> acknowledged = new HashMap<>();
    Map<String, Blob> blobs = new HashMap<>();
    for (int round = 0; round < rounds; round++) {
      Fixture j = new Fixture(folder, Fixture.small().withDisk(disk));
      check(acknowledged, blobs, j, "seed " + seed + " round " + round);
      disk.bytesUntilPowerFails = random.nextInt(30_000);
      Map<String, CompletableFuture<Long>> waiting = new HashMap<>();
      for (int i = 0; i < 200 && j.fatal.get() == null; i++) {
        String text = "round " + round + " record " + i + "x".repeat(random.nextInt(200));
        Blob blob = random.nextInt(3) == 0 ? Blob.of(("script " + random.nextInt(1000)).getBytes(StandardCharsets.US_ASCII)) : null;
        if (blob != null) {
          blobs.put(text, blob);
        }
        CompletableFuture<Long> f = j.append(text, false, blob == null ? List.of() : List.of(blob));
        waiting.put(text, f);
        if (random.nextInt(4) == 0) {
          waitUntil(() -> f.isDone() || j.fatal.get() != null);
        }
      }
      MemoryDisk after = disk.afterPowerLoss(random);
      waitUntil(() -> j.fatal.get() != null || waiting.values().stream().allMatch(CompletableFuture::isDone));
      j.crash();
      waiting.forEach((text, f) -> {
        if (f.isDone() && !f.isCompletedExceptionally()) {
          acknowledged.put(f.join(), text);
        }
      });
      disk = after;
    }
    Fixture j = new Fixture(folder, Fixture.small().withDisk(disk));
    check(acknowledged, blobs, j, "seed " + seed + " at the end");
    j.close();
    assertTrue(acknowledged.size() > rounds, "only " + acknowledged.size() + " records acknowledged");
  }

  private static void check(Map<Long, String> acknowledged, Map<String, Blob> blobs, Fixture j, String when) {
    for (int i = 0; i < j.sequences.size(); i++) {
      assertEquals(i + 1, j.sequences.get(i), when);
    }
    acknowledged.forEach((sequence, text) -> {
      assertTrue(sequence <= j.replayed.size(), () -> when + ": acknowledged record " + sequence + " is lost");
      assertEquals(text, j.replayed.get((int) (sequence - 1)), when);
    });
    for (String text : j.replayed) {
      Blob blob = blobs.get(text);
      if (blob != null) {
        assertArrayEquals(blob.content(), j.blobs.get(blob.hash()).orElseThrow(() -> new AssertionError(when + ": lost " + blob)));
      }
    }
    // What was not acknowledged may be there too; from now on it must stay.
    for (int i = 0; i < j.replayed.size(); i++) {
      acknowledged.put((long) i + 1, j.replayed.get(i));
    }
  }
}
