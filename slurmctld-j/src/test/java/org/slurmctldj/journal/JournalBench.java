package org.slurmctldj.journal;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Semaphore;

/**
 * Prints durable records per second with 1, 8 and 64 in flight, beside a bare loop that appends the
 * same bytes and calls fdatasync once per that many records. Not a test: {@code java -cp ...
 * org.slurmctldj.journal.JournalBench DIRECTORY [record bytes] [seconds]}.
 */
final class JournalBench {
  private JournalBench() {}

  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory(Path.of(args[0]), "journal-bench");
    int bytes = args.length > 1 ? Integer.parseInt(args[1]) : 600;
    long nanos = (args.length > 2 ? Long.parseLong(args[2]) : 3) * 1_000_000_000L;
    System.out.printf("records of %d bytes%n%10s %14s %14s %8s%n", bytes, "in flight", "journal/s", "bare loop/s", "ratio");
    try (Fixture j = new Fixture(folder, JournalOptions.standard())) {
      for (int inFlight : new int[] {64, 1, 8, 64}) { // the first is the warm-up
        long bare = bare(folder.resolve("bare"), bytes, inFlight, nanos);
        long ours = journal(j, bytes, inFlight, nanos);
        System.out.printf("%10d %14d %14d %7.0f%%%n", inFlight, ours, bare, 100.0 * ours / bare);
      }
    }
    try (var files = Files.walk(folder)) {
      files.sorted(java.util.Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
    }
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

  private static long bare(Path file, int bytes, int group, long nanos) throws Exception {
    long at = 0;
    long count = 0;
    try (FileChannel c = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer b = ByteBuffer.allocateDirect(group * SegmentFormat.sizeOf(bytes));
      long start = System.nanoTime();
      while (System.nanoTime() - start < nanos) {
        b.clear();
        at += c.write(b, at);
        c.force(false);
        count += group;
      }
      return count * 1_000_000_000L / (System.nanoTime() - start);
    }
  }
}
