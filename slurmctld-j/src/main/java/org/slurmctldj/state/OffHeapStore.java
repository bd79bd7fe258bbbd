package org.slurmctldj.state;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.slurmctldj.core.ChangeRing;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.Globals;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobRow;
import org.slurmctldj.core.JobScan;
import org.slurmctldj.core.NodeJobs;
import org.slurmctldj.core.NodeRecord;
import org.slurmctldj.core.NodeRow;
import org.slurmctldj.core.PartitionDefinition;
import org.slurmctldj.core.RecordCodec;
import org.slurmctldj.core.ReservationDefinition;
import org.slurmctldj.core.StateStore;
import org.slurmctldj.core.TagReader;

/**
 * The state off the heap. Apply is the only writer; readers copy a record's bytes and keep them if
 * the row's stamp did not change meanwhile, else they copy again: no lock, no waiting, no torn record.
 * {@link #forEachJob} and {@link #columns} never touch Chronicle Map.
 */
public final class OffHeapStore implements StateStore, AutoCloseable {
  /** So many changes may pass while a planner is at work before it has to look at everything again. */
  private static final int CHANGES_KEPT = 1 << 16;

  private final Arena arena = Arena.ofShared();
  private final BlockArena blocks = new BlockArena(arena);
  private final JobRows jobs;
  private final NodeRows nodes;
  private final Definitions definitions;
  private final ChangeRing changes = new ChangeRing(CHANGES_KEPT);
  private final NodeJobs nodeJobs = new NodeJobs();
  private volatile Globals globals = Globals.INITIAL;
  private volatile ClusterConfig config = ClusterConfig.EMPTY;

  private OffHeapStore(RecordMap bulky, RecordMap definitions) {
    this.jobs = new JobRows(arena, blocks, bulky);
    this.nodes = new NodeRows(arena, blocks);
    this.definitions = new Definitions(blocks, definitions);
  }

  /** An empty store with everything in the arena, until {@link #makeMap}. */
  public static OffHeapStore create() {
    return new OffHeapStore(JobRows.newMap(), Definitions.newMap());
  }

  static OffHeapStore with(RecordMap bulky, RecordMap definitions) {
    OffHeapStore store = new OffHeapStore(bulky, definitions);
    store.makeMap();
    return store;
  }

  /**
   * Begins to make the Chronicle Maps, in the background; what belongs there moves to them with the
   * changes that come after they are there. The first use loads a second's worth of classes: not while the
   * daemon starts. Once; any thread.
   */
  public void makeMap() {
    jobs.makeMap(() -> definitions.map.makeFirst(() -> {}));
  }

  /** Gives the memory back; no reader may be left. */
  @Override
  public void close() {
    jobs.bulky.close();
    definitions.map.close();
    arena.close();
  }

  // ---- apply ----

  @Override
  public void reserve(int jobCount, int nodeCount) {
    jobs.reserve(jobCount);
    nodes.reserve(nodeCount);
  }

  @Override
  public void putJob(JobRecord job) {
    jobs.put(job);
    changes.add(job.jobId);
  }

  /** A job as {@link #forEachEncodedJob} gave it, in another life of the daemon. */
  public void putEncodedJob(byte[] light, byte[] bulky) {
    jobs.put(RecordCodec.readJob(new TagReader(light), false), light, bulky);
  }

  @Override
  public void removeJob(long jobId) {
    jobs.remove(jobId);
    changes.add(jobId);
  }

  @Override
  public void putNode(NodeRecord node) {
    nodes.put(node);
    changes.add(ChangeRing.ofNode(node.index));
  }

  @Override
  public void clearNodes() {
    nodes.clear();
  }

  @Override
  public void putGlobals(Globals g) {
    definitions.moveSome();
    globals = g;
  }

  @Override
  public void putPartition(int index, PartitionDefinition partition) {
    definitions.partitions.put(index, partition);
  }

  /** The next partition, as {@link #forEachEncodedPartition} gave it. */
  public void addEncodedPartition(byte[] partition) {
    definitions.partitions.add(partition);
  }

  @Override
  public void putReservation(ReservationDefinition reservation) {
    int at = definitions.reservations.indexOf(reservation.name());
    definitions.reservations.put(at < 0 ? definitions.reservations.size() : at, reservation);
  }

  /** The next reservation, as {@link #forEachEncodedReservation} gave it. */
  public void addEncodedReservation(byte[] reservation) {
    definitions.reservations.add(reservation);
  }

  @Override
  public void removeReservation(String name) {
    int at = definitions.reservations.indexOf(name);
    if (at >= 0) {
      definitions.reservations.remove(at);
    }
  }

  @Override
  public void clearDefinitions() {
    definitions.partitions.clear();
    definitions.reservations.clear();
  }

