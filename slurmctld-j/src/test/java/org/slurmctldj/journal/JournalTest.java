package org.slurmctldj.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Appending, restarting, torn ends and damage, on the real file system. */
final class JournalTest {
  @TempDir Path folder;

  private static List<String> texts(int n) {
    return IntStream.range(0, n).mapToObj(i -> "record " + i + " " + "x".repeat(i % 300)).toList();
  }

  private void write(List<String> texts) throws Exception {
    try (Fixture j = new Fixture(folder, Fixture.small())) {
      List<CompletableFuture<Long>> all = texts.stream().map(j::append).toList();
      CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void recordsComeBackInOrderAfterARestartAcrossSegments() throws Exception {
    List<String> texts = texts(3000);
    write(texts);
    try (Fixture j = new Fixture(folder, Fixture.small())) {
      assertEquals(texts, j.replayed);
      assertEquals(LongStream.rangeClosed(1, 3000).boxed().toList(), j.sequences);
      assertEquals(3001, j.append("after the restart").get(10, TimeUnit.SECONDS));
    }
    assertTrue(SegmentFormat.segments(new RealDisk(), folder.resolve("slurmctld-j/journal")).size() > 3);
    try (Fixture j = new Fixture(folder, Fixture.small())) {
      assertEquals(3001, j.replayed.size());
      assertEquals("after the restart", j.replayed.getLast());
    }
  }

  /** What nobody waits for becomes durable by itself, too, and keeps its place before what came later. */
  @Test
  void aRecordThatMayWaitIsNeitherLostNorOvertaken() throws Exception {
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    try (Fixture j = new Fixture(folder, Fixture.small())) {
      CompletableFuture<Void> alone = patient(j, "alone", order);
      alone.get(10, TimeUnit.SECONDS);
      CompletableFuture<Void> first = patient(j, "first", order);
      CompletableFuture<Long> second = j.append("second");
      assertEquals(3, second.get(10, TimeUnit.SECONDS));
      assertTrue(first.isDone());
      patient(j, "at the end", order);
    }
    assertEquals(List.of("alone", "first", "at the end"), order);
    try (Fixture j = new Fixture(folder, Fixture.small())) {
      assertEquals(List.of("alone", "first", "second", "at the end"), j.replayed);
    }
  }

  /** What is about to come is waited for, but whether it comes or not: what is there becomes durable. */
  @Test
  void aRecordIsNotKeptByOthersThatNeverCome() throws Exception {
    try (Fixture j = new Fixture(folder, Fixture.small())) {
      j.writer.expect(() -> 1);
      for (int i = 1; i <= 20; i++) {
        assertEquals(i, j.append("record " + i).get(10, TimeUnit.SECONDS));
      }
      j.writer.expect(() -> 0);
      assertEquals(21, j.append("the last").get(10, TimeUnit.SECONDS));
    }
    try (Fixture j = new Fixture(folder, Fixture.small())) {
      assertEquals(21, j.replayed.size());
    }
  }

  private static CompletableFuture<Void> patient(Fixture j, String text, List<String> order) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    j.writer.append(
        new PendingRecord() {
          @Override
          public boolean mayWait() {
            return true;
          }

          @Override
          protected byte[] payload(long sequence, long millis) {
            return text.getBytes(StandardCharsets.UTF_8);
          }

          @Override
          protected void durable() {
            order.add(text);
            done.complete(null);
          }

          @Override
          protected void refused(Refusal why, String detail) {
            done.completeExceptionally(new IllegalStateException(detail));
          }
        });
    return done;
  }

  @Test
  void manyRestartsWithoutRecordsLeaveNoTrace() throws Exception {
    write(texts(10));
    for (int i = 0; i < 5; i++) {
      try (Fixture j = new Fixture(folder, Fixture.small())) {
        assertEquals(10, j.end.lastSequence());
      }
    }
    assertEquals(1, SegmentFormat.segments(new RealDisk(), folder.resolve("slurmctld-j/journal")).size());
  }

  @Test
  void aRecordLargerThanASegmentGetsOneOfItsOwn() throws Exception {
    String large = "L".repeat(300_000);
    write(List.of("small", large, "small again"));
    try (Fixture j = new Fixture(folder, Fixture.small())) {
      assertEquals(List.of("small", large, "small again"), j.replayed);
    }
  }

  @Test
  void timeNeverGoesBackEvenIfTheClockDoes() throws Exception {
    AtomicLong clock = new AtomicLong(5_000);
    List<Long> times = new ArrayList<>();
    try (Fixture j = new Fixture(folder, Fixture.small().withClock(clock::get))) {
      j.append("a").get();
      clock.set(3_000);
      j.append("b").get();
      clock.set(6_000);
      j.append("c").get();
    }
    clock.set(1_000);
    try (Fixture j = new Fixture(folder, Fixture.small().withClock(clock::get))) {
      j.append("d").get();
      new JournalReader(new RealDisk(), j.directory.journal()).replayClosed(0, 3, (s, millis, p) -> times.add(millis));
      assertEquals(6_000, j.end.lastMillis());
    }
    assertEquals(List.of(5_000L, 5_000L, 6_000L), times);
  }

  private Path lastSegment() throws Exception {
    Path journal = folder.resolve("slurmctld-j/journal");
    return journal.resolve(SegmentFormat.fileName(SegmentFormat.segments(new RealDisk(), journal).getLast()));
  }

  /** The last segment as a process leaves it that was killed: no seal. */
  private long unsealedEnd() throws Exception {
    long size = Files.size(lastSegment());
    try (RandomAccessFile f = new RandomAccessFile(lastSegment().toFile(), "rw")) {
      f.setLength(size - SegmentFormat.sizeOf(0));
    }
    return size - SegmentFormat.sizeOf(0);
  }

  @Test
  void aTornLastRecordIsCutWhereverItTore() throws Exception {
    write(List.of("one", "two", "three, which is the one that will be torn in the middle of its bytes"));
    long end = unsealedEnd();
    byte[] whole = Files.readAllBytes(lastSegment());
    int recordSize = SegmentFormat.sizeOf("three, which is the one that will be torn in the middle of its bytes".length());
    for (long cut = end - recordSize; cut < end; cut += 3) {
      Files.write(lastSegment(), java.util.Arrays.copyOf(whole, (int) cut));
      try (Fixture j = new Fixture(folder, Fixture.small())) {
        assertEquals(List.of("one", "two"), j.replayed, "cut at " + cut);
      }
    }
    try (Fixture j = new Fixture(folder, Fixture.small())) {
      assertEquals(3, j.append("three again").get(10, TimeUnit.SECONDS));
    }
    try (Fixture j = new Fixture(folder, Fixture.small())) {
      assertEquals(List.of("one", "two", "three again"), j.replayed);
    }
  }

  private void flip(Path file, long at) throws Exception {
    try (RandomAccessFile f = new RandomAccessFile(file.toFile(), "rw")) {
      f.seek(at);
      int b = f.read();
      f.seek(at);
      f.write(b ^ 0x10);
    }
  }

  @Test
  void damageInTheMiddleOfTheLastSegmentIsRefusedWithItsPlace() throws Exception {
    try (Fixture j = new Fixture(folder, Fixture.small())) {
      for (int i = 0; i < 20; i++) { // one group each, so that later records prove earlier ones
        j.append("record " + i).get(10, TimeUnit.SECONDS);
      }
    }
    unsealedEnd();
    flip(lastSegment(), SegmentFormat.HEADER + 5L * SegmentFormat.sizeOf(8) + 34);
    JournalDamaged e = assertThrows(JournalDamaged.class, () -> new Fixture(folder, Fixture.small()));
    assertTrue(e.getMessage().contains("damaged at byte " + (SegmentFormat.HEADER + 5 * SegmentFormat.sizeOf(8))), e.getMessage());
    assertTrue(e.getMessage().contains("record 6"), e.getMessage());
  }

  @Test
  void damageInAnOlderSegmentIsRefused() throws Exception {
    write(texts(2000));
    Path journal = folder.resolve("slurmctld-j/journal");
    Path second = journal.resolve(SegmentFormat.fileName(SegmentFormat.segments(new RealDisk(), journal).get(1)));
    flip(second, 20_000);
    JournalDamaged e = assertThrows(JournalDamaged.class, () -> new Fixture(folder, Fixture.small()));
    assertTrue(e.getMessage().contains("acknowledged records are damaged or missing"), e.getMessage());
  }

  @Test
  void aMissingSegmentIsRefused() throws Exception {
    write(texts(2000));
    Path journal = folder.resolve("slurmctld-j/journal");
    Files.delete(journal.resolve(SegmentFormat.fileName(SegmentFormat.segments(new RealDisk(), journal).get(1))));
    JournalDamaged e = assertThrows(JournalDamaged.class, () -> new Fixture(folder, Fixture.small()));
    assertTrue(e.getMessage().contains("missing"), e.getMessage());
  }

  @Test
  void aSecondDaemonOnTheSameDirectoryIsRefused() throws Exception {
    try (Fixture j = new Fixture(folder, Fixture.small())) {
      StateDirectory.Refused e =
          assertThrows(StateDirectory.Refused.class, () -> StateDirectory.open(folder, false));
      assertTrue(e.getMessage().contains("another slurmctld-j (pid " + ProcessHandle.current().pid() + ")"), e.getMessage());
      j.append("still fine").get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void aWriterWhoseEpochWasTakenAcknowledgesNothing() throws Exception {
    Fixture j = new Fixture(folder, Fixture.small());
    j.append("mine").get(10, TimeUnit.SECONDS);
    Files.writeString(folder.resolve("slurmctld-j/lock"), String.format("%019d pid 1\n", 99)); // another host, say
    CompletableFuture<Long> late = j.append("no longer mine");
    while (j.fatal.get() == null) {
      java.util.concurrent.locks.LockSupport.parkNanos(100_000);
    }
    assertTrue(j.fatal.get().getMessage().contains("another controller has taken the state directory"));
    assertTrue(!late.isDone());
    j.close(); // its writer has ended: nothing more is written, and the threads beside it end, too
  }

  @Test
  void slurmsOwnStateIsRefusedUnlessAdopted() throws Exception {
    Files.writeString(folder.resolve("job_state"), "");
    StateDirectory.Refused e = assertThrows(StateDirectory.Refused.class, () -> StateDirectory.open(folder, false));
    assertTrue(e.getMessage().contains("--adopt"), e.getMessage());
    assertTrue(Files.notExists(folder.resolve("slurmctld-j")));
    StateDirectory.open(folder, true).close();
    StateDirectory.open(folder, false).close(); // remembered
    assertTrue(Files.exists(folder.resolve("job_state")));
  }

  @Test
  void epochsRiseAtEveryStart() throws Exception {
    long first;
    try (StateDirectory d = StateDirectory.open(folder, false)) {
      first = d.epoch();
    }
    try (StateDirectory d = StateDirectory.open(folder, false)) {
      assertEquals(first + 1, d.epoch());
    }
  }

  @Test
  void afterCloseRecordsAreRefused() throws Exception {
    Fixture j = new Fixture(folder, Fixture.small());
    j.close();
    assertEquals(Refusal.CLOSED, j.tryAppend("late", false));
  }

  @Test
  void aSnapshotMakesCoveredSegmentsGo() throws Exception {
    List<String> texts = texts(1000);
    write(texts);
    try (Fixture j = new Fixture(folder, Fixture.small())) {
      j.append("1001").get(10, TimeUnit.SECONDS);
      long last = j.writer.closeSegment().get(10, TimeUnit.SECONDS);
      assertEquals(1001, last);
      j.append("1002").get(10, TimeUnit.SECONDS);
      List<String> seen = new ArrayList<>();
      new JournalReader(new RealDisk(), j.directory.journal()).replayClosed(0, last, (s, m, p) -> seen.add(new String(p)));
      assertEquals(1001, seen.size());
      Snapshots snapshots = new Snapshots(new RealDisk(), j.directory.snapshots(), j.directory.journal());
      assertTrue(snapshots.write(new Snapshots.Moment(last, 7), sink -> {
        for (String s : seen) {
          sink.put((byte) 1, s.getBytes());
        }
        sink.put((byte) 2, new byte[3 << 20]);
      }));
    }
    Snapshots snapshots =
        new Snapshots(new RealDisk(), folder.resolve("slurmctld-j/snapshots"), folder.resolve("slurmctld-j/journal"));
    Snapshots.Moment moment = snapshots.newest().orElseThrow();
    assertEquals(new Snapshots.Moment(1001, 7), moment);
    List<Integer> sizes = new ArrayList<>();
    snapshots.load(moment, (kind, record) -> sizes.add(record.length));
    assertEquals(1002, sizes.size());
    assertEquals(3 << 20, sizes.getLast());
    try (Fixture j = new Fixture(folder, Fixture.small(), moment.sequence())) {
      assertEquals(List.of("1002"), j.replayed);
      assertNull(j.fatal.get());
    }
  }

  @Test
  void aDamagedSnapshotIsRefused() throws Exception {
    try (StateDirectory d = StateDirectory.open(folder, false)) {
      Snapshots snapshots = new Snapshots(new RealDisk(), d.snapshots(), d.journal());
      snapshots.write(new Snapshots.Moment(5, 7), sink -> sink.put((byte) 1, new byte[1000]));
      flip(d.snapshots().resolve(String.format("%019d.snapshot", 5)), 500);
      assertThrows(JournalDamaged.class, () -> snapshots.load(snapshots.newest().orElseThrow(), (k, r) -> {}));
    }
  }

  @Test
  void tooManyWaitingRecordsAreRefusedAsOverload() throws Exception {
    try (Fixture j = new Fixture(folder, Fixture.small().withMaxWaiting(10))) {
      CompletableFuture<Void> hold = new CompletableFuture<>();
      CompletableFuture<Void> held = j.writer.onWriterThread(hold::join);
      List<CompletableFuture<Long>> all = IntStream.range(0, 30).mapToObj(i -> j.append("r" + i)).toList();
      hold.complete(null);
      held.get(10, TimeUnit.SECONDS);
      long refused = all.stream().filter(CompletableFuture::isCompletedExceptionally).count();
      assertEquals(21, refused); // the held task counts as one
    }
  }
}
