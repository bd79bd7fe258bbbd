package org.slurmctldj.core;

import java.util.ArrayList;
import java.util.List;

/**
 * The jobs of one moment in ascending id, to be looked at without copying their records: what lists are made from. A row is
 * told by its place and stamp: as long as both are the same, so is the record. Made by {@link ClusterView#scan} for one
 * thread; it never waits for the writer.
 */
public interface JobScan {

  /** Chooses jobs by what is seen without decoding a record; what it chose is confirmed by {@link #job}. */
  @FunctionalInterface
  interface Choice {
    boolean test(long jobId, long userId, long arrayJobId);
  }

  /** How many rows there were. */
  int size();

  long jobId(int row);

  /** Which place of the store the row has; a job keeps its place. */
  long place(int row);

  /** What the content of the place is told by now; differs after each change, whichever job it has then. */
  long stamp(int row);

  /** The record as it is now without what lists leave out, or null if the job has left; {@link #stampOfJob} is its stamp. */
  JobRecord job(int row);

  /** The stamp that belongs to what {@link #job} returned last. */
  long stampOfJob();

  /** For stores that have copies at hand. */
  static JobScan of(ClusterView view, Choice choice) {
    List<JobRecord> jobs = new ArrayList<>();
    view.forEachJob(j -> {
      if (choice.test(j.jobId, j.request.number(JobField.USER_ID), j.arrayJobId)) {
        jobs.add(j);
      }
    });
    return new JobScan() {
      private long stamp;

      @Override
      public int size() {
        return jobs.size();
      }

      @Override
      public long jobId(int row) {
        return jobs.get(row).jobId;
      }

      @Override
      public long place(int row) {
        return jobs.get(row).jobId;
      }

      @Override
      public long stamp(int row) {
        return jobs.get(row).version;
      }

      @Override
      public JobRecord job(int row) {
        stamp = jobs.get(row).version;
        return jobs.get(row);
      }

      @Override
      public long stampOfJob() {
        return stamp;
      }
    };
  }
}
