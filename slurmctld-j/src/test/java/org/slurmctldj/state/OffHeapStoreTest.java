package org.slurmctldj.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;
import org.junit.jupiter.api.Test;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.NodePhase;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.PlainStore;
import org.slurmctldj.core.RecordCodec;
import org.slurmctldj.core.StateStore;

/** The off-heap store gives back what the plain one does, whatever is put and removed. */
final class OffHeapStoreTest {

  static JobRecord job(Random r, long id) {
    JobRecord j = new JobRecord();
    j.jobId = id;
    j.phase = JobPhase.byCode(r.nextInt(5));
    j.priority = r.nextLong() >>> 1;
    j.partition = r.nextInt(5);
    j.partitions = new int[] {j.partition};
    j.submitTime = 1_700_000_000L + r.nextInt(1000);
    j.eligibleTime = j.submitTime + r.nextInt(1000);
    j.version = r.nextLong() >>> 1;
    j.timeLimit = r.nextInt(10_000);
    j.request.text(JobField.NAME, "n".repeat(r.nextInt(40)));
    j.request.number(JobField.USER_ID, r.nextInt(5000));
    j.request.number(JobField.MIN_NODES, 1 + r.nextInt(100));
    j.request.number(JobField.MIN_CPUS, 1 + r.nextInt(1000));
    if (r.nextInt(20) == 0) {
      j.request.text(JobField.COMMENT, "c".repeat(r.nextInt(200_000)));
    }
    if (r.nextInt(3) > 0) {
      j.request.text(JobField.SUBMIT_LINE, "sbatch " + "s".repeat(r.nextInt(1500)));
      j.request.texts(JobField.ARGV, List.of("a", "b".repeat(r.nextInt(50))));
    }
    return j;
  }

  static NodeRecord node(Random r, int index) {
    NodeRecord n = new NodeRecord();
    n.index = index;
    n.name = "node" + index;
    n.phase = NodePhase.byCode(r.nextInt(5));
    n.allocatedCpus = r.nextInt(100);
    n.drain = r.nextBoolean();
    n.version = r.nextInt();
    n.reason = "r".repeat(r.nextInt(300));
    return n;
  }

  /** Maps far too small for what comes, so that they fill up and grow all the time. */
  static RecordMap tiny(int entries, int bytes) {
    return new RecordMap("test", entries, n -> ChronicleMapBuilder.of(Long.class, byte[].class)
        .averageValueSize(bytes).entries(n).create());
  }

  private static void same(StateStore expected, StateStore actual, String when) {
    assertEquals(expected.jobCount(), actual.jobCount(), when);
    TreeMap<Long, byte[]> light = new TreeMap<>();
    List<Long> order = new ArrayList<>();
    actual.forEachJob(j -> {
      order.add(j.jobId);
      light.put(j.jobId, RecordCodec.encodeLight(j));
      String line = j.request.text(JobField.SUBMIT_LINE);
      assertTrue(line == null || line.length() <= 1024, when + ": a longer one is no list data");
    });
    assertEquals(new ArrayList<>(light.keySet()), order, when + ": ascending, once each");
    List<Long> ids = new ArrayList<>();
    expected.forEachJob(j -> ids.add(j.jobId));
    assertEquals(ids, order, when);
    List<Long> onNodes = new ArrayList<>();
    actual.forEachJobOnNodes(j -> onNodes.add(j.jobId));
    assertEquals(ids.stream().filter(id -> expected.job(id).phase.holdsNodes()).toList(), onNodes, when);
    for (long id : ids) {
      JobRecord e = expected.job(id);
      assertArrayEquals(RecordCodec.encodeJob(e), RecordCodec.encodeJob(actual.job(id)), when + " job " + id);
      assertArrayEquals(RecordCodec.encodeLight(e), light.get(id), when + " job " + id);
    }
    assertEquals(expected.nodeCount(), actual.nodeCount(), when);
    for (int i = 0; i < expected.nodeCount(); i++) {
      assertArrayEquals(RecordCodec.encodeNode(expected.node(i)), RecordCodec.encodeNode(actual.node(i)), when);
    }
  }

  private static void columnsAgree(OffHeapStore store) {
    JobColumns c = store.columns();
    int n = 0;
    while (c.next()) {
      n++;
      JobRecord j = store.job(c.jobId);
      assertEquals(j.phase, c.phase);
      assertEquals(j.priority, c.priority);
      assertEquals(j.partition, c.partition);
      assertEquals(j.request.number(JobField.USER_ID), c.userId);
      assertEquals(j.request.number(JobField.MIN_NODES), c.minNodes);
      assertEquals(j.request.number(JobField.MIN_CPUS), c.minCpus);
      assertEquals(j.timeLimit, c.timeLimit);
      assertEquals(j.eligibleTime, c.eligibleTime);
      assertEquals(j.version, c.version);
    }
    assertEquals(store.jobCount(), n);
    NodeColumns nodes = store.nodeColumns();
    int next = 0;
    while (nodes.next()) {
      NodeRecord r = store.node(next);
      assertEquals(next++, nodes.index);
      assertEquals(r.phase, nodes.phase);
      assertEquals(r.drain, nodes.drain);
      assertEquals(r.allocatedCpus, nodes.allocatedCpus);
      assertEquals(r.version, nodes.version);
    }
    assertEquals(store.nodeCount(), next);
  }

