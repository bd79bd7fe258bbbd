package org.slurmctldj.client.squeue;

import java.util.ArrayList;
import java.util.List;
import org.slurmctldj.client.cli.Client;
import org.slurmctldj.proto.slurm.JobInfo;
import org.slurmctldj.proto.slurm.JobStateRecord;
import org.slurmctldj.proto.slurm.JobStateRequest;
import org.slurmctldj.proto.slurm.JobStateResponse;
import org.slurmctldj.proto.slurm.JobStateSelector;
import org.slurmctldj.proto.wire.SlurmConstants;

/** {@code --only-job-state}: ids and states alone, by a request that costs the controller little. From 24.05 on. */
final class JobStatesOnly {
  private static final int REQUEST_JOB_STATE = 2057;

  static List<JobInfo> load(Client client, SqueueOptions options) {
    List<JobStateSelector> wanted = new ArrayList<>();
    if (options.jobs != null) {
      for (SqueueOptions.JobId id : options.jobs) {
        wanted.add(new JobStateSelector().jobId(id.job()).arrayTaskId(id.task()).hetJobOffset(SlurmConstants.NO_VAL));
      }
    }
    // the answer knows no users, names or partitions
    options.users = null;
    options.names = null;
    options.partitions = null;
    options.accounts = null;
    List<JobInfo> jobs = new ArrayList<>();
    JobStateResponse response =
        JobStateResponse.read(
            client.controller().ask(REQUEST_JOB_STATE, new JobStateRequest().jobIds(wanted)).body(), client.controller().number());
    for (JobStateRecord r : response.jobs()) {
      JobInfo job = new JobInfo().jobId(r.jobId()).jobState(r.state()).arrayTaskId(SlurmConstants.NO_VAL);
      if (r.arrayJobId() != 0) {
        job.arrayJobId(r.arrayJobId()).arrayTaskId(r.arrayTaskId());
        if (r.arrayTaskIdBitmap() != null) {
          job.arrayTaskStr(r.arrayTaskIdBitmap().toHex());
        }
      } else if (r.hetJobId() != 0) {
        job.hetJobId(r.hetJobId()).hetJobOffset(r.jobId() - r.hetJobId());
      }
      jobs.add(job);
    }
    return jobs;
  }

  private JobStatesOnly() {}
}
