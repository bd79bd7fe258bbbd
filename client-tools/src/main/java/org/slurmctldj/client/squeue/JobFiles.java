package org.slurmctldj.client.squeue;

import org.slurmctldj.proto.slurm.JobInfo;
import org.slurmctldj.proto.wire.ProtocolVersion;
import org.slurmctldj.proto.wire.SlurmConstants;

/**
 * A job's standard files as {@code -O stdin,stdout,stderr} name them: 22.05 fills in what the job left to Slurm, later releases
 * show what was asked for.
 */
record JobFiles(int release) {
  String input(JobInfo j) {
    return filled() ? fill(j.stdIn(), j, "/dev/null") : j.stdIn();
  }

  String output(JobInfo j) {
    if (filled()) {
      return fill(j.stdOut(), j, defaultOutput(j));
    }
    if (j.stdOut() != null || j.batchFlag() == 0) {
      return j.stdOut();
    }
    return j.workDir() + (j.arrayJobId() != 0 ? "/slurm-%A_%a.out" : "/slurm-%j.out");
  }

  String error(JobInfo j) {
    return filled() ? fill(j.stdErr() == null || j.stdErr().isEmpty() ? j.stdOut() : j.stdErr(), j, defaultOutput(j)) : j.stdErr();
  }

  private boolean filled() {
    return release < ProtocolVersion.V23_02;
  }

  private static String fill(String asked, JobInfo j, String otherwise) {
    if (asked != null && !asked.isEmpty()) {
      return asked;
    }
    return j.batchFlag() == 0 ? "" : otherwise;
  }

  private static String defaultOutput(JobInfo j) {
    if (j.arrayJobId() != 0 && j.arrayTaskId() != SlurmConstants.NO_VAL) {
      return j.workDir() + "/slurm-" + j.arrayJobId() + "_" + j.arrayTaskId() + ".out";
    }
    return j.workDir() + "/slurm-" + j.jobId() + ".out";
  }
}