  private static void randomWork(OffHeapStore store, int steps) {
    long seed = Long.getLong("slurmctldj.test.seed", new Random().nextLong());
    System.out.println("OffHeapStoreTest seed " + seed);
    Random r = new Random(seed);
    PlainStore plain = new PlainStore();
    for (int step = 0; step < steps; step++) {
      int what = r.nextInt(10);
      if (what < 7) {
        JobRecord j = job(r, 1 + r.nextInt(3000));
        plain.putJob(j);
        store.putJob(j);
      } else if (what < 9) {
        long id = 1 + r.nextInt(3000);
        plain.removeJob(id);
        store.removeJob(id);
      } else if (r.nextInt(200) == 0) {
        plain.clearNodes();
        store.clearNodes();
      } else {
        NodeRecord n = node(r, Math.min(plain.nodeCount(), r.nextInt(200)));
        plain.putNode(n);
        store.putNode(n);
      }
      if (step % 5000 == 4999) {
        same(plain, store, "seed " + seed + " step " + step);
        columnsAgree(store);
      }
    }
  }

  /** sstat of a batch script asks its node in the version that the list of steps shows (0 was shown: nothing reached the node). */
  @Test
  void listsKnowInWhichVersionAJobWasSubmitted() {
    try (OffHeapStore store = OffHeapStore.create()) {
      JobRecord j = new JobRecord();
      j.jobId = 1;
      j.phase = JobPhase.RUNNING;
      j.partitions = new int[] {0};
      j.request.number(JobField.START_PROTOCOL_VERSION, 38 << 8);
      store.putJob(j);
      List<Long> seen = new ArrayList<>();
      store.forEachJob(listed -> seen.add(listed.request.number(JobField.START_PROTOCOL_VERSION)));
      assertEquals(List.of(38L << 8), seen);
    }
  }

  @Test
  void behavesLikeThePlainStoreWithoutAMap() {
    try (OffHeapStore store = OffHeapStore.create()) {
      randomWork(store, 20_000);
    }
  }

  @Test
  void behavesLikeThePlainStoreWhileMapsAreMadeAndGrow() {
    RecordMap tiny = tiny(20, 300);
    try (OffHeapStore store = OffHeapStore.with(tiny, tiny(4, 100))) {
      randomWork(store, 15_000);
    }
  }

  @Test
  void parkedRecordsMoveToTheMapOnceItIsThere() {
    OffHeapStore store = OffHeapStore.with(JobRows.newMap(), Definitions.newMap());
    Random r = new Random(7);
    PlainStore plain = new PlainStore();
    for (int id = 1; id <= 500; id++) {
      JobRecord j = job(r, id);
      plain.putJob(j);
      store.putJob(j);
    }
    long until = System.nanoTime() + 30_000_000_000L;
    for (int id = 501; store.mapJobs() < 300; id++) {
      assertTrue(System.nanoTime() < until, "no map after 30 s");
      JobRecord j = job(r, 501 + id % 100);
      plain.putJob(j);
      store.putJob(j);
    }
    same(plain, store, "with the map");
    for (int id = 1; id <= 700; id++) {
      plain.removeJob(id);
      store.removeJob(id);
    }
    same(plain, store, "emptied");
    assertEquals(0, store.mapJobs());
  }

  @Test
  void aRecordTooLargeForTheMapStaysInTheArenaAndReadersDoNotHang() {
    try (OffHeapStore store = OffHeapStore.with(JobRows.newMap(), Definitions.newMap())) {
      Random r = new Random(8);
      long until = System.nanoTime() + 30_000_000_000L;
      while (store.mapJobs() < 1) {
        assertTrue(System.nanoTime() < until, "no map after 30 s");
        JobRecord j = job(r, 1);
        j.request.text(JobField.SUBMIT_LINE, "sbatch");
        store.putJob(j);
      }
      JobRecord large = job(r, 1);
      large.request.text(JobField.SUBMIT_LINE, "s".repeat(4_000_000));
      store.putJob(large);
      assertEquals(0, store.mapJobs());
      assertArrayEquals(RecordCodec.encodeJob(large), RecordCodec.encodeJob(store.job(1)));
      store.removeJob(1);
      assertNull(store.job(1));
    }
  }

  @Test
  void blockClassesHoldWhatTheyAreFor() {
    int last = -1;
    for (int length = 0; length < 3_000_000; length += length < 5000 ? 1 : 997) {
      int c = BlockArena.classOf(length);
      assertTrue(BlockArena.capacityOf(c) >= length, "length " + length);
      assertTrue(c >= last);
      assertTrue(c == 0 || BlockArena.capacityOf(c - 1) < length, "length " + length + " could be a class lower");
      last = c;
    }
  }
}
