package org.slurmctldj.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.slurmctldj.journal.BlobStore;
import org.slurmctldj.journal.JournalOptions;
import org.slurmctldj.journal.JournalReader;
import org.slurmctldj.journal.JournalWriter;
import org.slurmctldj.journal.PendingRecord;
import org.slurmctldj.journal.Refusal;
import org.slurmctldj.journal.StateDirectory;

/** Appending a record of a submission's size until it is durable, on the disk below java.io.tmpdir. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(Scope.Benchmark)
public class JournalBenchmark {
  private static final byte[] PAYLOAD = new byte[320];

  private Path folder;
  private StateDirectory directory;
  private BlobStore blobs;
  private JournalWriter writer;

  private static final class Bytes extends PendingRecord {
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    @Override
    protected byte[] payload(long sequence, long millis) {
      return PAYLOAD;
    }

    @Override
    protected void durable() {
      done.complete(null);
    }

    @Override
    protected void refused(Refusal why, String detail) {
      done.completeExceptionally(new IllegalStateException(detail));
    }
  }

  @Setup
  public void open() throws IOException {
    folder = Files.createTempDirectory("journal-benchmark");
    JournalOptions options = JournalOptions.standard();
    directory = StateDirectory.open(folder, false);
    JournalReader.End end = new JournalReader(options.disk(), directory.journal()).recover(0, (sequence, millis, payload) -> {});
    blobs = BlobStore.open(options.disk(), directory.blobs(), end.lastSequence());
    writer = new JournalWriter(options, directory, blobs, end, () -> {}).start();
  }

  @TearDown
  public void close() throws IOException {
    writer.close();
    blobs.close();
    directory.close();
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
    }
  }

  private void append() {
    Bytes record = new Bytes();
    writer.append(record);
    record.done.join();
  }

  @Benchmark
  @Threads(1)
  public void oneInFlight() {
    append();
  }

  @Benchmark
  @Threads(64)
  public void sixtyFourInFlight() {
    append();
  }
}
