package org.slurmctldj.journal;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.Semaphore;

/**
 * Prints durable records per second with 1, 8 and 64 in flight, beside a bare loop that writes the
 * same bytes into a file filled before, as the journal's segments are, and calls fdatasync once per
 * that many records. Not a test: bench/journal.sh runs it; arguments DIRECTORY [record bytes]
 * [seconds]. Exit status 1 if with 64 in flight the journal makes less than half of the bare loop.
 */
final class JournalBench {
  private static final int ROUNDS = 5;
  private static final int BARE_BYTES = 64 << 20;

  private JournalBench() {}

  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory(Path.of(args[0]), "journal-bench");
    int bytes = args.length > 1 ? Integer.parseInt(args[1]) : 600;
    long nanos = (args.length > 2 ? Long.parseLong(args[2]) : 3) * 1_000_000_000L;
    System.out.printf("records of %d bytes%n%10s %14s %14s %8s %14s%n", bytes, "in flight", "journal/s", "bare loop/s", "ratio", "records/group");
    double ratio = 0;
    try (Fixture j = new Fixture(folder, JournalOptions.standard())) {
      Path bare = folder.resolve("bare");
      fill(bare);
      journal(j, bytes, 64, 2 * nanos); // warm-up
      for (int inFlight : new int[] {1, 8, 64}) {
        long[] loops = new long[ROUNDS];
        long[] journals = new long[ROUNDS];
        long records = -j.writer.durableSequence();
        long groups = -j.writer.groupsWritten();
        for (int i = 0; i < ROUNDS; i++) { // interleaved: the disk has other users
          loops[i] = bare(bare, bytes, inFlight, nanos / ROUNDS);
          journals[i] = journal(j, bytes, inFlight, nanos / ROUNDS);
        }
        Arrays.sort(loops);
        Arrays.sort(journals);
        ratio = (double) journals[ROUNDS / 2] / loops[ROUNDS / 2];
        System.out.printf("%10d %14d %14d %7.0f%% %14.1f%n", inFlight, journals[ROUNDS / 2], loops[ROUNDS / 2], 100 * ratio,
            (double) (records + j.writer.durableSequence()) / (groups + j.writer.groupsWritten()));
      }
    }
    try (var files = Files.walk(folder)) {
      files.sorted(java.util.Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
    }
    System.out.println("journal, 64 in flight: " + Math.round(100 * ratio) + " % of bare (>= 50 %: " + (ratio >= 0.5 ? "met" : "MISSED") + ")");
    System.exit(ratio >= 0.5 ? 0 : 1);
  }

  private static long journal(Fixture j, int bytes, int inFlight, long nanos) throws Exception {
    Semaphore free = new Semaphore(inFlight);
    String text = "r".repeat(bytes);
    long count = 0;
    long start = System.nanoTime();
    while (System.nanoTime() - start < nanos) {
      free.acquire();
      j.append(text).thenAccept(sequence -> free.release());
      count++;
    }
    free.acquire(inFlight);
    return count * 1_000_000_000L / (System.nanoTime() - start);
  }

  private static void fill(Path file) throws Exception {
    try (FileChannel c = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
      for (int at = 0; at < BARE_BYTES; at += zeros.capacity()) {
        c.write(zeros.clear(), at);
      }
      c.force(true);
    }
  }

  private static long bare(Path file, int bytes, int group, long nanos) throws Exception {
    long at = 0;
    long count = 0;
    try (FileChannel c = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer b = ByteBuffer.allocateDirect(group * SegmentFormat.sizeOf(bytes));
      long start = System.nanoTime();
      while (System.nanoTime() - start < nanos) {
        at = at + b.capacity() > BARE_BYTES ? 0 : at;
        at += c.write(b.clear(), at);
        c.force(false);
        count += group;
      }
      return count * 1_000_000_000L / (System.nanoTime() - start);
    }
  }
}
