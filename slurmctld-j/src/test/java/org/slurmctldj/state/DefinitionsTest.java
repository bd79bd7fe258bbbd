package org.slurmctldj.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.DefinitionCodec;
import org.slurmctldj.core.PartitionDefinition;
import org.slurmctldj.core.PlainStore;
import org.slurmctldj.core.RecordCodec;
import org.slurmctldj.core.ReservationDefinition;
import org.slurmctldj.core.StateStore;

/** Partitions and reservations as records of the store: in the arena, in Chronicle Map, on their way between. */
final class DefinitionsTest {
  private static PartitionDefinition partition(Random r, String name) {
    return new PartitionDefinition(
        name, IntStream.range(0, r.nextInt(200)).map(i -> i * 3).toArray(), "n[1-" + r.nextInt(100) + "]", r.nextInt(4), 3,
        r.nextInt(1000), 60, 1, 2, 8, 1, r.nextInt(9), 1, 5, 0, 0, 0, 4000, null, null, new long[] {1, r.nextInt()}, null,
        List.of("a" + r.nextInt()), null, null, null, null);
  }

  private static ReservationDefinition reservation(Random r, String name) {
    return new ReservationDefinition(
        name, r.nextInt(1000), 1000 + r.nextInt(1000), 1L << r.nextInt(30), IntStream.range(0, r.nextInt(50)).toArray(),
        List.of("u" + r.nextInt(9)), List.of(), "p1", "c".repeat(r.nextInt(2000)));
  }

  private static void randomWork(OffHeapStore store, int steps) {
    long seed = Long.getLong("slurmctldj.test.seed", new Random().nextLong());
    System.out.println("DefinitionsTest seed " + seed);
    Random r = new Random(seed);
    PlainStore plain = new PlainStore();
    List<StateStore> both = List.of(plain, store);
    for (int step = 0; step < steps; step++) {
      int what = r.nextInt(100);
      if (what < 40) {
        int index = Math.min(r.nextInt(60), plain.config().partitions().size());
        PartitionDefinition p = partition(r, "p" + index);
        both.forEach(s -> s.putPartition(index, p));
      } else if (what < 75) {
        ReservationDefinition v = reservation(r, "r" + r.nextInt(60));
        both.forEach(s -> s.putReservation(v));
      } else if (what < 99) {
        String name = "r" + r.nextInt(60);
        both.forEach(s -> s.removeReservation(name));
      } else if (r.nextInt(10) == 0) {
        both.forEach(StateStore::clearDefinitions);
      }
      if (r.nextInt(3) == 0) {
        store.forgetDecoded();
      }
      ClusterConfig before = store.config();
      byte[] was = RecordCodec.encodeConfig(before);
      both.forEach(s -> s.putConfig(ClusterConfig.EMPTY));
      both.forEach(s -> s.putGlobals(s.globals()));
      String when = "seed " + seed + " step " + step;
      assertArrayEquals(RecordCodec.encodeConfig(plain.config()), RecordCodec.encodeConfig(store.config()), when);
      assertArrayEquals(was, RecordCodec.encodeConfig(before), when + ": who holds the former moment still has all of it");
    }
  }

  @Test
  void behaveLikeThePlainStoreWithoutAMap() {
    try (OffHeapStore store = OffHeapStore.create()) {
      randomWork(store, 5_000);
    }
  }

  @Test
  void behaveLikeThePlainStoreWhileMapsFillUpAndLargerOnesAreMadeBesideThem() {
    try (OffHeapStore store = OffHeapStore.with(JobRows.newMap(), OffHeapStoreTest.tiny(4, 100))) {
      randomWork(store, 20_000);
    }
  }

  private static void commands(OffHeapStore store, int count) {
    for (int i = 0; i < count; i++) {
      store.putGlobals(store.globals());
    }
  }

  @Test
  void parkedRecordsMoveToTheMapWithTheCommandsThatComeWhateverTheseAre() {
    Random r = new Random(3);
    try (OffHeapStore store = OffHeapStore.create()) {
      List<PartitionDefinition> partitions = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        partitions.add(partition(r, "p" + i));
        store.putPartition(i, partitions.get(i));
      }
      store.putReservation(reservation(r, "r"));
      store.putConfig(ClusterConfig.EMPTY);
      assertEquals(0, store.mapDefinitions());
      store.makeMap();
      long until = System.nanoTime() + 30_000_000_000L;
      while (store.mapDefinitions() < 101) {
        assertTrue(System.nanoTime() < until, "no map after 30 s");
        commands(store, 1);
        LockSupport.parkNanos(1_000_000);
      }
      int[] at = {0};
      store.forEachEncodedPartition(p -> assertArrayEquals(DefinitionCodec.encode(partitions.get(at[0]++)), p));
      assertEquals(100, at[0]);
      store.clearDefinitions();
      store.putConfig(ClusterConfig.EMPTY);
      assertEquals(0, store.mapDefinitions());
    }
  }

  @Test
  void aRecordWhoseDecodedFormIsForgottenIsReadAgain() {
    Random r = new Random(4);
    try (OffHeapStore store = OffHeapStore.create()) {
      PartitionDefinition p = partition(r, "only");
      byte[] bytes = DefinitionCodec.encode(p);
      store.putPartition(0, p);
      store.putConfig(ClusterConfig.EMPTY);
      assertSame(p, store.config().partitions().get(0), "decoded form kept while it is in use");
      store.forgetDecoded();
      assertArrayEquals(bytes, DefinitionCodec.encode(store.config().partitions().get(0)));
      assertEquals(0, store.config().partitionIndex("only"));
      assertEquals(-1, store.config().partitionIndex("other"));
    }
  }

  @Test
  void readersSeeWholeRecordsWhileTheyAreReplacedAndMoved() throws Exception {
    Random r = new Random(5);
    try (OffHeapStore store = OffHeapStore.with(JobRows.newMap(), OffHeapStoreTest.tiny(4, 100))) {
      AtomicReference<Throwable> failed = new AtomicReference<>();
      Thread reader = Thread.ofPlatform().start(() -> {
        try {
          while (!Thread.currentThread().isInterrupted()) {
            for (PartitionDefinition p : store.config().partitions()) {
              assertEquals(p.maxTime(), p.maxNodes(), "parts of two records");
            }
            for (ReservationDefinition v : store.config().reservations()) {
              assertEquals(v.start(), v.end(), "parts of two records");
            }
          }
        } catch (Throwable e) {
          failed.set(e);
        }
      });
      long until = System.nanoTime() + 3_000_000_000L;
      for (int i = 0; i < 30_000 && System.nanoTime() < until && failed.get() == null; i++) {
        int n = r.nextInt(40);
        byte[] encoded = DefinitionCodec.encode(sameTwice(Math.min(n, store.config().partitions().size()), i));
        store.putPartition(Math.min(n, store.config().partitions().size()), DefinitionCodec.decodePartition(encoded));
        store.putReservation(new ReservationDefinition("r" + n, i, i, 0, new int[n], List.of(), List.of(), null, null));
        if (n == 0) {
          store.removeReservation("r" + r.nextInt(40));
        }
        store.putConfig(ClusterConfig.EMPTY);
        store.forgetDecoded();
        commands(store, 1);
      }
      reader.interrupt();
      reader.join();
      assertNull(failed.get());
    }
  }

  private static PartitionDefinition sameTwice(int index, int value) {
    return new PartitionDefinition(
        "p" + index, new int[value % 50], null, 0, 3, value, 0, 0, value, 0, 1, 1, 1, 0, 0, 0, 0, 0, null, null, null, null, null,
        null, null, null, null);
  }
}
