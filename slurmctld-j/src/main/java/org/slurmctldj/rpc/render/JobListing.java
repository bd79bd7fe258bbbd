package org.slurmctldj.rpc.render;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slurmctldj.proto.slurm.FieldVisitor;
import org.slurmctldj.proto.slurm.JobInfo;
import org.slurmctldj.proto.slurm.JobInfoResponse;
import org.slurmctldj.proto.slurm.SlurmBody;
import org.slurmctldj.proto.wire.Packer;

/**
 * RESPONSE_JOB_INFO written as the jobs are walked: one job's message lives at a time. A list of 50,000 of them would cost
 * hundreds of megabytes and most of the time of a full squeue in garbage collection. Same bytes as {@link JobInfoResponse}.
 *
 * <p>Made by a handler, walked by the worker thread that sends the answer.
 */
public final class JobListing implements SlurmBody {
  private static final int BYTES_PER_JOB = 704;
  private static final int LARGEST_FIRST_BUFFER = 64 << 20;

  /** Hands every job of the answer to the visitor. */
  @FunctionalInterface
  public interface Walk {
    void jobs(Consumer<JobInfo> visitor);
  }

  private final long lastUpdate;
  private final int expectedJobs;
  private final Walk walk;

  /**
   * @param lastUpdate taken before the walk
   * @param expectedJobs a guess that saves copies of a growing buffer; nothing depends on it
   */
  public JobListing(long lastUpdate, int expectedJobs, Walk walk) {
    this.lastUpdate = lastUpdate;
    this.expectedJobs = expectedJobs;
    this.walk = walk;
  }

  /** Room for the answer, as far as it is worth reserving. */
  public int expectedBytes() {
    return (int) Math.min(LARGEST_FIRST_BUFFER, 1024 + (long) expectedJobs * BYTES_PER_JOB);
  }

  @Override
  public void write(Packer out, int version) {
    int start = out.length();
    new JobInfoResponse().lastUpdate(lastUpdate).lastBackfill(0).write(out, version);
    int[] count = new int[1];
    walk.jobs(job -> {
      job.write(out, version);
      count[0]++;
    });
    // The number of jobs is the first field.
    out.patchU32(start, count[0]);
  }

  @Override
  public void fields(FieldVisitor visitor) {
    List<JobInfo> jobs = new ArrayList<>();
    walk.jobs(jobs::add);
    new JobInfoResponse().lastUpdate(lastUpdate).lastBackfill(0).jobs(jobs).fields(visitor);
  }
}
