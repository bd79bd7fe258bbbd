package org.slurmctldj.rpc.render;

import java.util.Arrays;
import org.slurmctldj.core.JobField;
import org.slurmctldj.core.JobPhase;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobScan;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.rpc.net.Pieces;
import org.slurmctldj.rpc.net.SharedBytes;

/**
 * The encoded jobs of {@value #IDS} neighbouring ids, with what tells whether each is still what it was. Nothing in it
 * changes but {@link #moment}, a hint.
 */
final class JobBlock {
  static final int IDS = 128;
  private static final int SHIFT = 7;

  private final long key;
  private final int jobs;
  private final long[] ids;
  private final long[] places;
  private final long[] stamps;
  private final int[] userIds;
  private final int[] partitions;
  /** Where each job's bytes begin, and the end. */
  private final int[] offsets;
  /** Pending without a reason of core's own: what planners say is part of the bytes. */
  private final boolean[] waits;
  private final JobWire.Waiting[] waiting;
  /** Shown with the reason Prolog; null: none. */
  private final boolean[] prologs;
  private final SharedBytes bytes;
  /** When planners' reasons were found to be those of {@link #waiting}. */
  private volatile Object moment;

  private JobBlock(Maker m, long key, SharedBytes bytes) {
    this.key = key;
    this.jobs = m.jobs;
    this.ids = Arrays.copyOf(m.ids, jobs);
    this.places = Arrays.copyOf(m.places, jobs);
    this.stamps = Arrays.copyOf(m.stamps, jobs);
    this.userIds = Arrays.copyOf(m.userIds, jobs);
    this.partitions = Arrays.copyOf(m.partitions, jobs);
    this.offsets = Arrays.copyOf(m.offsets, jobs + 1);
    this.waits = m.anyWaits ? Arrays.copyOf(m.waits, jobs) : null;
    this.waiting = m.anyWaits ? Arrays.copyOf(m.waiting, jobs) : null;
    this.prologs = m.anyPrologs ? Arrays.copyOf(m.prologs, jobs) : null;
    this.bytes = bytes;
    this.moment = m.moment;
  }

  static long key(long jobId) {
    return jobId >>> SHIFT;
  }

  long key() {
    return key;
  }

  SharedBytes bytes() {
    return bytes;
  }

  /** True if these rows are exactly the block's jobs, unchanged. */
  boolean isStill(JobScan scan, int from, int to, EncodedJobs.Waits waits, Object now) {
    if (to - from != jobs) {
      return false;
    }
    for (int i = 0; i < jobs; i++) {
      int row = from + i;
      if (scan.jobId(row) != ids[i] || scan.place(row) != places[i] || scan.stamp(row) != stamps[i] || waits.prologRuns(ids[i]) != prolog(i)) {
        return false;
      }
    }
    if (this.waits != null && moment != now) {
      for (int i = 0; i < jobs; i++) {
        if (!waitsAsBefore(i, scan, from + i, waits)) {
          return false;
        }
      }
      moment = now;
    }
    return true;
  }

  private boolean prolog(int i) {
    return prologs != null && prologs[i];
  }

  private boolean waitsAsBefore(int i, JobScan scan, int row, EncodedJobs.Waits now) {
    if (waits == null || !waits[i]) {
      return true;
    }
    JobWire.Waiting w = now.of(ids[i], () -> scan.job(row));
    return w == null ? waiting[i] == null : w.equals(waiting[i]);
  }

  /** Where that job is in here if it has not changed, or -1. */
  private int unchanged(JobScan scan, int row, EncodedJobs.Waits now, Object at) {
    int i = Arrays.binarySearch(ids, scan.jobId(row));
    boolean same =
        i >= 0
            && places[i] == scan.place(row)
            && stamps[i] == scan.stamp(row)
            && now.prologRuns(ids[i]) == prolog(i)
            && (moment == at || waitsAsBefore(i, scan, row, now));
    return same ? i : -1;
  }

  /** Appends what the asker may see; how many jobs that was. */
  int addVisible(EncodedJobs.Visible visible, Pieces to) {
    int n = 0;
    int from = 0;
    for (int i = 0; i < jobs; i++) {
      if (visible.test(Integer.toUnsignedLong(userIds[i]), partitions[i])) {
        n++;
      } else {
        to.add(bytes, offsets[from], offsets[i] - offsets[from]);
        from = i + 1;
      }
    }
    to.add(bytes, offsets[from], offsets[jobs] - offsets[from]);
    return n;
  }

