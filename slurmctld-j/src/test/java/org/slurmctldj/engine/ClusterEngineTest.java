package org.slurmctldj.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.Effect;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobSelector;
import org.slurmctldj.core.Result;
import org.slurmctldj.journal.JournalOptions;
import org.slurmctldj.journal.MemoryDisk;
import org.slurmctldj.journal.RealDisk;
import org.slurmctldj.journal.Snapshots;
import org.slurmctldj.state.OffHeapStore;

/** Commands in, durable state and effects out, across restarts. */
final class ClusterEngineTest {
  @TempDir Path folder;

  private static void waitUntil(BooleanSupplier condition) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < until, "waited 20 s in vain");
      java.util.concurrent.locks.LockSupport.parkNanos(100_000);
    }
  }

  private EngineOptions options() {
    return EngineOptions.standard(folder, false)
        .withJournal(JournalOptions.standard().withSegmentBytes(256 << 10).withFatal(t -> {
          throw new AssertionError(t);
        }));
  }

  private ClusterEngine started(EngineOptions options) throws Exception {
    ClusterEngine engine = ClusterEngine.open(options);
    engine.start();
    assertTrue(engine.reconfigure(Load.config(Load.NODES)).get(20, TimeUnit.SECONDS).isOk());
    return engine;
  }

  /** The whole state as bytes, in a fixed order. */
  private static List<byte[]> bytes(OffHeapStore store) {
    List<byte[]> all = new ArrayList<>();
    SnapshotRecords.write(store, (kind, record) -> {
      byte[] b = Arrays.copyOf(record, record.length + 1);
      b[record.length] = kind;
      all.add(b);
    });
    return all;
  }

  private static void same(List<byte[]> expected, List<byte[]> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), actual.get(i), "record " + i);
    }
  }

  @Test
  void aSubmittedJobIsThereAfterARestartWithItsScript() throws Exception {
    byte[] script = "#!/bin/sh\nhostname\n".getBytes();
    long id;
    try (ClusterEngine engine = started(options())) {
      Result r = Load.submit(engine, "one", script).get(10, TimeUnit.SECONDS);
      assertTrue(r.isOk());
      id = r.jobId();
    }
    try (ClusterEngine engine = ClusterEngine.open(options())) {
      JobRecord j = engine.view().job(id);
      assertEquals(JobPhase.PENDING, j.phase);
      assertEquals("one", j.request.text(JobField.NAME));
      assertEquals("sbatch one", j.request.text(JobField.SUBMIT_LINE));
      byte[] hash = java.util.HexFormat.of().parseHex(j.request.text(JobField.SCRIPT_HASH));
      assertArrayEquals(script, engine.blobs().get(hash).orElseThrow());
    }
  }

  @Test
  void replayAndSnapshotGiveTheSameStateBitByBit() throws Exception {
    long seed = Long.getLong("slurmctldj.test.seed", new Random().nextLong());
    System.out.println("replayAndSnapshotGiveTheSameStateBitByBit seed " + seed);
    Random random = new Random(seed);
    List<byte[]> live = List.of();
    for (int start = 0; start < 4; start++) {
      try (ClusterEngine engine = ClusterEngine.open(options())) {
        if (start > 0) {
          same(live, bytes(engine.store()));
        }
        engine.start();
        engine.reconfigure(Load.config(Load.NODES)).get(20, TimeUnit.SECONDS);
        Load.register(engine, Load.NODES);
        Load load = new Load(engine, random);
        for (int i = 0; i < 400; i++) {
          load.step();
          if (start > 0 && i == 200) {
            engine.snapshotNow().get(20, TimeUnit.SECONDS);
          }
        }
        if (start == 2) {
          Snapshots.Moment moment = engine.snapshotNow().get(20, TimeUnit.SECONDS);
          if (moment.sequence() == engine.view().globals().lastSequence()) {
            try (OffHeapStore loaded = OffHeapStore.create()) {
              Path ours = folder.resolve("slurmctld-j");
              new Snapshots(new RealDisk(), ours.resolve("snapshots"), ours.resolve("journal"))
                  .load(moment, SnapshotRecords.into(loaded));
              same(bytes(engine.store()), bytes(loaded));
            }
          }
        }
        engine.close();
        live = bytes(engine.store());
      }
    }
    assertTrue(live.size() > 100, "records: " + live.size());
  }

  @Test
  void aSnapshotIsMadeByItselfWhenTheJournalHasGrown() throws Exception {
    try (ClusterEngine engine = started(options().withSnapshotBytes(100_000))) {
      byte[] script = new byte[100];
      Path snapshots = folder.resolve("slurmctld-j/snapshots");
      List<CompletableFuture<Result>> all = new ArrayList<>();
      for (int i = 0; i < 2000; i++) {
        all.add(Load.submit(engine, "job" + i, script));
      }
      CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
      waitUntil(() -> {
        try (Stream<Path> files = Files.list(snapshots)) {
          return files.anyMatch(f -> f.toString().endsWith(".snapshot"));
        } catch (java.io.IOException e) {
          throw new java.io.UncheckedIOException(e);
        }
      });
    }
    try (ClusterEngine engine = ClusterEngine.open(options())) {
      assertEquals(2000, engine.view().jobCount());
      assertTrue(engine.replayed() < 2000, "replayed " + engine.replayed());
    }
  }

  @Test
  void onlyAChangedConfigurationIsJournaled() throws Exception {
    try (ClusterEngine engine = started(options())) {
      long sequence = engine.view().globals().lastSequence();
      assertTrue(engine.reconfigure(Load.config(Load.NODES)).get(10, TimeUnit.SECONDS).isOk());
      assertEquals(sequence, engine.view().globals().lastSequence());
      assertTrue(engine.reconfigure(Load.config(Load.NODES + 2)).get(10, TimeUnit.SECONDS).isOk());
      assertEquals(sequence + 1, engine.view().globals().lastSequence());
      assertEquals(2, engine.view().config().epoch());
      assertEquals(Load.NODES + 2, engine.view().nodeCount());
    }
    try (ClusterEngine engine = ClusterEngine.open(options())) {
      assertEquals(2, engine.view().config().epoch());
    }
  }

  private static final class Recorder implements EffectListener {
    private final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();

    @Override
    public void effect(Effect effect) {
      seen.add(effect.getClass().getSimpleName());
    }

    @Override
    public void resync() {
      seen.add("resync");
    }
  }

  @Test
  void listenersResyncFirstAndSeeEffectsOfThisRunOnly() throws Exception {
    Recorder first = new Recorder();
    try (ClusterEngine engine = ClusterEngine.open(options())) {
      engine.listen("test", first);
      engine.start();
      engine.reconfigure(Load.config(Load.NODES)).get(10, TimeUnit.SECONDS);
      Load.submit(engine, "a", new byte[10]).get(10, TimeUnit.SECONDS);
      waitUntil(() -> first.seen.contains("Replan"));
    }
    assertEquals("resync", first.seen.peek());
    Recorder second = new Recorder();
    try (ClusterEngine engine = ClusterEngine.open(options())) {
      engine.listen("test", second);
      engine.start();
      waitUntil(() -> !second.seen.isEmpty());
    }
    assertEquals(List.of("resync"), List.copyOf(second.seen));
  }

  @Test
  void aFailingListenerIsTakenBackToTheState() throws Exception {
    Recorder recorder = new Recorder();
    boolean[] failed = new boolean[1];
    try (ClusterEngine engine = ClusterEngine.open(options())) {
      engine.listen("failing", new EffectListener() {
        @Override
        public void effect(Effect effect) {
          if (!failed[0]) {
            failed[0] = true;
            throw new IllegalStateException("on purpose");
          }
        }

        @Override
        public void resync() {
          recorder.resync();
        }
      });
      engine.start();
      engine.reconfigure(Load.config(Load.NODES)).get(10, TimeUnit.SECONDS);
      waitUntil(() -> recorder.seen.size() >= 2);
    }
  }

  @Test
  void aListenerThatFailsWithAnErrorIsTakenBackToTheStateToo() throws Exception {
    Recorder recorder = new Recorder();
    boolean[] failed = new boolean[1];
    try (ClusterEngine engine = ClusterEngine.open(options())) {
      engine.listen("failing", new EffectListener() {
        @Override
        public void effect(Effect effect) {
          if (!failed[0]) {
            failed[0] = true;
            throw new StackOverflowError("on purpose");
          }
        }

        @Override
        public void resync() {
          recorder.resync();
        }
      });
      engine.start();
      engine.reconfigure(Load.config(Load.NODES)).get(10, TimeUnit.SECONDS);
      waitUntil(() -> recorder.seen.size() >= 2);
    }
  }

  @Test
  void whatASnapshotCutShortHasLeftIsGoneAfterAStart() throws Exception {
    started(options()).close();
    Path left = folder.resolve("slurmctld-j/snapshots/snapshot.writing");
    Files.write(left, new byte[1 << 20]);
    started(options()).close();
    assertFalse(Files.exists(left));
  }

  @Test
  void finishedJobsArePurgedByTheTimerAlone() throws Exception {
    try (ClusterEngine engine = ClusterEngine.open(options())) {
      engine.start();
      engine.reconfigure(Load.config(Load.NODES, 100, 1)).get(10, TimeUnit.SECONDS);
      long id = Load.submit(engine, "a", new byte[10]).get(10, TimeUnit.SECONDS).jobId();
      Result r = engine.submit(now -> new Command.KillJob(now, Load.ALICE, JobSelector.job(id), 9, 0)).get(10, TimeUnit.SECONDS);
      assertTrue(r.isOk(), r.toString());
      waitUntil(() -> engine.view().job(id) == null);
    }
  }

  @Test
  void aFullDiskRefusesSubmissionsWithSlurmsNumberAndLetsJobsEnd() throws Exception {
    MemoryDisk disk = new MemoryDisk();
    EngineOptions options = options().withJournal(options().journal().withDisk(disk));
    try (ClusterEngine engine = started(options)) {
      long id = Load.submit(engine, "first", new byte[10]).get(10, TimeUnit.SECONDS).jobId();
      Path journal = folder.resolve("slurmctld-j/journal");
      waitUntil(() -> disk.exists(journal.resolve("reserve.space")) && disk.exists(journal.resolve("next.space")));
      disk.capacity = disk.usedNow();
      assertEquals(2019, Load.submit(engine, "with a new script", new byte[1000]).get(10, TimeUnit.SECONDS).error());
      Result r = Result.OK;
      for (int i = 0; r.isOk(); i++) {
        r = Load.submit(engine, "s".repeat(1000), new byte[10]).get(10, TimeUnit.SECONDS);
        assertTrue(i < 1000);
      }
      assertEquals(2019, r.error());
      assertNotNull(r.message());
      assertTrue(engine.submit(now -> new Command.KillJob(now, Load.ALICE, JobSelector.job(id), 9, 0)).get(10, TimeUnit.SECONDS).isOk());
      disk.capacity = Long.MAX_VALUE;
      waitUntil(() -> !engine.diskFull());
      assertTrue(Load.submit(engine, "again", new byte[1000]).get(10, TimeUnit.SECONDS).isOk());
    }
    try (ClusterEngine engine = ClusterEngine.open(options)) {
      assertEquals(JobPhase.DONE, engine.view().job(1).phase);
    }
  }

  @Test
  void afterCloseCommandsAreRefusedAndNothingHangs() throws Exception {
    ClusterEngine engine = started(options());
    engine.close();
    assertEquals(11, Load.submit(engine, "late", new byte[10]).get(10, TimeUnit.SECONDS).error());
  }

  @Test
  void racingSubmissionsCannotPassMaxJobCountAndGetDistinctIds() throws Exception {
    try (ClusterEngine engine = ClusterEngine.open(options())) {
      engine.start();
      engine.reconfigure(Load.config(Load.NODES, 50, 300)).get(10, TimeUnit.SECONDS);
      ConcurrentLinkedQueue<Result> results = new ConcurrentLinkedQueue<>();
      List<Thread> clients = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        clients.add(Thread.ofVirtual().start(() -> {
          for (int i = 0; i < 20; i++) {
            results.add(Load.submit(engine, "j", new byte[10]).join());
          }
        }));
      }
      for (Thread t : clients) {
        t.join();
      }
      List<Long> ids = results.stream().filter(Result::isOk).map(Result::jobId).toList();
      assertEquals(50, ids.size());
      assertEquals(50, ids.stream().distinct().count());
      assertFalse(ids.contains(0L));
      assertNotEquals(0, results.stream().filter(r -> !r.isOk()).findFirst().orElseThrow().error());
      assertNull(engine.view().job(999_999));
    }
  }
}
