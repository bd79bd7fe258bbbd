package org.slurmctldj.state;

import java.lang.foreign.Arena;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.RecordCodec;
import org.slurmctldj.core.RequestShape;

/**
 * The jobs' rows: what planners scan, and where each record's bytes lie. The writer's methods are
 * apply's; readers use {@link OffHeapStore} and {@link JobColumns}.
 */
final class JobRows {
  // Columns of 8 bytes; 0 is the stamp.
  static final int ADDRESS = 1;
  /** Parked bulky bytes: their address. In a map: minus the map's number. 0: none. */
  static final int BULKY = 2;
  static final int BULKY_HASH = 3;
  static final int PRIORITY = 4;
  static final int ELIGIBLE_TIME = 5;
  static final int VERSION = 6;
  static final int DEADLINE = 7;
  static final int SHAPE = 8;
  private static final int LONGS = 9;

  // Columns of 4 bytes.
  static final int ID = 0;
  static final int LENGTH = 1;
  static final int BULKY_LENGTH = 2;
  /** Phase code + 1; 0 = no job in this row. */
  static final int PHASE = 3;
  static final int PARTITION = 4;
  static final int USER_ID = 5;
  static final int MIN_NODES = 6;
  static final int MIN_CPUS = 7;
  static final int TIME_LIMIT = 8;
  static final int ARRAY_ID = 9;
  static final int REASON = 10;
  static final int TASKS = 11;
  static final int ARRAY_MAX_RUNNING = 12;
  static final int ARRAY_RUNNING = 13;
  static final int SUBMIT_TIME = 14;
  static final int END_TIME = 15;
  static final int HET_ID = 16;
  static final int HET_SIZE = 17;
  private static final int INTS = 18;

  private static final int MOVES_PER_WRITE = 8;
  private static final int FIRST_BULKY = 1 << 15;
  private static final int AVERAGE_BULKY_BYTES = 320;

  final Rows rows;
  final BlockArena blocks;
  final IdIndex index = new IdIndex();
  final RecordMap bulky;
  private volatile int count;

  /** Next row to look at while records move to a new map; -1 when none has to. */
  private int moving = -1;

  JobRows(Arena arena, BlockArena blocks, RecordMap bulky) {
    this.rows = new Rows(arena, LONGS, INTS);
    this.blocks = blocks;
    this.bulky = bulky;
  }

  static RecordMap newMap() {
    return new RecordMap("bulky job fields", FIRST_BULKY, AVERAGE_BULKY_BYTES);
  }

  int count() {
    return count;
  }

  void reserve(int jobs) {
    rows.ensure(jobs);
    index.reserve(jobs);
  }

  void makeMap(Runnable then) {
    bulky.makeFirst(then);
  }

  void put(JobRecord job) {
    put(job, RecordCodec.encodeLight(job), RecordCodec.encodeBulky(job));
  }

  /** A job whose encoding is there already: {@code job} needs no bulky fields. */
  void put(JobRecord job, byte[] light, byte[] heavy) {
    long heavyHash = hash(heavy);
    int row = index.row(job.jobId);
    boolean isNew = row < 0;
    if (isNew) {
      row = rows.allocate();
    }
    long oldAddress = isNew ? 0 : rows.getLong(ADDRESS, row);
    int oldLength = isNew ? 0 : rows.getInt(LENGTH, row);
    long oldBulky = isNew ? 0 : rows.getLong(BULKY, row);
    int oldBulkyLength = isNew ? 0 : rows.getInt(BULKY_LENGTH, row);
    boolean heavyChanged =
        isNew || oldBulkyLength != heavy.length || rows.getLong(BULKY_HASH, row) != heavyHash;
    // The new bytes lie in blocks of their own before the row changes, so that it changes quickly.
    long address = blocks.store(light);
    long shape = RequestShape.of(job);
    rows.beginWrite(row);
    if (heavyChanged) {
      long number = heavy.length == 0 ? 0 : bulky.put(job.jobId, heavy);
      rows.setLong(BULKY, row, heavy.length == 0 ? 0 : number > 0 ? -number : blocks.store(heavy));
      rows.setLong(BULKY_HASH, row, heavyHash);
      rows.setInt(BULKY_LENGTH, row, heavy.length);
    }
    rows.setLong(ADDRESS, row, address);
    rows.setInt(LENGTH, row, light.length);
    rows.setInt(ID, row, (int) job.jobId);
    columns(row, job, shape);
    rows.endWrite(row);
    if (isNew) {
      index.put(job.jobId, row);
      count++;
    } else {
      blocks.free(oldAddress, oldLength);
      if (heavyChanged) {
        releaseBulky(job.jobId, oldBulky, oldBulkyLength, rows.getLong(BULKY, row));
      }
    }
    moveSome();
  }

