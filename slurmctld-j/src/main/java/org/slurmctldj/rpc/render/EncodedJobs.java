package org.slurmctldj.rpc.render;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slurmctldj.core.ClusterConfig;
import org.slurmctldj.core.JobRecord;
import org.slurmctldj.core.JobScan;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.rpc.net.Pieces;
import org.slurmctldj.rpc.net.SharedBytes;

/**
 * Jobs as RESPONSE_JOB_INFO has them, encoded once for all that ask in the same form: a full squeue looks at each row's stamp
 * and sends the bytes that are there; only jobs that changed since are decoded and encoded anew, a block of job ids at a
 * time. What does not fit the limit is encoded for the one answer.
 *
 * <p>Any worker thread, no locks: blocks do not change, a new list of them replaces the old one by compare-and-set, and who
 * loses that race has only worked for himself.
 */
public final class EncodedJobs {
  private static final int MOST_FORMS = 4;

  /** Why a job waits, as planners and those who run Prologs see it: soft state that a record's stamp knows nothing of. */
  public interface Waits {
    /** The same object as long as no answer of {@link #of} has changed; always a new one where that is not known. */
    Object moment();

    /** For any job; null: core's own reason is all there is. */
    JobWire.Waiting of(JobRecord job);

    /** Whether {@link #of} says Prolog of that job as soon as it runs. */
    default boolean prologRuns(long jobId) {
      return false;
    }

    /** As above for a pending job without a reason of core's own; the record is there for who needs more than the id. */
    JobWire.Waiting of(long jobId, Supplier<JobRecord> job);
  }

  /** Which jobs the asker may see. */
  @FunctionalInterface
  public interface Visible {
    boolean test(long userId, int partition);
  }

  /** What everything in an encoded job depends on beside the job. */
  public record Form(ClusterConfig config, int version, int showFlags, String priorityType) {
    private boolean same(Form o) {
      return config == o.config
          && version == o.version
          && showFlags == o.showFlags
          && (priorityType == null ? o.priorityType == null : priorityType.equals(o.priorityType));
    }
  }

  /** Jobs one behind the other, to be sent and released. */
  public record Selection(Pieces pieces, int jobs) {}

  /** The blocks of one form, ascending. */
  private static final class Known {
    static final JobBlock[] NONE = {};
    static final JobBlock[] CLOSED = {};

    final Form form;
    final JobWire wire;
    final AtomicReference<JobBlock[]> blocks = new AtomicReference<>(NONE);
    volatile long lastUsed;

    Known(Form form) {
      this.form = form;
      this.wire = new JobWire(form.config, form.version, form.showFlags, form.priorityType);
    }

    /** Puts the new list in place of the old one; each has a share of its blocks. */
    void publish(JobBlock[] old, JobBlock[] fresh) {
      JobBlock[] leaves = old != CLOSED && blocks.compareAndSet(old, fresh) ? old : fresh;
      release(leaves);
    }

    void close() {
      release(blocks.getAndSet(CLOSED));
    }

    static void release(JobBlock[] list) {
      for (JobBlock b : list) {
        b.bytes().release();
      }
    }
  }

  /** For answers that go out while jobs change: blocks no longer kept, but not yet sent. */
  private static final long ON_THEIR_WAY = 1L << 30;

  private final SharedBytes.Account account;
  private final long mostBytes;
  private final AtomicReference<List<Known>> forms = new AtomicReference<>(List.of());

  /** @param mostBytes encoded jobs that may be kept */
  public EncodedJobs(long mostBytes) {
    this.mostBytes = mostBytes;
    this.account = new SharedBytes.Account(mostBytes + ON_THEIR_WAY);
  }

  /** Bytes held now, by this and by answers on their way. */
  public long bytes() {
    return account.bytes();
  }