  @Override
  public void putConfig(ClusterConfig c) {
    config = c.withRecords(definitions.partitions.list(), definitions.reservations.list());
  }

  /** Every partition's bytes, in order. Apply thread; touches the map. */
  public void forEachEncodedPartition(Consumer<byte[]> visitor) {
    definitions.partitions.forEachEncoded(visitor);
  }

  /** Every reservation's bytes, in order. Apply thread; touches the map. */
  public void forEachEncodedReservation(Consumer<byte[]> visitor) {
    definitions.reservations.forEachEncoded(visitor);
  }

  /** Jobs whose bulky fields the present map has. Apply thread; for tests. */
  long mapJobs() {
    return jobs.bulky.count();
  }

  /** Partitions and reservations are decoded anew by whoever needs them next. Apply thread; for tests. */
  void forgetDecoded() {
    definitions.partitions.forgetDecoded();
    definitions.reservations.forgetDecoded();
  }

  /** Partitions and reservations that the present map has. Apply thread; for tests. */
  long mapDefinitions() {
    return definitions.map.count();
  }

  // ---- any thread ----

  @Override
  public JobRecord job(long jobId) {
    Encoded e = encoded(jobId);
    // Fields may stand in any order, so the parts just follow each other.
    return e == null ? null : RecordCodec.decodeJob(e.bytes);
  }

  /** A record's bytes, the bulky part behind the light one. */
  private record Encoded(byte[] bytes, int lightLength) {}

  private Encoded encoded(long jobId) {
    Rows rows = jobs.rows;
    while (true) {
      int row = jobs.index.row(jobId);
      if (row < 0) {
        return null;
      }
      long stamp = rows.begin(row);
      long address = rows.getLong(JobRows.ADDRESS, row);
      int length = rows.getInt(JobRows.LENGTH, row);
      long where = rows.getLong(JobRows.BULKY, row);
      int bulkyLength = rows.getInt(JobRows.BULKY_LENGTH, row);
      boolean mine = Integer.toUnsignedLong(rows.getInt(JobRows.ID, row)) == jobId;
      if (!rows.unchanged(row, stamp) || !mine) {
        continue; // changed, or removed between the index and the row: look again
      }
      byte[] bytes = new byte[length + bulkyLength];
      blocks.copy(address, length, bytes, 0);
      if (where > 0) {
        blocks.copy(where, bulkyLength, bytes, length);
      } else if (where < 0) {
        byte[] bulky = jobs.bulky.get(-where, jobId);
        if (bulky == null || bulky.length != bulkyLength) {
          continue;
        }
        System.arraycopy(bulky, 0, bytes, length, bulkyLength);
      }
      if (rows.unchanged(row, stamp)) {
        return new Encoded(bytes, length);
      }
    }
  }

  @Override
  public JobRecord lightJob(long jobId) {
    int row = jobs.index.row(jobId);
    if (row < 0) {
      return null;
    }
    Copy copy = new Copy();
    int length = copy.light(row, jobId);
    return length < 0 ? null : RecordCodec.readJob(new TagReader(copy.bytes).reset(copy.bytes, 0, length), false);
  }

  @Override
  public int jobCount() {
    return jobs.count();
  }

  @Override
  public void forEachJob(Consumer<JobRecord> visitor) {
    Copy copy = new Copy();
    TagReader reader = new TagReader(copy.bytes);
    for (long entry : idsAndRows()) {
      int length = copy.light((int) entry, entry >>> 32);
      if (length >= 0) {
        visitor.accept(RecordCodec.readJob(reader.reset(copy.bytes, 0, length), false));
      }
    }
  }

  /** Takes a job's two parts. */
  public interface EncodedVisitor {
    void job(byte[] light, byte[] bulky);
  }

  /** Every job's bytes with its whole request, ascending ids. For snapshots: touches the map. */
  public void forEachEncodedJob(EncodedVisitor visitor) {
    for (long entry : idsAndRows()) {
      Encoded e = encoded(entry >>> 32);
      if (e != null) {
        visitor.job(
            Arrays.copyOf(e.bytes, e.lightLength), Arrays.copyOfRange(e.bytes, e.lightLength, e.bytes.length));
      }
    }
  }

  /** Every job with its whole request, ascending ids. Touches the map. */
  public void forEachWholeJob(Consumer<JobRecord> visitor) {
    for (long entry : idsAndRows()) {
      JobRecord job = job(entry >>> 32);
      if (job != null) {
        visitor.accept(job);
      }
    }
  }

  /** Id above, row below, ascending: what is there now. */
  private long[] idsAndRows() {
    return idsAndRows((jobId, userId, arrayJobId) -> true, jobs.count() + 64);
  }