  /** Makes blocks for one answer; its arrays are the next block's until it is finished. */
  static final class Maker {
    private final JobWire wire;
    private final int version;
    private final JobScan scan;
    private final EncodedJobs.Waits now;
    private final Object moment;
    private final SharedBytes.Account account;
    private final Packer out = new Packer(IDS * 700);
    private byte[] copy = new byte[1024];

    private int jobs;
    private final long[] ids = new long[IDS];
    private final long[] places = new long[IDS];
    private final long[] stamps = new long[IDS];
    private final int[] userIds = new int[IDS];
    private final int[] partitions = new int[IDS];
    private final int[] offsets = new int[IDS + 1];
    private final boolean[] waits = new boolean[IDS];
    private final JobWire.Waiting[] waiting = new JobWire.Waiting[IDS];
    private final boolean[] prologs = new boolean[IDS];
    private boolean anyWaits;
    private boolean anyPrologs;
    private JobWire.Waiting lastWaiting;

    Maker(JobWire wire, int version, JobScan scan, EncodedJobs.Waits now, Object moment, SharedBytes.Account account) {
      this.wire = wire;
      this.version = version;
      this.scan = scan;
      this.now = now;
      this.moment = moment;
      this.account = account;
    }

    /** The block of those rows; the caller has a share of it, and one of {@code before} if there is one. */
    JobBlock block(long key, int from, int to, JobBlock before) {
      out.reset();
      jobs = 0;
      anyWaits = false;
      anyPrologs = false;
      for (int row = from; row < to; row++) {
        int old = before == null ? -1 : before.unchanged(scan, row, now, moment);
        if (old >= 0) {
          take(before, old);
        } else {
          encode(row);
        }
      }
      offsets[jobs] = out.length();
      return new JobBlock(this, key, SharedBytes.copyOf(out.array(), out.length(), account));
    }

    private void take(JobBlock before, int old) {
      ids[jobs] = before.ids[old];
      places[jobs] = before.places[old];
      stamps[jobs] = before.stamps[old];
      userIds[jobs] = before.userIds[old];
      partitions[jobs] = before.partitions[old];
      waits[jobs] = before.waits != null && before.waits[old];
      waiting[jobs] = before.waits == null ? null : before.waiting[old];
      anyWaits |= waits[jobs];
      prologs[jobs] = before.prolog(old);
      anyPrologs |= prologs[jobs];
      offsets[jobs++] = out.length();
      copy(before, old, out);
    }

    private void copy(JobBlock from, int job, Packer to) {
      int length = from.offsets[job + 1] - from.offsets[job];
      if (length > copy.length) {
        copy = new byte[length * 2];
      }
      from.bytes.copy(from.offsets[job], length, copy, 0);
      to.raw(copy, 0, length);
    }

    private void encode(int row) {
      JobRecord job = scan.job(row);
      if (job == null) {
        return;
      }
      ids[jobs] = job.jobId;
      places[jobs] = scan.place(row);
      stamps[jobs] = scan.stampOfJob();
      userIds[jobs] = (int) job.request.number(JobField.USER_ID);
      partitions[jobs] = job.partition;
      waits[jobs] = job.phase == JobPhase.PENDING && job.reason == 0;
      JobWire.Waiting w = now.of(job);
      prologs[jobs] = w == JobWire.Waiting.PROLOG;
      anyPrologs |= prologs[jobs];
      if (w != null && w.equals(lastWaiting)) {
        w = lastWaiting; // one object for the many that wait alike
      }
      lastWaiting = w;
      waiting[jobs] = waits[jobs] ? w : null;
      anyWaits |= waits[jobs];
      offsets[jobs++] = out.length();
      wire.of(job, w).write(out, version);
    }

    /** One job's bytes, from that block if they are still right; how many jobs that was. */
    int one(int row, JobBlock known, EncodedJobs.Visible visible, Packer to) {
      int i = known == null ? -1 : known.unchanged(scan, row, now, moment);
      if (i >= 0) {
        if (!visible.test(Integer.toUnsignedLong(known.userIds[i]), known.partitions[i])) {
          return 0;
        }
        copy(known, i, to);
        return 1;
      }
      JobRecord job = scan.job(row);
      if (job == null || !visible.test(job.request.number(JobField.USER_ID), job.partition)) {
        return 0;
      }
      wire.of(job, now.of(job)).write(to, version);
      return 1;
    }
  }
}