  private Known known(Form form) {
    while (true) {
      List<Known> now = forms.get();
      for (Known k : now) {
        if (k.form.same(form)) {
          k.lastUsed = System.nanoTime();
          return k;
        }
      }
      // Blocks of another configuration serve nobody any more.
      List<Known> next = new ArrayList<>(now.stream().filter(k -> k.form.config == form.config).toList());
      if (next.size() >= MOST_FORMS) {
        next.remove(oldest(next));
      }
      Known made = new Known(form);
      made.lastUsed = System.nanoTime();
      next.add(made);
      if (forms.compareAndSet(now, List.copyOf(next))) {
        now.stream().filter(k -> !next.contains(k)).forEach(Known::close);
        return made;
      }
    }
  }

  private static Known oldest(List<Known> list) {
    long now = System.nanoTime();
    return list.stream().max((a, b) -> Long.compare(now - a.lastUsed, now - b.lastUsed)).orElseThrow();
  }

  /** Makes room by forgetting forms not asked for lately; false if this one alone is too much. */
  private boolean fits(Known mine, long more) {
    while (account.bytes() + more > mostBytes) {
      List<Known> now = forms.get();
      List<Known> others = now.stream().filter(k -> k != mine).toList();
      if (others.isEmpty()) {
        return false;
      }
      Known leaves = oldest(others);
      if (forms.compareAndSet(now, now.stream().filter(k -> k != leaves).toList())) {
        leaves.close();
      }
    }
    return true;
  }

  /** Every job the asker may see. */
  public Selection all(JobScan scan, Form form, Waits waits, Visible visible) {
    Known known = known(form);
    Object moment = waits.moment();
    JobBlock[] old = known.blocks.get();
    JobBlock.Maker maker = new JobBlock.Maker(known.wire, form.version, scan, waits, moment, account);
    JobBlock[] list = new JobBlock[scan.size() / JobBlock.IDS + 16];
    int blocks = 0;
    Pieces pieces = new Pieces();
    int jobs = 0;
    boolean done = false;
    try {
      int o = 0;
      for (int from = 0; from < scan.size(); ) {
        long key = JobBlock.key(scan.jobId(from));
        int to = from + 1;
        while (to < scan.size() && JobBlock.key(scan.jobId(to)) == key) {
          to++;
        }
        while (o < old.length && old[o].key() < key) {
          o++;
        }
        JobBlock before = o < old.length && old[o].key() == key && old[o].bytes().share() ? old[o] : null;
        JobBlock block = before;
        if (before == null || !before.isStill(scan, from, to, waits, moment)) {
          try {
            block = maker.block(key, from, to, before);
          } finally {
            if (before != null) {
              before.bytes().release();
            }
          }
        }
        if (blocks == list.length) {
          list = Arrays.copyOf(list, blocks * 2);
        }
        list[blocks++] = block;
        jobs += block.addVisible(visible, pieces);
        from = to;
      }
      done = true;
    } finally {
      list = Arrays.copyOf(list, blocks);
      if (!done) {
        pieces.release();
        Known.release(list);
      }
    }
    if (fits(known, 0)) {
      known.publish(old, list);
    } else {
      Known.release(list);
      known.publish(old, Known.NONE);
    }
    return new Selection(pieces, jobs);
  }

  /** The jobs of a scan of some: what is encoded already is taken, the rest is encoded for this answer alone. */
  public Selection some(JobScan scan, Form form, Waits waits, Visible visible) {
    Known known = known(form);
    Object moment = waits.moment();
    JobBlock[] old = known.blocks.get();
    JobBlock.Maker maker = new JobBlock.Maker(known.wire, form.version, scan, waits, moment, account);
    Pieces pieces = new Pieces();
    Packer scratch = new Packer(1024);
    int jobs = 0;
    int o = 0;
    for (int row = 0; row < scan.size(); row++) {
      long key = JobBlock.key(scan.jobId(row));
      while (o < old.length && old[o].key() < key) {
        o++;
      }
      scratch.reset();
      if (o < old.length && old[o].key() == key && old[o].bytes().share()) {
        try {
          jobs += maker.one(row, old[o], visible, scratch);
        } finally {
          old[o].bytes().release();
        }
      } else {
        jobs += maker.one(row, null, visible, scratch);
      }
      pieces.add(scratch.array(), 0, scratch.length());
    }
    return new Selection(pieces, jobs);
  }
}
