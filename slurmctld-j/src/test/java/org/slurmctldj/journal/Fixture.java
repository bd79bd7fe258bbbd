package org.slurmctldj.journal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** A journal with blobs in a folder, whose records are texts; the same folder may be opened again after close or a crash. */
final class Fixture implements AutoCloseable {
  final StateDirectory directory;
  final BlobStore blobs;
  final JournalWriter writer;
  final List<String> replayed = new ArrayList<>();
  final List<Long> sequences = new ArrayList<>();
  final JournalReader.End end;
  final AtomicReference<Throwable> fatal = new AtomicReference<>();

  Fixture(Path stateSaveLocation, JournalOptions options) throws IOException {
    this(stateSaveLocation, options, 0);
  }

  Fixture(Path stateSaveLocation, JournalOptions options, long after) throws IOException {
    directory = StateDirectory.open(stateSaveLocation, false);
    try {
      JournalOptions o = options.withFatal(t -> fatal.compareAndSet(null, t));
      end = new JournalReader(o.disk(), directory.journal()).recover(after, (sequence, millis, payload) -> {
        sequences.add(sequence);
        replayed.add(new String(payload, StandardCharsets.UTF_8));
      });
      blobs = BlobStore.open(o.disk(), directory.blobs(), end.lastSequence());
      writer = new JournalWriter(o, directory, blobs, end, () -> {}).start();
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  static JournalOptions small() {
    return JournalOptions.standard().withSegmentBytes(64 << 10);
  }

  /** A record that carries a text; the future's value is its sequence, or the refusal is its exception. */
  static final class Text extends PendingRecord {
    final CompletableFuture<Long> acknowledged = new CompletableFuture<>();
    private final String text;
    private final boolean urgent;
    private final List<Blob> blobs;

    Text(String text, boolean urgent, List<Blob> blobs) {
      this.text = text;
      this.urgent = urgent;
      this.blobs = blobs;
    }

    @Override
    public boolean mayUseReserve() {
      return urgent;
    }

    @Override
    public List<Blob> blobs() {
      return blobs;
    }

    @Override
    protected byte[] payload(long sequence, long millis) {
      return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    protected void durable() {
      acknowledged.complete(sequence());
    }

    @Override
    protected void refused(Refusal why, String detail) {
      acknowledged.completeExceptionally(new RefusedRecord(why));
    }
  }

  static final class RefusedRecord extends RuntimeException {
    private static final long serialVersionUID = 1;
    final Refusal why;

    RefusedRecord(Refusal why) {
      super(why.sentence());
      this.why = why;
    }
  }

  CompletableFuture<Long> append(String text) {
    return append(text, false, List.of());
  }

  CompletableFuture<Long> append(String text, boolean urgent, List<Blob> blobs) {
    Text record = new Text(text, urgent, blobs);
    writer.append(record);
    return record.acknowledged;
  }

  /** Appends and waits; null if refused. */
  Refusal tryAppend(String text, boolean urgent) throws Exception {
    try {
      append(text, urgent, List.of()).get(20, TimeUnit.SECONDS);
      return null;
    } catch (java.util.concurrent.ExecutionException e) {
      return ((RefusedRecord) e.getCause()).why;
    }
  }

  /** Lets go of the folder as a killed process would: nothing is flushed. */
  void crash() {
    directory.close();
  }

  @Override
  public void close() {
    writer.close();
    blobs.close();
    directory.close();
  }
}