  private long[] idsAndRows(JobScan.Choice choice, int expected) {
    Rows rows = jobs.rows;
    int limit = rows.limit();
    long[] found = new long[Math.min(limit, expected)];
    int n = 0;
    boolean sorted = true;
    for (int row = 0; row < limit; row++) {
      long id = Integer.toUnsignedLong(rows.getInt(JobRows.ID, row));
      if (id == 0 || !choice.test(id, number(rows, JobRows.USER_ID, row), number(rows, JobRows.ARRAY_ID, row))) {
        continue;
      }
      if (n == found.length) {
        found = Arrays.copyOf(found, n * 2 + 16);
      }
      sorted &= n == 0 || found[n - 1] >>> 32 < id;
      found[n++] = id << 32 | row;
    }
    found = n == found.length ? found : Arrays.copyOf(found, n);
    if (!sorted) {
      Arrays.sort(found);
    }
    return found;
  }

  @Override
  public JobScan scan() {
    return new Scan(idsAndRows());
  }

  @Override
  public JobScan scan(JobScan.Choice choice) {
    return new Scan(idsAndRows(choice, 16));
  }

  /** The rows as they were found; contents are read when asked for. */
  private final class Scan implements JobScan {
    private final long[] entries;
    private final Copy copy = new Copy();
    private final TagReader reader = new TagReader(copy.bytes);

    Scan(long[] entries) {
      this.entries = entries;
    }

    @Override
    public int size() {
      return entries.length;
    }

    @Override
    public long jobId(int row) {
      return entries[row] >>> 32;
    }

    @Override
    public long place(int row) {
      return (int) entries[row];
    }

    @Override
    public long stamp(int row) {
      return jobs.rows.begin((int) entries[row]);
    }

    @Override
    public JobRecord job(int row) {
      int length = copy.light((int) entries[row], entries[row] >>> 32);
      return length < 0 ? null : RecordCodec.readJob(reader.reset(copy.bytes, 0, length), false);
    }

    @Override
    public long stampOfJob() {
      return copy.stamp;
    }
  }

  private static long number(Rows rows, int column, int row) {
    return Integer.toUnsignedLong(rows.getInt(column, row));
  }

  /** A reader's buffer for one record after the other. */
  private final class Copy {
    private byte[] bytes = new byte[2048];
    private long stamp;

    /** Copies the record without its bulky part; its length, or -1 if that job has left the row. */
    private int light(int row, long jobId) {
      Rows rows = jobs.rows;
      while (true) {
        stamp = rows.begin(row);
        long address = rows.getLong(JobRows.ADDRESS, row);
        int length = rows.getInt(JobRows.LENGTH, row);
        boolean mine = Integer.toUnsignedLong(rows.getInt(JobRows.ID, row)) == jobId;
        if (!rows.unchanged(row, stamp)) {
          continue;
        }
        if (!mine) {
          return -1;
        }
        if (length > bytes.length) {
          bytes = new byte[Integer.highestOneBit(length) * 2];
        }
        blocks.copy(address, length, bytes, 0);
        if (rows.unchanged(row, stamp)) {
          return length;
        }
      }
    }
  }

  /** A cursor over the jobs' columns for one planner thread. */
  public JobColumns columns() {
    return new JobColumns(jobs);
  }

  /** A cursor over the nodes' columns for one planner thread. */
  public NodeColumns nodeColumns() {
    return new NodeColumns(nodes);
  }

  @Override
  public boolean jobRow(long jobId, JobRow into) {
    return JobColumns.read(jobs, jobId, into);
  }

  @Override
  public void forEachJobRow(Consumer<JobRow> visitor) {
    JobColumns row = columns();
    while (row.next()) {
      visitor.accept(row);
    }
  }

  @Override
  public boolean nodeRow(int index, NodeRow into) {
    return NodeColumns.read(nodes, index, into);
  }

  @Override
  public long changesHead() {
    return changes.head();
  }

  @Override
  public long changes(long since, LongConsumer entries) {
    return changes.read(since, entries);
  }

  @Override
  public NodeJobs nodeJobs() {
    return nodeJobs;
  }

  @Override
  public long[] jobsOn(int node) {
    return nodeJobs.on(node);
  }

  @Override
  public NodeRecord node(int index) {
    return nodes.get(index);
  }

  @Override
  public long nodeStamp(int index) {
    return nodes.stamp(index);
  }

  @Override
  public int nodeCount() {
    return nodes.count();
  }

  @Override
  public Globals globals() {
    return globals;
  }

  @Override
  public ClusterConfig config() {
    return config;
  }

  /** Off-heap bytes: columns, records, maps. For statistics. */
  public long bytes() {
    return jobs.rows.bytes() + nodes.rows.bytes() + jobs.index.bytes() + blocks.allocatedBytes() + jobs.bulky.bytes() + definitions.map.bytes();
  }
}
