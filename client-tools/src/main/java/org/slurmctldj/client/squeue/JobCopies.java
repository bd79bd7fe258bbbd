package org.slurmctldj.client.squeue;

import org.slurmctldj.proto.slurm.JobInfo;
import org.slurmctldj.proto.wire.Packer;
import org.slurmctldj.proto.wire.SlurmConstants;
import org.slurmctldj.proto.wire.Unpacker;

/** Pending tasks of an array taken out of their common record, for {@code --array}. */
final class JobCopies {
  /** The version in which records are copied: any will do that has all fields a table shows. */
  private static final int VERSION = 41;

  static JobInfo ofTask(JobInfo array, int task) {
    Packer packed = new Packer(2048);
    array.write(packed, VERSION);
    JobInfo one = JobInfo.read(new Unpacker(packed.toByteArray()), VERSION);
    return one.arrayTaskStr(null).arrayTaskId(task).arrayMaxTasks(0);
  }

  private JobCopies() {}
}
