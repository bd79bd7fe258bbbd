package org.slurmctldj.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.ClusterView;
import org.slurmctldj.core.Command;
import org.slurmctldj.core.CommandCodec;
import org.slurmctldj.core.CommandSink;
import org.slurmctldj.core.Effect;
import org.slurmctldj.core.RecordCodec;
import org.slurmctldj.core.Result;
import org.slurmctldj.core.StateMachine;
import org.slurmctldj.journal.Blob;
import org.slurmctldj.journal.BlobStore;
import org.slurmctldj.journal.JournalDamaged;
import org.slurmctldj.journal.JournalReader;
import org.slurmctldj.journal.JournalWriter;
import org.slurmctldj.journal.Snapshots;
import org.slurmctldj.journal.StateDirectory;
import org.slurmctldj.state.OffHeapStore;

/**
 * The controller's heart: takes commands from any thread, makes them durable, applies them in order on
 * one thread, answers, and tells listeners what the world must be made to do.
 *
 * <p>Use: {@link #open} (replays; the view is readable from then on), {@link #listen}, {@link #start},
 * {@link #reconfigure}, then {@link #submit} from any thread; {@link #close} at the end.
 */
public final class ClusterEngine implements CommandSink, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterEngine.class);
  private static final int SPARE_ROWS = 4096;
  private static final long REPORT_NANOS = 2_000_000_000L;

  /** Chronicle Map's classes are loaded when the first rush of clients behind a start is over. */
  private static final int MAP_DELAY_SECONDS = 5;

  private final StateDirectory directory;
  private final OffHeapStore store;
  private final StateMachine machine;
  private final BlobStore blobs;
  private final JournalWriter writer;
  private final SnapshotThread snapshots;
  private final DeadlineTimer timer;
  private final LongSupplier clock;
  private final List<Outbox> outboxes = new CopyOnWriteArrayList<>();
  private final List<Consumer<Effect>> signals = new CopyOnWriteArrayList<>();
  private final long replayed;
  private boolean started;
  private volatile boolean closed;
  private long reportAt = System.nanoTime() + REPORT_NANOS;

  private ClusterEngine(EngineOptions options, StateDirectory directory) throws IOException {
    this.directory = directory;
    this.clock = options.journal().clock();
    this.store = OffHeapStore.create();
    var disk = options.journal().disk();
    Snapshots files = new Snapshots(disk, directory.snapshots(), directory.journal());
    JournalReader reader = new JournalReader(disk, directory.journal());
    long begin = System.nanoTime();
    files.deleteUnfinished();
    Optional<Snapshots.Moment> snapshot = files.newest();
    if (snapshot.isPresent()) {
      files.load(snapshot.get(), SnapshotRecords.into(store));
    }
    this.machine = new StateMachine(store);
    long[] bytes = new long[1];
    long after = snapshot.map(Snapshots.Moment::sequence).orElse(0L);
    JournalReader.End end = reader.recover(after, (sequence, millis, payload) -> {
      bytes[0] += payload.length;
      replay(sequence, payload);
    });
    end = new JournalReader.End(
        end.lastSequence(), Math.max(end.lastMillis(), snapshot.map(Snapshots.Moment::millis).orElse(0L)));
    this.replayed = end.lastSequence() - after;
    this.blobs = BlobStore.open(disk, directory.blobs(), end.lastSequence());
    this.writer = new JournalWriter(options.journal(), directory, blobs, end, this::afterGroup);
    this.snapshots = new SnapshotThread(files, reader, writer, blobs, bytes[0], options.snapshotBytes());
    this.timer = new DeadlineTimer(clock, () -> submit(Command.Tick::new));
    LOG.info(
        "state: {} jobs, {} nodes from {} and {} journal records in {} ms",
        store.jobCount(), store.nodeCount(), snapshot.isPresent() ? "a snapshot" : "no snapshot", replayed,
        (System.nanoTime() - begin) / 1_000_000);
  }

  /**
   * Takes the state directory and brings the state back to where it was.
   *
   * @throws StateDirectory.Refused with a sentence for the admin
   * @throws JournalDamaged if what was acknowledged is no longer whole
   */
  public static ClusterEngine open(EngineOptions options) {
    return open(options, () -> {});
  }

  /** As {@link #open}; {@code taken} runs once the state directory is ours, before the state is read. */
  public static ClusterEngine open(EngineOptions options, Runnable taken) {
    StateDirectory directory = StateDirectory.open(options.stateSaveLocation(), options.adopt());
    try {
      taken.run();
      return new ClusterEngine(options, directory);
    } catch (IOException e) {
      directory.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  private void replay(long sequence, byte[] payload) {
    Command command;
    try {
      command = CommandCodec.decode(payload);
    } catch (RuntimeException e) {
      throw new JournalDamaged("journal record " + sequence + " cannot be read: " + e.getMessage());
    }
    machine.apply(sequence, command, effect -> {});
    if ((sequence & 1023) == 0 && System.nanoTime() > reportAt) {
      LOG.info("replaying the journal: record {}, {} jobs so far", sequence, store.jobCount());
      reportAt = System.nanoTime() + REPORT_NANOS;
    }
  }

  /**
   * Adds a listener; before {@link #start}. Its thread calls it.
   *
   * @param name for the thread and the log
   */
  public void listen(String name, EffectListener listener) {
    if (started) {
      throw new IllegalStateException("listeners come before start");
    }
    outboxes.add(new Outbox(name, listener));
  }

  /**
   * Adds what only sets a flag and wakes somebody: called on the apply thread itself, for each effect, so it costs no
   * hand-over. Before {@link #start}; effects of before the start are not repeated.
   */
  public void signal(Consumer<Effect> signal) {
    if (started) {
      throw new IllegalStateException("signals come before start");
    }
    signals.add(signal);
  }

  /** Says how many commands will come in a moment, as far as is known. Any thread. */
  public void expect(IntSupplier coming) {
    writer.expect(coming);
  }

  /** Begins to take commands, to fire deadlines and to tell listeners. */
  public void start() {
    started = true;
    timer.due(machine.nextDeadlineMillis());
    writer.start();
    snapshots.start();
    outboxes.forEach(Outbox::start);
    timer.start();
    CompletableFuture.delayedExecutor(MAP_DELAY_SECONDS, TimeUnit.SECONDS).execute(() -> {
      if (!closed) {
        store.makeMap();
      }
    });
  }

  /**
   * Any thread, never waits. The maker is called at once, and once more if the journal stamps the
   * command with a later time; it must do nothing but make the command. The future completes when the
   * command is durable and applied, on the apply thread: hand longer work to a thread of your own. A
   * command that the journal did not take completes with Slurm's number: 2019 disk full, 11 (EAGAIN)
   * too much at once or shutting down.
   */
  @Override
  public CompletableFuture<Result> submit(LongFunction<Command> maker) {
    return submitWithBlobs(maker, List.of());
  }

  /** As {@link #submit}; the blobs are durable before the command that names them. */
  public CompletableFuture<Result> submitWithBlobs(LongFunction<Command> maker, List<Blob> named) {
    PendingCommand pending = new PendingCommand(this, maker, named, clock.getAsLong());
    writer.append(pending);
    return pending.result();
  }

  /** Apply thread only. */
  Result apply(long sequence, Command command) {
    return machine.apply(sequence, command, this::hand);
  }

  private void hand(Effect effect) {
    for (Consumer<Effect> signal : signals) {
      signal.accept(effect);
    }
    for (Outbox outbox : outboxes) {
      outbox.hand(effect);
    }
  }

  /** Apply thread, after each group. */
  private void afterGroup() {
    for (Outbox outbox : outboxes) {
      outbox.wake();
    }
    timer.due(machine.nextDeadlineMillis());
    store.reserve(store.jobCount() + SPARE_ROWS, store.nodeCount());
    snapshots.written(writer.bytesWritten());
  }

  /**
   * At start and at SIGHUP: makes that configuration the cluster's, if it differs from the one in the
   * state. The epoch is set here.
   */
  public CompletableFuture<Result> reconfigure(ClusterConfig wanted) {
    ClusterConfig present = store.config();
    ClusterConfig next = withEpoch(wanted, present.epoch() + 1);
    if (present.epoch() > 0
        && Arrays.equals(
            RecordCodec.encodeConfig(withEpoch(wanted, present.epoch())), RecordCodec.encodeConfig(withEpoch(present, present.epoch())))) {
      return CompletableFuture.completedFuture(Result.OK);
    }
    return submit(now -> new Command.Reconfigure(now, next));
  }

  private static ClusterConfig withEpoch(ClusterConfig c, long epoch) {
    return new ClusterConfig(epoch, c.clusterName(), c.nodes(), c.partitions(), c.limits(), c.power()).withPools(c.pools());
  }

  /** The applied state, for any thread. */
  public ClusterView view() {
    return store;
  }

  /** The store itself, for planners that scan columns. */
  public OffHeapStore store() {
    return store;
  }

  /** Scripts and environments by hash, for any thread. */
  public BlobStore blobs() {
    return blobs;
  }

  /** Journal records that the start had to replay. */
  public long replayed() {
    return replayed;
  }

  /** True while submissions are, or are about to be, refused for want of disk space. */
  public boolean diskFull() {
    return writer.diskFull();
  }

  /** Makes a snapshot now. */
  public CompletableFuture<Snapshots.Moment> snapshotNow() {
    return snapshots.now();
  }

  /** Lets go of the state directory and of nothing else, as a killed process does. For tests. */
  void abandon() {
    closed = true;
    directory.close();
  }

  /** Orderly end: no more ticks, what was submitted is made durable and applied, then everything stops. */
  @Override
  public void close() {
    closed = true;
    if (started) {
      timer.close();
      snapshots.close();
      writer.close();
      outboxes.forEach(Outbox::close);
    }
    blobs.close();
    directory.close();
  }
}