  private void columns(int row, JobRecord job, long shape) {
    rows.setInt(PHASE, row, job.phase.code() + 1);
    rows.setLong(PRIORITY, row, job.queuePriority());
    rows.setLong(ELIGIBLE_TIME, row, job.eligibleTime);
    rows.setLong(VERSION, row, job.version);
    rows.setLong(DEADLINE, row, job.deadlineMillis);
    rows.setInt(PARTITION, row, job.partition);
    rows.setInt(USER_ID, row, (int) job.request.number(JobField.USER_ID));
    rows.setInt(MIN_NODES, row, (int) job.request.number(JobField.MIN_NODES));
    rows.setInt(MIN_CPUS, row, (int) job.request.number(JobField.MIN_CPUS));
    rows.setInt(TIME_LIMIT, row, (int) job.timeLimit);
    rows.setInt(ARRAY_ID, row, (int) job.arrayJobId);
    rows.setInt(REASON, row, job.reason);
    rows.setInt(TASKS, row, job.arrayPending == null ? 1 : job.arrayPending.size());
    rows.setInt(ARRAY_MAX_RUNNING, row, job.arrayMaxRunning);
    rows.setInt(ARRAY_RUNNING, row, job.arrayRunning);
    rows.setInt(SUBMIT_TIME, row, (int) job.submitTime);
    rows.setInt(END_TIME, row, (int) job.endTime);
    rows.setInt(HET_ID, row, (int) job.hetJobId);
    rows.setInt(HET_SIZE, row, job.hetSize);
    rows.setLong(SHAPE, row, shape);
  }

  private void releaseBulky(long jobId, long old, int oldLength, long now) {
    if (old > 0) {
      blocks.free(old, oldLength);
    } else if (old < 0 && old != now) {
      bulky.remove(-old, jobId);
    }
  }

  void remove(long jobId) {
    int row = index.row(jobId);
    if (row < 0) {
      return;
    }
    long address = rows.getLong(ADDRESS, row);
    int length = rows.getInt(LENGTH, row);
    long oldBulky = rows.getLong(BULKY, row);
    int oldBulkyLength = rows.getInt(BULKY_LENGTH, row);
    index.remove(jobId);
    rows.beginWrite(row);
    rows.setInt(ID, row, 0);
    rows.setInt(PHASE, row, 0);
    rows.setLong(ADDRESS, row, 0);
    rows.setLong(BULKY, row, 0);
    rows.setInt(BULKY_LENGTH, row, 0);
    rows.endWrite(row);
    blocks.free(address, length);
    releaseBulky(jobId, oldBulky, oldBulkyLength, 0);
    rows.free(row);
    count--;
    moveSome();
  }

  /** Moves a few records to the present map, if one was made since. */
  private void moveSome() {
    if (moving < 0 && bulky.adopt()) {
      moving = 0;
    }
    for (int i = 0; moving >= 0 && i < MOVES_PER_WRITE; i++) {
      if (moving >= rows.limit()) {
        moving = -1;
        bulky.dropPrevious();
        return;
      }
      move(moving++);
    }
  }

  private void move(int row) {
    long old = rows.getLong(BULKY, row);
    int length = rows.getInt(BULKY_LENGTH, row);
    long id = Integer.toUnsignedLong(rows.getInt(ID, row));
    if (old == 0 || old < 0 && !bulky.isOld(-old)) {
      return;
    }
    byte[] bytes = bulkyBytes(id, old, length);
    long number = bulky.put(id, bytes);
    rows.beginWrite(row);
    rows.setLong(BULKY, row, number > 0 ? -number : old > 0 ? old : blocks.store(bytes));
    rows.endWrite(row);
    if (old > 0 && number > 0) {
      blocks.free(old, length);
    }
  }

  /** Any thread, within a row's stamps: the bytes, or null if they moved meanwhile. */
  byte[] bulkyBytes(long id, long where, int length) {
    if (where < 0) {
      return bulky.get(-where, id);
    }
    byte[] bytes = new byte[where == 0 ? 0 : length];
    if (where > 0) {
      blocks.copy(where, length, bytes, 0);
    }
    return bytes;
  }

  private static long hash(byte[] bytes) {
    long h = 0x9e3779b97f4a7c15L ^ bytes.length;
    for (byte b : bytes) {
      h = (h ^ b) * 0xff51afd7ed558ccdL;
      h ^= h >>> 32;
    }
    return h;
  }
}
